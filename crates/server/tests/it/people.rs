//! People who answer in the assistant's place: contract, sections 5 and 7.

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Integration;

use crate::backend_api::key;
use crate::support::{Browser, Events, TestChat, TestServer, error_of};

/// A merchant's program, and an operator whose name nobody has entered.
struct Desk<'c> {
    chat: &'c TestChat<'c>,
    key: String,
    cookie: String,
    /// The operator.
    grace: String,
}

impl<'c> Desk<'c> {
    async fn new(chat: &'c TestChat<'c>) -> Self {
        let server = chat.server;
        let cookie = server.operator("default", "grace.h@shop.example", "member").await;
        let session = server.get("/api/v1/session").header("cookie", &cookie).send().await.unwrap();
        let session: Value = session.json().await.unwrap();
        let grace = session["operator"]["id"].as_str().unwrap().to_owned();
        Self { chat, key: key(chat, Integration::Backend).await, cookie, grace }
    }

    async fn backend(&self, method: Method, path: &str, body: &str) -> Response {
        let server = self.chat.server;
        let url = format!("{}/api/integrations/backend_api/v1{path}", server.url);
        let call = server.client.request(method, url).bearer_auth(&self.key);
        call.body(body.to_owned()).send().await.unwrap()
    }

    async fn change(&self, conversation: &str, call: &str, body: &str) -> Response {
        let path = format!("/chats/{}/conversations/{conversation}/{call}", self.chat.chat.id);
        let method = if call == "messages" { Method::POST } else { Method::PATCH };
        self.backend(method, &path, body).await
    }

    async fn dashboard(&self, method: Method, path: &str, body: Value) -> Response {
        let server = self.chat.server;
        let url = format!("{}/api/v1/chats/{}{path}", server.url, self.chat.chat.id);
        let call = server.client.request(method, url).header("cookie", &self.cookie);
        call.json(&body).send().await.unwrap()
    }

    async fn assign(&self, conversation: &str, assignee: Value) -> Value {
        let body = json!({ "assignee_id": assignee }).to_string();
        let response = self.change(conversation, "assignment", &body).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<Value>().await.unwrap()["conversation"].take()
    }

    async fn say(&self, conversation: &str, text: &str) -> Value {
        let body = json!({ "message": text, "sender_id": self.grace }).to_string();
        let response = self.change(conversation, "messages", &body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json::<Value>().await.unwrap()["message"].take()
    }
}

fn id_of(sent: &Value) -> String {
    sent["conversation_id"].as_str().unwrap().to_owned()
}

fn authors(conversation: &Value) -> Vec<&str> {
    let messages = conversation["messages"].as_array().unwrap().iter();
    messages.map(|message| message["author"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_over_ends_a_reply_and_nothing_of_it_is_posted() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let mut events = Events::of(&browser, None).await;
    let id = id_of(&browser.send("1", "Hello").await);
    events.next_of("delta").await;
    let assigned = desk.assign(&id, json!(desk.grace)).await;
    assert_eq!(assigned["manual_reply_mode"], json!(true));
    assert_eq!(assigned["assignee"]["full_name"], json!("grace.h"));
    events.next_of("visitor").await;
    assert_eq!(browser.conversation().await["operator"], json!("grace.h"));
    // While a person has it the assistant is silent, also where it is asked again.
    browser.send("2", "Are you there?").await;
    let said = desk.say(&id, "Yes, **I** am.").await;
    assert_eq!((&said["role"], &said["manual_reply"]), (&json!("assistant"), &json!(true)));
    assert_eq!(said["sender_id"], json!(desk.grace));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let thread = browser.conversation().await;
    assert_eq!(authors(&thread), ["visitor", "visitor", "operator"]);
    let answer = &thread["messages"][2];
    assert_eq!((&answer["author_name"], &answer["seq"]), (&json!("grace.h"), &json!(3)));
    let seqs: Vec<i64> = {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&3) {
            let event = events.next().await.unwrap();
            assert!(event.kind != "delta" && event.kind != "reply_failed", "{event:?}");
            if event.kind == "message" {
                seqs.push(event.data["seq"].as_i64().unwrap());
            }
        }
        seqs
    };
    assert_eq!(seqs, [2, 3]);
    let given_back = desk.assign(&id, Value::Null).await;
    assert_eq!(
        (&given_back["manual_reply_mode"], &given_back["assignee"]),
        (&json!(false), &Value::Null)
    );
    browser.send("3", "And now?").await;
    assert_eq!(authors(&browser.conversation_of(5).await)[3..], ["visitor", "assistant"]);
}

/// The ids of the replies that were begun.
async fn drafts(events: &mut Events) -> String {
    events.next_of("delta").await.data["reply_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_taken_over_is_not_asked_for_again_while_a_person_has_it() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let mut events = Events::of(&browser, None).await;
    let id = id_of(&browser.send("1", "Hello").await);
    let reply = drafts(&mut events).await;
    desk.assign(&id, json!(desk.grace)).await;
    let retry = format!("replies/{reply}/retry");
    assert_eq!(browser.post(&retry, json!({})).await.status(), StatusCode::OK);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(authors(&browser.conversation().await), ["visitor"]);
    desk.assign(&id, Value::Null).await;
    assert_eq!(browser.post(&retry, json!({})).await.status(), StatusCode::OK);
    let finished = browser.conversation_of(2).await;
    assert_eq!(finished["messages"][1]["id"], json!(reply));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_sent_again_under_its_key_is_one_message() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let id = id_of(&browser.send("1", "Hello").await);
    desk.assign(&id, json!(desk.grace)).await;
    let path = format!(
        "/api/integrations/backend_api/v1/chats/{}/conversations/{id}/messages",
        chat.chat.id
    );
    let mut ids = Vec::new();
    for name in ["a", "a", "b"] {
        let body = json!({ "message": "Hi", "sender_id": desk.grace }).to_string();
        let call = server.post(&path).bearer_auth(&desk.key).header("idempotency-key", name);
        let response = call.body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert!(response.headers().contains_key("x-ratelimit-remaining"));
        let body: Value = response.json().await.unwrap();
        ids.push(body["message"]["id"].as_str().unwrap().to_owned());
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
    let said = json!({ "client_id": "1", "text": "From the desk" });
    let messages = format!("/conversations/{id}/messages");
    for _ in 0..2 {
        let said = desk.dashboard(Method::POST, &messages, said.clone()).await;
        assert_eq!(said.status(), StatusCode::CREATED);
        assert_eq!(said.json::<Value>().await.unwrap()["message"]["author_name"], "grace.h");
    }
    assert_eq!(authors(&browser.conversation().await).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_takes_over_and_gives_back_in_the_dashboard() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let id = id_of(&browser.send("1", "Hello").await);
    let path = format!("/conversations/{id}/assignment");
    let taken = desk.dashboard(Method::PUT, &path, json!({ "assignee_id": desk.grace })).await;
    let taken: Value = taken.json().await.unwrap();
    assert_eq!(taken["assignee"]["email"], json!("grace.h@shop.example"));
    let list: Value =
        desk.dashboard(Method::GET, "/conversations", json!({})).await.json().await.unwrap();
    assert_eq!(list["conversations"][0]["assignee"], taken["assignee"]);
    let shown = desk.dashboard(Method::GET, &format!("/conversations/{id}"), json!({})).await;
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(shown["conversation"]["assignee"], taken["assignee"]);
    assert_eq!(shown["conversation"]["escalated"], json!(false));
    let back = desk.dashboard(Method::PUT, &path, json!({ "assignee_id": null })).await;
    assert_eq!(back.json::<Value>().await.unwrap()["assignee"], Value::Null);
    for body in [json!({}), json!({ "assignee_id": "op_01jz3v5k8m2q4r6t7w9x0y1z2a" })] {
        let refused = desk.dashboard(Method::PUT, &path, body).await;
        assert_eq!(
            error_of(refused).await,
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_and_that_is_settled() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let id = id_of(&chat.visitor().send("1", "Hello").await);
    let escalate = async |body: &str| -> Value {
        let response = desk.change(&id, "escalation", body).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<Value>().await.unwrap()["conversation"].take()
    };
    let nothing = escalate(r#"{"resolved": true}"#).await;
    assert_eq!(nothing["last_escalation_resolved_at"], Value::Null);
    let asked = escalate("").await;
    assert!(asked["last_escalated_at"].is_string());
    server.clock.advance(Duration::from_secs(5));
    assert_eq!(escalate(r#"{"resolved": false}"#).await, asked);
    let settled = escalate(r#"{"resolved": true}"#).await;
    assert!(settled["last_escalation_resolved_at"].is_string());
    assert_eq!(settled["last_escalated_at"], asked["last_escalated_at"]);
    let list =
        desk.backend(Method::GET, &format!("/chats/{}/conversations", chat.chat.id), "").await;
    let list: Value = list.json().await.unwrap();
    assert_eq!(list["conversations"][0]["last_escalated_at"], asked["last_escalated_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_the_account_are_listed_and_nobody_elses() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    server.operator("others", "eve@others.example", "owner").await;
    let users: Value = desk.backend(Method::GET, "/users", "").await.json().await.unwrap();
    let grace = json!({
        "id": desk.grace, "email": "grace.h@shop.example", "full_name": "grace.h", "role": "member",
    });
    assert_eq!(users, json!({ "users": [grace] }));
    let user = desk.backend(Method::GET, &format!("/users/{}", desk.grace), "").await;
    assert_eq!(user.json::<Value>().await.unwrap(), json!({ "user": grace }));
    for unknown in ["op_01jz3v5k8m2q4r6t7w9x0y1z2a", "1"] {
        let unknown = desk.backend(Method::GET, &format!("/users/{unknown}"), "").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser: Browser<'_> = chat.visitor();
    let id = id_of(&browser.send("1", "Hello").await);
    browser.conversation_of(2).await;
    let long = json!({ "message": "x".repeat(4_001), "sender_id": desk.grace }).to_string();
    let stranger = r#"{"assignee_id": "op_01jz3v5k8m2q4r6t7w9x0y1z2a"}"#;
    for (call, body) in [
        ("assignment", "{}"),
        ("assignment", r#"{"assignee_id": 7}"#),
        ("assignment", r#"{"assignee_id": "x"}"#),
        ("assignment", stranger),
        ("assignment", "no JSON"),
        ("messages", r#"{"message": "Hi"}"#),
        ("messages", r#"{"message": "Hi", "sender_id": "op_01jz3v5k8m2q4r6t7w9x0y1z2a"}"#),
        ("messages", &long),
        ("escalation", r#"{"resolved": "yes"}"#),
        ("escalation", "[]"),
    ] {
        let refused = error_of(desk.change(&id, call, body).await).await;
        assert_eq!(
            refused,
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()),
            "{call} {body}"
        );
    }
    let nowhere = "conv_01jz3v5k8m2q4r6t7w9x0y1z2a";
    for (call, body) in [("assignment", r#"{"assignee_id": null}"#), ("escalation", "")] {
        let refused = desk.change(nowhere, call, body).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{call}");
    }
    let thread = browser.conversation().await;
    assert_eq!(
        (authors(&thread), &thread["operator"]),
        (vec!["visitor", "assistant"], &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_seen_by_the_chats_own_people_only() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let mut events = Events::of(&browser, None).await;
    let id = id_of(&browser.send("1", "Hello").await);
    browser.conversation_of(2).await;
    let notes = format!("/conversations/{id}/notes");
    let said = json!({ "client_id": "n1", "text": "She is **brilliant** xyzzy" });
    for _ in 0..2 {
        let kept = desk.dashboard(Method::POST, &notes, said.clone()).await;
        assert_eq!(kept.status(), StatusCode::CREATED);
        let kept: Value = kept.json().await.unwrap();
        assert_eq!(kept["note"]["author"]["name"], json!("grace.h"));
    }
    for text in [String::new(), "x".repeat(4_001)] {
        let body = json!({ "client_id": "n2", "text": text });
        let refused = desk.dashboard(Method::POST, &notes, body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let thread = desk.dashboard(Method::GET, &format!("/conversations/{id}"), json!({})).await;
    let thread: Value = thread.json().await.unwrap();
    let shown = thread["conversation"]["notes"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["text"]), (1, &json!("She is **brilliant** xyzzy")));
    assert_eq!(thread["conversation"]["messages"].as_array().unwrap().len(), 2);

    // Not the visitor, not its stream, not the assistant, not a program.
    browser.send("2", "Hello again").await;
    let mine = browser.conversation_of(4).await;
    assert!(!mine.to_string().contains("xyzzy"));
    let seqs: Vec<i64> = mine["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    let mut last = 0;
    while last < 4 {
        let event = events.next().await.unwrap();
        assert!(!event.data.to_string().contains("xyzzy"), "{event:?}");
        if event.kind == "message" {
            last = event.data["seq"].as_i64().unwrap();
        }
    }
    let path = format!("/chats/{}/conversations", chat.chat.id);
    for path in [path.clone(), format!("{path}/{id}")] {
        let seen = desk.backend(Method::GET, &path, "").await.text().await.unwrap();
        assert!(seen.contains("conv_") && !seen.contains("xyzzy"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_the_name_that_they_entered() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let id = id_of(&browser.send("1", "Hello").await);
    let profile = async |name: Value| {
        let url = format!("{}/api/v1/session", server.url);
        let call = server.client.patch(url).header("cookie", &desk.cookie);
        call.json(&json!({ "name": name })).send().await.unwrap()
    };
    let named: Value = profile(json!(" Grace Hopper ")).await.json().await.unwrap();
    assert_eq!(named["operator"]["name"], json!("Grace Hopper"));
    desk.assign(&id, json!(desk.grace)).await;
    assert_eq!(browser.conversation().await["operator"], json!("Grace Hopper"));
    for wrong in [json!(""), json!("a\nb"), json!("x".repeat(101)), json!(7)] {
        assert_eq!(profile(wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let none: Value = profile(Value::Null).await.json().await.unwrap();
    let operator = &none["operator"];
    assert_eq!((&operator["name"], &operator["own_name"]), (&json!("grace.h"), &Value::Null));
    let colleagues = desk.dashboard(Method::GET, "/colleagues", json!({})).await;
    let colleagues: Value = colleagues.json().await.unwrap();
    assert_eq!(colleagues["colleagues"][0]["id"], json!(desk.grace));
    let mine = desk.dashboard(Method::GET, "/conversations?show=mine", json!({})).await;
    assert_eq!(mine.json::<Value>().await.unwrap()["conversations"][0]["id"], json!(id));
}
