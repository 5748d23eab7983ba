//! Who may chat, and what changing it would mean.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Events, TestChat, TestServer, error_of};

async fn forecast(chat: &TestChat<'_>, cookie: &str) -> Value {
    let path = format!("/api/v1/chats/{}/identification/forecast", chat.chat.id);
    let response = chat.server.get(&path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

async fn set_mode(chat: &TestChat<'_>, cookie: &str, body: Value) -> reqwest::Response {
    let url = format!("{}/api/v1/chats/{}/identification/mode", chat.server.url, chat.chat.id);
    chat.server.client.put(url).header("cookie", cookie).json(&body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_tells_whom_enforcing_would_have_turned_away() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let nothing = forecast(&chat, &cookie).await;
    assert_eq!(nothing["messages"], json!(0));
    assert_eq!(nothing["confirmation_required"], json!(true));
    // One who never brought a token, one who signed in later, one whose identity lapsed, and one verified.
    chat.visitor().send("1", "stranger").await;
    let mut later = chat.visitor();
    later.send("1", "before").await;
    server.clock.advance(Duration::from_secs(1));
    later.identify(&chat.token_for("ada@shop.example")).await;
    let mut lapsed = chat.visitor();
    lapsed.identify(&chat.token_for("bob@shop.example")).await;
    lapsed.send("1", "verified").await;
    server.clock.advance(Duration::from_hours(3));
    lapsed.send("2", "lapsed").await;
    lapsed.send("3", "lapsed").await;
    let told = forecast(&chat, &cookie).await;
    assert_eq!(told["messages"], json!(5));
    assert_eq!(told["verified_messages"], json!(1));
    assert_eq!(told["visitors"], json!(3));
    let reasons: Vec<_> = told["by_reason"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["reason"].as_str().unwrap(), one["visitors"].clone(), one["messages"].clone())
        })
        .collect();
    let one = json!(1);
    let expected = [
        ("lapsed", one.clone(), json!(2)),
        ("no_token", one.clone(), one.clone()),
        ("signed_in_later", one.clone(), one.clone()),
    ];
    assert_eq!(reasons, expected);
    assert!(told["by_reason"].as_array().unwrap().iter().all(|one| one["message"] != ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn enforcing_without_a_token_verified_lately_needs_the_chats_name() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    for body in [json!({ "mode": "enforce" }), json!({ "mode": "enforce", "confirm": "tea" })] {
        let refused = error_of(set_mode(&chat, &cookie, body).await).await;
        assert_eq!(refused, (StatusCode::CONFLICT, "confirmation_required".to_owned()));
    }
    let typed = json!({ "mode": "enforce", "confirm": "Tea shop" });
    let enforced: Value = set_mode(&chat, &cookie, typed).await.json().await.unwrap();
    assert_eq!(enforced["mode"], json!("enforce"));
    // Back needs none, and with a verified token neither does enforcing.
    let observe = set_mode(&chat, &cookie, json!({ "mode": "observe" })).await;
    assert_eq!(observe.status(), StatusCode::OK);
    chat.visitor().identify(&chat.token_for("ada@shop.example")).await;
    let enforce = set_mode(&chat, &cookie, json!({ "mode": "enforce" })).await;
    assert_eq!(enforce.status(), StatusCode::OK);
    let wrong = error_of(set_mode(&chat, &cookie, json!({ "mode": "never" })).await).await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn enforcing_is_effective_at_once_on_open_pages() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let stranger = chat.visitor();
    stranger.send("1", "hello").await;
    stranger.conversation_of(2).await;
    assert_eq!(stranger.conversation().await.get("identification_required"), None);
    let mut customer = chat.visitor();
    customer.identify(&chat.token_for("ada@shop.example")).await;
    let mut stream = Events::of(&stranger, None).await;
    set_mode(&chat, &cookie, json!({ "mode": "enforce" })).await;
    assert_eq!(stream.next_of("visitor").await.data, json!({}));
    assert_eq!(stranger.conversation().await["identification_required"], json!(true));
    let refused = stranger.post("messages", json!({ "client_id": "2", "text": "x" })).await;
    let expected = (StatusCode::FORBIDDEN, "identification_required".to_owned());
    assert_eq!(error_of(refused).await, expected);
    // What was sent before still has its answer, and a verified customer goes on.
    let again = stranger.post("messages", json!({ "client_id": "1", "text": "hello" })).await;
    assert_eq!(again.status(), StatusCode::CREATED);
    customer.send("1", "hello").await;
    set_mode(&chat, &cookie, json!({ "mode": "observe" })).await;
    assert_eq!(stream.next_of("visitor").await.data, json!({}));
    stranger.send("2", "x").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_verified_customer_typed_is_not_sent_as_a_strangers() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let message = |id: &str| json!({ "client_id": id, "text": "mine", "verified": true });
    assert_eq!(browser.post("messages", message("1")).await.status(), StatusCode::CREATED);
    server.clock.advance(Duration::from_hours(3));
    let refused = error_of(browser.post("messages", message("2")).await).await;
    assert_eq!(refused, (StatusCode::FORBIDDEN, "identification_required".to_owned()));
    let own = browser.conversation_of(2).await;
    assert!(own["messages"].as_array().unwrap().iter().all(|one| one["verified"] == json!(true)));
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(browser.post("messages", message("2")).await.status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_shown_and_changed_by_their_names() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let url = format!("{}/api/v1/chats/{}/settings", server.url, chat.chat.id);
    let patch = async |body: Value| {
        server.client.patch(&url).header("cookie", &cookie).json(&body).send().await.unwrap()
    };
    let changed = patch(json!({ "identification.session": 900, "identification.replay": "warn" }));
    let changed: Value = changed.await.json().await.unwrap();
    assert_eq!(changed["settings"]["identification.session"], json!(900));
    assert_eq!(changed["settings"]["identification.replay"], json!("warn"));
    let wrong = patch(json!({ "identification.session": 5, "identification.replay": "off" })).await;
    assert_eq!(error_of(wrong).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
    let mode = patch(json!({ "identification.mode": "enforce" })).await;
    assert_eq!(mode.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let shown = server.client.get(&url).header("cookie", &cookie).send().await.unwrap();
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(shown, changed);
    assert_eq!(shown["settings"]["order_tracking.api_key"], json!({ "set": false }));
}
