//! Operators try the assistant: it answers as in a conversation, and nothing is left of it.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::fake_model::{FakeModel, calls, says};
use crate::orders::Endpoint;
use crate::support::{SentEvent, TestChat, TestServer, WireEvents, error_of};

async fn ask(chat: &TestChat<'_>, cookie: &str, body: Value) -> Response {
    let path = format!("/api/v1/chats/{}/assistant/test", chat.chat.id);
    chat.server.post(&path).header("cookie", cookie).json(&body).send().await.unwrap()
}

/// All that is told, to the end.
async fn talk(chat: &TestChat<'_>, cookie: &str, body: Value) -> Vec<SentEvent> {
    let mut events = WireEvents::new(ask(chat, cookie, body).await);
    let mut all = Vec::new();
    while let Some(event) = events.next().await {
        all.push(event);
    }
    all
}

fn of<'e>(events: &'e [SentEvent], kind: &str) -> Vec<&'e Value> {
    events.iter().filter(|event| event.kind == kind).map(|event| &event.data).collect()
}

fn says_to(text: &str) -> Value {
    json!([{ "author": "visitor", "text": text }])
}

/// A chat with an endpoint for orders, and the id of its customer Ada.
async fn with_ada(chat: &TestChat<'_>) -> (Endpoint, String) {
    let endpoint = Endpoint::start().await;
    chat.set("order_tracking.enabled", json!(true)).await;
    chat.set("order_tracking.endpoint", json!(endpoint.url("/orders"))).await;
    chat.set("order_tracking.api_key", json!("k3y-of-the-merchant")).await;
    chat.visitor().identify(&chat.token_for("Ada@shop.example")).await;
    let mut tx = chat.server.commands.store.read().await.unwrap();
    let ada = tx.leads(&chat.chat.id, 1, 0).await.unwrap().remove(0);
    (endpoint, ada.id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_order_is_looked_up_by_the_signed_email_and_nothing_is_kept() {
    let model = FakeModel::start([
        calls("look_up_order", r#"{"order_number": "1001", "email": "eve@shop.example"}"#),
        says(&["It is ", "on its way. [Pay](https://evil.example)"]),
    ])
    .await;
    let mut flags = model.flags("openai").to_vec();
    flags.extend(["--allowed-private-targets", "127.0.0.0/8"]);
    let server = TestServer::start_with(&flags).await;
    let chat = server.chat().await;
    let (endpoint, ada) = with_ada(&chat).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let settings = json!({ "assistant.instructions": "Sell tea, and nothing else." });
    let body =
        json!({ "messages": says_to("Where is 1001?"), "customer_id": ada, "settings": settings });
    let events = talk(&chat, &owner, body).await;

    let called = of(&events, "call")[0];
    assert_eq!(called["name"], "look_up_order");
    assert!(called["arguments"].as_str().unwrap().contains("eve@shop.example"), "{called}");
    assert_eq!(called["filled"], json!({ "customer_email": "Ada@shop.example" }));
    assert_eq!(of(&events, "outcome")[0]["answer"]["found"], true);
    let asked = endpoint.asked();
    assert!(asked[0].contains("order_id=1001&customer_email=Ada%40shop.example "), "{asked:?}");
    let said: String =
        of(&events, "delta").iter().map(|delta| delta["text"].as_str().unwrap()).collect();
    let answer = of(&events, "answer")[0];
    assert_eq!(answer["text"], said);
    assert_eq!(said, "It is on its way. Pay");
    assert!(answer["content"].is_array());
    // What is tried is not saved; the model was told it all the same.
    assert!(model.asked()[0].to_string().contains("Sell tea, and nothing else."));
    let mut tx = server.commands.store.read().await.unwrap();
    let kept = tx.chat(&chat.chat.id).await.unwrap().unwrap();
    assert_eq!(kept.settings.assistant.instructions, "");
    let all = store::InboxFilter::default();
    assert_eq!(tx.count_inbox(&chat.chat.id, &all, 1).await.unwrap(), 0);
    let record = tx.record(store::RecordOf::Chat(&chat.chat.id), 100).await.unwrap();
    let tried = record.iter().filter(|one| one.entry.kind.code() == "assistant_tried");
    let about: Vec<_> = tried.map(|one| one.entry.lead_id.as_ref().unwrap().to_string()).collect();
    assert_eq!(about, [ada]);
    drop(tx);
    let path = format!("/api/v1/chats/{}/analytics", chat.chat.id);
    let counts: Value =
        server.get(&path).header("cookie", &owner).send().await.unwrap().json().await.unwrap();
    for series in counts["series"].as_array().unwrap() {
        let name = series["name"].as_str().unwrap();
        let of_ada = ["identifications.verified", "leads.verified"].contains(&name);
        assert_eq!(series["total"], i64::from(of_ada), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_assistant_answers_a_visitor_and_calls_nobody() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let events = talk(&chat, &owner, json!({ "messages": says_to("Hello") })).await;
    assert!(of(&events, "answer")[0]["text"].as_str().unwrap().starts_with("Hello"), "{events:?}");
    let messages = json!([
        { "author": "visitor", "text": "Hello" },
        { "author": "assistant", "text": "Hello!" },
        { "author": "visitor", "text": "I want to talk to a human" },
    ]);
    let events = talk(&chat, &owner, json!({ "messages": messages })).await;
    assert_eq!(of(&events, "call")[0]["name"], "hand_over", "{events:?}");
    assert_eq!(of(&events, "call")[0]["filled"], json!({}));
    assert_eq!(of(&events, "outcome")[0]["answer"]["asked"], true);
    assert_eq!(of(&events, "answer").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_is_refused_before_the_model_is_asked() {
    let model = FakeModel::start([says(&["Hi."])]).await;
    let server = TestServer::start_with(&model.flags("openai")).await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let member = server.operator("default", "member@shop.example", "member").await;
    let invalid = (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned());
    let check = async |body: Value, expected: &(StatusCode, String)| {
        let shown = body.to_string();
        assert_eq!(error_of(ask(&chat, &owner, body).await).await, *expected, "{shown}");
    };
    check(json!({ "messages": [] }), &invalid).await;
    check(json!({ "messages": says_to("") }), &invalid).await;
    check(json!({ "messages": says_to(&"a".repeat(4_001)) }), &invalid).await;
    let many = vec![json!({ "author": "visitor", "text": "Hi" }); 41];
    check(json!({ "messages": many }), &invalid).await;
    let assistants = json!([{ "author": "assistant", "text": "Hi" }]);
    check(json!({ "messages": assistants }), &invalid).await;
    for settings in [
        json!({ "identification.session": 900 }),
        json!({ "assistant.instructions": 7 }),
        json!({ "order_tracking.unverified": true }),
    ] {
        check(json!({ "messages": says_to("Hi"), "settings": settings }), &invalid).await;
    }
    let gone = (StatusCode::NOT_FOUND, "not_found".to_owned());
    let stranger = "lead_01jz3v5k8m2q4r6t7w9x0y1z2a";
    check(json!({ "messages": says_to("Hi"), "customer_id": stranger }), &gone).await;
    let refused = ask(&chat, &member, json!({ "messages": says_to("Hi") })).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(model.asked().len(), 0);
    // A model costs money: one chat's operators ask it twenty times a minute at most.
    let mut limited = false;
    for _ in 0..25 {
        let asked = ask(&chat, &owner, json!({ "messages": says_to("Hi") })).await;
        limited |= asked.status() == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(limited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_is_named_and_its_health_told() {
    let model = FakeModel::start([crate::fake_model::error(401, "")]).await;
    let server = TestServer::start_with(&model.flags("openai")).await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let events = talk(&chat, &owner, json!({ "messages": says_to("Hi") })).await;
    let reason = of(&events, "failed")[0]["reason"].as_str().unwrap();
    assert!(reason.contains("401"), "{reason}");
    let path = format!("/api/v1/chats/{}/assistant", chat.chat.id);
    let shown: Value =
        server.get(&path).header("cookie", &owner).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["state"], "fails");
}
