//! What a visitor has seen, and who is typing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::customers::Desk;
use crate::support::{Browser, Events, TestServer, WireEvents, error_of};

async fn read(browser: &Browser<'_>, seq: i64) {
    let response = browser.post("read", json!({ "seq": seq })).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_stays_seen_and_nobody_sees_what_is_yet_to_come() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    read(&browser, 1).await;
    assert_eq!(browser.conversation().await["conversation"], Value::Null);
    let sent = browser.send("1", "Hello").await;
    let seen = async || {
        let outside = desk.conversation(&sent["conversation_id"]).await["read_seq"].clone();
        assert_eq!(browser.conversation().await["read_seq"], outside);
        outside
    };
    browser.conversation_of(2).await;
    assert_eq!(seen().await, json!(0));
    for (told, expected) in [(1, 1), (-5, 1), (i64::MAX, 2), (1, 2)] {
        read(&browser, told).await;
        assert_eq!(seen().await, json!(expected), "after {told}");
    }
    let refused = browser.post("read", json!({ "seq": "2" })).await;
    assert_eq!(error_of(refused).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
    // Nobody else's browser says anything about it.
    read(&chat.visitor(), 2).await;
    browser.send("2", "Hello again").await;
    browser.conversation_of(4).await;
    assert_eq!(seen().await, json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_sees_the_other_type() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let sent = browser.send("1", "Hello").await;
    browser.conversation_of(2).await;
    let path = format!("/conversations/{}", sent["conversation_id"].as_str().unwrap());
    let mut events = Events::of(&browser, None).await;
    let looking = desk.call(Method::GET, &format!("{path}/events"), Value::Null).await;
    let mut looking = WireEvents::new(looking);

    assert_eq!(browser.post("typing", json!({})).await.status(), StatusCode::OK);
    assert_eq!(looking.next().await.unwrap().kind, "typing");
    let typed = desk.call(Method::POST, &format!("{path}/typing"), Value::Null).await;
    assert_eq!(typed.status(), StatusCode::OK);
    let told = events.next().await.unwrap();
    assert_eq!((told.kind.as_str(), told.data), ("typing", json!({ "author_name": "owner" })));
    // It is no message: it has no id to resume from.
    assert_eq!(told.id, None);

    read(&browser, 2).await;
    assert_eq!(looking.next().await.unwrap().kind, "changed");
    // Who signs out is told nothing more.
    let session = format!("{}/api/v1/session", server.url);
    let gone = server.client.delete(session).header("cookie", &desk.cookie).json(&json!({}));
    let gone = gone.send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    browser.send("2", "Are you there?").await;
    assert_eq!(looking.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_are_limited_and_a_refusal_says_when_to_come_back() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let mut refused = None;
    for _ in 0..200 {
        let response = browser.post("typing", json!({})).await;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(error_of(refused).await.1, "rate_limited");
}
