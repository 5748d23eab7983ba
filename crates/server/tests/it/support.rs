//! A service of one's own for each test, and what a merchant and a browser do with it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use clap::Parser;
use domain::chat::{Chat, Platform};
use domain::identity::key::{KeySize, SigningKeyPair};
use domain::time::Timestamp;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use server::Service;
use server::app::App;
use server::app::add_chat::{NewChat, add_chat};
use server::app::add_operator::{NewOperator, add_operator};
use server::app::change_settings::{Change, change_settings};
use server::app::passwords::Password;
use server::app::secret_key::SecretKey;
use server::clock::Clock;
use server::config::Config;
use store::{Migration, Store};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The password of every operator in these tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A key pair that belongs to no chat.
pub(crate) static STRANGERS_KEY: LazyLock<SigningKeyPair> =
    LazyLock::new(|| SigningKeyPair::generate(KeySize::default()).unwrap());

/// A running service, on a port and a database of its own.
pub(crate) struct TestServer {
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    /// The commands' way in: another handle to the same database, as a command at the terminal has.
    pub(crate) commands: Arc<App>,
    shutdown: CancellationToken,
    folder: Arc<TempDir>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// A service with these flags of `serve` beside the usual ones.
    pub(crate) async fn start_with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/test.db", folder.path().display());
        Self::start_on(&url, flags, folder).await
    }

    /// A service on a new database of the `PostgreSQL` that `TEST_POSTGRES_URL` names; in CI there must be one.
    pub(crate) async fn start_on_postgres() -> Option<Self> {
        Self::start_on_postgres_with(&[]).await
    }

    /// The same with these flags of `serve` beside the usual ones.
    pub(crate) async fn start_on_postgres_with(more: &[&str]) -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "TEST_POSTGRES_URL must be set in CI: use `cargo xtask test`"
            );
            return None;
        };
        let url = Store::create_database(&server).await.unwrap();
        Some(Self::start_at(&url, more).await)
    }

    /// A service on the `PostgreSQL` database at `url`.
    pub(crate) async fn start_at(url: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("secret.key");
        SecretKey::load_or_make(&key).unwrap();
        let always = ["--secret-key-file", key.to_str().unwrap()];
        let flags: Vec<&str> = always.iter().chain(more).copied().collect();
        Self::start_on(url, &flags, folder).await
    }

    /// A service on this database, which goes with `folder`.
    pub(crate) async fn start_on(url: &str, flags: &[&str], folder: TempDir) -> Self {
        let always = ["zipchat", "--database-url", url];
        let mut config = Flags::parse_from(always.iter().chain(flags)).config;
        config.reader = env!("CARGO_BIN_EXE_zipchat").into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, shutdown) = (Clock::default(), CancellationToken::new());
        let service = Service {
            config: config.clone(),
            migration: Migration::Apply,
            clock: clock.clone(),
            listener,
            shutdown: shutdown.clone(),
        };
        tokio::spawn(async move { server::run(service).await.unwrap() });
        let url = format!("http://{address}");
        Self::reached(url, config, clock, (shutdown, folder)).await
    }

    /// A service that runs at `url`, in a process of its own, with these flags of `serve` about its database. Its time cannot be moved.
    pub(crate) async fn around(url: &str, flags: &[&str]) -> Self {
        let config = Flags::parse_from(["zipchat"].iter().chain(flags)).config;
        let own = (CancellationToken::new(), tempfile::tempdir().unwrap());
        Self::reached(url.to_owned(), config, Clock::default(), own).await
    }

    /// What tests work with, once the service is ready.
    async fn reached(
        url: String,
        config: Config,
        clock: Clock,
        (shutdown, folder): (CancellationToken, TempDir),
    ) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        let is_ready = async || {
            let response = client.get(format!("{url}/readyz")).send().await;
            response.is_ok_and(|response| response.status() == StatusCode::OK)
        };
        let begun = tokio::time::Instant::now();
        while !is_ready().await {
            assert!(begun.elapsed() < Duration::from_mins(1), "the service is ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let store =
            Store::open(config.database.database_url.reveal(), Migration::Check).await.unwrap();
        let secret_key = SecretKey::load(&config.database.key_file().unwrap()).unwrap();
        let commands = App::new(store, config, secret_key, clock.clone());
        Self { url, client, clock, commands, shutdown, folder: Arc::new(folder) }
    }

    /// A chat on which identification is active.
    pub(crate) async fn chat(&self) -> TestChat<'_> {
        let chat = self.plain_chat("default", Platform::Custom).await;
        chat.activate().await
    }

    /// A chat as it was just made.
    pub(crate) async fn plain_chat(&self, account: &str, platform: Platform) -> TestChat<'_> {
        let new = NewChat {
            account: account.parse().unwrap(),
            name: "Tea shop".parse().unwrap(),
            platform,
        };
        let chat = add_chat(&self.commands, new).await.unwrap();
        TestChat { server: self, chat, key: None }
    }

    /// An operator who is signed in: the cookie.
    pub(crate) async fn operator(&self, account: &str, email: &str, role: &str) -> String {
        let new = NewOperator {
            account: account.parse().unwrap(),
            email: email.parse().unwrap(),
            name: None,
            role: role.parse().unwrap(),
            password: Password::parse(PASSWORD).unwrap(),
        };
        add_operator(&self.commands, new).await.unwrap();
        let body = json!({ "email": email, "password": PASSWORD });
        let response = self.post("/api/v1/session").json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// The folder of its database, which is removed when nobody holds it any more.
    pub(crate) fn folder(&self) -> Arc<TempDir> {
        self.folder.clone()
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now, in whole seconds, as tokens have it.
    pub(crate) fn seconds(&self) -> i64 {
        self.now().as_millis() / 1000
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A chat, with the merchant's half of its key.
pub(crate) struct TestChat<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) chat: Chat,
    pub(crate) key: Option<SigningKeyPair>,
}

impl TestChat<'_> {
    pub(crate) async fn activate(mut self) -> Self {
        let activated = server::app::activate_identification::activate(
            &self.server.commands,
            &self.chat.id,
            KeySize::default(),
            None,
        );
        let pem = activated.await.unwrap().private_key;
        self.key = Some(SigningKeyPair::from_pem(pem.reveal()).unwrap());
        self.settled().await;
        self
    }

    /// Waits until the service follows what a command changed: it does so within a second.
    pub(crate) async fn settled(&self) {
        tokio::time::sleep(Duration::from_millis(700)).await;
    }

    pub(crate) async fn set(&self, name: &str, value: Value) {
        let change = Change { name: name.to_owned(), value, or_else: None };
        change_settings(&self.server.commands, &self.chat.id, vec![change], None).await.unwrap();
        self.settled().await;
    }

    pub(crate) fn path(&self, call: &str) -> String {
        format!("/widget/{}/{call}", self.chat.widget_token)
    }

    /// Claims as a shop signs them.
    pub(crate) fn claims(&self, email: &str) -> Value {
        let now = self.server.seconds();
        json!({ "email": email, "first_name": "Ada", "last_name": "Lovelace", "iat": now, "exp": now + 3600 })
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.key.as_ref().unwrap().sign(None, &claims.to_string()).unwrap()
    }

    pub(crate) fn token_for(&self, email: &str) -> String {
        self.sign(&self.claims(email))
    }

    pub(crate) fn visitor(&self) -> Browser<'_> {
        let token = domain::visitor::VisitorToken::generate(self.server.now());
        Browser { chat: self, token: token.reveal().to_owned() }
    }
}

/// A browser with a visitor token, as the widget keeps it.
#[derive(Clone)]
pub(crate) struct Browser<'c> {
    pub(crate) chat: &'c TestChat<'c>,
    pub(crate) token: String,
}

impl Browser<'_> {
    /// Calls identify, and leaves the token as it is.
    pub(crate) async fn try_identify(&self, jwt: &str) -> Response {
        let body = json!({ "visitor_token": self.token, "jwt": jwt });
        let call =
            self.chat.server.post(&self.chat.path("identify")).header("content-type", "text/plain");
        call.body(body.to_string()).send().await.unwrap()
    }

    /// Calls identify as the widget does: the new token, if there is one, takes the place of the old. Answers whether there was.
    pub(crate) async fn identify(&mut self, jwt: &str) -> bool {
        let response = self.try_identify(jwt).await;
        assert_eq!(response.status(), StatusCode::OK);
        let new = response
            .headers()
            .get("zipchat-visitor-token")
            .map(|token| token.to_str().unwrap().to_owned());
        assert_eq!(response.text().await.unwrap(), r#"{"success":true}"#);
        if let Some(new) = &new {
            assert_ne!(*new, self.token);
            self.token.clone_from(new);
        }
        new.is_some()
    }

    pub(crate) async fn get(&self, call: &str) -> Response {
        self.chat.server.get(&self.chat.path(call)).bearer_auth(&self.token).send().await.unwrap()
    }

    pub(crate) async fn post(&self, call: &str, body: Value) -> Response {
        let call = self.chat.server.post(&self.chat.path(call)).bearer_auth(&self.token);
        call.body(body.to_string()).send().await.unwrap()
    }

    pub(crate) async fn conversation(&self) -> Value {
        let response = self.get("conversation").await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub(crate) async fn send(&self, client_id: &str, text: &str) -> Value {
        let response = self.post("messages", json!({ "client_id": client_id, "text": text })).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    /// The conversation once it has `count` messages.
    pub(crate) async fn conversation_of(&self, count: usize) -> Value {
        for _ in 0..400 {
            let conversation = self.conversation().await;
            if conversation["messages"].as_array().unwrap().len() >= count {
                return conversation;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no {count} messages came");
    }

    /// The code with which a read is refused.
    pub(crate) async fn refusal(&self) -> (StatusCode, String) {
        error_of(self.get("conversation").await).await
    }
}

/// The status and the code of an error.
pub(crate) async fn error_of(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    (
        status,
        body["error"]["code"].as_str().unwrap_or_else(|| panic!("no code in {body}")).to_owned(),
    )
}

/// The events of a visitor's stream.
pub(crate) struct Events(WireEvents);

/// The events of any stream.
pub(crate) struct WireEvents {
    response: Response,
    text: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentEvent {
    pub(crate) kind: String,
    pub(crate) id: Option<String>,
    pub(crate) data: Value,
}

impl Events {
    pub(crate) async fn of(browser: &Browser<'_>, last: Option<&str>) -> Self {
        let mut call =
            browser.chat.server.get(&browser.chat.path("events")).bearer_auth(&browser.token);
        if let Some(last) = last {
            call = call.header("last-event-id", last);
        }
        Self(WireEvents::new(call.send().await.unwrap()))
    }

    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<SentEvent> {
        self.0.next().await
    }

    /// The next event of this kind; others in between are dropped.
    pub(crate) async fn next_of(&mut self, kind: &str) -> SentEvent {
        self.0.next_of(kind).await
    }

    /// Waits for the stream's end. All that may come before is the word to look again.
    pub(crate) async fn end(&mut self) {
        while let Some(event) = self.next().await {
            assert_eq!((event.kind.as_str(), event.data), ("visitor", json!({})));
        }
    }
}

impl WireEvents {
    pub(crate) fn new(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self { response, text: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<SentEvent> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let mut lines = event.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim_start().to_owned())
                };
                let Some(kind) = field("event:") else { continue };
                let data = serde_json::from_str(&field("data:").unwrap()).unwrap();
                return Some(SentEvent { kind, id: field("id:"), data });
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await;
            let chunk = chunk.expect("an event within 20 s").ok()??;
            self.text.push_str(str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event of this kind; others in between are dropped.
    pub(crate) async fn next_of(&mut self, kind: &str) -> SentEvent {
        let found = async {
            loop {
                let event = self.next().await;
                let event = event.unwrap_or_else(|| panic!("the stream ended before {kind}"));
                if event.kind == kind {
                    return event;
                }
            }
        };
        // A stream says that it lives for as long as it does: what never comes must not be waited for without end.
        let found = tokio::time::timeout(Duration::from_mins(2), found).await;
        found.unwrap_or_else(|_| panic!("no {kind} came within two minutes"))
    }
}
