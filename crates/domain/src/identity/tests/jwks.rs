//! Key sets that merchants publish, and what they make of a chat's keys.

use std::fmt::Write;
use std::time::Duration;

use super::*;
use crate::identity::claimed_kid;
use crate::identity::jwks::{Changes, JwkSet, JwkSetError, JwksSource, LeftOut, MAX_SET};
use crate::identity::key::{PublicKey, PublicKeyError};

const JWK: &str = include_str!("fixtures/rsa.jwk");

/// A key of its own for each number; nobody has its private half.
fn numbered(number: u8) -> PublicKey {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut modulus = vec![0x5d; 256];
    (modulus[0], modulus[200]) = (0x80, number);
    let n = URL_SAFE_NO_PAD.encode(modulus);
    PublicKey::from_jwk(&format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB"}}"#)).unwrap()
}

fn named(number: u8) -> NamedKey {
    NamedKey { kid: format!("k{number}").parse().unwrap(), public_key: numbered(number) }
}

fn jwk(key: &NamedKey) -> String {
    format!(
        r#"{{"kty":"RSA","use":"sig","kid":"{}","n":"{}","e":"AQAB","x5c":["AAAA"]}}"#,
        key.kid,
        key.public_key.n()
    )
}

fn set(jwks: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, jwks.join(","))
}

#[test]
fn a_set_gives_the_keys_that_verify_rs256_and_says_why_not_the_others() {
    let text = set(&[
        jwk(&named(1)),
        JWK.to_owned(),
        r#"{"kty":"EC","kid":"ec","crv":"P-256","x":"AA","y":"AA"}"#.to_owned(),
        JWK.replace("2026-07", "for encryption").replace('}', r#","use":"enc"}"#),
        JWK.replace("2026-07", "rs512").replace('}', r#","alg":"RS512"}"#),
        jwk(&named(1)),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(),
        "7".to_owned(),
    ]);
    let set = JwkSet::parse(&text).unwrap();
    let kids: Vec<&str> = set.keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["k1", "2026-07"]);
    let mut unusable = String::new();
    for key in &set.unusable {
        writeln!(unusable, "{}: {:?}", key.name, key.why).unwrap();
    }
    assert_eq!(
        unusable,
        "\"ec\": NotRsa\n\"for encryption\": OtherUse(\"use\")\n\"rs512\": OtherUse(\"alg\")\nnumber 7: Size(17)\nnumber 8: NotRsa\n"
    );
}

#[test]
fn a_name_that_comes_twice_in_a_set_names_one_key() {
    let twin = NamedKey { kid: named(1).kid, public_key: numbered(2) };
    let set = JwkSet::parse(&set(&[jwk(&named(1)), jwk(&twin)])).unwrap();
    assert_eq!(set.keys, [named(1), NamedKey::from(numbered(2))]);
}

#[test]
fn a_set_has_its_limits() {
    let check = |text: &str, expected: JwkSetError| {
        assert_eq!(JwkSet::parse(text), Err(expected), "{text:.100}");
    };
    let jwks = |count: u8| set(&(0..count).map(|number| jwk(&named(number))).collect::<Vec<_>>());
    assert_eq!(JwkSet::parse(&jwks(20)).unwrap().keys.len(), 20);
    check(&jwks(21), JwkSetError::TooMany(21));
    let padded = |length: usize| {
        let text = set(&[]);
        format!("{text}{}", " ".repeat(length - text.len()))
    };
    assert_eq!(JwkSet::parse(&padded(MAX_SET)).unwrap().keys, []);
    check(&padded(MAX_SET + 1), JwkSetError::TooLarge);
    for text in ["", "[]", "<html>", r#"{"keys":[],"keys":[]}"#, r#"{"keys":[[[[[[7]]]]]]}"#] {
        check(text, JwkSetError::NotJson);
    }
    for text in ["{}", r#"{"keys":{}}"#, JWK] {
        check(text, JwkSetError::NoKeys);
    }
    let private = JWK.replace('}', r#","d":"AAAA"}"#);
    check(&set(&[jwk(&named(1)), private]), JwkSetError::Private);
}

fn source() -> JwksSource {
    JwksSource {
        chat_id: key(&PAIR, "x", KeyState::Active).chat_id,
        url: "https://shop.example/jwks.json".to_owned(),
        attempted_at: None,
        fetched_at: None,
        error: None,
        created_at: now(),
    }
}

/// The key of this number as the chat has it.
fn known(number: u8, source: KeySource, state: KeyState) -> IdentificationKey {
    let chat = key(&PAIR, "x", KeyState::Active).chat_id;
    IdentificationKey { state, ..IdentificationKey::new(chat, named(number), source, now()) }
}

/// What the set of these numbers makes of these keys.
fn changes(keys: &[IdentificationKey], set: &[u8]) -> Changes {
    let set: Vec<NamedKey> = set.iter().map(|&number| named(number)).collect();
    let elsewhere = |key: &PublicKey| *key == numbered(99);
    source().changes(keys, &set, elsewhere, now())
}

fn kids(numbers: &[u8]) -> Vec<Kid> {
    numbers.iter().map(|&number| named(number).kid).collect()
}

#[test]
fn keys_come_stay_and_go_with_the_set() {
    use KeySource::{Generated, Jwks};
    use KeyState::{Active, Retired, Revoked};
    let own = known(9, Generated, Active);
    let (one, two) = (known(1, Jwks, Active), known(2, Jwks, Active));
    let base = Changes::default();
    assert_eq!(changes(&[], &[]), base);
    assert_eq!(changes(&[], &[1, 2]), Changes { add: vec![named(1), named(2)], ..base.clone() });
    assert_eq!(
        changes(&[own.clone(), one.clone(), two.clone()], &[2, 3]),
        Changes { add: vec![named(3)], renew: kids(&[2]), retire: kids(&[1]), ..base.clone() }
    );
    // The merchant's other keys are nothing of the set's.
    assert_eq!(changes(std::slice::from_ref(&own), &[9]), base);
    let gone = known(1, Jwks, Retired);
    assert_eq!(
        changes(std::slice::from_ref(&gone), &[1]),
        Changes { revive: kids(&[1]), ..base.clone() }
    );
    let left_out = |keys: &[IdentificationKey], why| {
        assert_eq!(
            changes(keys, &[1]),
            Changes { left_out: vec![(named(1).kid, why)], ..base.clone() }
        );
    };
    left_out(&[known(1, Jwks, Revoked)], LeftOut::Revoked);
    left_out(&[known(1, Generated, Retired)], LeftOut::Retired);
    left_out(
        &[IdentificationKey { verifies_until: Some(now()), ..gone.clone() }],
        LeftOut::Retired,
    );
    let before = now() - Duration::from_secs(1);
    left_out(&[IdentificationKey { created_at: before, ..gone }], LeftOut::Retired);
    let [_, foreign] = [1, 99].map(named);
    assert_eq!(
        changes(&[], &[99]),
        Changes { left_out: vec![(foreign.kid, LeftOut::Elsewhere)], ..base }
    );
}

#[test]
fn no_more_keys_are_taken_than_a_chat_may_have() {
    use KeySource::{Generated, Jwks};
    use KeyState::{Active, Retired};
    let no_room = |numbers: &[u8]| -> Vec<_> {
        kids(numbers).into_iter().map(|kid| (kid, LeftOut::NoRoom)).collect()
    };
    let four = changes(&[], &[1, 2, 3, 4]);
    assert_eq!((four.add.len(), four.left_out), (3, no_room(&[4])));
    let grace = Some(now() + Duration::from_secs(1));
    let keys = [
        known(8, Generated, Active),
        IdentificationKey { verifies_until: grace, ..known(9, Generated, Retired) },
        known(1, Jwks, Active),
    ];
    let full = changes(&keys, &[2, 1]);
    assert_eq!((full.renew, full.left_out), (kids(&[1]), no_room(&[2])));
    // One goes, one comes.
    let swapped = changes(&keys, &[2]);
    assert_eq!((swapped.retire, swapped.add), (kids(&[1]), vec![named(2)]));
    // Those that lapsed while their address was away come back as far as there is room.
    let lapsed =
        |number| IdentificationKey { verifies_until: Some(now()), ..known(number, Jwks, Active) };
    let late = changes(&[keys[0].clone(), keys[1].clone(), lapsed(1), lapsed(2)], &[1, 2]);
    assert_eq!((late.renew, late.left_out), (kids(&[1]), no_room(&[2])));
}

#[test]
fn a_name_that_another_key_of_the_chat_has_is_not_taken_twice() {
    let other = IdentificationKey {
        kid: named(1).kid,
        ..known(7, KeySource::Generated, KeyState::Retired)
    };
    assert_eq!(changes(&[other], &[1]).add, [NamedKey::from(numbered(1))]);
}

#[test]
fn the_kid_that_a_token_claims_is_only_a_hint() {
    let kid: Kid = "a/b".parse().unwrap();
    let claims = payload(&[]);
    assert_eq!(claimed_kid(&PAIR.sign(Some(&kid), &claims).unwrap()), Some(kid));
    assert_eq!(claimed_kid(&PAIR.sign(None, &claims).unwrap()), None);
    assert_eq!(claimed_kid(&sign(r#"{"alg":"HS256","kid":"x"}"#, &claims)), None);
    assert_eq!(claimed_kid(&sign(r#"{"alg":"RS256","kid":7}"#, &claims)), None);
    assert_eq!(claimed_kid("nonsense"), None);
}

#[test]
fn a_reason_why_a_key_is_unusable_is_a_sentence() {
    let error = PublicKeyError::OtherUse("alg");
    assert!(error.to_string().contains("its alg says so"));
    for error in [JwkSetError::NotJson, JwkSetError::TooMany(30), JwkSetError::Private] {
        assert!(error.to_string().contains("key"), "{error}");
    }
}
