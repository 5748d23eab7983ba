use std::time::Duration;

use domain::account::SecondFactors;
use domain::passkey::{Passkey, PasskeyAlgorithm, PasskeyKey};

use super::accounts::an_operator;
use super::*;
use crate::{Session, Totp, WrongCodes};

both!(an_authenticator_app_is_a_second_factor_once_it_gave_a_code, store => {
    let chat = a_chat(&store).await;
    let new = an_operator(&chat.account_id, "a@shop.example");
    let ada = &new.operator;
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&new).await.unwrap();
    let session = Session {
        token_hash: "s".to_owned(),
        account_id: chat.account_id.clone(),
        operator_id: ada.id.clone(),
        agent: String::new(),
        created_at: NOW,
        last_seen_at: NOW,
        authenticated_at: NOW,
        expires_at: NOW + Duration::from_hours(1),
    };
    tx.add_session(&session).await.unwrap();
    assert_eq!(tx.totp(ada).await.unwrap(), None);
    let begun = Totp { secret: "v1:x".to_owned(), last_step: None, confirmed_at: None };
    tx.put_totp(ada, &begun, NOW).await.unwrap();
    assert!(!tx.open_session("s", NOW).await.unwrap().unwrap().second_factors.any());
    let whole = Totp { last_step: Some(7), confirmed_at: Some(NOW), ..begun };
    tx.put_totp(ada, &whole, NOW).await.unwrap();
    assert_eq!(tx.totp(ada).await.unwrap(), Some(whole));
    let has = SecondFactors { totp: true, passkey: false };
    assert_eq!(tx.open_session("s", NOW).await.unwrap().unwrap().second_factors, has);
    assert!(tx.members(&chat.account_id).await.unwrap()[0].has_second_factor);
    tx.remove_totp(ada).await.unwrap();
    assert_eq!(tx.totp(ada).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(a_recovery_code_is_used_once, store => {
    let chat = a_chat(&store).await;
    let new = an_operator(&chat.account_id, "a@shop.example");
    let ada = &new.operator;
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&new).await.unwrap();
    tx.put_recovery_codes(ada, &["one".to_owned(), "two".to_owned()]).await.unwrap();
    tx.put_recovery_codes(ada, &["three".to_owned(), "four".to_owned()]).await.unwrap();
    assert_eq!(tx.count_recovery_codes(ada).await.unwrap(), 2);
    assert!(!tx.use_recovery_code(ada, "one").await.unwrap());
    assert!(tx.use_recovery_code(ada, "three").await.unwrap());
    assert!(!tx.use_recovery_code(ada, "three").await.unwrap());
    assert_eq!(tx.count_recovery_codes(ada).await.unwrap(), 1);
});

both!(wrong_codes_are_counted, store => {
    let chat = a_chat(&store).await;
    let new = an_operator(&chat.account_id, "a@shop.example");
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&new).await.unwrap();
    assert_eq!(tx.wrong_codes(&new.operator).await.unwrap(), WrongCodes::default());
    let wrong = WrongCodes { count: 5, locked_until: Some(NOW) };
    tx.put_wrong_codes(&new.operator, wrong).await.unwrap();
    assert_eq!(tx.wrong_codes(&new.operator).await.unwrap(), wrong);
});

both!(a_passkey_is_kept_used_and_removed, store => {
    let chat = a_chat(&store).await;
    let new = an_operator(&chat.account_id, "a@shop.example");
    let other = an_operator(&chat.account_id, "b@shop.example");
    let ada = &new.operator;
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&new).await.unwrap();
    tx.add_operator(&other).await.unwrap();
    let key = PasskeyKey { algorithm: PasskeyAlgorithm::Es256, spki: vec![0x30, 1, 2] };
    let passkey = Passkey {
        id: "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap(),
        name: "Laptop".parse().unwrap(),
        key,
        sign_count: u32::MAX,
        created_at: NOW,
        last_used_at: None,
        last_challenge_at: None,
    };
    tx.put_passkey(ada, &passkey).await.unwrap();
    assert_eq!(tx.passkeys(ada).await.unwrap(), std::slice::from_ref(&passkey));
    assert_eq!(tx.passkeys(&other.operator).await.unwrap(), []);
    let factors = SecondFactors { totp: false, passkey: true };
    assert_eq!(tx.second_factors(ada).await.unwrap(), factors);
    assert!(!tx.second_factors(&other.operator).await.unwrap().any());
    let members = tx.members(&chat.account_id).await.unwrap();
    let has: Vec<bool> = members.iter().map(|member| member.has_second_factor).collect();
    assert_eq!(has.iter().filter(|has| **has).count(), 1);
    let used = Passkey { last_used_at: Some(NOW), last_challenge_at: Some(NOW), ..passkey };
    tx.put_passkey(ada, &used).await.unwrap();
    assert_eq!(tx.passkeys(ada).await.unwrap(), std::slice::from_ref(&used));
    assert!(!tx.remove_passkey(&other.operator, &used.id).await.unwrap());
    assert!(tx.remove_passkey(ada, &used.id).await.unwrap());
    assert_eq!(tx.passkeys(ada).await.unwrap(), []);
});
