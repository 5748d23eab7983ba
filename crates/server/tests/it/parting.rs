//! What was said before signing in: joined to the customer once, and parted again when it was somebody else's.

use std::time::Duration;

use domain::chat::Platform;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::customers::{Desk, kinds};
use crate::support::{Events, TestServer, error_of};

fn texts(thread: &Value) -> Vec<&str> {
    let messages = thread["messages"].as_array().unwrap().iter();
    messages.map(|message| message["text"].as_str().unwrap()).collect()
}

async fn part(desk: &Desk<'_>, id: &Value) -> Value {
    let path = format!("/conversations/{}/part", id.as_str().unwrap());
    let response = desk.call(Method::POST, &path, json!({})).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

async fn a_stranger_s_words_are_parted_while_the_customer_listens(server: &TestServer) {
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    browser.post("lead", json!({ "email": "eve@shop.example", "phone_number": "666 666" })).await;
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.conversation_of(2).await;
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("2", "after").await;
    browser.conversation_of(4).await;
    let joined = desk.conversation(&whole).await["joined"].clone();
    assert_eq!(joined["messages"], json!(2));
    let customer = desk.customer("ada@shop.example").await;
    assert_eq!(customer["conversations"][0]["joined"], joined);
    assert_eq!(customer["phone_number"], json!("666 666"));
    assert_eq!(kinds(&customer["timeline"]), ["joined", "identified"]);
    assert_eq!(customer["timeline"][0]["count"], json!(2));

    let mut stream = Events::of(&browser, None).await;
    let parted = part(&desk, &whole).await;
    assert_eq!(parted["parted_conversation_id"], whole);
    let own = parted["conversation_id"].clone();
    assert_ne!(own, whole);
    stream.next_of("visitor").await;
    let first = stream.next_of("message").await;
    assert_eq!((&first.data["text"], &first.data["seq"]), (&json!("after"), &json!(1)));
    assert_eq!(first.id.as_deref(), Some(format!("{}.1", own.as_str().unwrap()).as_str()));
    assert_eq!(stream.next_of("message").await.data["seq"], json!(2));

    // The customer goes on under the same token, with what was said since.
    let thread = browser.conversation().await;
    assert_eq!((&thread["conversation"]["id"], texts(&thread)[0]), (&own, "after"));
    assert_eq!(thread["visitor"]["email"], json!("ada@shop.example"));
    assert_eq!(thread["messages"].as_array().unwrap().len(), 2);
    let gone = browser.get(&format!("conversations/{}", whole.as_str().unwrap())).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let list: Value = browser.get("conversations").await.json().await.unwrap();
    assert_eq!(list["conversations"].as_array().unwrap().len(), 1);
    browser.send("3", "more").await;
    assert_eq!(stream.next_of("message").await.data["seq"], json!(3));

    // What was said before is nobody's, with what was typed there.
    let left = desk.conversation(&whole).await;
    assert_eq!(texts(&left)[0], "before");
    assert_eq!(left["messages"].as_array().unwrap().len(), 2);
    assert_eq!(left["joined"], Value::Null);
    assert_eq!(
        (&left["lead"]["verified"], &left["lead"]["email"]),
        (&json!(false), &json!("eve@shop.example"))
    );
    assert_eq!(kinds(&left["timeline"]), ["parted"]);
    assert_eq!(left["timeline"][0]["operator"], json!("owner@shop.example"));
    let customer = desk.customer("ada@shop.example").await;
    assert_eq!(customer["phone_number"], Value::Null);
    assert_eq!(kinds(&customer["timeline"]), ["parted", "joined", "identified"]);
    assert_eq!(customer["conversations"].as_array().unwrap().len(), 1);
    let list = desk.get("/conversations").await;
    let previews = list["conversations"].as_array().unwrap().iter();
    let preview = previews.clone().find(|one| one["id"] == whole).unwrap();
    assert_eq!(preview["last_message_at"], left["messages"][1]["sent_at"]);
    assert!(preview["preview"].as_str().unwrap().starts_with("Hello! I am sorry"), "{preview}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_words_are_parted_from_the_customer() {
    a_stranger_s_words_are_parted_while_the_customer_listens(&TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_words_are_parted_from_the_customer_on_postgresql() {
    if let Some(server) = TestServer::start_on_postgres().await {
        a_stranger_s_words_are_parted_while_the_customer_listens(&server).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_parted_is_never_joined_again() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    browser.post("lead", json!({ "email": "eve@shop.example", "phone_number": "666 666" })).await;
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("2", "after").await;
    part(&desk, &whole).await;
    let path = format!("/conversations/{}/part", whole.as_str().unwrap());
    let again = desk.call(Method::POST, &path, json!({})).await;
    assert_eq!(error_of(again).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(desk.conversation(&whole).await["lead"]["verified"], json!(false));
    let customer = desk.customer("ada@shop.example").await;
    assert_eq!(customer["phone_number"], Value::Null);
    assert_eq!(customer["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(customer["conversations"][0]["joined"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_said_nothing_since_has_no_conversation() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.conversation_of(2).await;
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let mut stream = Events::of(&browser, None).await;
    assert_eq!(part(&desk, &whole).await["conversation_id"], Value::Null);
    stream.next_of("visitor").await;
    let empty = browser.conversation().await;
    assert_eq!((&empty["conversation"], &empty["messages"]), (&Value::Null, &json!([])));
    let sent = browser.send("2", "mine").await;
    assert_ne!(sent["conversation_id"], whole);
    assert_eq!(stream.next_of("message").await.data["text"], json!("mine"));
    // It began verified: there is nothing to part.
    let path = format!("/conversations/{}/part", sent["conversation_id"].as_str().unwrap());
    let refused = desk.call(Method::POST, &path, json!({})).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_is_joined_once_and_never_to_a_second_customer() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.conversation_of(2).await;
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let joined = desk.conversation(&whole).await["joined"].clone();
    // Again, and after the identity lapsed: the same join.
    browser.identify(&chat.token_for("ada@shop.example")).await;
    server.clock.advance(Duration::from_hours(3));
    browser.send("2", "nobody in particular").await;
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(desk.conversation(&whole).await["joined"], joined);
    let mut bob = browser.clone();
    bob.identify(&chat.token_for("bob@shop.example")).await;
    assert_eq!(bob.conversation().await["messages"], json!([]));
    let thread = desk.conversation(&whole).await;
    assert_eq!(thread["lead"]["email"], json!("ada@shop.example"));
    assert_eq!(thread["joined"], joined);
    assert_eq!(desk.customer("bob@shop.example").await["conversations"], json!([]));
    let joins = kinds(&thread["timeline"]).into_iter().filter(|kind| *kind == "joined").count();
    assert_eq!(joins, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_being_written_does_not_land_in_the_wrong_conversation() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for number in 0..6 {
        let mut browser = chat.visitor();
        let whole = browser.send("1", "What can you do for me?").await["conversation_id"].clone();
        browser.identify(&chat.token_for(&format!("c{number}@shop.example"))).await;
        if number % 2 == 0 {
            browser.send("2", "And now?").await;
        }
        let before = desk.conversation(&whole).await["joined"]["messages"].as_i64().unwrap();
        let parted = part(&desk, &whole).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        // Nobody answers the stranger any more, whose words were parted before the answer was finished.
        let left = desk.conversation(&whole).await;
        assert_eq!(left["messages"].as_array().unwrap().len(), usize::try_from(before).unwrap());
        if parted["conversation_id"] == Value::Null {
            assert_eq!(browser.conversation().await["messages"], json!([]));
            continue;
        }
        let own = browser.conversation().await;
        let told: Vec<Value> = own["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| json!([message["seq"], message["author"]]))
            .collect();
        assert!(
            told.ends_with(&[json!([told.len() - 1, "visitor"]), json!([told.len(), "assistant"])]),
            "{told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_of_another_chat_are_not_parted() {
    let server = TestServer::start().await;
    let (one, two) = (server.chat().await, server.plain_chat("default", Platform::Custom).await);
    let desk = Desk::new(&one).await;
    let mut browser = one.visitor();
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.identify(&one.token_for("ada@shop.example")).await;
    let other = Desk { chat: &two, cookie: desk.cookie.clone() };
    let path = format!("/conversations/{}/part", whole.as_str().unwrap());
    let refused = other.call(Method::POST, &path, json!({})).await;
    assert_eq!(error_of(refused).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    assert_eq!(desk.conversation(&whole).await["joined"]["messages"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_stay_with_what_they_were_written_about_and_who_asks_goes_on_asking() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    let whole = browser.send("1", "before").await["conversation_id"].clone();
    browser.conversation_of(2).await;
    let path = format!("/conversations/{}", whole.as_str().unwrap());
    let note = async |name: &str, text: &str| {
        let body = json!({ "client_id": name, "text": text });
        let kept = desk.call(Method::POST, &format!("{path}/notes"), body).await;
        assert_eq!(kept.status(), StatusCode::CREATED);
    };
    note("1", "of the stranger").await;
    server.clock.advance(Duration::from_secs(1));
    browser.identify(&chat.token_for("ada@shop.example")).await;
    browser.send("2", "human please").await;
    browser.conversation_of(4).await;
    note("2", "of Ada").await;
    assert_eq!(desk.conversation(&whole).await["escalated"], json!(true));
    let own = part(&desk, &whole).await["conversation_id"].clone();
    let (left, hers) = (desk.conversation(&whole).await, desk.conversation(&own).await);
    let notes = |thread: &Value| {
        let notes = thread["notes"].as_array().unwrap().iter();
        notes.map(|note| note["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (notes(&left), notes(&hers)),
        (vec!["of the stranger".to_owned()], vec!["of Ada".to_owned()])
    );
    assert_eq!((&left["escalated"], &hers["escalated"]), (&json!(false), &json!(true)));
}
