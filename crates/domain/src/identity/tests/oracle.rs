//! Whatever is accepted here, `jsonwebtoken` accepts too: random tokens, some right, most with something changed.

use std::cell::Cell;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, get_current_timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};

use super::*;

const CASES: u32 = 1500;

/// Values that a member may get, as JSON; `T` stands for the time now.
const VALUES: [&str; 24] = [
    "",
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e3",
    "1e400",
    "T",
    "T1",
    "T000",
    "T.25",
    "\"\"",
    "\"x\"",
    "\"é\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"RS256\"",
    "\"none\"",
    "\"JWT\"",
    "[]",
    "[\"shop\"]",
    "{}",
    "{\"a\":[1]}",
];
const HEADER_NAMES: [&str; 10] =
    ["alg", "typ", "kid", "crit", "jwk", "x5c", "x5t", "cty", "zip", "other"];
const CLAIM_NAMES: [&str; 13] = [
    "email",
    "first_name",
    "last_name",
    "additional_attributes",
    "exp",
    "iat",
    "nbf",
    "sub",
    "iss",
    "jti",
    "aud",
    "other",
    "\\u0061ud",
];

#[derive(Debug, Clone)]
struct Case {
    header: Vec<(&'static str, &'static str)>,
    claims: Vec<(&'static str, &'static str)>,
    edit: Option<(Index, Edit)>,
}

/// A change to the text of a signed token.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Cut,
    Put(char),
    Replace(char),
    Remove,
}

fn cases() -> impl Strategy<Value = Case> {
    let member = |names: &'static [&'static str]| (select(names), select(&VALUES[..]));
    let letters = "AQgwxyz019-_+/=. \n\"é";
    let letter = select(letters.chars().collect::<Vec<_>>());
    let edit = prop_oneof![
        Just(Edit::Cut),
        letter.clone().prop_map(Edit::Put),
        letter.prop_map(Edit::Replace),
        Just(Edit::Remove),
    ];
    let edit = prop_oneof![3 => Just(None), 1 => (any::<Index>(), edit).prop_map(Some)];
    (vec(member(&HEADER_NAMES), 0..2), vec(member(&CLAIM_NAMES), 0..3), edit)
        .prop_map(|(header, claims, edit)| Case { header, claims, edit })
}

/// The token of a case; members that are added may come twice.
fn token(case: &Case, now: u64) -> String {
    let object = |base: String, changes: &[(&str, &str)]| {
        let mut members = vec![base];
        let is_set = |(_, value): &&(&str, &str)| !value.is_empty();
        members.extend(
            changes.iter().filter(is_set).map(|(name, value)| format!("\"{name}\":{value}")),
        );
        format!("{{{}}}", members.join(",")).replace(":T", &format!(":{now}"))
    };
    let left = |name: &str| case.claims.iter().all(|(changed, _)| *changed != name);
    let mut base = vec![];
    base.extend(left("email").then(|| "\"email\":\"ann@example.com\"".to_owned()));
    base.extend(left("exp").then(|| format!("\"exp\":{}", now + 3600)));
    base.extend(left("iat").then(|| format!("\"iat\":{now}")));
    base.push("\"end\":0".to_owned());
    let mut jwt = sign(
        &object("\"alg\":\"RS256\"".to_owned(), &case.header),
        &object(base.join(","), &case.claims),
    );
    if let Some((index, edit)) = case.edit {
        let at = index.index(jwt.len());
        match edit {
            Edit::Cut => jwt.truncate(at),
            Edit::Put(letter) => jwt.insert(at, letter),
            Edit::Replace(letter) => jwt.replace_range(at..=at, &letter.to_string()),
            Edit::Remove => {
                jwt.remove(at);
            }
        }
    }
    jwt
}

#[test]
fn what_is_accepted_here_jsonwebtoken_accepts() {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&rules().audiences);
    validation.validate_nbf = true;
    let public = PAIR.public_key();
    let oracle = DecodingKey::from_rsa_components(&public.n(), &public.e()).unwrap();
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&cases(), |case| {
        // The oracle reads the clock itself.
        let now = get_current_timestamp();
        let jwt = token(&case, now);
        let moment = Timestamp::from_millis(i64::try_from(now).unwrap() * 1000);
        let verdict = keys().verify(&jwt, &rules(), moment);
        let diagnosis = keys().inspect(&jwt, &rules(), moment);
        prop_assert_eq!(diagnosis.valid, verdict.is_ok(), "{:?}", diagnosis);
        match verdict {
            Ok(verified) => {
                let theirs = decode::<serde_json::Value>(&jwt, &oracle, &validation);
                prop_assert!(theirs.is_ok(), "{:?}: {}", theirs, jwt);
                let theirs = theirs.unwrap().claims;
                prop_assert_eq!(theirs["email"].as_str(), Some(verified.claims.email.signed()));
                prop_assert_eq!(theirs["exp"].as_f64(), Some(verified.claims.expires_at));
                accepted.set(accepted.get() + 1);
            }
            Err(error) => {
                let reason = diagnosis.reason.map(Reason::at_first_sight);
                prop_assert_eq!(reason, Some(error.reason));
                refused.set(refused.get() + 1);
            }
        }
        Ok(())
    });
    outcome.unwrap();
    // Neither side of the test is empty.
    assert!(accepted.get() > CASES / 10 && refused.get() > CASES / 10, "{accepted:?} {refused:?}");
}
