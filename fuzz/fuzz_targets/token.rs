//! Any text as a token: nothing panics, nothing is accepted that the chat's key did not sign, and verification and diagnosis agree.

#![no_main]

use std::sync::LazyLock;

use domain::identity::key::{IdentificationKey, KeySize, KeySource, SigningKeyPair};
use domain::identity::reason::Reason;
use domain::identity::{KeySet, Rules};
use domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let pair = SigningKeyPair::generate(KeySize::Rsa2048).expect("a key pair");
    let chat = "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().expect("a chat's id");
    let key = pair.public_key().clone().into();
    KeySet::new(vec![IdentificationKey::new(chat, key, KeySource::Generated, NOW)])
});

fuzz_target!(|jwt: &str| {
    let rules = Rules::default();
    let error = KEYS
        .verify(jwt, &rules, NOW)
        .expect_err("only the private key makes tokens, and it is gone");
    let diagnosis = KEYS.inspect(jwt, &rules, NOW);
    assert!(!diagnosis.valid);
    assert_eq!(diagnosis.reason.map(Reason::at_first_sight), Some(error.reason));
    assert!(serde_json::to_string(&diagnosis).is_ok());
});
