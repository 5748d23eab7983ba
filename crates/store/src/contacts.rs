//! The table of a chat's contacts, customers and whoever typed who they are, read in order from an index.

use domain::id::{ChatId, ConversationId, LeadId};
use domain::lead::Lead;
use domain::profile::TypedLead;

use crate::database::sql;
use crate::leads::LeadRow;
use crate::profiles::TypedLeadRow;
use crate::{ReadTx, Result, StoreError};

/// In which order contacts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactOrder {
    /// Those known last first.
    #[default]
    Newest,
    /// Those known first first.
    Oldest,
    /// By the email's key.
    Email,
}

/// A place in the table: after this contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPlace {
    /// The contact.
    pub id: LeadId,
    /// The email's key.
    pub email_key: String,
    /// Whether it is what a visitor typed.
    pub is_typed: bool,
}

/// After every id.
pub(crate) const LAST_ID: &str = "lead_z";

/// A contact, with what the table is filtered by.
#[derive(Debug, Clone, PartialEq)]
pub enum Contact {
    /// A customer whom the merchant vouched for.
    Customer {
        /// Who.
        lead: Box<Lead>,
        /// Whether there is a conversation with them.
        talks: bool,
        /// Whether they want marketing by email, if they said so.
        consent: Option<bool>,
    },
    /// What a visitor typed.
    Typed {
        /// What.
        typed: Box<TypedLead>,
        /// The conversation with the visitor.
        conversation: Option<ConversationId>,
    },
}

#[derive(sqlx::FromRow)]
struct CustomerRow {
    #[sqlx(flatten)]
    lead: LeadRow,
    talks: bool,
    consent: Option<String>,
}

#[derive(sqlx::FromRow)]
struct TypedRow {
    #[sqlx(flatten)]
    typed: TypedLeadRow,
    conversation_id: Option<String>,
}

impl ContactOrder {
    /// The parameters that say where to begin.
    fn begin(self, place: Option<&ContactPlace>) -> (&str, &str) {
        match (place, self) {
            (Some(place), _) => (place.id.as_str(), place.email_key.as_str()),
            (None, Self::Newest) => (LAST_ID, ""),
            (None, Self::Oldest | Self::Email) => ("", ""),
        }
    }
}

impl Contact {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &LeadId {
        match self {
            Self::Customer { lead, .. } => &lead.id,
            Self::Typed { typed, .. } => &typed.id,
        }
    }

    /// Its place.
    #[must_use]
    pub fn place(&self) -> ContactPlace {
        let (email, is_typed) = match self {
            Self::Customer { lead, .. } => (&lead.email, false),
            Self::Typed { typed, .. } => (&typed.email, true),
        };
        ContactPlace { id: self.id().clone(), email_key: email.key().as_str().to_owned(), is_typed }
    }
}

impl ContactPlace {
    /// Whether it comes before `other` in this order. By email, customers come first: databases differ in how they compare texts, and the
    /// two tables are not mixed.
    #[must_use]
    pub fn is_before(&self, other: &Self, order: ContactOrder) -> bool {
        match order {
            ContactOrder::Newest => self.id > other.id,
            ContactOrder::Oldest => self.id < other.id,
            ContactOrder::Email => {
                (self.is_typed, &self.email_key, &self.id)
                    < (other.is_typed, &other.email_key, &other.id)
            }
        }
    }
}

/// What rows come after the place `$2` (id) and `$3` (email), and in which order: `$3` may be of no use.
pub(crate) const fn after(order: ContactOrder) -> &'static str {
    match order {
        ContactOrder::Newest => "id < $2 AND $3 = $3 ORDER BY id DESC",
        ContactOrder::Oldest => "id > $2 AND $3 = $3 ORDER BY id",
        ContactOrder::Email => "(email_key, id) > ($3, $2) ORDER BY email_key, id",
    }
}

pub(crate) fn customers_query(order: ContactOrder) -> String {
    format!(
        "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at, not_before,
                identified_at, created_at,
                EXISTS (SELECT 1 FROM conversations c WHERE c.chat_id = leads.chat_id AND c.lead_id = leads.id) AS talks,
                (SELECT f.value FROM lead_fields f WHERE f.chat_id = leads.chat_id AND f.lead_id = leads.id
                   AND f.name = 'email_marketing_consent' ORDER BY f.source LIMIT 1) AS consent
         FROM leads WHERE chat_id = $1 AND {} LIMIT $4",
        after(order)
    )
}

pub(crate) fn typed_query(order: ContactOrder) -> String {
    format!(
        "SELECT chat_id, id, visitor_id, email, first_name, last_name, phone_number, email_marketing_consent,
                created_at, updated_at,
                (SELECT c.id FROM conversations c
                 WHERE c.chat_id = typed_leads.chat_id AND c.visitor_id = typed_leads.visitor_id) AS conversation_id
         FROM typed_leads WHERE chat_id = $1 AND {} LIMIT $4",
        after(order)
    )
}

impl ReadTx {
    /// A chat's customers, in this order, after `place`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a customer.
    pub async fn customer_contacts(
        &mut self,
        chat: &ChatId,
        order: ContactOrder,
        place: Option<&ContactPlace>,
        limit: i64,
    ) -> Result<Vec<Contact>> {
        let (id, email) = order.begin(place);
        let query = sqlx::AssertSqlSafe(customers_query(order));
        let rows: Vec<CustomerRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id).bind(email).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Contact::try_from).collect()
    }

    /// What a chat's visitors typed of themselves, in this order, after `place`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be what somebody typed.
    pub async fn typed_contacts(
        &mut self,
        chat: &ChatId,
        order: ContactOrder,
        place: Option<&ContactPlace>,
        limit: i64,
    ) -> Result<Vec<Contact>> {
        let (id, email) = order.begin(place);
        let query = sqlx::AssertSqlSafe(typed_query(order));
        let rows: Vec<TypedRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id).bind(email).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Contact::try_from).collect()
    }

    /// The contact with this id, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a contact.
    pub async fn contact(&mut self, chat: &ChatId, id: &LeadId) -> Result<Option<Contact>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at,
                            EXISTS (SELECT 1 FROM conversations c
                                    WHERE c.chat_id = leads.chat_id AND c.lead_id = leads.id) AS talks,
                            (SELECT f.value FROM lead_fields f WHERE f.chat_id = leads.chat_id AND f.lead_id = leads.id
                               AND f.name = 'email_marketing_consent' ORDER BY f.source LIMIT 1) AS consent
                     FROM leads WHERE chat_id = $1 AND id = $2";
        let customer: Option<CustomerRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        if let Some(customer) = customer {
            return Contact::try_from(customer).map(Some);
        }
        let query = "SELECT chat_id, id, visitor_id, email, first_name, last_name, phone_number,
                            email_marketing_consent, created_at, updated_at,
                            (SELECT c.id FROM conversations c WHERE c.chat_id = typed_leads.chat_id
                               AND c.visitor_id = typed_leads.visitor_id) AS conversation_id
                     FROM typed_leads WHERE chat_id = $1 AND id = $2";
        let typed: Option<TypedRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        typed.map(Contact::try_from).transpose()
    }
}

impl TryFrom<CustomerRow> for Contact {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self> {
        let consent = row.consent.map(|value| value == "true");
        Ok(Self::Customer { lead: Box::new(row.lead.try_into()?), talks: row.talks, consent })
    }
}

impl TryFrom<TypedRow> for Contact {
    type Error = StoreError;

    fn try_from(row: TypedRow) -> Result<Self> {
        let conversation = row.conversation_id.map(|id| id.parse()).transpose();
        let conversation = conversation.map_err(StoreError::corrupt("conversations", "id"))?;
        Ok(Self::Typed { typed: Box::new(row.typed.try_into()?), conversation })
    }
}
