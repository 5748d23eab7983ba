//! What the schema itself promises.

use super::*;
use crate::StoreError;
use crate::database::sql;

/// The tables whose keys begin with something else than a tenant: the tenants themselves, and look-ups from one text that is
/// unique in the installation to its tenant.
const NOT_BY_TENANT: [&str; 9] = [
    "accounts",
    "chats",
    "operator_emails",
    "widget_tokens",
    "sessions",
    "api_keys",
    "key_fingerprints",
    "invitation_tokens",
    "password_resets",
];

both!(every_key_begins_with_its_tenant, store => {
    let mut tx = store.read().await.unwrap();
    let sqlite = matches!(tx.0, crate::database::Tx::Sqlite(_));
    let query = if sqlite {
        "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) p
         WHERE m.type = 'table' AND l.\"unique\" = 1 AND p.seqno = 0"
    } else {
        "SELECT c.relname::text, a.attname::text FROM pg_index i
         JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
         WHERE i.indisunique AND n.nspname = 'public'"
    };
    let keys: Vec<(String, String)> = sql!(tx, db => sqlx::query_as(query).fetch_all(db).await.unwrap());
    assert!(keys.len() > 10, "{keys:?}");
    for (table, first) in keys {
        let tenant = first == "chat_id" || first == "account_id";
        // FTS5 keeps its index in tables of its own.
        let of_words = table.starts_with("words_");
        let excepted = of_words || NOT_BY_TENANT.contains(&table.as_str()) || table.starts_with("_sqlx");
        assert!(tenant || excepted, "a key of {table} begins with {first}");
    }
});

both!(a_row_that_cannot_be_is_named, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    let query = "UPDATE chats SET settings = '{\"identification\": 7}' WHERE id = $1";
    {
        let read: &mut crate::ReadTx = &mut tx;
        sql!(read, db => sqlx::query(query).bind(chat.id.as_str()).execute(db).await.map(drop).unwrap());
    }
    let error = tx.chat(&chat.id).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { table: "chats", column: "settings", .. }), "{error:?}");
});

#[tokio::test]
async fn an_older_and_a_newer_schema_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let missing = Store::open(&url, Migration::Check).await.unwrap_err();
    assert!(matches!(missing, StoreError::Database(_) | StoreError::Outdated), "{missing:?}");
    let store = Store::open(&url, Migration::Apply).await.unwrap();
    store.close().await;
    Store::open(&url, Migration::Check).await.unwrap().close().await;
    let store = Store::open(&url, Migration::Apply).await.unwrap();
    let mut tx = store.write(Scope::Housekeeping).await.unwrap();
    {
        let read: &mut crate::ReadTx = &mut tx;
        let query =
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', TRUE, $1, 0)";
        sql!(read, db => sqlx::query(query).bind(vec![0_u8]).execute(db).await.map(drop).unwrap());
    }
    tx.commit().await.unwrap();
    store.close().await;
    for migration in [Migration::Apply, Migration::Check] {
        let newer = Store::open(&url, migration).await.unwrap_err();
        assert!(matches!(newer, StoreError::TooNew), "{newer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_may_begin_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let open = || {
        let url = url.clone();
        tokio::spawn(async move { Store::open(&url, Migration::Apply).await.map(drop) })
    };
    let opened: Vec<_> = (0..8).map(|_| open()).collect();
    for opened in opened {
        opened.await.unwrap().unwrap();
    }
}
