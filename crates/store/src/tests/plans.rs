//! The lists of the dashboard are read by an index, whatever they are filtered by: with a million rows they are as quick as with ten.

use domain::id::OperatorId;

use super::*;
use crate::contacts::{customers_query, typed_query};
use crate::database::sql;
use crate::shared_emails::{DECIDED, UNDECIDED};
use crate::{ContactOrder, InboxFilter, InboxView, ReadTx};

/// What a parameter is in a plan.
enum Given {
    Text(&'static str),
    Number(i64),
}

use Given::{Number, Text};

/// How the database goes about a query, one step a line.
async fn plan(tx: &mut ReadTx, query: &str, given: &[Given]) -> String {
    let is_sqlite = matches!(tx.0, crate::database::Tx::Sqlite(_));
    if !is_sqlite {
        // With a handful of rows a scan is quickest: it is only taken where there is no other way.
        let off = "SET LOCAL enable_seqscan = off";
        sql!(tx, db => sqlx::query(off).execute(db).await.map(drop).unwrap());
    }
    let how = if is_sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    // Parameters are written out: what a plan is good for must not depend on what the driver makes of them.
    let mut query = format!("{how} {query}");
    for (number, given) in given.iter().enumerate().rev() {
        let value = match given {
            Text(text) => format!("'{text}'"),
            Number(number) => number.to_string(),
        };
        query = query.replace(&format!("${}", number + 1), &value);
    }
    let query = sqlx::AssertSqlSafe(query);
    if is_sqlite {
        let steps: Vec<(i64, i64, i64, String)> = match &mut tx.0 {
            crate::database::Tx::Sqlite(tx) => {
                sqlx::query_as(query).fetch_all(tx.conn()).await.unwrap()
            }
            crate::database::Tx::Postgres(_) => Vec::new(),
        };
        return steps.into_iter().map(|(.., step)| step + "\n").collect();
    }
    let steps: Vec<String> = sql!(tx, db => sqlx::query_scalar(query).fetch_all(db).await.unwrap());
    steps.join("\n")
}

fn assert_by_index(plan: &str, what: &str) {
    assert!(!plan.is_empty(), "{what}");
    for step in plan.lines() {
        let scans = step.contains("Seq Scan")
            || (step.trim_start().starts_with("SCAN ")
                && !step.contains("VIRTUAL TABLE INDEX")
                && !step.contains("SCAN counted")
                && !step.contains("SCAN (subquery"));
        assert!(!scans, "{what} reads a whole table:\n{plan}");
        // PostgreSQL may sort some rows of a few that an index gave; SQLite has statistics of nothing, and must need no sort at all.
        assert!(!step.contains("TEMP B-TREE FOR ORDER BY"), "{what} sorts:\n{plan}");
    }
}

both!(every_view_of_the_inbox_is_read_by_an_index, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.read().await.unwrap();
    let views = [InboxView::All, InboxView::NeedsPerson, InboxView::Unassigned, InboxView::Of(OperatorId::new(NOW))];
    for view in views {
        for verified in [None, Some(true), Some(false)] {
            let filter = InboxFilter { view: view.clone(), verified, ..InboxFilter::default() };
            let operator = if filter.operator().is_empty() { "" } else { "op_1" };
            let given = [Text("chat_1"), Number(0), Number(9), Text("conv_1"), Text(operator), Number(50)];
            for query in [filter.page_query(), filter.count_query()] {
                let plan = plan(&mut tx, &query, &given).await;
                assert_by_index(&plan, &format!("{filter:?}"));
            }
        }
    }
    assert_eq!(tx.inbox(&chat, &InboxFilter::default(), None, 1).await.unwrap(), []);
});

both!(the_view_of_who_needs_a_person_has_an_index_of_its_own, store => {
    let mut tx = store.read().await.unwrap();
    let given = [Text("chat_1"), Number(0), Number(9), Text("conv_1"), Text(""), Number(50)];
    for verified in [None, Some(true), Some(false)] {
        let filter =
            InboxFilter { view: InboxView::NeedsPerson, verified, ..InboxFilter::default() };
        let plan = plan(&mut tx, &filter.count_query(), &given).await;
        assert!(plan.contains("conversations_needing_person"), "{plan}");
    }
});

both!(contacts_and_shared_emails_are_read_by_an_index, store => {
    let mut tx = store.read().await.unwrap();
    let given = [Text("chat_1"), Text("lead_1"), Text("a@shop.example"), Number(50)];
    for order in [ContactOrder::Newest, ContactOrder::Oldest, ContactOrder::Email] {
        for query in [customers_query(order), typed_query(order)] {
            assert_by_index(&plan(&mut tx, &query, &given).await, &format!("{order:?}"));
        }
    }
    let given = [Text("chat_1"), Text("lead_1"), Number(50)];
    for query in [UNDECIDED, DECIDED] {
        assert_by_index(&plan(&mut tx, query, &given).await, query);
    }
});

both!(what_is_to_be_indexed_and_what_is_searched_are_found_by_an_index, store => {
    let mut tx = store.read().await.unwrap();
    for (table, due) in [
        ("conversations", "indexed_seq < last_seq"),
        ("leads", "search_due = TRUE"),
        ("typed_leads", "search_due = TRUE"),
    ] {
        let query = format!("SELECT id FROM {table} WHERE {due} ORDER BY chat_id DESC, id DESC LIMIT $1");
        let plan = plan(&mut tx, &query, &[Number(100)]).await;
        assert!(plan.contains(&format!("{table}_to_index")), "{plan}");
    }
    let question = domain::search::Question::parse("order").unwrap();
    let asked: &'static str = tx.words_asked(question.terms(), "chat_1_m").replace('\'', "''").leak();
    let query = tx.words_sql().find;
    let plan = plan(&mut tx, query, &[Text("chat_1"), Text(asked), Number(50)]).await;
    assert_by_index(&plan, "a search");
});

/// What reads whole tables on purpose, or asks `PostgreSQL` alone; and what is planned above, since it is put together.
const OTHERS: [&str; 8] = [
    "contacts.rs",
    "database.rs",
    "inbox.rs",
    "migrating.rs",
    "replica.rs",
    "statistics.rs",
    "transfer.rs",
    "writes.rs",
];

/// Indexes that hold only what is still to be done, and are read from their beginning.
const TO_DO: [&str; 4] =
    ["conversations_to_index", "leads_to_index", "typed_leads_to_index", "record_entries_unsealed"];

/// The tables that may be read whole, and where.
static WHOLE: [(&str, &str); 12] = [
    // Hourly; a few rows an operator, or at most 50 a chat.
    ("sessions.rs", "sessions"),
    ("sessions.rs", "password_resets"),
    ("sessions.rs", "invitations"),
    ("sessions.rs", "page_reports"),
    ("accounts.rs", "operator_emails"),
    // What waits to be sent, and what was sent in the last days.
    ("sessions.rs", "lead_posts"),
    ("sessions.rs", "webhook_deliveries"),
    ("hooks.rs", "lead_posts"),
    // A row for each chat whose keys are fetched.
    ("jwks_sources.rs", "jwks_sources"),
    // For `audit verify`, which reads the whole record anyway.
    ("record.rs", "record_entries"),
    ("record.rs", "record_heads"),
    ("record.rs", "identification_keys"),
];

/// Each text of a query in this crate's sources, with the file that has it: what begins with a verb of SQL.
fn queries() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !path.is_file() || OTHERS.contains(&file.as_str()) {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for text in source.split('"') {
            let verb = text.split_ascii_whitespace().next().unwrap_or_default();
            let is_query = ["SELECT", "UPDATE", "DELETE", "INSERT", "WITH"].contains(&verb);
            // What is put together of other queries has no text of its own; those are looked at.
            let is_whole = !text.contains("({");
            if is_query && is_whole && text.split_ascii_whitespace().count() > 2 {
                found.push((file.clone(), text.to_owned()));
            }
        }
    }
    found
}

/// The table that `name` is in a query: its own name, or what stands before it as an alias.
fn table_of<'q>(tables: &[String], query: &'q str, name: &'q str) -> Option<&'q str> {
    let is_table = |name: &str| tables.iter().any(|table| table == name);
    if is_table(name) {
        return Some(name);
    }
    let words: Vec<&str> = query
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty() && *word != "AS")
        .collect();
    words.windows(2).find(|pair| pair[1] == name && is_table(pair[0])).map(|pair| pair[0])
}

/// The rows of a parameter are gone through once: were they looked through for each row of a table, they would be read anew each time.
fn assert_rows_lead(file: &str, query: &str, steps: &[(i64, i64, i64, String)]) {
    let loops =
        steps.iter().filter(|(.., step)| step.starts_with("SCAN") || step.starts_with("SEARCH"));
    let place = loops.map(|(_, parent, _, step)| (*parent, step)).enumerate();
    for (place, (_, step)) in place {
        assert!(place == 0 || !step.contains("jsonb_each"), "{file}: {query}\n{steps:#?}");
        // SQLite looks for whatever may refer to a row that is added with others: not among all of a chat's.
        let is_whole = query.starts_with("INSERT")
            && query.contains("jsonb_each")
            && step.ends_with("(chat_id=?)");
        assert!(!is_whole, "{file}: {query}\n{steps:#?}");
    }
}

both!(a_customers_conversations_are_found_by_the_customer, store => {
    let mut tx = store.read().await.unwrap();
    let query = queries().into_iter().find(|(_, query)| query.contains("+last_message_at >= $3")).unwrap().1;
    let plan = plan(&mut tx, &query, &[Text("chat_1"), Text("lead_1"), Number(0)]).await;
    // PostgreSQL decides by what is in a table, and takes any index as long as it is empty; SQLite decides without looking.
    let expected = if store.file().is_some() { "conversations_of_lead" } else { "Index" };
    assert!(plan.contains(expected), "{plan}");
});

#[tokio::test]
async fn no_query_of_the_store_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let store = crate::Store::open(&url, crate::Migration::Apply).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let crate::database::Tx::Sqlite(tx) = &mut tx.0 else { panic!("it is SQLite") };
    let named = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let tables: Vec<String> = sqlx::query_scalar(named).fetch_all(tx.conn()).await.unwrap();
    let queries = queries();
    assert!(queries.len() > 200, "only {} queries were found", queries.len());
    let mut whole: std::collections::BTreeSet<&(&str, &str)> = std::collections::BTreeSet::new();
    for (file, query) in &queries {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
        let steps = sqlx::query_as(explain).fetch_all(tx.conn()).await;
        let steps: Vec<(i64, i64, i64, String)> =
            steps.unwrap_or_else(|error| panic!("{file}: {error}: {query}"));
        assert_rows_lead(file, query, &steps);
        for (.., step) in steps {
            let Some(scan) = step.strip_prefix("SCAN ") else { continue };
            let name = scan.split(' ').next().unwrap_or_default();
            let to_do = TO_DO.iter().any(|index| scan.ends_with(index));
            if let Some(table) = table_of(&tables, query, name).filter(|_| !to_do) {
                let allowed = WHOLE.iter().find(|one| **one == (file, table));
                assert!(allowed.is_some(), "{file} reads {table} whole: {step}\n{query}");
                whole.extend(allowed);
            }
        }
    }
    let unused: Vec<_> = WHOLE.iter().filter(|one| !whole.contains(one)).collect();
    assert!(unused.is_empty(), "no query reads these whole any more: {unused:?}");
}
