//! Mails about conversations in which a person is asked for: which are still to be sent, and what became of the last one.

use domain::id::{ChatId, ConversationId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// The mail about the last escalation of a conversation. What it says is read when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationMail {
    /// The chat.
    pub chat_id: ChatId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When the person was asked for.
    pub escalated_at: Timestamp,
    /// How it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; while it is being tried, when another may try.
    pub due_at: Timestamp,
    /// Hashes of the addresses that took it.
    pub taken: Vec<String>,
    /// Why it was not sent, where that is known: a code, or a status of SMTP; never an address.
    pub problem: Option<String>,
    /// When a mail about this conversation was last sent.
    pub sent_at: Option<Timestamp>,
}

/// How a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is still to be sent.
    Waiting,
    /// Somebody's mailbox took it.
    Sent,
    /// It was given up.
    Failed,
    /// It was settled, or somebody took over, before it was sent.
    Needless,
}

impl MailState {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Needless => "needless",
        }
    }
}

#[derive(sqlx::FromRow)]
struct MailRow {
    chat_id: String,
    conversation_id: String,
    escalated_at: i64,
    state: String,
    attempts: i64,
    due_at: i64,
    taken: String,
    problem: Option<String>,
    sent_at: Option<i64>,
}

impl ReadTx {
    /// The mail about a conversation, or `None` where there never was one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a mail.
    pub async fn escalation_mail(
        &mut self,
        chat: &ChatId,
        conversation: &ConversationId,
    ) -> Result<Option<EscalationMail>> {
        let query = "SELECT chat_id, conversation_id, escalated_at, state, attempts, due_at, taken, problem, sent_at
                     FROM escalation_mails WHERE chat_id = $1 AND conversation_id = $2";
        let row: Option<MailRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(conversation.as_str()).fetch_optional(db).await?);
        row.map(EscalationMail::try_from).transpose()
    }

    /// The mails that are due at `now`, the one that waits longest first; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a mail.
    pub async fn due_escalation_mails(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<EscalationMail>> {
        let query = "SELECT chat_id, conversation_id, escalated_at, state, attempts, due_at, taken, problem, sent_at
                     FROM escalation_mails WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2";
        let rows: Vec<MailRow> = sql!(self, db => sqlx::query_as(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(EscalationMail::try_from).collect()
    }
}

impl ReadTx {
    /// About how many conversations of a chat a mail was sent at `since` or later.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn escalation_mails_since(&mut self, chat: &ChatId, since: Timestamp) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM escalation_mails WHERE chat_id = $1 AND sent_at >= $2";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(since.as_millis()).fetch_one(db).await?))
    }
}

impl WriteTx {
    /// Keeps a mail, or the newer form of one already kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_escalation_mail(&mut self, mail: &EscalationMail) -> Result<()> {
        let query = "INSERT INTO escalation_mails (chat_id, conversation_id, escalated_at, state, attempts, due_at,
                                                   taken, problem, sent_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (chat_id, conversation_id) DO UPDATE SET
                        escalated_at = excluded.escalated_at, state = excluded.state, attempts = excluded.attempts,
                        due_at = excluded.due_at, taken = excluded.taken, problem = excluded.problem,
                        sent_at = excluded.sent_at";
        sql!(self, db => sqlx::query(query)
            .bind(mail.chat_id.as_str()).bind(mail.conversation_id.as_str()).bind(mail.escalated_at.as_millis())
            .bind(mail.state.as_str()).bind(mail.attempts).bind(mail.due_at.as_millis())
            .bind(mail.taken.join(" ")).bind(mail.problem.as_ref())
            .bind(mail.sent_at.map(Timestamp::as_millis)).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Claims a mail until `until`, which counts as an attempt: the mail as it is then; `None` where another has it, or had it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_escalation_mail(
        &mut self,
        mail: &EscalationMail,
        until: Timestamp,
    ) -> Result<Option<EscalationMail>> {
        // The condition is in the statement that writes, so that of two nodes one loses.
        let query = "UPDATE escalation_mails SET due_at = $3, attempts = attempts + 1
                     WHERE chat_id = $1 AND conversation_id = $2 AND state = 'waiting' AND due_at = $4 AND attempts = $5
                     RETURNING chat_id, conversation_id, escalated_at, state, attempts, due_at, taken, problem, sent_at";
        let row: Option<MailRow> = sql!(self, db => sqlx::query_as(query)
            .bind(mail.chat_id.as_str()).bind(mail.conversation_id.as_str()).bind(until.as_millis())
            .bind(mail.due_at.as_millis()).bind(mail.attempts).fetch_optional(db).await?);
        row.map(EscalationMail::try_from).transpose()
    }

    /// Writes down what became of a mail that was `claimed`, and answers whether the claim still held. When its conversation was
    /// escalated is left as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_escalation_mail(
        &mut self,
        claimed: &EscalationMail,
        settled: &EscalationMail,
    ) -> Result<bool> {
        let query = "UPDATE escalation_mails SET state = $3, due_at = $4, taken = $5, problem = $6, sent_at = $7,
                            attempts = $10
                     WHERE chat_id = $1 AND conversation_id = $2 AND state = 'waiting' AND due_at = $8 AND attempts = $9";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(claimed.chat_id.as_str()).bind(claimed.conversation_id.as_str())
            .bind(settled.state.as_str()).bind(settled.due_at.as_millis()).bind(settled.taken.join(" "))
            .bind(settled.problem.as_ref()).bind(settled.sent_at.map(Timestamp::as_millis))
            .bind(claimed.due_at.as_millis()).bind(claimed.attempts).bind(settled.attempts)
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }
}

impl TryFrom<MailRow> for EscalationMail {
    type Error = StoreError;

    fn try_from(row: MailRow) -> Result<Self> {
        const TABLE: &str = "escalation_mails";
        let all = [MailState::Waiting, MailState::Sent, MailState::Failed, MailState::Needless];
        let state = all.into_iter().find(|state| state.as_str() == row.state).ok_or_else(|| {
            StoreError::corrupt(TABLE, "state")(format!("no state {:?}", row.state))
        })?;
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt(TABLE, "chat_id"))?,
            conversation_id: row
                .conversation_id
                .parse()
                .map_err(StoreError::corrupt(TABLE, "conversation_id"))?,
            escalated_at: Timestamp::from_millis(row.escalated_at),
            state,
            attempts: row.attempts,
            due_at: Timestamp::from_millis(row.due_at),
            taken: row.taken.split_whitespace().map(str::to_owned).collect(),
            problem: row.problem,
            sent_at: row.sent_at.map(Timestamp::from_millis),
        })
    }
}
