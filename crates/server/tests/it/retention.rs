//! What is older than a chat keeps is deleted, an hour after that was said; and whom a list of websites would shut out.

use std::time::Duration;

use domain::chat::Platform;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::InboxFilter;

use crate::support::{TestChat, TestServer, error_of};

const DAY: Duration = Duration::from_hours(24);

async fn read(chat: &TestChat<'_>, cookie: &str, rest: &str) -> Value {
    let path = format!("/api/v1/chats/{}/{rest}", chat.chat.id);
    let response = chat.server.get(&path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{rest}");
    response.json().await.unwrap()
}

async fn set(chat: &TestChat<'_>, cookie: &str, settings: Value) -> StatusCode {
    let url = format!("{}/api/v1/chats/{}/settings", chat.server.url, chat.chat.id);
    let call = chat.server.client.patch(url).header("cookie", cookie).json(&settings);
    call.send().await.unwrap().status()
}

async fn count(chat: &TestChat<'_>) -> i64 {
    let mut tx = chat.server.commands.store.read().await.unwrap();
    tx.count_inbox(&chat.chat.id, &InboxFilter::default(), 1_000).await.unwrap()
}

/// Once something was deleted.
async fn deleted(chat: &TestChat<'_>, cookie: &str) -> Value {
    for _ in 0..150 {
        let stands = read(chat, cookie, "retention").await;
        if !stands["deleted_at"].is_null() {
            return stands;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("nothing was deleted within 30 s");
}

async fn sign_in_again(server: &TestServer, email: &str) -> String {
    server.operator("default", email, "owner").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_an_hour_later_and_what_is_young_stays() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut ada = chat.visitor();
    ada.send("1", "Hello").await;
    ada.conversation_of(2).await;
    let order = json!({ "order_id": "7", "order_total": 5, "currency": "EUR", "line_items": [] });
    assert_eq!(ada.post("purchases", order.clone()).await.status(), StatusCode::CREATED);
    let eve = chat.visitor();
    let typed = eve.post("lead", json!({ "email": "eve@shop.example" })).await;
    assert_eq!(typed.status(), StatusCode::OK);
    server.clock.advance(DAY * 3);
    let bob = chat.visitor();
    bob.send("1", "Hello").await;
    bob.conversation_of(2).await;
    let owner = sign_in_again(&server, "owner@shop.example").await;

    let would = read(&chat, &owner, "retention?conversations=2&leads=2").await;
    assert_eq!((&would["conversations"], &would["leads"]), (&json!(1), &json!(1)));
    assert_eq!(would["due_at"], Value::Null);
    let none = read(&chat, &owner, "retention?conversations=4").await;
    assert_eq!((&none["conversations"], &none["leads"]), (&json!(0), &json!(0)));
    let rule = json!({ "retention.conversations": 2, "retention.leads": 2 });
    assert_eq!(set(&chat, &owner, rule).await, StatusCode::OK);
    assert_ne!(read(&chat, &owner, "retention").await["due_at"], Value::Null);
    // Within the hour nothing goes: it can be taken back.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(count(&chat).await, 2);

    server.clock.advance(Duration::from_mins(61));
    let stands = deleted(&chat, &owner).await;
    assert_eq!(
        (&stands["deleted_conversations"], &stands["deleted_leads"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(count(&chat).await, 1);
    // The visitor goes on with an empty chat, and the order is still counted.
    assert_eq!(ada.conversation().await["messages"], json!([]));
    assert_eq!(ada.post("purchases", order).await.status(), StatusCode::OK);
    ada.send("2", "Here again").await;
    ada.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(bob.conversation_of(2).await["messages"][0]["text"], "Hello");
    let mut tx = server.commands.store.read().await.unwrap();
    let record = tx.record(store::RecordOf::Chat(&chat.chat.id), 100).await.unwrap();
    let told = record.iter().find(|one| one.entry.kind.code() == "retention_followed").unwrap();
    assert_eq!(told.entry.count, Some(2));
    assert_eq!(told.entry.reason.as_deref(), Some("conversations: 1, leads: 1"));
    drop(tx);
    let counted = read(&chat, &owner, "analytics").await;
    let begun = counted["series"].as_array().unwrap().iter();
    let begun = begun.filter(|one| one["name"] == "conversations.begun").map(|one| &one["total"]);
    assert_eq!(begun.collect::<Vec<_>>(), [&json!(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_was_taken_back_deletes_nothing() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let ada = chat.visitor();
    ada.send("1", "Hello").await;
    ada.conversation_of(2).await;
    server.clock.advance(DAY * 3);
    let owner = sign_in_again(&server, "owner@shop.example").await;
    assert_eq!(set(&chat, &owner, json!({ "retention.conversations": 1 })).await, StatusCode::OK);
    assert_eq!(
        set(&chat, &owner, json!({ "retention.conversations": null })).await,
        StatusCode::OK
    );
    server.clock.advance(Duration::from_hours(2));
    for _ in 0..100 {
        if read(&chat, &owner, "retention").await["due_at"].is_null() {
            assert_eq!(count(&chat).await, 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it was not looked within 20 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_out_of_range_are_refused() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let owner = sign_in_again(&server, "owner@shop.example").await;
    for query in ["conversations=0", "leads=3651", "conversations=a"] {
        let path = format!("/api/v1/chats/{}/retention?{query}", chat.chat.id);
        let refused = server.get(&path).header("cookie", &owner).send().await.unwrap();
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned());
        assert_eq!(error_of(refused).await, expected, "{query}");
    }
    let refused = set(&chat, &owner, json!({ "retention.conversations": 0 })).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn websites_that_call_are_listed_and_whether_they_may() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let owner = sign_in_again(&server, "owner@shop.example").await;
    let browser = chat.visitor();
    let call = async |origin: &str| {
        let call = server.get(&chat.path("conversation")).bearer_auth(&browser.token);
        call.header("origin", origin).send().await.unwrap().status()
    };
    assert_eq!(call("https://shop.example").await, StatusCode::OK);
    assert_eq!(call("null").await, StatusCode::OK);
    chat.set("allowed_origins", json!(["https://shop.example"])).await;
    assert_eq!(call("https://other.example").await, StatusCode::FORBIDDEN);
    let seen = read(&chat, &owner, "origins").await;
    let seen: Vec<_> = seen["origins"].as_array().unwrap().iter().collect();
    let find = |origin: &str| seen.iter().find(|one| one["origin"] == origin).unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!(find("https://shop.example")["allowed"], true);
    assert_eq!(find("https://other.example")["allowed"], false);
}
