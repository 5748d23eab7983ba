//! The checks of a token told to the merchant one by one.

use aws_lc_rs::hmac;
use serde::Serialize;
use serde_json::Value;

use super::check::{CheckName, Course, Warning};
use super::key::{IdentificationKey, KeyState};
use super::reason::{Reason, VerifyError};
use super::token::Compact;
use super::{KeySet, Rules};
use crate::time::Timestamp;

/// What is right and wrong with a token. As JSON it is what `zipchat token inspect --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// Whether it would be accepted.
    pub valid: bool,
    /// Why not: the first check that failed.
    pub reason: Option<Reason>,
    /// The reason in a sentence.
    pub message: Option<&'static str>,
    /// How to mend it.
    pub remedy: Option<&'static str>,
    /// Every check, in the order in which they are made.
    pub checks: Vec<Check>,
    /// What is right and yet unwise.
    pub warnings: Vec<Warned>,
    /// The payload, as far as it can be read. Where the signature is not right, nobody vouches for it.
    pub claims: Option<Value>,
}

/// A check and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: CheckName,
    /// How it went.
    pub outcome: Outcome,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should.
    Passed,
    /// The token is refused for it.
    Failed,
    /// Not made, since what it needs was not there.
    Skipped,
}

/// A warning with its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Warned {
    /// Its code.
    pub code: Warning,
    /// Its sentence.
    pub message: &'static str,
}

impl Diagnosis {
    /// Makes `reason` the reason: for what only the service knows, such as that the token was signed by the key of another chat,
    /// or that the customer was revoked.
    ///
    /// [`Reason::AnotherChatsKey`] takes the place of the signature's reason. Any other is the failure of the check `chat`: of one
    /// that takes no tokens at all, which comes before every other check, or else the last.
    pub fn refine(&mut self, reason: Reason, detail: Option<String>) {
        let name =
            if reason == Reason::AnotherChatsKey { CheckName::Signature } else { CheckName::Chat };
        self.checks.retain(|check| check.name != CheckName::Chat || name != CheckName::Chat);
        if name == CheckName::Chat {
            let first = matches!(reason, Reason::NotActive | Reason::ShopifyChat);
            let at = if first { 0 } else { self.checks.len() };
            let outcome = Outcome::Failed;
            self.checks.insert(at, Check { name, outcome, reason: Some(reason), detail });
        } else if let Some(check) = self.checks.iter_mut().find(|check| check.name == name) {
            check.outcome = Outcome::Failed;
            check.reason = Some(reason);
            check.detail = detail;
        }
        self.conclude();
    }

    /// Adds a warning that only the service can give.
    pub fn warn(&mut self, code: Warning) {
        self.warnings.push(Warned { code, message: code.message() });
    }

    fn conclude(&mut self) {
        self.reason = self.checks.iter().find_map(|check| check.reason);
        self.valid = self.reason.is_none();
        self.message = self.reason.map(Reason::message);
        self.remedy = self.reason.map(Reason::remedy);
    }
}

/// Runs all checks of `jwt`, and looks further where one failed.
pub(super) fn inspect(keys: &KeySet, jwt: &str, rules: &Rules, now: Timestamp) -> Diagnosis {
    let mut course = Thorough::default();
    // A thorough course never ends with an error.
    let _ = keys.examine(jwt, rules, now, &mut course);
    let token = Compact::read(jwt, false).ok();
    if let Some(token) = &token {
        look_further(keys, token, &mut course.checks);
    }
    let mut diagnosis = Diagnosis {
        valid: false,
        reason: None,
        message: None,
        remedy: None,
        checks: course.with_skipped(),
        warnings: course
            .warnings
            .iter()
            .map(|&code| Warned { code, message: code.message() })
            .collect(),
        claims: token.and_then(|token| serde_json::from_slice(&token.payload).ok()),
    };
    diagnosis.conclude();
    diagnosis
}

/// Writes every outcome down and goes on.
#[derive(Debug, Default)]
struct Thorough {
    checks: Vec<Check>,
    warnings: Vec<Warning>,
}

impl Course for Thorough {
    const IS_STRICT: bool = false;

    fn check<T>(
        &mut self,
        name: CheckName,
        outcome: Result<T, VerifyError>,
        detail: impl FnOnce(&T) -> Option<String>,
    ) -> Result<Option<T>, VerifyError> {
        let (check, value) = match outcome {
            Ok(value) => (
                Check { name, outcome: Outcome::Passed, reason: None, detail: detail(&value) },
                Some(value),
            ),
            Err(VerifyError { reason, detail }) => {
                (Check { name, outcome: Outcome::Failed, reason: Some(reason), detail }, None)
            }
        };
        self.checks.push(check);
        Ok(value)
    }

    fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

impl Thorough {
    /// All checks of a token in their order, those not made as skipped.
    fn with_skipped(&self) -> Vec<Check> {
        let find = |name| self.checks.iter().find(|check| check.name == name).cloned();
        let skipped = |name| Check { name, outcome: Outcome::Skipped, reason: None, detail: None };
        CheckName::OF_TOKEN
            .into_iter()
            .map(|name| find(name).unwrap_or_else(|| skipped(name)))
            .collect()
    }
}

/// Where no key that verifies signed the token, says which other one did; where HS256 did, whether the public key was its secret.
fn look_further(keys: &KeySet, token: &Compact<'_>, checks: &mut [Check]) {
    let digest = token.digest();
    for check in checks {
        match check.reason {
            Some(Reason::WrongKey) => {
                let signed =
                    |key: &&IdentificationKey| key.public_key.verifies(&digest, &token.signature);
                if let Some(key) = keys.keys().iter().find(signed) {
                    let revoked = key.state == KeyState::Revoked;
                    check.reason =
                        Some(if revoked { Reason::RevokedKey } else { Reason::RetiredKey });
                    check.detail = Some(format!("by the key {}", key.kid));
                } else if check.detail.is_none() {
                    check.detail = Some(describe(keys));
                }
            }
            Some(Reason::WrongAlgorithm) => {
                if let Some(key) = keys.keys().iter().find(|key| is_secret(key, token)) {
                    check.reason = Some(Reason::Hs256WithPublicKey);
                    check.detail = Some(format!("the secret is the public key {}", key.kid));
                }
            }
            _ => {}
        }
    }
}

/// The keys that the chat has, for somebody who signed with another one.
fn describe(keys: &KeySet) -> String {
    let known: Vec<String> = keys
        .keys()
        .iter()
        .map(|key| {
            format!("{} ({}, {})", key.kid, key.state.as_str(), key.public_key.fingerprint())
        })
        .collect();
    if known.is_empty() {
        "the chat has no keys".to_owned()
    } else {
        format!("the chat's keys: {}", known.join("; "))
    }
}

/// Whether `token` is signed with HS256 and this public key, in one of the spellings in which it lies about, as the secret.
fn is_secret(key: &IdentificationKey, token: &Compact<'_>) -> bool {
    let pem = key.public_key.to_pem();
    let spellings = [pem.as_bytes(), pem.trim_end().as_bytes(), key.public_key.spki_der()];
    spellings.into_iter().any(|secret| {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&secret, token.signing_input, &token.signature).is_ok()
    })
}
