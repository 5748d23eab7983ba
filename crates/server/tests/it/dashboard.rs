//! What the dashboard does, over its API.

use domain::chat::Platform;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestServer, error_of};

fn with(server: &TestServer, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    let call = server.client.request(method, format!("{}/api/v1{path}", server.url));
    call.header("cookie", cookie).header("content-type", "application/json")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_and_out() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "owner").await;
    let session: Value =
        with(&server, Method::GET, "/session", &cookie).send().await.unwrap().json().await.unwrap();
    assert_eq!(session["operator"]["email"], json!("ada@shop.example"));
    assert_eq!(session["operator"]["role"], json!("owner"));
    assert_eq!(session["account"]["name"], json!("default"));
    let out = with(&server, Method::DELETE, "/session", &cookie).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let after = with(&server, Method::GET, "/session", &cookie).send().await.unwrap();
    assert_eq!(error_of(after).await, (StatusCode::UNAUTHORIZED, "sign_in_required".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    let server = TestServer::start_with(&["--public-url", "https://chat.example"]).await;
    server.operator("default", "ada@shop.example", "owner").await;
    let body = json!({ "email": "ada@shop.example", "password": PASSWORD });
    let response = server.post("/api/v1/session").json(&body).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-zipchat_session="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_email_are_refused_alike() {
    let server = TestServer::start().await;
    server.operator("default", "ada@shop.example", "owner").await;
    for (email, password) in
        [("ada@shop.example", "wrong password"), ("eve@shop.example", PASSWORD), ("", "")]
    {
        let body = json!({ "email": email, "password": password });
        let response = server.post("/api/v1/session").json(&body).send().await.unwrap();
        assert_eq!(
            error_of(response).await,
            (StatusCode::UNAUTHORIZED, "wrong_credentials".to_owned())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_from_another_site_is_refused() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "owner").await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let path = format!("/chats/{}/identification", chat.chat.id);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("content-type", "text/plain"),
    ] {
        let call =
            server.client.post(format!("{}/api/v1{path}", server.url)).header("cookie", &cookie);
        let call = if name == "content-type" {
            call
        } else {
            call.header("content-type", "application/json")
        };
        let response = call.header(name, value).body("{}").send().await.unwrap();
        assert_eq!(
            error_of(response).await,
            (StatusCode::FORBIDDEN, "forbidden".to_owned()),
            "{name}: {value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn identification_is_activated_and_deactivated() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "editor").await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let path = format!("/chats/{}/identification", chat.chat.id);
    let call = async |method: Method, body: &'static str| {
        with(&server, method, &path, &cookie).body(body).send().await.unwrap()
    };
    let before: Value = call(Method::GET, "").await.json().await.unwrap();
    let address = format!("http://127.0.0.1:8787/api/v1/chats/{}/jwks.json", chat.chat.id);
    assert_eq!(
        before,
        json!({ "available": true, "active": false, "mode": "observe", "keys": [], "jwks": null, "jwks_json_url": address })
    );
    let activated = call(Method::POST, "{}").await;
    assert_eq!(activated.status(), StatusCode::CREATED);
    assert_eq!(activated.headers()["cache-control"], "no-store");
    let made: Value = activated.json().await.unwrap();
    assert!(made["private_key"].as_str().unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(made["public_key"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
    // At once, without waiting: this process made the change itself.
    let key =
        domain::identity::key::SigningKeyPair::from_pem(made["private_key"].as_str().unwrap())
            .unwrap();
    let jwt = key.sign(None, &chat.claims("ada@shop.example").to_string()).unwrap();
    assert_eq!(chat.visitor().try_identify(&jwt).await.status(), StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let active: Value = call(Method::GET, "").await.json().await.unwrap();
    assert_eq!(active["active"], json!(true));
    assert_eq!(active["keys"][0]["kid"], made["kid"]);
    assert_eq!(active["keys"][0]["fingerprint"], made["fingerprint"]);
    assert_eq!(active["keys"][0]["verified"], json!(1));
    assert!(!active.to_string().contains("PRIVATE"));
    for body in [r#"{"bits": 3072}"#, r#"{"bits": 4096}"#] {
        assert_eq!(call(Method::POST, body).await.status(), StatusCode::CREATED);
    }
    // A fourth key, and a size that is none.
    for body in ["{}", r#"{"bits": 1024}"#, r#"{"bits": "many"}"#] {
        assert_eq!(
            call(Method::POST, body).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}"
        );
    }
    let off: Value = call(Method::DELETE, "").await.json().await.unwrap();
    assert_eq!(off["active"], json!(false));
    assert!(
        off["keys"].as_array().unwrap().iter().all(|key| key["state"] == json!("retired")),
        "{off}"
    );
    assert_eq!(chat.visitor().try_identify(&jwt).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopify_chat_has_no_identification() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "owner").await;
    let chat = server.plain_chat("default", Platform::Shopify).await;
    let path = format!("/chats/{}/identification", chat.chat.id);
    let state: Value =
        with(&server, Method::GET, &path, &cookie).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["available"], json!(false));
    let refused = with(&server, Method::POST, &path, &cookie).body("{}").send().await.unwrap();
    assert_eq!(error_of(refused).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_show_who_was_proven_to_speak() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "op@shop.example", "member").await;
    let chat = server.chat().await;
    let mut browser = chat.visitor();
    browser.send("1", "before").await;
    browser.conversation_of(2).await;
    let mut claims = chat.claims("Ada@shop.example");
    claims["sub"] = json!("customer 7");
    claims["additional_attributes"] = json!({ "tier": "gold" });
    browser.identify(&chat.sign(&claims)).await;
    browser.send("2", "after").await;
    browser.conversation_of(4).await;
    let base = format!("/chats/{}", chat.chat.id);
    let detail: Value =
        with(&server, Method::GET, &base, &cookie).send().await.unwrap().json().await.unwrap();
    let snippet = detail["install_snippet"].as_str().unwrap();
    assert!(
        snippet.contains(&format!("/widget/zipchat.js?id={}", chat.chat.widget_token)),
        "{snippet}"
    );
    let list: Value = with(&server, Method::GET, &format!("{base}/conversations"), &cookie)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&list["total"], &list["next"]), (&json!(1), &Value::Null));
    let one = &list["conversations"][0];
    assert_eq!(one["lead"]["full_name"], json!("Ada Lovelace"));
    assert_eq!(one["lead"]["verified"], json!(true));
    let path = format!("{base}/conversations/{}", one["id"].as_str().unwrap());
    let thread: Value =
        with(&server, Method::GET, &path, &cookie).send().await.unwrap().json().await.unwrap();
    let lead = &thread["conversation"]["lead"];
    assert_eq!(lead["email"], json!("Ada@shop.example"));
    assert_eq!(lead["stable_id"], json!("customer 7"));
    assert_eq!(lead["additional_attributes"], json!({ "tier": "gold" }));
    assert_eq!(lead["shares_email"], json!(false));
    let verified: Vec<&Value> = thread["conversation"]["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| &message["verified"])
        .collect();
    assert_eq!(verified, [false, true, true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboards_pages_allow_no_foreign_code() {
    let server = TestServer::start().await;
    let chat = "/chats/chat_01jz3v5k8m2q4r6t7w9x0y1z2a/integrations";
    for page in ["/login", "/password", "/invitation", "/account/members", "/", chat] {
        let response = server.get(page).send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::OK,
            "{page}: is web built? `cargo xtask test` builds it first"
        );
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
}
