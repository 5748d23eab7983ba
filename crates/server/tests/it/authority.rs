//! Every route with nobody's, a wrong, another's and the right authority: one table. A route that is missing here fails.

use std::collections::BTreeSet;

use domain::chat::Platform;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Integration;

use crate::support::TestServer;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authority {
    /// A visitor, by its token.
    Visitor,
    /// An operator of the chat's account.
    Operator,
    /// One whose role may change chats.
    Editor,
    /// A program with the chat's key.
    Backend,
    /// Anybody: what it may do is decided by the body.
    Open,
}

use Authority::{Backend, Editor, Open, Operator, Visitor};

const ROUTES: [(&str, &str, Authority); 20] = [
    ("post", "/widget/{widget_token}/identify", Open),
    ("get", "/widget/{widget_token}/conversations", Visitor),
    ("get", "/widget/{widget_token}/conversations/{id}", Visitor),
    ("get", "/widget/{widget_token}/conversation", Visitor),
    ("post", "/widget/{widget_token}/messages", Visitor),
    ("get", "/widget/{widget_token}/events", Visitor),
    ("post", "/widget/{widget_token}/replies/{reply_id}/retry", Visitor),
    ("post", "/widget/{widget_token}/new_conversation", Visitor),
    ("post", "/widget/{widget_token}/logout", Visitor),
    ("post", "/api/v1/session", Open),
    ("get", "/api/v1/session", Operator),
    ("get", "/api/v1/chats", Operator),
    ("get", "/api/v1/chats/{chat_id}", Operator),
    ("get", "/api/v1/chats/{chat_id}/identification", Operator),
    ("post", "/api/v1/chats/{chat_id}/identification", Editor),
    ("delete", "/api/v1/chats/{chat_id}/identification", Editor),
    ("get", "/api/v1/chats/{chat_id}/conversations", Operator),
    ("get", "/api/v1/chats/{chat_id}/conversations/{id}", Operator),
    ("get", "/api/integrations/backend_api/v1/chats", Backend),
    ("get", "/api/integrations/backend_api/v1/chats/{chat_id}/conversations", Backend),
];
const MORE_ROUTES: [(&str, &str, Authority); 8] = [
    ("get", "/healthz", Open),
    ("get", "/readyz", Open),
    ("get", "/metrics", Open),
    ("get", "/api/openapi.json", Open),
    ("get", "/widget/zipchat.js", Open),
    ("get", "/widget/v/{version}/zipchat.js", Open),
    ("get", "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}", Backend),
    ("delete", "/api/v1/session", Operator),
];

/// How one calls.
struct Caller<'s> {
    server: &'s TestServer,
    widget_token: String,
    chat_id: String,
    conversation: String,
}

impl Caller<'_> {
    async fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> StatusCode {
        let path = path
            .replace("{widget_token}", &self.widget_token)
            .replace("{chat_id}", &self.chat_id)
            .replace("{reply_id}", "msg_01jz3v5k8m2q4r6t7w9x0y1z2a")
            .replace("{id}", &self.conversation);
        let method: Method = method.to_uppercase().parse().unwrap();
        let body = json!({ "client_id": "again", "text": "Hello", "bits": 2048 }).to_string();
        let mut call = self.server.client.request(method, format!("{}{path}", self.server.url));
        call = call.header("content-type", "application/json").body(body);
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        call.send().await.unwrap().status()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_authority() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let visitor = chat.visitor();
    let sent = visitor.send("1", "Hello").await;
    let foreign = server.plain_chat("others", Platform::Custom).await;
    let owner = server.operator("default", "owner@shop.example", "owner").await;
    let member = server.operator("default", "member@shop.example", "member").await;
    let outsider = server.operator("others", "owner@others.example", "owner").await;
    let api_key = server::app::create_api_key::create_api_key(
        &server.commands,
        &chat.chat.id,
        Integration::Backend,
    );
    let api_key = format!("Bearer {}", api_key.await.unwrap().reveal());
    let others = server::app::create_api_key::create_api_key(
        &server.commands,
        &foreign.chat.id,
        Integration::Backend,
    );
    let others = format!("Bearer {}", others.await.unwrap().reveal());
    let caller = Caller {
        server: &server,
        widget_token: chat.chat.widget_token.to_string(),
        chat_id: chat.chat.id.to_string(),
        conversation: sent["conversation_id"].as_str().unwrap().to_owned(),
    };
    let unauthorized = StatusCode::UNAUTHORIZED;
    for (method, path, authority) in ROUTES.into_iter().chain(MORE_ROUTES) {
        let status = async |headers: &[(&str, &str)]| caller.status(method, path, headers).await;
        let route = format!("{method} {path}");
        let in_chat = path.contains("{chat_id}");
        match authority {
            Open => {}
            Visitor => {
                assert_eq!(status(&[]).await, unauthorized, "{route}");
                assert_eq!(
                    status(&[("authorization", "Bearer short")]).await,
                    unauthorized,
                    "{route}"
                );
                if path.contains("/{id}") || path.contains("{reply_id}") {
                    let stranger = format!("Bearer {}", chat.visitor().token);
                    assert_eq!(
                        status(&[("authorization", &stranger)]).await,
                        StatusCode::NOT_FOUND,
                        "{route}"
                    );
                }
            }
            Operator | Editor => {
                assert_eq!(status(&[]).await, unauthorized, "{route}");
                assert_eq!(
                    status(&[("cookie", "zipchat_session=wrong")]).await,
                    unauthorized,
                    "{route}"
                );
                assert_eq!(status(&[("authorization", &api_key)]).await, unauthorized, "{route}");
                if in_chat {
                    assert_eq!(
                        status(&[("cookie", &outsider)]).await,
                        StatusCode::NOT_FOUND,
                        "{route}"
                    );
                }
                if authority == Editor {
                    assert_eq!(
                        status(&[("cookie", &member)]).await,
                        StatusCode::FORBIDDEN,
                        "{route}"
                    );
                }
                let right = status(&[("cookie", &owner)]).await;
                assert!(right.is_success(), "{route}: {right}");
            }
            Backend => {
                assert_eq!(status(&[]).await, unauthorized, "{route}");
                assert_eq!(
                    status(&[("authorization", "Bearer zc-wrong")]).await,
                    unauthorized,
                    "{route}"
                );
                assert_eq!(status(&[("cookie", &owner)]).await, unauthorized, "{route}");
                if in_chat {
                    assert_eq!(
                        status(&[("authorization", &others)]).await,
                        StatusCode::NOT_FOUND,
                        "{route}"
                    );
                }
                let right = status(&[("authorization", &api_key)]).await;
                assert!(right.is_success(), "{route}: {right}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_in_the_table() {
    let server = TestServer::start().await;
    let openapi: Value =
        server.get("/api/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert(format!("{method} {path}"));
        }
    }
    let table: BTreeSet<String> = ROUTES
        .into_iter()
        .chain(MORE_ROUTES)
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(described, table);
}
