//! JSON that means one thing only.
//!
//! Two parsers that read one text differently are an attack, so whatever RFC 8259 leaves open is refused here: a member that
//! comes twice (anywhere), `\u0000`, a lone surrogate, text after the value, a byte-order mark. Depth and the number of an
//! object's members are limited.
//!
//! A number is kept as a 64-bit integer, or else as an `f64`, and then with whether it is *exact*: whether the `f64`, written with
//! as many significant digits as the text has (17 at most, which is what a double can need), gives the text's digits again.
//! `0.1`, `0.10000000000000001` and `1e23` are exact; `0.1000000000000000055`, `12345678901234567890123` and `1e-400` are not, and
//! would be stored as other numbers than were signed. A number beyond the range of an `f64` is refused.
//!
//! Source: semantics, section 1, "JSON", and section 3, "`additional_attributes`"; RFC 8259, sections 4, 6, 8.2 and 9.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// How large a JSON text may be in depth and breadth. Its length is the caller's to limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many objects and arrays may lie in one another; the outermost object is 1.
    pub depth: usize,
    /// How many members an object may have.
    pub members: usize,
}

/// Why a text is not JSON as it is wanted here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at all; text after the value, a byte-order mark and a lone surrogate included.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member that comes twice; the first 64 characters of its name.
    #[error("the member {0:?} comes twice in one object")]
    Duplicate(String),
    /// `\u0000` in a string or a key.
    #[error("a string has \\u0000 in it")]
    Nul,
    /// More levels than allowed.
    #[error("objects and arrays are nested too deep")]
    TooDeep {
        /// The member of the outermost object in which this is.
        member: String,
    },
    /// An object with more members than allowed.
    #[error("an object has too many members")]
    TooManyMembers {
        /// The member of the outermost object in which this is; `None` if it is the outermost object itself.
        member: Option<String>,
    },
}

/// A JSON value; its strings are borrowed from the text where they have no escapes.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// A JSON number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A negative integer.
    Signed(i64),
    /// An integer.
    Unsigned(u64),
    /// Any other number.
    Float {
        /// Its value, finite.
        value: f64,
        /// Whether no digit was lost.
        exact: bool,
    },
}

/// A JSON object: its members in the order of the text, each name once.
#[derive(Debug, Clone, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl Number {
    /// The nearest `f64`.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "what compares these numbers allows none above 2^53"
    )]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Signed(value) => value as f64,
            Self::Unsigned(value) => value as f64,
            Self::Float { value, .. } => value,
        }
    }
}

impl<'a> Object<'a> {
    /// The value of the member `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of the member `name`, if it is one; not a copy, if it was not borrowed.
    #[must_use]
    pub fn into_string(self, name: &str) -> Option<String> {
        match self.0.into_iter().find(|(key, _)| key == name) {
            Some((_, Json::String(text))) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        &self.0
    }
}

impl Json<'_> {
    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The same for serde.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(Number::Signed(value)) => Value::from(*value),
            Self::Number(Number::Unsigned(value)) => Value::from(*value),
            Self::Number(Number::Float { value, .. }) => Value::from(*value),
            Self::String(text) => Value::String(text.clone().into_owned()),
            Self::Array(elements) => elements.iter().map(Self::to_value).collect(),
            Self::Object(object) => object.to_value(),
        }
    }
}

impl Object<'_> {
    /// The same for serde.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        self.0.iter().map(|(key, value)| (key.clone().into_owned(), value.to_value())).collect()
    }
}

impl Object<'_> {
    /// The same as compact text, members sorted by name: their order means nothing, and not every database keeps it, so what is the same
    /// is the same text.
    ///
    /// # Errors
    /// Never, as far as is known: every value here has a text.
    pub fn sorted_text(&self) -> serde_json::Result<String> {
        serde_json::to_string(&SortedObject(self))
    }
}

/// What is written with its members sorted.
struct SortedObject<'j, 'a>(&'j Object<'a>);

/// The same for any value.
struct Sorted<'j, 'a>(&'j Json<'a>);

impl Serialize for SortedObject<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members: Vec<_> = self.0.members().iter().collect();
        members.sort_unstable_by(|(one, _), (two, _)| one.cmp(two));
        serializer.collect_map(members.into_iter().map(|(key, value)| (key, Sorted(value))))
    }
}

impl Serialize for Sorted<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(Number::Signed(value)) => serializer.serialize_i64(*value),
            Json::Number(Number::Unsigned(value)) => serializer.serialize_u64(*value),
            Json::Number(Number::Float { value, .. }) => serializer.serialize_f64(*value),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(elements) => serializer.collect_seq(elements.iter().map(Sorted)),
            Json::Object(object) => SortedObject(object).serialize(serializer),
        }
    }
}

/// Reads `text`, which must be one JSON object and nothing else but white space.
///
/// # Errors
/// [`JsonError`] at the first rule that it breaks.
pub fn parse_object(text: &str, limits: Limits) -> Result<Object<'_>, JsonError> {
    let reader = Reader::new(text, limits);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = ReadValue { reader: &reader, depth: 1 }.deserialize(&mut deserializer);
    match parsed.and_then(|value| deserializer.end().map(|()| value)) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(JsonError::NotAnObject),
        Err(error) => {
            Err(reader.failure.take().unwrap_or_else(|| JsonError::Syntax(error.to_string())))
        }
    }
}

/// What the parts of one reading share.
struct Reader<'a> {
    limits: Limits,
    literals: RefCell<Literals<'a>>,
    /// Numbers met since `literals` was last asked.
    numbers: Cell<usize>,
    /// The member of the outermost object that is being read.
    member: RefCell<Cow<'a, str>>,
    /// Which of our rules was broken; serde's own error would only hold a text.
    failure: Cell<Option<JsonError>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, limits: Limits) -> Self {
        Self {
            limits,
            literals: RefCell::new(Literals { text, at: 0 }),
            numbers: Cell::new(0),
            member: RefCell::new(Cow::Borrowed("")),
            failure: Cell::new(None),
        }
    }

    fn refuse<E: serde::de::Error>(&self, failure: JsonError) -> E {
        self.failure.set(Some(failure));
        E::custom("refused")
    }

    /// A string that has escapes. Only these can have a NUL in them: serde refuses control characters that are not escaped.
    fn unescaped<E: serde::de::Error>(&self, text: &str) -> Result<Cow<'a, str>, E> {
        if text.contains('\0') {
            return Err(self.refuse(JsonError::Nul));
        }
        Ok(Cow::Owned(text.to_owned()))
    }

    fn skip_number(&self) {
        self.numbers.set(self.numbers.get() + 1);
    }

    /// Whether the number that serde made `value` of is kept whole. serde says nothing of how it was written, so a second reader
    /// walks the same text, from number to number, and only as far as there are numbers that need it.
    fn is_exact(&self, value: f64) -> bool {
        let literal = self.literals.borrow_mut().nth(self.numbers.take());
        literal.is_some_and(|literal| is_exact(literal, value))
    }
}

/// The numbers of a valid JSON text, as they are written.
struct Literals<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Literals<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let mut in_string = false;
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => self.at += 1,
                b'-' | b'0'..=b'9' if !in_string => {
                    let rest = &self.text[self.at..];
                    let end =
                        rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
                    let literal = &rest[..end.unwrap_or(rest.len())];
                    self.at += literal.len();
                    return Some(literal);
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

/// Whether `value`, the `f64` nearest to `literal`, written with as many significant digits, has the same ones.
///
/// Only digits need comparing: a value this near differs in its exponent only if it differs in its digits.
fn is_exact(literal: &str, value: f64) -> bool {
    let mantissa = literal.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_matches('0');
    match digits.len() {
        0 => true,
        count @ 1..=17 => {
            let written = format!("{:.*e}", count - 1, value.abs());
            let written = written.split('e').next().unwrap_or_default();
            written.bytes().filter(u8::is_ascii_digit).eq(digits.bytes())
        }
        _ => false,
    }
}

/// Reads a value that, if it is an object or array, has `depth`.
#[derive(Clone, Copy)]
struct ReadValue<'r, 'a> {
    reader: &'r Reader<'a>,
    depth: usize,
}

impl<'r, 'a> ReadValue<'r, 'a> {
    /// The reader of what is inside this object or array.
    fn inner<E: serde::de::Error>(self) -> Result<ReadValue<'r, 'a>, E> {
        if self.depth > self.reader.limits.depth {
            let member = self.reader.member.borrow().clone().into_owned();
            return Err(self.reader.refuse(JsonError::TooDeep { member }));
        }
        Ok(ReadValue { reader: self.reader, depth: self.depth + 1 })
    }
}

impl<'a> DeserializeSeed<'a> for ReadValue<'_, 'a> {
    type Value = Json<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Json<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ReadValue<'_, 'a> {
    type Value = Json<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'a>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'a>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'a>, E> {
        self.reader.skip_number();
        Ok(Json::Number(Number::Signed(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'a>, E> {
        self.reader.skip_number();
        Ok(Json::Number(Number::Unsigned(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'a>, E> {
        Ok(Json::Number(Number::Float { value, exact: self.reader.is_exact(value) }))
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Json<'a>, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json<'a>, E> {
        self.reader.unescaped(text).map(Json::String)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<Json<'a>, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<Json<'a>, A::Error> {
        let (reader, inner) = (self.reader, self.inner()?);
        let mut object: Vec<(Cow<'a, str>, Json<'a>)> = Vec::with_capacity(8);
        while let Some(name) = members.next_key_seed(ReadName { reader })? {
            if object.iter().any(|(known, _)| *known == name) {
                return Err(reader.refuse(JsonError::Duplicate(name.chars().take(64).collect())));
            }
            if object.len() == reader.limits.members {
                let member = (self.depth > 1).then(|| reader.member.borrow().clone().into_owned());
                return Err(reader.refuse(JsonError::TooManyMembers { member }));
            }
            if self.depth == 1 {
                reader.member.replace(name.clone());
            }
            object.push((name, members.next_value_seed(inner)?));
        }
        Ok(Json::Object(Object(object)))
    }
}

/// Reads the name of a member.
struct ReadName<'r, 'a> {
    reader: &'r Reader<'a>,
}

impl<'a> DeserializeSeed<'a> for ReadName<'_, 'a> {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for ReadName<'_, 'a> {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, name: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Cow<'a, str>, E> {
        self.reader.unescaped(name)
    }
}
