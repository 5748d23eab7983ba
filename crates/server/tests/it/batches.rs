//! Identify calls that arrive together are written together, and are to nobody's harm.

use std::time::Duration;

use domain::id::{HookId, LeadId};
use domain::lead::Email;
use domain::visitor::VisitorToken;
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use store::{Hook, KnownBy, Scope};

use crate::support::{Browser, STRANGERS_KEY, TestChat, TestServer};

/// Each database that there is, with a service of its own.
async fn servers() -> Vec<TestServer> {
    let sqlite = TestServer::start().await;
    [Some(sqlite), TestServer::start_on_postgres().await].into_iter().flatten().collect()
}

/// Whom a browser is known to be now.
async fn known_as(browser: &Browser<'_>) -> Option<LeadId> {
    let chat = &browser.chat.chat.id;
    let mut tx = browser.chat.server.commands.store.read().await.unwrap();
    let hash = browser.token.parse::<VisitorToken>().unwrap().hash(chat);
    let row = tx.visitor_token(chat, &hash).await.unwrap()?;
    let visitor = tx.visitor(chat, &row.visitor_id).await.unwrap()?;
    visitor.identity.map(|identity| identity.lead_id)
}

async fn email_of(chat: &TestChat<'_>, lead: &LeadId) -> String {
    let mut tx = chat.server.commands.store.read().await.unwrap();
    tx.lead(&chat.chat.id, lead).await.unwrap().unwrap().email.signed().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_calls_at_once_each_has_its_own_answer() {
    for server in servers().await {
        let chat = server.chat().await;
        let other = server.chat().await;
        let revoked: Email = "c7@shop.example".parse().unwrap();
        let mut tx = server.commands.store.write(Scope::Chat(&chat.chat.id)).await.unwrap();
        let floor = server.now().as_seconds() + 100.0;
        let by = KnownBy::Email(revoked.key().clone());
        tx.raise_customer_floor(&chat.chat.id, &by, floor).await.unwrap();
        // The other shop has more written of each new customer.
        let hook = Hook {
            chat_id: other.chat.id.clone(),
            id: HookId::new(server.now()),
            url: "https://hook.invalid/leads".to_owned(),
            created_at: server.now(),
        };
        tx.add_hook(&hook).await.unwrap();
        tx.commit().await.unwrap();
        let calls = (0..90).map(|number| {
            // Customers of two shops have the same emails; a few browsers are one customer's.
            let of = if number % 2 == 0 { &chat } else { &other };
            let email = format!("c{}@shop.example", number % 80);
            let jwt = if number % 10 == 4 {
                STRANGERS_KEY.sign(None, &of.claims(&email).to_string()).unwrap()
            } else {
                of.token_for(&email)
            };
            let mut browser = of.visitor();
            async move {
                let response = browser.try_identify(&jwt).await;
                let status = response.status();
                if let Some(token) = response.headers().get("zipchat-visitor-token") {
                    browser.token = token.to_str().unwrap().to_owned();
                }
                (number, email, status, browser)
            }
        });
        for (number, email, status, browser) in join_all(calls).await {
            let is_revoked = number % 2 == 0 && email == revoked.signed();
            if number % 10 == 4 || is_revoked {
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
                assert_eq!(known_as(&browser).await, None, "{number}");
            } else {
                assert_eq!(status, StatusCode::OK, "{number}");
                let lead = known_as(&browser).await.unwrap();
                assert_eq!(email_of(browser.chat, &lead).await, email, "{number}");
                let mut tx = server.commands.store.read().await.unwrap();
                let posts = tx.posts_of_lead(&browser.chat.chat.id, &lead).await.unwrap();
                assert_eq!(posts.len(), number % 2, "{number}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_browser_at_once_make_one_visitor() {
    for server in servers().await {
        let chat = server.chat().await;
        let first = chat.visitor();
        let jwt = chat.token_for("ada@shop.example");
        let answers = join_all((0..8).map(|_| {
            let mut browser = first.clone();
            let jwt = jwt.clone();
            async move { (browser.identify(&jwt).await, browser) }
        }))
        .await;
        let mut visitors = std::collections::BTreeSet::new();
        for (is_new, browser) in answers {
            assert!(is_new);
            let hash = browser.token.parse::<VisitorToken>().unwrap().hash(&chat.chat.id);
            let mut tx = server.commands.store.read().await.unwrap();
            let row = tx.visitor_token(&chat.chat.id, &hash).await.unwrap().unwrap();
            visitors.insert(row.visitor_id);
        }
        assert_eq!(visitors.len(), 1);
        assert_eq!(
            server
                .commands
                .store
                .read()
                .await
                .unwrap()
                .leads(&chat.chat.id, 10, 0)
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_in_one_browser_at_once_do_not_become_one() {
    for server in servers().await {
        let chat = server.chat().await;
        let mut browser = chat.visitor();
        browser.identify(&chat.token_for("first@shop.example")).await;
        let tokens: Vec<(String, String)> = (0..12)
            .map(|number| format!("c{number}@shop.example"))
            .map(|email| (chat.token_for(&email), email))
            .collect();
        let answers = join_all(tokens.into_iter().map(|(jwt, email)| {
            let mut browser = browser.clone();
            async move {
                assert!(browser.identify(&jwt).await);
                (browser, email)
            }
        }))
        .await;
        for (browser, email) in answers {
            let lead = known_as(&browser).await.unwrap();
            assert_eq!(email_of(&chat, &lead).await, email);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_being_written_about_is_waited_for_and_holds_up_nobody_else() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    let chat = server.chat().await;
    let email: Email = "busy@shop.example".parse().unwrap();
    let scope = Scope::Person { chat: &chat.chat.id, email: Some(email.key()), stable_id: None };
    let held = server.commands.store.write(scope).await.unwrap();
    let begun = tokio::time::Instant::now();
    let mut busy = chat.visitor();
    let jwt = chat.token_for("busy@shop.example");
    let waits = async {
        busy.identify(&jwt).await;
        begun.elapsed()
    };
    let others = async {
        let calls = (0..20).map(|number| {
            let jwt = chat.token_for(&format!("c{number}@shop.example"));
            let mut browser = chat.visitor();
            async move { browser.identify(&jwt).await }
        });
        join_all(calls).await;
        // All were answered while the one still waits.
        let answered = begun.elapsed();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let released = begun.elapsed();
        drop(held);
        (answered, released)
    };
    let (waited, (answered, released)) = tokio::join!(waits, others);
    assert!(answered < released && released <= waited, "{answered:?} {released:?} {waited:?}");
    let lead = known_as(&busy).await.unwrap();
    assert_eq!(email_of(&chat, &lead).await, "busy@shop.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_kept_fails_alone() {
    let Some(server) = TestServer::start_on_postgres().await else { return };
    let chat = server.chat().await;
    chat.visitor().identify(&chat.token_for("poisoned@shop.example")).await;
    // A row that no version of the service could have written.
    let psql = std::path::Path::new(&std::env::var("TEST_POSTGRES_BIN").unwrap()).join("psql");
    let poison = "UPDATE leads SET attributes = 'no json' WHERE email = 'poisoned@shop.example'";
    let url = server.commands.config.database.database_url.reveal();
    let done = std::process::Command::new(psql)
        .args([url.split('?').next().unwrap(), "-qc", poison])
        .status()
        .unwrap();
    assert!(done.success());
    let answers = join_all((0..40).map(|number| {
        let email = if number == 20 { "poisoned" } else { &format!("c{number}") };
        let jwt = chat.sign(&json!({
            "email": format!("{email}@shop.example"), "iat": server.seconds(), "exp": server.seconds() + 60
        }));
        let browser = chat.visitor();
        async move { browser.try_identify(&jwt).await.status() }
    }))
    .await;
    for (number, status) in answers.into_iter().enumerate() {
        let expected = if number == 20 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        assert_eq!(status, expected, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_calls_enter_into_the_record_is_sealed_with_them() {
    for server in servers().await {
        let chat = server.chat().await;
        let id = &chat.chat.id;
        let is_on_postgres = server.commands.store.file().is_none();
        let state = async || {
            let state = server::app::record::verify(&server.commands, id).await.unwrap();
            assert_eq!(state.broken, None);
            (state.entries, state.pending)
        };
        // The first entries of a chat are sealed by the task.
        chat.visitor().identify(&chat.token_for("first@shop.example")).await;
        while state().await.1 > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let (before, _) = state().await;
        let mut browsers: Vec<_> = (0..20).map(|_| chat.visitor()).collect();
        for times in 1..=3 {
            let calls = browsers.iter_mut().enumerate().map(|(number, browser)| {
                let jwt = chat.token_for(&format!("c{number}@shop.example"));
                async move { browser.identify(&jwt).await }
            });
            join_all(calls).await;
            // On PostgreSQL only where nobody else had the chat at that moment: the task does the rest.
            while is_on_postgres && state().await.1 > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(state().await, (before + 20 * times, 0));
        }
    }
}
