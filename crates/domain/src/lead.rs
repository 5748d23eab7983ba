//! A known person: email, names, attributes, and how what tokens say about them adds up.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::id::{ChatId, LeadId};
use crate::identity::claims::CustomerClaims;
use crate::identity::json::{self, Json, JsonError, Limits, Number, Object};
use crate::time::Timestamp;

/// A person whom a merchant vouched for, in one chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// The chat: the same person in another chat is another lead.
    pub chat_id: ChatId,
    /// The lead's id.
    pub id: LeadId,
    /// The merchant's own name for the customer, once a token had one.
    pub stable_id: Option<StableId>,
    /// The email, as last signed.
    pub email: Email,
    /// The first name.
    pub first_name: Option<PersonName>,
    /// The last name.
    pub last_name: Option<PersonName>,
    /// Free facts; empty when there are none.
    pub attributes: Attributes,
    /// The `iat`, in seconds, of the newest token that wrote this.
    pub claims_issued_at: f64,
    /// Tokens issued before this, in seconds, are refused for this customer.
    pub not_before: Option<f64>,
    /// When the customer was identified last.
    pub identified_at: Timestamp,
    /// When the customer was identified first.
    pub created_at: Timestamp,
}

impl Lead {
    /// The lead that a customer's first token makes.
    #[must_use]
    pub fn identified(chat_id: ChatId, claims: &CustomerClaims, now: Timestamp) -> Self {
        Self {
            chat_id,
            id: LeadId::new(now),
            stable_id: claims.stable_id.clone(),
            email: claims.email.clone(),
            first_name: claims.first_name.clone(),
            last_name: claims.last_name.clone(),
            attributes: claims.attributes.clone().unwrap_or_default(),
            claims_issued_at: claims.issued_at,
            not_before: None,
            identified_at: now,
            created_at: now,
        }
    }

    /// Takes over what another token of the same customer says, and answers whether that is more than times.
    ///
    /// The newest `iat` wins, and of two equal ones the later arrival: the email as signed, the attributes as a whole (`{}` clears
    /// them), the names; what a token leaves out stays. An older token changes only when the customer was identified last. A
    /// customer known only by email gains the id when one first comes, however old the token: an id is no fact that ages.
    ///
    /// Source: semantics, section 3, "merging" and "stable id".
    pub fn merge(&mut self, claims: &CustomerClaims, now: Timestamp) -> bool {
        self.identified_at = self.identified_at.max(now);
        let mut has_changed = false;
        if self.stable_id.is_none() && claims.stable_id.is_some() {
            self.stable_id.clone_from(&claims.stable_id);
            has_changed = true;
        }
        if claims.issued_at < self.claims_issued_at {
            return has_changed;
        }
        self.claims_issued_at = claims.issued_at;
        // What is said again, as it nearly always is, need not be copied. An email is another one also by its spelling.
        if self.email.signed() != claims.email.signed() {
            self.email.clone_from(&claims.email);
            has_changed = true;
        }
        for (name, said) in
            [(&mut self.first_name, &claims.first_name), (&mut self.last_name, &claims.last_name)]
        {
            if said.is_some() && name != said {
                name.clone_from(said);
                has_changed = true;
            }
        }
        if let Some(said) = &claims.attributes
            && said.as_json() != self.attributes.as_json()
        {
            self.attributes.clone_from(said);
            has_changed = true;
        }
        has_changed
    }

    /// The floor that a revocation at `now` sets, a millisecond above all that was: also above every token that was seen, since a
    /// shop's clock may be ahead.
    #[must_use]
    pub fn floor_at(&self, now: Timestamp) -> f64 {
        now.as_seconds().max(self.claims_issued_at) + 0.001
    }

    /// Whether the merchant revoked this customer after `claims` were issued.
    #[must_use]
    pub fn refuses(&self, claims: &CustomerClaims) -> bool {
        self.not_before.is_some_and(|floor| claims.issued_at < floor)
    }

    /// First and last name, as far as they are known.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => Some(format!("{} {}", first.as_str(), last.as_str())),
            (Some(name), None) | (None, Some(name)) => Some(name.as_str().to_owned()),
            (None, None) => None,
        }
    }
}

/// By what a customer's floor is kept: a hash, so that a floor outlives the customer's data without holding any of it.
///
/// `known_by`: `email` or `id`. `value`: the email's key, or the stable id.
#[must_use]
pub fn floor_key(chat: &ChatId, known_by: &str, value: &str) -> String {
    let text = format!("{chat}/{known_by}/{value}");
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// An email address: the spelling that was given, and the key by which it is compared.
///
/// Two are equal when their keys are: `Ann@EXAMPLE.com` is `ann@example.com`. Where the spelling matters, compare
/// [`Email::signed`]. It is personal, so `Debug` writes no more than its domain.
#[derive(Clone)]
pub struct Email {
    signed: String,
    key: EmailKey,
}

/// By what emails are compared: NFC, the domain in lower-case ASCII, ASCII letters before the `@` in lower case.
///
/// Nothing else is folded, since Unicode's folding makes one of strangers (`ß` and `ss`), and no provider's rules (dots, plus)
/// are known here. It is compared in Rust and stored in a column of its own, so that both databases agree.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailKey(String);

/// Why a text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseEmailError {
    /// Nothing but white space.
    #[error("the email is empty")]
    Empty,
    /// More than 254 octets.
    #[error("the email is longer than 254 octets")]
    TooLong,
    /// A control, white space, or a character that cannot be seen.
    #[error("the email has white space, a control or an invisible character in it")]
    ForbiddenCharacter,
    /// No `@`, or several.
    #[error("an email has exactly one @")]
    NotOneAt,
    /// Not 1 to 64 octets of letters, digits and some signs, with single dots between.
    #[error(
        "the part before the @ is not 1 to 64 octets of letters, digits and !#$%&'*+-/=?^_`{{|}}~ with single dots between"
    )]
    Local,
    /// Not a domain name by UTS-46.
    #[error("the part after the @ is not a domain name")]
    Domain,
}

impl Email {
    /// The spelling that was given, without white space around it.
    #[must_use]
    pub fn signed(&self) -> &str {
        &self.signed
    }

    /// By what it is compared.
    #[must_use]
    pub const fn key(&self) -> &EmailKey {
        &self.key
    }
}

impl EmailKey {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Email {}

impl FromStr for Email {
    type Err = ParseEmailError;

    /// Reads an address, with or without white space (ASCII) around it.
    ///
    /// # Errors
    /// [`ParseEmailError`], whose cases are the rules.
    ///
    /// Source: semantics, section 3, "email shape" and "matching key"; RFC 5321, section 4.1.2; UTS 46, section 4.
    fn from_str(text: &str) -> Result<Self, ParseEmailError> {
        let signed = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
        if signed.is_empty() {
            return Err(ParseEmailError::Empty);
        }
        if signed.len() > 254 {
            return Err(ParseEmailError::TooLong);
        }
        if signed.chars().any(is_forbidden) {
            return Err(ParseEmailError::ForbiddenCharacter);
        }
        let (local, domain) = signed.split_once('@').ok_or(ParseEmailError::NotOneAt)?;
        if domain.contains('@') {
            return Err(ParseEmailError::NotOneAt);
        }
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(ParseEmailError::Local);
        }
        let domain = Uts46::new()
            .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
            .map_err(|_| ParseEmailError::Domain)?;
        let mut key = String::with_capacity(signed.len() + 16);
        if local.is_ascii() {
            key.push_str(local);
        } else {
            key.extend(local.nfc());
        }
        key.make_ascii_lowercase();
        key.push('@');
        key.push_str(&domain);
        Ok(Self { signed: signed.to_owned(), key: EmailKey(key) })
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({:?})", self.key)
    }
}

impl fmt::Debug for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit('@').next().unwrap_or_default();
        write!(f, "***@{domain}")
    }
}

/// White space, controls, and what Unicode calls default ignorable: bidi controls, zero-width and other invisible characters.
pub(crate) fn is_forbidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() || c == ' ';
    }
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// An atom of RFC 5321, or of letters beyond ASCII with their marks.
fn is_atom(text: &str) -> bool {
    let allowed = |c: char| {
        // The Kelvin sign is a letter whose NFC is the ASCII letter K: it would make one of two customers.
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || (!c.is_ascii() && c != '\u{212a}' && (c.is_alphabetic() || is_combining_mark(c)))
    };
    let starts_well = text.chars().next().is_some_and(|c| !is_combining_mark(c));
    starts_well && text.chars().all(allowed)
}

/// A first or last name: 1 to 200 characters after trimming, no controls. Personal, so `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePersonNameError {
    /// Nothing but white space. A token that says so says nothing.
    #[error("the name is empty")]
    Empty,
    /// More than 200 characters.
    #[error("the name has more than 200 characters")]
    TooLong,
    /// A control character.
    #[error("the name has a control character")]
    Control,
}

impl PersonName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = ParsePersonNameError;

    fn from_str(text: &str) -> Result<Self, ParsePersonNameError> {
        let name = text.trim();
        if name.is_empty() {
            return Err(ParsePersonNameError::Empty);
        }
        if name.chars().any(char::is_control) {
            return Err(ParsePersonNameError::Control);
        }
        // A text of at most 200 octets has at most 200 characters: most names need not be counted.
        if name.len() > 200 && name.chars().count() > 200 {
            return Err(ParsePersonNameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(***)")
    }
}

/// What a merchant calls a customer, whatever the email: 1 to 255 characters. Personal, so `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StableId(String);

/// A text that is empty or has more than 255 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a customer's id has 1 to 255 characters")]
pub struct ParseStableIdError;

impl StableId {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id among `attributes`: the first of `user_id` and `userId` that is a string of 1 to 255 characters or an integer, as
    /// text, so that 7 and "7" are one. Anything else is an attribute like any other.
    #[must_use]
    pub fn of_attributes(attributes: &Object<'_>) -> Option<Self> {
        ["user_id", "userId"].into_iter().find_map(|key| match attributes.get(key)? {
            Json::String(text) => text.parse().ok(),
            Json::Number(Number::Signed(number)) => number.to_string().parse().ok(),
            Json::Number(Number::Unsigned(number)) => number.to_string().parse().ok(),
            _ => None,
        })
    }
}

impl FromStr for StableId {
    type Err = ParseStableIdError;

    fn from_str(text: &str) -> Result<Self, ParseStableIdError> {
        let fits = (1..=255).contains(&text.chars().count());
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseStableIdError) }
    }
}

impl fmt::Debug for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StableId(***)")
    }
}

/// Free facts about a customer: a JSON object within limits. Personal, so `Debug` prints only how many.
///
/// At most 8 KiB as compact JSON, 50 keys an object, 200 values (each scalar and each element of an array is one), keys of 1 to
/// 64 and strings of at most 2,048 characters, 4 levels of objects and arrays, itself the first; integers of 64 bits, other
/// numbers only if no digit is lost (see [`json`]).
#[derive(Clone)]
pub struct Attributes {
    json: String,
    /// The same, once somebody looks inside: who only keeps them does not.
    map: OnceLock<Map<String, Value>>,
}

/// Which rule an object of attributes breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributesError {
    /// Not JSON by the strict rules.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not an object.
    #[error("the attributes are not an object")]
    NotAnObject,
    /// More than 8 KiB.
    #[error("the attributes have {0} bytes as compact JSON; at most 8192 are allowed")]
    Bytes(usize),
    /// An object with more than 50 keys.
    #[error("an object has {0} keys; at most 50 are allowed")]
    Keys(usize),
    /// More than 200 values.
    #[error("there are more than 200 values")]
    Values,
    /// A key that is empty.
    #[error("a key is empty")]
    EmptyKey,
    /// A key of more than 64 characters.
    #[error("a key has {0} characters; at most 64 are allowed")]
    LongKey(usize),
    /// A string of more than 2,048 characters.
    #[error("a string has {0} characters; at most 2048 are allowed")]
    LongString(usize),
    /// More than 4 levels.
    #[error("objects and arrays are nested more than 4 levels deep")]
    TooDeep,
    /// A number that would be stored as another one.
    #[error("a number has more digits than can be kept; send it as a string")]
    Number,
}

impl Attributes {
    const MAX_BYTES: usize = 8192;
    const MAX_KEYS: usize = 50;
    const MAX_VALUES: usize = 200;
    const MAX_KEY: usize = 64;
    const MAX_STRING: usize = 2048;
    const MAX_DEPTH: usize = 4;

    /// The attributes as compact JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The attributes.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        // What was written here is read again.
        self.map.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.json == "{}"
    }

    /// Reads what was stored, or typed on a command line.
    ///
    /// # Errors
    /// [`AttributesError`] when `text` is not such an object.
    pub fn from_stored(text: &str) -> Result<Self, AttributesError> {
        // One level more than is allowed, so that what is too deep is called so.
        let limits = Limits { depth: Self::MAX_DEPTH + 1, members: usize::MAX };
        let object = json::parse_object(text, limits).map_err(|error| match error {
            JsonError::TooDeep { .. } => AttributesError::TooDeep,
            JsonError::NotAnObject => AttributesError::NotAnObject,
            other => AttributesError::Json(other),
        })?;
        Self::from_object(&object)
    }

    /// The attributes that a token's object of them says.
    pub(crate) fn from_object(object: &Object<'_>) -> Result<Self, AttributesError> {
        check_object(object, 1, &mut 0)?;
        let json = object.sorted_text().map_err(|_| AttributesError::Number)?;
        if json.len() > Self::MAX_BYTES {
            return Err(AttributesError::Bytes(json.len()));
        }
        Ok(Self { json, map: OnceLock::new() })
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Self { json: "{}".to_owned(), map: OnceLock::new() }
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({} ***)", self.as_map().len())
    }
}

/// Checks an object at `depth`, adding to `values`.
fn check_object(
    object: &Object<'_>,
    depth: usize,
    values: &mut usize,
) -> Result<(), AttributesError> {
    let members = object.members();
    if depth > Attributes::MAX_DEPTH {
        return Err(AttributesError::TooDeep);
    }
    if members.len() > Attributes::MAX_KEYS {
        return Err(AttributesError::Keys(members.len()));
    }
    for (key, value) in members {
        if key.is_empty() {
            return Err(AttributesError::EmptyKey);
        }
        if let Some(length) = longer_than(key, Attributes::MAX_KEY) {
            return Err(AttributesError::LongKey(length));
        }
        if !matches!(value, Json::Object(_) | Json::Array(_)) {
            count(values)?;
        }
        check_value(value, depth, values)?;
    }
    Ok(())
}

fn check_array(
    elements: &[Json<'_>],
    depth: usize,
    values: &mut usize,
) -> Result<(), AttributesError> {
    if depth > Attributes::MAX_DEPTH {
        return Err(AttributesError::TooDeep);
    }
    for element in elements {
        count(values)?;
        check_value(element, depth, values)?;
    }
    Ok(())
}

/// Checks a value inside the object or array at `depth`.
fn check_value(value: &Json<'_>, depth: usize, values: &mut usize) -> Result<(), AttributesError> {
    match value {
        Json::Number(Number::Float { exact: false, .. }) => Err(AttributesError::Number),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
        Json::String(text) => match longer_than(text, Attributes::MAX_STRING) {
            Some(length) => Err(AttributesError::LongString(length)),
            None => Ok(()),
        },
        Json::Array(elements) => check_array(elements, depth + 1, values),
        Json::Object(object) => check_object(object, depth + 1, values),
    }
}

fn count(values: &mut usize) -> Result<(), AttributesError> {
    *values += 1;
    if *values > Attributes::MAX_VALUES { Err(AttributesError::Values) } else { Ok(()) }
}

/// The number of characters of `text`, if there are more than `limit`.
fn longer_than(text: &str, limit: usize) -> Option<usize> {
    if text.len() <= limit {
        return None;
    }
    Some(text.chars().count()).filter(|&length| length > limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_email(text: &str, expected: Result<&str, ParseEmailError>) {
        let parsed = text.parse::<Email>();
        let key = parsed.as_ref().map(|email| email.key().as_str()).map_err(|error| *error);
        assert_eq!(key, expected, "{text:?}");
    }

    #[test]
    fn an_email_is_compared_by_its_key() {
        check_email("ann@example.com", Ok("ann@example.com"));
        check_email("Ann.Lee+News@Example.COM", Ok("ann.lee+news@example.com"));
        check_email(" \t\r\n\u{b}\u{c}ann@example.com\n", Ok("ann@example.com"));
        check_email("ann@localhost", Ok("ann@localhost"));
        check_email("ann@127.0.0.1", Ok("ann@127.0.0.1"));
        check_email("ann@bücher.example", Ok("ann@xn--bcher-kva.example"));
        check_email("ann@BÜCHER.example", Ok("ann@xn--bcher-kva.example"));
        check_email("ann@XN--BCHER-KVA.example", Ok("ann@xn--bcher-kva.example"));
        check_email("ann@bu\u{308}cher.example", Ok("ann@xn--bcher-kva.example"));
        check_email("ann@straße.example", Ok("ann@xn--strae-oqa.example"));
        check_email("!#$%&'*+-/=?^_`{|}~@example.com", Ok("!#$%&'*+-/=?^_`{|}~@example.com"));
        // NFC, and no more: letters beyond ASCII keep their case, and none is written as others.
        check_email("jose\u{301}@example.com", Ok("josé@example.com"));
        check_email("JOSÉ@example.com", Ok("josÉ@example.com"));
        check_email("strauß@example.com", Ok("strauß@example.com"));
        check_email("ıſ@example.com", Ok("ıſ@example.com"));
        check_email("用户@例子.example", Ok("用户@xn--fsqu00a.example"));
        check_email("उपयोग@example.com", Ok("उपयोग@example.com"));
    }

    #[test]
    fn strangers_stay_strangers() {
        let same = |a: &str, b: &str| a.parse::<Email>().unwrap() == b.parse::<Email>().unwrap();
        assert!(same("Ann@example.com", "ann@EXAMPLE.com"));
        assert!(same("é@example.com", "e\u{301}@example.com"));
        for (a, b) in [
            ("ann", "a.nn"),
            ("ann", "ann+x"),
            ("é", "É"),
            ("ß", "ss"),
            ("ı", "i"),
            ("ſ", "s"),
            ("а", "a"),
        ] {
            assert!(!same(&format!("{a}@example.com"), &format!("{b}@example.com")), "{a} {b}");
        }
    }

    #[test]
    fn other_text_is_no_email() {
        use ParseEmailError::{Domain, Empty, Local, NotOneAt};
        check_email("", Err(Empty));
        check_email(" \n", Err(Empty));
        for text in ["ann", "ann@@example.com", "ann@bob@example.com", "@@"] {
            check_email(text, Err(NotOneAt));
        }
        let locals = [
            "", ".ann", "ann.", "a..n", "\"ann\"", "ann(x)", "a,b", "a:b", "a;b", "a<b", "a[b",
            "a\\b", "🔑", "a²",
        ];
        for local in locals {
            check_email(&format!("{local}@example.com"), Err(Local));
        }
        // The Kelvin sign would become the letter K; a mark needs a letter to stand on.
        check_email("\u{212a}@example.com", Err(Local));
        check_email("\u{301}a@example.com", Err(Local));
        let domains = "|.|example.com.|.example.com|example..com|-a.example|a-.example|ab--c.example|a_b.example|a。|a/b|a:25|\
            xn--a|xn--|[127.0.0.1]|[IPv6:::1]|%65xample.com";
        for domain in domains.split('|') {
            check_email(&format!("ann@{domain}"), Err(Domain));
        }
    }

    #[test]
    fn an_email_has_no_character_that_cannot_be_seen() {
        let controls = "\0\t\n \u{7f}\u{85}\u{a0}\u{ad}\u{2028}\u{3000}\u{3164}";
        let formats =
            "\u{200b}\u{200c}\u{200d}\u{200e}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{e0001}";
        for c in controls.chars().chain(formats.chars()) {
            check_email(&format!("a{c}b@example.com"), Err(ParseEmailError::ForbiddenCharacter));
            check_email(&format!("ann@a{c}b.example"), Err(ParseEmailError::ForbiddenCharacter));
        }
        check_email("\u{a0}ann@example.com", Err(ParseEmailError::ForbiddenCharacter));
    }

    #[test]
    fn an_email_has_at_most_254_octets() {
        let local = |octets: usize| format!("{}@example.com", "a".repeat(octets));
        assert!(local(64).parse::<Email>().is_ok());
        check_email(&local(65), Err(ParseEmailError::Local));
        check_email(
            &format!("{}@example.com", "é".repeat(32)),
            Ok(&format!("{}@example.com", "é".repeat(32))),
        );
        check_email(&format!("{}a@example.com", "é".repeat(32)), Err(ParseEmailError::Local));
        let domain = |labels: &[usize]| {
            labels.iter().map(|&length| "d".repeat(length)).collect::<Vec<_>>().join(".")
        };
        let email = |labels: &[usize]| format!("{}@{}", "a", domain(labels));
        assert!(email(&[63, 63]).parse::<Email>().is_ok());
        check_email(&email(&[64, 63]), Err(ParseEmailError::Domain));
        // 252 octets of domain make 254.
        assert_eq!(email(&[63, 63, 63, 60]).len(), 254);
        assert!(email(&[63, 63, 63, 60]).parse::<Email>().is_ok());
        check_email(&email(&[63, 63, 63, 61]), Err(ParseEmailError::TooLong));
        assert!(format!("  {}  ", email(&[63, 63, 63, 60])).parse::<Email>().is_ok());
        // Short as signed, too long in ASCII: each label grows to more than 63.
        let long = format!("a@{}", ["ü".repeat(20), "ö".repeat(30), "ä".repeat(30)].join("."));
        assert!(long.len() < 254 && long.parse::<Email>().is_ok());
        check_email(&format!("a@{}.example", "üñ用".repeat(20)), Err(ParseEmailError::Domain));
    }

    #[test]
    fn an_email_prints_only_its_domain() {
        assert_eq!(
            format!("{:?}", "ann@example.com".parse::<Email>().unwrap()),
            "Email(***@example.com)"
        );
    }

    fn claims(issued_at: f64) -> CustomerClaims {
        CustomerClaims {
            email: "ann@example.com".parse().unwrap(),
            stable_id: None,
            first_name: None,
            last_name: None,
            attributes: None,
            issued_at,
            expires_at: issued_at + 3600.0,
            not_before: None,
            issuer: None,
            jti: None,
        }
    }

    fn rich(issued_at: f64) -> CustomerClaims {
        CustomerClaims {
            stable_id: Some("7".parse().unwrap()),
            first_name: Some("Ann".parse().unwrap()),
            last_name: Some("Lee".parse().unwrap()),
            attributes: Some(Attributes::from_stored(r#"{"tier":"gold","n":1}"#).unwrap()),
            ..claims(issued_at)
        }
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn lead(claims: &CustomerClaims) -> Lead {
        Lead::identified(ChatId::new(at(0)), claims, at(5))
    }

    /// The lead after a token, which says whether it told anything but times.
    fn after(lead: &Lead, claims: &CustomerClaims, now: Timestamp) -> Lead {
        let facts = |of: &Lead| {
            let names = (of.first_name.clone(), of.last_name.clone());
            let texts = (of.email.signed().to_owned(), of.attributes.as_json().to_owned());
            (of.stable_id.clone(), names, texts)
        };
        let mut merged = lead.clone();
        assert_eq!(merged.merge(claims, now), facts(&merged) != facts(lead));
        merged
    }

    #[test]
    fn the_newest_token_wins_and_of_equals_the_later() {
        let renamed = |issued_at| CustomerClaims {
            email: "Ann.Lee@example.com".parse().unwrap(),
            first_name: Some("Anna".parse().unwrap()),
            attributes: Some(Attributes::from_stored(r#"{"tier":"silver"}"#).unwrap()),
            ..rich(issued_at)
        };
        let lead = lead(&rich(100.0));
        for newer in [100.0, 100.5] {
            let merged = after(&lead, &renamed(newer), at(9));
            assert_eq!(merged.email.signed(), "Ann.Lee@example.com");
            assert_eq!(merged.full_name().as_deref(), Some("Anna Lee"));
            assert_eq!(merged.attributes.as_json(), r#"{"tier":"silver"}"#);
            assert_eq!(
                (merged.claims_issued_at, merged.identified_at, merged.created_at),
                (newer, at(9), at(5))
            );
        }
        let older = after(&lead, &renamed(99.5), at(9));
        assert_eq!(older, Lead { identified_at: at(9), ..lead.clone() });
        assert_eq!(after(&lead, &renamed(99.5), at(1)).identified_at, at(5));
    }

    #[test]
    fn what_is_said_again_changes_times_only() {
        let lead = lead(&rich(100.0));
        assert_eq!(
            after(&lead, &rich(101.0), at(9)),
            Lead { identified_at: at(9), claims_issued_at: 101.0, ..lead.clone() }
        );
        let shouted = CustomerClaims { email: "ANN@example.com".parse().unwrap(), ..rich(101.0) };
        assert_eq!(after(&lead, &shouted, at(9)).email.signed(), "ANN@example.com");
    }

    #[test]
    fn what_a_token_leaves_out_stays() {
        let lead = lead(&rich(100.0));
        let merged = after(&lead, &claims(101.0), at(9));
        assert_eq!(merged, Lead { identified_at: at(9), claims_issued_at: 101.0, ..lead.clone() });
        let cleared = CustomerClaims { attributes: Some(Attributes::default()), ..claims(101.0) };
        assert!(after(&lead, &cleared, at(9)).attributes.is_empty());
    }

    #[test]
    fn a_customer_known_by_email_gains_the_id_once() {
        let known = lead(&claims(100.0));
        let merged = after(&known, &rich(50.0), at(9));
        assert_eq!(merged.stable_id, Some("7".parse().unwrap()));
        assert_eq!(merged.first_name, None, "the token is older");
        let other = CustomerClaims { stable_id: Some("8".parse().unwrap()), ..rich(200.0) };
        assert_eq!(after(&merged, &other, at(9)).stable_id, Some("7".parse().unwrap()));
    }

    #[test]
    fn a_revoked_customer_refuses_older_tokens() {
        let lead = Lead { not_before: Some(100.0), ..lead(&claims(1.0)) };
        assert!(lead.refuses(&claims(99.9)));
        assert!(!lead.refuses(&claims(100.0)));
        assert!(!Lead { not_before: None, ..lead }.refuses(&claims(0.0)));
    }

    #[test]
    fn a_full_name_is_what_is_known_of_it() {
        let mut lead = lead(&rich(1.0));
        assert_eq!(lead.full_name().as_deref(), Some("Ann Lee"));
        lead.first_name = None;
        assert_eq!(lead.full_name().as_deref(), Some("Lee"));
        lead.last_name = None;
        assert_eq!(lead.full_name(), None);
    }

    #[test]
    fn stored_attributes_are_read_back() {
        for text in ["{}", r#"{"a":[1,-2,0.5,1e300,null,true,"é\""],"b":{"c":{"d":[]}}}"#] {
            let attributes = Attributes::from_stored(text).unwrap();
            assert_eq!(Attributes::from_stored(attributes.as_json()), Ok(attributes.clone()));
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(Value::Object(attributes.as_map().clone()), expected);
        }
        let mixed = Attributes::from_stored(
            r#"{ "b" : {"z":1, "y":[{"d":-0.0,"c":1e23}]}, "a\u0062":"x" }"#,
        )
        .unwrap();
        assert_eq!(mixed.as_json(), r#"{"ab":"x","b":{"y":[{"c":1e+23,"d":-0.0}],"z":1}}"#);
        assert_eq!(Attributes::from_stored("[]"), Err(AttributesError::NotAnObject));
        assert_eq!(
            Attributes::from_stored(r#"{"a":{"b":{"c":{"d":{"e":1}}}}}"#),
            Err(AttributesError::TooDeep)
        );
        assert!(matches!(
            Attributes::from_stored("{"),
            Err(AttributesError::Json(JsonError::Syntax(_)))
        ));
        assert!(matches!(
            Attributes::from_stored(r#"{"a":1,"a":1}"#),
            Err(AttributesError::Json(JsonError::Duplicate(_)))
        ));
    }
}
