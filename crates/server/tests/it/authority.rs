//! Every route with nobody's, a wrong, another's and the right authority: one table. A route that is missing here fails.

use std::collections::BTreeSet;

use domain::chat::Platform;
use domain::id::{ChatId, DeliveryId};
use domain::identity::key::Kid;
use domain::knowledge::SourceKind;
use domain::settings::SealedSecret;
use domain::totp::TotpSecret;
use domain::webhook::{WebhookEvent, WebhookEvents};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::app::create_api_key::create_api_key;
use server::app::knowledge::add_address;
use server::app::webhooks;
use store::{Delivery, Integration, Scope};

use crate::jwks::Host;
use crate::keys::pair;
use crate::passkeys::{Device, NAMED};
use crate::support::{PASSWORD, STRANGERS_KEY, TestServer};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authority {
    /// A visitor, by its token.
    Visitor,
    /// An operator of the chat's account.
    Operator,
    /// One whose role may change chats.
    Editor,
    /// One whose role may let people in.
    Owner,
    /// A program with the chat's key.
    Backend,
    /// An automation with the chat's key, in the query.
    Zapier,
    /// Anybody: what it may do is decided by the body.
    Open,
}

use Authority::{Backend, Editor, Open, Operator, Owner, Visitor, Zapier};

/// All routes. The session ends with the last.
const ROUTES: &[(&str, &str, Authority)] = &[
    ("post", "/widget/{widget_token}/identify", Open),
    ("get", "/widget/{widget_token}/conversations", Visitor),
    ("get", "/widget/{widget_token}/conversations/{id}", Visitor),
    ("get", "/widget/{widget_token}/conversation", Visitor),
    ("post", "/widget/{widget_token}/messages", Visitor),
    ("post", "/widget/{widget_token}/lead", Visitor),
    ("post", "/widget/{widget_token}/read", Visitor),
    ("post", "/widget/{widget_token}/typing", Visitor),
    ("get", "/widget/{widget_token}/events", Visitor),
    ("post", "/widget/{widget_token}/replies/{reply_id}/retry", Visitor),
    ("post", "/widget/{widget_token}/new_conversation", Visitor),
    ("post", "/widget/{widget_token}/logout", Visitor),
    ("post", "/widget/{widget_token}/reports", Open),
    ("post", "/widget/{widget_token}/purchases", Visitor),
    ("get", "/widget/{widget_token}/words", Open),
    ("post", "/api/v1/session", Open),
    ("get", "/api/v1/session", Operator),
    ("patch", "/api/v1/session", Operator),
    ("get", "/api/v1/chats", Operator),
    ("get", "/api/v1/chats/{chat_id}", Operator),
    ("get", "/api/v1/chats/{chat_id}/identification", Operator),
    ("post", "/api/v1/chats/{chat_id}/identification", Editor),
    ("post", "/api/v1/chats/{chat_id}/identification/keys/{kid}/retire", Editor),
    ("post", "/api/v1/chats/{chat_id}/identification/keys/{kid}/keep", Editor),
    ("delete", "/api/v1/chats/{chat_id}/identification", Editor),
    ("get", "/api/v1/chats/{chat_id}/identifications", Operator),
    ("get", "/api/v1/chats/{chat_id}/identifications/events", Operator),
    ("get", "/api/v1/chats/{chat_id}/identifications/hours", Operator),
    ("post", "/api/v1/chats/{chat_id}/alerts/dismissals", Editor),
    ("post", "/api/v1/chats/{chat_id}/identification/inspections", Operator),
    ("get", "/api/v1/chats/{chat_id}/identification/forecast", Operator),
    ("put", "/api/v1/chats/{chat_id}/identification/mode", Editor),
    ("get", "/api/v1/chats/{chat_id}/record/verification", Operator),
    ("get", "/api/v1/chats/{chat_id}/settings", Operator),
    ("patch", "/api/v1/chats/{chat_id}/settings", Editor),
    ("get", "/api/v1/chats/{chat_id}/retention", Operator),
    ("get", "/api/v1/chats/{chat_id}/origins", Operator),
    ("get", "/api/v1/chats/{chat_id}/analytics", Operator),
    ("get", "/api/v1/chats/{chat_id}/analytics.csv", Operator),
    ("post", "/api/v1/chats/{chat_id}/appearance/preview", Operator),
    ("get", "/api/v1/chats/{chat_id}/assistant", Operator),
    ("post", "/api/v1/chats/{chat_id}/assistant/test", Editor),
    ("post", "/api/v1/chats/{chat_id}/orders/test", Editor),
    ("get", "/api/v1/chats/{chat_id}/knowledge", Operator),
    ("post", "/api/v1/chats/{chat_id}/knowledge/texts", Editor),
    ("post", "/api/v1/chats/{chat_id}/knowledge/files", Editor),
    ("post", "/api/v1/chats/{chat_id}/knowledge/addresses", Editor),
    ("post", "/api/v1/chats/{chat_id}/knowledge/recrawl", Editor),
    ("post", "/api/v1/chats/{chat_id}/knowledge/search", Operator),
    ("get", "/api/v1/chats/{chat_id}/knowledge/sources/{id}", Operator),
    ("post", "/api/v1/chats/{chat_id}/knowledge/sources/{id}/recrawl", Editor),
    ("post", "/api/v1/chats/{chat_id}/knowledge/sources/{id}/stop", Editor),
    ("delete", "/api/v1/chats/{chat_id}/knowledge/sources/{id}", Editor),
    ("post", "/api/v1/chats/{chat_id}/identification/keys", Editor),
    ("get", "/api/v1/chats/{chat_id}/identification/keys/{kid}/reach", Editor),
    ("post", "/api/v1/chats/{chat_id}/identification/keys/{kid}/revoke", Editor),
    ("put", "/api/v1/chats/{chat_id}/identification/jwks", Editor),
    ("delete", "/api/v1/chats/{chat_id}/identification/jwks", Editor),
    ("get", "/api/v1/chats/{chat_id}/jwks.json", Open),
    ("get", "/api/v1/chats/{chat_id}/conversations", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/search", Operator),
    ("get", "/api/v1/chats/{chat_id}/conversations/events", Operator),
    ("put", "/api/v1/chats/{chat_id}/conversations/{id}/seen", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/{id}/orders", Operator),
    ("get", "/api/v1/chats/{chat_id}/conversations/{id}", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/{id}/part", Editor),
    ("put", "/api/v1/chats/{chat_id}/conversations/{id}/assignment", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/{id}/messages", Operator),
    ("get", "/api/v1/chats/{chat_id}/conversations/{id}/events", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/{id}/typing", Operator),
    ("put", "/api/v1/chats/{chat_id}/conversations/{id}/escalation", Operator),
    ("post", "/api/v1/chats/{chat_id}/conversations/{id}/notes", Operator),
    ("get", "/api/v1/chats/{chat_id}/colleagues", Operator),
    ("get", "/api/v1/chats/{chat_id}/hooks", Editor),
    ("delete", "/api/v1/chats/{chat_id}/hooks/{hook_id}", Editor),
    ("get", "/api/v1/chats/{chat_id}/api_keys", Editor),
    ("post", "/api/v1/chats/{chat_id}/api_keys", Editor),
    ("delete", "/api/v1/chats/{chat_id}/api_keys/{key_id}", Editor),
    ("get", "/api/v1/chats/{chat_id}/integrations", Editor),
    ("post", "/api/v1/chats/{chat_id}/site_checks", Editor),
    ("post", "/api/v1/chats/{chat_id}/purchase_tests", Editor),
    ("get", "/api/v1/chats/{chat_id}/webhooks", Editor),
    ("post", "/api/v1/chats/{chat_id}/webhooks", Editor),
    ("patch", "/api/v1/chats/{chat_id}/webhooks/{webhook_id}", Editor),
    ("post", "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/secret", Editor),
    ("post", "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/test", Editor),
    ("get", "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/deliveries", Editor),
    (
        "post",
        "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliveries",
        Editor,
    ),
    ("delete", "/api/v1/chats/{chat_id}/webhooks/{webhook_id}", Editor),
    ("get", "/api/v1/chats/{chat_id}/customers", Operator),
    ("post", "/api/v1/chats/{chat_id}/customers/search", Operator),
    ("post", "/api/v1/chats/{chat_id}/customers/file", Editor),
    ("get", "/api/v1/chats/{chat_id}/shared_emails", Operator),
    ("put", "/api/v1/chats/{chat_id}/customers/{id}/shared_email", Editor),
    ("get", "/api/v1/chats/{chat_id}/customers/{id}", Operator),
    ("patch", "/api/v1/chats/{chat_id}/customers/{id}", Editor),
    ("post", "/api/v1/chats/{chat_id}/customers/{id}/revoke", Editor),
    ("get", "/api/v1/chats/{chat_id}/customers/{id}/export", Editor),
    ("get", "/api/integrations/backend_api/v1/chats", Backend),
    ("get", "/api/integrations/backend_api/v1/users", Backend),
    ("get", "/api/integrations/backend_api/v1/users/{id}", Backend),
    (
        "patch",
        "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/assignment",
        Backend,
    ),
    (
        "post",
        "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/messages",
        Backend,
    ),
    (
        "patch",
        "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/escalation",
        Backend,
    ),
    ("get", "/api/integrations/zapier/test_connection", Zapier),
    ("post", "/api/integrations/zapier/create_endpoint", Zapier),
    ("delete", "/api/integrations/zapier/destroy_endpoint", Zapier),
    ("post", "/api/integrations/zapier/destroy_endpoint", Zapier),
    ("get", "/api/integrations/backend_api/v1/chats/{chat_id}/conversations", Backend),
    ("post", "/api/integrations/backend_api/v1/chats/{chat_id}/customers/revocations", Backend),
    ("post", "/api/integrations/backend_api/v1/chats/{chat_id}/customers/exports", Backend),
    ("post", "/api/integrations/backend_api/v1/chats/{chat_id}/customers/erasures", Backend),
    ("delete", "/api/v1/chats/{chat_id}/customers/{id}", Editor),
    ("get", "/healthz", Open),
    ("get", "/readyz", Open),
    ("get", "/metrics", Open),
    ("get", "/api/openapi.json", Open),
    ("get", "/widget/zipchat.js", Open),
    ("get", "/widget/v/{version}/zipchat.js", Open),
    ("get", "/widget/track_zipchat_purchase.js", Open),
    ("get", "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}", Backend),
    ("post", "/api/v1/session/confirmation", Operator),
    ("get", "/api/v1/members", Operator),
    ("patch", "/api/v1/members/{id}", Owner),
    ("delete", "/api/v1/members/{id}", Owner),
    ("put", "/api/v1/members/second_factor", Owner),
    ("get", "/api/v1/invitations", Owner),
    ("post", "/api/v1/invitations", Owner),
    ("post", "/api/v1/invitations/{id}/renewals", Owner),
    ("delete", "/api/v1/invitations/{id}", Owner),
    ("post", "/api/v1/invitations/lookup", Open),
    ("post", "/api/v1/invitations/acceptances", Open),
    ("get", "/api/v1/security", Operator),
    ("delete", "/api/v1/sessions", Operator),
    ("delete", "/api/v1/sessions/{id}", Operator),
    ("post", "/api/v1/security/passkeys/options", Operator),
    ("post", "/api/v1/security/passkeys", Operator),
    ("delete", "/api/v1/security/passkeys/{id}", Operator),
    ("post", "/api/v1/session/passkey/options", Open),
    ("post", "/api/v1/session/passkey", Open),
    ("post", "/api/v1/security/totp", Operator),
    ("post", "/api/v1/security/totp/confirmation", Operator),
    ("delete", "/api/v1/security/totp", Operator),
    ("post", "/api/v1/security/recovery_codes", Operator),
    ("post", "/api/v1/password", Operator),
    ("put", "/api/v1/password", Open),
    ("post", "/api/v1/password/resets", Open),
    ("get", "/api/v1/audit", Editor),
    ("get", "/api/v1/audit.csv", Editor),
    ("post", "/api/v1/chats", Editor),
    ("patch", "/api/v1/chats/{chat_id}", Editor),
    ("delete", "/api/v1/session", Operator),
];

/// Everybody who might call, and what is called.
struct World<'s> {
    server: &'s TestServer,
    widget_token: String,
    chat_id: String,
    conversation: String,
    customer: String,
    source: String,
    kid: String,
    webhook: String,
    delivery: String,
    jwks: Host,
    owner: String,
    member: String,
    editor: String,
    leaver_id: String,
    invitation_id: String,
    outsider: String,
    api_key: String,
    others_api_key: String,
    zapier: String,
    others_zapier: String,
    wrong_zapier: String,
    owner_id: String,
    stranger: String,
}

/// A webhook, and a delivery to it that is over.
async fn webhook(server: &TestServer, chat: &ChatId, url: &str) -> (String, String) {
    let events = WebhookEvents::new([WebhookEvent::LeadCreated]).unwrap();
    let (webhook, _) = webhooks::add(&server.commands, chat, url, events, None).await.unwrap();
    let (id, now) = (DeliveryId::new(server.now()), server.now());
    let delivery = Delivery {
        chat_id: chat.clone(),
        webhook_id: webhook.id.clone(),
        id: id.clone(),
        event: "lead.created".to_owned(),
        subject: "lead_1".to_owned(),
        attempts: 1,
        due_at: None,
        created_at: now,
        last: None,
    };
    let mut tx = server.commands.store.write(Scope::Chat(chat)).await.unwrap();
    tx.add_delivery(&delivery).await.unwrap();
    tx.commit().await.unwrap();
    (webhook.id.to_string(), id.to_string())
}

/// A header, or none.
type Proof<'w> = Option<(&'static str, &'w str)>;

impl<'w> World<'w> {
    async fn new(server: &'w TestServer) -> Self {
        let chat = server.chat().await;
        chat.visitor().identify(&chat.token_for("bob@shop.example")).await;
        let mut browser = chat.visitor();
        let sent = browser.send("1", "Hello").await;
        browser.identify(&chat.token_for("ada@shop.example")).await;
        let mut tx = server.commands.store.read().await.unwrap();
        let mut customers = tx.leads(&chat.chat.id, 2, 0).await.unwrap();
        customers.retain(|customer| customer.email.signed() == "ada@shop.example");
        let customer = customers.remove(0).id.to_string();
        drop(tx);
        let foreign = server.plain_chat("others", Platform::Custom).await;
        let jwks = Host::start().await;
        jwks.publishes(&[&pair()]);
        let key = async |chat: &ChatId| {
            let key = create_api_key(&server.commands, chat, Integration::Backend).await.unwrap();
            format!("Bearer {}", key.reveal())
        };
        let zapier = async |chat: &ChatId, key: &ChatId| {
            let key = create_api_key(&server.commands, key, Integration::Zapier).await.unwrap();
            format!("chat_id={chat}&api_key={}", key.reveal())
        };
        let owner = server.operator("default", "owner@shop.example", "owner").await;
        let account = server.get("/api/v1/session").header("cookie", &owner).send().await.unwrap();
        let account: Value = account.json().await.unwrap();
        let (webhook, delivery) = webhook(server, &chat.chat.id, &jwks.url).await;
        let source = add_address(&server.commands, &chat.chat.id, &jwks.url, SourceKind::Page);
        let editor = server.operator("default", "editor@shop.example", "editor").await;
        let (leaver_id, invitation_id) = people(server, &owner).await;
        World {
            webhook,
            delivery,
            editor,
            leaver_id,
            invitation_id,
            source: source.await.unwrap().id.to_string(),
            zapier: zapier(&chat.chat.id, &chat.chat.id).await,
            others_zapier: zapier(&chat.chat.id, &foreign.chat.id).await,
            wrong_zapier: format!("chat_id={}&api_key=zc-wrong", chat.chat.id),
            owner_id: account["operator"]["id"].as_str().unwrap().to_owned(),
            server,
            widget_token: chat.chat.widget_token.to_string(),
            chat_id: chat.chat.id.to_string(),
            jwks,
            kid: Kid::of(chat.key.as_ref().unwrap().public_key()).to_string(),
            conversation: sent["conversation_id"].as_str().unwrap().to_owned(),
            customer,
            owner,
            member: server.operator("default", "member@shop.example", "member").await,
            outsider: server.operator("others", "owner@others.example", "owner").await,
            api_key: key(&chat.chat.id).await,
            others_api_key: key(&foreign.chat.id).await,
            stranger: format!("Bearer {}", chat.visitor().token),
        }
    }

    /// What each proof gets on a route that asks for `authority`.
    fn expected(&self, path: &str, authority: Authority) -> Vec<(Proof<'_>, StatusCode)> {
        let (unauthorized, unknown) = (StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND);
        let bearer = |token| Some(("authorization", token));
        let cookie = |cookie| Some(("cookie", cookie));
        let mut rows = vec![(None, unauthorized)];
        match authority {
            Open => rows.clear(),
            Zapier => {}
            Visitor => rows.push((bearer("Bearer short"), unauthorized)),
            Operator | Editor | Owner => rows.extend([
                (cookie("zipchat_session=wrong"), unauthorized),
                (bearer(&self.api_key), unauthorized),
            ]),
            Backend => rows.extend([
                (bearer("Bearer zc-wrong"), unauthorized),
                (cookie(&self.owner), unauthorized),
            ]),
        }
        if authority == Zapier {
            rows.extend([
                (Some(("query", self.wrong_zapier.as_str())), unauthorized),
                (Some(("query", self.others_zapier.as_str())), unauthorized),
                (bearer(&self.api_key), unauthorized),
            ]);
        }
        let within = path.contains("{id}") || path.contains("{reply_id}");
        match authority {
            Visitor if within => rows.push((bearer(&self.stranger), unknown)),
            Operator | Editor | Owner if path.contains("{chat_id}") => {
                rows.push((cookie(&self.outsider), unknown));
            }
            Backend if path.contains("{chat_id}") => {
                rows.push((bearer(&self.others_api_key), unknown));
            }
            _ => {}
        }
        if authority == Editor || authority == Owner {
            rows.push((cookie(&self.member), StatusCode::FORBIDDEN));
        }
        if authority == Owner {
            rows.push((cookie(&self.editor), StatusCode::FORBIDDEN));
            if path.contains("{id}") && !path.contains("invitations") {
                rows.push((cookie(&self.outsider), unknown));
            }
        }
        rows
    }

    /// What opens a route that asks for `authority`.
    fn right(&self, authority: Authority) -> Proof<'_> {
        match authority {
            Operator | Editor | Owner => Some(("cookie", &self.owner)),
            Backend => Some(("authorization", &self.api_key)),
            Zapier => Some(("query", &self.zapier)),
            Open | Visitor => None,
        }
    }

    /// A body that `path` takes.
    fn body(&self, path: &str) -> String {
        let body = match path.rsplit('/').next() {
            Some("assignment") => json!({ "assignee_id": null }),
            Some("messages") if path.contains("backend_api") => {
                json!({ "message": "Hi", "sender_id": self.owner_id })
            }
            Some("create_endpoint" | "destroy_endpoint") => {
                json!({ "hookUrl": "https://hooks.example/1" })
            }
            Some("purchases" | "purchase_tests") => {
                json!({ "order_id": "1", "order_total": 1, "currency": "EUR", "line_items": [] })
            }
            Some("session") => json!({ "name": "Grace", "email": "a", "password": "b" }),
            Some("escalation") => json!({ "resolved": true }),
            Some("orders") => json!({ "order_id": "1001" }),
            Some("file") => json!({ "columns": ["email"] }),
            Some("shared_email") => json!({ "decision": null }),
            Some("read" | "seen") => json!({ "seq": 1 }),
            Some("settings") => json!({ "identification.session": 7200 }),
            Some("test") if path.contains("/assistant/") => {
                json!({ "messages": [{ "author": "visitor", "text": "Hello" }] })
            }
            Some("test") => json!({ "order_id": "1001", "email": "ada@shop.example" }),
            Some("texts") => json!({ "name": "Hours", "text": "We are open from nine to five." }),
            Some("addresses") => json!({ "url": self.jwks.url, "pages": "sitemap" }),
            Some("search") => json!({ "query": "When are you open?" }),
            Some("chats") => json!({ "name": "Tea", "platform": "custom" }),
            Some(id) if id.starts_with("chat_") => json!({ "name": "Tea" }),
            Some(id) if id.starts_with("op_") => json!({ "role": "member" }),
            Some("second_factor") => json!({ "required": false }),
            Some("invitations") => json!({ "email": "one@shop.example", "role": "member" }),
            Some("confirmation") => json!({ "password": PASSWORD }),
            Some("password") => json!({ "current": PASSWORD, "new": "another long password" }),
            Some("mode") => json!({ "mode": "observe" }),
            Some("inspections") => json!({ "token": "x" }),
            Some("dismissals") => json!({ "kind": "private_key_in_page" }),
            Some("exports" | "erasures") => json!({ "email": "bob@shop.example" }),
            Some("revocations") => json!({ "email": "nobody@shop.example" }),
            Some("reports") => json!({ "kind": "x", "page": "https://shop.example/" }),
            Some("jwks" | "site_checks") => json!({ "url": self.jwks.url }),
            Some("api_keys") => json!({ "integration": "zapier", "name": "Automations" }),
            Some("webhooks") => json!({ "url": self.jwks.url, "events": ["lead.created"] }),
            Some("keys") => json!({ "public_key": STRANGERS_KEY.public_key().to_pem() }),
            _ => {
                json!({
                    "client_id": "again", "text": "Hello", "bits": 2048, "email": "a@shop.example",
                    "confirm": "ada@shop.example",
                })
            }
        };
        body.to_string()
    }

    /// What the owner's authenticator app shows, once there is one.
    async fn code(&self) -> String {
        let app = &self.server.commands;
        let email: domain::lead::Email = "owner@shop.example".parse().unwrap();
        let mut tx = app.store.read().await.unwrap();
        let owner = tx.operator_with_email(email.key()).await.unwrap().unwrap().operator;
        let Some(totp) = tx.totp(&owner).await.unwrap() else { return String::new() };
        let place = format!("{}/{}/totp", owner.account_id, owner.id);
        let secret = app.secret_key.open(&place, &SealedSecret(totp.secret)).unwrap();
        TotpSecret::parse(&secret).unwrap().code(self.server.now())
    }

    /// A passkey that is new to the owner.
    async fn passkey(&self) -> Value {
        let options = self.server.post("/api/v1/security/passkeys/options");
        let options = options.header("cookie", &self.owner).json(&json!({})).send().await.unwrap();
        let credential = Device::new(1).create(&options.json().await.unwrap());
        json!({ "name": "Laptop", "credential": credential })
    }

    async fn status(&self, method: &str, path: &str, proof: Proof<'_>) -> StatusCode {
        let id = match path {
            _ if path.contains("/members/") => &self.leaver_id,
            _ if path.contains("/invitations/") => &self.invitation_id,
            _ if path.contains("/sources/") => &self.source,
            _ if path.contains("/customers/") => &self.customer,
            _ if path.contains("/users/") => &self.owner_id,
            _ => &self.conversation,
        };
        let path = path
            .replace("{widget_token}", &self.widget_token)
            .replace("{chat_id}", &self.chat_id)
            .replace("{reply_id}", "msg_01jz3v5k8m2q4r6t7w9x0y1z2a")
            .replace("{kid}", &self.kid)
            .replace("{webhook_id}", &self.webhook)
            .replace("{delivery_id}", &self.delivery)
            .replace("{key_id}", "key_01jz3v5k8m2q4r6t7w9x0y1z2a")
            .replace("{hook_id}", "hook_01jz3v5k8m2q4r6t7w9x0y1z2a")
            .replace("{id}", id);
        let method: Method = method.to_uppercase().parse().unwrap();
        let body = if path.ends_with("/totp/confirmation") {
            json!({ "code": self.code().await }).to_string()
        } else if path.ends_with("/security/passkeys") {
            self.passkey().await.to_string()
        } else {
            self.body(&path)
        };
        let query = match proof {
            Some(("query", query)) => format!("?{query}"),
            _ if path.ends_with("/files") => "?name=hours.txt".to_owned(),
            _ => String::new(),
        };
        let url = format!("{}{path}{query}", self.server.url);
        let mut call = self.server.client.request(method, url);
        call = call.header("content-type", "application/json").body(body);
        if let Some((name, value)) = proof.filter(|(name, _)| *name != "query") {
            call = call.header(name, value);
        }
        call.send().await.unwrap().status()
    }
}

/// Somebody who may be removed, and an invitation: their ids.
async fn people(server: &TestServer, owner: &str) -> (String, String) {
    let leaver = server.operator("default", "leaver@shop.example", "editor").await;
    let session = server.get("/api/v1/session").header("cookie", &leaver).send().await.unwrap();
    let session: Value = session.json().await.unwrap();
    let body = json!({ "email": "guest@shop.example", "role": "member" });
    let invited = server.post("/api/v1/invitations").header("cookie", owner).json(&body);
    let invited: Value = invited.send().await.unwrap().json().await.unwrap();
    let id = |of: &Value| of["id"].as_str().unwrap().to_owned();
    (id(&session["operator"]), id(&invited["invitation"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_authority() {
    let [flag, url] = NAMED;
    let server = ["--allowed-private-targets", "127.0.0.1", flag, url];
    let server = TestServer::start_with(&server).await;
    let world = World::new(&server).await;
    for &(method, path, authority) in ROUTES {
        for (proof, expected) in world.expected(path, authority) {
            let status = world.status(method, path, proof).await;
            assert_eq!(status, expected, "{method} {path} with {proof:?}");
        }
        if let Some(proof) = world.right(authority) {
            let status = world.status(method, path, Some(proof)).await;
            assert!(status.is_success(), "{method} {path} with the right proof: {status}");
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
    let table: BTreeSet<String> =
        ROUTES.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(described, table);
}
