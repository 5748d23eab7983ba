//! The team's inbox: what it shows, what is found in it, that it is live, and how far what people write has come.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::customers::Desk;
use crate::support::{Events, TestServer, WireEvents, error_of};

fn ids(page: &Value) -> Vec<&str> {
    let conversations = page["conversations"].as_array().unwrap().iter();
    conversations.map(|one| one["id"].as_str().unwrap()).collect()
}

async fn search(desk: &Desk<'_>, body: Value) -> Value {
    desk.catch_up().await;
    let found = desk.call(Method::POST, "/conversations/search", body).await;
    assert_eq!(found.status(), StatusCode::OK);
    found.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_found_by_what_was_said_and_by_whom() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut ada = chat.visitor();
    ada.identify(&chat.token_for("ada@shop.example")).await;
    let about_tea = ada.send("1", "Is the Darjeeling in stock?").await;
    let stranger = chat.visitor();
    let about_order = stranger.send("1", "Where is order #1042?").await;
    let tea = about_tea["conversation_id"].as_str().unwrap();
    let order = about_order["conversation_id"].as_str().unwrap();

    let found = search(&desk, json!({ "query": "darjeel" })).await;
    assert_eq!(ids(&found), [tea]);
    let excerpt = found["conversations"][0]["excerpt"].as_array().unwrap();
    let marked = excerpt.iter().find(|piece| piece["match"] == json!(true)).unwrap();
    assert_eq!(marked["text"], json!("Darjeel"));
    let found = search(&desk, json!({ "query": "ada@shop.example" })).await;
    assert_eq!(ids(&found), [tea]);
    assert_eq!(found["conversations"][0]["excerpt"], Value::Null);
    assert_eq!(ids(&search(&desk, json!({ "query": "1042" })).await), [order]);
    let only_verified = json!({ "query": "1042", "filter": { "verified": true } });
    assert_eq!(ids(&search(&desk, only_verified).await), [""; 0]);
    assert_eq!(ids(&search(&desk, json!({ "query": "order stock" })).await), [""; 0]);

    let nothing = desk.call(Method::POST, "/conversations/search", json!({ "query": " ! " })).await;
    assert_eq!(error_of(nothing).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_filtered_and_read_page_by_page() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut all = Vec::new();
    for number in 0..52 {
        let sent = chat.visitor().send("1", &format!("Hello {number}")).await;
        all.push(sent["conversation_id"].as_str().unwrap().to_owned());
    }
    let first = desk.get("/conversations").await;
    assert_eq!((ids(&first).len(), &first["total"]), (50, &json!(52)));
    let next = first["next"].as_str().unwrap();
    let second = desk.get(&format!("/conversations?after={next}")).await;
    assert_eq!((ids(&second).len(), &second["next"]), (2, &Value::Null));
    let mut listed: Vec<&str> = ids(&first);
    listed.extend(ids(&second));
    listed.sort_unstable();
    all.sort();
    assert_eq!(listed, all);

    let path = format!("/conversations/{}/assignment", all[7]);
    let own = server.get("/api/v1/session").header("cookie", &desk.cookie).send().await.unwrap();
    let own: Value = own.json().await.unwrap();
    let own = own["operator"]["id"].as_str().unwrap();
    desk.call(Method::PUT, &path, json!({ "assignee_id": own })).await;
    for query in ["show=mine".to_owned(), format!("assignee={own}")] {
        assert_eq!(ids(&desk.get(&format!("/conversations?{query}")).await), [&all[7]], "{query}");
    }
    assert_eq!(desk.get("/conversations?show=unassigned").await["total"], json!(51));
    assert_eq!(desk.get("/conversations?verified=true").await["total"], json!(0));
    assert_eq!(desk.get("/conversations?verified=false").await["total"], json!(52));
    assert_eq!(desk.get("/conversations?until=2001-01-01T00:00:00Z").await["total"], json!(0));
    assert_eq!(desk.get("/conversations?since=2001-01-01T00:00:00Z").await["total"], json!(52));
    for query in ["after=nowhere", "since=yesterday", "assignee=me"] {
        let wrong = desk.call(Method::GET, &format!("/conversations?{query}"), Value::Null).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_tells_of_what_is_new_and_what_nobody_saw() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let url = format!("{}/api/v1/chats/{}/conversations/events", server.url, chat.chat.id);
    let stream = server.client.get(url).header("cookie", &desk.cookie).send().await.unwrap();
    let mut events = WireEvents::new(stream);
    let sent = chat.visitor().send("1", "Is anybody there?").await;
    events.next_of("changed").await;
    let list = desk.get("/conversations").await;
    assert_eq!(list["conversations"][0]["unseen"], json!(true));
    let id = sent["conversation_id"].as_str().unwrap();
    let path = format!("/conversations/{id}/seen");
    let seen = desk.call(Method::PUT, &path, json!({ "seq": 100 })).await;
    assert_eq!(seen.status(), StatusCode::OK);
    let list = desk.get("/conversations").await;
    let conversation = desk.get(&format!("/conversations/{id}")).await;
    let messages = conversation["conversation"]["messages"].as_array().unwrap().len();
    // The assistant may have answered in between: that is new again.
    if messages == 1 {
        assert_eq!(list["conversations"][0]["unseen"], json!(false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_writes_is_delivered_when_a_page_takes_it() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let sent = browser.send("1", "Is anybody there?").await;
    browser.conversation_of(2).await;
    let id = sent["conversation_id"].as_str().unwrap();
    let body = json!({ "client_id": "a1", "text": "I am." });
    let own = server.get("/api/v1/session").header("cookie", &desk.cookie).send().await.unwrap();
    let own: Value = own.json().await.unwrap();
    let assignment = json!({ "assignee_id": own["operator"]["id"] });
    desk.call(Method::PUT, &format!("/conversations/{id}/assignment"), assignment).await;
    let answered = desk.call(Method::POST, &format!("/conversations/{id}/messages"), body).await;
    assert_eq!(answered.status(), StatusCode::CREATED);
    let path = format!("/conversations/{id}");
    let before = desk.get(&path).await;
    assert_eq!(before["conversation"]["delivered_seq"], json!(0));
    // A page that connects takes what it has missed.
    let mut events = Events::of(&browser, Some(&format!("{id}.2"))).await;
    events.next_of("message").await;
    let _listens = tokio::spawn(async move { events.next().await });
    for _ in 0..100 {
        let after = desk.get(&path).await;
        if after["conversation"]["delivered_seq"] == json!(3) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the message was never delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_by_mistake_is_what_it_was() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let sent = chat.visitor().send("1", "A person, please").await;
    let id = sent["conversation_id"].as_str().unwrap();
    let path = format!("/conversations/{id}/escalation");
    let change = async |body: Value| -> Value {
        desk.call(Method::PUT, &path, body).await.json().await.unwrap()
    };
    let asked = change(json!({ "resolved": false })).await;
    change(json!({ "resolved": true })).await;
    let again = change(json!({ "resolved": false, "reopen": true })).await;
    assert_eq!(again["escalated"], json!(true));
    for field in ["asked_at", "asked_by", "reason", "settled_at"] {
        assert_eq!(again["escalation"][field], asked["escalation"][field], "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_shows_earlier_conversations_and_numbers_of_orders() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut first = chat.visitor();
    first.identify(&chat.token_for("ada@shop.example")).await;
    let earlier = first.send("1", "Thank you for order 1001").await;
    let mut second = chat.visitor();
    second.identify(&chat.token_for("ada@shop.example")).await;
    let now = second.send("1", "Where is #1042, and TP-7001?").await;
    let card = desk.conversation(&now["conversation_id"]).await;
    assert_eq!(card["earlier"][0]["id"], earlier["conversation_id"]);
    assert_eq!(card["earlier"].as_array().unwrap().len(), 1);
    assert_eq!(card["orders"]["mentioned"], json!(["1042", "TP-7001"]));
    assert_eq!(card["orders"]["available"], json!(false));
    let look_up = async |id: &Value| {
        let path = format!("/conversations/{}/orders", id.as_str().unwrap());
        desk.call(Method::POST, &path, json!({ "order_id": "1042" })).await
    };
    let answer: Value = look_up(&now["conversation_id"]).await.json().await.unwrap();
    assert_eq!((&answer["found"], &answer["claimed"]), (&json!(false), &json!(false)));
    assert!(answer["problem"].as_str().unwrap().contains("order_tracking"), "{answer}");
    let nobody = chat.visitor().send("1", "Where is #1042?").await;
    let refused = look_up(&nobody["conversation_id"]).await;
    assert_eq!(error_of(refused).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
}
