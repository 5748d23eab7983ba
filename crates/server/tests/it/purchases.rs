//! The purchase pixel: contract, section 9.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use store::Integration;

use crate::backend_api::key;
use crate::support::{Browser, TestChat, TestServer, error_of};

fn order(id: &str) -> Value {
    let item = json!({ "id": "tea", "title": "Tea", "price": 6.25, "quantity": 2 });
    json!({ "order_id": id, "order_total": 12.5, "currency": "eur", "line_items": [item] })
}

async fn buy(browser: &Browser<'_>, id: &str) -> StatusCode {
    let response = browser.post("purchases", order(id)).await;
    let status = response.status();
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "success": true }));
    status
}

async fn orders_of(chat: &TestChat<'_>, conversation: &Value) -> Vec<String> {
    let key = key(chat, Integration::Backend).await;
    let id = conversation["conversation_id"].as_str().unwrap();
    let path =
        format!("/api/integrations/backend_api/v1/chats/{}/conversations/{id}", chat.chat.id);
    let detail = chat.server.get(&path).bearer_auth(key).send().await.unwrap();
    let detail: Value = detail.json().await.unwrap();
    let purchases = detail["conversation"]["purchases"].as_array().unwrap();
    if let Some(first) = purchases.first() {
        assert_eq!(first["currency"], "EUR");
        assert_eq!(
            (&first["order_total"], &first["line_items"][0]["quantity"]),
            (&json!(12.5), &json!(2.0))
        );
    }
    purchases.iter().map(|one| one["order_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_counts_once_for_the_conversation_of_the_last_24_hours() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let (browser, other) = (chat.visitor(), chat.visitor());
    let sent = browser.send("1", "Which tea?").await;
    browser.conversation_of(2).await;
    let others = other.send("1", "Hello").await;
    other.conversation_of(2).await;
    server.clock.advance(Duration::from_hours(24) - Duration::from_mins(1));
    assert_eq!(buy(&browser, "1001").await, StatusCode::CREATED);
    assert_eq!(buy(&browser, "1001").await, StatusCode::OK);
    assert_eq!(buy(&other, "1001").await, StatusCode::OK);
    assert_eq!(orders_of(&chat, &sent).await, ["1001"]);
    assert_eq!(orders_of(&chat, &others).await, Vec::<String>::new());
    server.clock.advance(Duration::from_mins(2));
    assert_eq!(buy(&browser, "1002").await, StatusCode::CREATED);
    assert_eq!(orders_of(&chat, &sent).await, ["1001"]);
    // An order of nobody's is counted, too.
    browser.send("2", "Where is 1002?").await;
    assert_eq!(buy(&browser, "1002").await, StatusCode::OK);
    assert_eq!(buy(&chat.visitor(), "1003").await, StatusCode::CREATED);
    assert_eq!(orders_of(&chat, &sent).await, ["1001"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_replaced_or_ended_still_credits() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    let before = browser.clone();
    let sent = browser.send("1", "Hello").await;
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(before.refusal().await.1, "visitor_token_ended");
    assert_eq!(buy(&before, "1").await, StatusCode::CREATED);
    let left = browser.post("logout", json!({})).await;
    assert_eq!(left.status(), StatusCode::OK);
    assert_eq!(buy(&browser, "2").await, StatusCode::CREATED);
    assert_eq!(orders_of(&chat, &sent).await, ["1", "2"]);
    // Another device of the customer's, with nothing said on it.
    let mut phone = chat.visitor();
    phone.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(buy(&phone, "3").await, StatusCode::CREATED);
    assert_eq!(orders_of(&chat, &sent).await, ["1", "2", "3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_types_are_refused() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    browser.send("1", "Hello").await;
    let refused = async |response: Response| error_of(response).await;
    for (field, wrong) in [
        ("order_id", json!(7)),
        ("order_id", json!("")),
        ("order_id", Value::Null),
        ("order_total", json!("12.50")),
        ("order_total", json!(-1)),
        ("currency", json!(978)),
        ("currency", json!("euros")),
        ("line_items", json!({})),
        ("line_items", json!([{ "id": "tea" }])),
        ("line_items", json!([{ "id": 7, "title": "Tea", "price": 1, "quantity": 1 }])),
    ] {
        let mut body = order("1");
        body[field] = wrong;
        let refused = refused(browser.post("purchases", body.clone()).await).await;
        assert_eq!(refused, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()), "{body}");
    }
    let nobody = server.post(&chat.path("purchases")).body(order("1").to_string());
    let nobody = refused(nobody.send().await.unwrap()).await;
    assert_eq!(nobody, (StatusCode::UNAUTHORIZED, "visitor_token_invalid".to_owned()));
    assert_eq!(buy(&browser, "1").await, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_is_served_to_every_page() {
    let server = TestServer::start().await;
    let script = server.get("/widget/track_zipchat_purchase.js?id=x").send().await.unwrap();
    assert_eq!(script.status(), StatusCode::OK);
    assert_eq!(script.headers()["cross-origin-resource-policy"], "cross-origin");
    assert!(script.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    let script = script.text().await.unwrap();
    assert!(script.is_ascii() && script.contains("trackZipchatPurchase"));
    assert!(script.len() < 2_500, "{} bytes", script.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_tries_a_call_and_nothing_is_kept() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let test = async |order: &Value| {
        let path = format!("/api/v1/chats/{}/purchase_tests", chat.chat.id);
        let call = server.post(&path).header("cookie", &cookie).body(order.to_string());
        let response = call.header("content-type", "application/json").send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let tested = |counted: bool, conversation: Value| {
        let view = json!({ "order_id": "1001", "order_total": 12.5, "currency": "EUR", "line_items": 1,
            "counted_before": counted, "conversation_id": conversation });
        (StatusCode::OK, view)
    };
    for _ in 0..2 {
        assert_eq!(test(&order("1001")).await, tested(false, Value::Null));
    }
    let browser = chat.visitor();
    let sent = browser.send("1", "Which tea?").await;
    assert_eq!(buy(&browser, "1001").await, StatusCode::CREATED);
    assert_eq!(test(&order("1001")).await, tested(true, sent["conversation_id"].clone()));
    // What is wrong is said as a page is told it.
    let mut wrong = order("1002");
    wrong["currency"] = json!("euros");
    let (status, refusal) = test(&wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refusal["error"]["message"].as_str().unwrap().starts_with("currency"), "{refusal}");
}
