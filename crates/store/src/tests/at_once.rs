//! What is read, decided and written in one go.

use domain::id::VisitorId;
use domain::lead::Lead;
use domain::visitor::{Identity, Visitor, VisitorToken};
use rusqlite::types::ValueRef;
use sqlx::Row as _;

use super::writing::{a_sqlite_store, a_visitor_with_token};
use super::*;
use crate::{Claimant, Customer, Known, StoreError, TokenState, WriteAbout, Writes};

fn nobody(known: Known) -> crate::Result<()> {
    let (claimed, heads) = known.of(&[])?;
    assert!(claimed.is_empty() && heads.is_empty());
    Ok(())
}

#[tokio::test]
async fn both_drivers_connect_alike() {
    let (_folder, store) = a_sqlite_store().await;
    let db = crate::at_once::connect(store.file().unwrap()).unwrap();
    let mut tx = store.write(Scope::Installation).await.unwrap();
    let crate::database::Tx::Sqlite(sqlite) = &mut tx.0 else { panic!("it is SQLite") };
    for (name, expected) in [
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("busy_timeout", "5000"),
        ("journal_mode", "wal"),
        ("trusted_schema", "0"),
        ("temp_store", "2"),
        ("wal_autocheckpoint", "4000"),
        ("secure_delete", "1"),
    ] {
        let query = format!("PRAGMA {name}");
        let ours = db.query_row(&query, (), |row| match row.get_ref(0)? {
            ValueRef::Integer(number) => Ok(number.to_string()),
            other => Ok(other.as_str()?.to_owned()),
        });
        assert_eq!(ours.unwrap(), expected, "{name}");
        let theirs = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_one(sqlite.conn()).await;
        let theirs: String = theirs.unwrap().try_get_unchecked(0).unwrap();
        assert_eq!(theirs, expected, "{name}");
    }
}

/// They are read by their places.
#[tokio::test]
async fn columns_are_asked_for_in_the_order_in_which_they_are_read() {
    let (_folder, store) = a_sqlite_store().await;
    let db = crate::at_once::connect(store.file().unwrap()).unwrap();
    let query = db.prepare(&crate::claimants::CLAIMED_WITH_HEADS).unwrap();
    let expected = "number has_id shares_email floor is_told typed_at other_uses \
        visitor_id state successor_id browser_id visitor_lead_id kid token_issued_at visitor_identified_at identity_expires_at \
        visitor_created_at conversation_id customer_floor writes_as_nobody has_typed end_recorded \
        chat_id id stable_id email first_name last_name attributes claims_issued_at not_before identified_at created_at heads";
    assert_eq!(query.column_names().join(" "), expected);
}

#[tokio::test]
async fn it_is_kept_whole_or_not_at_all() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await.id;
    let counted = store.write_counts().unwrap();
    let (visitor, writes) = a_visitor_with_token(&chat);
    let decide = move |known| nobody(known).map(|()| (7, writes));
    assert_eq!(store.write_at_once(&[], decide).await.unwrap(), Some(7));
    let now = store.write_counts().unwrap();
    assert_eq!((now.commits, now.writes), (counted.commits + 1, counted.writes + 1));
    // The last of its statements is refused: there is no such visitor.
    let (dropped, mut writes) = a_visitor_with_token(&chat);
    let stranger = Visitor { id: VisitorId::new(NOW), ..dropped.clone() };
    let token = VisitorToken::generate(NOW).hash(&chat);
    writes.add_visitor_tokens([(&stranger, &token, TokenState::Live)], NOW);
    let refused = store.write_at_once(&[], move |known| nobody(known).map(|()| ((), writes)));
    assert!(refused.await.unwrap_err().may_be_of_one_row());
    // A key that is taken.
    let (other, mut writes) = a_visitor_with_token(&chat);
    writes.add_visitor_tokens([(&other, &token, TokenState::Live); 2], NOW);
    let refused = store.write_at_once(&[], move |known| nobody(known).map(|()| ((), writes)));
    let error = refused.await.unwrap_err();
    assert!(error.may_be_of_one_row() && error.is_taken(), "{error:?}");
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor));
    assert_eq!(tx.visitor(&chat, &dropped.id).await.unwrap(), None);
    assert_eq!(tx.visitor(&chat, &other.id).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_decides_for_nothing_fails_or_panics_changes_nothing_and_holds_nobody_up() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await.id;
    for _ in 0..3 {
        let counted = store.write_counts();
        let nothing = store.write_at_once(&[], |_| Ok((7, Writes::default()))).await.unwrap();
        assert_eq!((nothing, store.write_counts()), (Some(7), counted));
        let fails = |_| Err::<((), Writes), _>(StoreError::Commit("no".to_owned()));
        assert!(matches!(store.write_at_once(&[], fails).await, Err(StoreError::Commit(_))));
        let panics = |_| -> crate::Result<((), Writes)> { panic!("as a test wants it") };
        assert!(store.write_at_once(&[], panics).await.is_err());
        // Neither on its own thread nor in turns.
        let (one, writes) = a_visitor_with_token(&chat);
        assert!(store.write_at_once(&[], move |_| Ok(((), writes))).await.unwrap().is_some());
        let (other, writes) = a_visitor_with_token(&chat);
        store.write(Scope::Chat(&chat)).await.unwrap().commit_with(writes).await.unwrap();
        let mut tx = store.read().await.unwrap();
        for visitor in [one, other] {
            assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor));
        }
    }
}

#[tokio::test]
async fn whoever_no_longer_waits_has_it_seen_through() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await.id;
    let (visitor, writes) = a_visitor_with_token(&chat);
    let (start, started) = tokio::sync::oneshot::channel();
    let decide = move |_| {
        let _ = start.send(());
        std::thread::sleep(std::time::Duration::from_millis(100));
        Ok(((), writes))
    };
    tokio::select! {
        _ = store.write_at_once(&[], decide) => panic!("it was to be given up"),
        _ = started => {}
    }
    // Comes after it.
    store.write(Scope::Chat(&chat)).await.unwrap().commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor));
}

#[tokio::test]
async fn it_goes_between_turns_and_sees_what_they_wrote() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await.id;
    let mut all = Vec::new();
    for number in 0..90_usize {
        let (store, chat) = (store.clone(), chat.clone());
        all.push(tokio::spawn(async move {
            let (visitor, mut writes) = a_visitor_with_token(&chat);
            if number % 3 == 1 {
                let mut tx = store.write(Scope::Visitor(&chat, &visitor.id)).await.unwrap();
                tx.write(writes).await.unwrap();
                if number % 2 == 0 {
                    drop(tx);
                    return (visitor, false);
                }
                tx.commit().await.unwrap();
                return (visitor, true);
            }
            let fails = number % 3 == 2;
            if fails {
                let stranger = Visitor { id: VisitorId::new(NOW), ..visitor.clone() };
                let token = VisitorToken::generate(NOW).hash(&chat);
                writes.add_visitor_tokens([(&stranger, &token, TokenState::Live)], NOW);
            }
            let done = store.write_at_once(&[], move |_| Ok(((), writes))).await;
            assert_eq!(done.is_err(), fails);
            (visitor, !fails)
        }));
    }
    for one in all {
        let (visitor, is_kept) = one.await.unwrap();
        let found = store.read().await.unwrap().visitor(&chat, &visitor.id).await.unwrap();
        assert_eq!(found, is_kept.then_some(visitor));
    }
}

both!(what_is_known_at_once_is_what_is_known_otherwise, store => {
    let chat = a_chat(&store).await.id;
    let now = NOW.as_seconds();
    // A customer with and one without a stable id, two who share an email, and nobody yet.
    let ids = [Some("cust-1"), None, Some("cust-2"), Some("cust-3"), Some("cust-4")];
    let emails = ["a@shop.example", "b@shop.example", "c@shop.example", "c@shop.example", "d@shop.example"];
    let claims: Vec<_> = emails.iter().zip(ids).map(|(email, id)| super::leads::claims(email, id, now)).collect();
    let tokens: Vec<_> = claims.iter().map(|_| VisitorToken::generate(NOW).hash(&chat)).collect();
    let mut writes = Writes::default();
    let leads: Vec<_> = claims[..4].iter().map(|claims| Lead::identified(chat.clone(), claims, NOW)).collect();
    writes.put_leads(leads.iter().map(|lead| (lead, true)));
    let visitors: Vec<_> = leads.iter().map(|lead| {
        let identity = Identity {
            lead_id: lead.id.clone(),
            kid: "key".parse().unwrap(),
            issued_at: now,
            identified_at: NOW,
            expires_at: NOW + std::time::Duration::from_mins(1),
        };
        Visitor { identity: Some(identity), ..super::visitors::a_new_visitor(&chat) }
    }).collect();
    writes.put_visitors(&visitors);
    writes.add_visitor_tokens(visitors.iter().zip(&tokens).map(|(visitor, token)| (visitor, token, TokenState::Live)), NOW);
    store.write(Scope::Chat(&chat)).await.unwrap().commit_with(writes).await.unwrap();
    let claimants: Vec<_> = claims.iter().zip(&tokens)
        .map(|(claims, token)| Claimant { chat: &chat, claims, token: Some(token), use_id: Some("use") })
        .collect();
    let WriteAbout { tx, claimed, .. } = store.write_about(&claimants).await.unwrap();
    tx.commit().await.unwrap();
    let claimed: Vec<_> = claimed.into_iter().map(Option::unwrap).collect();
    let known: Vec<_> = claimed.iter().map(|it| matches!(it.customer, Customer::Known(_))).collect();
    assert_eq!(known, [true, true, true, true, false]);
    let (asked, of_chat) = (claims.clone(), (chat.clone(), tokens.clone()));
    let found = store.write_at_once(&claimants, move |known| {
        let (chat, tokens) = of_chat;
        let claimants: Vec<_> = asked.iter().zip(&tokens)
            .map(|(claims, token)| Claimant { chat: &chat, claims, token: Some(token), use_id: Some("use") })
            .collect();
        Ok((known.of(&claimants)?, Writes::default()))
    });
    let found = found.await.unwrap();
    // PostgreSQL has no thread of its own here.
    assert_eq!(found.is_some(), store.file().is_some());
    if let Some((found, _)) = found {
        assert_eq!(found, claimed);
    }
});
