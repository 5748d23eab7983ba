//! A merchant takes identities back.

use std::time::Duration;

use domain::lead::Email;
use reqwest::StatusCode;
use serde_json::json;
use server::app::create_api_key::create_api_key;
use server::app::revoke_customer::revoke_customer;
use store::{Integration, KnownBy};

use crate::support::{Browser, Events, TestServer};

fn by_email(email: &str) -> KnownBy {
    KnownBy::Email(email.parse::<Email>().unwrap().key().clone())
}

async fn is_ended(browser: &Browser<'_>) -> bool {
    browser.refusal().await == (StatusCode::UNAUTHORIZED, "visitor_token_ended".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_customer_is_out_on_every_device_within_seconds() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let (mut phone, mut laptop, mut other) = (chat.visitor(), chat.visitor(), chat.visitor());
    let jwt = chat.token_for("ada@shop.example");
    phone.identify(&jwt).await;
    laptop.identify(&chat.token_for("Ada@shop.example")).await;
    other.identify(&chat.token_for("bob@shop.example")).await;
    phone.send("1", "secret").await;
    phone.conversation_of(2).await;
    let mut streams = [Events::of(&phone, None).await, Events::of(&laptop, None).await];
    let mut others = Events::of(&other, None).await;
    // Out of a second: a token of the second of the revocation counts as issued before it.
    server.clock.advance(Duration::from_secs(2));
    // As a command at the terminal does it: in another process.
    let ada = by_email("ada@SHOP.example");
    let ended = revoke_customer(&server.commands, &chat.chat.id, &ada, None).await;
    assert_eq!(ended.unwrap(), 2);
    let closed = async {
        for stream in &mut streams {
            while stream.next().await.is_some() {}
        }
    };
    tokio::time::timeout(Duration::from_secs(5), closed).await.expect("closed within 5 s");
    assert!(is_ended(&phone).await && is_ended(&laptop).await);
    // Tokens issued before are refused, on any device; others' are not.
    assert_eq!(phone.try_identify(&jwt).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(chat.visitor().try_identify(&jwt).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.conversation().await["visitor"]["verified"], json!(true));
    other.send("1", "still here").await;
    assert_eq!(others.next_of("message").await.data["text"], json!("still here"));
    // Signed anew, the customer is back, and sees what was theirs.
    server.clock.advance(Duration::from_secs(1));
    let mut back = chat.visitor();
    back.identify(&chat.token_for("ada@shop.example")).await;
    let listed: serde_json::Value = back.get("conversations").await.json().await.unwrap();
    assert_eq!(listed["conversations"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_was_never_seen_can_be_revoked() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut claims = chat.claims("ada@shop.example");
    claims["sub"] = json!("7");
    let jwt = chat.sign(&claims);
    server.clock.advance(Duration::from_secs(2));
    let by_id = KnownBy::Id("7".parse().unwrap());
    for by in [by_email("eve@shop.example"), by_id] {
        let ended = revoke_customer(&server.commands, &chat.chat.id, &by, None).await.unwrap();
        assert_eq!(ended, 0);
    }
    let eve = chat
        .sign(&json!({ "email": "eve@shop.example", "iat": claims["iat"], "exp": claims["exp"] }));
    for refused in [&jwt, &eve] {
        let answer = chat.visitor().try_identify(refused).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    server.clock.advance(Duration::from_secs(1));
    chat.visitor().identify(&chat.token_for("eve@shop.example")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_ends_what_was_issued_before_it() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let mut stream = Events::of(&browser, None).await;
    chat.set("identification.not_before", json!(server.seconds() + 1)).await;
    stream.end().await;
    assert!(is_ended(&browser).await);
    // Time that passes does not bring it back.
    server.clock.advance(Duration::from_hours(3));
    assert!(is_ended(&browser).await);
    // The same browser, with a token issued since, begins anew.
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(browser.conversation().await["visitor"]["verified"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_operators_revoke_a_customer() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let key = create_api_key(&server.commands, &chat.chat.id, Integration::Backend).await.unwrap();
    let (mut ada, mut bob) = (chat.visitor(), chat.visitor());
    ada.identify(&chat.token_for("ada@shop.example")).await;
    let mut claims = chat.claims("bob@shop.example");
    claims["additional_attributes"] = json!({ "user_id": 7 });
    bob.identify(&chat.sign(&claims)).await;
    server.clock.advance(Duration::from_secs(2));
    let base = format!("/api/integrations/backend_api/v1/chats/{}", chat.chat.id);
    let revoke = async |body: serde_json::Value| {
        let call = server.post(&format!("{base}/customers/revocations"));
        call.bearer_auth(key.reveal()).json(&body).send().await.unwrap()
    };
    for wrong in [json!({}), json!({ "email": "x" }), json!({ "email": "a@b.c", "id": "7" })] {
        assert_eq!(revoke(wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let revoked = revoke(json!({ "id": "7" })).await;
    assert!(revoked.headers().contains_key("x-ratelimit-remaining"));
    assert_eq!(revoked.json::<serde_json::Value>().await.unwrap(), json!({ "revoked": 1 }));
    assert!(is_ended(&bob).await);
    assert!(!ada.conversation().await["visitor"]["email"].is_null());
    let customers = format!("/api/v1/chats/{}/customers", chat.chat.id);
    let search = server.post(&format!("{customers}/search")).header("cookie", &cookie);
    let search = search.json(&json!({ "query": "ada@shop.example" }));
    let found: serde_json::Value = search.send().await.unwrap().json().await.unwrap();
    let id = found["customers"][0]["id"].as_str().unwrap();
    let call = server.post(&format!("{customers}/{id}/revoke")).header("cookie", &cookie);
    let revoked = call.json(&json!({})).send().await.unwrap();
    assert_eq!(revoked.json::<serde_json::Value>().await.unwrap(), json!({ "revoked": 1 }));
    assert!(is_ended(&ada).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_clock_is_ahead_can_revoke_too() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let ahead = |seconds: i64| {
        let mut claims = chat.claims("ada@shop.example");
        claims["iat"] = json!(server.seconds() + seconds);
        chat.sign(&claims)
    };
    let mut browser = chat.visitor();
    browser.identify(&ahead(200)).await;
    let used = ahead(200);
    browser.identify(&used).await;
    let mut stream = Events::of(&browser, None).await;
    let ada = by_email("ada@shop.example");
    assert_eq!(revoke_customer(&server.commands, &chat.chat.id, &ada, None).await.unwrap(), 1);
    stream.end().await;
    assert!(is_ended(&browser).await);
    for refused in [&used, &ahead(100)] {
        let answer = chat.visitor().try_identify(refused).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    // A chat's own floor ends what was brought before it, whatever it says of itself.
    let mut bob = chat.visitor();
    let mut claims = chat.claims("bob@shop.example");
    claims["iat"] = json!(server.seconds() + 250);
    bob.identify(&chat.sign(&claims)).await;
    chat.set("identification.not_before", json!(server.seconds() + 1)).await;
    assert!(is_ended(&bob).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_does_not_come_back_with_an_older_one() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let first = chat.visitor();
    let mut stolen = first.clone();
    stolen.identify(&chat.token_for("ada@shop.example")).await;
    stolen.send("1", "secret").await;
    stolen.conversation_of(2).await;
    server.clock.advance(Duration::from_secs(2));
    let ada = by_email("ada@shop.example");
    revoke_customer(&server.commands, &chat.chat.id, &ada, None).await.unwrap();
    server.clock.advance(Duration::from_secs(2));
    let mut again = first.clone();
    assert!(again.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(again.conversation().await["visitor"]["verified"], json!(true));
    assert!(is_ended(&stolen).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_token_is_not_raised_by_an_older_one() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let first = chat.visitor();
    let mut lapsed = first.clone();
    lapsed.identify(&chat.token_for("ada@shop.example")).await;
    server.clock.advance(Duration::from_hours(3));
    assert_eq!(lapsed.conversation().await["visitor"]["verified"], json!(false));
    let mut again = first.clone();
    assert!(again.identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(again.conversation().await["visitor"]["verified"], json!(true));
    assert!(is_ended(&lapsed).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_one_customer_leaves_another_with_the_same_email_alone() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let (mut one, mut other) = (chat.visitor(), chat.visitor());
    let mut named = chat.claims("ada@shop.example");
    named["sub"] = json!("7");
    let named = chat.sign(&named);
    // Two with an id, so that a token without one is a customer of its own.
    let mut second = chat.claims("ada@shop.example");
    second["sub"] = json!("8");
    other.identify(&named).await;
    one.identify(&chat.sign(&second)).await;
    one.identify(&chat.token_for("ada@shop.example")).await;
    server.clock.advance(Duration::from_secs(2));
    let customers = format!("/api/v1/chats/{}/customers", chat.chat.id);
    let found = server.get(&customers).header("cookie", &cookie).send().await.unwrap();
    let found: serde_json::Value = found.json().await.unwrap();
    let all = found["customers"].as_array().unwrap();
    let alone = all.iter().find(|customer| customer["stable_id"].is_null()).unwrap();
    let path = format!("{customers}/{}/revoke", alone["id"].as_str().unwrap());
    let call = server.post(&path).header("cookie", &cookie).json(&json!({}));
    assert_eq!(call.send().await.unwrap().status(), StatusCode::OK);
    assert!(is_ended(&one).await);
    other.identify(&named).await;
    assert_eq!(other.conversation().await["visitor"]["verified"], json!(true));
}
