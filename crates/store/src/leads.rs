//! Known people.

use domain::id::{ChatId, LeadId};
use domain::lead::{Attributes, EmailKey, Lead, PersonName, StableId, floor_key};
use domain::time::Timestamp;

use crate::at_once::Columns;
use crate::database::sql;
use crate::rows::{in_place, rows};
use crate::writes::Sql;
use crate::{ReadTx, Result, StoreError, WriteTx, Writes};

/// Under this a floor is kept of tokens that have an email and no id.
pub(crate) const EMAIL_ALONE: &str = "email-alone";

/// By what a merchant names a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// The email.
    Email(EmailKey),
    /// The merchant's own id.
    Id(StableId),
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct LeadRow {
    chat_id: String,
    pub(crate) id: String,
    pub(crate) stable_id: Option<String>,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    attributes: String,
    claims_issued_at: f64,
    not_before: Option<f64>,
    identified_at: i64,
    created_at: i64,
}

impl LeadRow {
    /// The next columns, in the order of the fields.
    pub(crate) fn read(columns: &mut Columns<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            chat_id: columns.next()?,
            id: columns.next()?,
            stable_id: columns.next()?,
            email: columns.next()?,
            first_name: columns.next()?,
            last_name: columns.next()?,
            attributes: columns.next()?,
            claims_issued_at: columns.next()?,
            not_before: columns.next()?,
            identified_at: columns.next()?,
            created_at: columns.next()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct NumberedLead {
    number: String,
    #[sqlx(flatten)]
    row: LeadRow,
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

    /// Each of the leads with these ids, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn leads_with_ids(
        &mut self,
        ids: &[(&ChatId, &LeadId)],
    ) -> Result<Vec<Option<Lead>>> {
        let rows = rows(ids.iter().map(|(chat, id)| (chat.as_str(), id.as_str())));
        let query = "SELECT r.number, l.chat_id, l.id, l.stable_id, l.email, l.first_name, l.last_name, l.attributes,
                            l.claims_issued_at, l.not_before, l.identified_at, l.created_at
                     FROM (SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS id FROM jsonb_each($1)) AS r
                     JOIN leads l ON l.chat_id = r.chat_id AND l.id = r.id";
        let found: Vec<NumberedLead> =
            sql!(self, db => sqlx::query_as(query).bind(rows).fetch_all(db).await?);
        let found = found.into_iter().map(|row| (row.number, Lead::try_from(row.row)));
        in_place(ids.len(), found)
    }

    /// Whether another customer of the chat has the same email.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn shares_email(&mut self, lead: &Lead) -> Result<bool> {
        let email = (&lead.chat_id, lead.email.key(), Some(&lead.id));
        Ok(self.are_customers_emails(&[email]).await?.contains(&true))
    }

    /// Whether each of these emails is that of a customer of its chat, other than the one that is named with it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn are_customers_emails(
        &mut self,
        emails: &[(&ChatId, &EmailKey, Option<&LeadId>)],
    ) -> Result<Vec<bool>> {
        let columns = |(chat, email, but): &(&ChatId, &EmailKey, Option<&LeadId>)| {
            (
                chat.to_string(),
                email.as_str().to_owned(),
                but.map_or_else(String::new, ToString::to_string),
            )
        };
        let rows = rows(emails.iter().map(columns));
        let query = "SELECT key, EXISTS (SELECT 1 FROM leads l WHERE l.chat_id = value ->> 0 AND l.email_key = value ->> 1
                                           AND l.id <> value ->> 2)
                     FROM jsonb_each($1)";
        let found: Vec<(String, bool)> =
            sql!(self, db => sqlx::query_as(query).bind(rows).fetch_all(db).await?);
        let found = in_place(emails.len(), found.into_iter().map(|(key, is)| (key, Ok(is))))?;
        Ok(found.into_iter().map(Option::unwrap_or_default).collect())
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
        Ok(self.are_customers_emails(&[(chat, email, None)]).await?.contains(&true))
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
        let mut writes = Writes::default();
        writes.put_leads([(lead, true)]);
        self.write(writes).await
    }
}

impl Writes {
    /// Keeps leads, or the newer forms of those already kept; none is there twice. With each comes whether, if it is new, what it is
    /// found by is still to be looked for: `false` for who is indexed along with it.
    /// [`StoreError::is_taken`] when another lead has the stable id of one.
    pub fn put_leads<'l>(&mut self, leads: impl IntoIterator<Item = (&'l Lead, bool)>) {
        let columns = |(lead, search_due): (&'l Lead, bool)| {
            (
                lead.chat_id.as_str(),
                lead.id.as_str(),
                lead.stable_id.as_ref().map(StableId::as_str),
                lead.email.signed(),
                lead.email.key().as_str(),
                lead.first_name.as_ref().map(PersonName::as_str),
                lead.last_name.as_ref().map(PersonName::as_str),
                lead.attributes.as_json(),
                lead.claims_issued_at,
                lead.not_before,
                lead.identified_at.as_millis(),
                lead.created_at.as_millis(),
                search_due,
            )
        };
        let query = "INSERT INTO leads (chat_id, id, stable_id, email, email_key, first_name, last_name, attributes,
                                        claims_issued_at, not_before, identified_at, created_at, search_due)
                     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                            CAST(value ->> 8 AS DOUBLE PRECISION), CAST(value ->> 9 AS DOUBLE PRECISION),
                            CAST(value ->> 10 AS BIGINT), CAST(value ->> 11 AS BIGINT), CAST(value ->> 12 AS BOOLEAN)
                     FROM jsonb_each($1) WHERE TRUE
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
        self.add(Sql::Both(query), leads.into_iter().map(columns), None);
    }

    /// Keeps when customers were identified of whom nothing else is new, and when the token was issued that said so last.
    pub fn confirm_leads<'l>(&mut self, leads: impl IntoIterator<Item = &'l Lead>) {
        let columns = |lead: &'l Lead| {
            let (chat, id) = (lead.chat_id.as_str(), lead.id.as_str());
            (chat, id, lead.claims_issued_at, lead.identified_at.as_millis())
        };
        let query = "UPDATE leads SET claims_issued_at = r.claims_issued_at, identified_at = r.identified_at
                     FROM (SELECT value ->> 0 AS chat_id, value ->> 1 AS id, CAST(value ->> 2 AS DOUBLE PRECISION) AS claims_issued_at,
                                  CAST(value ->> 3 AS BIGINT) AS identified_at
                           FROM jsonb_each($1)) AS r
                     WHERE leads.chat_id = r.chat_id AND leads.id = r.id AND r.claims_issued_at >= leads.claims_issued_at";
        self.add(Sql::Both(query), leads.into_iter().map(columns), None);
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
