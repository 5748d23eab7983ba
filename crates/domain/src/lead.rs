//! A known person: email, names, attributes, and how what tokens say about them adds up.

use std::fmt;
use std::str::FromStr;

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

    /// This lead after another token of the same customer.
    ///
    /// The newest `iat` wins, and of two equal ones the later arrival: the email as signed, the attributes as a whole (`{}` clears
    /// them), the names; what a token leaves out stays. An older token changes only when the customer was identified last. A
    /// customer known only by email gains the id when one first comes, however old the token: an id is no fact that ages.
    ///
    /// Source: semantics, section 3, "merging" and "stable id".
    #[must_use]
    pub fn merged(&self, claims: &CustomerClaims, now: Timestamp) -> Self {
        let mut lead = self.clone();
        lead.identified_at = self.identified_at.max(now);
        lead.stable_id = self.stable_id.clone().or_else(|| claims.stable_id.clone());
        if claims.issued_at < self.claims_issued_at {
            return lead;
        }
        lead.claims_issued_at = claims.issued_at;
        lead.email = claims.email.clone();
        lead.first_name = claims.first_name.clone().or(lead.first_name);
        lead.last_name = claims.last_name.clone().or(lead.last_name);
        lead.attributes = claims.attributes.clone().unwrap_or(lead.attributes);
        lead
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
        let mut key: String = local.nfc().collect();
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
fn is_forbidden(c: char) -> bool {
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
    pub fn of_attributes(attributes: &Attributes) -> Option<Self> {
        ["user_id", "userId"].into_iter().find_map(|key| match attributes.as_map().get(key) {
            Some(Value::String(text)) => text.parse().ok(),
            Some(Value::Number(number)) if !number.is_f64() => number.to_string().parse().ok(),
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
#[derive(Clone, PartialEq)]
pub struct Attributes {
    json: String,
    map: Map<String, Value>,
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
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.map
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
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
        let mut values = 0;
        let map = read_object(object, 1, &mut values)?;
        let json = serde_json::to_string(&map).map_err(|_| AttributesError::Number)?;
        if json.len() > Self::MAX_BYTES {
            return Err(AttributesError::Bytes(json.len()));
        }
        Ok(Self { json, map })
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Self { json: "{}".to_owned(), map: Map::new() }
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({} ***)", self.map.len())
    }
}

/// Reads an object at `depth`, adding to `values`.
fn read_object(
    object: &Object<'_>,
    depth: usize,
    values: &mut usize,
) -> Result<Map<String, Value>, AttributesError> {
    let members = object.members();
    if depth > Attributes::MAX_DEPTH {
        return Err(AttributesError::TooDeep);
    }
    if members.len() > Attributes::MAX_KEYS {
        return Err(AttributesError::Keys(members.len()));
    }
    let mut map = Map::new();
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
        map.insert(key.clone().into_owned(), read_value(value, depth, values)?);
    }
    Ok(map)
}

fn read_array(
    elements: &[Json<'_>],
    depth: usize,
    values: &mut usize,
) -> Result<Value, AttributesError> {
    if depth > Attributes::MAX_DEPTH {
        return Err(AttributesError::TooDeep);
    }
    let mut array = Vec::with_capacity(elements.len().min(Attributes::MAX_VALUES));
    for element in elements {
        count(values)?;
        array.push(read_value(element, depth, values)?);
    }
    Ok(Value::Array(array))
}

/// Reads a value inside the object or array at `depth`.
fn read_value(
    value: &Json<'_>,
    depth: usize,
    values: &mut usize,
) -> Result<Value, AttributesError> {
    Ok(match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(Number::Signed(value)) => Value::from(*value),
        Json::Number(Number::Unsigned(value)) => Value::from(*value),
        Json::Number(Number::Float { value, exact: true }) => Value::from(*value),
        Json::Number(Number::Float { .. }) => return Err(AttributesError::Number),
        Json::String(text) => match longer_than(text, Attributes::MAX_STRING) {
            Some(length) => return Err(AttributesError::LongString(length)),
            None => Value::String(text.clone().into_owned()),
        },
        Json::Array(elements) => read_array(elements, depth + 1, values)?,
        Json::Object(object) => Value::Object(read_object(object, depth + 1, values)?),
    })
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
