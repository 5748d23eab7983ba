//! The shop over its router, without sockets.

use axum::body::Body;
use axum::http::{Request, Response};
use tower::ServiceExt;

use super::*;

const SERVICE: &str = "http://localhost:8787";
const TOKEN: &str = "abcdefghij0123456789";

fn shop() -> (Router, tempfile::TempDir, SigningKeyPair) {
    let folder = tempfile::tempdir().unwrap();
    let pair = SigningKeyPair::generate(domain::identity::key::KeySize::Rsa2048).unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, pair.private_key_pem().unwrap().reveal()).unwrap();
    let shop = Shop::new(SERVICE.to_owned(), TOKEN.to_owned(), "order-key".to_owned(), file);
    (router(Arc::new(shop)), folder, pair)
}

async fn send(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec())
        .unwrap()
}

/// The cookie of somebody who has just signed in.
async fn signed_in(router: &Router, email: &str) -> String {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("email={email}&password={}", customers::PASSWORD);
    let response = send(router, "POST", "/sign-in", &form, &body).await;
    assert_eq!(response.status().as_u16(), 303);
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_has_the_one_tag_and_knows_who_is_signed_in() {
    let (shop, _folder, _) = shop();
    let tag = format!(
        r#"<script src="{SERVICE}/widget/zipchat.js?id={TOKEN}" data-no-optimize="1" defer></script>"#
    );
    let page = text(send(&shop, "GET", "/", &[], "").await).await;
    assert!(page.contains(&tag) && !page.contains("data-signed-in"), "{page}");
    let cookie = signed_in(&shop, "maya%40example.com").await;
    let page = text(send(&shop, "GET", "/", &[("cookie", &cookie)], "").await).await;
    assert!(page.contains("Hello, Maya") && page.contains("data-signed-in"), "{page}");
    let forged = cookie.replace("c-2041", "c-2187");
    let page = text(send(&shop, "GET", "/", &[("cookie", &forged)], "").await).await;
    assert!(!page.contains("Hello"), "{page}");
}

#[tokio::test]
async fn a_token_is_for_whoever_is_signed_in_and_nobody_else() {
    let (shop, _folder, pair) = shop();
    assert_eq!(send(&shop, "POST", "/api/zipchat-token", &[], "").await.status().as_u16(), 401);
    let cookie = signed_in(&shop, "tom%40example.com").await;
    let response = send(&shop, "POST", "/api/zipchat-token", &[("cookie", &cookie)], "").await;
    let body: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    let jwt = body["token"].as_str().unwrap();
    let (now, chat) = (Clock::default().now(), domain::id::ChatId::new(Clock::default().now()));
    let source = domain::identity::key::KeySource::Generated;
    let key = pair.public_key().clone().into();
    let key = domain::identity::key::IdentificationKey::new(chat, key, source, now);
    let rules = domain::identity::Rules::default();
    let verified = domain::identity::KeySet::new(vec![key]).verify(jwt, &rules, now).unwrap();
    assert_eq!(verified.claims.email.signed(), "tom@example.com");
    let foreign = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(
        send(&shop, "POST", "/api/zipchat-token", &foreign, "").await.status().as_u16(),
        403
    );
}

#[tokio::test]
async fn the_order_endpoint_answers_as_the_contract_has_it() {
    let (shop, _folder, _) = shop();
    let check = async |query: &str, key: &str, status: u16| {
        let response =
            send(&shop, "GET", &format!("/api/orders{query}"), &[("x-api-key", key)], "").await;
        assert_eq!(response.status().as_u16(), status, "{query}");
        text(response).await
    };
    let found = check("?order_id=TP-1011&customer_email=maya@example.com", "order-key", 200).await;
    assert!(found.contains("tracking_url") && found.contains("TP-1011"), "{found}");
    let theirs = check("?order_id=TP-1011&customer_email=tom@example.com", "order-key", 404).await;
    let none = check("?order_id=TP-9999&customer_email=tom@example.com", "order-key", 404).await;
    assert!(theirs == none && none.contains("context"), "{none}");
    assert!(check("?order_id=TP-1011", "order-key", 400).await.contains("context"));
    check("?order_id=TP-1011&customer_email=maya@example.com", "wrong", 401).await;
    check("?order_id=TP-1011&customer_email=maya@example.com", "", 401).await;
}

#[tokio::test]
async fn every_link_of_the_shop_leads_somewhere() {
    let (shop, _folder, _) = shop();
    let cookie = signed_in(&shop, "maya%40example.com").await;
    for path in ["/", "/sign-in", "/orders", "/plants/aloe", "/shop.css", "/shop.js", "/icon.svg"] {
        let response = send(&shop, "GET", path, &[("cookie", &cookie)], "").await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains(SERVICE));
        for link in text(response).await.split("href=\"/").skip(1) {
            let link = format!("/{}", link.split(['"', '#']).next().unwrap());
            let status =
                send(&shop, "GET", &link, &[("cookie", &cookie)], "").await.status().as_u16();
            assert_eq!(status, 200, "{link} on {path}");
        }
    }
    assert_eq!(send(&shop, "GET", "/plants/triffid", &[], "").await.status().as_u16(), 404);
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in() {
    let (shop, _folder, _) = shop();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let response =
        send(&shop, "POST", "/sign-in", &form, "email=maya%40example.com&password=x").await;
    assert!(response.headers().get("set-cookie").is_none());
    assert!(text(response).await.contains("do not belong together"));
}
