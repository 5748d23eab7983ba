use std::time::Duration;

use domain::settings::Settings;

use super::*;

both!(a_chat_is_read_back_as_it_was_written, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.chat(&chat.id).await.unwrap(), Some(chat.clone()));
    assert_eq!(tx.chat_of_widget(&chat.widget_token).await.unwrap(), Some(chat.clone()));
    assert_eq!(tx.chat_of_widget(&WidgetToken::generate()).await.unwrap(), None);
    assert_eq!(tx.chats_of_account(&chat.account_id).await.unwrap(), vec![chat]);
    assert_eq!(tx.chats_of_account(&AccountId::new(NOW)).await.unwrap(), vec![]);
});

both!(a_change_counts_the_version_up_and_is_found_by_its_time, store => {
    let chat = a_chat(&store).await;
    let later = NOW + Duration::from_secs(5);
    let mut settings = Settings::default();
    settings.identification.session = 900;
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.put_settings(&chat.id, &settings, later).await.unwrap();
    let state = Identification { active: true, ended_at: Some(NOW) };
    tx.put_identification(&chat.id, state, later).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let kept = tx.chat(&chat.id).await.unwrap().unwrap();
    assert_eq!((kept.settings, kept.identification, kept.version), (settings, state, 3));
    assert_eq!(tx.chats_changed_since(later).await.unwrap(), vec![(chat.id, 3)]);
    assert_eq!(tx.chats_changed_since(later + Duration::from_millis(1)).await.unwrap(), vec![]);
});

both!(keys_are_kept_counted_and_retired, store => {
    let chat = a_chat(&store).await;
    let key = a_key(&chat.id);
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.add_identification_key(&key).await.unwrap();
    tx.count_verified(&chat.id, &key.kid, 3, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let keys = store.read().await.unwrap().identification_keys(&chat.id).await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].public_key.fingerprint(), key.public_key.fingerprint());
    assert_eq!((keys[0].state, keys[0].verified, keys[0].last_used_at), (KeyState::Active, 3, Some(NOW)));
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.retire_identification_keys(&chat.id).await.unwrap();
    tx.commit().await.unwrap();
    let keys = store.read().await.unwrap().identification_keys(&chat.id).await.unwrap();
    assert_eq!(keys[0].state, KeyState::Retired);
});

both!(a_key_belongs_to_one_chat, store => {
    let (one, two) = (a_chat(&store).await, a_chat(&store).await);
    let mut tx = store.write(Scope::Chat(&one.id)).await.unwrap();
    tx.add_identification_key(&a_key(&one.id)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.write(Scope::Chat(&two.id)).await.unwrap();
    assert!(tx.add_identification_key(&a_key(&two.id)).await.unwrap_err().is_taken());
    drop(tx);
    assert_eq!(store.read().await.unwrap().identification_keys(&two.id).await.unwrap().len(), 0);
});

both!(a_chat_that_was_touched_is_looked_at_again, store => {
    let chat = a_chat(&store).await;
    let later = NOW + std::time::Duration::from_secs(9);
    let mut tx = store.write(Scope::Person { chat: &chat.id, email: None, stable_id: None }).await.unwrap();
    assert!(tx.chats_changed_since(later).await.unwrap().is_empty());
    tx.touch_chat(&chat.id, later).await.unwrap();
    assert_eq!(tx.chats_changed_since(later).await.unwrap(), [(chat.id, 2)]);
});
