//! Known people.

use domain::id::{ChatId, LeadId};
use domain::identity::claims::CustomerClaims;
use domain::lead::{Attributes, EmailKey, Lead, PersonName, StableId, floor_key};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// Under this a floor is kept of tokens that have an email and no id.
const EMAIL_ALONE: &str = "email-alone";

/// Whom a token's claims are about, among the customers of a chat.
#[derive(Debug, Clone, PartialEq)]
pub enum Customer {
    /// A customer already known.
    Known(Box<Lead>),
    /// Nobody yet.
    New,
}

/// By what a merchant names a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// The email.
    Email(EmailKey),
    /// The merchant's own id.
    Id(StableId),
}

#[derive(sqlx::FromRow)]
pub(crate) struct LeadRow {
    chat_id: String,
    id: String,
    stable_id: Option<String>,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    attributes: String,
    claims_issued_at: f64,
    not_before: Option<f64>,
    identified_at: i64,
    created_at: i64,
}

impl ReadTx {
    /// The lead `id` of `chat`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a lead.
    pub async fn lead(&mut self, chat: &ChatId, id: &LeadId) -> Result<Option<Lead>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at
                     FROM leads WHERE chat_id = $1 AND id = $2";
        let row: Option<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Lead::try_from).transpose()
    }

    /// Whether another customer of the chat has the same email.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn shares_email(&mut self, lead: &Lead) -> Result<bool> {
        let query = "SELECT COUNT(*) FROM leads WHERE chat_id = $1 AND email_key = $2 AND id <> $3";
        let others: i64 = sql!(self, db => sqlx::query_scalar(query)
            .bind(lead.chat_id.as_str()).bind(lead.email.key().as_str()).bind(lead.id.as_str())
            .fetch_one(db).await?);
        Ok(others > 0)
    }

    /// Whom a token's claims are about.
    ///
    /// With a stable id: who has that id; or else who is known by that email alone, and is the only one with it. Without one:
    /// who is known by that email alone; or else the only customer with it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn customer(&mut self, chat: &ChatId, claims: &CustomerClaims) -> Result<Customer> {
        if let Some(id) = &claims.stable_id
            && let Some(lead) = self.lead_with_stable_id(chat, id).await?
        {
            return Ok(Customer::Known(Box::new(lead)));
        }
        let mut same_email = self.leads_with_email(chat, claims.email.key()).await?;
        let alone = same_email.iter().position(|lead| lead.stable_id.is_none());
        let found = match (&claims.stable_id, alone, same_email.len()) {
            (Some(_) | None, Some(at), 1) | (None, Some(at), _) => Some(at),
            (None, None, 1) => Some(0),
            _ => None,
        };
        Ok(found.map_or(Customer::New, |at| Customer::Known(Box::new(same_email.swap_remove(at)))))
    }

    /// Whom a merchant means by a stable id: one customer at most; or by an email: everybody who has it, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn leads_known_by(&mut self, chat: &ChatId, by: &KnownBy) -> Result<Vec<Lead>> {
        let (value, query) = match by {
            KnownBy::Id(id) => (
                id.as_str(),
                "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                        not_before, identified_at, created_at
                 FROM leads WHERE chat_id = $1 AND stable_id = $2",
            ),
            KnownBy::Email(email) => (
                email.as_str(),
                "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                        not_before, identified_at, created_at
                 FROM leads WHERE chat_id = $1 AND email_key = $2 ORDER BY id LIMIT 100",
            ),
        };
        let rows: Vec<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(value).fetch_all(db).await?);
        rows.into_iter().map(Lead::try_from).collect()
    }

    /// A page of a chat's customers, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn leads(&mut self, chat: &ChatId, limit: i64, offset: i64) -> Result<Vec<Lead>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at
                     FROM leads WHERE chat_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3";
        let rows: Vec<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(limit).bind(offset).fetch_all(db).await?);
        rows.into_iter().map(Lead::try_from).collect()
    }

    /// Whether a customer of the chat has this email.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_customers_email(&mut self, chat: &ChatId, email: &EmailKey) -> Result<bool> {
        let query = "SELECT COUNT(*) FROM leads WHERE chat_id = $1 AND email_key = $2";
        let count: i64 = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(email.as_str()).fetch_one(db).await?);
        Ok(count > 0)
    }

    /// The highest floor of whoever `claims` are about, in seconds: tokens of theirs that were issued before it are refused.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn customer_floor(
        &mut self,
        chat: &ChatId,
        claims: &CustomerClaims,
    ) -> Result<Option<f64>> {
        let query = "SELECT MAX(not_before) FROM customer_floors
                     WHERE chat_id = $1 AND (customer = $2 OR customer = $3)";
        let email = floor_key(chat, "email", claims.email.key().as_str());
        let other = match &claims.stable_id {
            Some(id) => floor_key(chat, "id", id.as_str()),
            None => floor_key(chat, EMAIL_ALONE, claims.email.key().as_str()),
        };
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(&email).bind(&other).fetch_one(db).await?))
    }

    async fn lead_with_stable_id(&mut self, chat: &ChatId, id: &StableId) -> Result<Option<Lead>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at
                     FROM leads WHERE chat_id = $1 AND stable_id = $2";
        let row: Option<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Lead::try_from).transpose()
    }

    /// At most three: more tell nothing new.
    async fn leads_with_email(&mut self, chat: &ChatId, email: &EmailKey) -> Result<Vec<Lead>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at
                     FROM leads WHERE chat_id = $1 AND email_key = $2
                     ORDER BY CASE WHEN stable_id IS NULL THEN 0 ELSE 1 END, id LIMIT 3";
        let rows: Vec<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(email.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Lead::try_from).collect()
    }
}

impl WriteTx {
    /// Refuses a customer's tokens that were issued before `floor`, in seconds; a higher floor stays.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn raise_customer_floor(
        &mut self,
        chat: &ChatId,
        by: &KnownBy,
        floor: f64,
    ) -> Result<()> {
        let customer = match by {
            KnownBy::Email(email) => floor_key(chat, "email", email.as_str()),
            KnownBy::Id(id) => floor_key(chat, "id", id.as_str()),
        };
        self.raise_floor(chat, &customer, floor).await
    }

    /// The same for tokens that name a customer by this email and by no id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn raise_floor_of_email_alone(
        &mut self,
        chat: &ChatId,
        email: &EmailKey,
        floor: f64,
    ) -> Result<()> {
        self.raise_floor(chat, &floor_key(chat, EMAIL_ALONE, email.as_str()), floor).await
    }

    async fn raise_floor(&mut self, chat: &ChatId, customer: &str, floor: f64) -> Result<()> {
        let query =
            "INSERT INTO customer_floors (chat_id, customer, not_before) VALUES ($1, $2, $3)
                     ON CONFLICT (chat_id, customer) DO UPDATE SET not_before = excluded.not_before
                     WHERE excluded.not_before > customer_floors.not_before";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(customer).bind(floor).execute(db).await.map(drop)?);
        Ok(())
    }

    /// The same for a customer who is known.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn raise_lead_floor(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        floor: f64,
    ) -> Result<()> {
        let query = "UPDATE leads SET not_before = $3
                     WHERE chat_id = $1 AND id = $2 AND (not_before IS NULL OR not_before < $3)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(floor).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a customer whom no visitor and no conversation names any more, with what was said of them beside the tokens.
    ///
    /// # Errors
    /// When the database refuses: a visitor or a conversation still names them.
    pub async fn delete_lead(&mut self, chat: &ChatId, id: &LeadId) -> Result<()> {
        self.forget_words(chat, id.as_str()).await?;
        let query = "DELETE FROM leads WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a lead, or the newer form of one already kept.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when another lead has its stable id.
    pub async fn put_lead(&mut self, lead: &Lead) -> Result<()> {
        let query = "INSERT INTO leads (chat_id, id, stable_id, email, email_key, first_name, last_name, attributes,
                                        claims_issued_at, not_before, identified_at, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                     ON CONFLICT (chat_id, id) DO UPDATE SET
                        stable_id = excluded.stable_id, email = excluded.email, email_key = excluded.email_key,
                        first_name = excluded.first_name, last_name = excluded.last_name,
                        attributes = excluded.attributes, claims_issued_at = excluded.claims_issued_at,
                        identified_at = excluded.identified_at,
                        search_due = leads.search_due OR leads.email <> excluded.email
                            OR leads.attributes <> excluded.attributes
                            OR COALESCE(leads.stable_id, '') <> COALESCE(excluded.stable_id, '')
                            OR COALESCE(leads.first_name, '') <> COALESCE(excluded.first_name, '')
                            OR COALESCE(leads.last_name, '') <> COALESCE(excluded.last_name, '')
                     WHERE excluded.claims_issued_at >= leads.claims_issued_at";
        sql!(self, db => sqlx::query(query)
            .bind(lead.chat_id.as_str()).bind(lead.id.as_str()).bind(lead.stable_id.as_ref().map(StableId::as_str))
            .bind(lead.email.signed()).bind(lead.email.key().as_str())
            .bind(lead.first_name.as_ref().map(PersonName::as_str))
            .bind(lead.last_name.as_ref().map(PersonName::as_str))
            .bind(lead.attributes.as_json()).bind(lead.claims_issued_at).bind(lead.not_before)
            .bind(lead.identified_at.as_millis()).bind(lead.created_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<LeadRow> for Lead {
    type Error = StoreError;

    fn try_from(row: LeadRow) -> Result<Self> {
        let name = |text: Option<String>, column| {
            text.map(|text| text.parse().map_err(StoreError::corrupt("leads", column))).transpose()
        };
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("leads", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("leads", "id"))?,
            stable_id: row
                .stable_id
                .map(|id| id.parse().map_err(StoreError::corrupt("leads", "stable_id")))
                .transpose()?,
            email: row.email.parse().map_err(StoreError::corrupt("leads", "email"))?,
            first_name: name(row.first_name, "first_name")?,
            last_name: name(row.last_name, "last_name")?,
            attributes: Attributes::from_stored(&row.attributes)
                .map_err(StoreError::corrupt("leads", "attributes"))?,
            claims_issued_at: row.claims_issued_at,
            not_before: row.not_before,
            identified_at: Timestamp::from_millis(row.identified_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
