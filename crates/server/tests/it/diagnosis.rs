//! What is wrong with a token: named to the merchant, one by one, and never to the public.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::app::activate_identification::activate;
use server::app::inspect_token::inspect_token;
use server::app::revoke_customer::revoke_customer;
use store::KnownBy;

use crate::support::{STRANGERS_KEY, TestChat, TestServer};

const HEADER: &str = r#"{"alg":"RS256","typ":"JWT"}"#;

/// Asks the dashboard what is wrong with a token.
async fn inspect(chat: &TestChat<'_>, cookie: &str, token: &str) -> Value {
    let path = format!("/api/v1/chats/{}/identification/inspections", chat.chat.id);
    let call = chat.server.post(&path).header("cookie", cookie);
    let response = call.json(&json!({ "token": token })).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{token}");
    response.json().await.unwrap()
}

fn with(claims: &Value, changes: &[(&str, Value)]) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn hs256(secret: &[u8], claims: &Value) -> String {
    let parts = [r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(), claims.to_string()];
    let input = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes())))
}

/// Tokens that one thing is wrong with, in the chat as it is.
fn prepared(chat: &TestChat<'_>) -> Vec<(&'static str, String)> {
    let now = chat.server.seconds();
    let good = chat.claims("ada@shop.example");
    let valid = chat.sign(&good);
    let key = chat.key.as_ref().unwrap();
    let parts = |header: &str, payload: &str| key.sign_parts(header, payload).unwrap();
    let changed = |changes: &[(&str, Value)]| chat.sign(&with(&good, changes));
    let mut deep = json!(1);
    for _ in 0..5 {
        deep = json!({ "a": deep });
    }
    let none = [r#"{"alg":"none"}"#.to_owned(), good.to_string()];
    let none = none.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let twice = format!(r#"{{"email":"eve@shop.example",{}"#, &good.to_string()[1..]);
    let pem = key.public_key().to_pem();
    let strangers = |claims: &Value| STRANGERS_KEY.sign(None, &claims.to_string()).unwrap();
    let unknown = STRANGERS_KEY.sign(Some(&"nobody".parse().unwrap()), &good.to_string()).unwrap();
    vec![
        ("malformed", "hello".to_owned()),
        ("bearer_prefix", format!("Bearer {valid}")),
        ("quoted", format!("\"{valid}\"")),
        ("white_space", format!("{valid}\n")),
        ("truncated", valid[..valid.len() - 40].to_owned()),
        ("truncated", valid.rsplit_once('.').unwrap().0.to_owned()),
        ("too_long", format!("{valid}{}", "A".repeat(16_384))),
        (
            "header_member_not_allowed",
            parts(r#"{"alg":"RS256","jku":"https://x"}"#, &good.to_string()),
        ),
        ("wrong_algorithm", parts(r#"{"alg":"RS512"}"#, &good.to_string())),
        ("algorithm_none", format!("{none}.AA")),
        ("hs256_with_public_key", hs256(pem.as_bytes(), &good)),
        ("wrong_algorithm", hs256(b"secret", &good)),
        ("wrong_key", strangers(&good)),
        ("wrong_key", unknown),
        ("kid_invalid", parts(r#"{"alg":"RS256","kid":7}"#, &good.to_string())),
        ("expired", changed(&[("iat", json!(now - 7200)), ("exp", json!(now - 3600))])),
        ("not_yet_valid", changed(&[("nbf", json!(now + 120))])),
        ("issued_in_future", changed(&[("iat", json!(now + 400))])),
        ("milliseconds", changed(&[("exp", json!((now + 3600) * 1000))])),
        ("lifetime_too_long", changed(&[("exp", json!(now + 400 * 86_400))])),
        ("exp_missing", chat.sign(&without(&good, "exp"))),
        ("iat_missing", chat.sign(&without(&good, "iat"))),
        ("time_wrong_type", changed(&[("exp", json!(format!("{}", now + 60)))])),
        ("email_missing", chat.sign(&without(&good, "email"))),
        ("email_missing", changed(&[("email", Value::Null)])),
        ("email_malformed", changed(&[("email", json!("Ada <ada@shop.example>"))])),
        ("name_invalid", changed(&[("first_name", json!(7))])),
        ("attributes_wrong_type", changed(&[("additional_attributes", json!("tier"))])),
        (
            "attributes_too_large",
            changed(&[("additional_attributes", json!({ "a": "x".repeat(3_000) }))]),
        ),
        ("attributes_too_deep", changed(&[("additional_attributes", deep)])),
        ("duplicate_member", parts(HEADER, &twice)),
        ("audience_mismatch", changed(&[("aud", json!("another chat"))])),
        ("payload_malformed", parts(HEADER, "[]")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_thirty_causes_is_named_to_the_merchant_and_none_to_the_public() {
    let flags = ["--identify-per-address", "0", "--identify-per-visitor", "0"];
    let server = TestServer::start_with(&flags).await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let tokens = prepared(&chat);
    assert!(tokens.len() >= 30);
    for (expected, token) in &tokens {
        let told = inspect(&chat, &cookie, token).await;
        assert_eq!(told["reason"], json!(expected), "{told}");
        assert_eq!((&told["valid"], &told["stored"]), (&json!(false), &Value::Null));
        assert!(!told["message"].as_str().unwrap().is_empty());
        assert!(!told["remedy"].as_str().unwrap().is_empty());
        // The terminal says the same.
        let terminal = inspect_token(&server.commands, &chat.chat.id, token).await.unwrap();
        assert_eq!(terminal.to_json()["reason"], told["reason"]);
        let public = chat.visitor().try_identify(token).await;
        assert_eq!(public.status(), StatusCode::UNPROCESSABLE_ENTITY, "{expected}");
        assert_eq!(public.text().await.unwrap(), r#"{"success":false}"#);
    }
    let told = inspect(&chat, &cookie, &tokens[13].1).await;
    assert_eq!(told["warnings"][0]["code"], json!("unknown_kid"));
    let told = inspect(&chat, &cookie, &tokens[15].1).await;
    let exp =
        told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "exp").unwrap();
    assert!(exp["detail"].as_str().unwrap().contains("60 minutes ago"), "{exp}");
    // Nobody was identified by any of it.
    let mut tx = server.commands.store.read().await.unwrap();
    let by =
        KnownBy::Email("ada@shop.example".parse::<domain::lead::Email>().unwrap().key().clone());
    assert!(tx.leads_known_by(&chat.chat.id, &by).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn causes_that_only_the_service_knows_are_named_too() {
    let server = TestServer::start().await;
    let (chat, other) = (server.chat().await, server.chat().await);
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let reason = async |token: &str| inspect(&chat, &cookie, token).await["reason"].clone();
    assert_eq!(reason(&other.token_for("ada@shop.example")).await, json!("another_chats_key"));
    let jwt = chat.token_for("ada@shop.example");
    assert_eq!(reason(&jwt).await, Value::Null);
    // A replay: for whoever comes second.
    chat.set("identification.replay", json!("warn")).await;
    chat.visitor().identify(&jwt).await;
    let warned = inspect(&chat, &cookie, &jwt).await;
    assert_eq!(warned["warnings"][0]["code"], json!("replayed"));
    chat.set("identification.replay", json!("refuse")).await;
    assert_eq!(reason(&jwt).await, json!("replayed"));
    chat.set("identification.replay", json!("off")).await;
    // A customer who was revoked, and a floor.
    server.clock.advance(std::time::Duration::from_secs(2));
    let by =
        KnownBy::Email("ada@shop.example".parse::<domain::lead::Email>().unwrap().key().clone());
    revoke_customer(&server.commands, &chat.chat.id, &by, None).await.unwrap();
    assert_eq!(reason(&jwt).await, json!("customer_revoked"));
    chat.set("identification.not_before", json!(server.seconds() + 60)).await;
    assert_eq!(reason(&jwt).await, json!("issued_before_floor"));
    chat.set("identification.not_before", Value::Null).await;
    // A key that was retired, and a chat that takes no tokens.
    let shopify = server.plain_chat("default", domain::chat::Platform::Shopify).await;
    assert_eq!(inspect(&shopify, &cookie, &jwt).await["reason"], json!("shopify_chat"));
    let off = server.plain_chat("default", domain::chat::Platform::Custom).await;
    assert_eq!(inspect(&off, &cookie, &jwt).await["reason"], json!("not_active"));
    server::app::activate_identification::deactivate(&server.commands, &chat.chat.id, None)
        .await
        .unwrap();
    activate(&server.commands, &chat.chat.id, domain::identity::key::KeySize::default(), None)
        .await
        .unwrap();
    chat.settled().await;
    assert_eq!(reason(&jwt).await, json!("retired_key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_stored_is_shown_and_nothing_is() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    let claims = with(
        &chat.claims("Ada@shop.example"),
        &[("sub", json!("7")), ("additional_attributes", json!({ "tier": "gold" }))],
    );
    let jwt = chat.sign(&claims);
    let told = inspect(&chat, &cookie, &jwt).await;
    assert_eq!(told["valid"], json!(true));
    let expected = json!({
        "customer": "new", "customer_id": null, "email": "Ada@shop.example", "first_name": "Ada",
        "last_name": "Lovelace", "stable_id": "7", "additional_attributes": { "tier": "gold" },
        "identity_seconds": 7200, "shares_email": false,
    });
    assert_eq!(told["stored"], expected);
    assert_eq!(inspect(&chat, &cookie, &jwt).await["stored"]["customer"], json!("new"));
    chat.visitor().identify(&jwt).await;
    let known = inspect(&chat, &cookie, &jwt).await;
    assert_eq!(known["stored"]["customer"], json!("known"));
    assert!(known["stored"]["customer_id"].as_str().unwrap().starts_with("lead_"));
}
