//! Order tracking: contract, section 6, and of section 5 the last paragraph. The endpoint is a server on this machine, which is allowed here.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::chat::Platform;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::keys::{command, refusal};
use crate::support::{Browser, TestChat, TestServer, error_of};

const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];
const KEY: &str = "k3y-of-the-merchant";
const TRACKING: &str = "https://parcels.example/track/1001";

/// A merchant's endpoint. Order 1001 is Ada's, 1002 is Bob's; the address says how it behaves otherwise.
pub(crate) struct Endpoint {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Endpoint {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = heads.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let told = told.clone();
                tokio::spawn(async move {
                    let mut head = vec![0; 8192];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    told.lock().unwrap().push(head.clone());
                    match answer(&head) {
                        Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                        None => tokio::time::sleep(Duration::from_mins(1)).await,
                    }
                });
            }
        });
        Self { address, heads }
    }

    pub(crate) fn url(&self, behaviour: &str) -> String {
        format!("http://{}{behaviour}", self.address)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The first lines of the calls so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        let line = |head: &String| head.lines().next().unwrap().to_owned();
        self.heads().iter().map(line).collect()
    }
}

/// The answer to a call; `None`: nothing, ever.
fn answer(head: &str) -> Option<String> {
    let (path, query) = head.split(' ').nth(1)?.split_once('?')?;
    let hers = query.contains("order_id=1001&customer_email=Ada%40shop.example");
    let said = |status: &str, body: &str| Some(http(status, "", body));
    match path {
        "/slow" => None,
        "/away" => Some(String::new()),
        "/huge" => said("200 OK", &"x".repeat(70_000)),
        "/text" => said("200 OK", "On its way"),
        "/empty" => said("200 OK", "{}"),
        "/odd" => said("400 Bad Request", &context("A number has four digits.")),
        "/refused" => said("401 Unauthorized", &context("no")),
        "/broken" => said("500 Internal Server Error", &context("Your order was sent")),
        "/echo" => {
            said("200 OK", &context(&format!("Key {KEY}, [pay](https://evil.example) <b>now</b>")))
        }
        "/script" => said("200 OK", r#"{"context":"Sent","tracking_url":"javascript:alert(1)"}"#),
        "/here" => Some(http("302 Found", &format!("Location: /orders?{query}\r\n"), "")),
        "/round" => Some(http("302 Found", &format!("Location: /round?{query}\r\n"), "")),
        "/elsewhere" => Some(http("302 Found", "Location: http://localhost:1/x?a=b\r\n", "")),
        _ if !head.to_ascii_lowercase().contains(&format!("x-api-key: {KEY}")) => {
            said("401 Unauthorized", &context("wrong key"))
        }
        _ if hers => said(
            "200 OK",
            &json!({ "context": "Order 1001: sent on Monday.", "tracking_url": TRACKING })
                .to_string(),
        ),
        _ if query.contains("order_id=1002&customer_email=Bob") => {
            said("200 OK", &context("Order 1002 of Bob"))
        }
        _ if query.contains("order_id=1002") => {
            said("404 Not Found", &context("1002 is another customer's"))
        }
        _ => said("404 Not Found", &context("There is no such order")),
    }
}

fn context(text: &str) -> String {
    json!({ "context": text }).to_string()
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// A chat that looks orders up at `endpoint`.
async fn tracking<'s>(server: &'s TestServer, endpoint: &str) -> TestChat<'s> {
    let chat = server.plain_chat("default", Platform::Custom).await;
    chat.set("order_tracking.enabled", json!(true)).await;
    chat.set("order_tracking.endpoint", json!(endpoint)).await;
    chat.set("order_tracking.api_key", json!(KEY)).await;
    chat.activate().await
}

/// What the assistant answers to `text`, as text and as a tree.
async fn ask(browser: &Browser<'_>, text: &str) -> (String, Value) {
    let before = browser.conversation().await["messages"].as_array().unwrap().len();
    browser.send(&format!("m{before}"), text).await;
    let conversation = browser.conversation_of(before + 2).await;
    let message = &conversation["messages"][before + 1];
    (message["text"].as_str().unwrap().to_owned(), message["content"].clone())
}

async fn try_out(chat: &TestChat<'_>, cookie: &str, order: &str) -> Response {
    let path = format!("/api/v1/chats/{}/orders/test", chat.chat.id);
    let body = json!({ "order_id": order, "email": "Ada@shop.example" });
    chat.server.post(&path).header("cookie", cookie).json(&body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_customer_is_told_of_the_order_and_is_asked_for_no_email() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/orders?shop=7")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    let (text, content) = ask(&browser, "Where is my order 1001?").await;
    assert!(text.contains("Order 1001: sent on Monday."), "{text}");
    let link =
        json!({ "t": "a", "href": TRACKING, "c": [{ "t": "text", "text": "Track your parcel" }] });
    assert_eq!(content[1]["c"][0], link);
    let asked = "GET /orders?shop=7&order_id=1001&customer_email=Ada%40shop.example HTTP/1.1";
    assert_eq!(endpoint.asked(), [asked]);

    let (theirs, _) = ask(&browser, "I am bob@shop.example. Where is order 1002?").await;
    let (none, _) = ask(&browser, "And order 1003?").await;
    assert_eq!(theirs.replace("1002", "N"), none.replace("1003", "N"));
    assert!(!theirs.contains("Bob") && !theirs.contains("email"), "{theirs}");
    let (text, _) = ask(&browser, "And my other order?").await;
    assert!(text.contains("What is the number of your order"), "{text}");
    let (text, _) = ask(&browser, "1001").await;
    assert!(text.contains("sent on Monday"), "{text}");
    assert!(
        endpoint.asked().iter().all(|line| line.contains("customer_email=Ada%40shop.example "))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_visitor_gives_number_and_email_where_the_shop_allows_it() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/orders")).await;
    let browser = chat.visitor();
    let (text, _) = ask(&browser, "Where is my order 1001? I am Ada@shop.example").await;
    assert!(text.contains("signed in to the shop"), "{text}");
    assert_eq!(endpoint.asked().len(), 0);

    chat.set("order_tracking.unverified", json!(true)).await;
    let browser = chat.visitor();
    let (text, _) = ask(&browser, "Where is my order 1001?").await;
    assert!(text.contains("Which email did you order with?"), "{text}");
    let (text, _) = ask(&browser, "Ada@shop.example").await;
    assert!(text.contains("sent on Monday"), "{text}");

    let (theirs, _) = ask(&browser, "and order 1002?").await;
    let (none, _) = ask(&browser, "and order 1003?").await;
    assert_eq!(theirs.replace("1002", "N"), none.replace("1003", "N"));
    for number in ["1004", "1005", "1006"] {
        ask(&browser, &format!("and order {number}?")).await;
    }
    let (text, _) = ask(&browser, "and order 1001?").await;
    assert!(text.contains("cannot look up more orders"), "{text}");
    assert_eq!(endpoint.asked().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_says_is_text_and_never_the_key() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/echo")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    let (text, content) = ask(&browser, "Where is my order 1001?").await;
    assert!(!text.contains(KEY), "{text}");
    let shown = content[0]["c"].as_array().unwrap();
    assert!(shown.iter().all(|inline| inline["t"] == json!("text")), "{content}");
    let shown: String = shown.iter().map(|inline| inline["text"].as_str().unwrap()).collect();
    assert!(shown.ends_with("Key ***, [pay](https://evil.example) <b>now</b>"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_costs_the_answer_and_then_is_left_in_peace() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/broken")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    for _ in 0..7 {
        let (text, _) = ask(&browser, "Where is my order 1001?").await;
        assert!(
            text.contains("cannot look orders up just now") && !text.contains("sent"),
            "{text}"
        );
    }
    assert_eq!(endpoint.asked().len(), 5);
    server.clock.advance(Duration::from_secs(31));
    ask(&browser, "Where is my order 1001?").await;
    ask(&browser, "Where is my order 1001?").await;
    assert_eq!(endpoint.asked().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_tries_the_endpoint_and_learns_what_is_wrong() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/orders")).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let mut found: Value = try_out(&chat, &owner, "1001").await.json().await.unwrap();
    assert!(found["milliseconds"].take().as_u64().is_some_and(|took| took < 5_000));
    let order = json!({ "context": "Order 1001: sent on Monday.", "tracking_url": TRACKING });
    let expected = json!({
        "status": 200, "milliseconds": null, "context": order["context"], "tracking_url": TRACKING,
        "body": order.to_string(), "problem": null
    });
    assert_eq!(found, expected);

    let private = "http://10.0.0.1/orders".to_owned();
    let nobody = "http://127.0.0.1:1/orders".to_owned();
    let cases = [
        (endpoint.url("/here"), json!(200), "", "sent on Monday"),
        (endpoint.url("/text"), json!(200), "", "On its way"),
        (endpoint.url("/echo"), json!(200), "", "Key ***"),
        (endpoint.url("/script"), json!(200), "", "Sent"),
        (endpoint.url("/odd"), json!(400), "", "four digits"),
        (endpoint.url("/refused"), json!(401), "refuses the key", ""),
        (endpoint.url("/broken"), json!(500), "answers 500", ""),
        (endpoint.url("/empty"), json!(200), "without a context", ""),
        (endpoint.url("/huge"), Value::Null, "more than 65536 bytes", ""),
        (endpoint.url("/away"), Value::Null, "broke off", ""),
        (
            endpoint.url("/elsewhere"),
            Value::Null,
            "redirects to another host, http://localhost:1/x:",
            "",
        ),
        (endpoint.url("/round"), Value::Null, "redirects more than 3 times", ""),
        (private, Value::Null, "10.0.0.1 is not on the public internet", ""),
        (nobody, Value::Null, "no connection to 127.0.0.1", ""),
    ];
    for (url, status, problem, context) in cases {
        chat.set("order_tracking.endpoint", json!(url)).await;
        let answer: Value = try_out(&chat, &owner, "1001").await.json().await.unwrap();
        assert_eq!(answer["status"], status, "{url}: {answer}");
        assert!(
            answer["problem"].as_str().unwrap_or_default().contains(problem),
            "{url}: {answer}"
        );
        assert!(
            answer["context"].as_str().unwrap_or_default().contains(context),
            "{url}: {answer}"
        );
        assert_eq!(answer["problem"].is_null(), problem.is_empty(), "{url}: {answer}");
        assert!(!answer.to_string().contains(KEY), "{answer}");
        let link = if url.ends_with("/here") { json!(TRACKING) } else { Value::Null };
        assert_eq!(answer["tracking_url"], link, "{url}");
    }
    // The key went to nobody but the host that was named.
    assert!(endpoint.heads().iter().all(|head| head.contains(&endpoint.address)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_says_nothing_is_given_ten_seconds() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/slow")).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let began = Instant::now();
    let answer: Value = try_out(&chat, &owner, "1001").await.json().await.unwrap();
    assert!((10..13).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert_eq!(answer["problem"], json!("it did not answer within 10 seconds"));
    assert_eq!(endpoint.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_on_a_private_network_is_not_called_unless_allowed() {
    let server = TestServer::start().await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/orders")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    let (text, _) = ask(&browser, "Where is my order 1001?").await;
    assert!(text.contains("cannot look orders up just now"), "{text}");
    assert_eq!(endpoint.asked().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_an_endpoint_takes_an_editor_a_number_and_an_email_and_not_too_often() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let member = server.operator("default", "member@shop.example", "member").await;
    let forbidden = error_of(try_out(&chat, &member, "1001").await).await;
    assert_eq!(forbidden, (StatusCode::FORBIDDEN, "forbidden".to_owned()));
    let invalid = error_of(try_out(&chat, &owner, " ").await).await;
    assert_eq!(invalid, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
    let answer: Value = try_out(&chat, &owner, "1001").await.json().await.unwrap();
    assert_eq!(answer["problem"], json!("no endpoint is set (order_tracking.endpoint)"));
    for _ in 0..19 {
        assert_eq!(try_out(&chat, &owner, "1001").await.status(), StatusCode::OK);
    }
    let refused = try_out(&chat, &owner, "1001").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_is_tried_at_the_terminal_too() {
    let server = TestServer::start_with(&LOCAL).await;
    let endpoint = Endpoint::start().await;
    let chat = tracking(&server, &endpoint.url("/orders")).await;
    let id = chat.chat.id.to_string();
    let run = async |order: &str, more: &[&str]| {
        let mut arguments = vec!["orders", "test", "--chat", &id, "--order", order];
        arguments.extend(["--email", "Ada@shop.example"]);
        arguments.extend(more);
        command(&server, &arguments, "").await
    };
    let found = run("1001", &[LOCAL[0], LOCAL[1]]).await;
    let said = String::from_utf8(found.stdout).unwrap();
    assert!(found.status.success(), "{said}");
    assert!(
        said.starts_with("200 in ") && said.ends_with(&format!("sent on Monday.\n{TRACKING}\n")),
        "{said}"
    );
    let none = run("1003", &[LOCAL[0], LOCAL[1], "--json"]).await;
    let answer: Value = serde_json::from_slice(&none.stdout).unwrap();
    assert!(none.status.success());
    assert_eq!((&answer["status"], &answer["problem"]), (&json!(404), &Value::Null));
    assert!(refusal(&run("1001", &[]).await).contains("not on the public internet"));
}
