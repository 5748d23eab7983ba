//! A customer's data is handed out, and erased.

use std::time::Duration;

use domain::conversation::{Author, Message};
use domain::id::{ConversationId, LeadId, MessageId, VisitorId};
use domain::lead::StableId;
use domain::record::EntryKind;
use domain::visitor::VisitorToken;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use server::app::create_api_key::create_api_key;
use server::app::erase_customer::erase_customer;
use store::{Integration, Migration, RecordOf, Scope, Store};

use crate::customers::{Desk, kinds};
use crate::support::{Browser, Events, TestChat, TestServer, error_of};

/// What Ada says, types and is called; nothing else in these tests has such words.
const PERSONAL: [&str; 11] = [
    "brass kettle",
    "ada@shop.example",
    "Lovelace",
    "analytical",
    "typed@ada.example",
    "0815 4711",
    "Countess",
    "customer-7-of-shop",
    "difference engine",
    "pays in guineas",
    "wants an engineer",
];

/// A customer who has left all the traces that one can, on two devices.
async fn ada<'c>(chat: &'c TestChat<'c>, desk: &Desk<'_>) -> Browser<'c> {
    let mut claims = chat.claims("ada@shop.example");
    claims["sub"] = json!("customer-7-of-shop");
    claims["additional_attributes"] = json!({ "machine": "analytical" });
    let mut browser = chat.visitor();
    let typed = json!({ "email": "typed@ada.example", "first_name": "Countess", "phone_number": "0815 4711" });
    assert_eq!(browser.post("lead", typed).await.status(), StatusCode::OK);
    browser.send("1", "before: difference engine").await;
    browser.conversation_of(2).await;
    browser.identify(&chat.sign(&claims)).await;
    browser.send("2", "after: difference engine").await;
    browser.conversation_of(4).await;
    let last = browser.conversation().await["conversation"]["id"].as_str().unwrap().to_owned();
    let note = json!({ "client_id": "n1", "text": "pays in guineas" });
    let noted = desk.call(Method::POST, &format!("/conversations/{last}/notes"), note).await;
    assert_eq!(noted.status(), StatusCode::CREATED);
    let key =
        create_api_key(&chat.server.commands, &chat.chat.id, Integration::Backend).await.unwrap();
    let path = format!(
        "{}/api/integrations/backend_api/v1/chats/{}/conversations/{last}/escalation",
        chat.server.url, chat.chat.id
    );
    let asked = chat.server.client.patch(path).bearer_auth(key.reveal());
    let asked = asked.body(r#"{"reason": "wants an engineer"}"#).send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::OK);
    let mut phone = chat.visitor();
    phone.identify(&chat.sign(&claims)).await;
    phone.send("1", "on the phone: difference engine").await;
    phone.conversation_of(2).await;
    let item = json!({ "id": "7", "title": "brass kettle", "price": 1, "quantity": 1 });
    let order =
        json!({ "order_id": "1001", "order_total": 1, "currency": "EUR", "line_items": [item] });
    assert_eq!(phone.post("purchases", order).await.status(), StatusCode::CREATED);
    let id = desk.customer("ada@shop.example").await["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{id}");
    let entered = desk.call(Method::PATCH, &path, json!({ "phone_number": "4711 0815" })).await;
    assert_eq!(entered.status(), StatusCode::OK);
    browser
}

async fn backend(chat: &TestChat<'_>, call: &str, body: Value) -> Response {
    let store = &chat.server.commands;
    let key = create_api_key(store, &chat.chat.id, Integration::Backend).await.unwrap();
    let path = format!("/api/integrations/backend_api/v1/chats/{}/customers/{call}", chat.chat.id);
    let call = chat.server.post(&path).bearer_auth(key.reveal()).body(body.to_string());
    call.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_everything_and_no_token() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = ada(&chat, &desk).await;
    let id = desk.customer("ada@shop.example").await["id"].as_str().unwrap().to_owned();
    let response = desk.call(Method::GET, &format!("/customers/{id}/export"), Value::Null).await;
    let file = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(file, format!("attachment; filename=\"customer-{id}.json\""));
    let text = response.text().await.unwrap();
    for word in PERSONAL {
        assert!(text.contains(word), "{word}");
    }
    let token: VisitorToken = browser.token.parse().unwrap();
    assert!(!text.contains(&browser.token) && !text.contains(token.hash(&chat.chat.id).as_str()));
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&export["version"], &export["customer"]["id"]), (&json!(1), &json!(id)));
    assert_eq!(export["customer"]["phone_number"], json!("4711 0815"));
    assert_eq!(export["typed"][0]["email"], json!("typed@ada.example"));
    assert_eq!(export["devices"].as_array().unwrap().len(), 2);
    let conversations = export["conversations"].as_array().unwrap();
    assert_eq!(conversations.len(), 2);
    assert_eq!(conversations[0]["joined_messages"], json!(2));
    let verified: Vec<&Value> = conversations[0]["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["verified"])
        .collect();
    assert_eq!(verified, [false, true, true, true]);
    assert_eq!(
        kinds(&export["record"]),
        ["identified", "joined", "identified", "customer_changed"]
    );
    // The same by the Backend API; and the record says that it was handed out.
    let again = backend(&chat, "exports", json!({ "email": "ADA@shop.example" })).await;
    let again: Value = again.json().await.unwrap();
    assert_eq!(again["conversations"], export["conversations"]);
    let timeline = desk.customer("ada@shop.example").await["timeline"].clone();
    assert_eq!(kinds(&timeline)[..2], ["customer_exported", "customer_exported"]);
    assert_eq!(timeline[1]["operator"], json!("owner@shop.example"));
}

async fn nothing_of_an_erased_customer_is_left(server: &TestServer) {
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    chat.set("identification.replay", json!("warn")).await;
    let mut bob = chat.visitor();
    bob.identify(&chat.token_for("bob@shop.example")).await;
    bob.send("1", "I stay").await;
    let mut browser = ada(&chat, &desk).await;
    let old = chat.token_for("ada@shop.example");
    let id: LeadId =
        desk.customer("ada@shop.example").await["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/customers/{id}");
    let wrong = desk.call(Method::DELETE, &path, json!({ "confirm": "bob@shop.example" })).await;
    assert_eq!(error_of(wrong).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));

    let mut stream = Events::of(&browser, None).await;
    let erased = desk.call(Method::DELETE, &path, json!({ "confirm": "Ada@shop.example" })).await;
    assert_eq!(erased.status(), StatusCode::OK);
    let erased: Value = erased.json().await.unwrap();
    assert_eq!(erased["erased"], json!({ "conversations": 2, "messages": 6, "devices": 2 }));
    while stream.next().await.is_some() {}
    let (status, code) = browser.refusal().await;
    assert_eq!((status, code.as_str()), (StatusCode::UNAUTHORIZED, "visitor_token_ended"));
    assert_eq!(browser.try_identify(&old).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let left = desk.customers("ada@shop.example").await;
    assert!(left.iter().all(|one| one["email"] == json!("bob@shop.example")), "{left:?}");
    let again = desk.call(Method::DELETE, &path, json!({ "confirm": "ada@shop.example" })).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);

    // The record stays, and names nobody.
    let mut tx = server.commands.store.read().await.unwrap();
    let record = tx.record(RecordOf::Customer(&chat.chat.id, &id), 100).await.unwrap();
    assert_eq!(record[0].entry.kind, EntryKind::CustomerErased);
    let text = format!("{record:?}");
    assert!(PERSONAL.iter().all(|word| !text.contains(word)), "{text}");
    drop(tx);

    // Others are as they were; and who is identified later is a new customer.
    assert_eq!(bob.conversation_of(2).await["messages"][0]["text"], json!("I stay"));
    server.clock.advance(Duration::from_secs(2));
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(browser.conversation().await["messages"], json!([]));
    let new = desk.customer("ada@shop.example").await;
    assert_ne!(new["id"], json!(id.as_str()));
    assert_eq!(new["phone_number"], Value::Null);
    assert_eq!(new["conversations"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_gone() {
    nothing_of_an_erased_customer_is_left(&TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_gone_on_postgresql() {
    if let Some(server) = TestServer::start_on_postgres().await {
        nothing_of_an_erased_customer_is_left(&server).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_an_erased_customer_is_in_the_file() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    ada(&chat, &desk).await;
    let file = server.commands.store.file().unwrap().clone();
    let found = |file: &std::path::Path| -> Vec<&str> {
        let mut bytes = std::fs::read(file).unwrap();
        bytes.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
        let holds = |word: &&&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        PERSONAL.iter().filter(holds).copied().collect()
    };
    assert_eq!(found(&file), PERSONAL);
    let erased = backend(&chat, "erasures", json!({ "id": "customer-7-of-shop" })).await;
    let erased: Value = erased.json().await.unwrap();
    assert_eq!(erased["erased"]["messages"], json!(6));
    // The log of writes goes into the file when the service ends.
    let folder = server.folder();
    drop(desk);
    drop(server);
    let url = format!("sqlite:{}", file.display());
    for _ in 0..100 {
        let store = Store::open(&url, Migration::Check).await.unwrap();
        store.close().await;
        drop(store);
        tokio::time::sleep(Duration::from_millis(100)).await;
        if !file.with_extension("db-wal").exists() {
            break;
        }
    }
    assert!(!file.with_extension("db-wal").exists());
    assert_eq!(found(&file), Vec::<&str>::new());
    drop(folder);
}

/// A conversation of Ada's with this many more messages.
async fn talk(chat: &TestChat<'_>, browser: &Browser<'_>, count: i64) {
    let sent = browser.conversation().await;
    let id: ConversationId = sent["conversation"]["id"].as_str().unwrap().parse().unwrap();
    let chat = &chat.chat.id;
    let store = &browser.chat.server.commands.store;
    let conversation = store.read().await.unwrap().conversation(chat, &id).await.unwrap().unwrap();
    let mut tx = store.write(Scope::Visitor(chat, &conversation.visitor_id)).await.unwrap();
    let now = browser.chat.server.now();
    for seq in conversation.last_seq + 1..=conversation.last_seq + count {
        let message = Message {
            id: MessageId::new(now),
            seq,
            author: Author::Visitor,
            text: "Lovelace ".repeat(10).parse().unwrap(),
            verified: true,
            sent_at: now,
        };
        tx.append_message(&conversation, &message, None).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_messages_are_erased_and_an_interrupted_erasure_is_finished() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = ada(&chat, &desk).await;
    talk(&chat, &browser, 10_000).await;
    let id: LeadId =
        desk.customer("ada@shop.example").await["id"].as_str().unwrap().parse().unwrap();
    let export = backend(&chat, "exports", json!({ "id": id.as_str() })).await;
    let export: Value = export.json().await.unwrap();
    assert_eq!(export["conversations"][0]["messages"].as_array().unwrap().len(), 10_004);
    // As an erasure leaves it whose process ended in the middle.
    let chat_id = &chat.chat.id;
    let mut tx = server.commands.store.write(Scope::Chat(chat_id)).await.unwrap();
    assert_eq!(tx.end_tokens_of_customer(chat_id, &id).await.unwrap().len(), 2);
    let half = tx.conversations_of_customer(chat_id, &id, None, 1).await.unwrap().remove(0);
    assert_eq!(tx.delete_messages(&half, 4_000).await.unwrap(), 4_000);
    tx.commit().await.unwrap();
    let erased = erase_customer(&server.commands, chat_id, &id, None).await.unwrap();
    assert_eq!((erased.conversations, erased.messages, erased.devices), (2, 6_006, 2));
    let mut tx = server.commands.store.read().await.unwrap();
    assert_eq!(tx.lead(chat_id, &id).await.unwrap(), None);
    let visitor: VisitorId = half.visitor_id;
    let left = tx.visitor(chat_id, &visitor).await.unwrap().unwrap();
    assert_eq!((left.identity, left.conversation_id), (None, None));
    assert_eq!(tx.typed_lead(chat_id, &visitor).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_customers_with_one_email_one_must_be_named() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for id in [json!("7"), json!("8"), Value::Null] {
        let mut claims = chat.claims("ada@shop.example");
        if !id.is_null() {
            claims["sub"] = id;
        }
        chat.visitor().identify(&chat.sign(&claims)).await;
    }
    let all = desk.customers("ada@shop.example").await;
    assert_eq!(all.len(), 3);
    for call in ["exports", "erasures"] {
        let refused = backend(&chat, call, json!({ "email": "ada@shop.example" })).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let error: Value = refused.json().await.unwrap();
        for customer in &all {
            assert!(
                error["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains(customer["id"].as_str().unwrap()),
                "{error}"
            );
        }
        for body in
            [json!({}), json!({ "email": "a@shop.example", "id": "7" }), json!({ "email": "x" })]
        {
            assert_eq!(backend(&chat, call, body).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        let unknown = backend(&chat, call, json!({ "id": "9" })).await;
        assert_eq!(error_of(unknown).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    }
    let nameless = all.iter().find(|one| one["stable_id"].is_null()).unwrap();
    for id in [json!("7"), nameless["id"].clone()] {
        assert_eq!(backend(&chat, "erasures", json!({ "id": id })).await.status(), StatusCode::OK);
    }
    let left = desk.customers("").await;
    assert_eq!((left.len(), &left[0]["stable_id"]), (1, &json!("8")));
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_another_chat_are_neither_handed_out_nor_erased() {
    let server = TestServer::start().await;
    let (one, two) = (server.chat().await, server.chat().await);
    let desk = Desk::new(&one).await;
    one.visitor().identify(&one.token_for("ada@shop.example")).await;
    let id = desk.customer("ada@shop.example").await["id"].as_str().unwrap().to_owned();
    let other = Desk { chat: &two, cookie: desk.cookie.clone() };
    let export = other.call(Method::GET, &format!("/customers/{id}/export"), Value::Null).await;
    assert_eq!(export.status(), StatusCode::NOT_FOUND);
    let confirm = json!({ "confirm": "ada@shop.example" });
    let erase = other.call(Method::DELETE, &format!("/customers/{id}"), confirm).await;
    assert_eq!(erase.status(), StatusCode::NOT_FOUND);
    for call in ["exports", "erasures"] {
        for body in [json!({ "id": id }), json!({ "email": "ada@shop.example" })] {
            assert_eq!(backend(&two, call, body).await.status(), StatusCode::NOT_FOUND);
        }
    }
    desk.customer("ada@shop.example").await;
}

/// Erases the customer with this id of the merchant's, or the one without.
async fn erase_one(chat: &TestChat<'_>, stable_id: Option<&str>) {
    let mut tx = chat.server.commands.store.read().await.unwrap();
    let leads = tx.leads(&chat.chat.id, 10, 0).await.unwrap();
    drop(tx);
    let is_it = |id: &Option<StableId>| id.as_ref().map(StableId::as_str) == stable_id;
    let lead = leads.iter().find(|lead| is_it(&lead.stable_id)).unwrap();
    erase_customer(&chat.server.commands, &chat.chat.id, &lead.id, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_one_of_several_with_an_email_leaves_the_tokens_of_the_others_good() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let token = |id: Option<&str>| {
        let mut claims = chat.claims("ada@shop.example");
        if let Some(id) = id {
            claims["sub"] = json!(id);
        }
        chat.sign(&claims)
    };
    let (seven, eight, alone) = (token(Some("7")), token(Some("8")), token(None));
    for jwt in [&seven, &eight, &alone] {
        chat.visitor().identify(jwt).await;
    }
    let status = async |jwt: &str| chat.visitor().try_identify(jwt).await.status();
    erase_one(&chat, Some("7")).await;
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(status(&seven).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(&eight).await, StatusCode::OK);
    assert_eq!(status(&alone).await, StatusCode::OK);
    // The old token of who had no id must not become that of the only one who is left.
    erase_one(&chat, None).await;
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(status(&alone).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(&eight).await, StatusCode::OK);
    // The last one: every token with this email could be theirs.
    erase_one(&chat, Some("8")).await;
    server.clock.advance(Duration::from_secs(1));
    for jwt in [&seven, &eight, &alone] {
        assert_eq!(status(jwt).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(status(&token(None)).await, StatusCode::OK);
}
