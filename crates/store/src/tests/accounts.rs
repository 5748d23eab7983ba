use std::time::Duration;

use domain::account::{Operator, Role};
use domain::id::{ApiKeyId, OperatorId};

use super::*;
use crate::{ApiKey, Integration, OperatorCredentials, Session};

pub(super) fn an_operator(account: &AccountId, email: &str) -> OperatorCredentials {
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
        agent: "Firefox".to_owned(),
        created_at: NOW,
        last_seen_at: NOW,
        authenticated_at: NOW,
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

both!(who_was_removed_is_only_a_name, store => {
    let chat = a_chat(&store).await;
    let (ada, bob) = (an_operator(&chat.account_id, "a@shop.example"), an_operator(&chat.account_id, "b@shop.example"));
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    for one in [&ada, &bob] {
        tx.add_operator(one).await.unwrap();
        tx.put_role(&one.operator, Role::Owner).await.unwrap();
    }
    assert_eq!(tx.count_owners(&chat.account_id).await.unwrap(), 2);
    let session = Session {
        token_hash: "bob".to_owned(),
        account_id: chat.account_id.clone(),
        operator_id: bob.operator.id.clone(),
        agent: String::new(),
        created_at: NOW,
        last_seen_at: NOW,
        authenticated_at: NOW,
        expires_at: NOW + Duration::from_mins(1),
    };
    tx.add_session(&session).await.unwrap();
    let members = tx.members(&chat.account_id).await.unwrap();
    let seen: Vec<_> = members.iter().map(|one| (one.operator.email.signed(), one.last_seen_at)).collect();
    assert!(seen.contains(&("a@shop.example", None)) && seen.contains(&("b@shop.example", Some(NOW))), "{seen:?}");

    tx.remove_operator(&bob.operator, NOW).await.unwrap();
    assert_eq!(tx.count_owners(&chat.account_id).await.unwrap(), 1);
    assert_eq!(tx.members(&chat.account_id).await.unwrap().len(), 1);
    assert_eq!(tx.operators(&chat.account_id).await.unwrap().len(), 1);
    assert!(tx.operator(&chat.account_id, &bob.operator.id).await.unwrap().is_none());
    assert!(tx.operator_with_email(bob.operator.email.key()).await.unwrap().is_none());
    assert_eq!(tx.session("bob", NOW).await.unwrap(), None);
    let former = tx.operator_or_former(&chat.account_id, &bob.operator.id).await.unwrap().unwrap();
    assert_eq!(former.email, bob.operator.email);
    // The email is free again.
    tx.add_operator(&an_operator(&chat.account_id, "b@shop.example")).await.unwrap();
    tx.commit().await.unwrap();
});

both!(a_conversation_of_who_was_removed_is_nobodys, store => {
    let chat = a_chat(&store).await;
    let bob = an_operator(&chat.account_id, "b@shop.example");
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    let mut kept = super::conversations::a_conversation(&mut tx, &chat.id).await;
    tx.add_operator(&bob).await.unwrap();
    kept.attention.assignee = Some(bob.operator.id.clone());
    tx.put_conversation(&kept).await.unwrap();
    tx.remove_operator(&bob.operator, NOW).await.unwrap();
    let kept = tx.conversation(&chat.id, &kept.id).await.unwrap().unwrap();
    assert_eq!(kept.attention.assignee, None);
});

both!(a_password_is_replaced, store => {
    let chat = a_chat(&store).await;
    let ada = an_operator(&chat.account_id, "a@shop.example");
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&ada).await.unwrap();
    tx.put_password(&ada.operator, "$argon2id$other").await.unwrap();
    let found = tx.operator(&chat.account_id, &ada.operator.id).await.unwrap().unwrap();
    assert_eq!(found.password_hash, "$argon2id$other");
});

both!(a_session_is_opened_with_all_that_decides, store => {
    let chat = a_chat(&store).await;
    let ada = an_operator(&chat.account_id, "a@shop.example");
    let session = |hash: &str, minutes| Session {
        token_hash: hash.to_owned(),
        account_id: chat.account_id.clone(),
        operator_id: ada.operator.id.clone(),
        agent: "Firefox".to_owned(),
        created_at: NOW,
        last_seen_at: NOW + Duration::from_mins(minutes),
        authenticated_at: NOW,
        expires_at: NOW + Duration::from_hours(1),
    };
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&ada).await.unwrap();
    for (hash, minutes) in [("one", 1), ("two", 2), ("three", 3)] {
        tx.add_session(&session(hash, minutes)).await.unwrap();
    }
    let open = tx.open_session("one", NOW).await.unwrap().unwrap();
    assert_eq!((&open.session, &open.operator), (&session("one", 1), &ada.operator));
    assert!(!open.second_factors.any() && !open.account.second_factor_required);
    assert_eq!(open.account.name.as_str(), "Teas");
    assert_eq!(tx.open_session("one", NOW + Duration::from_hours(1)).await.unwrap(), None);
    assert_eq!(tx.open_session("none", NOW).await.unwrap(), None);

    let later = NOW + Duration::from_mins(9);
    tx.put_session_seen("one", later).await.unwrap();
    tx.put_session_authenticated("two", later).await.unwrap();
    let account = Account { second_factor_required: true, ..open.account };
    tx.put_second_factor_required(&account).await.unwrap();
    let one = tx.open_session("one", NOW).await.unwrap().unwrap();
    assert_eq!((one.session.last_seen_at, one.session.authenticated_at), (later, NOW));
    assert!(one.account.second_factor_required);
    assert_eq!(tx.session("two", NOW).await.unwrap().unwrap().authenticated_at, later);
    let all: Vec<_> = tx.sessions(&ada.operator, NOW).await.unwrap().into_iter().map(|one| one.token_hash).collect();
    assert_eq!(all, ["one", "two", "three"]);
    assert_eq!(tx.end_sessions(&ada.operator, "two").await.unwrap(), 2);
    assert_eq!(tx.sessions(&ada.operator, NOW).await.unwrap().len(), 1);
});
