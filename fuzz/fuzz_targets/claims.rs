//! Any text as the payload of a token: nothing panics, a payload that passes every check is accepted once it is signed, and what
//! was read of it says the same as a second parser, and the same again when it is stored and read back.

#![no_main]

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::check::CheckName;
use domain::identity::key::{IdentificationKey, KeySize, KeySource, SigningKeyPair};
use domain::identity::{KeySet, Rules};
use domain::lead::{Attributes, Email};
use domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

static PAIR: LazyLock<SigningKeyPair> =
    LazyLock::new(|| SigningKeyPair::generate(KeySize::Rsa2048).expect("a key pair"));

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let chat = "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().expect("a chat's id");
    let key = PAIR.public_key().clone().into();
    KeySet::new(vec![IdentificationKey::new(chat, key, KeySource::Generated, NOW)])
});

fuzz_target!(|payload: &str| {
    let rules = Rules { audiences: vec!["shop".to_owned()], ..Rules::default() };
    // A diagnosis reads the claims whatever the signature is, so that only what is worth it needs to be signed.
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    let unsigned =
        format!("{}.{}.{}", encode(r#"{"alg":"RS256"}"#), encode(payload), "A".repeat(342));
    let diagnosis = KEYS.inspect(&unsigned, &rules, NOW);
    let mut failures = diagnosis.checks.iter().filter(|check| check.reason.is_some());
    if !failures.all(|check| check.name == CheckName::Signature) || payload.len() > 11_000 {
        return;
    }
    let jwt = PAIR.sign(None, payload).expect("a token");
    let Ok(verified) = KEYS.verify(&jwt, &rules, NOW) else {
        assert!(payload.is_empty(), "{payload}");
        return;
    };
    let claims = verified.claims;
    let theirs: serde_json::Value = serde_json::from_str(payload).expect("JSON");
    assert_eq!(theirs["exp"].as_f64(), Some(claims.expires_at));
    assert!(theirs["email"].as_str().expect("a string").contains(claims.email.signed()));
    if let Ok(again) = claims.email.key().as_str().parse::<Email>() {
        assert_eq!(again, claims.email);
    }
    if let Some(attributes) = claims.attributes {
        assert_eq!(theirs["additional_attributes"].as_object(), Some(attributes.as_map()));
        assert_eq!(Attributes::from_stored(attributes.as_json()).as_ref(), Ok(&attributes));
    }
});
