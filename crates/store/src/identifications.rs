//! What is counted of identifications, what pages report, and whom a change of mode would turn away.

use domain::id::{ChatId, EntryId, VisitorId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// An hour, in milliseconds: counts are kept by the hour.
const HOUR: i64 = 3_600_000;

/// Pages of a chat that are kept: anybody can report one.
pub const MOST_PAGES: i64 = 50;

/// A page that something is wrong with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReport {
    /// What is wrong.
    pub kind: String,
    /// The page.
    pub page: String,
    /// When it was reported first.
    pub first_at: Timestamp,
    /// When it was reported last.
    pub last_at: Timestamp,
    /// How often.
    pub count: i64,
}

/// A visitor who wrote without being verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedWriter {
    /// The visitor.
    pub visitor_id: VisitorId,
    /// When it was last identified, if ever.
    pub identified_at: Option<Timestamp>,
    /// The last message that it wrote unverified.
    pub last_at: Timestamp,
    /// How many it wrote.
    pub messages: i64,
}

impl ReadTx {
    /// How many identifications ended how in the hours from the one of `since`: the outcome and the count.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn identification_counts(
        &mut self,
        chat: &ChatId,
        since: Timestamp,
    ) -> Result<Vec<(String, i64)>> {
        let query = "SELECT outcome, CAST(SUM(count) AS BIGINT) FROM identification_counts
                     WHERE chat_id = $1 AND hour >= $2 GROUP BY outcome ORDER BY outcome";
        Ok(sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since.as_millis().div_euclid(HOUR)).fetch_all(db).await?))
    }

    /// How many identifications ended how in each hour from the one of `since`, the earliest first: the beginning of the hour, how many
    /// tokens were verified, and how many refused. Hours without any are left out; at most 1,000.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn identifications_by_hour(
        &mut self,
        chat: &ChatId,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, i64, i64)>> {
        let query = "SELECT hour, CAST(SUM(CASE WHEN outcome = 'verified' THEN count ELSE 0 END) AS BIGINT),
                        CAST(SUM(CASE WHEN outcome = 'verified' THEN 0 ELSE count END) AS BIGINT)
                     FROM identification_counts
                     WHERE chat_id = $1 AND hour >= $2 GROUP BY hour ORDER BY hour LIMIT 1000";
        let rows: Vec<(i64, i64, i64)> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since.as_millis().div_euclid(HOUR)).fetch_all(db).await?);
        let hour = |(hour, verified, refused): (i64, i64, i64)| {
            (Timestamp::from_millis(hour.saturating_mul(HOUR)), verified, refused)
        };
        Ok(rows.into_iter().map(hour).collect())
    }

    /// The pages of a chat's shop that something is wrong with, the latest first, at most 50.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn page_reports(&mut self, chat: &ChatId) -> Result<Vec<PageReport>> {
        let query =
            "SELECT kind, page, first_at, last_at, count FROM page_reports WHERE chat_id = $1
                     ORDER BY last_at DESC, page LIMIT 50";
        let rows: Vec<(String, String, i64, i64, i64)> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        let report = |(kind, page, first_at, last_at, count)| PageReport {
            kind,
            page,
            first_at: Timestamp::from_millis(first_at),
            last_at: Timestamp::from_millis(last_at),
            count,
        };
        Ok(rows.into_iter().map(report).collect())
    }

    /// What visitors wrote since `since`: how many messages, how many of them verified, and how many visitors.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn visitor_messages(
        &mut self,
        chat: &ChatId,
        since: Timestamp,
    ) -> Result<(i64, i64, i64)> {
        let query = "SELECT COUNT(*), COUNT(*) FILTER (WHERE m.verified = TRUE), COUNT(DISTINCT c.visitor_id)
                     FROM conversations c JOIN messages m ON m.chat_id = c.chat_id AND m.conversation_id = c.id
                     WHERE c.chat_id = $1 AND c.last_message_at >= $2 AND m.sent_at >= $2 AND m.author = 'visitor'";
        Ok(sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since.as_millis()).fetch_one(db).await?))
    }

    /// The visitors who wrote unverified since `since`; at most 10,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no visitor's id.
    pub async fn unverified_writers(
        &mut self,
        chat: &ChatId,
        since: Timestamp,
    ) -> Result<Vec<UnverifiedWriter>> {
        let query = "SELECT v.id, v.identified_at, MAX(m.sent_at), COUNT(*) FROM conversations c
                     JOIN messages m ON m.chat_id = c.chat_id AND m.conversation_id = c.id
                     LEFT JOIN visitors v ON v.chat_id = c.chat_id AND v.id = c.visitor_id
                     WHERE c.chat_id = $1 AND c.last_message_at >= $2 AND m.sent_at >= $2 AND m.author = 'visitor'
                        AND m.verified = FALSE
                     GROUP BY v.id, v.identified_at ORDER BY v.id LIMIT 10000";
        let rows: Vec<(String, Option<i64>, i64, i64)> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since.as_millis()).fetch_all(db).await?);
        rows.into_iter()
            .map(|(visitor, identified_at, last_at, messages)| {
                Ok(UnverifiedWriter {
                    visitor_id: visitor.parse().map_err(StoreError::corrupt("visitors", "id"))?,
                    identified_at: identified_at.map(Timestamp::from_millis),
                    last_at: Timestamp::from_millis(last_at),
                    messages,
                })
            })
            .collect()
    }

    /// Why tokens of visitors were refused since `since`: the visitor and the reason, oldest first, at most 10,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no visitor's id.
    pub async fn refused_visitors(
        &mut self,
        chat: &ChatId,
        since: Timestamp,
    ) -> Result<Vec<(VisitorId, String)>> {
        let query = "SELECT visitor_id, reason FROM record_entries
                     WHERE chat_id = $1 AND id >= $2 AND kind = 'refused' AND visitor_id IS NOT NULL AND reason IS NOT NULL
                     ORDER BY id LIMIT 10000";
        let rows: Vec<(String, String)> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(EntryId::first_at(since).as_str()).fetch_all(db).await?);
        rows.into_iter()
            .map(|(visitor, reason)| {
                let visitor =
                    visitor.parse().map_err(StoreError::corrupt("record_entries", "visitor_id"))?;
                Ok((visitor, reason))
            })
            .collect()
    }
}

impl WriteTx {
    /// Counts `count` more identifications that ended with `outcome` in the hour of `at`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_identifications(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        outcome: &str,
        count: i64,
    ) -> Result<()> {
        let query = "INSERT INTO identification_counts (chat_id, hour, outcome, count) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (chat_id, hour, outcome) DO UPDATE SET count = identification_counts.count + excluded.count";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(at.as_millis().div_euclid(HOUR)).bind(outcome).bind(count)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Counts reports of a page; of a chat's pages the [`MOST_PAGES`] that were reported last are kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_page_reports(&mut self, chat: &ChatId, report: &PageReport) -> Result<()> {
        let query = "INSERT INTO page_reports (chat_id, kind, page, first_at, last_at, count) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (chat_id, kind, page) DO UPDATE SET
                        last_at = excluded.last_at, count = page_reports.count + excluded.count";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(&report.kind).bind(&report.page).bind(report.first_at.as_millis())
            .bind(report.last_at.as_millis()).bind(report.count)
            .execute(db).await.map(drop)?);
        let query = "DELETE FROM page_reports WHERE chat_id = $1 AND page NOT IN
                        (SELECT page FROM page_reports WHERE chat_id = $1 ORDER BY last_at DESC, page LIMIT $2)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(MOST_PAGES).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Forgets the reports of a kind: the merchant has seen them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_page_reports(&mut self, chat: &ChatId, kind: &str) -> Result<()> {
        let query = "DELETE FROM page_reports WHERE chat_id = $1 AND kind = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(kind).execute(db).await.map(drop)?);
        Ok(())
    }
}
