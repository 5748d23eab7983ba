//! Keys: the public ones that are kept, and the pairs that are made, shown once and never kept.
//!
//! Only RSA with SHA-256 (RS256), 2,048 to 4,096 bits: under 2,048 is weak, and above 4,096 a verification costs more than a
//! request should. The exponent is odd and at least 65,537 (FIPS 186-5, appendix A.1.1), at most 33 bits long.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::digest::{Digest, SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize as RsaKeySize;
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::json::{self, Json, Limits, Object};
use super::pem::Pem;
use super::{der, pem};
use crate::id::ChatId;
use crate::time::Timestamp;

/// How many keys of a chat verify at once, at most.
pub const MOST_KEYS: usize = 3;

/// How deep a JWK may be, and how many members it may have: some carry their certificates.
pub(super) const JWK_LIMITS: Limits = Limits { depth: 3, members: 64 };

/// What only the JWK of a private or secret key has.
pub(super) const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The name of a key: 1 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kid(Arc<str>);

/// Text that is empty or has more than 128 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a key (kid) has 1 to 128 characters")]
pub struct ParseKidError;

impl Kid {
    /// The name of a key that has none: its JWK thumbprint, which depends on nothing but the key.
    ///
    /// Source: RFC 7638.
    #[must_use]
    pub fn of(key: &PublicKey) -> Self {
        let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, key.e(), key.n());
        Self(URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes())).into())
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Kid {
    type Err = ParseKidError;

    fn from_str(text: &str) -> Result<Self, ParseKidError> {
        // More than 512 octets are more than 128 characters: what is long need not be counted.
        let fits = text.len() <= 512 && (1..=128).contains(&text.chars().count());
        if fits { Ok(Self(text.into())) } else { Err(ParseKidError) }
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It verifies.
    Active,
    /// Another took its place; it verifies to the end of its grace time.
    Retired,
    /// It verifies nothing, and every identity that it made has ended.
    Revoked,
}

/// A state that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such state of a key: it is active, retired or revoked")]
pub struct ParseKeyStateError;

impl KeyState {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Revoked => "revoked",
        }
    }
}

impl FromStr for KeyState {
    type Err = ParseKeyStateError;

    fn from_str(text: &str) -> Result<Self, ParseKeyStateError> {
        let all = [Self::Active, Self::Retired, Self::Revoked];
        all.into_iter().find(|state| state.as_str() == text).ok_or(ParseKeyStateError)
    }
}

/// Where a chat's key is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// Made here; its private half was shown once.
    Generated,
    /// Handed in by the merchant.
    PublicKey,
    /// Fetched from the chat's JWKS address.
    Jwks,
}

/// A source that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such source of a key: it is generated, public_key or jwks")]
pub struct ParseKeySourceError;

impl KeySource {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::PublicKey => "public_key",
            Self::Jwks => "jwks",
        }
    }
}

impl FromStr for KeySource {
    type Err = ParseKeySourceError;

    fn from_str(text: &str) -> Result<Self, ParseKeySourceError> {
        let all = [Self::Generated, Self::PublicKey, Self::Jwks];
        all.into_iter().find(|source| source.as_str() == text).ok_or(ParseKeySourceError)
    }
}

/// A public key and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// Its name: that of its JWK, or else its thumbprint.
    pub kid: Kid,
    /// The key.
    pub public_key: PublicKey,
}

impl From<PublicKey> for NamedKey {
    fn from(public_key: PublicKey) -> Self {
        Self { kid: Kid::of(&public_key), public_key }
    }
}

/// A public key of a chat.
#[derive(Debug, Clone)]
pub struct IdentificationKey {
    /// The chat. A key belongs to one chat in the whole installation, so that the key is the audience.
    pub chat_id: ChatId,
    /// Its name.
    pub kid: Kid,
    /// The key.
    pub public_key: PublicKey,
    /// What it is good for.
    pub state: KeyState,
    /// Where it is from.
    pub source: KeySource,
    /// Until when it verifies: the end of a retired key's grace time; of an active key from a JWKS address, how long it is good for
    /// while the address does not answer.
    pub verifies_until: Option<Timestamp>,
    /// Since when the chat has it.
    pub created_at: Timestamp,
    /// How many tokens it verified.
    pub verified: u64,
    /// How many tokens it signed were refused for another reason.
    pub refused: u64,
    /// When it verified first.
    pub first_used_at: Option<Timestamp>,
    /// When it verified last.
    pub last_used_at: Option<Timestamp>,
}

impl IdentificationKey {
    /// A key that is active from `now` on.
    #[must_use]
    pub fn new(chat_id: ChatId, key: NamedKey, source: KeySource, now: Timestamp) -> Self {
        let NamedKey { kid, public_key } = key;
        Self {
            chat_id,
            kid,
            public_key,
            state: KeyState::Active,
            source,
            verifies_until: None,
            created_at: now,
            verified: 0,
            refused: 0,
            first_used_at: None,
            last_used_at: None,
        }
    }

    /// Whether it verifies tokens at `now`: it is active, or retired and in its grace time.
    #[must_use]
    pub fn verifies_at(&self, now: Timestamp) -> bool {
        match self.state {
            KeyState::Active => self.verifies_until.is_none_or(|end| now < end),
            KeyState::Retired => self.verifies_until.is_some_and(|end| now < end),
            KeyState::Revoked => false,
        }
    }
}

/// An RSA public key that is safe to use, parsed once.
#[derive(Clone)]
pub struct PublicKey {
    parsed: ParsedPublicKey,
    spki: Vec<u8>,
    modulus: Vec<u8>,
    exponent: u64,
}

/// Why something is not a public key that can be used here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// A private key: the one thing that must never come here.
    #[error("this is a private key: keep it on your server, and send the public key only")]
    Private,
    /// PEM of something else.
    #[error("this is a PEM text of {0:?}, not of a public key")]
    OtherPem(String),
    /// No PEM text.
    #[error("not a PEM text: expected -----BEGIN PUBLIC KEY-----")]
    NotPem,
    /// Not an RSA key in the form that was expected.
    #[error("not an RSA public key")]
    NotRsa,
    /// Nothing that looks like a key.
    #[error(
        "no public key is recognised in this: paste PEM text (PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE) or a JWK"
    )]
    Unrecognised,
    /// More than one.
    #[error("there are {0} public keys in this: add them one at a time")]
    Several(usize),
    /// A JWK for something else than verifying RS256.
    #[error("this JWK is not for verifying RS256 signatures: its {0} says so")]
    OtherUse(&'static str),
    /// Under 2,048 or over 4,096 bits.
    #[error("the key has {0} bits; 2048 to 4096 are allowed")]
    Size(usize),
    /// An even exponent, or one under 65,537 or over 33 bits.
    #[error("the key's exponent is not an odd number from 65537 to 33 bits")]
    Exponent,
    /// Made by a faulty generator (ROCA, CVE-2017-15361): its private key can be computed.
    #[error(
        "the key was made by a faulty generator (ROCA, CVE-2017-15361): its private key can be computed; make another"
    )]
    Roca,
}

impl PublicKey {
    /// Reads the first PEM text in `text`, `PUBLIC KEY` (SPKI), `RSA PUBLIC KEY` (PKCS#1) or `CERTIFICATE`, as people paste it: with
    /// white space or quotes around it, with `\n` for line breaks.
    ///
    /// # Errors
    /// [`PublicKeyError`]; a private key is refused by name.
    pub fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        Self::of_pem(&pem::read(text).ok_or(PublicKeyError::NotPem)?)
    }

    /// The key in one PEM text: its own, or that of a certificate.
    pub(super) fn of_pem(pem: &Pem) -> Result<Self, PublicKeyError> {
        match pem.label.as_str() {
            "PUBLIC KEY" => Self::from_spki_der(&pem.der),
            "RSA PUBLIC KEY" => Self::from_der(der::read_rsa_public_key, &pem.der),
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::from_der(der::read_certificate, &pem.der),
            label if label.contains("PRIVATE KEY") => Err(PublicKeyError::Private),
            label => Err(PublicKeyError::OtherPem(shown(label))),
        }
    }

    /// Reads DER of any form that PEM may have.
    pub(super) fn from_any_der(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        if der::is_private(bytes) {
            return Err(PublicKeyError::Private);
        }
        let forms: [ReadDer; 3] = [der::read_spki, der::read_rsa_public_key, der::read_certificate];
        let found = forms.into_iter().find(|read| read(bytes).is_some());
        found.map_or(Err(PublicKeyError::NotRsa), |read| Self::from_der(read, bytes))
    }

    fn from_der(read: ReadDer, bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let (modulus, exponent) = read(bytes).ok_or(PublicKeyError::NotRsa)?;
        Self::from_parts(modulus, exponent)
    }

    /// Reads a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`PublicKeyError`].
    ///
    /// Source: RFC 8017, appendix A.1; RFC 5280, section 4.1.2.7.
    pub fn from_spki_der(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        Self::from_der(der::read_spki, bytes)
    }

    /// Reads a JWK of an RSA public key, for verifying (`use` or `key_ops`, where it has one) with RS256 (`alg`, likewise).
    ///
    /// # Errors
    /// [`PublicKeyError`]; a private key is refused by name.
    ///
    /// Source: RFC 7517, section 4; RFC 7518, section 6.3.
    pub fn from_jwk(text: &str) -> Result<Self, PublicKeyError> {
        let jwk = json::parse_object(text, JWK_LIMITS).map_err(|_| PublicKeyError::NotRsa)?;
        Self::from_jwk_object(&jwk)
    }

    /// The same of one that was parsed.
    pub(super) fn from_jwk_object(jwk: &Object<'_>) -> Result<Self, PublicKeyError> {
        let is = |name: &str, wanted: &str| {
            jwk.get(name).is_none_or(|value| value.as_str() == Some(wanted))
        };
        if PRIVATE_MEMBERS.into_iter().any(|name| jwk.get(name).is_some()) {
            return Err(PublicKeyError::Private);
        }
        if jwk.get("kty").and_then(Json::as_str) != Some("RSA") {
            return Err(PublicKeyError::NotRsa);
        }
        if !is("use", "sig") {
            return Err(PublicKeyError::OtherUse("use"));
        }
        if !is("alg", "RS256") {
            return Err(PublicKeyError::OtherUse("alg"));
        }
        match jwk.get("key_ops") {
            None => {}
            Some(Json::Array(operations))
                if operations.iter().any(|op| op.as_str() == Some("verify")) => {}
            Some(_) => return Err(PublicKeyError::OtherUse("key_ops")),
        }
        let part = |name: &str| {
            let text = jwk.get(name).and_then(Json::as_str).ok_or(PublicKeyError::NotRsa)?;
            URL_SAFE_NO_PAD.decode(text).map_err(|_| PublicKeyError::NotRsa)
        };
        Self::from_parts(&part("n")?, &part("e")?)
    }

    /// Both numbers big-endian, with or without leading zeros.
    fn from_parts(modulus: &[u8], exponent: &[u8]) -> Result<Self, PublicKeyError> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        let bits = bits_of(modulus);
        if !(2048..=4096).contains(&bits) {
            return Err(PublicKeyError::Size(bits));
        }
        if exponent.len() > 5 {
            return Err(PublicKeyError::Exponent);
        }
        let number = exponent.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
        if number % 2 == 0 || !(65_537..1 << 33).contains(&number) {
            return Err(PublicKeyError::Exponent);
        }
        if is_roca(modulus) {
            return Err(PublicKeyError::Roca);
        }
        // Written anew, so that one key has one encoding, hence one fingerprint, however it came.
        let spki = der::write_spki(modulus, exponent);
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &spki)
            .map_err(|_| PublicKeyError::NotRsa)?;
        Ok(Self { parsed, spki, modulus: modulus.to_vec(), exponent: number })
    }

    /// Whether `signature` is this key's over a message with this SHA-256: RSASSA-PKCS1-v1_5.
    ///
    /// It takes the digest, so that a message that is tried with several keys is hashed once.
    #[must_use]
    pub fn verifies(&self, message: &Digest, signature: &[u8]) -> bool {
        self.parsed.verify_digest_sig(message, signature).is_ok()
    }

    /// The length of its modulus.
    #[must_use]
    pub fn bits(&self) -> usize {
        bits_of(&self.modulus)
    }

    /// Its exponent.
    #[must_use]
    pub const fn exponent(&self) -> u64 {
        self.exponent
    }

    /// Its modulus as in a JWK.
    #[must_use]
    pub fn n(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.modulus)
    }

    /// Its exponent as in a JWK.
    #[must_use]
    pub fn e(&self) -> String {
        URL_SAFE_NO_PAD.encode(without_zeros(&self.exponent.to_be_bytes()))
    }

    /// It as a `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// It as PEM of its `SubjectPublicKeyInfo`, with a line break at the end.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.spki)
    }

    /// SHA-256 of its `SubjectPublicKeyInfo`, as in `SHA256:0f:a1:…`: what
    /// `openssl pkey -pubin -in key.pem -outform DER | openssl dgst -sha256 -c` prints.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = digest(&SHA256, &self.spki);
        let pairs: Vec<String> = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("SHA256:{}", pairs.join(":"))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

/// Finds modulus and exponent in DER.
type ReadDer = fn(&[u8]) -> Option<(&[u8], &[u8])>;

/// `label`, as far as it is one: what stands where a label belongs may be anything.
fn shown(label: &str) -> String {
    let is_label = label.len() <= 40
        && label.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    if is_label { label.to_owned() } else { "something else".to_owned() }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    &number[zeros..]
}

/// The bits of a number without leading zero bytes.
fn bits_of(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - unused as usize
}

/// Whether `modulus` was made by the generator of CVE-2017-15361, whose primes are powers of 65,537 modulo many small primes. A
/// number that is no such power modulo any one of these is not its; of other moduli, one in 2^27 or so looks alike.
///
/// Source: Nemec et al., The Return of Coppersmith's Attack, CCS 2017, section 2.3.
fn is_roca(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 17] =
        [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
    PRIMES.into_iter().all(|prime| {
        let rest = modulus.iter().fold(0, |rest, &byte| (rest << 8 | u32::from(byte)) % prime);
        let mut power = 1;
        (0..prime).any(|_| {
            power = power * 65_537 % prime;
            power == rest
        })
    })
}

/// How long a key pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySize {
    /// 2,048 bits, made in about 0.1 s.
    #[default]
    Rsa2048,
    /// 3,072 bits.
    Rsa3072,
    /// 4,096 bits, made in about 0.5 s, sometimes three times that.
    Rsa4096,
}

/// A number of bits that is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key pair has 2048, 3072 or 4096 bits")]
pub struct KeySizeError;

impl TryFrom<u32> for KeySize {
    type Error = KeySizeError;

    fn try_from(bits: u32) -> Result<Self, KeySizeError> {
        match bits {
            2048 => Ok(Self::Rsa2048),
            3072 => Ok(Self::Rsa3072),
            4096 => Ok(Self::Rsa4096),
            _ => Err(KeySizeError),
        }
    }
}

/// A pair of keys, for whoever signs: a merchant's backend, the demo shop, `zipchat token sign`. A secret; it does not print.
pub struct SigningKeyPair {
    pair: RsaKeyPair,
    public_key: PublicKey,
}

/// A private key as PEM. A secret: it does not print, and its memory is wiped.
pub struct PrivateKeyPem(Zeroizing<String>);

/// Why there is no key pair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The system could not make, write or use one.
    #[error("the cryptography of this system failed")]
    Failed,
    /// A public key, which cannot sign.
    #[error("this is a public key: tokens are signed with the private key")]
    Public,
    /// Not PEM of an unencrypted RSA private key.
    #[error("not a PEM text of an RSA private key without a password")]
    NotRsa,
    /// Its public key would be refused.
    #[error(transparent)]
    Unfit(#[from] PublicKeyError),
}

impl SigningKeyPair {
    /// A new pair with the exponent 65,537. It takes 0.1 to 1.5 s of one core: not for a thread that serves requests.
    ///
    /// # Errors
    /// [`SigningKeyError::Failed`].
    pub fn generate(size: KeySize) -> Result<Self, SigningKeyError> {
        let size = match size {
            KeySize::Rsa2048 => RsaKeySize::Rsa2048,
            KeySize::Rsa3072 => RsaKeySize::Rsa3072,
            KeySize::Rsa4096 => RsaKeySize::Rsa4096,
        };
        Self::new(RsaKeyPair::generate(size).map_err(|_| SigningKeyError::Failed)?)
    }

    /// Reads a PEM text, `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), as people paste it.
    ///
    /// # Errors
    /// [`SigningKeyError`].
    pub fn from_pem(text: &str) -> Result<Self, SigningKeyError> {
        let all = pem::read_all(text).ok_or(SigningKeyError::NotRsa)?;
        // The public key or a certificate may lie beside it.
        let private = all.iter().find(|pem| pem.label.ends_with("PRIVATE KEY"));
        let pem = private.or(all.first()).ok_or(SigningKeyError::NotRsa)?;
        let pair = match pem.label.as_str() {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&pem.der),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&pem.der),
            label if label.ends_with("PUBLIC KEY") => return Err(SigningKeyError::Public),
            _ => return Err(SigningKeyError::NotRsa),
        };
        Self::new(pair.map_err(|_| SigningKeyError::NotRsa)?)
    }

    fn new(pair: RsaKeyPair) -> Result<Self, SigningKeyError> {
        let der = pair.public_key().as_ref();
        let (modulus, exponent) = der::read_rsa_public_key(der).ok_or(SigningKeyError::Failed)?;
        let public_key = PublicKey::from_parts(modulus, exponent)?;
        Ok(Self { pair, public_key })
    }

    /// Its public half.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Its private half, as PEM of PKCS#8, with a line break at the end.
    ///
    /// # Errors
    /// [`SigningKeyError::Failed`].
    pub fn private_key_pem(&self) -> Result<PrivateKeyPem, SigningKeyError> {
        // The DER is wiped when it is dropped, and so is the text.
        let der = self.pair.as_der().map_err(|_| SigningKeyError::Failed)?;
        Ok(PrivateKeyPem(Zeroizing::new(pem::write("PRIVATE KEY", der.as_ref()))))
    }

    /// A token that says `claims`, which is JSON: compact JWS, RS256, naming the key `kid` if there is one.
    ///
    /// # Errors
    /// [`SigningKeyError::Failed`].
    ///
    /// Source: RFC 7515, section 7.1.
    pub fn sign(&self, kid: Option<&Kid>, claims: &str) -> Result<String, SigningKeyError> {
        let header = match kid {
            Some(kid) => serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": kid.as_str()}),
            None => serde_json::json!({"alg": "RS256", "typ": "JWT"}),
        };
        self.sign_parts(&header.to_string(), claims)
    }

    /// A token of any header and payload, for tests of what is refused.
    ///
    /// # Errors
    /// [`SigningKeyError::Failed`].
    pub fn sign_parts(&self, header: &str, payload: &str) -> Result<String, SigningKeyError> {
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| SigningKeyError::Failed)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

impl fmt::Debug for SigningKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeyPair(***)")
    }
}

impl PrivateKeyPem {
    /// Its text, for the one place that shows it, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyPem(***)")
    }
}

/// Public keys as a JWK Set.
///
/// Source: RFC 7517, section 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

/// One of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Jwk {
    kty: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    n: String,
    e: String,
}

impl Jwks {
    /// The set of `keys`.
    #[must_use]
    pub fn new<'k>(keys: impl IntoIterator<Item = &'k IdentificationKey>) -> Self {
        let jwk = |key: &IdentificationKey| Jwk {
            kty: "RSA",
            alg: "RS256",
            purpose: "sig",
            kid: key.kid.as_str().to_owned(),
            n: key.public_key.n(),
            e: key.public_key.e(),
        };
        Self { keys: keys.into_iter().map(jwk).collect() }
    }
}
