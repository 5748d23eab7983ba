//! What the merchant is told of identify calls, and the public is not.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::app::attempts;

use crate::support::{STRANGERS_KEY, TestChat, TestServer, WireEvents};

async fn list(chat: &TestChat<'_>, cookie: &str) -> Value {
    let path = format!("/api/v1/chats/{}/identifications", chat.chat.id);
    let response = chat.server.get(&path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

/// The list once it has `count` attempts: a refusal is looked at more closely after it was answered.
async fn list_of(chat: &TestChat<'_>, cookie: &str, count: usize) -> Value {
    for _ in 0..200 {
        let found = list(chat, cookie).await;
        if found["attempts"].as_array().unwrap().len() >= count {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no {count} attempts came");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merchant_is_told_what_the_public_is_not() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let empty = list(&chat, &cookie).await;
    assert_eq!(empty["attempts"], json!([]));
    assert_eq!((&empty["verified_ever"], &empty["first_verified"]), (&json!(false), &Value::Null));

    let browser = chat.visitor();
    let strangers = STRANGERS_KEY.sign(None, &chat.claims("a@shop.example").to_string()).unwrap();
    let refused = browser.try_identify(&strangers).await;
    let id = refused.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(id.len(), 26);
    assert_eq!(refused.text().await.unwrap(), r#"{"success":false}"#);
    let verified = browser.try_identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(verified.headers()["zipchat-identity-expires-in"], "7200");
    let good = verified.headers()["x-request-id"].to_str().unwrap().to_owned();

    let found = list_of(&chat, &cookie, 2).await;
    let by_id = |id: &str| {
        let attempts = found["attempts"].as_array().unwrap();
        attempts.iter().find(|attempt| attempt["request_id"] == json!(id)).unwrap().clone()
    };
    let refused = by_id(&id);
    assert_eq!((&refused["outcome"], &refused["reason"]), (&json!("refused"), &json!("wrong_key")));
    assert!(refused["remedy"].as_str().unwrap().contains("private key"));
    assert_eq!((&refused["customer"], &refused["kid"]), (&Value::Null, &Value::Null));
    let verified = by_id(&good);
    assert_eq!(verified["customer"]["email"], json!("ada@shop.example"));
    assert_eq!(verified["customer"]["first_name"], json!("Ada"));
    assert!(verified["kid"].is_string());
    assert_eq!((&verified["outcome"], &verified["reason"]), (&json!("verified"), &Value::Null));
    assert_eq!(found["totals"]["verified"], json!(1));
    assert_eq!(found["totals"]["by_reason"][0]["reason"], json!("wrong_key"));
    assert_eq!(found["first_verified"]["request_id"], json!(good));
    assert_eq!(found["verified_ever"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_live_and_ends_with_the_session() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let path = format!("/api/v1/chats/{}/identifications/events", chat.chat.id);
    let response = server.get(&path).header("cookie", &cookie).send().await.unwrap();
    let mut events = WireEvents::new(response);
    let origin = "https://shop.example";
    let body = json!({ "visitor_token": chat.visitor().token, "jwt": "not a token" });
    let call = server.post(&chat.path("identify")).header("origin", origin);
    call.body(body.to_string()).send().await.unwrap();
    let event = events.next_of("attempt").await;
    assert_eq!(
        (&event.data["reason"], &event.data["origin"]),
        (&json!("white_space"), &json!(origin))
    );
    let now = server.seconds();
    let old = json!({ "email": "a@shop.example", "iat": now - 9_000, "exp": now - 3_600 });
    chat.visitor().try_identify(&chat.sign(&old)).await;
    let expired = events.next_of("attempt").await.data;
    assert_eq!(expired["detail"], json!("60 minutes ago"));
    // Nobody else's calls are in it.
    let other = server.chat().await;
    other.visitor().try_identify("x").await;
    chat.visitor().try_identify(&chat.token_for("ada@shop.example")).await;
    let event = events.next_of("attempt").await;
    assert_eq!(event.data["customer"]["email"], json!("ada@shop.example"));
    // Who signs out is told of nobody any more, however busy the shop is.
    let url = format!("{}/api/v1/session", server.url);
    let left = server.client.delete(url).header("cookie", &cookie).json(&json!({})).send().await;
    assert_eq!(left.unwrap().status(), StatusCode::NO_CONTENT);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    chat.visitor().try_identify(&chat.token_for("bob@shop.example")).await;
    assert_eq!(events.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_written_once_a_minute_and_survive_a_restart() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let expired = json!({ "email": "a@shop.example", "iat": 1, "exp": 2 });
    for _ in 0..3 {
        browser.try_identify(&chat.sign(&expired)).await;
    }
    chat.visitor().try_identify("x").await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    list_of(&chat, &cookie, 5).await;
    // What the service holds is written by its own task: wait for it, and look through another handle.
    let counts = async || {
        let mut tx = server.commands.store.read().await.unwrap();
        let since = server.now() - Duration::from_hours(1);
        tx.identification_counts(&chat.chat.id, since).await.unwrap()
    };
    let expected =
        [("expired".to_owned(), 3), ("malformed".to_owned(), 1), ("verified".to_owned(), 1)];
    let mut written = counts().await;
    for _ in 0..100 {
        if written.len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        written = counts().await;
    }
    assert_eq!(written, expected);
    // The known visitor's timeline has its refusals, as one entry; the stranger has none.
    let mut tx = server.commands.store.read().await.unwrap();
    let since = server.now() - Duration::from_hours(1);
    let refused = tx.refused_visitors(&chat.chat.id, since).await.unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1, "expired");
    // Another process, without memory of its own, still knows of them.
    let earlier = attempts::recent(&server.commands, &chat.chat.id).await.unwrap();
    assert_eq!(earlier.len(), 2);
    // Another refusal in the same minute is not written yet.
    browser.try_identify(&chat.sign(&expired)).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(counts().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_private_key_is_reported_to_the_merchant() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    chat.set("allowed_origins", json!(["https://shop.example"])).await;
    let report = async |kind: &str, page: &str| {
        let body = json!({ "kind": kind, "page": page }).to_string();
        let response = server.post(&chat.path("reports")).body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(response.text().await.unwrap(), r#"{"success":true}"#);
    };
    let path = format!("/api/v1/chats/{}/identifications/events", chat.chat.id);
    let listening = server.get(&path).header("cookie", &cookie).send().await.unwrap();
    let mut events = WireEvents::new(listening);
    for _ in 0..2 {
        report("private_key_in_page", "https://shop.example/account").await;
    }
    report("else", "https://shop.example/account").await;
    report("private_key_in_page", "https://evil.example/").await;
    report("private_key_in_page", "javascript:alert(1)").await;
    report("private_key_in_page", "https://shop.example/?token=secret").await;
    let found = list(&chat, &cookie).await;
    let [alert] = found["alerts"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(alert["page"], json!("https://shop.example/account"));
    assert_eq!(alert["count"], json!(2));
    // It is told of as it comes, twice here, and once more when it is kept.
    for _ in 0..3 {
        events.next_of("alert").await;
    }
    let path = format!("/api/v1/chats/{}/alerts/dismissals", chat.chat.id);
    let call = server.post(&path).header("cookie", &cookie);
    let left = call.json(&json!({ "kind": "private_key_in_page" })).send().await.unwrap();
    assert_eq!(left.json::<Value>().await.unwrap(), json!({ "alerts": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_loads_the_script_is_seen_at_once() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let path = format!("/api/v1/chats/{}/identifications/events", chat.chat.id);
    let response = server.get(&path).header("cookie", &cookie).send().await.unwrap();
    let mut events = WireEvents::new(response);
    let loader = format!("/widget/zipchat.js?id={}", chat.chat.widget_token);
    let load = |referer: String| server.get(&loader).header("referer", referer).send();
    // Our own pages, and what is no page, say nothing about the shop.
    load("about:client".to_owned()).await.unwrap();
    load("https://shop.example/account?email=ada@shop.example".to_owned()).await.unwrap();
    events.next_of("page").await;
    let pages = list(&chat, &cookie).await["pages"].clone();
    assert_eq!(pages.as_array().unwrap().len(), 1, "{pages}");
    assert_eq!(pages[0]["origin"], json!("https://shop.example"));
    assert!(pages[0]["at"].is_string());

    chat.set("allowed_origins", json!(["https://shop.example"])).await;
    chat.settled().await;
    load("https://elsewhere.example/".to_owned()).await.unwrap();
    assert_eq!(list(&chat, &cookie).await["pages"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn identify_calls_are_counted_by_the_hour() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let hours = async |query: &str| {
        let path = format!("/api/v1/chats/{}/identifications/hours{query}", chat.chat.id);
        server.get(&path).header("cookie", &cookie).send().await.unwrap()
    };
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    chat.visitor().try_identify("not a token").await;
    list_of(&chat, &cookie, 2).await;
    let day: Value = hours("").await.json().await.unwrap();
    let day = day["hours"].as_array().unwrap();
    assert_eq!(day.len(), 24);
    assert_eq!((&day[23]["verified"], &day[23]["refused"]), (&json!(1), &json!(1)));
    assert_eq!((&day[22]["verified"], &day[22]["refused"]), (&json!(0), &json!(0)));

    server.clock.advance(Duration::from_hours(2));
    let week: Value = hours("?hours=168").await.json().await.unwrap();
    let week = week["hours"].as_array().unwrap();
    assert_eq!(week.len(), 168);
    let counted =
        |member: &str| week.iter().map(|hour| hour[member].as_i64().unwrap()).sum::<i64>();
    assert_eq!((counted("verified"), counted("refused")), (1, 1));
    for query in ["?hours=0", "?hours=169", "?hours=x"] {
        assert_eq!(hours(query).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}
