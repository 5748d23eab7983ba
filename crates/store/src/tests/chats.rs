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
    tx.touch_chat(&chat.id, later).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let kept = tx.chat(&chat.id).await.unwrap().unwrap();
    assert_eq!((kept.settings, kept.identification, kept.version), (settings, state, 4));
    assert_eq!(tx.chats_changed_since(later).await.unwrap(), vec![(chat.id, 4)]);
    assert_eq!(tx.chats_changed_since(later + Duration::from_millis(1)).await.unwrap(), vec![]);
});

both!(a_chat_gets_another_name, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.put_chat_name(&chat.id, &"Coffee shop".parse().unwrap(), NOW).await.unwrap();
    let renamed = tx.chat(&chat.id).await.unwrap().unwrap();
    assert_eq!((renamed.name.as_str(), renamed.version), ("Coffee shop", chat.version + 1));
});
