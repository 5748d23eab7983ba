//! Lists are read on a replica, and nobody can tell.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::cluster::Cluster;
use crate::support::{TestChat, TestServer};

/// Writes to a new conversation, and finds it in the team's inbox at once. Answers how long the list took.
async fn writes_and_finds(chat: &TestChat<'_>, cookie: &str, text: &str) -> Duration {
    chat.visitor().send("1", text).await;
    let path = format!("/api/v1/chats/{}/conversations", chat.chat.id);
    let begun = Instant::now();
    let found = chat.server.get(&path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(found.status(), StatusCode::OK);
    let took = begun.elapsed();
    let found = found.text().await.unwrap();
    assert!(found.contains(text), "{text} is missing from {found}");
    took
}

async fn reads_on(server: &TestServer, on: &str) -> u64 {
    let text = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    let name = format!("zipchat_replica_reads_total{{on=\"{on}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
}

async fn degraded(server: &TestServer) -> Value {
    let ready = server.get("/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    let ready: Value = ready.json().await.unwrap();
    let all = ready["degraded"].as_array().unwrap();
    json!(all.iter().any(|one| one.as_str().unwrap().contains("replica")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_read_and_nothing_is_missing_when_it_is_behind_or_away() {
    let Some(primary) = Cluster::start() else { return };
    let follower = primary.follower();
    let flags = ["--database-read-url", &follower.url()];
    let server = TestServer::start_at(&primary.url(), &flags).await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    for number in 0..20 {
        writes_and_finds(&chat, &cookie, &format!("followed {number}.")).await;
    }
    let before = reads_on(&server, "replica").await;
    assert!(before >= 10, "only {before} reads were on the replica");
    assert_eq!(degraded(&server).await, json!(false));

    follower.sql("SELECT pg_wal_replay_pause()");
    for number in 0..5 {
        let took = writes_and_finds(&chat, &cookie, &format!("paused {number}.")).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    assert!(reads_on(&server, "primary").await >= 5);
    follower.sql("SELECT pg_wal_replay_resume()");

    follower.down("immediate");
    for number in 0..5 {
        let took = writes_and_finds(&chat, &cookie, &format!("away {number}.")).await;
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    sleep(Duration::from_secs(11)).await;
    assert_eq!(degraded(&server).await, json!(true));
    let before = reads_on(&server, "replica").await;
    follower.up();
    // It rests for some seconds after it could not be read.
    for number in 0..100 {
        writes_and_finds(&chat, &cookie, &format!("back {number}.")).await;
        if reads_on(&server, "replica").await > before {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    assert!(reads_on(&server, "replica").await > before);
    assert_eq!(degraded(&server).await, json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_follows_nobody_is_not_read() {
    let (Some(primary), Some(other)) = (Cluster::start(), Cluster::start()) else { return };
    let flags = ["--database-read-url", &other.url()];
    let server = TestServer::start_at(&primary.url(), &flags).await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    for number in 0..3 {
        writes_and_finds(&chat, &cookie, &format!("alone {number}.")).await;
    }
    assert_eq!(reads_on(&server, "replica").await, 0);
    assert!(reads_on(&server, "primary").await >= 3);
}
