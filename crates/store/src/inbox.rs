//! The team's inbox: which conversations it shows, read in order from an index, and who has seen what in them.

use domain::conversation::Conversation;
use domain::id::{ChatId, ConversationId, OperatorId};
use domain::time::Timestamp;

use crate::conversations::ConversationRow;
use crate::database::sql;
use crate::{ReadTx, Result, WriteTx};

/// Whose turn it is in the conversations that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum InboxView {
    /// All.
    #[default]
    All,
    /// Those in which a person is asked for, and that is not settled.
    NeedsPerson,
    /// Those that nobody has.
    Unassigned,
    /// Those that this operator has.
    Of(OperatorId),
}

/// Which conversations are shown: all, where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxFilter {
    /// Whose turn it is.
    pub view: InboxView,
    /// Only those that are, or are not, a customer's.
    pub verified: Option<bool>,
    /// In which something was written then or later.
    pub since: Option<Timestamp>,
    /// The last message of which was written before.
    pub until: Option<Timestamp>,
}

/// A place in the list: after this conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxPlace {
    /// When its last message was sent.
    pub at: Timestamp,
    /// Which it is.
    pub id: ConversationId,
}

impl InboxFilter {
    /// What rows fulfil, of the parameters `$1` chat, `$2` time, `$3` and `$4` place, `$5` operator. Each index of the
    /// inbox is for one of these conditions, in the same words.
    fn conditions(&self) -> String {
        let view = match self.view {
            InboxView::All => "$5 = ''",
            InboxView::NeedsPerson => {
                "$5 = '' AND escalated_at IS NOT NULL
                 AND (escalation_resolved_at IS NULL OR escalation_resolved_at < escalated_at)"
            }
            InboxView::Unassigned => "$5 = '' AND assignee_id IS NULL",
            InboxView::Of(_) => "assignee_id IS NOT NULL AND assignee_id = $5",
        };
        // Where few rows are left by the view, its own index is the one to take: then these words are no index's.
        let is_narrow = matches!(self.view, InboxView::NeedsPerson | InboxView::Of(_));
        let verified = match (self.verified, is_narrow) {
            (None, _) => "",
            (Some(true), true) => " AND COALESCE(lead_id, '') <> ''",
            (Some(false), true) => " AND COALESCE(lead_id, '') = ''",
            (Some(true), false) => " AND lead_id IS NOT NULL",
            (Some(false), false) => " AND lead_id IS NULL",
        };
        format!(
            "chat_id = $1 AND last_message_at >= $2 AND (last_message_at, id) < ($3, $4) AND {view}{verified}"
        )
    }

    pub(crate) fn page_query(&self) -> String {
        format!(
            "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                    joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                    escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
             FROM conversations WHERE {} ORDER BY last_message_at DESC, id DESC LIMIT $6",
            self.conditions()
        )
    }

    pub(crate) fn count_query(&self) -> String {
        format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM conversations WHERE {} LIMIT $6) AS counted",
            self.conditions()
        )
    }

    pub(crate) fn operator(&self) -> &str {
        match &self.view {
            InboxView::Of(id) => id.as_str(),
            InboxView::All | InboxView::NeedsPerson | InboxView::Unassigned => "",
        }
    }

    fn times(&self) -> (i64, i64) {
        let millis = |time: Option<Timestamp>, or| time.map_or(or, Timestamp::as_millis);
        (millis(self.since, i64::MIN), millis(self.until, i64::MAX))
    }

    /// Where the list begins: one bound for both what is wanted and where one is, so that an index leads there at once.
    fn begin<'a>(&self, place: Option<&'a InboxPlace>) -> (i64, &'a str) {
        let until = (self.times().1, "");
        place.map_or(until, |place| (place.at.as_millis(), place.id.as_str()).min(until))
    }

    /// Whether it shows `conversation`.
    #[must_use]
    pub fn shows(&self, conversation: &Conversation) -> bool {
        let attention = &conversation.attention;
        let view = match &self.view {
            InboxView::All => true,
            InboxView::NeedsPerson => attention.is_escalated(),
            InboxView::Unassigned => attention.assignee.is_none(),
            InboxView::Of(id) => attention.assignee.as_ref() == Some(id),
        };
        let (since, until) = self.times();
        let at = conversation.last_message_at.as_millis();
        let verified = conversation.lead_id.is_some();
        view && (since..until).contains(&at) && self.verified.is_none_or(|only| only == verified)
    }
}

impl ReadTx {
    /// A page of the inbox, newest first: what comes after `place`.
    ///
    /// # Errors
    /// [`crate::StoreError::Corrupt`] when a row cannot be a conversation.
    pub async fn inbox(
        &mut self,
        chat: &ChatId,
        filter: &InboxFilter,
        place: Option<&InboxPlace>,
        limit: i64,
    ) -> Result<Vec<Conversation>> {
        let ((since, _), (at, id)) = (filter.times(), filter.begin(place));
        // Put together of texts that are all here.
        let query = sqlx::AssertSqlSafe(filter.page_query());
        let rows: Vec<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since).bind(at).bind(id).bind(filter.operator())
            .bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Conversation::try_from).collect()
    }

    /// How many conversations the inbox shows, but no more than `most` are counted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_inbox(
        &mut self,
        chat: &ChatId,
        filter: &InboxFilter,
        most: i64,
    ) -> Result<i64> {
        let ((since, _), (at, id)) = (filter.times(), filter.begin(None));
        let query = sqlx::AssertSqlSafe(filter.count_query());
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(since).bind(at).bind(id).bind(filter.operator())
            .bind(most).fetch_one(db).await?))
    }
}

impl WriteTx {
    /// Keeps that one of the chat's people has seen a conversation up to message number `seq`. What is seen stays seen.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_seen(&mut self, conversation: &Conversation, seq: i64) -> Result<()> {
        let query = "UPDATE conversations SET seen_seq = $3
                     WHERE chat_id = $1 AND id = $2 AND (seen_seq IS NULL OR seen_seq < $3)";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str())
            .bind(seq.min(conversation.last_seq)).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps that a conversation reached a page of its visitor's up to message number `seq`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_delivered(&mut self, conversation: &Conversation, seq: i64) -> Result<()> {
        let query = "UPDATE conversations SET delivered_seq = $3
                     WHERE chat_id = $1 AND id = $2 AND delivered_seq < $3";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str())
            .bind(seq.min(conversation.last_seq)).execute(db).await.map(drop)?);
        Ok(())
    }
}
