//! Every message once and in order on every stream, however often the line breaks and whatever is sent twice: contract, section 5.

use std::time::Duration;

use futures_util::future::{join, join_all};
use reqwest::{Response, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{Browser, Events, TestServer};
use crate::tls::{free_port, serve};

/// Messages of the visitor; each is answered.
const MESSAGES: usize = 10;

/// Hears every message of the conversation on a line that breaks after `patience` events, again and again, and answers their texts.
async fn listen(browser: &Browser<'_>, patience: usize) -> Vec<String> {
    let mut heard = Vec::new();
    let mut last = None;
    while heard.len() < 2 * MESSAGES {
        let mut stream = Events::of(browser, last.as_deref().or(Some("conv_of_nobody.0"))).await;
        for _ in 0..patience {
            let Some(event) = stream.next().await else { break };
            if event.kind == "reply_failed" {
                // On a busy machine a database's patience ends here, too: it is asked for again, as a page does.
                let id = event.data["reply_id"].as_str().unwrap();
                browser.post(&format!("replies/{id}/retry"), json!({})).await;
            }
            if event.kind != "message" {
                continue;
            }
            last = event.id;
            heard.push(event.data["text"].as_str().unwrap().to_owned());
            assert_eq!(event.data["seq"], json!(heard.len()), "with patience {patience}");
            if heard.len() == 2 * MESSAGES {
                break;
            }
        }
    }
    heard
}

/// Sends each message twice at once under one name, as a page does that hears nothing back.
async fn speak(browser: &Browser<'_>) {
    for number in 0..MESSAGES {
        let body = json!({ "client_id": format!("m{number}"), "text": format!("Hello {number}") });
        let sent = join_all((0..2).map(|_| send(browser, &body))).await;
        let mut ids = Vec::new();
        for response in sent {
            assert_eq!(response.status(), StatusCode::CREATED);
            let answer: Value = response.json().await.unwrap();
            ids.push(answer["message"]["id"].as_str().unwrap().to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
    }
}

/// A database that is busy beyond its patience says so, and is asked again: under its name a message is sent once all the same.
async fn send(browser: &Browser<'_>, body: &Value) -> Response {
    loop {
        let response = browser.post("messages", body.clone()).await;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return response;
        }
        assert!(response.headers().contains_key("retry-after"));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn through_broken_lines(server: &TestServer) {
    let chat = server.chat().await;
    let browser = chat.visitor();
    // The first message decides where the streams begin.
    let listeners = join_all([1, 2, 3, 7, 40].map(|patience| listen(&browser, patience)));
    let (heard, ()) = join(listeners, speak(&browser)).await;
    let told = browser.conversation_of(2 * MESSAGES).await;
    let messages = told["messages"].as_array().unwrap().iter();
    let texts: Vec<_> = messages.map(|message| message["text"].as_str().unwrap()).collect();
    for one in &heard {
        assert_eq!(one, &texts);
    }
    let own = texts.iter().filter(|text| text.starts_with("Hello ") && text.len() == 7);
    assert_eq!(own.count(), MESSAGES);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_comes_once_and_in_order_through_broken_lines() {
    through_broken_lines(&TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_comes_once_and_in_order_through_broken_lines_on_postgresql() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    through_broken_lines(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_its_streams_whole_and_then_itself() {
    let folder = tempfile::tempdir().unwrap();
    let listen = free_port();
    let mut program = serve(folder.path(), listen, &[]);
    let database = format!("sqlite:{}/test.db", folder.path().display());
    let url = format!("http://{listen}");
    let server = TestServer::around(&url, &["--database-url", &database]).await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    let call = server.get(&chat.path("events")).bearer_auth(&browser.token);
    let mut stream = call.send().await.unwrap();
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert_eq!(stream.headers()["connection"], "close");
    assert_eq!(stream.chunk().await.unwrap().unwrap(), ": begun\n\n");
    let pid = Pid::from_raw(program.id().unwrap().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    // An error, where it breaks off.
    let rest = tokio::time::timeout(Duration::from_secs(5), stream.text()).await.unwrap();
    assert_eq!(rest.unwrap(), "");
    let ended = tokio::time::timeout(server::DRAIN, program.wait()).await.unwrap();
    assert!(ended.unwrap().success());
}
