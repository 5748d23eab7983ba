//! The vectors of C2SP/wycheproof for JSON Web Signature and JSON Web Key.
//!
//! They lie beside the checkout, in `shared/vectors`, or where `ZIPCHAT_VECTORS` says.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::identity::check::Strict;
use crate::identity::key::PublicKey;

fn folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("ZIPCHAT_VECTORS").filter(|folder| !folder.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let places = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    places.map(|place| place.join("shared/vectors")).find(|folder| folder.is_dir())
}

/// The groups of vectors in `file`; says so where there is no such file. (Written to standard error itself, since a test that
/// passes is not asked what it printed.)
fn groups(file: &str) -> Option<Vec<Value>> {
    let Some(folder) = folder() else {
        let lacking =
            "no folder shared/vectors beside the checkout, and ZIPCHAT_VECTORS is not set";
        writeln!(stderr(), "\nNOT RUN: the test vectors of {file}: {lacking}.").unwrap();
        return None;
    };
    let path = folder.join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut vectors: Value = serde_json::from_str(&text).unwrap();
    Some(serde_json::from_value(vectors["testGroups"].take()).unwrap())
}

/// Whether the signature of `jwt` is accepted: its payload is for other tests, since no vector's is about a customer.
fn authenticate(keys: &KeySet, jwt: &str) -> Result<(), Reason> {
    let outcome = keys.authenticate(jwt, now(), &mut Strict::default());
    outcome.map(|_| ()).map_err(|error| error.reason)
}

/// A group's public keys: those that can be used here, and why each other one cannot.
fn key_set(group: &Value) -> (KeySet, Vec<String>) {
    let public = &group["public"];
    let jwks = public["keys"].as_array().cloned().unwrap_or_else(|| vec![public.clone()]);
    let (mut known, mut refused) = (vec![], vec![]);
    for jwk in jwks {
        match PublicKey::from_jwk(&jwk.to_string()) {
            Ok(public_key) => {
                let kid = jwk["kid"].as_str().unwrap_or("none").parse().unwrap();
                known.push(IdentificationKey {
                    kid,
                    public_key,
                    ..key(&PAIR, "x", KeyState::Active)
                });
            }
            Err(error) => refused.push(error.to_string()),
        }
    }
    (KeySet::new(known), refused)
}

/// Runs one file; gives how many vectors were accepted, and why valid ones were not, with how many each. `None` where there are
/// no vectors.
fn run(file: &str) -> Option<(usize, BTreeMap<String, usize>)> {
    let (mut accepted, mut outside) = (0, BTreeMap::new());
    for group in groups(file)? {
        let (keys, refused) = key_set(&group);
        for test in group["tests"].as_array().unwrap() {
            let name = format!("{file}, {}: {}", test["tcId"], test["comment"]);
            let jws = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), str::to_owned);
            let verdict = authenticate(&keys, &jws);
            // A key of another kind, or no key at all, must do no harm either.
            assert!(authenticate(&super::keys(), &jws).is_err(), "{name}");
            match (test["result"].as_str().unwrap(), verdict) {
                ("valid", Ok(())) => accepted += 1,
                ("valid", Err(reason)) => {
                    let why = refused.first().cloned().unwrap_or_else(|| reason.code().to_owned());
                    *outside.entry(why).or_default() += 1;
                    // With a key that is not ours to use, the token itself must be outside the profile too.
                    assert!(
                        matches!(reason, Reason::WrongAlgorithm | Reason::Malformed),
                        "{name}: {reason:?}"
                    );
                }
                ("invalid", verdict) => assert!(verdict.is_err(), "{name}"),
                (other, _) => panic!("{name}: {other}"),
            }
        }
    }
    Some((accepted, outside))
}

fn expected(outside: &[(&str, usize)]) -> BTreeMap<String, usize> {
    outside.iter().map(|&(why, count)| (why.to_owned(), count)).collect()
}

#[test]
fn signatures_are_judged_as_the_vectors_say() {
    let Some((accepted, outside)) = run("json_web_signature_test.json") else { return };
    // Valid and inside the profile: all of RS256 that have a payload.
    assert_eq!(accepted, 7, "{outside:?}");
    let why = [
        // RS256 with an empty payload, which no token of ours has.
        ("malformed", 1),
        // HS256, ES256 and ES512.
        ("not an RSA public key", 14),
        // RS384, RS512, PS256, PS384 and PS512.
        ("this JWK is not for verifying RS256 signatures: its alg says so", 24),
    ];
    assert_eq!(outside, expected(&why));
}

#[test]
fn keys_are_judged_as_the_vectors_say() {
    let Some((accepted, outside)) = run("json_web_key_test.json") else { return };
    assert_eq!(accepted, 1, "{outside:?}");
    // HS256, HS384 and HS512.
    assert_eq!(outside, expected(&[("not an RSA public key", 4)]));
}
