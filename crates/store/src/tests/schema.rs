//! What the schema itself promises.

use super::*;
use crate::StoreError;
use crate::database::sql;

/// The one list of tables whose keys begin with something else than a tenant, and with what. They are the tenants themselves, and
/// look-ups from one text that is unique in the installation to its tenant: who calls with a token, a key or an email is not known yet.
/// A `PostgreSQL` that is distributed by tenant has each of them whole on every node ([docs/scale.md](../../../../docs/scale.md)).
const NOT_BY_TENANT: [(&str, &str); 10] = [
    // The tenants.
    ("accounts", "id"),
    ("accounts", "name"),
    ("chats", "id"),
    // Who signs in, is invited, or has forgotten a password.
    ("operator_emails", "email_key"),
    ("sessions", "token_hash"),
    ("invitation_tokens", "token_hash"),
    ("password_resets", "token_hash"),
    // Which chat a page, a merchant's program or a public key belongs to.
    ("widget_tokens", "widget_token"),
    ("api_keys", "key_hash"),
    ("key_fingerprints", "fingerprint"),
];

/// A key of a table, its first column, and for a foreign key the one that it refers to.
type Key = (String, String, Option<String>);

const KEYS_IN_SQLITE: &str = "
    SELECT m.name, p.name, NULL FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) p
    WHERE m.type = 'table' AND l.\"unique\" = 1 AND p.seqno = 0
    UNION ALL
    SELECT m.name, f.\"from\", f.\"to\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND f.seq = 0";
const KEYS_IN_POSTGRES: &str = "
    SELECT c.relname::text, a.attname::text, NULL FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indisunique AND n.nspname = 'public'
    UNION ALL
    SELECT c.relname::text, a.attname::text, b.attname::text FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE k.contype = 'f'";

/// What is wrong with `keys`, a sentence each.
fn not_by_tenant(keys: &[Key]) -> Vec<String> {
    let is_tenant = |column: &str| column == "chat_id" || column == "account_id";
    let wrong = |(table, first, to): &&Key| match to {
        None => {
            // FTS5 keeps its index in tables of its own, and sqlx its record of migrations.
            let of_others = table.starts_with("words_") || table.starts_with("_sqlx");
            let excepted = NOT_BY_TENANT.contains(&(table.as_str(), first.as_str()));
            !is_tenant(first) && !excepted && !of_others
        }
        // From a tenant to the same tenant, or to the tenant itself.
        Some(to) => !is_tenant(first) || (to != first && to != "id"),
    };
    let named = keys.iter().filter(wrong);
    named
        .map(|(table, first, to)| match to {
            None => format!("a key of {table} begins with {first}"),
            Some(to) => {
                format!("a foreign key of {table} begins with {first}, which refers to {to}")
            }
        })
        .collect()
}

both!(every_key_begins_with_its_tenant, store => {
    let mut tx = store.read().await.unwrap();
    let sqlite = matches!(tx.0, crate::database::Tx::Sqlite(_));
    let query = if sqlite { KEYS_IN_SQLITE } else { KEYS_IN_POSTGRES };
    let keys: Vec<Key> = sql!(tx, db => sqlx::query_as(query).fetch_all(db).await.unwrap());
    assert!(keys.iter().filter(|key| key.2.is_some()).count() > 30, "{keys:?}");
    assert_eq!(not_by_tenant(&keys), Vec::<String>::new());
    for (table, first) in NOT_BY_TENANT {
        let used = keys.iter().any(|key| key.0 == table && key.1 == first && key.2.is_none());
        assert!(used, "no key of {table} begins with {first} any more");
    }
});

#[test]
fn a_key_without_its_tenant_is_named() {
    let key = |first: &str, to: Option<&str>| {
        ("notes".to_owned(), first.to_owned(), to.map(str::to_owned))
    };
    let wrong = [key("id", None), key("lead_id", Some("id")), key("chat_id", Some("account_id"))];
    assert_eq!(not_by_tenant(&wrong).len(), wrong.len(), "{wrong:?}");
    let right =
        [key("chat_id", None), key("account_id", Some("id")), key("chat_id", Some("chat_id"))];
    assert_eq!(not_by_tenant(&right), Vec::<String>::new());
}

/// Several nodes of a new installation, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_nodes_may_begin_at_once() {
    let Some(url) = own_database().await else { return };
    let open = |_| {
        tokio::spawn({
            let url = url.clone();
            async move { Store::open(&url, Migration::Apply).await }
        })
    };
    let opened: Vec<_> = (0..3).map(open).collect();
    for opened in opened {
        let store = opened.await.unwrap().unwrap();
        store.read().await.unwrap().ping().await.unwrap();
    }
    assert_eq!(Store::pending_migrations(&url).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_pending_is_said_and_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut urls = vec![format!("sqlite:{}/test.db", folder.path().display())];
    urls.extend(own_database().await);
    for url in urls {
        let pending = Store::pending_migrations(&url).await.unwrap();
        assert_eq!(
            pending.first().map(|it| (it.version, it.name.as_str())),
            Some((1, "first light"))
        );
        let inbox = pending.iter().find(|it| it.version == 10).unwrap();
        assert!(inbox.risks.iter().any(|risk| risk.contains("CREATE INDEX")), "{inbox:?}");
        assert_eq!(Store::pending_migrations(&url).await.unwrap(), pending);
        Store::open(&url, Migration::Apply).await.unwrap().close().await;
        assert_eq!(Store::pending_migrations(&url).await.unwrap(), []);
    }
}

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
