//! The tables of `semantics.md`, sections 1 to 3: each row a test, each limit from both sides.

mod claims;
mod decide;
mod diagnosis;
mod json;
mod jwks;
mod key;
mod oracle;
mod paste;
mod retirement;
mod time;
mod token;
mod vectors;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::key::{IdentificationKey, KeySize, KeySource, KeyState, Kid, NamedKey, SigningKeyPair};
use super::reason::Reason;
use super::{KeySet, Rules, Verified};
use crate::time::Timestamp;

/// 2027-01-15T08:00:00Z.
const NOW: i64 = 1_800_000_000;
const AUDIENCE: &str = "abcdefghij0123456789";
const HEADER: &str = r#"{"alg":"RS256","typ":"JWT"}"#;

static PAIR: LazyLock<SigningKeyPair> =
    LazyLock::new(|| SigningKeyPair::generate(KeySize::Rsa2048).unwrap());
static STRANGER: LazyLock<SigningKeyPair> =
    LazyLock::new(|| SigningKeyPair::generate(KeySize::Rsa2048).unwrap());

fn now() -> Timestamp {
    Timestamp::from_millis(NOW * 1000)
}

fn key(pair: &SigningKeyPair, kid: &str, state: KeyState) -> IdentificationKey {
    let chat = "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().unwrap();
    let named = NamedKey { kid: kid.parse().unwrap(), public_key: pair.public_key().clone() };
    IdentificationKey { state, ..IdentificationKey::new(chat, named, KeySource::Generated, now()) }
}

fn keys() -> KeySet {
    KeySet::new(vec![key(&PAIR, "main", KeyState::Active)])
}

fn rules() -> Rules {
    Rules { audiences: vec![AUDIENCE.to_owned(), "shop".to_owned()], ..Rules::default() }
}

/// A payload that is right but for `changes`: members set to a raw JSON text, or left out where it is empty.
fn payload(changes: &[(&str, &str)]) -> String {
    let (iat, exp) = (NOW.to_string(), (NOW + 3600).to_string());
    let mut members = vec![("email", r#""ann@example.com""#), ("iat", &iat), ("exp", &exp)];
    members.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    members.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn sign(header: &str, payload: &str) -> String {
    PAIR.sign_parts(header, payload).unwrap()
}

/// Verifies `jwt` after a good token with the same header, where there can be one: that header is known then.
fn judge_later(keys: &KeySet, jwt: &str, rules: &Rules) -> Result<Verified, Reason> {
    let keys = KeySet::new(keys.keys().to_vec());
    let header = jwt.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    if let Some(header) = header.and_then(|header| String::from_utf8(header).ok()) {
        let _ = keys.verify(&sign(&header, &payload(&[])), &Rules::default(), now());
    }
    keys.verify(jwt, rules, now()).map_err(|error| error.reason)
}

/// Verifies, and makes sure that a diagnosis says the same.
fn judge(keys: &KeySet, jwt: &str, rules: &Rules) -> Result<Verified, Reason> {
    let verdict = keys.verify(jwt, rules, now()).map_err(|error| error.reason);
    assert_eq!(judge_later(keys, jwt, rules), verdict, "{jwt}");
    let diagnosis = keys.inspect(jwt, rules, now());
    // Nothing that a diagnosis bears with is borne with from then on.
    let after = keys.verify(jwt, rules, now()).map_err(|error| error.reason);
    assert_eq!(after, verdict, "after a diagnosis: {jwt}");
    assert_eq!(diagnosis.valid, verdict.is_ok(), "{diagnosis:?}");
    let first_sight = diagnosis.reason.map(Reason::at_first_sight);
    assert_eq!(first_sight, verdict.as_ref().err().copied(), "{diagnosis:?}");
    if let Ok(verified) = &verdict {
        let warned: Vec<_> = diagnosis.warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(warned, verified.warnings);
    }
    verdict
}

/// A token with this header is judged so.
#[track_caller]
fn check_header(header: &str, expected: Result<(), Reason>) {
    let verdict = judge(&keys(), &sign(header, &payload(&[])), &rules());
    assert_eq!(verdict.map(|_| ()), expected, "{header}");
}

/// A token with these changes to its payload is judged so.
#[track_caller]
fn check_claims(changes: &[(&str, &str)], expected: Result<(), Reason>) {
    check_payload(&payload(changes), expected);
}

/// A token with this payload is judged so.
#[track_caller]
fn check_payload(payload: &str, expected: Result<(), Reason>) {
    let verdict = judge(&keys(), &sign(HEADER, payload), &rules());
    assert_eq!(verdict.map(|_| ()), expected, "{payload}");
}

/// What a token with these changes says.
#[track_caller]
fn accepted(changes: &[(&str, &str)]) -> Verified {
    let payload = payload(changes);
    judge(&keys(), &sign(HEADER, &payload), &rules()).expect(&payload)
}

#[test]
fn reasons_differ_in_code_and_exit_code() {
    let codes: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.code()).collect();
    let exits: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.exit_code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    assert_eq!(exits.len(), Reason::ALL.len());
    assert!(exits.iter().all(|&code| code >= 10));
    for reason in Reason::ALL {
        assert!(reason.message().ends_with('.') && reason.remedy().ends_with('.'), "{reason:?}");
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
    }
}

#[test]
fn the_key_that_kid_names_or_any_that_verifies_is_the_signer() {
    let set = |state, until| {
        let mut old = key(&PAIR, "old", state);
        old.verifies_until = until;
        KeySet::new(vec![key(&STRANGER, "new", KeyState::Active), old])
    };
    let second = std::time::Duration::from_secs(1);
    let check = |kid: Option<&str>, set: &KeySet, expected: Result<&str, Reason>| {
        let kid: Option<Kid> = kid.map(|kid| kid.parse().unwrap());
        let jwt = PAIR.sign(kid.as_ref(), &payload(&[])).unwrap();
        let verdict = judge(set, &jwt, &rules()).map(|verified| verified.kid);
        assert_eq!(verdict, expected.map(|kid| kid.parse().unwrap()), "{kid:?}");
    };
    for kid in [None, Some("old"), Some("new"), Some("unknown"), Some("../../etc/passwd")] {
        check(kid, &set(KeyState::Active, None), Ok("old"));
        check(kid, &set(KeyState::Retired, Some(now() + second)), Ok("old"));
        check(kid, &set(KeyState::Retired, Some(now())), Err(Reason::WrongKey));
        check(kid, &set(KeyState::Retired, None), Err(Reason::WrongKey));
        check(kid, &set(KeyState::Revoked, Some(now() + second)), Err(Reason::WrongKey));
        check(kid, &KeySet::new(vec![]), Err(Reason::WrongKey));
        // Keys from an address that does not answer any more.
        check(kid, &set(KeyState::Active, Some(now() + second)), Ok("old"));
        check(kid, &set(KeyState::Active, Some(now())), Err(Reason::WrongKey));
    }
}

#[test]
fn uses_are_counted_by_jti_or_else_by_the_token() {
    let hash = accepted(&[]).use_id;
    assert_eq!(hash, accepted(&[]).use_id);
    assert_ne!(hash, accepted(&[("sub", "\"7\"")]).use_id);
    let looks_alike = format!("{:?}", hash.as_str());
    assert_ne!(hash, accepted(&[("jti", &looks_alike)]).use_id);
    assert_eq!(
        accepted(&[("jti", "\"a\"")]).use_id,
        accepted(&[("jti", "\"a\""), ("sub", "\"7\"")]).use_id
    );
    assert_eq!(accepted(&[("jti", "\"a\"")]).use_id.as_str(), "jti:a");
}

#[test]
fn nothing_of_an_unverified_token_is_read() {
    for payload in [payload(&[("exp", "")]), payload(&[("email", "7")]), "nonsense".to_owned()] {
        let jwt = STRANGER.sign_parts(HEADER, &payload).unwrap();
        assert_eq!(judge(&keys(), &jwt, &rules()).map(|_| ()), Err(Reason::WrongKey), "{payload}");
    }
}
