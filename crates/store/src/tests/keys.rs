//! Keys, and the addresses that some come from.

use std::time::Duration;

use domain::identity::jwks::JwksSource;
use domain::identity::key::NamedKey;

use super::*;
use crate::KeyUse;

const SECOND: Duration = Duration::from_secs(1);

async fn only_key(store: &Store, chat: &ChatId) -> IdentificationKey {
    let mut keys = store.read().await.unwrap().identification_keys(chat).await.unwrap();
    assert_eq!(keys.len(), 1);
    keys.remove(0)
}

both!(a_key_is_read_back_as_it_was_written, store => {
    let chat = a_chat(&store).await.id;
    for source in [KeySource::Generated, KeySource::PublicKey, KeySource::Jwks] {
        let pair = SigningKeyPair::generate(KeySize::default()).unwrap();
        let named = NamedKey { kid: source.as_str().parse().unwrap(), public_key: pair.public_key().clone() };
        let key = IdentificationKey {
            verifies_until: Some(NOW + SECOND),
            ..IdentificationKey::new(chat.clone(), named, source, NOW)
        };
        let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
        tx.add_identification_key(&key).await.unwrap();
        assert_eq!(tx.chat_of_key(&key.public_key).await.unwrap(), Some(chat.clone()));
        let kept = tx.identification_keys(&chat).await.unwrap();
        let kept = kept.iter().find(|kept| kept.kid == key.kid).unwrap();
        assert_eq!(format!("{kept:?}"), format!("{key:?}"));
        tx.commit().await.unwrap();
    }
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.chat_of_key(PAIR.public_key()).await.unwrap(), None);
});

both!(uses_of_a_key_are_counted_from_the_first_to_the_last, store => {
    let chat = a_chat(&store).await.id;
    let key = a_key(&chat);
    let count = async |verified, refused, span| {
        let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
        tx.count_key_use(&chat, &key.kid, KeyUse { verified, refused, span }).await.unwrap();
        tx.commit().await.unwrap();
        let key = only_key(&store, &chat).await;
        (key.verified, key.refused, key.first_used_at, key.last_used_at)
    };
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.add_identification_key(&key).await.unwrap();
    tx.commit().await.unwrap();
    let (later, latest) = (NOW + SECOND, NOW + SECOND * 2);
    assert_eq!(count(0, 2, None).await, (0, 2, None, None));
    assert_eq!(count(3, 0, Some((NOW, latest))).await, (3, 2, Some(NOW), Some(latest)));
    // What another node counted may be written late.
    assert_eq!(count(1, 1, Some((later, later))).await, (4, 3, Some(NOW), Some(latest)));
    assert_eq!(count(0, 1, None).await, (4, 4, Some(NOW), Some(latest)));
});

both!(a_revoked_key_stays_revoked, store => {
    let chat = a_chat(&store).await.id;
    let key = a_key(&chat);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.add_identification_key(&key).await.unwrap();
    tx.commit().await.unwrap();
    let put = async |state, until| {
        let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
        tx.put_key_state(&chat, &key.kid, state, until).await.unwrap();
        tx.commit().await.unwrap();
        let key = only_key(&store, &chat).await;
        (key.state, key.verifies_until)
    };
    let grace = Some(NOW + SECOND);
    assert_eq!(put(KeyState::Retired, grace).await, (KeyState::Retired, grace));
    assert_eq!(put(KeyState::Active, None).await, (KeyState::Active, None));
    assert_eq!(put(KeyState::Revoked, None).await, (KeyState::Revoked, None));
    assert_eq!(put(KeyState::Retired, grace).await, (KeyState::Revoked, None));
    assert_eq!(put(KeyState::Active, None).await, (KeyState::Revoked, None));
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.retire_identification_keys(&chat).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(only_key(&store, &chat).await.state, KeyState::Revoked);
});

both!(all_keys_of_a_chat_are_retired_together, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let grace = IdentificationKey { verifies_until: Some(NOW + SECOND), ..a_key(&chat) };
    tx.add_identification_key(&grace).await.unwrap();
    tx.retire_identification_keys(&chat).await.unwrap();
    tx.commit().await.unwrap();
    let key = only_key(&store, &chat).await;
    assert_eq!((key.state, key.verifies_until), (KeyState::Retired, None));
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

both!(an_address_is_kept_asked_in_turn_and_forgotten, store => {
    let (one, two) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let source = |chat: &ChatId| JwksSource {
        chat_id: chat.clone(),
        url: "https://shop.example/jwks.json".to_owned(),
        attempted_at: None,
        fetched_at: None,
        error: None,
        created_at: NOW,
    };
    let asked = JwksSource {
        attempted_at: Some(NOW),
        fetched_at: Some(NOW - SECOND),
        error: Some("it answered 404".to_owned()),
        ..source(&one)
    };
    let mut tx = store.write(Scope::Chat(&one)).await.unwrap();
    assert_eq!(tx.jwks_source(&one).await.unwrap(), None);
    tx.put_jwks_source(&source(&one)).await.unwrap();
    assert_eq!(tx.jwks_source(&one).await.unwrap(), Some(source(&one)));
    tx.put_jwks_source(&asked).await.unwrap();
    assert_eq!(tx.jwks_source(&one).await.unwrap(), Some(asked));
    tx.commit().await.unwrap();
    let mut tx = store.write(Scope::Chat(&two)).await.unwrap();
    tx.put_jwks_source(&source(&two)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.chats_with_jwks_due(NOW - SECOND, 10).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(tx.chats_with_jwks_due(NOW, 10).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(tx.chats_with_jwks_due(NOW, 1).await.unwrap(), [two]);
    drop(tx);
    let mut tx = store.write(Scope::Chat(&one)).await.unwrap();
    assert!(tx.remove_jwks_source(&one).await.unwrap());
    assert!(!tx.remove_jwks_source(&one).await.unwrap());
    assert_eq!(tx.jwks_source(&one).await.unwrap(), None);
});
