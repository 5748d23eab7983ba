//! The record: what is in it, and that nobody changes it unnoticed.

use std::time::Duration;

use domain::record::{Broken, Entry, EntryKind};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::app::record::verify;
use store::{RecordHead, RecordOf, Scope};

use crate::support::{TestChat, TestServer};

/// The kinds of all entries, oldest first, once there are `count`.
async fn kinds(chat: &TestChat<'_>, count: usize) -> Vec<EntryKind> {
    for _ in 0..400 {
        let mut tx = chat.server.commands.store.read().await.unwrap();
        let mut entries = tx.record(RecordOf::Chat(&chat.chat.id), 100).await.unwrap();
        if entries.len() >= count && entries.iter().all(|entry| entry.place.is_some()) {
            entries.reverse();
            return entries.into_iter().map(|entry| entry.entry.kind).collect();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no {count} entries came");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_identities_is_in_the_record() {
    use EntryKind::{Expired, Identified, LoggedOut, NewConversation, Refreshed, Switched};
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let before = kinds(&chat, 0).await.len();
    let mut browser = chat.visitor();
    let jwt = chat.token_for("ada@shop.example");
    browser.identify(&jwt).await;
    browser.identify(&jwt).await;
    browser.send("1", "hello").await;
    browser.conversation_of(2).await;
    browser.identify(&chat.token_for("bob@shop.example")).await;
    let new: Value = browser.post("new_conversation", json!({})).await.json().await.unwrap();
    new["visitor_token"].as_str().unwrap().clone_into(&mut browser.token);
    browser.identify(&jwt).await;
    browser.post("logout", json!({})).await;
    let mut other = chat.visitor();
    other.identify(&chat.token_for("cy@shop.example")).await;
    server.clock.advance(Duration::from_hours(3));
    let mut found = kinds(&chat, before + 9).await.split_off(before);
    // Entries of one moment have no order.
    found[2..4].sort_by_key(|kind| kind.code());
    let expected = [
        Identified,
        Refreshed,
        // Bob comes; what Ada's timeline says of it is entered with it.
        Identified,
        Switched,
        NewConversation,
        Identified,
        LoggedOut,
        Identified,
        Expired,
    ];
    assert_eq!(found, expected);
    let whole = verify(&server.commands, &chat.chat.id).await.unwrap();
    assert_eq!((whole.pending, whole.broken), (0, None));
    assert!(whole.entries >= 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_expires_when_its_last_renewal_does() {
    use EntryKind::{Expired, Identified, Refreshed};
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let before = kinds(&chat, 0).await.len();
    let mut browser = chat.visitor();
    let begun = server.clock.now();
    browser.identify(&chat.token_for("ada@shop.example")).await;
    server.clock.advance(Duration::from_mins(90));
    browser.identify(&chat.token_for("ada@shop.example")).await;

    // Past the first two hours: the sweep looks, and finds it renewed.
    server.clock.advance(Duration::from_hours(1));
    let mut is_looked_at = false;
    for _ in 0..400 {
        let mut tx = server.commands.store.read().await.unwrap();
        is_looked_at = tx.lapsing_visitors(server.clock.now(), 9).await.unwrap().is_empty();
        if is_looked_at {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(is_looked_at);
    assert_eq!(kinds(&chat, before + 2).await.split_off(before), [Identified, Refreshed]);

    server.clock.advance(Duration::from_mins(61));
    let expected = [Identified, Refreshed, Expired];
    assert_eq!(kinds(&chat, before + 3).await.split_off(before), expected);
    let mut tx = server.commands.store.read().await.unwrap();
    let [last] = tx.record(RecordOf::Chat(&chat.chat.id), 1).await.unwrap().try_into().unwrap();
    let lived = last.entry.at.since(begun);
    assert!((Duration::from_mins(210)..Duration::from_mins(211)).contains(&lived), "{lived:?}");
}

/// How somebody who writes to the database, and has no secret key, would go about it.
#[derive(Debug, Clone, Copy)]
enum Forgery {
    /// One more entry, rightly chained.
    Append,
    /// The same, and the head moved to it under the old seal.
    MoveHead,
    /// One more entry with a number and hash of its own.
    Bogus,
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_database_and_not_the_secret_key_is_noticed() {
    let server = TestServer::start().await;
    let cookie = server.operator("default", "owner@shop.example", "owner").await;
    for forgery in [Forgery::Append, Forgery::MoveHead, Forgery::Bogus] {
        let chat = server.chat().await;
        let id = &chat.chat.id;
        chat.visitor().identify(&chat.token_for("ada@shop.example")).await;
        let count = i64::try_from(kinds(&chat, 1).await.len()).unwrap();
        let path = format!("/api/v1/chats/{id}/record/verification");
        let ask = async || {
            let response = server.get(&path).header("cookie", &cookie).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            response.json::<Value>().await.unwrap()
        };
        assert_eq!(ask().await["valid"], json!(true));
        let mut tx = server.commands.store.write(Scope::Chat(id)).await.unwrap();
        let head = tx.record_head(id).await.unwrap().unwrap();
        let entry = Entry::new(id.clone(), EntryKind::Identified, server.now());
        tx.append_record(&entry).await.unwrap();
        let mut chain = head.chain.clone();
        let mut sealed = chain.append(entry);
        if matches!(forgery, Forgery::Bogus) {
            sealed.seq += 1;
        }
        tx.seal_entries(std::slice::from_ref(&sealed)).await.unwrap();
        if matches!(forgery, Forgery::MoveHead) {
            tx.put_record_head(id, &RecordHead { chain, seal: head.seal }).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = verify(&server.commands, id).await.unwrap().broken;
        let expected = match forgery {
            Forgery::Append => Broken::End { expected: count, found: count + 1 },
            Forgery::MoveHead => Broken::Head,
            Forgery::Bogus => Broken::Missing { expected: count + 1, found: count + 2 },
        };
        assert_eq!(found, Some(expected.clone()));
        assert_eq!(ask().await["valid"], json!(false));
        // What comes later does not make it whole again.
        chat.visitor().identify(&chat.token_for("bob@shop.example")).await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let later = verify(&server.commands, id).await.unwrap();
        assert_eq!((later.broken, later.pending), (Some(expected), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_cannot_be_read_holds_up_its_own_chat_alone() {
    let server = TestServer::start().await;
    let (hurt, other) = (server.chat().await, server.chat().await);
    let before = kinds(&other, 0).await.len();
    let file = server.commands.store.file().unwrap();
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let forge = "import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute(\"INSERT INTO record_entries (chat_id, id, at, kind) VALUES (?, 'rec_0', 1, 'forged')\", sys.argv[2:])
database.commit()";
    let arguments = ["-c", forge, file.to_str().unwrap(), hurt.chat.id.as_str()];
    let forged = std::process::Command::new(&python).args(arguments).status();
    assert!(forged.unwrap().success(), "{python}");
    let entry = Entry::new(other.chat.id.clone(), EntryKind::Activated, server.now());
    let mut tx = server.commands.store.write(Scope::Chat(&other.chat.id)).await.unwrap();
    tx.append_record(&entry).await.unwrap();
    tx.commit().await.unwrap();
    // It answers once all are sealed.
    assert_eq!(kinds(&other, before + 1).await.len(), before + 1);
}
