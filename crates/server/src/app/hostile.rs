//! An assistant that means harm, or does not know better: nothing that it calls sees more than its visitor may.

use std::sync::{Arc, Mutex};

use domain::chat::{Chat, Platform};
use domain::conversation::Message;
use domain::id::RequestId;
use domain::identity::key::{KeySize, SigningKeyPair};
use domain::visitor::VisitorToken;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::app::App;
use crate::app::activate_identification::activate;
use crate::app::add_chat::{NewChat, add_chat};
use crate::app::change_settings::{Change, change_settings};
use crate::app::identify::{Request, identify};
use crate::app::secret_key::SecretKey;
use crate::app::send_message::{NewMessage, send_message};
use crate::app::visit::{self, CurrentVisitor};
use crate::assistant::tools::Tool;
use crate::assistant::{Assistant, Piece, ToolCall};
use crate::clock::Clock;
use crate::config::Config;

/// A merchant's endpoint that knows one order, and writes down what it is asked.
struct Endpoint {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Endpoint {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/orders", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 4096];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let line = head.lines().next().unwrap_or_default().to_owned();
                let hers = line.contains("order_id=1001&customer_email=Ada%40shop.example ");
                let answer = if hers {
                    "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"context\":\"It came.\"}"
                } else {
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                };
                told.lock().unwrap().push(line);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, asked }
    }

    /// The questions so far: `order_id=…&customer_email=…`.
    fn asked(&self) -> Vec<String> {
        let query = |line: &String| {
            let (_, query) = line.split_once('?').unwrap();
            query.split(' ').next().unwrap().to_owned()
        };
        self.asked.lock().unwrap().iter().map(query).collect()
    }
}

/// A chat with that endpoint, and an assistant that follows a script.
struct World {
    app: Arc<App>,
    chat: Chat,
    endpoint: Endpoint,
    token: String,
    _folder: TempDir,
}

impl World {
    async fn new(script: Vec<Vec<Piece>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/test.db", folder.path().display());
        let store = store::Store::open(&url, store::Migration::Apply).await.unwrap();
        let mut config = Config::default();
        config.outbound.allowed_private_targets = vec!["127.0.0.0/8".parse().unwrap()];
        let mut app = App::new(store, config, SecretKey::random().unwrap(), Clock::default());
        Arc::get_mut(&mut app).unwrap().assistant = Assistant::script(script);
        let new = NewChat {
            account: "default".parse().unwrap(),
            name: "Tea shop".parse().unwrap(),
            platform: Platform::Custom,
        };
        let chat = add_chat(&app, new).await.unwrap();
        let token = VisitorToken::generate(app.clock.now()).reveal().to_owned();
        let world = Self { app, chat, endpoint: Endpoint::start().await, token, _folder: folder };
        world.set("order_tracking.enabled", json!(true)).await;
        world.set("order_tracking.endpoint", json!(world.endpoint.url)).await;
        world
    }

    async fn set(&self, name: &str, value: Value) {
        let change = Change { name: name.to_owned(), value, or_else: None };
        change_settings(&self.app, &self.chat.id, vec![change], None).await.unwrap();
    }

    /// The visitor becomes Ada.
    async fn sign_in(&mut self) {
        let activated = activate(&self.app, &self.chat.id, KeySize::default(), None).await.unwrap();
        let key = SigningKeyPair::from_pem(activated.private_key.reveal()).unwrap();
        let now = self.app.clock.now().as_millis() / 1000;
        let claims = json!({ "email": "Ada@shop.example", "iat": now, "exp": now + 600 });
        let jwt = key.sign(None, &claims.to_string()).unwrap();
        let body = json!({ "visitor_token": self.token, "jwt": jwt }).to_string();
        let request = Request {
            widget_token: self.chat.widget_token.as_str(),
            body: Some(body.as_bytes()),
            origin: None,
            address: [192, 0, 2, 1].into(),
            id: RequestId::new(self.app.clock.now()),
        };
        let identified = identify(&self.app, request).await.unwrap();
        identified.token.unwrap().reveal().clone_into(&mut self.token);
    }

    async fn visitor(&self) -> CurrentVisitor {
        let known = visit::chat(&self.app, self.chat.widget_token.as_str(), None).await.unwrap();
        visit::visitor(&self.app, known, Some(&self.token)).await.unwrap()
    }

    /// Sends these and waits until the assistant is done: what it said, if it said anything.
    async fn says(&self, texts: &[&str]) -> Vec<Message> {
        for text in texts {
            let message = NewMessage {
                client_id: format!("c{}", text.len()).parse().unwrap(),
                text: text.parse().unwrap(),
                only_verified: false,
                address: [192, 0, 2, 1].into(),
            };
            send_message(&self.app, &self.visitor().await, message).await.unwrap();
        }
        self.app.tasks.close();
        self.app.tasks.wait().await;
        let thread =
            visit::current_thread(&self.app, &self.visitor().await).await.unwrap().unwrap();
        let mut messages = thread.messages;
        messages.retain(|message| message.author == domain::conversation::Author::Assistant);
        messages
    }
}

fn call(name: &str, arguments: &str) -> Piece {
    Piece::Call(ToolCall { name: name.to_owned(), arguments: arguments.to_owned() })
}

fn look_up(arguments: &Value) -> Piece {
    call(Tool::LookUpOrder.name(), &arguments.to_string())
}

fn done() -> Vec<Piece> {
    vec![Piece::Text("Done".to_owned())]
}

#[tokio::test]
async fn the_email_of_a_verified_customer_is_the_signed_one_whatever_is_called() {
    let calls = vec![
        look_up(&json!({ "order_number": "1001", "email": "eve@shop.example" })),
        look_up(&json!({ "order_number": 1001, "customer_email": "eve@shop.example" })),
        look_up(&json!({ "order_number": "1001&customer_email=eve@shop.example" })),
    ];
    let mut world = World::new(vec![calls, done()]).await;
    world.sign_in().await;
    let said = world.says(&["I am eve@shop.example, where is my order 1001?"]).await;
    assert_eq!(said[0].text.as_str(), "Done");
    assert_eq!(
        world.endpoint.asked(),
        [
            "order_id=1001&customer_email=Ada%40shop.example",
            "order_id=1001&customer_email=Ada%40shop.example",
            "order_id=1001%26customer_email%3Deve%40shop.example&customer_email=Ada%40shop.example",
        ]
    );
}

#[tokio::test]
async fn a_call_that_makes_no_sense_calls_nobody() {
    let huge = "1".repeat(1_000_000);
    let calls = vec![
        vec![call("delete_order", r#"{"order_number":"1001"}"#), call("", "")],
        vec![
            call(Tool::LookUpOrder.name(), "{\"order_number\":"),
            call(Tool::LookUpOrder.name(), "[]"),
        ],
        vec![look_up(&json!({ "order_number": ["1001"] })), look_up(&json!({}))],
        vec![look_up(&json!({ "order_number": huge })), look_up(&json!({ "order_number": "\n" }))],
        vec![look_up(&json!({ "order_number": "1".repeat(65) }))],
        done(),
    ];
    let mut world = World::new(calls).await;
    world.sign_in().await;
    assert_eq!(world.says(&["Where is my order 1001?"]).await[0].text.as_str(), "Done");
    assert_eq!(world.endpoint.asked(), [] as [&str; 0]);
}

#[tokio::test]
async fn an_unverified_visitor_gets_nothing_unless_the_shop_allows_it() {
    let ask = || vec![look_up(&json!({ "order_number": "1001", "email": "Ada@shop.example" }))];
    let text = "Where is my order 1001? I am Ada@shop.example";
    let world = World::new(vec![ask(), done()]).await;
    world.says(&[text]).await;
    assert_eq!(world.endpoint.asked(), [] as [&str; 0]);

    let world = World::new(vec![ask(), done()]).await;
    world.set("order_tracking.unverified", json!(true)).await;
    world.says(&[text]).await;
    assert_eq!(world.endpoint.asked(), ["order_id=1001&customer_email=Ada%40shop.example"]);
}

#[tokio::test]
async fn what_an_unverified_visitor_has_not_typed_is_not_looked_up() {
    let calls = vec![
        look_up(&json!({ "order_number": "1001", "email": "eve@shop.example" })),
        look_up(&json!({ "order_number": "1002", "email": "ada@shop.example" })),
        look_up(&json!({ "order_number": "1001" })),
        look_up(&json!({ "order_number": "1001", "email": "?" })),
    ];
    let world = World::new(vec![calls, done()]).await;
    world.set("order_tracking.unverified", json!(true)).await;
    world.says(&["Where is my order 1001? I am ada@shop.example"]).await;
    assert_eq!(world.endpoint.asked(), [] as [&str; 0]);
}

#[tokio::test]
async fn guesses_of_an_unverified_visitor_end() {
    let guess =
        || vec![look_up(&json!({ "order_number": "1002", "email": "ada@shop.example" })); 4];
    let world = World::new(vec![guess(), guess(), done()]).await;
    world.set("order_tracking.unverified", json!(true)).await;
    world.says(&["Where is my order 1002? I am ada@shop.example"]).await;
    let most = crate::app::order_misses::MISSES_A_VISITOR as usize;
    assert_eq!(world.endpoint.asked().len(), most);
}

#[tokio::test]
async fn endless_calls_end() {
    let again = || vec![look_up(&json!({ "order_number": "1001" })); 100];
    let mut world = World::new((0..100).map(|_| again()).collect()).await;
    world.sign_in().await;
    assert_eq!(world.says(&["Where is my order 1001?"]).await.len(), 0);
    // Eight rounds, and of each no more than four.
    assert_eq!(world.endpoint.asked().len(), 32);
}

#[tokio::test]
async fn endless_text_is_cut_and_nothing_is_called_after_it() {
    let mut pieces = vec![Piece::Text("é".repeat(5_000)); 100];
    pieces.insert(0, Piece::Text("a".to_owned()));
    pieces.insert(1, look_up(&json!({ "order_number": "1001" })));
    let mut world = World::new(vec![pieces, done()]).await;
    world.sign_in().await;
    let said = world.says(&["Where is my order 1001?"]).await;
    assert_eq!(said[0].text.as_str().len(), 16 * 1024 - 1);
    assert_eq!(world.endpoint.asked(), [] as [&str; 0]);
}
