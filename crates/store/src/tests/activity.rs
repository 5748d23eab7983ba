//! Counts by the hour.

use std::time::Duration;

use domain::activity::Counted;

use super::*;
use crate::activity::{COUNTS, COUNTS_KEPT_HOURS, IDENTIFICATIONS, SUMS};
use crate::database::{Tx, sql};
use crate::{Hours, StepCount, StepSum, hour_of};

fn step(step: i64, what: &str, count: i64) -> StepCount {
    StepCount { step, what: what.to_owned(), count }
}

both!(counts_add_up_in_steps_of_any_length, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let now = hour_of(NOW);
    for (hour, what, count) in [
        (now, Counted::Conversations, 2),
        (now, Counted::Conversations, 3),
        (now + 1, Counted::Conversations, 1),
        (now + 1, Counted::TypedLeads, 4),
        (now + 2, Counted::TypedLeads, 8),
        (now - 1, Counted::TypedLeads, 16),
    ] {
        tx.count_activity(&chat, hour, what, count).await.unwrap();
    }
    tx.count_activity(&other, now, Counted::Conversations, 99).await.unwrap();
    let hours = |step| Hours { from: now, to: now + 2, step };
    assert_eq!(tx.activity(&chat, hours(1)).await.unwrap(), [
        step(0, "conversations.begun", 5),
        step(1, "conversations.begun", 1),
        step(1, "leads.typed", 4),
    ]);
    assert_eq!(tx.activity(&chat, hours(2)).await.unwrap(), [
        step(0, "conversations.begun", 6),
        step(0, "leads.typed", 4),
    ]);
});

both!(identifications_and_purchases_are_told_step_by_step, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let later = NOW + Duration::from_hours(1);
    tx.count_identifications(&chat, NOW, "verified", 2).await.unwrap();
    tx.count_identifications(&chat, later, "expired", 1).await.unwrap();
    tx.count_purchase(&chat, NOW, "EUR", 12.5).await.unwrap();
    tx.count_purchase(&chat, NOW, "EUR", 7.5).await.unwrap();
    tx.count_purchase(&chat, later, "USD", 1.0).await.unwrap();
    let hours = Hours { from: hour_of(NOW), to: hour_of(NOW) + 24, step: 1 };
    let ended = tx.identifications_in(&chat, hours).await.unwrap();
    assert_eq!(ended, [step(0, "verified", 2), step(1, "expired", 1)]);
    let sum = |step, currency: &str, count, total| StepSum { step, currency: currency.to_owned(), count, total };
    let bought = tx.purchases_in(&chat, hours).await.unwrap();
    assert_eq!(bought, [sum(0, "EUR", 2, 20.0), sum(1, "USD", 1, 1.0)]);
});

both!(counts_are_kept_for_400_days, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let all = Hours { from: 0, to: hour_of(NOW) + 1, step: i64::MAX };
    tx.count_activity(&chat, hour_of(NOW), Counted::Conversations, 1).await.unwrap();
    tx.count_identifications(&chat, NOW, "verified", 1).await.unwrap();
    tx.count_purchase(&chat, NOW, "EUR", 1.0).await.unwrap();
    for (hours, kept) in [(COUNTS_KEPT_HOURS, 1), (COUNTS_KEPT_HOURS + 1, 0)] {
        tx.sweep(NOW + Duration::from_hours(hours.unsigned_abs())).await.unwrap();
        assert_eq!(tx.activity(&chat, all).await.unwrap().len(), kept);
        assert_eq!(tx.identifications_in(&chat, all).await.unwrap().len(), kept);
        assert_eq!(tx.purchases_in(&chat, all).await.unwrap().len(), kept);
    }
});

both!(no_count_is_looked_for_in_all_rows, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.read().await.unwrap();
    for query in [COUNTS, IDENTIFICATIONS, SUMS] {
        assert!(!query.contains("messages") && !query.contains("conversations"), "{query}");
        let sqlite = matches!(tx.0, Tx::Sqlite(_));
        let plan: Vec<String> = if sqlite {
            let explain = format!("EXPLAIN QUERY PLAN {query}");
            let rows: Vec<(i64, i64, i64, String)> = sql!(tx, db => sqlx::query_as(sqlx::AssertSqlSafe(explain.clone()))
                .bind(chat.as_str()).bind(0_i64).bind(9_i64).bind(1_i64).fetch_all(db).await.unwrap());
            rows.into_iter().map(|row| row.3).collect()
        } else {
            // A table with a handful of rows is read as a whole, unless that is forbidden.
            sql!(tx, db => sqlx::query("SET LOCAL enable_seqscan = off").execute(db).await.map(drop).unwrap());
            let explain = format!("EXPLAIN {query}");
            sql!(tx, db => sqlx::query_scalar(sqlx::AssertSqlSafe(explain.clone()))
                .bind(chat.as_str()).bind(0_i64).bind(9_i64).bind(1_i64).fetch_all(db).await.unwrap())
        };
        let plan = plan.join("\n");
        assert!(!plan.contains("SCAN ") && !plan.contains("Seq Scan"), "{plan}");
        assert!(plan.contains("chat_id"), "{plan}");
    }
});
