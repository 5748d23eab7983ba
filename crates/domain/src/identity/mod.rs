//! Customer identification: the strict token profile, the keys, and what follows from a verified token.
//!
//! | module | |
//! | --- | --- |
//! | [`json`] | JSON that means one thing only |
//! | [`key`] | public keys, key pairs, JWK sets |
//! | [`jwks`] | keys from an address |
//! | [`retirement`] | whether a key may go |
//! | [`claims`] | what a verified token says |
//! | [`check`], [`reason`] | what is checked, and why a token is refused |
//! | [`diagnosis`] | the same checks, told one by one |
//! | [`decide`] | what becomes of the visitor |
//!
//! The order of work is: text and header, then the signature, then the claims. The claims of a token that was not verified are
//! parsed into nothing; only a diagnosis looks at them, and says that they are unverified.

pub mod check;
pub mod claims;
pub mod decide;
mod der;
pub mod diagnosis;
pub mod json;
pub mod jwks;
pub mod key;
mod paste;
mod pem;
pub mod reason;
pub mod retirement;
mod token;

use std::sync::OnceLock;
use std::time::Duration;

use aws_lc_rs::digest::Digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use token::MAX_TOKEN;

use crate::time::Timestamp;
use check::{CheckName, Course, Strict, Warning};
use claims::CustomerClaims;
use diagnosis::Diagnosis;
use key::{IdentificationKey, Jwks, Kid};
use reason::{Reason, VerifyError};
use token::{Compact, Header, UsualHeader};

/// The name of the key that `jwt` says it is signed with, if it says so. Nothing is verified: it is good for deciding where to look.
#[must_use]
pub fn claimed_kid(jwt: &str) -> Option<Kid> {
    let token = Compact::read(jwt, false).ok()?;
    let header = Header::examine(&token.header, &mut Strict::default()).ok()??;
    header.kid?.parse().ok()
}

/// All keys of a chat, also those that no longer verify, parsed once.
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: Vec<IdentificationKey>,
    /// The header of a token whose signature was good: a backend gives all of its tokens the same one.
    usual: OnceLock<UsualHeader>,
}

/// What a chat asks of a token beyond the profile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// The longest lifetime; 366 days where it is not set, and never more.
    pub max_lifetime: Option<Duration>,
    /// What `aud`, where a token has one, must name one of: the widget token, and the chat's configured value.
    pub audiences: Vec<String>,
    /// Tokens issued before this, in seconds, are refused.
    pub not_before: Option<f64>,
}

/// A token that is what it claims to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// What it says.
    pub claims: CustomerClaims,
    /// The key that signed it.
    pub kid: Kid,
    /// By what its uses are counted.
    pub use_id: UseId,
    /// What is unwise about it.
    pub warnings: Vec<Warning>,
}

/// By what the uses of a token are counted in a chat: its `jti`, or else the hash of what was signed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UseId(String);

impl UseId {
    /// The prefixes keep a `jti` that looks like a hash from being one. The signature need not be hashed: it follows from the rest.
    fn new(claims: &CustomerClaims, token: &Digest) -> Self {
        if let Some(jti) = &claims.jti {
            return Self(format!("jti:{jti}"));
        }
        let mut id = String::with_capacity(64);
        id.push_str("sha256:");
        URL_SAFE_NO_PAD.encode_string(token, &mut id);
        Self(id)
    }

    /// Its text: at most 259 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token whose text, header and signature were checked.
#[derive(Debug)]
struct Authenticated<'k> {
    payload: Vec<u8>,
    /// SHA-256 of what is signed.
    digest: Digest,
    /// The key that signed it; `None` only where that check failed and the course goes on.
    signer: Option<&'k IdentificationKey>,
}

/// A token that passed every check.
struct Examined<'k> {
    claims: CustomerClaims,
    signer: &'k IdentificationKey,
    /// SHA-256 of what is signed.
    digest: Digest,
}

impl KeySet {
    /// The set of `keys`, all of one chat.
    #[must_use]
    pub const fn new(keys: Vec<IdentificationKey>) -> Self {
        Self { keys, usual: OnceLock::new() }
    }

    /// Its keys.
    #[must_use]
    pub fn keys(&self) -> &[IdentificationKey] {
        &self.keys
    }

    /// The keys that verify at `now`, as they are published.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Jwks {
        Jwks::new(self.verifying(now))
    }

    /// Verifies a customer's token.
    ///
    /// `jwt`: compact JWS, RS256, at most [`MAX_TOKEN`] bytes. `now`: when it is judged; `iat` may lie up to 300 s ahead of it.
    /// The key that `kid` names is tried first, then each other key that verifies. It costs one RSA verification, 20 to 70 µs,
    /// or as many as there are such keys.
    ///
    /// # Errors
    /// [`VerifyError`], with the first [`Reason`] that is found.
    ///
    /// Source: customer identification, "JWT Payload Keys We Read"; semantics, sections 1 to 3.
    pub fn verify(
        &self,
        jwt: &str,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Verified, VerifyError> {
        let mut course = Strict::default();
        // A strict course has ended with an error wherever there is no value.
        let examined = self.examine(jwt, rules, now, &mut course)?;
        let Examined { claims, signer, digest } = examined.ok_or(Reason::Malformed)?;
        let use_id = UseId::new(&claims, &digest);
        Ok(Verified { claims, kid: signer.kid.clone(), use_id, warnings: course.warnings })
    }

    /// Runs the checks of [`KeySet::verify`] to the end, and tells the outcome of each.
    #[must_use]
    pub fn inspect(&self, jwt: &str, rules: &Rules, now: Timestamp) -> Diagnosis {
        diagnosis::inspect(self, jwt, rules, now)
    }

    /// The key of this set that signed `jwt`, whether or not it verifies anything now, and whatever else is wrong with the token:
    /// for a diagnosis that asks whether the token was meant for another chat.
    #[must_use]
    pub fn signer_of(&self, jwt: &str) -> Option<&IdentificationKey> {
        let token = Compact::read(jwt, false).ok()?;
        let digest = token.digest();
        self.keys.iter().find(|key| key.public_key.verifies(&digest, &token.signature))
    }

    fn verifying(&self, now: Timestamp) -> impl Iterator<Item = &IdentificationKey> + Clone {
        self.keys.iter().filter(move |key| key.verifies_at(now))
    }

    /// Makes all checks, in their order; `None` where some failed and the course goes on.
    fn examine<C: Course>(
        &self,
        jwt: &str,
        rules: &Rules,
        now: Timestamp,
        course: &mut C,
    ) -> Result<Option<Examined<'_>>, VerifyError> {
        let Some(token) = self.authenticate(jwt, now, course)? else { return Ok(None) };
        let payload = course.check(CheckName::Payload, claims::parse(&token.payload), |_| None)?;
        let Some(payload) = payload else { return Ok(None) };
        let claims = claims::examine(&payload, rules, now, course)?;
        let digest = token.digest;
        Ok(claims.zip(token.signer).map(|(claims, signer)| Examined { claims, signer, digest }))
    }

    /// Checks text, header and signature.
    fn authenticate<C: Course>(
        &self,
        jwt: &str,
        now: Timestamp,
        course: &mut C,
    ) -> Result<Option<Authenticated<'_>>, VerifyError> {
        let usual = self.usual.get().filter(|usual| C::IS_STRICT && usual.begins(jwt));
        let form = course.check(CheckName::Form, Compact::read(jwt, usual.is_some()), |_| {
            Some(format!("{} bytes", jwt.len()))
        })?;
        let Some(token) = form else { return Ok(None) };
        let digest = token.digest();
        let examined = match usual {
            Some(_) => None,
            None => Header::examine(&token.header, course)?,
        };
        let Some(header) = usual.map(UsualHeader::header).or(examined.as_ref()) else {
            return Ok(Some(Authenticated { payload: token.payload, digest, signer: None }));
        };
        let kid = header.kid.as_deref();
        let signer = self.signer(&token, &digest, kid, now);
        let signer = course
            .check(CheckName::Signature, signer, |key| Some(format!("by the key {}", key.kid)))?;
        if let Some(kid) = kid
            && self.verifying(now).all(|key| key.kid.as_str() != kid)
        {
            course.warn(Warning::UnknownKid);
        }
        // A thorough course comes here with headers that it has found wanting, too. Of several good ones only the first is remembered.
        if let (true, Some(header), Some(_)) = (C::IS_STRICT, examined, signer) {
            self.usual.get_or_init(|| UsualHeader::new(jwt, header));
        }
        Ok(Some(Authenticated { payload: token.payload, digest, signer }))
    }

    /// The key that signed `token`, of those that verify at `now`; the one named `kid` is tried first.
    fn signer(
        &self,
        token: &Compact<'_>,
        digest: &Digest,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<&IdentificationKey, VerifyError> {
        token.check_signature_length()?;
        let is_named = |key: &&IdentificationKey| kid == Some(key.kid.as_str());
        let keys = self.verifying(now);
        let mut in_order = keys.clone().filter(is_named).chain(keys.filter(|key| !is_named(key)));
        in_order
            .find(|key| key.public_key.verifies(digest, &token.signature))
            .ok_or_else(|| Reason::WrongKey.into())
    }
}

#[cfg(test)]
mod tests;
