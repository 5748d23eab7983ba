//! The checks told one by one.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::identity::check::CheckName;
use crate::identity::diagnosis::{Diagnosis, Outcome};

fn inspect(changes: &[(&str, &str)]) -> Diagnosis {
    keys().inspect(&sign(HEADER, &payload(changes)), &rules(), now())
}

#[track_caller]
fn check_failure(diagnosis: &Diagnosis, name: CheckName, reason: Reason, detail: &str) {
    let check = diagnosis.checks.iter().find(|check| check.reason.is_some()).unwrap();
    assert_eq!(
        (check.name, check.outcome, check.reason),
        (name, Outcome::Failed, Some(reason)),
        "{check:?}"
    );
    assert!(check.detail.as_deref().unwrap_or_default().contains(detail), "{check:?}");
    assert_eq!(diagnosis.reason, Some(reason));
    assert_eq!(
        (diagnosis.message, diagnosis.remedy),
        (Some(reason.message()), Some(reason.remedy()))
    );
}

#[test]
fn a_good_token_passes_every_check() {
    let diagnosis = inspect(&[("first_name", "\"Ann\"")]);
    assert!(diagnosis.valid);
    assert_eq!(diagnosis.reason, None);
    assert_eq!(diagnosis.checks.len(), CheckName::OF_TOKEN.len());
    assert!(diagnosis.checks.iter().all(|check| check.outcome == Outcome::Passed), "{diagnosis:?}");
    assert_eq!(diagnosis.claims.unwrap()["first_name"], "Ann");
}

#[test]
fn a_failure_says_by_how_much() {
    use CheckName::{AdditionalAttributes, Email, Exp, Iat, Lifetime, Nbf};
    let at = |offset: i64| (NOW + offset).to_string();
    check_failure(&inspect(&[("exp", &at(-180))]), Exp, Reason::Expired, "3 minutes ago");
    check_failure(&inspect(&[("exp", &at(-1))]), Exp, Reason::Expired, "1 s ago");
    check_failure(
        &inspect(&[("iat", &at(400))]),
        Iat,
        Reason::IssuedInFuture,
        "400 s in the future",
    );
    check_failure(&inspect(&[("nbf", &at(61))]), Nbf, Reason::NotYetValid, "61 s from now");
    check_failure(
        &inspect(&[("exp", "1800000000000")]),
        Exp,
        Reason::Milliseconds,
        "exp looks like milliseconds",
    );
    check_failure(
        &inspect(&[("iat", "1800000000000000")]),
        Iat,
        Reason::Milliseconds,
        "microseconds",
    );
    check_failure(
        &inspect(&[("exp", "\"1800003600\"")]),
        Exp,
        Reason::TimeWrongType,
        "exp is a string",
    );
    check_failure(
        &inspect(&[("exp", &at(400 * 86_400))]),
        Lifetime,
        Reason::LifetimeTooLong,
        "400 days; at most 366",
    );
    check_failure(&inspect(&[("email", "null")]), Email, Reason::EmailMissing, "null");
    check_failure(
        &inspect(&[("email", "\"ann@@example.com\"")]),
        Email,
        Reason::EmailMalformed,
        "exactly one @",
    );
    let many = format!("{{\"s\":{:?}}}", "x".repeat(2049));
    let diagnosis = inspect(&[("additional_attributes", &many)]);
    check_failure(&diagnosis, AdditionalAttributes, Reason::AttributesTooLarge, "2049 characters");
}

#[test]
fn every_failure_is_told_and_the_first_is_the_reason() {
    let diagnosis = inspect(&[("exp", "1"), ("email", ""), ("aud", "\"other\"")]);
    let failed: Vec<_> = diagnosis.checks.iter().filter_map(|check| check.reason).collect();
    assert_eq!(failed, [Reason::Expired, Reason::EmailMissing, Reason::AudienceMismatch]);
    assert_eq!(diagnosis.reason, Some(Reason::Expired));
    let skipped = |name| {
        diagnosis.checks.iter().any(|check| check.name == name && check.outcome == Outcome::Skipped)
    };
    assert!(skipped(CheckName::Order) && skipped(CheckName::Lifetime) && skipped(CheckName::Floor));
}

#[test]
fn a_token_that_cannot_be_read_skips_the_rest() {
    let diagnosis = keys().inspect("Bearer x.y.z", &rules(), now());
    assert_eq!(diagnosis.reason, Some(Reason::BearerPrefix));
    assert!(diagnosis.checks[1..].iter().all(|check| check.outcome == Outcome::Skipped));
    assert_eq!(diagnosis.claims, None);
}

#[test]
fn a_wrong_signature_is_looked_into() {
    let jwt = STRANGER.sign(None, &payload(&[])).unwrap();
    let with = |state| {
        KeySet::new(vec![key(&PAIR, "main", KeyState::Active), key(&STRANGER, "old", state)])
    };
    let inspect = |keys: &KeySet| keys.inspect(&jwt, &rules(), now());
    let signature = CheckName::Signature;
    check_failure(
        &inspect(&with(KeyState::Retired)),
        signature,
        Reason::RetiredKey,
        "by the key old",
    );
    check_failure(
        &inspect(&with(KeyState::Revoked)),
        signature,
        Reason::RevokedKey,
        "by the key old",
    );
    check_failure(&inspect(&keys()), signature, Reason::WrongKey, &PAIR.public_key().fingerprint());
    check_failure(&inspect(&KeySet::new(vec![])), signature, Reason::WrongKey, "no keys");
    let diagnosis = inspect(&keys());
    assert_eq!(
        diagnosis.claims.unwrap()["email"],
        "ann@example.com",
        "shown, though nobody vouches for them"
    );

    let elsewhere = KeySet::new(vec![key(&STRANGER, "theirs", KeyState::Active)]);
    assert_eq!(elsewhere.signer_of(&jwt).unwrap().kid.as_str(), "theirs");
    assert!(keys().signer_of(&jwt).is_none());
    assert!(keys().signer_of("x").is_none());
    let mut diagnosis = inspect(&keys());
    diagnosis.refine(Reason::AnotherChatsKey, Some("of the chat Shop".to_owned()));
    check_failure(&diagnosis, signature, Reason::AnotherChatsKey, "of the chat Shop");
}

#[test]
fn hs256_with_the_public_key_as_secret_is_called_so() {
    let public = PAIR.public_key();
    let pem = public.to_pem();
    let check = |secret: &[u8], reason| {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload(&[])));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
        let jwt = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag));
        assert_eq!(judge(&keys(), &jwt, &rules()).map(|_| ()), Err(Reason::WrongAlgorithm));
        check_failure(&keys().inspect(&jwt, &rules(), now()), CheckName::Algorithm, reason, "");
    };
    check(pem.as_bytes(), Reason::Hs256WithPublicKey);
    check(pem.trim().as_bytes(), Reason::Hs256WithPublicKey);
    check(public.spki_der(), Reason::Hs256WithPublicKey);
    check(b"secret", Reason::WrongAlgorithm);
}

#[test]
fn what_the_service_knows_comes_last_unless_the_chat_takes_no_tokens() {
    let mut diagnosis = inspect(&[]);
    diagnosis.refine(Reason::CustomerRevoked, None);
    check_failure(&diagnosis, CheckName::Chat, Reason::CustomerRevoked, "");
    assert!(!diagnosis.valid);
    diagnosis.refine(Reason::Replayed, None);
    check_failure(&diagnosis, CheckName::Chat, Reason::Replayed, "");
    let mut diagnosis = inspect(&[("exp", "1")]);
    diagnosis.refine(Reason::CustomerRevoked, None);
    assert_eq!(diagnosis.reason, Some(Reason::Expired));
    for reason in [Reason::NotActive, Reason::ShopifyChat] {
        diagnosis.refine(reason, None);
        assert_eq!(diagnosis.reason, Some(reason));
    }
}

#[test]
fn an_unknown_kid_is_warned_of() {
    let jwt = PAIR.sign(Some(&"other".parse().unwrap()), &payload(&[])).unwrap();
    let json = serde_json::to_value(keys().inspect(&jwt, &rules(), now())).unwrap();
    assert_eq!(json["warnings"][0]["code"], "unknown_kid");
}

#[test]
fn as_json_it_has_the_documented_members() {
    let json = serde_json::to_value(inspect(&[("exp", "1800000000")])).unwrap();
    assert_eq!(json["valid"], json!(false));
    assert_eq!(json["reason"], json!("expired"));
    assert_eq!(json["claims"]["email"], json!("ann@example.com"));
    let check =
        json!({"name": "exp", "outcome": "failed", "reason": "expired", "detail": "0 s ago"});
    assert!(json["checks"].as_array().unwrap().contains(&check), "{json}");
    let json = serde_json::to_value(inspect(&[])).unwrap();
    assert_eq!((&json["valid"], &json["reason"]), (&json!(true), &json!(null)));
}
