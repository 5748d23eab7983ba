//! Operators' sessions in the dashboard.

use domain::account::{Account, Operator, SecondFactors};
use domain::id::{AccountId, OperatorId};
use domain::time::Timestamp;

use crate::accounts::OperatorRow;
use crate::database::sql;
use crate::{OperatorCredentials, ReadTx, Result, StoreError, WriteTx};

/// A session of the dashboard. Its token is kept as a hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its token.
    pub token_hash: String,
    /// The operator's account.
    pub account_id: AccountId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// What the browser said it is.
    pub agent: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When somebody was last there; it may lag some minutes behind.
    pub last_seen_at: Timestamp,
    /// When the operator last proved who they are.
    pub authenticated_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A session with everything that decides what may be done in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub operator: Operator,
    /// Of which account.
    pub account: Account,
    /// Which second factors the operator has.
    pub second_factors: SecondFactors,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: String,
    account_id: String,
    operator_id: String,
    agent: String,
    created_at: i64,
    last_seen_at: Option<i64>,
    authenticated_at: Option<i64>,
    expires_at: i64,
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    token_hash: String,
    agent: String,
    session_created_at: i64,
    last_seen_at: Option<i64>,
    authenticated_at: Option<i64>,
    expires_at: i64,
    #[sqlx(flatten)]
    operator: OperatorRow,
    account_name: String,
    second_factor_required: bool,
    account_created_at: i64,
    has_totp: bool,
    has_passkey: bool,
}

impl ReadTx {
    /// The session with this token hash, if it lasts at `now`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a session.
    pub async fn session(&mut self, token_hash: &str, now: Timestamp) -> Result<Option<Session>> {
        let query = "SELECT token_hash, account_id, operator_id, agent, created_at, last_seen_at, authenticated_at, expires_at
                     FROM sessions WHERE token_hash = $1 AND expires_at > $2";
        let row: Option<SessionRow> = sql!(self, db => sqlx::query_as(query)
            .bind(token_hash).bind(now.as_millis()).fetch_optional(db).await?);
        row.map(Session::try_from).transpose()
    }

    /// The same with whose it is, in one look.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be what it should.
    pub async fn open_session(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<OpenSession>> {
        let query = "SELECT s.token_hash, s.agent, s.created_at AS session_created_at, s.last_seen_at, s.authenticated_at,
                            s.expires_at, o.account_id, o.id, o.email, o.name, o.role, o.password_hash, o.created_at,
                            a.name AS account_name, a.second_factor_required, a.created_at AS account_created_at,
                            EXISTS (SELECT 1 FROM totps t WHERE t.account_id = o.account_id AND t.operator_id = o.id
                                    AND t.confirmed_at IS NOT NULL) AS has_totp,
                            EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = o.account_id AND p.operator_id = o.id) AS has_passkey
                     FROM sessions s
                     JOIN operators o ON o.account_id = s.account_id AND o.id = s.operator_id AND o.removed_at IS NULL
                     JOIN accounts a ON a.id = s.account_id
                     WHERE s.token_hash = $1 AND s.expires_at > $2";
        let row: Option<OpenRow> = sql!(self, db => sqlx::query_as(query)
            .bind(token_hash).bind(now.as_millis()).fetch_optional(db).await?);
        row.map(OpenSession::try_from).transpose()
    }

    /// The sessions of an operator that last at `now`, the one last seen first; at most 200.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a session.
    pub async fn sessions(&mut self, operator: &Operator, now: Timestamp) -> Result<Vec<Session>> {
        let query = "SELECT token_hash, account_id, operator_id, agent, created_at, last_seen_at, authenticated_at, expires_at
                     FROM sessions WHERE account_id = $1 AND operator_id = $2 AND expires_at > $3
                     ORDER BY COALESCE(last_seen_at, created_at) DESC, token_hash LIMIT 200";
        let rows: Vec<SessionRow> = sql!(self, db => sqlx::query_as(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(now.as_millis())
            .fetch_all(db).await?);
        rows.into_iter().map(Session::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a new session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_session(&mut self, session: &Session) -> Result<()> {
        let query =
            "INSERT INTO sessions (token_hash, account_id, operator_id, created_at, expires_at, agent, last_seen_at, authenticated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sql!(self, db => sqlx::query(query)
            .bind(&session.token_hash).bind(session.account_id.as_str()).bind(session.operator_id.as_str())
            .bind(session.created_at.as_millis()).bind(session.expires_at.as_millis())
            .bind(&session.agent).bind(session.last_seen_at.as_millis()).bind(session.authenticated_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(&mut self, token_hash: &str) -> Result<()> {
        let query = "DELETE FROM sessions WHERE token_hash = $1";
        sql!(self, db => sqlx::query(query).bind(token_hash).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ends the sessions of an operator but the one with the hash `kept`, or all where that is none of theirs: how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_sessions(&mut self, operator: &Operator, kept: &str) -> Result<u64> {
        let query =
            "DELETE FROM sessions WHERE account_id = $1 AND operator_id = $2 AND token_hash <> $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(kept)
            .execute(db).await.map(|done| done.rows_affected())?))
    }

    /// Keeps that somebody was there in a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_session_seen(&mut self, token_hash: &str, now: Timestamp) -> Result<()> {
        let query = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1";
        sql!(self, db => sqlx::query(query).bind(token_hash).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps that the operator proved who they are, in a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_session_authenticated(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<()> {
        let query =
            "UPDATE sessions SET authenticated_at = $2, last_seen_at = $2 WHERE token_hash = $1";
        sql!(self, db => sqlx::query(query).bind(token_hash).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Deletes what has ended before `now`: sessions, uses of tokens that have expired, ways to a new password, invitations of more
    /// than 30 days ago, of more than 30 days ago reports and orders of nobody's, of more than 400 days ago what the audit log has, and
    /// counts of more than [`crate::COUNTS_KEPT_HOURS`] ago.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sweep(&mut self, now: Timestamp) -> Result<()> {
        for query in [
            "DELETE FROM sessions WHERE expires_at <= $1",
            "DELETE FROM token_uses WHERE expires_at <= $1",
            "DELETE FROM password_resets WHERE expires_at <= $1",
            "DELETE FROM invitations WHERE expires_at <= $1 - 2592000000",
            "DELETE FROM audit_entries WHERE at < $1 - 34560000000",
            "DELETE FROM identification_counts WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM activity_counts WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM purchase_sums WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM page_reports WHERE last_at < $1 - 2592000000",
            "DELETE FROM purchases WHERE conversation_id IS NULL AND created_at < $1 - 2592000000",
            // Whose hook went while they were added.
            "DELETE FROM lead_posts WHERE created_at < $1 - 60000 AND NOT EXISTS
                (SELECT 1 FROM hooks h WHERE h.chat_id = lead_posts.chat_id AND h.id = lead_posts.hook_id)",
            "DELETE FROM webhook_deliveries WHERE created_at < $1 - 60000 AND NOT EXISTS
                (SELECT 1 FROM webhooks w WHERE w.chat_id = webhook_deliveries.chat_id
                    AND w.id = webhook_deliveries.webhook_id)",
        ] {
            sql!(self, db => sqlx::query(query).bind(now.as_millis()).execute(db).await.map(drop)?);
        }
        Ok(())
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self> {
        Ok(Self {
            token_hash: row.token_hash,
            account_id: row
                .account_id
                .parse()
                .map_err(StoreError::corrupt("sessions", "account_id"))?,
            operator_id: row
                .operator_id
                .parse()
                .map_err(StoreError::corrupt("sessions", "operator_id"))?,
            agent: row.agent,
            created_at: Timestamp::from_millis(row.created_at),
            last_seen_at: Timestamp::from_millis(row.last_seen_at.unwrap_or(row.created_at)),
            authenticated_at: Timestamp::from_millis(
                row.authenticated_at.unwrap_or(row.created_at),
            ),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

impl TryFrom<OpenRow> for OpenSession {
    type Error = StoreError;

    fn try_from(row: OpenRow) -> Result<Self> {
        let operator = OperatorCredentials::try_from(row.operator)?.operator;
        let created_at = row.session_created_at;
        Ok(Self {
            session: Session {
                token_hash: row.token_hash,
                account_id: operator.account_id.clone(),
                operator_id: operator.id.clone(),
                agent: row.agent,
                created_at: Timestamp::from_millis(created_at),
                last_seen_at: Timestamp::from_millis(row.last_seen_at.unwrap_or(created_at)),
                authenticated_at: Timestamp::from_millis(
                    row.authenticated_at.unwrap_or(created_at),
                ),
                expires_at: Timestamp::from_millis(row.expires_at),
            },
            account: Account {
                id: operator.account_id.clone(),
                name: row.account_name.parse().map_err(StoreError::corrupt("accounts", "name"))?,
                second_factor_required: row.second_factor_required,
                created_at: Timestamp::from_millis(row.account_created_at),
            },
            operator,
            second_factors: SecondFactors { totp: row.has_totp, passkey: row.has_passkey },
        })
    }
}
