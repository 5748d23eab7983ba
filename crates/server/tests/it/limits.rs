//! How often one may call: semantics, section 6.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{TestServer, error_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_has_20_attempts_at_once_and_is_told_when_to_come_back() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    for _ in 0..20 {
        assert_eq!(browser.try_identify("x.y.z").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = browser.try_identify("x.y.z").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=7).contains(&wait), "{wait}");
    assert_eq!(refused.text().await.unwrap(), r#"{"success":false}"#);
    // Others at the same address go on.
    assert_eq!(
        chat.visitor().try_identify("x.y.z").await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_the_peers_unless_a_trusted_proxy_names_another() {
    let flags = ["--identify-per-address", "2", "--trusted-proxies", "127.0.0.0/8"];
    let server = TestServer::start_with(&flags).await;
    let chat = server.chat().await;
    let status = async |forwarded: &str| {
        let body = json!({ "visitor_token": chat.visitor().token, "jwt": "x.y.z" }).to_string();
        let call =
            server.post(&chat.path("identify")).header("x-forwarded-for", forwarded).body(body);
        call.send().await.unwrap().status()
    };
    for _ in 0..4 {
        assert_eq!(status("1.2.3.4, 198.51.100.1").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(status("9.9.9.9, 198.51.100.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status("198.51.100.2").await, StatusCode::UNPROCESSABLE_ENTITY);
    // Without trust, nobody's word counts.
    let server = TestServer::start_with(&["--identify-per-address", "2"]).await;
    let chat = server.chat().await;
    for number in 0..5 {
        let body = json!({ "visitor_token": chat.visitor().token, "jwt": "x.y.z" }).to_string();
        let from = format!("198.51.100.{number}");
        let call = server.post(&chat.path("identify")).header("x-forwarded-for", from).body(body);
        let limited = call.send().await.unwrap().status() == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(limited, number == 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_serves_five_visitors_in_ten_minutes() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let jwt = chat.token_for("ada@shop.example");
    let browsers: Vec<_> = (0..6).map(|_| chat.visitor()).collect();
    for browser in &browsers[..5] {
        assert_eq!(browser.try_identify(&jwt).await.status(), StatusCode::OK);
    }
    let refused = browsers[5].try_identify(&jwt).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(browsers[0].try_identify(&jwt).await.status(), StatusCode::OK);
    // Another token of the same customer is another matter, and so is one that only has the same `jti`.
    let other = chat.sign(&{
        let mut claims = chat.claims("ada@shop.example");
        claims["jti"] = json!("another");
        claims
    });
    assert_eq!(browsers[5].try_identify(&other).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_sends_30_messages_a_minute() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let browser = chat.visitor();
    for number in 0..30 {
        browser.send(&format!("c{number}"), "Hello").await;
    }
    let refused = browser.post("messages", json!({ "client_id": "c30", "text": "Hello" })).await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(error_of(refused).await, (StatusCode::TOO_MANY_REQUESTS, "rate_limited".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_slow_and_keeps_nobody_else_out() {
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.0/8"]).await;
    server.operator("default", "ada@shop.example", "owner").await;
    let sign_in = async |from: &str, password: &str| {
        let body = json!({ "email": "ada@shop.example", "password": password });
        let call = server.post("/api/v1/session").header("x-forwarded-for", from).json(&body);
        call.send().await.unwrap().status()
    };
    let mut limited = 0;
    for _ in 0..14 {
        limited +=
            u8::from(sign_in("198.51.100.1", "guess").await == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(limited >= 2, "{limited}");
    assert_eq!(sign_in("198.51.100.2", crate::support::PASSWORD).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_counts_are_told() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.visitor().try_identify("x.y.z").await;
    chat.visitor().identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), StatusCode::OK);
    let ready: Value = server.get("/readyz").send().await.unwrap().json().await.unwrap();
    assert_eq!(ready["degraded"], json!([]));
    let metrics = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains(r#"zipchat_identify_refused_total{reason="malformed"} 1"#),
        "{metrics}"
    );
    assert!(metrics.contains(r#"zipchat_identify_total{outcome="new_token"} 1"#), "{metrics}");
}
