//! The Backend API, reading: contract, section 7.

use domain::chat::Platform;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use store::Integration;

use crate::support::{TestChat, TestServer, error_of};

const BASE: &str = "/api/integrations/backend_api/v1";

pub(crate) async fn key(chat: &TestChat<'_>, integration: Integration) -> String {
    let key = server::app::create_api_key::create_api_key(
        &chat.server.commands,
        &chat.chat.id,
        integration,
    );
    key.await.unwrap().reveal().to_owned()
}

async fn get(chat: &TestChat<'_>, key: &str, path: &str) -> Response {
    chat.server.get(&format!("{BASE}{path}")).bearer_auth(key).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_reads_its_chats_conversations() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Backend).await;
    let mut ada = chat.visitor();
    let mut claims = chat.claims("ada@shop.example");
    claims["additional_attributes"] = json!({ "user_id": 7, "tier": "gold" });
    ada.identify(&chat.sign(&claims)).await;
    let sent = ada.send("1", "Hello").await;
    ada.conversation_of(2).await;
    let stranger = chat.visitor();
    stranger.send("1", "Hi").await;
    stranger.conversation_of(2).await;

    let chats: Value = get(&chat, &key, "/chats").await.json().await.unwrap();
    assert_eq!(chats["chats"].as_array().unwrap().len(), 1);
    assert_eq!(chats["chats"][0]["id"], json!(chat.chat.id.as_str()));

    let list: Value = get(&chat, &key, &format!("/chats/{}/conversations", chat.chat.id))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(list["meta"], json!({ "page": 1, "per_page": 50, "total": 2 }));
    assert_eq!(list["conversations"][0]["lead"], Value::Null);
    let of_ada = &list["conversations"][1];
    assert_eq!(of_ada["id"], sent["conversation_id"]);
    let mut lead: Vec<&String> = of_ada["lead"].as_object().unwrap().keys().collect();
    lead.sort();
    assert_eq!(lead, ["email", "email_marketing_consent", "full_name", "id", "phone_number"]);

    let path = format!(
        "/chats/{}/conversations/{}",
        chat.chat.id,
        sent["conversation_id"].as_str().unwrap()
    );
    let detail: Value = get(&chat, &key, &path).await.json().await.unwrap();
    let conversation = &detail["conversation"];
    assert_eq!(conversation["channel"], json!("web"));
    assert_eq!(conversation["manual_reply_mode"], json!(false));
    assert_eq!(conversation["lead"]["full_name"], json!("Ada Lovelace"));
    assert_eq!(
        conversation["lead"]["additional_attributes"],
        json!({ "user_id": 7, "tier": "gold" })
    );
    assert_eq!(conversation["lead"]["verified"], json!(true));
    assert!(
        conversation["share_url"]
            .as_str()
            .unwrap()
            .ends_with(sent["conversation_id"].as_str().unwrap())
    );
    let roles: Vec<&Value> =
        conversation["messages"].as_array().unwrap().iter().map(|one| &one["role"]).collect();
    assert_eq!(roles, ["user", "assistant"]);
    let second: Value = get(&chat, &key, &format!("{path}?message_page=2&message_per_page=1"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(second["conversation"]["messages"][0]["role"], json!("assistant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_out_of_range_are_refused() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Backend).await;
    let list = format!("/chats/{}/conversations", chat.chat.id);
    for query in [
        "page=0",
        "page=x",
        "page=1&page=2",
        "per_page=101",
        "per_page=0",
        "last_message_at_since=yesterday",
    ] {
        let refused = error_of(get(&chat, &key, &format!("{list}?{query}")).await).await;
        assert_eq!(refused, (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()), "{query}");
    }
    for query in ["per_page=100", "page=2", "last_message_at_since=2030-01-01T00:00:00Z"] {
        let page: Value = get(&chat, &key, &format!("{list}?{query}")).await.json().await.unwrap();
        assert_eq!(page["conversations"], json!([]));
    }
    let unknown = get(&chat, &key, &format!("{list}/conv_01jz3v5k8m2q4r6t7w9x0y1z2a")).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_its_own_chat_and_no_other() {
    let server = TestServer::start().await;
    let (one, two) = (server.chat().await, server.plain_chat("default", Platform::Custom).await);
    let backend = key(&one, Integration::Backend).await;
    let other = get(&one, &backend, &format!("/chats/{}/conversations", two.chat.id)).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    let zapier = key(&one, Integration::Zapier).await;
    for wrong in ["", "zc-wrong", &zapier] {
        assert_eq!(get(&one, wrong, "/chats").await.status(), StatusCode::UNAUTHORIZED, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_120_calls_a_minute() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = key(&chat, Integration::Backend).await;
    for used in 1..=120 {
        let response = get(&chat, &key, "/chats").await;
        assert_eq!(response.status(), StatusCode::OK, "{used}");
        assert_eq!(response.headers()["x-ratelimit-limit"], "120");
        assert_eq!(response.headers()["x-ratelimit-remaining"], (120 - used).to_string());
        assert!(
            response.headers()["x-ratelimit-reset"].to_str().unwrap().parse::<i64>().unwrap()
                > server.seconds()
        );
    }
    let refused = get(&chat, &key, "/chats").await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(error_of(refused).await, (StatusCode::TOO_MANY_REQUESTS, "rate_limited".to_owned()));
    server.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(get(&chat, &key, "/chats").await.status(), StatusCode::OK);
}
