//! A person is asked for, and people are told by mail.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Integration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::backend_api::key;
use crate::support::{Browser, TestChat, TestServer};

/// A mail as it was given to the server.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) to: String,
    data: String,
}

impl Taken {
    fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.data.split_once("\r\n\r\n").unwrap();
        let headers = headers.replace("\r\n ", " ");
        let line = headers.lines().find(|line| {
            line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
        });
        line.map(|line| line.split_once(':').unwrap().1.trim().to_owned())
    }

    /// Both parts, with what quoted-printable made of them undone.
    pub(crate) fn body(&self) -> String {
        let text = self.data.replace("=\r\n", "");
        let (mut bytes, mut rest) = (Vec::new(), text.bytes());
        while let Some(byte) = rest.next() {
            let hex = (byte == b'=').then(|| rest.clone().take(2).collect::<Vec<u8>>());
            let decoded =
                hex.and_then(|hex| u8::from_str_radix(str::from_utf8(&hex).ok()?, 16).ok());
            if decoded.is_some() {
                rest.nth(1);
            }
            bytes.push(decoded.unwrap_or(byte));
        }
        String::from_utf8(bytes).unwrap()
    }
}

/// A mail server that speaks SMTP. It answers recipients as it was told, and then takes them.
pub(crate) struct MailServer {
    url: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    asked: Arc<Mutex<usize>>,
}

impl MailServer {
    pub(crate) async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, taken: Arc::default(), asked: Arc::default() };
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect::<VecDeque<_>>()));
        let (taken, asked) = (server.taken.clone(), server.asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, answers.clone(), taken.clone(), asked.clone()));
            }
        });
        server
    }

    pub(crate) fn flags(&self) -> [&str; 6] {
        [
            "--smtp-url",
            &self.url,
            "--smtp-from",
            "Tea shop <chat@shop.example>",
            "--public-url",
            "https://chat.example",
        ]
    }

    fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// How many recipients were named to it.
    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// What it took, once that is `count` mails.
    pub(crate) async fn took(&self, count: usize) -> Vec<Taken> {
        for _ in 0..400 {
            if self.taken().len() >= count {
                return self.taken();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} mails came, not {count}", self.taken().len());
    }
}

async fn talk(
    stream: TcpStream,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    taken: Arc<Mutex<Vec<Taken>>>,
    asked: Arc<Mutex<usize>>,
) {
    let mut stream = BufReader::new(stream);
    let (mut line, mut to) = (String::new(), String::new());
    let mut answer = "220 mail.example ESMTP".to_owned();
    loop {
        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let command = line.trim_end().to_owned();
        answer = match command.get(..4).unwrap_or_default() {
            "EHLO" => "250-mail.example\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                *asked.lock().unwrap() += 1;
                to = command.split(['<', '>']).nth(1).unwrap().to_owned();
                answers.lock().unwrap().pop_front().unwrap_or("250 good").to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                let mut data = Vec::new();
                while !data.ends_with(b"\r\n.\r\n") {
                    data.push(stream.read_u8().await.unwrap());
                }
                let data = String::from_utf8(data).unwrap().replace("\r\n..", "\r\n.");
                taken.lock().unwrap().push(Taken { to: to.clone(), data });
                "250 taken".to_owned()
            }
            "MAIL" | "RSET" | "NOOP" => "250 good".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "500 what".to_owned(),
        };
    }
}

/// The owner's dashboard.
struct Desk<'c> {
    chat: &'c TestChat<'c>,
    cookie: String,
}

impl<'c> Desk<'c> {
    async fn new(chat: &'c TestChat<'c>) -> Self {
        Self { chat, cookie: chat.server.operator("default", "owner@shop.example", "owner").await }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let server = self.chat.server;
        let url = format!("{}/api/v1/chats/{}{path}", server.url, self.chat.chat.id);
        let call = server.client.request(method, url).header("cookie", &self.cookie);
        let response = call.json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    async fn escalate(&self, conversation: &str, resolved: bool) -> Value {
        let path = format!("/conversations/{conversation}/escalation");
        self.call(Method::PUT, &path, json!({ "resolved": resolved })).await
    }

    /// How the mail stands, once that is `state`.
    async fn mail(&self, conversation: &str, state: &str) -> Value {
        let path = format!("/conversations/{conversation}");
        for _ in 0..400 {
            let shown = self.call(Method::GET, &path, json!({})).await;
            let mail = &shown["conversation"]["escalation"]["mail"];
            if mail["state"] == state {
                return mail.clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the mail never was {state}");
    }
}

fn id_of(sent: &Value) -> String {
    sent["conversation_id"].as_str().unwrap().to_owned()
}

async fn ask(browser: &Browser<'_>, messages: usize) -> (String, String) {
    let id = id_of(&browser.send("ask", "I want to talk to a human <b>now</b>").await);
    let thread = browser.conversation_of(messages).await;
    let answer = thread["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(answer["author"], json!("assistant"));
    (id, answer["text"].as_str().unwrap().to_owned())
}

async fn a_verified_customer_is_named_in_the_mail(server: &TestServer, mails: &MailServer) {
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    let mut claims = chat.claims("ada@shop.example");
    claims["sub"] = json!("7");
    browser.identify(&chat.sign(&claims)).await;
    let (id, answer) = ask(&browser, 2).await;
    assert!(answer.contains("told by email") && answer.contains("ada@shop.example"), "{answer}");
    let mail = mails.took(1).await.remove(0);
    assert_eq!(mail.to, "owner@shop.example");
    let from = mail.header("From").unwrap();
    assert!(from.contains("Tea shop") && from.contains("<chat@shop.example>"), "{from}");
    let subject = mail.header("Subject").unwrap();
    assert_eq!(subject, "[Tea shop] A person is asked for: Ada Lovelace");
    assert_eq!(mail.header("Reply-To").unwrap(), "ada@shop.example");
    let body = mail.body();
    let link = format!("https://chat.example/chats/{}/conversations/{id}", chat.chat.id);
    for text in
        ["Verified: your shop", "Email: ada@shop.example", "Id in your shop: 7", "<b>7</b>", &link]
    {
        assert!(body.contains(text), "{text}: {body}");
    }
    assert!(body.contains("> I want to talk to a human <b>now</b>"), "{body}");
    assert!(body.contains("human &lt;b&gt;now&lt;/b&gt;"), "{body}");
    assert!(!mail.data.contains(&browser.token));
    // It is asked for once, and the list says so.
    browser.send("again", "human please").await;
    let thread = browser.conversation_of(4).await;
    assert!(thread["messages"][3]["text"].as_str().unwrap().contains("already"));
    let list = desk.call(Method::GET, "/conversations?show=needs_person", json!({})).await;
    assert_eq!((&list["conversations"][0]["id"], &list["needs_person"]), (&json!(id), &json!(1)));
    let sent = desk.mail(&id, "sent").await;
    assert!(sent["sent_at"].is_string() && sent["problem"].is_null(), "{sent}");
    let shown = desk.call(Method::GET, &format!("/conversations/{id}"), json!({})).await;
    let escalation = &shown["conversation"]["escalation"];
    assert_eq!(escalation["asked_by"], json!("assistant"));
    assert_eq!(escalation["reason"], json!("The visitor asked for a person."));
    let settled = desk.escalate(&id, true).await;
    assert_eq!(settled["escalated"], json!(false));
    assert!(settled["escalation"]["settled_at"].is_string());
    let list = desk.call(Method::GET, "/conversations?show=needs_person", json!({})).await;
    assert_eq!((&list["conversations"], &list["needs_person"]), (&json!([]), &json!(0)));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(mails.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_by_mail_who_asks() {
    let mails = MailServer::start(&[]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    a_verified_customer_is_named_in_the_mail(&server, &mails).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_by_mail_who_asks_on_postgresql() {
    let mails = MailServer::start(&[]).await;
    if let Some(server) = TestServer::start_on_postgres_with(&mails.flags()).await {
        a_verified_customer_is_named_in_the_mail(&server, &mails).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_verified_by_what_they_type_and_what_lapsed_is_said_to_have() {
    let mails = MailServer::start(&[]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    browser.send("1", "Hello").await;
    let typed = json!({ "email": "ada@shop.example", "first_name": "Boss" });
    assert_eq!(browser.post("lead", typed).await.status(), StatusCode::OK);
    let (_, answer) = ask(&browser, 4).await;
    assert!(answer.contains("You are not signed in"), "{answer}");
    let mail = mails.took(1).await.remove(0);
    let body = mail.body();
    assert_eq!(mail.header("Reply-To"), None);
    assert!(mail.header("Subject").unwrap().contains("a visitor (not verified)"));
    assert!(body.contains("NOT VERIFIED. Nobody vouches"), "{body}");
    assert!(
        body.contains("Typed email: ada@shop.example") && !body.contains("Verified: "),
        "{body}"
    );

    // Signed in, and then no more: what is written since may be anybody's.
    let mut known = chat.visitor();
    known.identify(&chat.token_for("ada@shop.example")).await;
    known.send("1", "Hello").await;
    known.conversation_of(2).await;
    server.clock.advance(Duration::from_secs(7_201));
    let (id, _) = ask(&known, 4).await;
    let mail = mails.took(2).await.remove(1);
    assert_eq!(mail.header("Reply-To"), None);
    assert!(mail.body().contains("NOT VERIFIED NOW"), "{}", mail.body());
    desk.mail(&id, "sent").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nobody_is_told_and_nobody_says_so() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let (id, answer) = ask(&chat.visitor(), 2).await;
    assert!(
        answer.contains("marked this conversation") && !answer.contains("by email"),
        "{answer}"
    );
    desk.mail(&id, "not_set_up").await;
    // The merchant may not want mail at all.
    let mails = MailServer::start(&[]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    chat.set("escalation.mail", json!(false)).await;
    let (id, answer) = ask(&chat.visitor(), 2).await;
    assert!(answer.contains("marked this conversation"), "{answer}");
    desk.mail(&id, "off").await;
    assert_eq!(mails.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_for_now_is_tried_again_and_one_refused_for_good_is_not() {
    let mails = MailServer::start(&["451 later", "452 later", "250 good", "550 nobody"]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let id = id_of(&chat.visitor().send("1", "Hello").await);
    desk.escalate(&id, false).await;
    for (asked, pause) in [(1, 10), (2, 60)] {
        while mails.asked() < asked {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        assert_eq!(mails.asked(), asked, "too early");
        let waiting = desk.mail(&id, "waiting").await;
        assert_eq!(waiting["problem"], json!(if asked == 1 { "smtp_451" } else { "smtp_452" }));
        assert!(waiting["next_try_at"].is_string());
        server.clock.advance(Duration::from_secs(pause));
    }
    mails.took(1).await;
    assert_eq!(desk.mail(&id, "sent").await["problem"], Value::Null);

    let other = id_of(&chat.visitor().send("1", "Hello").await);
    desk.escalate(&other, false).await;
    let failed = desk.mail(&other, "failed").await;
    assert_eq!(failed["problem"], json!("smtp_550"));
    server.clock.advance(Duration::from_hours(24));
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!((mails.asked(), mails.taken().len()), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_mailed_about_now_and_then_and_not_when_it_is_settled() {
    let mails = MailServer::start(&[]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let browser = chat.visitor();
    let id = id_of(&browser.send("1", "Hello").await);
    desk.escalate(&id, false).await;
    mails.took(1).await;
    desk.mail(&id, "sent").await;
    for resolved in [true, false] {
        desk.escalate(&id, resolved).await;
    }
    // Not so soon again.
    desk.mail(&id, "waiting").await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(mails.taken().len(), 1);
    server.clock.advance(Duration::from_mins(15));
    mails.took(2).await;
    desk.mail(&id, "sent").await;
    // Once more, and settled before it is time.
    for resolved in [true, false, true] {
        desk.escalate(&id, resolved).await;
    }
    server.clock.advance(Duration::from_mins(15));
    desk.mail(&id, "needless").await;
    assert_eq!(mails.taken().len(), 2);
    // And with somebody who has it.
    desk.escalate(&id, false).await;
    let path = format!("/conversations/{id}/assignment");
    let session =
        server.get("/api/v1/session").header("cookie", &desk.cookie).send().await.unwrap();
    let own = session.json::<Value>().await.unwrap()["operator"]["id"].clone();
    desk.call(Method::PUT, &path, json!({ "assignee_id": own })).await;
    server.clock.advance(Duration::from_mins(15));
    desk.mail(&id, "needless").await;
    assert_eq!(mails.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_that_were_named_are_told_each_once_and_apart() {
    let mails = MailServer::start(&["250 good", "450 later", "550 nobody"]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let named = json!(["one@desk.example", "two@desk.example", "three@bücher.example"]);
    chat.set("escalation.emails", named).await;
    let key = key(&chat, Integration::Backend).await;
    let id = id_of(&chat.visitor().send("1", "Hello").await);
    let url = format!(
        "{}/api/integrations/backend_api/v1/chats/{}/conversations/{id}/escalation",
        server.url, chat.chat.id
    );
    let body = json!({ "reason": "A\r\nBcc: eve@evil.example refund" }).to_string();
    let asked = server.client.patch(url).bearer_auth(&key).body(body).send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::OK);
    let first = mails.took(1).await.remove(0);
    assert_eq!(first.to, "one@desk.example");
    assert_eq!(
        (first.header("To").unwrap(), first.header("Bcc")),
        ("one@desk.example".to_owned(), None)
    );
    assert!(
        first.body().contains("Reason given: A Bcc: eve@evil.example refund"),
        "{}",
        first.body()
    );
    assert!(first.body().contains("a program of yours"));
    desk.mail(&id, "waiting").await;
    server.clock.advance(Duration::from_secs(10));
    let to: Vec<String> = mails.took(3).await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["one@desk.example", "two@desk.example", "three@xn--bcher-kva.example"]);
    desk.mail(&id, "sent").await;
    let mut tx = server.commands.store.read().await.unwrap();
    let kept = tx.escalation_mail(&chat.chat.id, &id.parse().unwrap()).await.unwrap().unwrap();
    assert!(kept.taken.len() == 3 && !format!("{kept:?}").contains("example"), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_waited_for() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", gone.local_addr().unwrap());
    drop(gone);
    let server = TestServer::start_with(&["--smtp-url", &url]).await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let id = id_of(&chat.visitor().send("1", "Hello").await);
    desk.escalate(&id, false).await;
    for _ in 0..400 {
        if desk.mail(&id, "waiting").await["problem"] == json!("unreachable") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it is not said why the mail waits");
}
