//! Who is who: customers, what is known of them, and what unverified visitors say of themselves.

use domain::chat::Platform;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use server::app::search_index::index_some;

use crate::support::{TestChat, TestServer, error_of};

/// An operator's view of a chat.
pub(crate) struct Desk<'s> {
    pub(crate) chat: &'s TestChat<'s>,
    pub(crate) cookie: String,
}

impl<'s> Desk<'s> {
    pub(crate) async fn new(chat: &'s TestChat<'s>) -> Self {
        let cookie = chat.server.operator("default", "owner@shop.example", "owner").await;
        Self { chat, cookie }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Response {
        let server = self.chat.server;
        let url = format!("{}/api/v1/chats/{}{path}", server.url, self.chat.chat.id);
        let call = server.client.request(method, url).header("cookie", &self.cookie);
        let call = call.header("content-type", "application/json").body(body.to_string());
        call.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn customers(&self, query: &str) -> Vec<Value> {
        if query.is_empty() {
            return self.get("/customers").await["customers"].as_array().unwrap().clone();
        }
        self.catch_up().await;
        let found = self.call(Method::POST, "/customers/search", json!({ "query": query })).await;
        assert_eq!(found.status(), StatusCode::OK, "{query}");
        let page: Value = found.json().await.unwrap();
        assert_eq!(page["next"], Value::Null);
        page["customers"].as_array().unwrap().clone()
    }

    /// Waits for nobody: what was written is found now.
    pub(crate) async fn catch_up(&self) {
        while index_some(&self.chat.server.commands).await.unwrap() > 0 {}
    }

    /// The only customer that a query finds, with everything known. What was typed names no customer.
    pub(crate) async fn customer(&self, query: &str) -> Value {
        let mut found = self.customers(query).await;
        found.retain(|one| one["verified"] == json!(true));
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        self.get(&format!("/customers/{}", found[0]["id"].as_str().unwrap())).await["customer"]
            .clone()
    }

    pub(crate) async fn conversation(&self, id: &Value) -> Value {
        let path = format!("/conversations/{}", id.as_str().unwrap());
        self.get(&path).await["conversation"].clone()
    }
}

pub(crate) fn kinds(timeline: &Value) -> Vec<&str> {
    timeline.as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

fn emails(customers: &[Value]) -> Vec<&str> {
    customers.iter().map(|customer| customer["email"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_with_one_email_are_two_and_flagged() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for id in ["7", "8"] {
        let mut claims = chat.claims("ada@shop.example");
        claims["sub"] = json!(id);
        let mut browser = chat.visitor();
        browser.identify(&chat.sign(&claims)).await;
        browser.send("1", &format!("I am {id}")).await;
    }
    let both = desk.customers("ADA@shop.example").await;
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|one| one["shares_email"] == json!(true)), "{both:?}");
    let seven = desk.customer("7").await;
    assert_eq!(seven["stable_id"], json!("7"));
    assert_eq!(seven["same_email"][0]["stable_id"], json!("8"));
    assert_eq!(seven["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(seven["conversations"][0]["joined"], Value::Null);
    assert_eq!(seven["devices"][0]["verified"], json!(true));
    assert_eq!(kinds(&seven["timeline"]), ["identified"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stable_id_goes_before_an_email_which_may_change() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for email in ["old@shop.example", "new@shop.example"] {
        let mut claims = chat.claims(email);
        claims["sub"] = json!("7");
        chat.visitor().identify(&chat.sign(&claims)).await;
    }
    assert_eq!(emails(&desk.customers("").await), ["new@shop.example"]);
    let customer = desk.customer("7").await;
    assert_eq!(customer["devices"].as_array().unwrap().len(), 2);
    // The old email is nobody's.
    assert_eq!(desk.customers("old@shop.example").await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_email_id_and_names() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for (email, first, last) in
        [("ada@shop.example", "Ada", "Lovelace"), ("el@shop.example", "Élodie", "Dupont")]
    {
        let mut claims = chat.claims(email);
        claims["first_name"] = json!(first);
        claims["last_name"] = json!(last);
        chat.visitor().identify(&chat.sign(&claims)).await;
    }
    assert_eq!(emails(&desk.customers("").await), ["el@shop.example", "ada@shop.example"]);
    for query in ["ADA@SHOP.EXAMPLE", "ada@", "lovelace", "ada love"] {
        assert_eq!(emails(&desk.customers(query).await), ["ada@shop.example"], "{query}");
    }
    assert_eq!(emails(&desk.customers("éLODIE dup").await), ["el@shop.example"]);
    assert_eq!(desk.customers("nobody").await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_types_is_claimed_and_not_verified() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let visitor = chat.visitor();
    let typed = json!({
        "email": "ann@shop.example", "first_name": "Ann", "last_name": "", "phone_number": "+44 20 7946",
        "email_marketing_consent": true,
    });
    let answer = visitor.post("lead", typed).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.text().await.unwrap(), r#"{"success":true}"#);
    assert_eq!(
        visitor
            .post("lead", json!({ "email": "Ann@shop.example", "last_name": "Lee" }))
            .await
            .status(),
        StatusCode::OK
    );
    let sent = visitor.send("1", "Hello").await;
    let lead = desk.conversation(&sent["conversation_id"]).await["lead"].clone();
    assert_eq!(lead["verified"], json!(false));
    assert_eq!(lead["identified_at"], Value::Null);
    assert_eq!(
        (&lead["email"], &lead["full_name"]),
        (&json!("Ann@shop.example"), &json!("Ann Lee"))
    );
    assert_eq!(lead["phone_number"], json!("+44 20 7946"));
    assert_eq!(lead["email_marketing_consent"], json!(true));
    assert_eq!(lead["shares_email"], json!(false));
    // It is no customer.
    let contacts = desk.customers("").await;
    assert_eq!(emails(&contacts), ["Ann@shop.example"]);
    assert_eq!(contacts[0]["verified"], json!(false));
    for (body, field) in [
        (json!({ "email": "nobody" }), "email"),
        (json!({ "email": " " }), "email"),
        (json!({ "first_name": "Ann" }), "email"),
        (json!({ "email": "a@shop.example", "phone_number": "none" }), "phone_number"),
        (
            json!({ "email": "a@shop.example", "email_marketing_consent": "yes" }),
            "email_marketing_consent",
        ),
        (json!({ "email": "a@shop.example", "last_name": "x".repeat(201) }), "last_name"),
    ] {
        let refused = visitor.post("lead", body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let error: Value = refused.json().await.unwrap();
        assert_eq!(error["error"]["code"], json!("invalid"));
        assert!(error["error"]["message"].as_str().unwrap().contains(field), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_email_of_a_verified_customer_gives_nothing() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut ada = chat.visitor();
    ada.identify(&chat.token_for("ada@shop.example")).await;
    let own = ada.send("1", "my secret").await;
    ada.conversation_of(2).await;
    let known = async || {
        let mut customer = desk.customer("ada@shop.example").await;
        // The record is sealed meanwhile.
        customer["timeline"].take();
        customer
    };
    let before = known().await;
    let eve = chat.visitor();
    let typed =
        json!({ "email": "ada@shop.example", "first_name": "Eve", "phone_number": "666 666" });
    assert_eq!(eve.post("lead", typed).await.status(), StatusCode::OK);
    let sent = eve.send("1", "Who am I?").await;
    let thread = eve.conversation_of(2).await;
    assert_eq!(
        thread["visitor"],
        json!({ "verified": false, "email": null, "first_name": null, "last_name": null })
    );
    assert!(!thread.to_string().contains("Lovelace"), "{thread}");
    let list: Value = eve.get("conversations").await.json().await.unwrap();
    assert_eq!(list["conversations"].as_array().unwrap().len(), 1);
    let foreign =
        eve.get(&format!("conversations/{}", own["conversation_id"].as_str().unwrap())).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert_eq!(known().await, before);
    let lead = desk.conversation(&sent["conversation_id"]).await["lead"].clone();
    assert_eq!((&lead["verified"], &lead["shares_email"]), (&json!(false), &json!(true)));
    // A verified visitor does not type who it is.
    let refused = ada.post("lead", json!({ "email": "ada@shop.example" })).await;
    assert_eq!(error_of(refused).await, (StatusCode::CONFLICT, "already_verified".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_value_never_replaces_a_signed_one() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut browser = chat.visitor();
    let typed = json!({ "email": "other@shop.example", "first_name": "Eve", "last_name": "Typed", "phone_number": "112 112" });
    browser.post("lead", typed).await;
    browser.send("1", "before").await;
    let mut claims = chat.claims("ada@shop.example");
    claims["last_name"] = Value::Null;
    browser.identify(&chat.sign(&claims)).await;
    let customer = desk.customer("ada@shop.example").await;
    assert_eq!(customer["full_name"], json!("Ada Typed"));
    assert_eq!(customer["phone_number"], json!("112 112"));
    let fields: Vec<Value> = customer["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| json!([field["name"], field["value"], field["source"], field["overridden"]]))
        .collect();
    let expected = [
        json!(["email", "ada@shop.example", "signed", false]),
        json!(["first_name", "Ada", "signed", false]),
        json!(["first_name", "Eve", "typed", true]),
        json!(["last_name", "Typed", "typed", false]),
        json!(["phone_number", "112 112", "typed", false]),
    ];
    assert_eq!(fields, expected);
    // What comes signed later goes before what was typed.
    browser.identify(&chat.token_for("ada@shop.example")).await;
    assert_eq!(desk.customer("ada@shop.example").await["full_name"], json!("Ada Lovelace"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_enters_what_is_not_signed() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    let mut claims = chat.claims("ada@shop.example");
    claims["last_name"] = Value::Null;
    let mut browser = chat.visitor();
    browser.post("lead", json!({ "email": "a@shop.example", "phone_number": "112 112" })).await;
    browser.identify(&chat.sign(&claims)).await;
    let id = desk.customer("ada@shop.example").await["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{id}");
    let change = async |body: Value| desk.call(Method::PATCH, &path, body).await;
    let changed = change(json!({ "last_name": "Byron", "phone_number": "911 911" })).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let customer = changed.json::<Value>().await.unwrap()["customer"].clone();
    assert_eq!(
        (&customer["full_name"], &customer["phone_number"]),
        (&json!("Ada Byron"), &json!("911 911"))
    );
    let field = customer["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == "last_name")
        .unwrap();
    assert_eq!(
        (&field["source"], &field["operator"]),
        (&json!("operator"), &json!("owner@shop.example"))
    );
    let entry = &customer["timeline"][0];
    assert_eq!(
        (&entry["kind"], &entry["reason"]),
        (&json!("customer_changed"), &json!("last_name,phone_number"))
    );
    assert_eq!(entry["operator"], json!("owner@shop.example"));
    let cleared = change(json!({ "phone_number": null })).await.json::<Value>().await.unwrap();
    assert_eq!(cleared["customer"]["phone_number"], json!("112 112"));
    for (body, field) in [
        (json!({ "first_name": "Eve" }), "first_name"),
        (json!({ "last_name": "" }), "last_name"),
        (json!({ "phone_number": 112 }), "phone_number"),
    ] {
        let refused = change(body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let error: Value = refused.json().await.unwrap();
        assert!(error["error"]["message"].as_str().unwrap().contains(field), "{error}");
    }
    // The assistant and the widget go by what was signed.
    assert_eq!(browser.conversation().await["visitor"]["last_name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_another_chat_do_not_exist() {
    let server = TestServer::start().await;
    let (one, two) = (server.chat().await, server.plain_chat("default", Platform::Custom).await);
    let desk = Desk::new(&one).await;
    let mut browser = one.visitor();
    browser.identify(&one.token_for("ada@shop.example")).await;
    let id = desk.customer("ada@shop.example").await["id"].as_str().unwrap().to_owned();
    let other = Desk { chat: &two, cookie: desk.cookie.clone() };
    assert_eq!(other.customers("ada@shop.example").await, Vec::<Value>::new());
    let path = format!("/customers/{id}");
    for (method, path) in [(Method::GET, path.clone()), (Method::PATCH, path)] {
        let response = other.call(method, &path, json!({})).await;
        assert_eq!(error_of(response).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    }
}
