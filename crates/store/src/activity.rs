//! What is counted of a chat, by the hour: asked for by the first columns of the key, so that it takes no longer for the messages that
//! are kept.

use domain::activity::Counted;
use domain::id::ChatId;
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, WriteTx};

/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;

/// Counts are kept for so many hours: 400 days.
pub const COUNTS_KEPT_HOURS: i64 = 400 * 24;

/// The hour since 1970 UTC that `at` is in.
#[must_use]
pub const fn hour_of(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(HOUR)
}

/// Hours in steps of equal length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first, since 1970 UTC.
    pub from: i64,
    /// The one after the last.
    pub to: i64,
    /// How many a step has, at least 1.
    pub step: i64,
}

/// A count in one step.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StepCount {
    /// The step, from 0.
    pub step: i64,
    /// What.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// Purchases in one step.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct StepSum {
    /// The step, from 0.
    pub step: i64,
    /// In which currency.
    pub currency: String,
    /// How many.
    pub count: i64,
    /// What they cost together.
    pub total: f64,
}

/// Each statement of this file that reads, so that a test can ask how it is answered.
pub(crate) const COUNTS: &str =
    "SELECT (hour - $2) / $4 AS step, what, CAST(SUM(count) AS BIGINT) AS count
     FROM activity_counts WHERE chat_id = $1 AND hour >= $2 AND hour < $3 GROUP BY 1, 2 ORDER BY 1, 2";
pub(crate) const IDENTIFICATIONS: &str =
    "SELECT (hour - $2) / $4 AS step, outcome AS what, CAST(SUM(count) AS BIGINT) AS count
     FROM identification_counts WHERE chat_id = $1 AND hour >= $2 AND hour < $3 GROUP BY 1, 2 ORDER BY 1, 2";
pub(crate) const SUMS: &str = "SELECT (hour - $2) / $4 AS step, currency, CAST(SUM(count) AS BIGINT) AS count, SUM(total) AS total
     FROM purchase_sums WHERE chat_id = $1 AND hour >= $2 AND hour < $3 GROUP BY 1, 2 ORDER BY 1, 2";

impl ReadTx {
    /// What was counted of a chat in these hours, step by step; nothing where it is nought.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn activity(&mut self, chat: &ChatId, hours: Hours) -> Result<Vec<StepCount>> {
        Ok(sql!(self, db => sqlx::query_as(COUNTS)
            .bind(chat.as_str()).bind(hours.from).bind(hours.to).bind(hours.step.max(1))
            .fetch_all(db).await?))
    }

    /// How identifications ended in these hours, step by step: `verified`, or the code of a refusal.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn identifications_in(
        &mut self,
        chat: &ChatId,
        hours: Hours,
    ) -> Result<Vec<StepCount>> {
        Ok(sql!(self, db => sqlx::query_as(IDENTIFICATIONS)
            .bind(chat.as_str()).bind(hours.from).bind(hours.to).bind(hours.step.max(1))
            .fetch_all(db).await?))
    }

    /// What was bought in these hours and credited to conversations, step by step.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn purchases_in(&mut self, chat: &ChatId, hours: Hours) -> Result<Vec<StepSum>> {
        Ok(sql!(self, db => sqlx::query_as(SUMS)
            .bind(chat.as_str()).bind(hours.from).bind(hours.to).bind(hours.step.max(1))
            .fetch_all(db).await?))
    }
}

impl WriteTx {
    /// Counts `count` more in an hour since 1970 UTC.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_activity(
        &mut self,
        chat: &ChatId,
        hour: i64,
        what: Counted,
        count: i64,
    ) -> Result<()> {
        let query = "INSERT INTO activity_counts (chat_id, hour, what, count) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (chat_id, hour, what) DO UPDATE SET count = activity_counts.count + excluded.count";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(hour).bind(what.code()).bind(count)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Counts a purchase.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_purchase(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        currency: &str,
        total: f64,
    ) -> Result<()> {
        let query = "INSERT INTO purchase_sums (chat_id, hour, currency, count, total) VALUES ($1, $2, $3, 1, $4)
                     ON CONFLICT (chat_id, hour, currency) DO UPDATE SET
                        count = purchase_sums.count + 1, total = purchase_sums.total + excluded.total";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(hour_of(at)).bind(currency).bind(total)
            .execute(db).await.map(drop)?);
        Ok(())
    }
}
