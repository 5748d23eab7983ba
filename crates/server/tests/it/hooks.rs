//! New leads are posted to a merchant's automations: contract, section 8.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Integration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::backend_api::key;
use crate::support::{TestChat, TestServer};

const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];

/// An automation that takes posts. It answers as it was told, and then with 200.
struct Automation {
    url: String,
    taken: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Automation {
    async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect::<VecDeque<_>>()));
        let automation = Self { url, taken: Arc::default(), answers };
        let (taken, answers) = (automation.taken.clone(), automation.answers.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut read = Vec::new();
                let body = loop {
                    let mut piece = [0; 4096];
                    let length = stream.read(&mut piece).await.unwrap();
                    read.extend_from_slice(&piece[..length]);
                    let text = String::from_utf8_lossy(&read).into_owned();
                    assert!(text.starts_with("POST /hook HTTP/1.1"), "{text}");
                    let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
                    if let Ok(body) = serde_json::from_str::<Value>(body) {
                        break body;
                    }
                };
                let answer = answers.lock().unwrap().pop_front().unwrap_or("200 OK");
                taken.lock().unwrap().push(body);
                let answer =
                    format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        automation
    }

    fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    /// What it took, once that is `count` posts.
    async fn took(&self, count: usize) -> Vec<Value> {
        for _ in 0..400 {
            if self.taken().len() >= count {
                return self.taken();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} posts came, not {count}", self.taken().len());
    }
}

async fn zapier(chat: &TestChat<'_>, key: &str, call: (Method, &str), body: String) -> Response {
    let query = format!("chat_id={}&api_key={key}", chat.chat.id);
    let url = format!("{}/api/integrations/zapier/{}?{query}", chat.server.url, call.1);
    chat.server.client.request(call.0, url).body(body).send().await.unwrap()
}

async fn message(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["message"].as_str().unwrap().to_owned())
}

async fn add(chat: &TestChat<'_>, key: &str, url: &str) -> (u16, String) {
    let body = json!({ "hookUrl": url }).to_string();
    message(zapier(chat, key, (Method::POST, "create_endpoint"), body).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_tested_and_an_address_added_and_removed() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let test = zapier(&chat, &key, (Method::GET, "test_connection"), String::new()).await;
    assert_eq!(message(test).await, (200, "Connection successful".to_owned()));
    let wrong = zapier(&chat, "zc-wrong", (Method::GET, "test_connection"), String::new()).await;
    assert_eq!(message(wrong).await, (401, "Unauthorized".to_owned()));
    let bare = server.get("/api/integrations/zapier/test_connection").send().await.unwrap();
    assert_eq!(message(bare).await, (401, "Unauthorized".to_owned()));
    for _ in 0..2 {
        let added = add(&chat, &key, "https://hooks.example/1").await;
        assert_eq!(added, (200, "Endpoint created".to_owned()));
    }
    for refused in ["http://127.0.0.1/hook", "https://10.0.0.1/", "ftp://hooks.example/", "hook"] {
        let refused = add(&chat, &key, refused).await;
        assert_eq!(refused, (422, "Endpoint creation failed".to_owned()));
    }
    for body in ["", "{}", "[]", r#"{"hookUrl": 7}"#, r#"{"hookUrl": ""}"#] {
        let invalid = zapier(&chat, &key, (Method::POST, "create_endpoint"), body.to_owned()).await;
        assert_eq!(message(invalid).await, (422, "Invalid body".to_owned()), "{body}");
    }
    let hooks =
        async || server.commands.store.read().await.unwrap().hooks(&chat.chat.id).await.unwrap();
    assert_eq!(hooks().await.len(), 1);
    for method in [Method::DELETE, Method::POST] {
        add(&chat, &key, "https://hooks.example/1").await;
        let body = json!({ "hookUrl": "https://hooks.example/1" }).to_string();
        let removed = zapier(&chat, &key, (method, "destroy_endpoint"), body).await;
        assert_eq!(removed.status(), StatusCode::OK);
        assert_eq!(hooks().await.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_lead_is_posted_once_to_each_address() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let (one, two) = (Automation::start(&[]).await, Automation::start(&[]).await);
    for automation in [&one, &two] {
        assert_eq!(add(&chat, &key, &automation.url).await.0, 200);
    }
    let mut browser = chat.visitor();
    let sent = browser.send("1", "Hello").await;
    for name in ["Ada", "Augusta"] {
        let typed = json!({ "email": "typed@shop.example", "first_name": name, "phone_number": "0815 4711" });
        assert_eq!(browser.post("lead", typed).await.status(), StatusCode::OK);
    }
    let typed = one.took(1).await.remove(0);
    assert_eq!(typed["email_address"], "typed@shop.example");
    assert_eq!((&typed["phone_number"], &typed["verified"]), (&json!("0815 4711"), &json!(false)));
    assert_eq!(typed["conversation_id"], sent["conversation_id"]);
    for _ in 0..2 {
        browser.identify(&chat.token_for("ada@shop.example")).await;
    }
    let customer = one.took(2).await.remove(1);
    let mut names: Vec<&String> = customer.as_object().unwrap().keys().collect();
    names.sort();
    let expected = [
        "chat_id",
        "conversation_id",
        "created_at",
        "email_address",
        "first_name",
        "id",
        "last_name",
        "phone_number",
        "verified",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        (&customer["email_address"], &customer["verified"]),
        (&json!("ada@shop.example"), &json!(true))
    );
    assert_eq!(
        (&customer["last_name"], &customer["chat_id"]),
        (&json!("Lovelace"), &json!(chat.chat.id.as_str()))
    );
    assert_eq!(customer["conversation_id"], sent["conversation_id"]);
    two.took(2).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((one.taken().len(), two.taken().len()), (2, 2));

    // Another email is another lead; and whoever is then vouched for under it was posted.
    let mut other = chat.visitor();
    for (at, email) in [(3, "first@shop.example"), (4, "second@shop.example")] {
        other.post("lead", json!({ "email": email })).await;
        assert_eq!(one.took(at).await[at - 1]["email_address"], *email);
    }
    other.identify(&chat.token_for("second@shop.example")).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(one.taken().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_fails_is_tried_again_later_and_not_for_ever() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let automation = Automation::start(&["500 Oh", "302 Found", "429 Slow"]).await;
    add(&chat, &key, &automation.url).await;
    chat.visitor().identify(&chat.token_for("ada@shop.example")).await;
    automation.took(1).await;
    for (count, pause) in [(2, 2), (3, 10), (4, 60)] {
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        assert_eq!(automation.taken().len(), count - 1, "too early");
        server.clock.advance(Duration::from_secs(pause));
        automation.took(count).await;
    }
    server.clock.advance(Duration::from_hours(24));
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(automation.taken().len(), 4);
    // One that never takes it.
    let dead = Automation::start(&["500 Oh"; 50]).await;
    add(&chat, &key, &dead.url).await;
    chat.visitor().identify(&chat.token_for("bob@shop.example")).await;
    for count in 1..=10 {
        dead.took(count).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.clock.advance(Duration::from_hours(10));
    }
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(dead.taken().len(), 10);
    assert_eq!(automation.taken().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_is_removed_and_an_erased_customer_is_not_posted() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let (gone, slow) =
        (Automation::start(&["410 Gone"]).await, Automation::start(&["500 Oh"]).await);
    add(&chat, &key, &gone.url).await;
    add(&chat, &key, &slow.url).await;
    chat.visitor().identify(&chat.token_for("ada@shop.example")).await;
    gone.took(1).await;
    slow.took(1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut tx = server.commands.store.read().await.unwrap();
    let hooks = tx.hooks(&chat.chat.id).await.unwrap();
    assert_eq!(hooks.iter().map(|hook| &hook.url).collect::<Vec<_>>(), [&slow.url]);
    let lead = tx.leads(&chat.chat.id, 1, 0).await.unwrap().remove(0).id;
    assert_eq!(tx.posts_of_lead(&chat.chat.id, &lead).await.unwrap().len(), 1);
    drop(tx);
    let erased =
        server::app::erase_customer::erase_customer(&server.commands, &chat.chat.id, &lead, None);
    erased.await.unwrap();
    let mut tx = server.commands.store.read().await.unwrap();
    assert_eq!(tx.posts_of_lead(&chat.chat.id, &lead).await.unwrap(), []);
    server.clock.advance(Duration::from_mins(1));
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(slow.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_typed_an_email_and_signs_in_with_it_is_posted_once() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let one = Automation::start(&[]).await;
    add(&chat, &key, &one.url).await;
    let mut browser = chat.visitor();
    let typed = json!({ "email": "Ada@Shop.example" });
    assert_eq!(browser.post("lead", typed).await.status(), StatusCode::OK);
    one.took(1).await;
    server.clock.advance(Duration::from_secs(1));
    let later = Automation::start(&[]).await;
    add(&chat, &key, &later.url).await;
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    // A hook that was not there when it was typed has not heard of the lead yet.
    assert_eq!(later.took(1).await[0]["verified"], json!(true));
    // Somebody else who types it is another lead.
    chat.visitor().post("lead", json!({ "email": "Ada@shop.example" })).await;
    assert_eq!(one.took(2).await[1]["verified"], json!(false));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((one.taken().len(), later.taken().len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_calls_are_refused_in_the_shape_of_the_other_answers() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Zapier).await;
    let test = async || zapier(&chat, &key, (Method::GET, "test_connection"), String::new()).await;
    let limited = loop {
        let response = test().await;
        if response.status() != StatusCode::OK {
            break response;
        }
    };
    assert!(limited.headers().contains_key("retry-after"));
    let body: Value = limited.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
}
