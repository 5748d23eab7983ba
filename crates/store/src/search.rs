//! What messages and people are found by.
//!
//! Nothing of it is written while somebody waits: a message counts as unread by the index until it is read, and so does whatever
//! was there before there was one.

use std::collections::BTreeSet;

use domain::conversation::Conversation;
use domain::id::{ChatId, ConversationId, LeadId};
use domain::lead::Lead;
use domain::profile::TypedLead;
use domain::search::Question;

use crate::conversations::ConversationRow;
use crate::database::{WORDS_INSERT, sql};
use crate::leads::LeadRow;
use crate::profiles::TypedLeadRow;
use crate::{ReadTx, Result, StoreError, WriteTx, Writes};

/// Among the words of each text, so that a question finds those of one chat and one kind.
fn of_messages(chat: &ChatId) -> String {
    format!("{chat}_m")
}

fn of_people(chat: &ChatId) -> String {
    format!("{chat}_p")
}

/// The word that tells of what kind a text is, and its words.
fn all(of: &str, words: &BTreeSet<String>) -> String {
    words.iter().fold(of.to_owned(), |all, word| format!("{all} {word}"))
}

impl ReadTx {
    /// Messages of a chat that have all words of a question: their conversations and their numbers, those that were written last
    /// first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row names no conversation.
    pub async fn messages_with(
        &mut self,
        chat: &ChatId,
        question: &Question,
        limit: i64,
    ) -> Result<Vec<(ConversationId, i64)>> {
        let found = self.found(chat, question, &of_messages(chat), limit).await?;
        let row = |(owner, seq): (String, i64)| {
            Ok((owner.parse().map_err(StoreError::corrupt("words", "owner"))?, seq))
        };
        found.into_iter().map(row).collect()
    }

    /// Customers of a chat, and visitors by what they typed, about whom all words of a question are known; those that changed last
    /// first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row names nobody.
    pub async fn people_with(
        &mut self,
        chat: &ChatId,
        question: &Question,
        limit: i64,
    ) -> Result<Vec<LeadId>> {
        let found = self.found(chat, question, &of_people(chat), limit).await?;
        let row = |(owner, _): (String, i64)| {
            owner.parse().map_err(StoreError::corrupt("words", "owner"))
        };
        found.into_iter().map(row).collect()
    }

    async fn found(
        &mut self,
        chat: &ChatId,
        question: &Question,
        of: &str,
        limit: i64,
    ) -> Result<Vec<(String, i64)>> {
        let (query, asked) = (self.words_sql().find, self.words_asked(question.terms(), of));
        Ok(sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(&asked).bind(limit).fetch_all(db).await?))
    }

    /// Conversations with messages that cannot be found yet, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a conversation.
    pub async fn conversations_to_index(&mut self, limit: i64) -> Result<Vec<Conversation>> {
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations WHERE indexed_seq < last_seq ORDER BY chat_id DESC, id DESC LIMIT $1";
        let rows: Vec<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Conversation::try_from).collect()
    }

    /// Customers of whom something is known that they cannot be found by yet, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn leads_to_index(&mut self, limit: i64) -> Result<Vec<Lead>> {
        let query = "SELECT chat_id, id, stable_id, email, first_name, last_name, attributes, claims_issued_at,
                            not_before, identified_at, created_at
                     FROM leads WHERE search_due = TRUE ORDER BY chat_id DESC, id DESC LIMIT $1";
        let rows: Vec<LeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Lead::try_from).collect()
    }

    /// What visitors typed and cannot be found by yet, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a typed lead.
    pub async fn typed_leads_to_index(&mut self, limit: i64) -> Result<Vec<TypedLead>> {
        let query = "SELECT chat_id, id, visitor_id, email, first_name, last_name, phone_number,
                            email_marketing_consent, created_at, updated_at
                     FROM typed_leads WHERE search_due = TRUE ORDER BY chat_id DESC, id DESC LIMIT $1";
        let rows: Vec<TypedLeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(limit).fetch_all(db).await?);
        rows.into_iter().map(TypedLead::try_from).collect()
    }

    /// Up to which message a conversation can be found.
    ///
    /// # Errors
    /// When the database refuses, or there is no such conversation.
    pub async fn indexed_seq(&mut self, conversation: &Conversation) -> Result<i64> {
        let query = "SELECT indexed_seq FROM conversations WHERE chat_id = $1 AND id = $2";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).fetch_one(db).await?))
    }
}

impl WriteTx {
    /// Has messages of a conversation found by their words; each is given with its number. All up to the last of them then count as
    /// found.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn index_messages(
        &mut self,
        conversation: &Conversation,
        messages: &[(i64, BTreeSet<String>)],
    ) -> Result<()> {
        let chat = &conversation.chat_id;
        let of = of_messages(chat);
        let found = messages.iter().filter(|(_, words)| !words.is_empty());
        let texts =
            found.map(|(seq, words)| (chat, conversation.id.as_str(), *seq, all(&of, words)));
        let mut writes = Writes::default();
        writes.put_words(texts);
        self.write(writes).await?;
        let Some((last, _)) = messages.last() else { return Ok(()) };
        let query = "UPDATE conversations SET indexed_seq = $3 WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(conversation.id.as_str()).bind(*last).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Has a customer found by these words, and by no others.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn index_customer(&mut self, lead: &Lead, words: &BTreeSet<String>) -> Result<()> {
        let (chat, id) = (&lead.chat_id, lead.id.as_str());
        self.forget_words(chat, id).await?;
        let mut writes = Writes::default();
        writes.index_new_customers([(lead, words)]);
        self.write(writes).await?;
        let query = "UPDATE leads SET search_due = FALSE WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Has a visitor found by these words, and by no others.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn index_typed_lead(
        &mut self,
        typed: &TypedLead,
        words: &BTreeSet<String>,
    ) -> Result<()> {
        let (chat, id) = (&typed.chat_id, typed.id.as_str());
        self.forget_words(chat, id).await?;
        let mut writes = Writes::default();
        writes.put_words([(chat, id, 0, all(&of_people(chat), words))]);
        self.write(writes).await?;
        let query = "UPDATE typed_leads SET search_due = FALSE WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes whatever a conversation or a person is found by.
    pub(crate) async fn forget_words(&mut self, chat: &ChatId, owner: &str) -> Result<()> {
        let query = self.words_sql().delete;
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(owner).execute(db).await.map(drop)?);
        Ok(())
    }

    /// What a customer is found by has changed.
    pub(crate) async fn read_lead_anew(&mut self, chat: &ChatId, lead: &LeadId) -> Result<()> {
        let query = "UPDATE leads SET search_due = TRUE WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }
}

impl Writes {
    /// Has customers whom nobody knew before found by these words.
    pub fn index_new_customers<'l>(
        &mut self,
        leads: impl IntoIterator<Item = (&'l Lead, &'l BTreeSet<String>)>,
    ) {
        let text = |(lead, words): (&'l Lead, &BTreeSet<String>)| {
            (&lead.chat_id, lead.id.as_str(), 0, all(&of_people(&lead.chat_id), words))
        };
        self.put_words(leads.into_iter().map(text));
    }

    /// Keeps the words of texts, of each with whose it is and its number.
    fn put_words<'t>(
        &mut self,
        texts: impl IntoIterator<Item = (&'t ChatId, &'t str, i64, String)>,
    ) {
        let columns =
            |(chat, owner, seq, words): (&'t ChatId, _, _, _)| (chat.as_str(), owner, seq, words);
        self.add(WORDS_INSERT, texts.into_iter().map(columns), None);
    }
}
