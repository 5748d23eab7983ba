//! Customers whose email another customer has, too, and what the chat's people say of them.

use domain::id::{ChatId, LeadId, OperatorId};
use domain::lead::{EmailKey, Lead};
use domain::time::Timestamp;

use crate::contacts::LAST_ID;
use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// What the chat's people say of customers with one email. It is a note: nothing is joined, and nothing is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They are different people.
    Apart,
    /// They are one person, whom the merchant gave several ids.
    Same,
}

/// A decision, with who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub operator: OperatorId,
}

impl Decision {
    /// Its name in the store and outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Same => "same",
        }
    }
}

#[derive(sqlx::FromRow)]
struct DecidedRow {
    decision: String,
    decided_at: i64,
    operator_id: String,
}

pub(crate) const UNDECIDED: &str = "SELECT lead_id FROM shared_emails
     WHERE chat_id = $1 AND decision IS NULL AND lead_id < $2 ORDER BY lead_id DESC LIMIT $3";
pub(crate) const DECIDED: &str = "SELECT lead_id FROM shared_emails
     WHERE chat_id = $1 AND decision IS NOT NULL AND lead_id < $2 ORDER BY lead_id DESC LIMIT $3";

impl ReadTx {
    /// Customers whose email was seen with another customer, and of whom nothing is decided (or, with `decided`, something is); the
    /// newest first, after `place`. By now they may have another email.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row names nobody.
    pub async fn with_shared_emails(
        &mut self,
        chat: &ChatId,
        query: SharedEmails,
        place: Option<&LeadId>,
        limit: i64,
    ) -> Result<Vec<LeadId>> {
        let query = match query {
            SharedEmails::Undecided => UNDECIDED,
            SharedEmails::Decided => DECIDED,
        };
        let ids: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(place.map_or(LAST_ID, LeadId::as_str)).bind(limit).fetch_all(db).await?);
        let id = |id: String| id.parse().map_err(StoreError::corrupt("shared_emails", "lead_id"));
        ids.into_iter().map(id).collect()
    }

    /// What was decided of a customer and those with the same email.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row cannot be a decision.
    pub async fn decided(&mut self, chat: &ChatId, lead: &LeadId) -> Result<Option<Decided>> {
        let query = "SELECT decision, decided_at, operator_id FROM shared_emails
                     WHERE chat_id = $1 AND lead_id = $2 AND decision IS NOT NULL";
        let row: Option<DecidedRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).fetch_optional(db).await?);
        row.map(Decided::try_from).transpose()
    }
}

/// Which customers with an email that another has are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedEmails {
    /// Of whom nothing is decided.
    Undecided,
    /// Of whom something is.
    Decided,
}

impl WriteTx {
    /// Keeps that `lead` and others have one email, if that is so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_shared_email(&mut self, lead: &Lead, now: Timestamp) -> Result<()> {
        let (chat, key) = (lead.chat_id.as_str(), lead.email.key().as_str());
        if self.shares_email(lead).await? {
            let query = "INSERT INTO shared_emails (chat_id, lead_id, found_at)
                         SELECT chat_id, id, $3 FROM leads WHERE chat_id = $1 AND email_key = $2
                         ON CONFLICT (chat_id, lead_id) DO NOTHING";
            sql!(self, db => sqlx::query(query)
                .bind(chat).bind(key).bind(now.as_millis()).execute(db).await.map(drop)?);
        } else {
            let query = "DELETE FROM shared_emails WHERE chat_id = $1 AND lead_id = $2";
            sql!(self, db => sqlx::query(query)
                .bind(chat).bind(lead.id.as_str()).execute(db).await.map(drop)?);
        }
        Ok(())
    }

    /// Keeps what is said of all customers who have this email now; `None` takes it back. Whoever comes to have it later asks the
    /// question anew.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn decide(
        &mut self,
        chat: &ChatId,
        email: &EmailKey,
        decided: Option<&Decided>,
    ) -> Result<()> {
        let query = "UPDATE shared_emails SET decision = $3, decided_at = $4, operator_id = $5
                     WHERE chat_id = $1
                       AND lead_id IN (SELECT id FROM leads WHERE chat_id = $1 AND email_key = $2)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(email.as_str()).bind(decided.map(|it| it.decision.as_str()))
            .bind(decided.map(|it| it.at.as_millis())).bind(decided.map(|it| it.operator.as_str()))
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<DecidedRow> for Decided {
    type Error = StoreError;

    fn try_from(row: DecidedRow) -> Result<Self> {
        let decision = match row.decision.as_str() {
            "apart" => Decision::Apart,
            "same" => Decision::Same,
            other => {
                let problem = format!("no decision {other:?}");
                return Err(StoreError::corrupt("shared_emails", "decision")(problem));
            }
        };
        Ok(Self {
            decision,
            at: Timestamp::from_millis(row.decided_at),
            operator: row
                .operator_id
                .parse()
                .map_err(StoreError::corrupt("shared_emails", "operator_id"))?,
        })
    }
}
