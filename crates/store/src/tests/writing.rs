use domain::id::{ChatId, VisitorId};
use domain::settings::Settings;

use super::*;

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
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/test.db", folder.path().display());
    let store = Store::open(&url, Migration::Apply).await.unwrap();
    let chat = a_chat(&store).await;
    let mut tx = store.read().await.unwrap();
    let crate::database::Tx::Sqlite(sqlite) = &mut tx.0 else { unreachable!("it is SQLite") };
    let delete = sqlx::query("DELETE FROM chats WHERE id = $1")
        .bind(chat.id.as_str())
        .execute(sqlite.conn())
        .await;
    assert!(delete.unwrap_err().to_string().contains("readonly"));
}

both!(of_many_scopes_those_are_locked_that_nobody_else_writes_about, store => {
    let chat = a_chat(&store).await.id;
    let ids = [(); 3].map(|()| VisitorId::new(NOW));
    let scopes = ids.each_ref().map(|id| Scope::Visitor(&chat, id));
    let of = |visitor| Scope::Customer { chat: &chat, visitor, email: EMAIL.key(), stable_id: None };
    if store.file().is_none() {
        let other = store.write(scopes[1]).await.unwrap();
        let mut tx = store.write_many().await.unwrap();
        assert_eq!(tx.try_lock(&scopes).await.unwrap(), [true, false, true]);
        // One of several locks is not enough, and those that two scopes have in common are nobody else's.
        assert_eq!(tx.try_lock(&[of(&ids[0]), of(&ids[1]), of(&ids[2])]).await.unwrap(), [true, false, true]);
        let mut third = store.write_many().await.unwrap();
        assert_eq!(third.try_lock(&scopes).await.unwrap(), [false; 3]);
        drop(other);
    } else {
        let mut tx = store.write_many().await.unwrap();
        assert_eq!(tx.try_lock(&scopes).await.unwrap(), [true; 3]);
        assert_eq!(tx.try_lock(&[of(&ids[0])]).await.unwrap(), [true]);
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
