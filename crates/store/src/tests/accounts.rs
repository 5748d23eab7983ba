use std::time::Duration;

use domain::account::{Operator, Role};
use domain::id::{ApiKeyId, OperatorId};

use super::*;
use crate::{ApiKey, Integration, OperatorCredentials, Session};

fn an_operator(account: &AccountId, email: &str) -> OperatorCredentials {
    let operator = Operator {
        account_id: account.clone(),
        id: OperatorId::new(NOW),
        email: email.parse().unwrap(),
        name: Some("Grace Hopper".parse().unwrap()),
        role: Role::Editor,
        created_at: NOW,
    };
    OperatorCredentials { operator, password_hash: "$argon2id$…".to_owned() }
}

both!(an_operator_is_found_by_email_and_by_id, store => {
    let chat = a_chat(&store).await;
    let new = an_operator(&chat.account_id, "Ada@Shop.example");
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&new).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let email: domain::lead::Email = "ada@shop.EXAMPLE".parse().unwrap();
    let found = tx.operator_with_email(email.key()).await.unwrap().unwrap();
    assert_eq!(found.operator, new.operator);
    assert_eq!(found.operator.email.signed(), "Ada@Shop.example");
    assert_eq!(found.operator.name.as_ref().map(domain::account::OperatorName::as_str), Some("Grace Hopper"));
    assert_eq!(tx.operators(&chat.account_id).await.unwrap(), std::slice::from_ref(&new.operator));
    assert_eq!(tx.operators(&AccountId::new(NOW)).await.unwrap(), []);
    let by_id = tx.operator(&chat.account_id, &new.operator.id).await.unwrap().unwrap();
    assert_eq!(by_id.password_hash, new.password_hash);
    assert!(tx.operator(&AccountId::new(NOW), &new.operator.id).await.unwrap().is_none());
    assert_eq!(tx.account(&chat.account_id).await.unwrap().unwrap().name.as_str(), "Teas");
});

both!(an_operator_gets_another_name_or_none, store => {
    let chat = a_chat(&store).await;
    let (ada, bob) = (an_operator(&chat.account_id, "a@shop.example"), an_operator(&chat.account_id, "b@shop.example"));
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&ada).await.unwrap();
    tx.add_operator(&bob).await.unwrap();
    for name in [Some("Ada".parse().unwrap()), None] {
        tx.put_operator_name(&ada.operator, name.as_ref()).await.unwrap();
        let found = tx.operator(&chat.account_id, &ada.operator.id).await.unwrap().unwrap();
        assert_eq!(found.operator.name, name);
    }
    let other = tx.operator(&chat.account_id, &bob.operator.id).await.unwrap().unwrap();
    assert_eq!(other.operator, bob.operator);
});

both!(an_email_belongs_to_one_operator, store => {
    let chat = a_chat(&store).await;
    for (email, taken) in [("a@shop.example", false), ("A@shop.example", true)] {
        let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
        match tx.add_operator(&an_operator(&chat.account_id, email)).await {
            Ok(()) => tx.commit().await.unwrap(),
            Err(error) => assert!(taken && error.is_taken(), "{error}"),
        }
    }
});

both!(a_session_lasts_until_it_ends_or_lapses, store => {
    let chat = a_chat(&store).await;
    let operator = an_operator(&chat.account_id, "a@shop.example");
    let session = |hash: &str| Session {
        token_hash: hash.to_owned(),
        account_id: chat.account_id.clone(),
        operator_id: operator.operator.id.clone(),
        created_at: NOW,
        expires_at: NOW + Duration::from_mins(1),
    };
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&operator).await.unwrap();
    tx.add_session(&session("one")).await.unwrap();
    tx.add_session(&session("two")).await.unwrap();
    tx.end_session("two").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.session("one", NOW).await.unwrap(), Some(session("one")));
    assert_eq!(tx.session("two", NOW).await.unwrap(), None);
    assert_eq!(tx.session("one", NOW + Duration::from_mins(1)).await.unwrap(), None);
    drop(tx);
    let mut tx = store.write(Scope::Housekeeping).await.unwrap();
    tx.sweep(NOW + Duration::from_mins(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().session("one", NOW).await.unwrap(), None);
});

both!(an_api_key_is_found_by_its_hash, store => {
    let chat = a_chat(&store).await;
    let key = ApiKey {
        key_hash: "hash".to_owned(),
        chat_id: chat.id.clone(),
        id: ApiKeyId::new(NOW),
        integration: Integration::Backend,
        name: "Till".to_owned(),
        created_at: NOW,
        last_used_at: None,
    };
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.add_api_key(&key).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.api_keys(&chat.id).await.unwrap(), std::slice::from_ref(&key));
    assert_eq!(tx.api_keys(&ChatId::new(NOW)).await.unwrap(), []);
    assert_eq!(tx.api_key("hash").await.unwrap().as_ref(), Some(&key));
    assert_eq!(tx.api_key("other").await.unwrap(), None);
    drop(tx);
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.touch_api_key(&key, NOW).await.unwrap();
    assert_eq!(tx.api_key("hash").await.unwrap().unwrap().last_used_at, Some(NOW));
    assert!(!tx.delete_api_key(&chat.id, &ApiKeyId::new(NOW)).await.unwrap());
    assert!(tx.delete_api_key(&chat.id, &key.id).await.unwrap());
    assert_eq!(tx.api_key("hash").await.unwrap(), None);
});
