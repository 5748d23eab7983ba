//! Traces, as a collector of OpenTelemetry gets them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::Uri;
use axum::routing::post;
use reqwest::{Client, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpListener;

use crate::tls::{free_port, serve};

/// A collector that keeps what it gets; its address.
async fn collector(seen: Arc<Mutex<Vec<u8>>>) -> String {
    let keep = post(move |uri: Uri, body: Bytes| async move {
        assert_eq!(uri.path(), "/v1/traces");
        seen.lock().unwrap().extend_from_slice(&body);
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        axum::serve(listener, Router::new().fallback_service(keep)).await.unwrap();
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_request_is_a_span_without_what_is_secret() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let endpoint = collector(seen.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let listen = free_port();
    let mut service = serve(folder.path(), listen, &[("ZIPCHAT_OTLP_ENDPOINT", &endpoint)]);
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{listen}");
    let ready = format!("{url}/readyz");
    while !client.get(&ready).send().await.is_ok_and(|it| it.status() == StatusCode::OK) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let secret = "A-visitor-token-that-is-secret";
    let call = format!("{url}/widget/aaaaaaaaaaaaaaaaaaaa/conversation?email=ada@example.com");
    let answer = client.get(call).bearer_auth(secret).send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    // What has not been sent yet is sent at the end.
    let pid = Pid::from_raw(i32::try_from(service.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert!(service.wait().await.unwrap().success());
    let seen = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    for there in ["zipchat", "GET /widget/{widget_token}/conversation", "http.route", &id] {
        assert!(seen.contains(there), "{there} is not in {seen}");
    }
    for not in [secret, "ada@example.com", "aaaaaaaaaaaaaaaaaaaa"] {
        assert!(!seen.contains(not), "{not} is in {seen}");
    }
}
