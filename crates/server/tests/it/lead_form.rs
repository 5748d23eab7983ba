//! When an unverified visitor is asked who they are, and when not: contract, sections 5 and 10.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Events, TestServer, error_of};

async fn form(browser: &Browser<'_>) -> Value {
    browser.conversation().await["lead_form"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_there_when_the_merchant_wants_it_until_it_is_filled_in() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    assert_eq!(form(&browser).await, Value::Null);
    let mut events = Events::of(&browser, None).await;
    chat.set("lead_form.fields", json!(["first_name", "email_marketing_consent"])).await;
    chat.set("lead_form.mode", json!("before_chat")).await;
    events.next_of("visitor").await;
    let asked = json!({ "fields": ["email", "first_name", "email_marketing_consent"] });
    assert_eq!(form(&browser).await, asked);
    // It is asked, and not a condition: a page that does not know of forms still works.
    browser.send("1", "Hello").await;
    assert_eq!(form(&browser).await, asked);

    let refused = browser.post("lead", json!({ "email": "no email" })).await;
    assert_eq!(error_of(refused).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(form(&browser).await, asked);
    let kept = browser.post("lead", json!({ "email": "ada@shop.example" })).await;
    assert_eq!(kept.status(), StatusCode::OK);
    events.next_of("visitor").await;
    assert_eq!(form(&browser).await, Value::Null);
    let visitor = browser.conversation().await["visitor"].clone();
    assert_eq!((&visitor["verified"], &visitor["email"]), (&json!(false), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_first_message_means_after_it() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("lead_form.mode", json!("after_first_message")).await;
    chat.settled().await;
    let browser = chat.visitor();
    let mut events = Events::of(&browser, None).await;
    assert_eq!(form(&browser).await, Value::Null);
    browser.send("1", "Hello").await;
    events.next_of("visitor").await;
    assert_eq!(form(&browser).await, json!({ "fields": ["email"] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_customer_is_never_asked_and_the_form_goes_the_moment_one_is() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("lead_form.mode", json!("before_chat")).await;
    chat.settled().await;
    let mut browser = chat.visitor();
    browser.send("1", "Hello").await;
    assert_ne!(form(&browser).await, Value::Null);
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(form(&browser).await, Value::Null);
    let typed = browser.post("lead", json!({ "email": "eve@shop.example" })).await;
    assert_eq!(error_of(typed).await, (StatusCode::CONFLICT, "already_verified".to_owned()));

    // Whoever was known until a moment ago is not asked either.
    server.clock.advance(std::time::Duration::from_secs(7201));
    let thread = browser.conversation().await;
    assert_eq!(thread["visitor"]["verified"], json!(false));
    assert_eq!(thread["lead_form"], Value::Null);

    // Nor is anybody who could not write anyway.
    chat.set("identification.mode", json!("enforce")).await;
    chat.settled().await;
    let stranger = chat.visitor();
    let thread = stranger.conversation().await;
    assert_eq!(thread["identification_required"], json!(true));
    assert_eq!(thread["lead_form"], Value::Null);
}
