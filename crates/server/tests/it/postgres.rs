//! The same service on `PostgreSQL`, where writes do run side by side.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Events, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_recognised_switched_and_heard_on_postgresql() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    let chat = server.chat().await;
    let mut ada = chat.visitor();
    let mut stream = Events::of(&ada, None).await;
    ada.send("1", "before").await;
    assert_eq!(stream.next_of("message").await.data["text"], json!("before"));
    ada.conversation_of(2).await;
    assert!(ada.identify(&chat.token_for("ada@shop.example")).await);
    assert!(!ada.identify(&chat.token_for("ada@shop.example")).await);
    ada.send("2", "Who am I?").await;
    let conversation = ada.conversation_of(4).await;
    assert_eq!(
        conversation["messages"][3]["text"],
        json!("You are signed in as **Ada Lovelace**, ada@shop.example.")
    );
    let mut bob = ada.clone();
    assert!(bob.identify(&chat.token_for("bob@shop.example")).await);
    assert_eq!(bob.conversation().await["messages"], json!([]));
    assert_eq!(ada.refusal().await.0, StatusCode::UNAUTHORIZED);
    let refused = bob.try_identify("x.y.z").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_browsers_of_one_new_customer_make_one_customer() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    let chat = server.chat().await;
    let identified = join_all((0..24).map(|number| {
        let mut browser = chat.visitor();
        let mut claims = chat.claims("ada@shop.example");
        claims["jti"] = json!(number.to_string());
        // Half of them know the customer's number.
        if number % 2 == 0 {
            claims["sub"] = json!("7");
        }
        let jwt = chat.sign(&claims);
        async move { browser.identify(&jwt).await.then_some(browser) }
    }))
    .await;
    let mut leads = Vec::new();
    let mut tx = server.commands.store.read().await.unwrap();
    for browser in identified.iter().flatten() {
        let hash =
            browser.token.parse::<domain::visitor::VisitorToken>().unwrap().hash(&chat.chat.id);
        let row = tx.visitor_token(&chat.chat.id, &hash).await.unwrap().unwrap();
        let visitor = tx.visitor(&chat.chat.id, &row.visitor_id).await.unwrap().unwrap();
        leads.push(visitor.identity.unwrap().lead_id);
    }
    assert_eq!(leads.len(), 24);
    leads.dedup();
    assert_eq!(leads.len(), 1, "{leads:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_at_once_are_numbered_without_gaps_on_postgresql() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    let chat = server.chat().await;
    let browser = chat.visitor();
    let names: Vec<String> = (0..12).map(|number| format!("c{number}")).collect();
    join_all(names.iter().map(|name| browser.send(name, "Hello"))).await;
    let conversation: Value = browser.conversation_of(24).await;
    let messages = conversation["messages"].as_array().unwrap();
    let seqs: Vec<i64> = messages.iter().map(|one| one["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=24).collect::<Vec<_>>());
}
