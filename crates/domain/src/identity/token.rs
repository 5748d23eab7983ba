//! A token's text and header: all that is looked at before its signature.
//!
//! Source: semantics, section 1; RFC 7515, sections 2, 4.1 and 7.1; RFC 8725, section 3.

use aws_lc_rs::digest::{Digest, SHA256, digest};
use base64::DecodeError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::check::{CheckName, Course};
use super::json::{self, Json, JsonError, Limits, Object};
use super::reason::{Reason, VerifyError};

/// The longest token, in bytes.
pub const MAX_TOKEN: usize = 16_384;

/// The longest header, in bytes of JSON.
const MAX_HEADER: usize = 2048;

/// The shortest RS256 signature, in bytes: that of a key of 2,048 bits.
const MIN_SIGNATURE: usize = 256;

/// What a header must not have, whatever its value: each asks for something that is never done here.
const FORBIDDEN: [&str; 11] =
    ["crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"];

/// A compact token, taken apart and decoded, nothing of it believed.
#[derive(Debug)]
pub(super) struct Compact<'a> {
    /// What is signed: the first two parts as they are written.
    pub(super) signing_input: &'a [u8],
    /// Empty where it is known.
    pub(super) header: Vec<u8>,
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes `jwt` apart: three parts, none empty, each canonical base64url without padding. A header that is known need not be decoded.
    pub(super) fn read(jwt: &'a str, is_header_known: bool) -> Result<Self, VerifyError> {
        if jwt.len() > MAX_TOKEN {
            return Err(VerifyError::new(Reason::TooLong, format!("it has {} bytes", jwt.len())));
        }
        Self::split(jwt, is_header_known).ok_or_else(|| why_malformed(jwt))
    }

    fn split(jwt: &'a str, is_header_known: bool) -> Option<Self> {
        let (signing_input, signature) = jwt.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        let decode =
            |part: &str| URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty());
        Some(Self {
            signing_input: signing_input.as_bytes(),
            header: if is_header_known { Vec::new() } else { decode(header)? },
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }

    /// SHA-256 of what is signed.
    pub(super) fn digest(&self) -> Digest {
        digest(&SHA256, self.signing_input)
    }

    /// Fails if the signature is shorter than any that RS256 makes.
    pub(super) fn check_signature_length(&self) -> Result<(), VerifyError> {
        let length = self.signature.len();
        if length < MIN_SIGNATURE {
            let detail =
                format!("the signature has {length} bytes; RS256 makes at least {MIN_SIGNATURE}");
            return Err(VerifyError::new(Reason::Truncated, detail));
        }
        Ok(())
    }
}

/// What a header says that matters.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// The name of a key; a hint.
    pub(super) kid: Option<String>,
}

/// A header that was found good, and how a token begins that has it.
#[derive(Debug, Clone)]
pub(super) struct UsualHeader {
    /// With the point after it.
    beginning: Box<str>,
    header: Header,
}

impl UsualHeader {
    /// The `header` of `jwt`.
    pub(super) fn new(jwt: &str, header: Header) -> Self {
        let end = jwt.find('.').map_or(0, |point| point + 1);
        Self { beginning: jwt[..end].into(), header }
    }

    /// Whether `jwt` has this header.
    pub(super) fn begins(&self, jwt: &str) -> bool {
        jwt.starts_with(&*self.beginning)
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }
}

impl Header {
    /// Checks `bytes`, a header; `None` when its algorithm is not ours, so that there is no signature to look at.
    pub(super) fn examine<C: Course>(
        bytes: &[u8],
        course: &mut C,
    ) -> Result<Option<Self>, VerifyError> {
        let Some(header) = course.check(CheckName::Header, parse(bytes), |_| None)? else {
            return Ok(None);
        };
        course.check(CheckName::HeaderMembers, check_members(&header), |()| None)?;
        let algorithm = course
            .check(CheckName::Algorithm, check_algorithm(&header), |()| Some("RS256".to_owned()))?;
        course.check(CheckName::Type, check_type(&header), |()| None)?;
        let kid = course.check(CheckName::Kid, read_kid(&header), |kid| {
            Some(
                kid.as_deref()
                    .map_or_else(|| "there is none; every key is tried".to_owned(), quote),
            )
        })?;
        Ok(algorithm.map(|()| Self { kid: kid.flatten() }))
    }
}

fn parse(bytes: &[u8]) -> Result<Object<'_>, VerifyError> {
    if bytes.len() > MAX_HEADER {
        return Err(VerifyError::new(
            Reason::HeaderMalformed,
            format!("it has {} bytes", bytes.len()),
        ));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| VerifyError::new(Reason::HeaderMalformed, "it is not UTF-8"))?;
    // Deeper than is allowed, so that a `jwk` or an `x5c` is called what it is.
    let limits = Limits { depth: 8, members: 16 };
    json::parse_object(text, limits).map_err(|error| match error {
        JsonError::Duplicate(_) => {
            VerifyError::new(Reason::DuplicateMember, format!("in the header: {error}"))
        }
        error => VerifyError::new(Reason::HeaderMalformed, error.to_string()),
    })
}

fn check_members(header: &Object<'_>) -> Result<(), VerifyError> {
    if let Some(name) = FORBIDDEN.into_iter().find(|name| header.get(name).is_some()) {
        return Err(VerifyError::new(
            Reason::HeaderMemberNotAllowed,
            format!("the header has {name}"),
        ));
    }
    match header
        .members()
        .iter()
        .find(|(_, value)| matches!(value, Json::Array(_) | Json::Object(_)))
    {
        Some((name, _)) => Err(VerifyError::new(
            Reason::HeaderMalformed,
            format!("{} is a list or an object", quote(name)),
        )),
        None => Ok(()),
    }
}

fn check_algorithm(header: &Object<'_>) -> Result<(), VerifyError> {
    let refuse = |reason, detail: String| Err(VerifyError::new(reason, detail));
    match header.get("alg") {
        Some(Json::String(name)) if name == "RS256" => Ok(()),
        Some(Json::String(name)) if name.eq_ignore_ascii_case("none") => {
            Err(Reason::AlgorithmNone.into())
        }
        Some(Json::String(name)) => {
            refuse(Reason::WrongAlgorithm, format!("alg is {}", quote(name)))
        }
        Some(_) => refuse(Reason::WrongAlgorithm, "alg is not a string".to_owned()),
        None => refuse(Reason::WrongAlgorithm, "alg is missing".to_owned()),
    }
}

fn check_type(header: &Object<'_>) -> Result<(), VerifyError> {
    match header.get("typ") {
        None => Ok(()),
        Some(Json::String(name))
            if name.eq_ignore_ascii_case("JWT")
                || name == "application/jwt"
                || name == "zipchat-identify+jwt" =>
        {
            Ok(())
        }
        Some(Json::String(name)) => {
            Err(VerifyError::new(Reason::WrongType, format!("typ is {}", quote(name))))
        }
        Some(_) => Err(VerifyError::new(Reason::WrongType, "typ is not a string")),
    }
}

fn read_kid(header: &Object<'_>) -> Result<Option<String>, VerifyError> {
    match header.get("kid") {
        None => Ok(None),
        Some(Json::String(kid)) if (1..=128).contains(&kid.chars().count()) => {
            Ok(Some(kid.clone().into_owned()))
        }
        Some(_) => Err(Reason::KidInvalid.into()),
    }
}

/// The algorithm that the header of a token claims, whatever else is wrong with it.
pub(super) fn claimed_algorithm(jwt: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(jwt.split('.').next()?).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    Some(header.get("alg")?.as_str()?.to_owned())
}

/// Says what is wrong with the form of `jwt`, the likeliest first.
fn why_malformed(jwt: &str) -> VerifyError {
    let parts: Vec<&str> = jwt.split('.').collect();
    if jwt.is_empty() {
        return VerifyError::new(Reason::Malformed, "it is empty");
    }
    if jwt.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Reason::BearerPrefix.into();
    }
    if jwt.trim().starts_with(is_quote) || jwt.trim().ends_with(is_quote) {
        return Reason::Quoted.into();
    }
    if jwt.contains(char::is_whitespace) {
        return Reason::WhiteSpace.into();
    }
    // An unsigned token has no third part, or an empty one: it is not cut off.
    let unsigned = claimed_algorithm(jwt).is_some_and(|name| name.eq_ignore_ascii_case("none"));
    match parts[..] {
        [_, _] | [_, _, ""] if unsigned => Reason::AlgorithmNone.into(),
        [header, payload, ""] if !header.is_empty() && !payload.is_empty() => {
            VerifyError::new(Reason::Truncated, "it has no signature")
        }
        [first] | [first, _] if first.starts_with("eyJ") => {
            VerifyError::new(Reason::Truncated, format!("it has {} of three parts", parts.len()))
        }
        [header, payload, signature] => {
            let fails = |part: &str| part.is_empty() || URL_SAFE_NO_PAD.decode(part).is_err();
            if fails(header) || fails(payload) {
                let which = if fails(header) { "first" } else { "second" };
                return VerifyError::new(
                    Reason::Malformed,
                    format!("the {which} part is not base64url without padding"),
                );
            }
            why_no_signature(signature)
        }
        [_, _, _, _, _] => {
            VerifyError::new(Reason::Malformed, "it has five parts: it is encrypted (JWE)")
        }
        _ => VerifyError::new(
            Reason::Malformed,
            format!("the number of its parts is {}, not three", parts.len()),
        ),
    }
}

/// Says why `text`, which is not empty, is not the base64url of a signature.
fn why_no_signature(text: &str) -> VerifyError {
    let cut = matches!(
        URL_SAFE_NO_PAD.decode(text),
        Err(DecodeError::InvalidLength(_) | DecodeError::InvalidLastSymbol { .. })
    );
    if cut && text.len() < (MIN_SIGNATURE * 4).div_ceil(3) {
        return VerifyError::new(
            Reason::Truncated,
            format!("its signature has {} characters", text.len()),
        );
    }
    VerifyError::new(Reason::Malformed, "the third part is not base64url without padding")
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// `text` from a token's header, short enough and escaped, to be shown.
fn quote(text: &str) -> String {
    let short: String = text.chars().take(64).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{dots}")
}
