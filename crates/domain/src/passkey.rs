//! Passkeys: an operator's device proves who they are by a signature, after it has asked them for a finger, a face or a code.
//!
//! Source: Web Authentication Level 3, sections 7.1 and 7.2, for credentials that are asked for without attestation. The public key
//! comes from the browser as `SubjectPublicKeyInfo`, so that none of it is CBOR: who adds a passkey has just proven who they are, and
//! would only lock themselves out by a false one.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::account::{ParseNameError, parse_name};
use crate::id::{AccountId, OperatorId};
use crate::time::Timestamp;

/// The most bytes of a credential's id.
///
/// Source: Web Authentication Level 3, section 4, "Credential ID".
pub const MOST_ID: usize = 1023;
/// The most bytes of a public key: RSA of 8,192 bits has 1,062.
const MOST_KEY: usize = 1100;
/// What authenticator data begins with: a hash of 32 bytes, flags, a count of 4 bytes.
const HEAD: usize = 37;
/// Somebody was there.
const PRESENT: u8 = 0x01;
/// The device has made sure who.
const VERIFIED: u8 = 0x04;
/// A new credential is described.
const ATTESTED: u8 = 0x40;

/// Where passkeys are for: a name, and the one origin that asks for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain name.
    pub id: String,
    /// Scheme, name and port.
    pub origin: String,
}

impl RelyingParty {
    /// The one at `url`, as in `https://chat.shop.example`; `None` where that has no domain name: browsers make passkeys for
    /// names only.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.split(':').next()?.to_ascii_lowercase();
        let is_number = host.rsplit('.').next()?.bytes().all(|b| b.is_ascii_digit());
        if host.is_empty() || host.starts_with('[') || is_number {
            return None;
        }
        let origin = format!("{}://{}", scheme, authority.to_ascii_lowercase());
        Some(Self { id: host, origin })
    }
}

/// The id of a credential: base64url of 16 to 1,023 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialId(String);

impl CredentialId {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CredentialId {
    type Err = PasskeyError;

    fn from_str(text: &str) -> Result<Self, PasskeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Malformed("id"))?;
        if (16..=MOST_ID).contains(&bytes.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PasskeyError::Malformed("id"))
        }
    }
}

/// What an operator calls a passkey: 1 to 100 characters after trimming, no controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyName(String);

impl PasskeyName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasskeyName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        parse_name(text).map(Self)
    }
}

/// Whose passkey it is, as devices keep it and give it back: no secret, and nothing that says who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserHandle {
    /// The account.
    pub account_id: AccountId,
    /// The operator.
    pub operator_id: OperatorId,
}

impl fmt::Display for UserHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{}.{}", self.account_id, self.operator_id)))
    }
}

impl FromStr for UserHandle {
    type Err = PasskeyError;

    fn from_str(text: &str) -> Result<Self, PasskeyError> {
        let malformed = || PasskeyError::Malformed("userHandle");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        let text = String::from_utf8(bytes).map_err(|_| malformed())?;
        let (account, operator) = text.split_once('.').ok_or_else(malformed)?;
        Ok(Self {
            account_id: account.parse().map_err(|_| malformed())?,
            operator_id: operator.parse().map_err(|_| malformed())?,
        })
    }
}

/// How a passkey signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAlgorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl PasskeyAlgorithm {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its number in COSE.
    ///
    /// Source: the IANA registry "COSE Algorithms".
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The one with this number.
    #[must_use]
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    fn verifier(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::EdDsa => &ED25519,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// A public key, and how what it verifies was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyKey {
    /// How.
    pub algorithm: PasskeyAlgorithm,
    /// `SubjectPublicKeyInfo` in DER.
    pub spki: Vec<u8>,
}

/// A passkey of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id, from the device.
    pub id: CredentialId,
    /// What the operator calls it.
    pub name: PasskeyName,
    /// What it is verified by.
    pub key: PasskeyKey,
    /// How often it has signed, where the device counts; else 0.
    pub sign_count: u32,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used; `None`: never.
    pub last_used_at: Option<Timestamp>,
    /// When the challenge was given out that it signed last: no other is taken that is as old.
    pub last_challenge_at: Option<Timestamp>,
}

/// Why a passkey was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// A part is not in its form.
    #[error("{0} is not in its form")]
    Malformed(&'static str),
    /// It was made for something else.
    #[error("it was made to {0}")]
    Purpose(&'static str),
    /// Another site asked for it.
    #[error("it was made for another site than the one that ZIPCHAT_PUBLIC_URL names")]
    Origin,
    /// The device has not asked who is there.
    #[error("the device did not verify who is there")]
    NotVerified,
    /// It signs in a way that is not taken.
    #[error("its algorithm is none of EdDSA, ES256 and RS256")]
    Algorithm,
    /// The key is not one of its algorithm.
    #[error("its public key is not one of its algorithm")]
    Key,
    /// The signature is not of this key.
    #[error("the signature is wrong")]
    Signature,
    /// Its count is behind.
    #[error("its count is behind: there is a copy of it")]
    Copied,
}

/// What a browser says when a passkey was made, in the names of `RegistrationResponseJSON`.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    /// The credential's id.
    pub id: &'a str,
    /// Base64url of the client data.
    pub client_data: &'a str,
    /// Base64url of the authenticator data.
    pub authenticator_data: &'a str,
    /// Base64url of the public key.
    pub public_key: &'a str,
    /// Its algorithm.
    pub algorithm: i64,
}

/// What a browser says when a passkey was used, in the names of `AuthenticationResponseJSON`.
#[derive(Debug, Clone, Copy)]
pub struct Assertion<'a> {
    /// Base64url of the client data.
    pub client_data: &'a str,
    /// Base64url of the authenticator data.
    pub authenticator_data: &'a str,
    /// Base64url of the signature.
    pub signature: &'a str,
}

/// A passkey as it was made: its id, its key, its count. The challenge has yet to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its id.
    pub id: CredentialId,
    /// Its key.
    pub key: PasskeyKey,
    /// How often it has signed.
    pub sign_count: u32,
    /// What the site had asked it to sign.
    pub challenge: Vec<u8>,
}

/// What a passkey's signature was found to say. The challenge has yet to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// How often it has signed.
    pub sign_count: u32,
    /// What the site had asked it to sign.
    pub challenge: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
}

impl RelyingParty {
    /// Reads what a browser says of a new passkey.
    ///
    /// # Errors
    /// [`PasskeyError`], but for a wrong signature: there is none.
    pub fn register(&self, given: &Registration<'_>) -> Result<Registered, PasskeyError> {
        let id: CredentialId = given.id.parse()?;
        let (challenge, _) = self.client_data(given.client_data, "webauthn.create")?;
        let data = bytes(given.authenticator_data, "authenticatorData", 8192)?;
        let (flags, sign_count) = self.head(&data)?;
        let named = (flags & ATTESTED != 0).then(|| attested_id(&data)).flatten();
        if named.is_none_or(|named| URL_SAFE_NO_PAD.encode(named) != id.0) {
            return Err(PasskeyError::Malformed("authenticatorData"));
        }
        let key = PasskeyKey::parse(given.algorithm, given.public_key)?;
        if !key.is_one() {
            return Err(PasskeyError::Key);
        }
        Ok(Registered { id, key, sign_count, challenge })
    }

    /// Verifies that `passkey` has signed.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn verify(
        &self,
        passkey: &Passkey,
        given: &Assertion<'_>,
    ) -> Result<Asserted, PasskeyError> {
        let (challenge, client_data) = self.client_data(given.client_data, "webauthn.get")?;
        let mut signed = bytes(given.authenticator_data, "authenticatorData", 8192)?;
        let (_, sign_count) = self.head(&signed)?;
        signed.extend_from_slice(digest(&SHA256, &client_data).as_ref());
        let signature = bytes(given.signature, "signature", 1024)?;
        let key = ParsedPublicKey::new(passkey.key.algorithm.verifier(), &passkey.key.spki);
        let key = key.map_err(|_| PasskeyError::Key)?;
        key.verify_sig(&signed, &signature).map_err(|_| PasskeyError::Signature)?;
        // Most passkeys live on several devices and count nothing: both are 0 then.
        if (sign_count > 0 || passkey.sign_count > 0) && sign_count <= passkey.sign_count {
            return Err(PasskeyError::Copied);
        }
        Ok(Asserted { sign_count, challenge })
    }

    /// The challenge, and the bytes that it was in.
    fn client_data(&self, text: &str, kind: &str) -> Result<(Vec<u8>, Vec<u8>), PasskeyError> {
        let malformed = PasskeyError::Malformed("clientDataJSON");
        let json = bytes(text, "clientDataJSON", 8192)?;
        let data: ClientData = serde_json::from_slice(&json).map_err(|_| malformed)?;
        if data.r#type != kind {
            let other = if kind == "webauthn.get" { "be added" } else { "sign in" };
            return Err(PasskeyError::Purpose(other));
        }
        if data.origin != self.origin || data.cross_origin == Some(true) {
            return Err(PasskeyError::Origin);
        }
        let challenge = URL_SAFE_NO_PAD.decode(data.challenge).map_err(|_| malformed)?;
        Ok((challenge, json))
    }

    /// The flags and the count of authenticator data that is for this site, of somebody whom the device has verified.
    fn head(&self, data: &[u8]) -> Result<(u8, u32), PasskeyError> {
        let malformed = PasskeyError::Malformed("authenticatorData");
        let (head, _) = data.split_first_chunk::<HEAD>().ok_or(malformed)?;
        let (hash, rest) = head.split_at(32);
        if hash != digest(&SHA256, self.id.as_bytes()).as_ref() {
            return Err(PasskeyError::Origin);
        }
        let [flags, count @ ..] = rest else { return Err(malformed) };
        if flags & (PRESENT | VERIFIED) != PRESENT | VERIFIED {
            return Err(PasskeyError::NotVerified);
        }
        let count = count.try_into().map_err(|_| malformed)?;
        Ok((*flags, u32::from_be_bytes(count)))
    }
}

impl PasskeyKey {
    /// A key of the algorithm with this number in COSE: base64url of its `SubjectPublicKeyInfo`, at most 1,100 bytes.
    ///
    /// # Errors
    /// [`PasskeyError::Algorithm`], [`PasskeyError::Malformed`].
    pub fn parse(algorithm: i64, spki: &str) -> Result<Self, PasskeyError> {
        let algorithm = PasskeyAlgorithm::of(algorithm).ok_or(PasskeyError::Algorithm)?;
        Ok(Self { algorithm, spki: bytes(spki, "publicKey", MOST_KEY)? })
    }

    /// Base64url of the `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.spki)
    }

    /// Whether it can be read as a key of its algorithm.
    fn is_one(&self) -> bool {
        // A bare point would be read, too; browsers give this form alone.
        let is_sequence = self.spki.first() == Some(&0x30);
        is_sequence && ParsedPublicKey::new(self.algorithm.verifier(), &self.spki).is_ok()
    }
}

/// The credential's id in authenticator data that describes a new one: after 16 bytes of the device's model, and its length.
fn attested_id(data: &[u8]) -> Option<&[u8]> {
    let rest = data.get(HEAD + 16..)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

fn bytes(text: &str, name: &'static str, most: usize) -> Result<Vec<u8>, PasskeyError> {
    let decoded = URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Malformed(name))?;
    if decoded.len() <= most { Ok(decoded) } else { Err(PasskeyError::Malformed(name)) }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    };

    use super::*;

    const CHALLENGE: &[u8] = b"signed in the test";
    const UP_UV: u8 = PRESENT | VERIFIED;

    fn site() -> RelyingParty {
        RelyingParty::of("https://chat.shop.example").unwrap()
    }

    fn text(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn client_data(kind: &str, origin: &str) -> String {
        let challenge = text(CHALLENGE);
        text(format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false,"other":1}}"#
        ))
    }

    fn head(site: &str, flags: u8, count: u32) -> Vec<u8> {
        let mut data = digest(&SHA256, site.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(count.to_be_bytes());
        data
    }

    /// Authenticator data of a new credential, without the key that nobody reads there.
    fn attested(site: &str, flags: u8, id: &[u8]) -> String {
        let mut data = head(site, flags | ATTESTED, 0);
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).unwrap().to_be_bytes());
        data.extend(id);
        text(data)
    }

    struct Device {
        pair: EcdsaKeyPair,
    }

    impl Device {
        const ID: [u8; 16] = [7; 16];

        fn new() -> Self {
            Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap() }
        }

        fn spki(&self) -> Vec<u8> {
            // What stands before a point of P-256 in SubjectPublicKeyInfo.
            let mut spki = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00".to_vec();
            spki.extend(self.pair.public_key().as_ref());
            spki
        }

        fn passkey(&self, sign_count: u32) -> Passkey {
            Passkey {
                id: text(Self::ID).parse().unwrap(),
                name: "Laptop".parse().unwrap(),
                key: PasskeyKey { algorithm: PasskeyAlgorithm::Es256, spki: self.spki() },
                sign_count,
                created_at: Timestamp::from_millis(0),
                last_used_at: None,
                last_challenge_at: None,
            }
        }

        /// Client data, authenticator data and signature.
        fn sign(&self, client_data: &str, data: &[u8]) -> [String; 3] {
            let mut signed = data.to_vec();
            let json = URL_SAFE_NO_PAD.decode(client_data).unwrap();
            signed.extend(digest(&SHA256, &json).as_ref());
            let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
            [client_data.to_owned(), text(data), text(signature)]
        }
    }

    fn verify(passkey: &Passkey, parts: &[String; 3]) -> Result<Asserted, PasskeyError> {
        let [client_data, authenticator_data, signature] = parts;
        site().verify(passkey, &Assertion { client_data, authenticator_data, signature })
    }

    #[test]
    fn a_site_is_a_name_and_never_a_number() {
        let check = |url: &str, expected: Option<(&str, &str)>| {
            let found = RelyingParty::of(url);
            let found = found.as_ref().map(|site| (site.id.as_str(), site.origin.as_str()));
            assert_eq!(found, expected, "{url}");
        };
        check("http://localhost:8787", Some(("localhost", "http://localhost:8787")));
        check(
            "https://Chat.shop.example/",
            Some(("chat.shop.example", "https://chat.shop.example")),
        );
        for number in
            ["http://127.0.0.1:8787", "http://[::1]:8787", "https://", "chat.shop.example"]
        {
            check(number, None);
        }
    }

    #[test]
    fn a_handle_is_read_back_and_fits() {
        let now = Timestamp::from_millis(0);
        let handle =
            UserHandle { account_id: AccountId::new(now), operator_id: OperatorId::new(now) };
        let shown = handle.to_string();
        assert_eq!(shown.parse(), Ok(handle));
        // Web Authentication Level 3, section 5.4.3: at most 64 bytes.
        assert!(URL_SAFE_NO_PAD.decode(&shown).unwrap().len() <= 64);
        for wrong in ["", "!", "YQ", "YS5i"] {
            assert!(wrong.parse::<UserHandle>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_passkey_is_for_this_site_and_for_who_was_verified() {
        let device = Device::new();
        let (id, spki) = (text(Device::ID), text(device.spki()));
        let good_data = attested("chat.shop.example", UP_UV, &Device::ID);
        let create = client_data("webauthn.create", "https://chat.shop.example");
        let check = |client_data: &str, data: &str, key: (&str, i64), expected| {
            let (public_key, algorithm) = key;
            let given = Registration {
                id: &id,
                client_data,
                authenticator_data: data,
                public_key,
                algorithm,
            };
            assert_eq!(site().register(&given).map(|new| new.challenge), expected);
        };
        let es256 = (spki.as_str(), -7);
        check(&create, &good_data, es256, Ok(CHALLENGE.to_vec()));
        let malformed = |name| Err(PasskeyError::Malformed(name));
        check("e30", &good_data, es256, malformed("clientDataJSON"));
        let get = client_data("webauthn.get", "https://chat.shop.example");
        check(&get, &good_data, es256, Err(PasskeyError::Purpose("sign in")));
        let other = client_data("webauthn.create", "https://evil.example");
        check(&other, &good_data, es256, Err(PasskeyError::Origin));
        let elsewhere = attested("evil.example", UP_UV, &Device::ID);
        check(&create, &elsewhere, es256, Err(PasskeyError::Origin));
        let unverified = attested("chat.shop.example", PRESENT, &Device::ID);
        check(&create, &unverified, es256, Err(PasskeyError::NotVerified));
        let another = attested("chat.shop.example", UP_UV, &[8; 16]);
        check(&create, &another, es256, malformed("authenticatorData"));
        check(&create, &text([0; 36]), es256, malformed("authenticatorData"));
        check(&create, &good_data, (&spki, -37), Err(PasskeyError::Algorithm));
        check(&create, &good_data, (&spki, -8), Err(PasskeyError::Key));
        check(&create, &good_data, (&spki, -257), Err(PasskeyError::Key));
        check(&create, &good_data, (&text(device.pair.public_key()), -7), Err(PasskeyError::Key));
        check(&create, &good_data, ("%", -7), malformed("publicKey"));
    }

    #[test]
    fn what_a_passkey_signed_is_verified_whole() {
        let (device, other) = (Device::new(), Device::new());
        let get = client_data("webauthn.get", "https://chat.shop.example");
        let data = head("chat.shop.example", UP_UV, 5);
        let signed = device.sign(&get, &data);
        let asserted = verify(&device.passkey(4), &signed).unwrap();
        assert_eq!(asserted, Asserted { sign_count: 5, challenge: CHALLENGE.to_vec() });
        assert_eq!(verify(&other.passkey(4), &signed), Err(PasskeyError::Signature));
        assert_eq!(verify(&device.passkey(5), &signed), Err(PasskeyError::Copied));
        let counts_nothing = device.sign(&get, &head("chat.shop.example", UP_UV, 0));
        assert!(verify(&device.passkey(0), &counts_nothing).is_ok());
        assert_eq!(verify(&device.passkey(1), &counts_nothing), Err(PasskeyError::Copied));
        let create = client_data("webauthn.create", "https://chat.shop.example");
        let purpose = Err(PasskeyError::Purpose("be added"));
        assert_eq!(verify(&device.passkey(0), &device.sign(&create, &data)), purpose);
        let there = client_data("webauthn.get", "http://chat.shop.example");
        assert_eq!(
            verify(&device.passkey(0), &device.sign(&there, &data)),
            Err(PasskeyError::Origin)
        );
        let unverified = device.sign(&get, &head("chat.shop.example", PRESENT, 5));
        assert_eq!(verify(&device.passkey(0), &unverified), Err(PasskeyError::NotVerified));
        // No part of it can be put into another's place.
        let mut mixed = signed.clone();
        mixed[1] = text(head("chat.shop.example", UP_UV, 6));
        assert_eq!(verify(&device.passkey(0), &mixed), Err(PasskeyError::Signature));
    }

    #[test]
    fn ed25519_is_taken_too() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let mut spki = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".to_vec();
        spki.extend(pair.public_key().as_ref());
        let key = PasskeyKey { algorithm: PasskeyAlgorithm::EdDsa, spki };
        assert!(key.is_one());
        let passkey = Passkey { key, ..Device::new().passkey(0) };
        let get = client_data("webauthn.get", "https://chat.shop.example");
        let data = head("chat.shop.example", UP_UV, 0);
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, &URL_SAFE_NO_PAD.decode(&get).unwrap()).as_ref());
        let parts = [get, text(data), text(pair.sign(&signed))];
        assert!(verify(&passkey, &parts).is_ok());
    }
}
