//! A public key as somebody hands it in: whatever tools write, and whatever the clipboard makes of it.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::jwks::{JwkSet, JwkSetError};
use super::key::{NamedKey, PRIVATE_MEMBERS, PublicKey, PublicKeyError};
use super::pem::Pem;
use super::{der, json, key, pem};

/// Base64 with or without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The shortest text that may be base64 of a key: what is shorter was not meant as one.
const SHORTEST: usize = 128;

impl PublicKey {
    /// Reads a public key in any of its forms: see [`NamedKey::from_text`].
    ///
    /// # Errors
    /// [`PublicKeyError`]; a private key is refused by name.
    pub fn from_text(text: &str) -> Result<Self, PublicKeyError> {
        NamedKey::from_text(text).map(|key| key.public_key)
    }
}

impl NamedKey {
    /// Reads a public key in any of its forms: PEM of SPKI, of PKCS#1 or of an X.509 certificate (of a chain, the first), a JWK, a
    /// JWK Set with one key, or base64 of any of these without its PEM lines. Escaped or missing line breaks and stray quotes are
    /// not minded.
    ///
    /// When a certificate is valid and who signed it are not looked at: it is only a wrapping of its key.
    ///
    /// # Errors
    /// [`PublicKeyError`], none of which quotes the text. A private key anywhere in it is refused by name.
    pub fn from_text(text: &str) -> Result<Self, PublicKeyError> {
        Self::read(text, Depth::Outside)
    }

    /// The same of a file, which may also be DER.
    ///
    /// # Errors
    /// [`PublicKeyError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        match str::from_utf8(bytes) {
            Ok(text) => Self::from_text(text),
            Err(_) => PublicKey::from_any_der(bytes).map(Self::from),
        }
    }

    fn read(text: &str, depth: Depth) -> Result<Self, PublicKeyError> {
        if pem::names_private_key(text) {
            return Err(PublicKeyError::Private);
        }
        let bare = text.trim_matches(pem::is_noise);
        if bare.starts_with('{') {
            return from_json(bare, depth);
        }
        if text.contains("-----BEGIN ") {
            let all = pem::read_all(text).ok_or(PublicKeyError::NotPem)?;
            return from_pem_texts(&all).map(Self::from);
        }
        match depth {
            Depth::Outside => from_base64(text),
            Depth::Inside => Err(PublicKeyError::Unrecognised),
        }
    }
}

/// Whether a text was itself within another, in base64 or escaped, which is undone once.
#[derive(Clone, Copy)]
enum Depth {
    Outside,
    Inside,
}

fn from_json(text: &str, depth: Depth) -> Result<NamedKey, PublicKeyError> {
    match JwkSet::parse(text) {
        Ok(set) => match <[NamedKey; 1]>::try_from(set.keys) {
            Ok([key]) => Ok(key),
            Err(keys) if keys.is_empty() => Err(PublicKeyError::NotRsa),
            Err(keys) => Err(PublicKeyError::Several(keys.len())),
        },
        Err(JwkSetError::NoKeys) => {
            let jwk = json::parse_object(text, key::JWK_LIMITS);
            NamedKey::from_jwk_object(&jwk.map_err(|_| PublicKeyError::NotRsa)?)
        }
        Err(JwkSetError::Private) => Err(PublicKeyError::Private),
        Err(JwkSetError::TooMany(number)) => Err(PublicKeyError::Several(number)),
        Err(JwkSetError::TooLarge) => Err(PublicKeyError::Unrecognised),
        Err(JwkSetError::NotJson) => match depth {
            Depth::Outside => {
                // It may be a text within a text.
                let unescaped = Zeroizing::new(pem::unescaped(text).replace("\\\"", "\""));
                from_json(unescaped.trim(), Depth::Inside)
            }
            Depth::Inside => Err(why_broken(text)),
        },
    }
}

/// What cannot be read may still be a private key, with a comma too many.
fn why_broken(text: &str) -> PublicKeyError {
    let private = PRIVATE_MEMBERS.iter().any(|name| text.contains(&format!("\"{name}\"")));
    if private { PublicKeyError::Private } else { PublicKeyError::Unrecognised }
}

/// The one public key in some PEM texts; of certificates alone, the first.
fn from_pem_texts(all: &[Pem]) -> Result<PublicKey, PublicKeyError> {
    if all.iter().any(|pem| pem.label.contains("PRIVATE KEY") || der::is_private(&pem.der)) {
        return Err(PublicKeyError::Private);
    }
    let keys: Vec<&Pem> = all.iter().filter(|pem| pem.label.ends_with("PUBLIC KEY")).collect();
    let certificate = all.iter().find(|pem| pem.label.ends_with("CERTIFICATE"));
    match (keys.as_slice(), certificate) {
        ([key], _) => PublicKey::of_pem(key),
        ([], certificate) => {
            PublicKey::of_pem(certificate.or(all.first()).ok_or(PublicKeyError::NotPem)?)
        }
        (keys, _) => Err(PublicKeyError::Several(keys.len())),
    }
}

/// Base64 of DER, or of one of the texts.
fn from_base64(text: &str) -> Result<NamedKey, PublicKeyError> {
    let text = pem::without_noise(&pem::unescaped(text));
    let text = Zeroizing::new(text.replace('-', "+").replace('_', "/"));
    let decoded = LENIENT.decode(text.as_bytes()).map(Zeroizing::new);
    let decoded = decoded.map_err(|_| PublicKeyError::Unrecognised)?;
    if text.len() < SHORTEST {
        return Err(PublicKeyError::Unrecognised);
    }
    match str::from_utf8(&decoded) {
        Ok(text) => NamedKey::read(text, Depth::Inside),
        Err(_) => PublicKey::from_any_der(&decoded).map(NamedKey::from),
    }
}
