//! From one database to the other. A transfer that is killed is tried in the server's tests, with the program itself.

use super::*;
use crate::{StoreError, TransferError, transfer};

async fn a_file(folder: &tempfile::TempDir) -> Store {
    let url = format!("sqlite:{}/test.db", folder.path().display());
    Store::open(&url, Migration::Apply).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_copied_once_into_an_empty_database() {
    let Some(url) = own_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let from = a_file(&folder).await;
    let chat = a_chat(&from).await;
    let mut tx = from.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.add_identification_key(&a_key(&chat.id)).await.unwrap();
    tx.commit().await.unwrap();
    let to = Store::open(&url, Migration::Apply).await.unwrap();
    let mut said = Vec::new();
    let tables =
        transfer(&from, &to, |one| said.push((one.table.to_owned(), one.done))).await.unwrap();
    let rows = |name: &str| tables.iter().find(|table| table.name == name).unwrap().rows;
    assert_eq!((rows("chats"), rows("identification_keys"), rows("messages")), (1, 1, 0));
    assert!(said.contains(&("chats".to_owned(), 1)), "{said:?}");
    let at = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
    assert!(at("accounts") < at("chats") && at("conversations") < at("messages"));
    assert_eq!(to.read().await.unwrap().chat(&chat.id).await.unwrap(), Some(chat));
    let again = transfer(&from, &to, |_| {}).await.unwrap_err();
    assert!(matches!(&again, TransferError::NotEmpty(table) if table == "accounts"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_goes_on_with_the_same_file_only() {
    let Some(url) = own_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let from = a_file(&folder).await;
    let chat = a_chat(&from).await;
    let to = Store::open(&url, Migration::Apply).await.unwrap();
    // As one that was interrupted after its first table leaves it.
    let target = to.postgres_pool().unwrap().clone();
    let begun = transfer(&from, &to, |_| {}).await.unwrap();
    assert!(begun.len() > 30, "{begun:?}");
    let leave = "CREATE TABLE transfer_progress (table_name TEXT NOT NULL PRIMARY KEY, last_row BIGINT NOT NULL, copied BIGINT NOT NULL, of TEXT NOT NULL);
                 INSERT INTO transfer_progress VALUES ('', 0, 0, 'another file')";
    sqlx::raw_sql(leave).execute(&target).await.unwrap();
    let other = transfer(&from, &to, |_| {}).await.unwrap_err();
    assert!(matches!(other, TransferError::OtherSource), "{other}");
    // Somebody wrote to the target.
    let mut of: Vec<String> = Vec::new();
    for table in &begun {
        let query = format!("SELECT COALESCE(MAX(rowid), 0) FROM {}", table.name);
        let last: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(from.sqlite_readers().unwrap())
            .await
            .unwrap();
        of.push(format!("{} {} {last}", table.name, table.rows));
    }
    sqlx::query("UPDATE transfer_progress SET of = $1")
        .bind(of.join(", "))
        .execute(&target)
        .await
        .unwrap();
    let note = "INSERT INTO transfer_progress SELECT $1, 1, 1, ''";
    for table in ["accounts", "chats", "widget_tokens"] {
        sqlx::query(note).bind(table).execute(&target).await.unwrap();
    }
    sqlx::raw_sql("UPDATE chats SET name = 'Coffee shop'").execute(&target).await.unwrap();
    let differs = transfer(&from, &to, |_| {}).await.unwrap_err();
    assert!(
        matches!(&differs, TransferError::Differs { table, .. } if table == "chats"),
        "{differs}"
    );
    sqlx::query("UPDATE chats SET name = $1")
        .bind(chat.name.as_str())
        .execute(&target)
        .await
        .unwrap();
    assert_eq!(transfer(&from, &to, |_| {}).await.unwrap(), begun);
}

#[tokio::test]
async fn a_transfer_has_one_direction() {
    let folder = tempfile::tempdir().unwrap();
    let from = a_file(&folder).await;
    let error = transfer(&from, &from, |_| {}).await.unwrap_err();
    assert!(matches!(error, TransferError::Direction), "{error}");
    let error = TransferError::from(StoreError::ReadOnly);
    assert_eq!(error.to_string(), StoreError::ReadOnly.to_string());
}
