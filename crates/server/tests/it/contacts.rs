//! The table of contacts: filters, orders, pages, the file; and customers who have one email.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::customers::Desk;
use crate::support::{TestChat, TestServer};

fn emails(page: &Value) -> Vec<&str> {
    let customers = page["customers"].as_array().unwrap().iter();
    customers.map(|one| one["email"].as_str().unwrap()).collect()
}

async fn identify(chat: &TestChat<'_>, email: &str, id: &str, tier: &str) {
    let mut claims = chat.claims(email);
    claims["sub"] = json!(id);
    claims["additional_attributes"] = json!({ "tier": tier });
    chat.visitor().identify(&chat.sign(&claims)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_filtered_and_ordered() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    identify(&chat, "b@shop.example", "1", "gold").await;
    identify(&chat, "a@shop.example", "2", "=silver").await;
    let visitor = chat.visitor();
    let sent = visitor.send("1", "Hello").await;
    let lead = json!({ "email": "c@else.example", "email_marketing_consent": true });
    visitor.post("lead", lead).await;
    let check = async |query: &str, expected: &[&str]| {
        let page = desk.get(&format!("/customers?{query}")).await;
        assert_eq!(emails(&page), expected, "{query}");
        assert_eq!(page["next"], Value::Null);
    };
    check("", &["c@else.example", "a@shop.example", "b@shop.example"]).await;
    check("order=oldest", &["b@shop.example", "a@shop.example", "c@else.example"]).await;
    check("order=email", &["a@shop.example", "b@shop.example", "c@else.example"]).await;
    check("verified=true", &["a@shop.example", "b@shop.example"]).await;
    check("verified=false", &["c@else.example"]).await;
    check("consent=true", &["c@else.example"]).await;
    check("talks=true", &["c@else.example"]).await;
    check("talks=false&verified=true", &["a@shop.example", "b@shop.example"]).await;
    check("attribute=tier&value=gold", &["b@shop.example"]).await;
    check("attribute=tier&value=none", &[]).await;
    check(
        "since=2001-01-01T00:00:00Z&verified=true&order=email",
        &["a@shop.example", "b@shop.example"],
    )
    .await;
    let typed = desk.get("/customers?verified=false").await;
    assert_eq!(typed["customers"][0]["conversation_id"], sent["conversation_id"]);
    desk.catch_up().await;
    let body = json!({ "query": "gold", "filter": { "verified": true } });
    let found: Value =
        desk.call(Method::POST, "/customers/search", body).await.json().await.unwrap();
    assert_eq!(emails(&found), ["b@shop.example"]);

    let body = json!({ "columns": ["email", "verified", "attribute:tier"], "filter": { "order": "email" } });
    let file = desk.call(Method::POST, "/customers/file", body).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let text = String::from_utf8(file.bytes().await.unwrap().to_vec()).unwrap();
    let expected = "\u{feff}email,verified,attribute:tier\r\na@shop.example,true,'=silver\r\nb@shop.example,true,gold\r\nc@else.example,false,\r\n";
    assert_eq!(text, expected);
    for columns in [json!([]), json!(["password"])] {
        let refused =
            desk.call(Method::POST, "/customers/file", json!({ "columns": columns })).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_contacts_are_read_page_by_page_and_all_are_in_the_file() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    for number in 0..55 {
        identify(&chat, &format!("c{number:02}@shop.example"), &number.to_string(), "x").await;
    }
    for order in ["newest", "oldest", "email"] {
        let first = desk.get(&format!("/customers?order={order}")).await;
        let next = first["next"].as_str().unwrap();
        let second = desk.get(&format!("/customers?order={order}&after={next}")).await;
        let mut all = emails(&first);
        assert_eq!(all.len(), 50);
        all.extend(emails(&second));
        let mut sorted = all.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((all.len(), sorted.len()), (55, 55), "{order}");
    }
    let file = desk.call(Method::POST, "/customers/file", json!({ "columns": ["id"] })).await;
    assert_eq!(file.text().await.unwrap().lines().count(), 56);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_customers_with_one_email_it_is_said_whether_they_are_one_person() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let desk = Desk::new(&chat).await;
    identify(&chat, "ada@shop.example", "1", "x").await;
    identify(&chat, "eve@shop.example", "9", "x").await;
    identify(&chat, "Ada@shop.example", "2", "x").await;
    desk.catch_up().await;
    let open = desk.get("/shared_emails").await;
    let conflicts = open["conflicts"].as_array().unwrap();
    assert_eq!((conflicts.len(), &open["next"]), (1, &Value::Null));
    let customers = conflicts[0]["customers"].as_array().unwrap();
    let ids: Vec<&str> = customers.iter().map(|one| one["stable_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "2"]);
    let of =
        |at: usize| format!("/customers/{}/shared_email", customers[at]["id"].as_str().unwrap());
    let decided = desk.call(Method::PUT, &of(0), json!({ "decision": "apart" })).await;
    assert_eq!(decided.status(), StatusCode::OK);
    assert_eq!(desk.get("/shared_emails").await["conflicts"], json!([]));
    let known = desk.get("/shared_emails?decided=true").await;
    assert_eq!(known["conflicts"][0]["decision"], json!("apart"));
    assert_eq!(known["conflicts"][0]["decided_by"], json!("owner@shop.example"));
    // A third customer asks anew, once, about all of them.
    identify(&chat, "ada@shop.example", "3", "x").await;
    desk.catch_up().await;
    let again = desk.get("/shared_emails").await;
    assert_eq!(again["conflicts"].as_array().unwrap().len(), 1);
    assert_eq!(again["conflicts"][0]["customers"].as_array().unwrap().len(), 3);
    desk.call(Method::PUT, &of(1), json!({ "decision": "same" })).await;
    // Nothing is joined: each still has the conversations of its own, and they are still told apart.
    let found = desk.customers("ada@shop.example").await;
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|one| one["shares_email"] == json!(true)));
    desk.call(Method::PUT, &of(1), json!({ "decision": null })).await;
    assert_eq!(desk.get("/shared_emails?decided=true").await["conflicts"], json!([]));
    let eve = desk.customer("eve@shop.example").await;
    let path = format!("/customers/{}/shared_email", eve["id"].as_str().unwrap());
    let alone = desk.call(Method::PUT, &path, json!({ "decision": "same" })).await;
    assert_eq!(alone.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
