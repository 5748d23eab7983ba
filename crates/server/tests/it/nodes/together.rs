//! Nodes that hear each other are one service.

use std::time::Duration;

use domain::lead::Email;
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use server::app::revoke_customer::revoke_customer;
use store::KnownBy;
use tokio::time::{Instant, sleep};

use super::{Cluster, SOON, next_message, within};
use crate::support::{Browser, Events, TestChat, WireEvents};

/// The same browser, on each node.
fn on_each<'c>(chats: &'c [TestChat<'c>], token: &str) -> Vec<Browser<'c>> {
    chats.iter().map(|chat| Browser { chat, token: token.to_owned() }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_does_all_nodes_know() {
    let Some(cluster) = Cluster::start(&[]).await else { return };
    cluster.complete().await;
    let chats = cluster.chat().await;
    messages_come_in_order_on_every_node(&chats).await;
    tokens_begin_and_end_on_every_node(&chats).await;
    operators_see_the_same_on_every_node(&chats).await;
    settings_hold_on_every_node(&chats).await;
    for node in &cluster.nodes {
        assert!(!node.misses_nats().await);
        let metrics = node.metrics().await;
        let line = |line: &str| assert!(metrics.lines().any(|one| one == line), "{line}");
        line("zipchat_bus_connected 1");
        line(r#"zipchat_bus_messages_total{outcome="unreadable"} 0"#);
    }
}

async fn messages_come_in_order_on_every_node(chats: &[TestChat<'_>]) {
    const MESSAGES: usize = 9;
    let browsers = on_each(chats, &chats[0].visitor().token);
    let mut streams = join_all(browsers.iter().map(|browser| Events::of(browser, None))).await;
    // Who listens is known to all nodes a moment later; until then streams look by themselves.
    sleep(Duration::from_millis(600)).await;
    let mut slowest = Duration::ZERO;
    for number in 0..MESSAGES {
        let sent_at = Instant::now();
        browsers[number % browsers.len()].send(&format!("m{number}"), "Hello").await;
        for stream in &mut streams {
            let (own, _) = next_message(stream, SOON).await;
            assert_eq!(own.data["seq"], json!(2 * number + 1));
            let (answer, draft) = next_message(stream, SOON).await;
            assert_eq!(answer.data["seq"], json!(2 * number + 2));
            assert_eq!(answer.data["text"], json!(draft), "the pieces are the message");
        }
        slowest = slowest.max(sent_at.elapsed());
    }
    eprintln!("a message and its answer on all nodes: {slowest:?} at most");
    assert!(slowest < SOON, "{slowest:?}");
}

async fn tokens_begin_and_end_on_every_node(chats: &[TestChat<'_>]) {
    let mut browsers = on_each(chats, &chats[0].visitor().token);
    let old = browsers.clone();
    browsers[0].identify(&chats[0].token_for("ada@shop.example")).await;
    let token = browsers[0].token.clone();
    for (new, old) in on_each(chats, &token).iter().zip(&old) {
        assert_eq!(new.conversation().await["visitor"]["verified"], json!(true));
        assert_eq!(old.refusal().await.1, "visitor_token_ended");
    }
    // A token of the second of the revocation counts as issued before it.
    sleep(Duration::from_millis(1_100)).await;
    let browsers = on_each(chats, &token);
    let mut streams = join_all(browsers.iter().map(|browser| Events::of(browser, None))).await;
    let ada = KnownBy::Email("ada@shop.example".parse::<Email>().unwrap().key().clone());
    let commands = &chats[2].server.commands;
    assert_eq!(revoke_customer(commands, &chats[2].chat.id, &ada, None).await.unwrap(), 1);
    let revoked_at = Instant::now();
    let ends = join_all(streams.iter_mut().map(Events::end));
    tokio::time::timeout(SOON, ends).await.expect("streams end within 5 s");
    for browser in &browsers {
        let is_out = async || browser.refusal().await.0 == StatusCode::UNAUTHORIZED;
        within(SOON, "the customer is out", is_out).await;
    }
    eprintln!("a customer revoked by a command is out everywhere: {:?}", revoked_at.elapsed());
    // A page that ends its token: its other tabs, on other nodes, hear of it at once.
    let browsers = on_each(chats, &chats[0].visitor().token);
    browsers[1].send("1", "Hello").await;
    let mut streams = join_all(browsers.iter().map(|browser| Events::of(browser, None))).await;
    sleep(Duration::from_millis(600)).await;
    assert_eq!(browsers[1].post("logout", json!({})).await.status(), StatusCode::OK);
    let left_at = Instant::now();
    let all_end =
        join_all(streams.iter_mut().map(async |stream| while stream.next().await.is_some() {}));
    tokio::time::timeout(SOON, all_end).await.expect("streams end within 5 s");
    eprintln!("a visitor who logs out is out everywhere: {:?}", left_at.elapsed());
}

async fn operators_see_the_same_on_every_node(chats: &[TestChat<'_>]) {
    let cookie = chats[0].server.operator("default", "op@shop.example", "owner").await;
    let path = |of: &str| format!("/api/v1/chats/{}/{of}", chats[0].chat.id);
    // An identify call that one node has in memory alone.
    let refused = chats[2].visitor().try_identify("x.y.z").await;
    let id = refused.headers()["x-request-id"].to_str().unwrap().to_owned();
    for chat in chats {
        let is_listed = async || {
            let list = chat.server.get(&path("identifications")).header("cookie", &cookie);
            list.send().await.unwrap().text().await.unwrap().contains(&id)
        };
        within(SOON, "the call is listed", is_listed).await;
    }
    let inbox = chats[1].server.get(&path("conversations/events")).header("cookie", &cookie);
    let mut inbox = WireEvents::new(inbox.send().await.unwrap());
    sleep(Duration::from_millis(600)).await;
    chats[0].visitor().send("1", "Hello").await;
    let heard = tokio::time::timeout(SOON, inbox.next_of("changed"));
    heard.await.expect("the list changes within 5 s");
    let out = &chats[2].server;
    let out = out.client.delete(format!("{}/api/v1/session", out.url)).header("cookie", &cookie);
    let out = out.header("content-type", "application/json");
    assert!(out.send().await.unwrap().status().is_success());
    let ends = async { while inbox.next().await.is_some() {} };
    tokio::time::timeout(SOON, ends).await.expect("who signed out hears nothing after 5 s");
}

async fn settings_hold_on_every_node(chats: &[TestChat<'_>]) {
    let browsers = on_each(chats, &chats[0].visitor().token);
    chats[0].set("identification.mode", json!("enforce")).await;
    for browser in &browsers {
        let message = json!({ "client_id": "1", "text": "Hello" });
        let is_refused = async || {
            browser.post("messages", message.clone()).await.status() == StatusCode::FORBIDDEN
        };
        within(SOON, "only the verified may write", is_refused).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_kept_by_all_nodes_together() {
    const LIMIT: usize = 20;
    let Some(cluster) = Cluster::start(&[]).await else { return };
    cluster.complete().await;
    let chats = cluster.chat().await;
    let browsers = on_each(&chats, &chats[0].visitor().token);
    let tries = join_all((0..6 * LIMIT).map(|number| {
        let browser = &browsers[number % browsers.len()];
        async { browser.try_identify("x.y.z").await.status() }
    }));
    let tries = tries.await;
    let allowed =
        tries.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    let refused = tries.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
    eprintln!("{allowed} of {} attempts at once, where {LIMIT} are allowed", tries.len());
    assert_eq!(allowed + refused, tries.len());
    assert!((LIMIT..=2 * LIMIT).contains(&allowed), "{allowed}");
    // One after the other, with time between, no node is fooled.
    let browsers = on_each(&chats, &chats[0].visitor().token);
    let mut allowed = 0;
    for number in 0..3 * LIMIT {
        let status = browsers[number % browsers.len()].try_identify("x.y.z").await.status();
        allowed += usize::from(status == StatusCode::UNPROCESSABLE_ENTITY);
        sleep(Duration::from_millis(20)).await;
    }
    eprintln!("{allowed} of {} attempts in turn", 3 * LIMIT);
    assert!((LIMIT..=LIMIT + LIMIT / 2).contains(&allowed), "{allowed}");
    // One node alone lets through all that the limit allows, and no more.
    let alone = chats[1].visitor();
    for _ in 0..LIMIT {
        let status = alone.try_identify("x.y.z").await.status();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
