use domain::id::{ChatId, VisitorId};
use domain::record::{Chain, Entry, EntryKind};
use domain::settings::Settings;
use domain::visitor::{Visitor, VisitorToken};

use super::*;
use crate::database::{Wanted, sql};
use crate::{Claimant, TokenState, WriteAbout, Writes};

static EMAIL: std::sync::LazyLock<domain::lead::Email> =
    std::sync::LazyLock::new(|| "a@shop.example".parse().unwrap());

both!(writes_about_one_chat_do_not_undo_each_other, store => {
    let chat = a_chat(&store).await;
    let mut writers = Vec::new();
    for _ in 0..60 {
        let (store, id) = (store.clone(), chat.id.clone());
        writers.push(tokio::spawn(async move {
            let mut tx = store.write(Scope::Chat(&id)).await.unwrap();
            let mut settings = tx.chat(&id).await.unwrap().unwrap().settings;
            settings.identification.session += 1;
            tx.put_settings(&id, &settings, NOW).await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let kept = store.read().await.unwrap().chat(&chat.id).await.unwrap().unwrap();
    assert_eq!(kept.settings.identification.session, Settings::default().identification.session + 60);
    assert_eq!(kept.version, 61);
});

both!(writes_and_the_commits_that_they_share_are_counted, store => {
    let chat = a_chat(&store).await;
    let Some(before) = store.write_counts() else { return };
    let mut writers = Vec::new();
    for _ in 0..20 {
        let (store, id) = (store.clone(), chat.id.clone());
        writers.push(tokio::spawn(async move {
            let tx = store.write(Scope::Chat(&id)).await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    drop(store.write(Scope::Chat(&chat.id)).await.unwrap());
    let after = store.write_counts().unwrap();
    assert_eq!(after.writes - before.writes, 20);
    assert!((1..=20).contains(&(after.commits - before.commits)), "{before:?} {after:?}");
});

both!(a_write_that_is_dropped_changes_nothing, store => {
    let chat = a_chat(&store).await;
    for _ in 0..3 {
        let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
        tx.put_identification(&chat.id, Identification { active: true, ended_at: None }, NOW).await.unwrap();
        drop(tx);
    }
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    assert!(!tx.chat(&chat.id).await.unwrap().unwrap().identification.active);
    tx.commit().await.unwrap();
    assert!(!store.read().await.unwrap().chat(&chat.id).await.unwrap().unwrap().identification.active);
});

both!(a_write_that_is_given_up_in_the_middle_undoes_no_other, store => {
    let chat = a_chat(&store).await;
    let mut writers = Vec::new();
    for number in 0..80_u64 {
        let (store, id) = (store.clone(), chat.id.clone());
        writers.push(tokio::spawn(async move {
            let write = async {
                let mut tx = store.write(Scope::Chat(&id)).await.unwrap();
                let mut settings = tx.chat(&id).await.unwrap().unwrap().settings;
                settings.allowed_origins.push(format!("https://shop{number}.example"));
                tx.put_settings(&id, &settings, NOW).await.unwrap();
                tx.commit().await.unwrap();
            };
            // Every other writer hangs up, each at another moment.
            if number % 2 == 0 {
                tokio::time::timeout(std::time::Duration::from_micros(number * 120), write).await.is_ok()
            } else {
                write.await;
                true
            }
        }));
    }
    let mut acknowledged = Vec::new();
    for (number, writer) in writers.into_iter().enumerate() {
        if writer.await.unwrap() {
            acknowledged.push(format!("https://shop{number}.example"));
        }
    }
    assert!(acknowledged.len() >= 40, "{}", acknowledged.len());
    let kept = store.read().await.unwrap().chat(&chat.id).await.unwrap().unwrap().settings.allowed_origins;
    for origin in &acknowledged {
        assert_eq!(kept.iter().filter(|kept| *kept == origin).count(), 1, "{origin} in {kept:?}");
    }
});

both!(a_glance_sees_what_was_kept, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.put_settings(&chat.id, &chat.settings, NOW).await.unwrap();
    let mut glance = store.glance().await.unwrap();
    assert_eq!(glance.chat(&chat.id).await.unwrap().unwrap().version, 1);
    drop(glance);
    tx.commit().await.unwrap();
    assert_eq!(store.glance().await.unwrap().chat(&chat.id).await.unwrap().unwrap().version, 2);
});

both!(a_write_that_fails_undoes_no_other, store => {
    let chat = a_chat(&store).await;
    let mut writers = Vec::new();
    for number in 0..40_u64 {
        let (store, id) = (store.clone(), chat.id.clone());
        writers.push(tokio::spawn(async move {
            let mut tx = store.write(Scope::Chat(&id)).await.unwrap();
            let settings = tx.chat(&id).await.unwrap().unwrap().settings;
            tx.put_settings(&id, &settings, NOW).await.unwrap();
            // A chat that is there already.
            if number % 2 == 0 {
                let again = tx.chat(&id).await.unwrap().unwrap();
                assert!(tx.add_chat(&again).await.is_err());
                return;
            }
            tx.commit().await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(store.read().await.unwrap().chat(&chat.id).await.unwrap().unwrap().version, 21);
});

both!(a_reader_sees_one_moment, store => {
    let chat = a_chat(&store).await;
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.chat(&chat.id).await.unwrap().unwrap().version, 1);
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.put_settings(&chat.id, &chat.settings, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reader.chat(&chat.id).await.unwrap().unwrap().version, 1);
    assert_eq!(store.read().await.unwrap().chat(&chat.id).await.unwrap().unwrap().version, 2);
});

both!(scopes_that_share_a_part_do_not_lock_each_other_out_for_good, store => {
    let chat = a_chat(&store).await;
    let emails = ["a@shop.example", "b@shop.example"].map(|email| email.parse::<domain::lead::Email>().unwrap());
    let ids = ["1", "2"].map(|id| id.parse::<domain::lead::StableId>().unwrap());
    let mut writers = Vec::new();
    for number in 0..40_usize {
        let (store, chat) = (store.clone(), chat.id.clone());
        let (email, id) = (emails[number % 2].clone(), ids[number / 2 % 2].clone());
        writers.push(tokio::spawn(async move {
            let visitor = VisitorId::new(NOW);
            let scope = Scope::Customer { chat: &chat, visitor: &visitor, email: email.key(), stable_id: Some(&id) };
            store.write(scope).await.unwrap().commit().await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
});

both!(a_healthy_database_answers_and_takes_writes, store => {
    store.read().await.unwrap().ping().await.unwrap();
    let mut tx = store.write(Scope::Housekeeping).await.unwrap();
    tx.probe().await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.read().await.unwrap().chat(&ChatId::new(NOW)).await.unwrap().is_none());
});

#[tokio::test]
async fn a_reader_of_sqlite_cannot_write() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await;
    let mut tx = store.read().await.unwrap();
    let crate::database::Tx::Sqlite(sqlite) = &mut tx.0 else { unreachable!("it is SQLite") };
    let delete = sqlx::query("DELETE FROM chats WHERE id = $1")
        .bind(chat.id.as_str())
        .execute(sqlite.conn())
        .await;
    assert!(delete.unwrap_err().to_string().contains("readonly"));
}

pub(super) async fn a_sqlite_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let store = Store::open(&url, Migration::Apply).await.unwrap();
    (folder, store)
}

/// A visitor and its token, as one trip writes them.
pub(super) fn a_visitor_with_token(chat: &ChatId) -> (Visitor, Writes) {
    let visitor = super::visitors::a_new_visitor(chat);
    let mut writes = Writes::default();
    writes.put_visitors([&visitor]);
    let token = VisitorToken::generate(NOW).hash(chat);
    writes.add_visitor_tokens([(&visitor, &token, TokenState::Live)], NOW);
    (visitor, writes)
}

both!(what_goes_in_one_trip_is_kept_whole_or_not_at_all, store => {
    let chat = a_chat(&store).await.id;
    let tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (kept, writes) = a_visitor_with_token(&chat);
    tx.commit_with(writes).await.unwrap();
    // The last of its statements is refused: there is no such visitor.
    let tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (dropped, mut writes) = a_visitor_with_token(&chat);
    let stranger = Visitor { id: VisitorId::new(NOW), ..dropped.clone() };
    let token = VisitorToken::generate(NOW).hash(&chat);
    writes.add_visitor_tokens([(&stranger, &token, TokenState::Live)], NOW);
    assert!(tx.commit_with(writes).await.unwrap_err().may_be_of_one_row());
    // Nothing to write is no error.
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.write(Writes::default()).await.unwrap();
    tx.commit_with(Writes::default()).await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.visitor(&chat, &kept.id).await.unwrap(), Some(kept));
    assert_eq!(tx.visitor(&chat, &dropped.id).await.unwrap(), None);
});

both!(turns_that_share_a_commit_keep_only_what_went_well, store => {
    let chat = a_chat(&store).await.id;
    let mut all = Vec::new();
    for number in 0..60_usize {
        let (store, chat) = (store.clone(), chat.clone());
        all.push(tokio::spawn(async move {
            let (visitor, mut writes) = a_visitor_with_token(&chat);
            if number % 5 == 1 {
                let stranger = Visitor { id: VisitorId::new(NOW), ..visitor.clone() };
                let token = VisitorToken::generate(NOW).hash(&chat);
                writes.add_visitor_tokens([(&stranger, &token, TokenState::Live)], NOW);
            }
            let mut tx = store.write(Scope::Visitor(&chat, &visitor.id)).await.unwrap();
            let outcome = match number % 5 {
                // Each ends in another way.
                0 | 1 => tx.commit_with(writes).await.is_ok(),
                2 => {
                    tx.write(writes).await.unwrap();
                    tx.commit().await.is_ok()
                }
                3 => {
                    tx.write(writes).await.unwrap();
                    drop(tx);
                    false
                }
                _ => {
                    drop(tx);
                    false
                }
            };
            assert_eq!(outcome, matches!(number % 5, 0 | 2));
            (visitor, outcome)
        }));
    }
    for one in all {
        let (visitor, is_kept) = one.await.unwrap();
        let found = store.read().await.unwrap().visitor(&chat, &visitor.id).await.unwrap();
        assert_eq!(found, is_kept.then_some(visitor));
    }
});

#[tokio::test]
async fn a_turn_that_sqlite_undid_by_itself_is_not_taken_for_kept() {
    let (_folder, store) = a_sqlite_store().await;
    let chat = a_chat(&store).await.id;
    let (visitor, writes) = a_visitor_with_token(&chat);
    let mut tx = store.write(Scope::Visitor(&chat, &visitor.id)).await.unwrap();
    tx.write(writes).await.unwrap();
    // As it does when the disk is full.
    sql!(tx, db => sqlx::raw_sql("ROLLBACK").execute(db).await.map(drop).unwrap());
    // Somebody waits already, and comes before the commit.
    let (next, writes) = a_visitor_with_token(&chat);
    let other = tokio::spawn({
        let (store, chat, id) = (store.clone(), chat.clone(), next.id.clone());
        async move { store.write(Scope::Visitor(&chat, &id)).await.unwrap().commit_with(writes).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(tx.commit().await.is_err());
    other.await.unwrap().unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), None);
    assert_eq!(tx.visitor(&chat, &next.id).await.unwrap(), Some(next));
}

both!(a_write_about_many_begins_with_what_is_known_of_them, store => {
    let chat = a_chat(&store).await.id;
    let claims = ["a@shop.example", "b@shop.example"]
        .map(|email| super::leads::claims(email, None, 10.0));
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let visitor = super::visitors::a_visitor(&mut tx, &chat).await;
    let tokens = [(); 2].map(|()| VisitorToken::generate(NOW).hash(&chat));
    tx.add_visitor_token(&visitor, &tokens[0], NOW).await.unwrap();
    tx.commit().await.unwrap();
    let claimant = |at: usize| Claimant { chat: &chat, claims: &claims[at], token: Some(&tokens[at]), use_id: None };
    let claimants = [claimant(0), claimant(1)];
    if store.file().is_none() {
        // Another write is about the visitor whose token it is.
        let other = store.write(Scope::Visitor(&chat, &visitor.id)).await.unwrap();
        let WriteAbout { tx, claimed, .. } = store.write_about(&claimants).await.unwrap();
        assert_eq!(claimed.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
        tx.commit().await.unwrap();
        other.commit().await.unwrap();
        // Or about the one that begins with a token which was never seen.
        let first = VisitorId::of_first_token(&tokens[1]);
        let other = store.write(Scope::Visitor(&chat, &first)).await.unwrap();
        let WriteAbout { tx, claimed, .. } = store.write_about(&claimants).await.unwrap();
        assert_eq!(claimed.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
        tx.commit().await.unwrap();
        other.commit().await.unwrap();
    }
    let WriteAbout { tx, claimed, .. } = store.write_about(&claimants).await.unwrap();
    let found: Vec<_> = claimed.iter().map(|one| one.as_ref().unwrap().visitor.as_ref().map(|seen| &seen.visitor)).collect();
    assert_eq!(found, [Some(&visitor), None]);
    tx.commit().await.unwrap();
    if store.file().is_none() {
        let other = store.write(claimants[1].scope(None)).await.unwrap();
        let WriteAbout { tx, claimed, .. } = store.write_about(&claimants).await.unwrap();
        assert_eq!(claimed.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
        tx.commit().await.unwrap();
        other.commit().await.unwrap();
    }
});

both!(who_writes_about_a_chat_may_go_on_with_its_record, store => {
    let chat = a_chat(&store).await.id;
    let claims = super::leads::claims("a@shop.example", None, 10.0);
    let claimants = [Claimant { chat: &chat, claims: &claims, token: None, use_id: None }];
    let heads = async || {
        let WriteAbout { tx, heads, .. } = store.write_about(&claimants).await.unwrap();
        tx.commit().await.unwrap();
        heads
    };
    // The first entry of all is sealed later.
    assert!(heads().await.is_empty());
    let mut chain = Chain::default();
    let entries = [(); 3].map(|()| Entry::new(chat.clone(), EntryKind::Activated, NOW));
    let places = [chain.advance(&entries[0]), chain.advance(&entries[1])];
    let head = crate::RecordHead { chain, seal: "seal".to_owned() };
    let tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut writes = Writes::default();
    let sealed = entries.iter().zip(&places).map(|(entry, (seq, hash))| (entry, Some((*seq, hash))));
    writes.append_records(sealed);
    writes.append_records([(&entries[2], None)]);
    writes.put_record_heads([(&chat, &head)]);
    tx.commit_with(writes).await.unwrap();
    assert_eq!(heads().await.remove(&chat), Some(head.clone()));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.sealed_entries(&chat, 0, 9).await.unwrap().len(), 2);
    assert_eq!(tx.unsealed_entries(&chat, 9).await.unwrap(), entries[2..]);
    drop(tx);
    // What has a number already is taken.
    let tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut writes = Writes::default();
    let another = Entry::new(chat.clone(), EntryKind::Activated, NOW);
    writes.append_records([(&another, Some((2, &places[1].1)))]);
    assert!(tx.commit_with(writes).await.unwrap_err().is_taken());
    if store.file().is_none() {
        let other = store.write(Scope::Chat(&chat)).await.unwrap();
        assert!(heads().await.is_empty());
        other.commit().await.unwrap();
    }
    // An end that is not what the head says is not gone on with: one entry less, and one more.
    for seq in [1, 3] {
        let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
        let other = crate::RecordHead { chain: Chain { seq, hash: places[0].1.clone() }, seal: "seal".to_owned() };
        tx.put_record_head(&chat, &other).await.unwrap();
        tx.commit().await.unwrap();
        assert!(heads().await.is_empty(), "{seq}");
    }
});

both!(the_ends_of_several_records_come_with_whom_a_write_is_about, store => {
    let chats = [a_chat(&store).await.id, a_chat(&store).await.id];
    let mut writes = Writes::default();
    let heads = [1, 2].map(|seq| {
        let mut chain = Chain::default();
        let entries: Vec<_> = (0..seq).map(|_| Entry::new(chats[seq - 1].clone(), EntryKind::Activated, NOW)).collect();
        let places: Vec<_> = entries.iter().map(|entry| chain.advance(entry)).collect();
        writes.append_records(entries.iter().zip(&places).map(|(entry, (seq, hash))| (entry, Some((*seq, hash)))));
        crate::RecordHead { chain, seal: format!("seal {seq}") }
    });
    writes.put_record_heads(chats.iter().zip(&heads));
    store.write_many().await.unwrap().commit_with(writes).await.unwrap();
    let claims = ["a@shop.example", "b@shop.example", "c@shop.example"].map(|email| super::leads::claims(email, None, 10.0));
    let of = |chat, claims| Claimant { chat, claims, token: None, use_id: None };
    let claimants = [of(&chats[0], &claims[0]), of(&chats[0], &claims[1]), of(&chats[1], &claims[2])];
    let WriteAbout { tx, heads: found, .. } = store.write_about(&claimants).await.unwrap();
    assert_eq!(found, chats.iter().cloned().zip(heads.clone()).collect());
    tx.commit().await.unwrap();
    if store.file().is_none() {
        // The first claimant is busy, and so is the record of the first chat: the other's is there.
        let busy = store.write(claimants[0].scope(None)).await.unwrap();
        let chat = store.write(Scope::Chat(&chats[0])).await.unwrap();
        let WriteAbout { tx, claimed, heads: found } = store.write_about(&claimants).await.unwrap();
        assert_eq!(claimed.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(found, [(chats[1].clone(), heads[1].clone())].into());
        tx.commit().await.unwrap();
        busy.commit().await.unwrap();
        chat.commit().await.unwrap();
    }
});

both!(of_many_scopes_those_are_locked_that_nobody_else_writes_about, store => {
    let chat = a_chat(&store).await.id;
    let ids = [(); 3].map(|()| VisitorId::new(NOW));
    let scopes = ids.each_ref().map(|id| Scope::Visitor(&chat, id));
    let of = |visitor| Scope::Customer { chat: &chat, visitor, email: EMAIL.key(), stable_id: None };
    let customers = ids.each_ref().map(|id| Wanted::Scope(of(id)));
    let wanted = scopes.map(Wanted::Scope);
    if store.file().is_none() {
        let other = store.write(scopes[1]).await.unwrap();
        let mut tx = store.write_many().await.unwrap();
        assert_eq!(tx.try_lock(&wanted).await.unwrap(), [true, false, true]);
        // One of several locks is not enough, and those that two scopes have in common are nobody else's.
        assert_eq!(tx.try_lock(&customers).await.unwrap(), [true, false, true]);
        let mut third = store.write_many().await.unwrap();
        assert_eq!(third.try_lock(&wanted).await.unwrap(), [false; 3]);
        drop(other);
    } else {
        let mut tx = store.write_many().await.unwrap();
        assert_eq!(tx.try_lock(&wanted).await.unwrap(), [true; 3]);
        assert_eq!(tx.try_lock(&customers[..1]).await.unwrap(), [true]);
    }
    // They end with the transaction.
    let mut tx = store.write(scopes[0]).await.unwrap();
    assert_eq!(tx.chat(&chat).await.unwrap().unwrap().id, chat);
});

both!(the_planner_is_told_of_tables_that_grew, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    for _ in 0..300 {
        super::visitors::a_visitor(&mut tx, &chat).await;
    }
    tx.commit().await.unwrap();
    let on_postgres = store.file().is_none();
    // The server tells of what was written a second later or so; each connection by itself.
    let (mut grown, mut times) = (0, 0);
    while on_postgres && grown == 0 && times < 150 {
        times += 1;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        grown = store.refresh_statistics().await.unwrap();
    }
    assert_eq!(grown > 0, on_postgres);
    assert_eq!(store.refresh_statistics().await.unwrap(), 0);
});

both!(whatever_connection_writes_its_statements_are_planned_by_index, store => {
    if store.postgres_pool().is_none() {
        return;
    }
    let chat = a_chat(&store).await.id;
    let scoped = store.write(Scope::Chat(&chat)).await.unwrap();
    for mut tx in [scoped, store.write_many().await.unwrap()] {
        let query = "SELECT name || '=' || setting FROM pg_settings
                     WHERE name IN ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'random_page_cost', 'plan_cache_mode')
                     ORDER BY name";
        let settings: Vec<String> =
            sql!(tx, db => sqlx::query_scalar(query).fetch_all(db).await.unwrap());
        let expected = [
            "enable_hashjoin=off",
            "enable_mergejoin=off",
            "enable_seqscan=off",
            "plan_cache_mode=force_generic_plan",
            "random_page_cost=0",
        ];
        assert_eq!(settings, expected);
    }
});
