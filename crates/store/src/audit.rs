//! Who did what in an account.

use domain::audit::{AuditEntry, AuditKind};
use domain::id::{AccountId, AuditId, ChatId, OperatorId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// Which entries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Those of this operator.
    pub operator: Option<OperatorId>,
    /// Those of this kind.
    pub kind: Option<AuditKind>,
    /// Those with this id or a later one.
    pub since: Option<AuditId>,
    /// Those with an earlier id.
    pub before: Option<AuditId>,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    account_id: String,
    id: String,
    at: i64,
    kind: String,
    operator_id: Option<String>,
    operator_email: Option<String>,
    chat_id: Option<String>,
    subject: Option<String>,
    detail: Option<String>,
    address: Option<String>,
    agent: Option<String>,
}

/// Sorts after every id of an entry.
const LAST: &str = "aud_~";

impl ReadTx {
    /// The entries of an account that `query` asks for, newest first; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an entry.
    pub async fn audit(
        &mut self,
        account: &AccountId,
        query: &AuditQuery,
        limit: i64,
    ) -> Result<Vec<AuditEntry>> {
        // One text for each index: of a condition that may be empty, neither database knows which one serves.
        let (text, person, kind) = match (&query.operator, query.kind) {
            (Some(person), Some(kind)) => (
                "SELECT account_id, id, at, kind, operator_id, operator_email, chat_id, subject, detail, address, agent
                 FROM audit_entries WHERE account_id = $1 AND id >= $2 AND id < $3 AND operator_id = $5 AND kind = $6
                 ORDER BY id DESC LIMIT $4",
                Some(person.as_str()),
                Some(kind.code()),
            ),
            (Some(person), None) => (
                "SELECT account_id, id, at, kind, operator_id, operator_email, chat_id, subject, detail, address, agent
                 FROM audit_entries WHERE account_id = $1 AND id >= $2 AND id < $3 AND operator_id = $5
                 ORDER BY id DESC LIMIT $4",
                Some(person.as_str()),
                None,
            ),
            (None, Some(kind)) => (
                "SELECT account_id, id, at, kind, operator_id, operator_email, chat_id, subject, detail, address, agent
                 FROM audit_entries WHERE account_id = $1 AND id >= $2 AND id < $3 AND kind = $5
                 ORDER BY id DESC LIMIT $4",
                Some(kind.code()),
                None,
            ),
            (None, None) => (
                "SELECT account_id, id, at, kind, operator_id, operator_email, chat_id, subject, detail, address, agent
                 FROM audit_entries WHERE account_id = $1 AND id >= $2 AND id < $3
                 ORDER BY id DESC LIMIT $4",
                None,
                None,
            ),
        };
        let since = query.since.as_ref().map_or("", AuditId::as_str);
        let before = query.before.as_ref().map_or(LAST, AuditId::as_str);
        let rows: Vec<AuditRow> = sql!(self, db => {
            let mut asked = sqlx::query_as(text)
                .bind(account.as_str()).bind(since).bind(before).bind(limit);
            for value in [person, kind].into_iter().flatten() {
                asked = asked.bind(value);
            }
            asked.fetch_all(db).await?
        });
        rows.into_iter().map(AuditEntry::try_from).collect()
    }
}

impl WriteTx {
    /// Appends an entry.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let query = "INSERT INTO audit_entries (account_id, id, at, kind, operator_id, operator_email, chat_id, subject,
                                                detail, address, agent)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        sql!(self, db => sqlx::query(query)
            .bind(entry.account_id.as_str()).bind(entry.id.as_str()).bind(entry.at.as_millis())
            .bind(entry.kind.code()).bind(entry.operator_id.as_ref().map(OperatorId::as_str))
            .bind(entry.operator_email.as_deref()).bind(entry.chat_id.as_ref().map(ChatId::as_str))
            .bind(entry.subject.as_deref()).bind(entry.detail.as_deref())
            .bind(entry.address.as_deref()).bind(entry.agent.as_deref())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self> {
        const TABLE: &str = "audit_entries";
        let operator_id = row.operator_id.map(|id| id.parse()).transpose();
        let chat_id = row.chat_id.map(|id| id.parse()).transpose();
        Ok(Self {
            account_id: row.account_id.parse().map_err(StoreError::corrupt(TABLE, "account_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt(TABLE, "id"))?,
            at: Timestamp::from_millis(row.at),
            kind: row.kind.parse().map_err(StoreError::corrupt(TABLE, "kind"))?,
            operator_id: operator_id.map_err(StoreError::corrupt(TABLE, "operator_id"))?,
            operator_email: row.operator_email,
            chat_id: chat_id.map_err(StoreError::corrupt(TABLE, "chat_id"))?,
            subject: row.subject,
            detail: row.detail,
            address: row.address,
            agent: row.agent,
        })
    }
}
