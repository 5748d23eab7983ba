//! Orders of a `WooCommerce` shop. The shop is a server on this machine that answers as the REST API of one does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::chat::Platform;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Browser, TestChat, TestServer};

const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];
const KEY: &str = "ck_0123456789abcdef";
const SECRET: &str = "cs_fedcba9876543210";
/// `KEY:SECRET`, as HTTP's basic authentication has it.
const BASIC: &str = "Basic Y2tfMDEyMzQ1Njc4OWFiY2RlZjpjc19mZWRjYmE5ODc2NTQzMjEw";
const TRACKING: &str = "https://parcels.example/track/123";

/// A shop. Orders 1001 and, by a plug-in's number, TP-7 are Ada's; 1002 is Bob's. The path before `/wp-json` says how it behaves
/// otherwise.
struct Shop {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let told = told.clone();
                tokio::spawn(async move {
                    let mut head = vec![0; 8192];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    let line = head.lines().next().unwrap_or_default().to_owned();
                    told.lock().unwrap().push(line);
                    if let Some(answer) = answer(&head) {
                        let _ = stream.write_all(answer.as_bytes()).await;
                    } else {
                        tokio::time::sleep(Duration::from_mins(1)).await;
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn url(&self, behaviour: &str) -> String {
        format!("http://{}{behaviour}", self.address)
    }

    /// The calls since the last time that this was asked for, without what they want of an order.
    fn asked(&self) -> Vec<String> {
        let lines: Vec<String> = self.asked.lock().unwrap().drain(..).collect();
        let plain = |line: String| {
            let path = line.split(' ').nth(1).unwrap_or_default();
            path.split(['&', '?'])
                .filter(|part| !part.starts_with("_fields"))
                .collect::<Vec<_>>()
                .join("?")
        };
        lines.into_iter().map(plain).collect()
    }
}

fn order(id: u64, number: &str, email: &str) -> Value {
    json!({
        "id": id, "number": number, "status": "processing", "currency": "EUR", "total": "29.35",
        "date_created_gmt": "2026-11-20T19:28:02", "date_completed_gmt": null,
        "billing": { "first_name": "Ada", "last_name": "Lovelace", "address_1": "12 St James Square", "email": email },
        "line_items": [{ "id": 1, "name": "Green tea [pay](https://evil.example)", "quantity": 2 }],
        "meta_data": [{ "id": 9, "key": "_wc_shipment_tracking_items", "value": [{
            "tracking_provider": "dhl", "tracking_number": "123", "custom_tracking_link": TRACKING,
        }] }],
    })
}

/// The answer to a call; `None`: nothing, ever.
fn answer(head: &str) -> Option<String> {
    let (path, query) = head.split(' ').nth(1)?.split_once('?')?;
    let (behaviour, rest) = path.split_once("/wp-json/wc/v3/orders")?;
    let no_order = json!({
        "code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": { "status": 404 },
    });
    let page = "<!DOCTYPE html><title>Shop</title><p>Order 1001 was sent</p>";
    match behaviour {
        "/slow" => return None,
        "/html" => return Some(http("200 OK", "", page)),
        "/missing" => return Some(http("404 Not Found", "", page)),
        "/plain" => {
            let body = json!({ "code": "rest_no_route", "data": { "status": 404 } });
            return Some(http("404 Not Found", "", &body.to_string()));
        }
        "/broken" => return Some(http("503 Service Unavailable", "", "{}")),
        "/huge" => return Some(http("200 OK", "", &"x".repeat(300_000))),
        "/elsewhere" => {
            let location = "Location: http://localhost:1/wp-json?consumer=x\r\n";
            return Some(http("301 Moved Permanently", location, ""));
        }
        "/echo" => {
            let body = format!("{KEY} {SECRET} {BASIC}");
            return Some(http("500 Internal Server Error", "", &body));
        }
        _ => {}
    }
    let known = head.lines().any(|line| {
        line.split_once(": ").is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("authorization") && value == BASIC
        })
    });
    if !known {
        let body = json!({ "code": "woocommerce_rest_cannot_view", "data": { "status": 401 } });
        return Some(http("401 Unauthorized", "", &body.to_string()));
    }
    let lying = behaviour == "/lying";
    let email = if lying { "ada@shop.example, eve@evil.example" } else { "ada@SHOP.example" };
    let all = [
        order(1001, "1001", email),
        order(1002, "1002", "bob@shop.example"),
        order(55, "TP-7", "ada@shop.example"),
        // A plug-in gave the number 1003 to the order with another id.
        order(77, "1003", "ada@shop.example"),
        order(1003, "TP-8", "ada@shop.example"),
    ];
    if let Some(id) = rest.strip_prefix('/') {
        let found = all.iter().find(|order| id.parse() == Ok(order["id"].as_u64().unwrap()));
        return Some(match found {
            Some(order) => http("200 OK", "", &order.to_string()),
            None => http("404 Not Found", "", &no_order.to_string()),
        });
    }
    let search = query.split('&').find_map(|part| part.strip_prefix("search="))?;
    // As WooCommerce does, it finds more than what has exactly this number.
    let found: Vec<&Value> =
        all.iter().filter(|order| order["number"].as_str().unwrap().contains(search)).collect();
    // And where it finds nothing, it is not asked to say so: it lists the newest.
    let listed = if found.is_empty() { all.iter().collect() } else { found };
    Some(http("200 OK", "", &json!(listed).to_string()))
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// A chat that looks orders up in the shop at `url`.
async fn tracking<'s>(server: &'s TestServer, url: &str) -> TestChat<'s> {
    let chat = server.plain_chat("default", Platform::WooCommerce).await;
    for (name, value) in [
        ("enabled", json!(true)),
        ("connector", json!("woocommerce")),
        ("woocommerce_url", json!(url)),
        ("woocommerce_key", json!(KEY)),
        ("woocommerce_secret", json!(SECRET)),
    ] {
        let change = server::app::change_settings::Change {
            name: format!("order_tracking.{name}"),
            value,
            or_else: None,
        };
        let changed = server::app::change_settings::change_settings(
            &server.commands,
            &chat.chat.id,
            vec![change],
            None,
        );
        changed.await.unwrap();
    }
    chat.activate().await
}

async fn ask(browser: &Browser<'_>, text: &str) -> String {
    let before = browser.conversation().await["messages"].as_array().unwrap().len();
    browser.send(&format!("m{before}"), text).await;
    let conversation = browser.conversation_of(before + 2).await;
    conversation["messages"][before + 1]["text"].as_str().unwrap().to_owned()
}

async fn try_out(chat: &TestChat<'_>, cookie: &str, order: &str) -> Value {
    let path = format!("/api/v1/chats/{}/orders/test", chat.chat.id);
    let body = json!({ "order_id": order, "email": "Ada@shop.example" });
    let response =
        chat.server.post(&path).header("cookie", cookie).json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

async fn a_customers_own_orders_are_told(server: &TestServer, shop: &Shop) {
    let chat = tracking(server, &shop.url("")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    let told = ask(&browser, "Where is my order 1001?").await;
    assert!(told.contains("Order 1001 of 20 November 2026: paid, and being prepared."), "{told}");
    assert!(told.contains("2 × Green tea") && told.contains("Total: 29.35 EUR."), "{told}");
    assert!(told.contains(TRACKING), "{told}");
    assert!(
        !told.contains("St James") && told.contains("\\[pay\\](https://evil.example)"),
        "{told}"
    );
    assert_eq!(shop.asked(), ["/wp-json/wc/v3/orders/1001"]);
    // By a plug-in's number; and a number is not another order's id.
    let told = ask(&browser, "And my order TP-7?").await;
    assert!(told.contains("Order TP-7 of"), "{told}");
    assert_eq!(shop.asked(), ["/wp-json/wc/v3/orders?search=TP-7?per_page=20"]);
    let told = ask(&browser, "And order 1003?").await;
    assert!(told.contains("Order 1003 of"), "{told}");
    shop.asked();
    // What is somebody else's and what is not there: the same words after the same calls.
    let theirs = ask(&browser, "Where is my order 1002?").await;
    let after_theirs = shop.asked();
    let none = ask(&browser, "Where is my order 1009?").await;
    let after_none = shop.asked();
    assert_eq!(theirs.replace("1002", "1009"), none);
    let calls = |number: &str| {
        let base = "/wp-json/wc/v3/orders";
        [format!("{base}/{number}"), format!("{base}?search={number}?per_page=20")]
    };
    assert_eq!(after_theirs, calls("1002"));
    assert_eq!(after_none, calls("1009"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_told_of_their_own_orders_in_a_woocommerce_shop() {
    let shop = Shop::start().await;
    let server = TestServer::start_with(&LOCAL).await;
    a_customers_own_orders_are_told(&server, &shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_told_of_their_own_orders_in_a_woocommerce_shop_on_postgresql() {
    let shop = Shop::start().await;
    if let Some(server) = TestServer::start_on_postgres_with(&LOCAL).await {
        a_customers_own_orders_are_told(&server, &shop).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_needs_the_billing_email_and_the_leave_of_the_chat() {
    let shop = Shop::start().await;
    let server = TestServer::start_with(&LOCAL).await;
    let chat = tracking(&server, &shop.url("")).await;
    let browser = chat.visitor();
    let told = ask(&browser, "Where is my order 1001? I am ada@shop.example").await;
    assert!(told.contains("signed in") && shop.asked().is_empty(), "{told}");
    chat.set("order_tracking.unverified", json!(true)).await;
    let browser = chat.visitor();
    let told = ask(&browser, "Where is my order 1001? I am eve@shop.example").await;
    assert!(told.contains("no order 1001 with that email"), "{told}");
    let told = ask(&browser, "Where is my order 1001? I am ada@shop.example").await;
    assert!(told.contains("Order 1001 of"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_does_not_answer_as_one_is_explained_to_its_merchant() {
    let shop = Shop::start().await;
    let server = TestServer::start_with(&LOCAL).await;
    let chat = tracking(&server, &shop.url("")).await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let good = try_out(&chat, &cookie, "1001").await;
    assert!(good["context"].as_str().unwrap().starts_with("Order 1001"), "{good}");
    // Of an order that was found, nothing else of the shop's answer is shown.
    assert_eq!(
        (&good["status"], &good["body"], &good["problem"]),
        (&json!(200), &Value::Null, &Value::Null)
    );
    let theirs = try_out(&chat, &cookie, "1002").await;
    assert!(!theirs.to_string().contains("bob") && theirs["problem"].is_null(), "{theirs}");
    assert_eq!(theirs["status"], json!(404));
    for (behaviour, expected) in [
        ("/html", "no REST API of WooCommerce (200, but no JSON)"),
        ("/missing", "no REST API of WooCommerce (404)"),
        ("/plain", "rest_no_route"),
        ("/broken", "the shop answers 503"),
        ("/huge", "more than 262144 bytes"),
        ("/elsewhere", "redirects to another host, http://localhost:1/wp-json"),
        ("/echo", "the shop answers 500"),
    ] {
        chat.set("order_tracking.woocommerce_url", json!(shop.url(behaviour))).await;
        let tried = try_out(&chat, &cookie, "1001").await;
        let problem = tried["problem"].as_str().unwrap_or_default();
        assert!(problem.contains(expected), "{behaviour}: {tried}");
        for secret in [KEY, SECRET, &BASIC[6..]] {
            assert!(!tried.to_string().contains(secret), "{behaviour}: {tried}");
        }
    }
    chat.set("order_tracking.woocommerce_url", json!(shop.url("/lying"))).await;
    let lying = try_out(&chat, &cookie, "1001").await;
    assert_eq!((&lying["problem"], &lying["tracking_url"]), (&Value::Null, &Value::Null));
    assert!(!lying.to_string().contains("Green tea"), "{lying}");
    chat.set("order_tracking.woocommerce_secret", json!("cs_wrong")).await;
    chat.set("order_tracking.woocommerce_url", json!(shop.url(""))).await;
    let refused = try_out(&chat, &cookie, "1001").await;
    assert!(refused["problem"].as_str().unwrap().contains("refuses the key (401)"), "{refused}");
    chat.set("order_tracking.woocommerce_secret", Value::Null).await;
    let unset = try_out(&chat, &cookie, "1001").await;
    assert!(unset["problem"].as_str().unwrap().contains("not set up"), "{unset}");
    let settings = format!("/api/v1/chats/{}/settings", chat.chat.id);
    let shown = server.get(&settings).header("cookie", &cookie).send().await.unwrap();
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(shown["settings"]["order_tracking.woocommerce_key"], json!({ "set": true }));
    assert_eq!(shown["settings"]["order_tracking.woocommerce_secret"], json!({ "set": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_slow_costs_one_look_up_and_then_has_its_peace() {
    let shop = Shop::start().await;
    let server = TestServer::start_with(&LOCAL).await;
    let chat = tracking(&server, &shop.url("/broken")).await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("Ada@shop.example")).await;
    for _ in 0..6 {
        let told = ask(&browser, "Where is my order 1001?").await;
        assert!(told.contains("cannot look orders up just now"), "{told}");
    }
    assert_eq!(shop.asked().len(), 5);
    // Another address is another shop.
    chat.set("order_tracking.woocommerce_url", json!(shop.url("/slow"))).await;
    let begun = tokio::time::Instant::now();
    let told = ask(&browser, "Where is my order 1001?").await;
    assert!(told.contains("cannot look orders up just now"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}", begun.elapsed());
    assert_eq!(shop.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_too_long_is_like_none_and_costs_nobody_else_theirs() {
    let shop = Shop::start().await;
    let server = TestServer::start_with(&LOCAL).await;
    let chat = tracking(&server, &shop.url("/huge")).await;
    chat.settled().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    for _ in 0..6 {
        let said = ask(&browser, "Where is my order 1002?").await;
        assert!(said.contains("I find no order 1002"), "{said}");
    }
    chat.set("order_tracking.woocommerce_url", json!(shop.url(""))).await;
    chat.settled().await;
    let said = ask(&browser, "Where is my order 1001?").await;
    assert!(said.contains("Order 1001"), "{said}");
}
