//! Writing, reading, and the streams.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Events, TestServer, error_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_customer_is_greeted_by_name() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let sent = browser.send("1", "Hello!").await;
    assert_eq!(sent["message"]["seq"], json!(1));
    assert_eq!(sent["message"]["author"], json!("visitor"));
    assert_eq!(sent["message"]["verified"], json!(true));
    let conversation = browser.conversation_of(2).await;
    let answer = &conversation["messages"][1];
    assert_eq!(answer["author"], json!("assistant"));
    assert_eq!(answer["text"], json!("Hello Ada! How can I help you?"));
    assert_eq!(answer["content"][0]["t"], json!("p"));
    assert_eq!(conversation["conversation"]["id"], sent["conversation_id"]);
    browser.send("2", "Who am I?").await;
    let conversation = browser.conversation_of(4).await;
    assert_eq!(
        conversation["messages"][3]["text"],
        json!("You are signed in as **Ada Lovelace**, ada@shop.example.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_not_told_a_name_and_not_asked_for_one() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    assert_eq!(browser.conversation().await["conversation"], Value::Null);
    browser.send("1", "Where is my order 1001? I am ada@shop.example").await;
    let conversation = browser.conversation_of(2).await;
    assert_eq!(conversation["visitor"]["verified"], json!(false));
    assert_eq!(conversation["messages"][0]["verified"], json!(false));
    let answer = conversation["messages"][1]["text"].as_str().unwrap();
    assert!(answer.contains("cannot look orders up") && !answer.contains("Ada"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_changes_nothing() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let mut calls = Vec::new();
    for _ in 0..8 {
        calls.push(browser.send("same", "Hello"));
    }
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let conversation = browser.conversation_of(2).await;
    assert_eq!(conversation["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_at_once_are_numbered_without_gaps() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let names: Vec<String> = (0..12).map(|number| format!("c{number}")).collect();
    futures_util::future::join_all(names.iter().map(|name| browser.send(name, "Hello"))).await;
    let conversation = browser.conversation_of(24).await;
    let seqs: Vec<i64> = conversation["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=24).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deltas_of_a_reply_joined_are_its_message() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    // Listening begins before there is anything to hear, or even a visitor.
    let mut stream = Events::of(&browser, None).await;
    browser.send("1", "What can you do? 🫖").await;
    let own = stream.next_of("message").await;
    assert_eq!(own.data["author"], json!("visitor"));
    let (mut text, mut reply) = (String::new(), Value::Null);
    let message = loop {
        let event = stream.next().await.unwrap();
        if event.kind == "message" {
            break event;
        }
        assert_eq!(event.kind, "delta");
        assert_eq!(event.id, None);
        assert_eq!(event.data["offset"].as_u64().unwrap(), text.chars().count() as u64);
        text.push_str(event.data["text"].as_str().unwrap());
        reply = event.data["reply_id"].clone();
    };
    assert_eq!(message.data["text"].as_str().unwrap(), text);
    assert_eq!(message.data["id"], reply);
    assert_eq!(message.data["seq"], json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_resumes_after_any_id_without_gap_or_double() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let mut stream = Events::of(&browser, None).await;
    for name in ["1", "2", "3"] {
        browser.send(name, "Hello").await;
    }
    let mut all = Vec::new();
    while all.len() < 6 {
        all.push(stream.next_of("message").await);
    }
    for (at, event) in all.iter().enumerate() {
        let mut resumed = Events::of(&browser, event.id.as_deref()).await;
        for expected in &all[at + 1..] {
            assert_eq!(&resumed.next_of("message").await, expected);
        }
    }
    // Without an id, or with one that is none, it begins now; of another conversation, all of this one is new.
    let mut now = Events::of(&browser, None).await;
    let mut nonsense = Events::of(&browser, Some("nonsense")).await;
    let mut foreign = Events::of(&browser, Some("conv_01jz3v5k8m2q4r6t7w9x0y1z2a.3")).await;
    browser.send("4", "Once more").await;
    assert_eq!(now.next_of("message").await.data["text"], json!("Once more"));
    assert_eq!(nonsense.next_of("message").await.data["text"], json!("Once more"));
    assert_eq!(foreign.next_of("message").await.data["seq"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_in_the_middle_of_a_reply_hears_it_from_its_beginning() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let mut first = Events::of(&browser, None).await;
    browser.send("1", "What can you do?").await;
    while first.next_of("delta").await.data["offset"].as_u64().unwrap() < 40 {}
    let mut late = Events::of(&browser, None).await;
    let delta = late.next().await.unwrap();
    assert_eq!((delta.kind.as_str(), &delta.data["offset"]), ("delta", &json!(0)));
    let mut text = delta.data["text"].as_str().unwrap().to_owned();
    loop {
        let event = late.next().await.unwrap();
        if event.kind == "message" {
            assert_eq!(event.data["text"].as_str().unwrap(), text);
            break;
        }
        assert_eq!(event.data["offset"].as_u64().unwrap(), text.chars().count() as u64);
        text.push_str(event.data["text"].as_str().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_hears_that_its_visitor_was_identified() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let mut stream = Events::of(&browser, None).await;
    // The same customer with another name: the token stays, what is shown changes.
    let mut claims = chat.claims("ada@shop.example");
    claims["first_name"] = json!("Augusta");
    assert!(!browser.identify(&chat.sign(&claims)).await);
    assert_eq!(stream.next_of("visitor").await.data, json!({}));
    assert_eq!(browser.conversation().await["visitor"]["first_name"], json!("Augusta"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_verified_may_write_where_the_chat_says_so() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("identification.mode", json!("enforce")).await;
    let mut browser = chat.visitor();
    let message = json!({ "client_id": "1", "text": "Hello" });
    let refused = error_of(browser.post("messages", message.clone()).await).await;
    assert_eq!(refused, (StatusCode::FORBIDDEN, "identification_required".to_owned()));
    assert_eq!(browser.conversation().await["conversation"], Value::Null);
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(browser.post("messages", message).await.status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_message_is_refused_by_name() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let check = async |body: Value, field: &str| {
        let response = browser.post("messages", body.clone()).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["error"]["code"], json!("invalid"));
        assert!(answer["error"]["message"].as_str().unwrap().contains(field), "{answer}");
    };
    check(json!({ "client_id": "1", "text": "" }), "text").await;
    check(json!({ "client_id": "1", "text": "x".repeat(4_001) }), "text").await;
    check(json!({ "client_id": "1" }), "text").await;
    check(json!({ "client_id": "", "text": "x" }), "client_id").await;
    check(json!({ "text": "x" }), "client_id").await;
    check(json!({ "client_id": "1", "text": null }), "text").await;
    check(json!({ "client_id": "1", "text": 1 }), "text").await;
    check(json!([]), "body").await;
    check(json!(["1", "x"]), "body").await;
    let long =
        browser.post("messages", json!({ "client_id": "1", "text": "é".repeat(4_000) })).await;
    assert_eq!(long.status(), StatusCode::CREATED);
    check(json!({ "client_id": "2", "text": "x".repeat(70_000) }), "body").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_visitor_token_and_an_unknown_chat_are_told_apart() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    for token in ["", "short", "has spaces in it, twenty", &"x".repeat(65)] {
        let browser = Browser { chat: &chat, token: token.to_owned() };
        let refused = browser.refusal().await;
        assert_eq!(
            refused,
            (StatusCode::UNAUTHORIZED, "visitor_token_invalid".to_owned()),
            "{token}"
        );
    }
    let token = chat.visitor().token;
    let unknown = server
        .get("/widget/AAAAAAAAAAAAAAAAAAAA/conversation")
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(error_of(unknown).await, (StatusCode::NOT_FOUND, "unknown_chat".to_owned()));
    let malformed =
        server.get("/widget/%ff%fe/conversation").bearer_auth(&token).send().await.unwrap();
    assert_eq!(error_of(malformed).await, (StatusCode::NOT_FOUND, "unknown_chat".to_owned()));
    let id = format!("{}%ff", chat.path("conversations/"));
    let malformed = server.get(&id).bearer_auth(&token).send().await.unwrap();
    assert_eq!(error_of(malformed).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    let nothing = server.get("/nothing/here").send().await.unwrap();
    assert_eq!(error_of(nothing).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_a_lost_writer_left_is_finished_by_the_sweep() {
    use domain::conversation::{Author, Conversation, Message, Reply, ReplyState};
    use domain::id::{ConversationId, MessageId, VisitorId};
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let now = server.now();
    let hash = browser.token.parse::<domain::visitor::VisitorToken>().unwrap().hash(&chat.chat.id);
    let id = VisitorId::of_first_token(&hash);
    let conversation = Conversation {
        chat_id: chat.chat.id.clone(),
        id: ConversationId::new(now),
        visitor_id: id.clone(),
        lead_id: None,
        last_seq: 0,
        preview: String::new(),
        created_at: now,
        last_message_at: now,
        joined: None,
        attention: domain::conversation::Attention::default(),
        read_seq: 0,
        delivered_seq: 0,
        seen_seq: Some(0),
    };
    let visitor = domain::visitor::Visitor {
        chat_id: chat.chat.id.clone(),
        browser_id: id.clone(),
        id,
        identity: None,
        conversation_id: None,
        created_at: now,
    };
    let message = Message {
        id: MessageId::new(now),
        seq: 1,
        author: Author::Visitor,
        text: "Hello".parse().unwrap(),
        verified: false,
        sent_at: now,
    };
    let reply = Reply {
        chat_id: chat.chat.id.clone(),
        id: MessageId::new(now),
        conversation_id: conversation.id.clone(),
        answers: 1,
        state: ReplyState::Waiting,
    };
    let mut tx = server.commands.store.write(store::Scope::Chat(&chat.chat.id)).await.unwrap();
    tx.put_visitor(&visitor).await.unwrap();
    tx.add_visitor_token(&visitor, &hash, now).await.unwrap();
    tx.add_conversation(&conversation).await.unwrap();
    tx.append_message(&conversation, &message, None).await.unwrap();
    tx.add_reply(&reply, now).await.unwrap();
    assert!(tx.claim_reply(&reply, now + Duration::from_secs(30), now).await.unwrap());
    tx.commit().await.unwrap();
    server.clock.advance(Duration::from_secs(31));
    let finished = browser.conversation_of(2).await;
    assert_eq!(finished["messages"][1]["id"], json!(reply.id.as_str()));
}
