//! Counts over a time, as the dashboard reads them.

use std::time::Duration;

use domain::chat::Platform;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestChat, TestServer, error_of};

async fn ask(chat: &TestChat<'_>, cookie: &str, rest: &str) -> Response {
    let path = format!("/api/v1/chats/{}/{rest}", chat.chat.id);
    chat.server.get(&path).header("cookie", cookie).send().await.unwrap()
}

async fn read(chat: &TestChat<'_>, cookie: &str, query: &str) -> Value {
    let response = ask(chat, cookie, &format!("analytics?{query}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

fn series<'v>(analytics: &'v Value, name: &str) -> &'v Value {
    let all = analytics["series"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {all:?}"))
}

fn total(analytics: &Value, name: &str) -> i64 {
    series(analytics, name)["total"].as_i64().unwrap()
}

/// What happens within a few seconds; the counts are those of one node, and not written down yet.
async fn a_day_in_the_shop(chat: &TestChat<'_>, owner: &str) {
    let mut ada = chat.visitor();
    let sent = ada.send("1", "Hello").await;
    ada.conversation_of(2).await;
    // She signs in afterwards: the conversation counts as verified, in the hour in which it began.
    ada.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(ada.try_identify("no.token.atall").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let order =
        json!({ "order_id": "1", "order_total": 12.5, "currency": "EUR", "line_items": [] });
    assert_eq!(ada.post("purchases", order.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(ada.post("purchases", order).await.status(), StatusCode::OK);
    let stranger = chat.visitor();
    stranger.send("1", "Hello").await;
    stranger.conversation_of(2).await;
    let typed = stranger.post("lead", json!({ "email": "eve@shop.example" })).await;
    assert_eq!(typed.status(), StatusCode::OK);
    let conversation = sent["conversation_id"].as_str().unwrap();
    let me: Value = ask_session(chat, owner).await;
    let path =
        |rest: &str| format!("/api/v1/chats/{}/conversations/{conversation}/{rest}", chat.chat.id);
    for (method, rest, body) in [
        ("put", "assignment", json!({ "assignee_id": me["operator"]["id"] })),
        ("post", "messages", json!({ "client_id": "1", "text": "Here I am." })),
        ("put", "escalation", json!({ "resolved": false })),
    ] {
        let call = if method == "put" {
            chat.server.client.put(format!("{}{}", chat.server.url, path(rest)))
        } else {
            chat.server.post(&path(rest))
        };
        let done = call.header("cookie", owner).json(&body).send().await.unwrap();
        assert!(done.status().is_success(), "{rest}: {}", done.status());
    }
}

async fn ask_session(chat: &TestChat<'_>, owner: &str) -> Value {
    let session = chat.server.get("/api/v1/session").header("cookie", owner).send().await.unwrap();
    session.json().await.unwrap()
}

const EXPECTED: [(&str, i64); 11] = [
    ("conversations.begun", 2),
    ("conversations.verified", 1),
    ("conversations.taken_over", 1),
    ("messages.visitor", 2),
    ("answers.assistant", 2),
    ("answers.operator", 1),
    ("escalations.operator", 1),
    ("escalations.assistant", 0),
    ("leads.typed", 1),
    ("leads.verified", 1),
    ("identifications.verified", 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_is_counted_at_once_and_compared_with_the_time_before() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    a_day_in_the_shop(&chat, &owner).await;
    let today = read(&chat, &owner, "zone=Europe/Berlin").await;
    assert_eq!((&today["step"], &today["zone"]), (&json!("day"), &json!("Europe/Berlin")));
    assert_eq!(today["moments"].as_array().unwrap().len(), 8);
    for (name, expected) in EXPECTED {
        assert_eq!(total(&today, name), expected, "{name}");
        assert_eq!(series(&today, name)["counts"][6], expected, "{name}");
        assert_eq!(series(&today, name)["before"], 0, "{name}");
    }
    assert_eq!(total(&today, "refusals.malformed"), 1);
    let euros = json!([{
        "currency": "EUR", "counts": [0, 0, 0, 0, 0, 0, 1], "sums": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 12.5],
        "count": 1, "sum": 12.5, "count_before": 0, "sum_before": 0.0,
    }]);
    assert_eq!(today["purchases"], euros);

    // A week later it is the time before.
    server.clock.advance(Duration::from_hours(24 * 7));
    let later = server.operator("default", "later@shop.example", "member").await;
    let week = read(&chat, &later, "zone=Europe/Berlin").await;
    for (name, expected) in
        EXPECTED.into_iter().filter(|(name, _)| *name != "identifications.verified")
    {
        assert_eq!(total(&week, name), 0, "{name}");
        assert_eq!(series(&week, name)["before"], expected, "{name}");
    }
    assert_eq!(week["purchases"][0]["sum_before"], 12.5);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_outlast_a_restart_and_are_told_as_a_table() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    a_day_in_the_shop(&chat, &owner).await;
    // Written down within seconds the first time; then it is another process that reads them.
    let app = &server.commands;
    let asked = server::app::analytics::range::Range::parse(
        server::app::analytics::range::Asked::default(),
        server.now(),
    );
    let range = asked.unwrap();
    let mut begun = 0;
    for _ in 0..100 {
        let read = server::app::analytics::read(app, &chat.chat.id, &range).await.unwrap();
        let series = read.series.iter().find(|one| one.name == "conversations.begun").unwrap();
        begun = series.counts.iter().sum();
        if begun > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(begun, 2);
    let table = ask(&chat, &owner, "analytics.csv?only=leads.,purchases.").await;
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let text = table.text().await.unwrap();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 8);
    assert_eq!(
        lines[0],
        "from,to,leads.typed,leads.verified,purchases.EUR.count,purchases.EUR.sum"
    );
    assert!(lines[7].ends_with(",1,1,1,12.5"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_cannot_be_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    for query in [
        "from=2026-11-01",
        "from=2026-11-02&to=2026-11-01",
        "from=2024-01-01&to=2026-11-01",
        "zone=Mars",
        "from=a&to=b",
    ] {
        for path in ["analytics", "analytics.csv"] {
            let refused = ask(&chat, &owner, &format!("{path}?{query}")).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned());
            assert_eq!(error_of(refused).await, expected, "{query}");
        }
    }
}
