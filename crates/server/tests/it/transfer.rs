//! `zipchat migrate --check` and `zipchat transfer`, as at a terminal.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::lock::Lock;
use store::{Migration, Store};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::account::cookie;
use crate::support::TestServer;

fn zipchat(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zipchat"));
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn say(words: &[&str]) -> Output {
    zipchat(words).output().await.unwrap()
}

fn said(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// A service's database with something in most of its tables, and the service ended.
async fn a_full_file() -> (std::sync::Arc<tempfile::TempDir>, String, String) {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let mut ada = chat.visitor();
    ada.send("1", "Do you have jasmine tea?").await;
    assert!(ada.identify(&chat.token_for("ada@shop.example")).await);
    ada.send("2", "It is Ada, with \u{1f375} and \"quotes\" and a \\ and a\nsecond line").await;
    ada.conversation_of(4).await;
    let call = |path: &str, body: Value| {
        let path = format!("/api/v1/chats/{}/{path}", chat.chat.id);
        server
            .post(&path)
            .header("cookie", owner.clone())
            .header("origin", &server.url)
            .json(&body)
            .send()
    };
    let webhook =
        json!({ "url": "https://hooks.shop.example/zipchat", "events": ["message.created"] });
    let _ = call("webhooks", webhook).await.unwrap();
    let text = json!({ "name": "Opening hours", "text": "We are open from nine to five." });
    let _ = call("knowledge/texts", text).await.unwrap();
    let folder = server.folder();
    let token = ada.token.clone();
    let widget = chat.chat.widget_token.to_string();
    drop(server);
    let file = folder.path().join("test.db");
    while Lock::take(&file).is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (folder, token, widget)
}

async fn own_database() -> Option<String> {
    let server = std::env::var("TEST_POSTGRES_URL").ok()?;
    Some(Store::create_database(&server).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_was_killed_goes_on_and_ends_with_the_same() {
    let Some(to) = own_database().await else { return };
    let (folder, token, widget) = a_full_file().await;
    let from = format!("sqlite:{}", folder.path().join("test.db").display());
    let words = ["transfer", "--from", &from, "--to", &to, "--json"];
    let early = say(&words).await;
    assert!(String::from_utf8_lossy(&early.stderr).contains("zipchat migrate"), "{early:?}");
    assert!(say(&["migrate", "--database-url", &to]).await.status.success());
    let mut killed = zipchat(&words).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(killed.stderr.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().expect("chats are copied").starts_with("chats: 1 of 1")
    {
    }
    killed.kill().await.unwrap();
    let done = say(&words).await;
    let result = said(&done);
    let progress = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        progress.contains("messages: 4 of 4 rows") && progress.contains("messages: comparing"),
        "{progress}"
    );
    let tables = result["tables"].as_array().unwrap();
    let rows =
        |name: &str| tables.iter().find(|one| one["name"] == json!(name)).unwrap()["rows"].clone();
    assert_eq!(
        (rows("messages"), rows("operators"), rows("visitors")),
        (json!(4), json!(1), json!(1))
    );
    let again = say(&words).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("has rows already"), "{again:?}");
    goes_on(&to, &folder.path().join("secret.key"), &token, &widget).await;
}

/// The service on the copy knows its visitor, its operator and, after a moment, the words that were said.
async fn goes_on(url: &str, key: &Path, token: &str, widget: &str) {
    let flags = ["--secret-key-file", key.to_str().unwrap()];
    let server = TestServer::start_on(url, &flags, tempfile::tempdir().unwrap()).await;
    let path = format!("/widget/{widget}/conversation");
    let answer = server.get(&path).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let conversation: Value = answer.json().await.unwrap();
    assert_eq!(conversation["messages"].as_array().unwrap().len(), 4);
    let password = json!({ "email": "owner@shop.example", "password": crate::support::PASSWORD });
    let session = server.post("/api/v1/session").json(&password).send().await.unwrap();
    assert_eq!(session.status(), StatusCode::OK);
    let cookie = cookie(&session);
    let chats: Value = server
        .get("/api/v1/chats")
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let chat = chats["chats"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..100 {
        let found = server.get(&format!("/api/v1/chats/{chat}/conversations?q=jasmine"));
        let found: Value =
            found.header("cookie", &cookie).send().await.unwrap().json().await.unwrap();
        if found["conversations"].as_array().is_some_and(|found| found.len() == 1) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("what was said is not found by its words");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_served_is_not_copied() {
    let server = TestServer::start().await;
    let from = format!("sqlite:{}", server.folder().path().join("test.db").display());
    let refused = say(&["transfer", "--from", &from, "--to", "postgres://127.0.0.1:1/none"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("another zipchat serves"),
        "{refused:?}"
    );
    let wrong = say(&["transfer", "--from", &from, "--to", &from]).await;
    assert!(
        String::from_utf8_lossy(&wrong.stderr).contains("from sqlite: to postgres:"),
        "{wrong:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_is_said_with_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("z.db").display());
    let words = ["migrate", "--check", "--json", "--database-url", &url];
    let before = say(&words).await;
    assert_eq!(
        (before.status.code(), said(&before)["status"].clone()),
        (Some(11), json!("pending_with_risks"))
    );
    assert_eq!(said(&before)["pending"][0]["safe"], json!(true));
    assert!(!folder.path().join("z.db").exists(), "it only looks");
    Store::open(&url, Migration::Apply).await.unwrap().close().await;
    let after = say(&words).await;
    assert_eq!((after.status.code(), said(&after)["pending"].clone()), (Some(0), json!([])));
}
