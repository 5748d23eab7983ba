//! What a merchant's pages get of the appearance that was set.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestChat, TestServer, error_of};

async fn set(chat: &TestChat<'_>, cookie: &str, settings: Value) -> Response {
    let url = format!("{}/api/v1/chats/{}/settings", chat.server.url, chat.chat.id);
    let call = chat.server.client.request(Method::PATCH, url);
    call.header("cookie", cookie).json(&settings).send().await.unwrap()
}

/// What a module with `export default` says.
async fn words(chat: &TestChat<'_>, query: &str) -> Value {
    let path = format!("/widget/{}/words{query}", chat.chat.widget_token);
    let answer = chat.server.get(&path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let text = answer.text().await.unwrap();
    serde_json::from_str(text.strip_prefix("export default ").unwrap()).unwrap()
}

async fn loader(chat: &TestChat<'_>) -> String {
    let path = format!("/widget/zipchat.js?id={}", chat.chat.widget_token);
    chat.server.get(&path).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_speaks_the_first_language_of_the_visitor_that_it_knows() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    for (query, language, close) in [
        ("", "en", "Close chat"),
        ("?for=,en-GB", "en", "Close chat"),
        ("?for=sv,de-AT,en", "de", "Chat schließen"),
        ("?for=ar", "ar", "إغلاق الدردشة"),
        ("?for=../../x", "en", "Close chat"),
    ] {
        let said = words(&chat, query).await;
        assert_eq!(said["language"], json!(language), "{query}");
        assert_eq!(said["words"]["close"], json!(close), "{query}");
        assert_eq!(said["name"], json!("Tea shop"));
    }
    let form = words(&chat, "?for=de&part=form").await;
    assert_eq!(form["first_name"], json!("Vorname"));
    let unknown = server.get("/widget/AbCdEfGhIjKlMnOpQrSt/words").send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_what_the_merchant_sets() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "owner").await;
    let chat = server.chat().await;
    assert!(!loader(&chat).await.contains("--accent:"), "a loader without a look has none");
    let settings = json!({
        "appearance.accent": "#0B7A53",
        "appearance.side": "start",
        "appearance.language": "de",
        "appearance.title": "Tee & <Mehr>",
        "appearance.questions": ["Where is my order?"],
        "appearance.translations": { "de": { "welcome": "Willkommen!" } },
    });
    let changed = set(&chat, &cookie, settings).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let shown: Value = changed.json().await.unwrap();
    assert_eq!(shown["settings"]["appearance.accent"], json!("#0b7a53"));
    assert_eq!(shown["settings"]["appearance.welcome"], Value::Null);

    let script = loader(&chat).await;
    assert!(script.contains("--accent:#0b7a53;--on:#fff;"), "the colour is in the loader");
    assert!(script.contains("--sides:20px auto"), "the side is in the loader");
    assert!(script.contains("Chat \\u00f6ffnen"), "the bubble's name is in the loader");
    assert!(script.is_ascii());
    let said = words(&chat, "?for=fr").await;
    assert_eq!(said["language"], json!("de"), "the language is fixed");
    assert_eq!(said["name"], json!("Tee & <Mehr>"));
    assert_eq!(said["welcome"], json!("Willkommen!"));
    assert_eq!(said["questions"], json!(["Where is my order?"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_named() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "owner").await;
    let chat = server.chat().await;
    for (name, value) in [
        ("appearance.accent", json!("red;}*{display:none")),
        ("appearance.offset_block", json!(201)),
        ("appearance.translations", json!({ "sv": {} })),
    ] {
        let refused = set(&chat, &cookie, json!({ name: value })).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let body: Value = refused.json().await.unwrap();
        assert!(body["error"]["message"].as_str().unwrap().starts_with(name), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_shown_and_not_kept() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "ada@shop.example", "member").await;
    let chat = server.chat().await;
    let url = format!("{}/api/v1/chats/{}/appearance/preview", server.url, chat.chat.id);
    let preview = async |body: Value| {
        server.client.post(&url).header("cookie", &cookie).json(&body).send().await.unwrap()
    };
    let draft = json!({
        "settings": { "appearance.accent": "#ffdd00", "appearance.title": "Draft" },
        "languages": "he",
        "dark": true,
    });
    let shown: Value = preview(draft).await.json().await.unwrap();
    assert_eq!(shown["loader"]["id"], json!("preview"));
    let look = shown["loader"]["look"].as_str().unwrap();
    assert!(look.contains("--on:#000") && look.contains("color-scheme:dark"), "{look}");
    assert_eq!(shown["chat"]["language"], json!("he"));
    assert_eq!(shown["chat"]["name"], json!("Draft"));
    assert!(shown["contrast_light"].as_f64().unwrap() < 3.0);
    assert!(shown["contrast_dark"].as_f64().unwrap() > 3.0);
    assert_eq!(words(&chat, "?for=he").await["name"], json!("Tea shop"));

    let other = preview(json!({ "settings": { "identification.mode": "enforce" } })).await;
    assert_eq!(error_of(other).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
    let wrong = preview(json!({ "settings": { "appearance.theme": "dim" } })).await;
    assert_eq!(error_of(wrong).await, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_preview_can_call_nobody() {
    let server = TestServer::start().await;
    let page = server.get("/widget/preview").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "connect-src 'none'",
        "sandbox allow-scripts",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    let script = server.get("/widget/preview/zipchat.js").send().await.unwrap();
    assert!(script.text().await.unwrap().contains("zipchatDraft.loader"));
    let words = server.get("/widget/preview/words?for=de&part=form").send().await.unwrap();
    assert_eq!(words.text().await.unwrap(), "export default zipchatDraft.form\n");
}
