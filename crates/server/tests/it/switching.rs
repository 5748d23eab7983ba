//! Who is whom when tokens change hands: semantics, section 5.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Events, TestServer};

const ENDED: (StatusCode, &str) = (StatusCode::UNAUTHORIZED, "visitor_token_ended");

async fn is_ended(browser: &Browser<'_>) -> bool {
    let (status, code) = browser.refusal().await;
    (status, code.as_str()) == ENDED
}

fn texts(conversation: &Value) -> Vec<&str> {
    conversation["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["text"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_planted_reads_nothing_once_the_customer_is_identified() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let attacker = chat.visitor();
    attacker.send("1", "planted").await;
    attacker.conversation_of(2).await;
    let mut victim = attacker.clone();
    assert!(victim.identify(&chat.token_for("ada@shop.example")).await);
    assert!(is_ended(&attacker).await);
    let (status, code) = crate::support::error_of(
        attacker.post("messages", json!({"client_id":"2","text":"x"})).await,
    )
    .await;
    assert_eq!((status, code.as_str()), ENDED);
    // What was said before is still there, marked as said by nobody in particular.
    let conversation = victim.conversation().await;
    assert_eq!(conversation["messages"][0]["verified"], json!(false));
    victim.send("3", "mine").await;
    let conversation = victim.conversation_of(3).await;
    assert_eq!(conversation["messages"][2]["verified"], json!(true));
    // The attacker's own identity does not bring the conversation back.
    let mut attacker = attacker.clone();
    assert!(attacker.identify(&chat.token_for("eve@shop.example")).await);
    assert_eq!(attacker.conversation().await["messages"], json!([]));
    assert_eq!(victim.conversation().await["visitor"]["email"], json!("ada@shop.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_customer_again_keeps_the_token() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    assert!(!browser.identify(&chat.token_for("ADA@shop.example")).await);
    assert!(!browser.identify(&chat.token_for("ada@SHOP.example")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_mended_by_asking_again() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let lost = chat.visitor();
    lost.send("1", "hello").await;
    let first_count = lost.conversation_of(2).await["messages"].as_array().unwrap().len();
    let jwt = chat.token_for("ada@shop.example");
    let mut other_tab = lost.clone();
    assert!(other_tab.identify(&jwt).await);
    let mut again = lost.clone();
    assert!(again.identify(&jwt).await);
    // Neither tab loses the conversation.
    for tab in [&other_tab, &again] {
        let conversation = tab.conversation().await;
        assert_eq!(conversation["messages"].as_array().unwrap().len(), first_count);
        assert_eq!(conversation["visitor"]["verified"], json!(true));
    }
    other_tab.send("2", "one more").await;
    again.conversation_of(first_count + 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_customer_on_the_same_browser_begins_anew() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut ada = chat.visitor();
    ada.identify(&chat.token_for("ada@shop.example")).await;
    ada.send("1", "Ada's secret").await;
    ada.conversation_of(2).await;
    let mut stream = Events::of(&ada, None).await;
    let mut bob = ada.clone();
    assert!(bob.identify(&chat.token_for("bob@shop.example")).await);
    assert_eq!(bob.conversation().await["messages"], json!([]));
    assert_eq!(bob.conversation().await["visitor"]["email"], json!("bob@shop.example"));
    let listed: Value = bob.get("conversations").await.json().await.unwrap();
    assert_eq!(listed, json!({ "conversations": [] }));
    // Ada's token and stream are ended, and nothing of Bob's reaches them.
    assert!(is_ended(&ada).await);
    bob.send("1", "Bob's secret").await;
    stream.end().await;
    // The same switch once more, as after a lost answer: the new conversation is found again.
    let mut again = ada.clone();
    assert!(again.identify(&chat.token_for("bob@shop.example")).await);
    assert_eq!(texts(&again.conversation().await)[0], "Bob's secret");
    // Ada, back with her old token, has her conversation, and Bob's goes on.
    let mut back = ada.clone();
    assert!(back.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(texts(&back.conversation().await)[0], "Ada's secret");
    assert_eq!(texts(&bob.conversation().await)[0], "Bob's secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_of_one_customer_are_independent_but_share_a_history() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let (mut phone, mut laptop) = (chat.visitor(), chat.visitor());
    for device in [&mut phone, &mut laptop] {
        device.identify(&chat.token_for("ada@shop.example")).await;
    }
    let sent = phone.send("1", "from the phone").await;
    phone.conversation_of(2).await;
    assert_eq!(laptop.conversation().await["conversation"], Value::Null);
    let listed: Value = laptop.get("conversations").await.json().await.unwrap();
    assert_eq!(listed["conversations"][0]["id"], sent["conversation_id"]);
    assert_eq!(listed["conversations"][0]["current"], json!(false));
    let id = sent["conversation_id"].as_str().unwrap();
    let thread: Value = laptop.get(&format!("conversations/{id}")).await.json().await.unwrap();
    assert_eq!(texts(&thread)[0], "from the phone");
    // A stranger, or another customer, does not know of it.
    let mut eve = chat.visitor();
    for _ in 0..2 {
        assert_eq!(eve.get(&format!("conversations/{id}")).await.status(), StatusCode::NOT_FOUND);
        eve.identify(&chat.token_for("eve@shop.example")).await;
    }
    // One logs out, the other stays.
    let left: Value = phone.post("logout", json!({})).await.json().await.unwrap();
    assert!(left["visitor_token"].is_string());
    assert_eq!(laptop.conversation().await["visitor"]["verified"], json!(true));
    chat.set("identification.history", json!(false)).await;
    let listed: Value = laptop.get("conversations").await.json().await.unwrap();
    assert_eq!(listed, json!({ "conversations": [] }));
    assert_eq!(laptop.get(&format!("conversations/{id}")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_token_and_its_stream() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("1", "secret").await;
    browser.conversation_of(2).await;
    let mut stream = Events::of(&browser, None).await;
    let left: Value = browser.post("logout", json!({})).await.json().await.unwrap();
    stream.end().await;
    assert!(is_ended(&browser).await);
    let after =
        Browser { token: left["visitor_token"].as_str().unwrap().to_owned(), ..browser.clone() };
    assert_eq!(after.conversation().await["visitor"]["verified"], json!(false));
    assert_eq!(after.conversation().await["messages"], json!([]));
    // The old token, with a good token of the shop, gives a fresh visitor and not the old conversation.
    let mut again = browser.clone();
    assert!(again.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(again.conversation().await["conversation"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_conversation_is_unverified_until_identified_again() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("1", "the first").await;
    browser.conversation_of(2).await;
    let new: Value = browser.post("new_conversation", json!({})).await.json().await.unwrap();
    assert!(is_ended(&browser).await);
    let mut fresh =
        Browser { token: new["visitor_token"].as_str().unwrap().to_owned(), ..browser.clone() };
    assert_eq!(
        fresh.conversation().await["visitor"],
        json!({"verified": false, "email": null, "first_name": null, "last_name": null})
    );
    fresh.identify(&chat.token_for("ada@shop.example")).await;
    fresh.send("1", "the second").await;
    let listed: Value = fresh.get("conversations").await.json().await.unwrap();
    let previews: Vec<_> = listed["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["current"].clone())
        .collect();
    assert_eq!(previews, [json!(true), json!(false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unseen_token_that_leaves_is_ended_too() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    for call in ["logout", "new_conversation"] {
        let browser = chat.visitor();
        let response = browser.post(call, json!({})).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(is_ended(&browser).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_lapses_and_the_stream_says_so() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("identification.session", json!(900)).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("1", "hello").await;
    browser.conversation_of(2).await;
    server.clock.advance(Duration::from_secs(899));
    assert_eq!(browser.conversation().await["visitor"]["verified"], json!(true));
    let mut stream = Events::of(&browser, None).await;
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(stream.next_of("visitor").await.data, json!({}));
    let lapsed = browser.conversation().await;
    assert_eq!(
        lapsed["visitor"],
        json!({"verified": false, "email": null, "first_name": null, "last_name": null})
    );
    // The chat goes on, unverified.
    assert_eq!(lapsed["messages"].as_array().unwrap().len(), 2);
    let sent = browser.send("2", "still here").await;
    assert_eq!(sent["message"]["verified"], json!(false));
    // And is verified again, under a token that the lapsed one does not read along with.
    let before = browser.clone();
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    assert!(is_ended(&before).await);
    assert_eq!(browser.conversation().await["visitor"]["verified"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_replayed_by_a_second_browser_is_refused_where_the_chat_says_so() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("identification.replay", json!("refuse")).await;
    let jwt = chat.token_for("ada@shop.example");
    let mut browser = chat.visitor();
    browser.identify(&jwt).await;
    browser.identify(&jwt).await;
    // A new conversation in the same browser is no replay.
    let new: Value = browser.post("new_conversation", json!({})).await.json().await.unwrap();
    let mut fresh =
        Browser { token: new["visitor_token"].as_str().unwrap().to_owned(), ..browser.clone() };
    assert!(fresh.identify(&jwt).await);
    assert_eq!(chat.visitor().try_identify(&jwt).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    chat.set("identification.replay", json!("warn")).await;
    assert_eq!(chat.visitor().try_identify(&jwt).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_leaves_with_the_first() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let jwt = chat.token_for("ada@shop.example");
    for call in ["logout", "new_conversation", "identify"] {
        let planted = chat.visitor();
        let (mut one, mut two) = (planted.clone(), planted.clone());
        assert!(one.identify(&jwt).await && two.identify(&jwt).await);
        one.send("1", "secret").await;
        match call {
            "identify" => assert!(one.identify(&chat.token_for("bob@shop.example")).await),
            call => assert_eq!(one.post(call, json!({})).await.status(), StatusCode::OK),
        }
        assert!(is_ended(&two).await, "{call}");
    }
}
