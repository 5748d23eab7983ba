//! The identify call: contract, section 4; the edges are in the domain's own tables.

use domain::identity::key::{KeySize, SigningKeyPair};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, STRANGERS_KEY, TestChat, TestServer};

/// Calls identify with this body, and answers status, body and all headers but the date and the call's id.
async fn call(
    chat: &TestChat<'_>,
    body: impl Into<reqwest::Body>,
) -> (StatusCode, String, Vec<String>) {
    let response = chat.server.post(&chat.path("identify")).body(body).send().await.unwrap();
    let status = response.status();
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != "date" && *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    (status, response.text().await.unwrap(), headers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_shop_identifies_its_customer() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    let conversation = browser.conversation().await;
    assert_eq!(
        conversation,
        json!({
            "conversation": null,
            "visitor": { "verified": true, "email": "ada@shop.example", "first_name": "Ada", "last_name": "Lovelace" },
            "lead_form": null,
            "messages": [],
        })
    );
}

/// Tokens with something wrong.
fn wrong_tokens(chat: &TestChat<'_>) -> Vec<String> {
    let now = chat.server.seconds();
    let good = chat.claims("ada@shop.example");
    let valid = chat.sign(&good);
    let mut forged = valid.clone();
    forged.replace_range(forged.len() - 6..forged.len() - 2, "AAAA");
    let mut tokens = vec![String::new(), "a.b.c".to_owned(), "null".to_owned(), forged];
    tokens.extend([format!("Bearer {valid}"), format!("\"{valid}\"")]);
    tokens.push(STRANGERS_KEY.sign(None, &good.to_string()).unwrap());
    let wrong_claims = [
        ("exp", json!(now)),
        ("exp", json!(now * 1000)),
        ("exp", Value::Null),
        ("iat", json!(now + 400)),
        ("iat", json!("now")),
        ("email", json!("")),
        ("email", json!("nobody")),
        ("email", Value::Null),
        ("first_name", json!(7)),
        ("additional_attributes", json!([1])),
        ("aud", json!("somebody else")),
    ];
    tokens.extend(wrong_claims.map(|(name, value)| {
        let mut claims = good.clone();
        claims[name] = value;
        chat.sign(&claims)
    }));
    tokens
}

/// Bodies with something wrong, around a valid token.
fn wrong_bodies(token: &str, valid: &str) -> Vec<String> {
    let padding = "x".repeat(33 * 1024);
    let mut bodies = ["", "{}", "[]", "not JSON"].map(str::to_owned).to_vec();
    bodies.extend(
        [
            json!({ "visitor_token": token }),
            json!({ "jwt": valid }),
            json!({ "visitor_token": "short", "jwt": valid }),
            json!({ "visitor_token": token, "jwt": null }),
            json!({ "visitor_token": token, "jwt": valid, "padding": padding }),
        ]
        .map(|body| body.to_string()),
    );
    bodies.push(format!(r#"{{"visitor_token":"{token}","jwt":"{valid}","jwt":"{valid}"}}"#));
    bodies.push(format!(r#"{{"visitor_token":"{token}","jwt":"{valid}"}} x"#));
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let flags = ["--identify-per-address", "0", "--identify-per-visitor", "0"];
    let server = TestServer::start_with(&flags).await;
    let chat = server.chat().await;
    let token = chat.visitor().token;
    let body = |jwt: &str| json!({ "visitor_token": token, "jwt": jwt }).to_string();
    let valid = body(&chat.token_for("ada@shop.example"));
    let mut bodies = wrong_bodies(&token, &chat.token_for("ada@shop.example"));
    bodies.extend(wrong_tokens(&chat).iter().map(|token| body(token)));
    let expected = call(&chat, bodies[0].clone()).await;
    assert_eq!(
        (expected.0, expected.1.as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, r#"{"success":false}"#)
    );
    for body in bodies {
        assert_eq!(call(&chat, body.clone()).await, expected, "{body}");
    }
    assert_eq!(call(&chat, vec![0xff, 0xfe]).await, expected);
    let encoded = server.post(&chat.path("identify")).header("content-encoding", "gzip");
    let encoded = encoded.body(valid.clone()).send().await.unwrap();
    assert_eq!(encoded.status(), expected.0);
    // Chats that have it off, and no chat at all.
    let off = server.plain_chat("default", domain::chat::Platform::Custom).await;
    assert_eq!(call(&off, valid.clone()).await, expected);
    let shopify = server.plain_chat("default", domain::chat::Platform::Shopify).await;
    assert_eq!(call(&shopify, valid.clone()).await, expected);
    for unknown in
        ["/widget/AAAAAAAAAAAAAAAAAAAA/identify", "/widget/x/identify", "/widget/%ff/identify"]
    {
        let response = server.post(unknown).body(valid.clone()).send().await.unwrap();
        assert_eq!(response.status(), expected.0);
        assert_eq!(response.text().await.unwrap(), expected.1);
    }
    // And after all that, the good one is as good as ever.
    assert_eq!(call(&chat, valid).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_changes_nothing_and_writes_nothing() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    let before = server.commands.store.read().await.unwrap().chat(&chat.chat.id).await.unwrap();
    let refused = browser.try_identify(&STRANGERS_KEY.sign(None, "{}").unwrap()).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.conversation().await["visitor"]["verified"], json!(true));
    assert_eq!(
        server.commands.store.read().await.unwrap().chat(&chat.chat.id).await.unwrap(),
        before
    );
    let stranger = chat.visitor();
    stranger.try_identify("x.y.z").await;
    let hash = stranger.token.parse::<domain::visitor::VisitorToken>().unwrap().hash(&chat.chat.id);
    let mut tx = server.commands.store.read().await.unwrap();
    assert_eq!(tx.visitor_token(&chat.chat.id, &hash).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_body_decides_whatever_its_type() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    for kind in [
        "application/json",
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "x",
    ] {
        let body = json!({ "visitor_token": chat.visitor().token, "jwt": chat.token_for("a@shop.example"), "more": [1] });
        let call = server
            .post(&chat.path("identify"))
            .header("content-type", kind)
            .header("origin", "https://any.example");
        let response = call.body(body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{kind}");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap();
        assert!(
            exposed.contains("zipchat-visitor-token") && exposed.contains("retry-after"),
            "{exposed}"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(!response.headers().contains_key("set-cookie"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_not_allowed_and_a_preflight_is_answered_for_long() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let url = format!("{}{}", server.url, chat.path("identify"));
        let response = server.client.request(method.clone(), url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let url = format!("{}{}", server.url, chat.path("messages"));
    let preflight = server
        .client
        .request(Method::OPTIONS, url)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .send()
        .await
        .unwrap();
    assert!(preflight.status().is_success());
    assert_eq!(preflight.headers()["access-control-max-age"], "86400");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chats_own_list_of_origins_is_kept_to() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    chat.set("allowed_origins", json!(["https://shop.example"])).await;
    let call = |origin: Option<&'static str>| {
        let body = json!({ "visitor_token": chat.visitor().token, "jwt": chat.token_for("a@shop.example") });
        let mut call = server.post(&chat.path("identify")).body(body.to_string());
        if let Some(origin) = origin {
            call = call.header("origin", origin);
        }
        async move {
            let response = call.send().await.unwrap();
            let readable = response.headers().contains_key("access-control-allow-origin");
            (response.status(), readable)
        }
    };
    assert_eq!(call(Some("https://shop.example")).await, (StatusCode::OK, true));
    assert_eq!(call(Some("https://evil.example")).await, (StatusCode::UNPROCESSABLE_ENTITY, false));
    assert_eq!(call(Some("null")).await, (StatusCode::UNPROCESSABLE_ENTITY, false));
    assert_eq!(call(None).await, (StatusCode::OK, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_a_chat_are_kept_to() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let status =
        async |claims: &Value| chat.visitor().try_identify(&chat.sign(claims)).await.status();
    let (good, bad) = (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY);
    let mut claims = chat.claims("a@shop.example");
    let now = server.seconds();
    assert_eq!(status(&claims).await, good);
    chat.set("identification.max_lifetime", json!(900)).await;
    assert_eq!(status(&claims).await, bad);
    claims["exp"] = json!(now + 900);
    assert_eq!(status(&claims).await, good);
    claims["aud"] = json!(["tea", "coffee"]);
    assert_eq!(status(&claims).await, bad);
    chat.set("identification.audience", json!("tea")).await;
    assert_eq!(status(&claims).await, good);
    claims["aud"] = json!(chat.chat.widget_token.as_str());
    assert_eq!(status(&claims).await, good);
    chat.set("identification.not_before", json!(now + 1)).await;
    assert_eq!(status(&claims).await, bad);
    claims["iat"] = json!(now + 1);
    assert_eq!(status(&claims).await, good);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_chat_is_refused() {
    let server = TestServer::start().await;
    let (one, two) = (server.chat().await, server.chat().await);
    let jwt = one.token_for("a@shop.example");
    assert_eq!(one.visitor().try_identify(&jwt).await.status(), StatusCode::OK);
    assert_eq!(two.visitor().try_identify(&jwt).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_verify_side_by_side_and_none_after_deactivation() {
    let server = TestServer::start().await;
    let first = server.chat().await;
    let old = first.token_for("a@shop.example");
    let TestChat { chat, key: old_key, .. } = first;
    let second = TestChat { server: &server, chat, key: None }.activate().await;
    assert_eq!(second.visitor().try_identify(&old).await.status(), StatusCode::OK);
    let mut browser = second.visitor();
    browser.identify(&second.token_for("a@shop.example")).await;
    server::app::activate_identification::deactivate(&server.commands, &second.chat.id, None)
        .await
        .unwrap();
    second.settled().await;
    assert_eq!(browser.conversation().await["visitor"]["verified"], json!(false));
    assert_eq!(
        second.visitor().try_identify(&old).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // Activated again, the old keys stay out, and what they vouched for before is not back.
    let third = second.activate().await;
    assert_eq!(third.visitor().try_identify(&old).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let reader = Browser { chat: &third, token: third.visitor().token };
    assert_eq!(
        reader.try_identify(&third.token_for("a@shop.example")).await.status(),
        StatusCode::OK
    );
    drop(old_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_4096_bits_verifies() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", domain::chat::Platform::Custom).await;
    let activate = server::app::activate_identification::activate(
        &server.commands,
        &chat.chat.id,
        KeySize::Rsa4096,
        None,
    );
    let pem = activate.await.unwrap().private_key;
    let chat = TestChat { key: Some(SigningKeyPair::from_pem(pem.reveal()).unwrap()), ..chat };
    chat.settled().await;
    assert!(chat.visitor().identify(&chat.token_for("a@shop.example")).await);
}
