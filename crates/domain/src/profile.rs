//! What is known of a person field by field, and where each value came from.

use std::fmt;
use std::str::FromStr;

use crate::id::{ChatId, LeadId, OperatorId, VisitorId};
use crate::lead::{Email, Lead, ParsePersonNameError, PersonName};
use crate::time::Timestamp;

/// A phone number as somebody typed it: 3 to 40 characters after trimming, at least three of them digits, no controls.
///
/// Nobody calls it from here, so it is not brought into one form. Personal, so `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePhoneNumberError {
    /// Nothing but white space.
    #[error("the phone number is empty")]
    Empty,
    /// More than 40 characters.
    #[error("the phone number has more than 40 characters")]
    TooLong,
    /// Fewer than three digits, or a control character.
    #[error("a phone number has at least three digits, and no control characters")]
    NotANumber,
}

impl PhoneNumber {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = ParsePhoneNumberError;

    fn from_str(text: &str) -> Result<Self, ParsePhoneNumberError> {
        let number = text.trim();
        if number.is_empty() {
            return Err(ParsePhoneNumberError::Empty);
        }
        if number.chars().count() > 40 {
            return Err(ParsePhoneNumberError::TooLong);
        }
        let digits = number.chars().filter(|c| c.is_numeric()).count();
        if digits < 3 || number.chars().any(char::is_control) {
            return Err(ParsePhoneNumberError::NotANumber);
        }
        Ok(Self(number.to_owned()))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(***)")
    }
}

/// What an unverified visitor says about itself. Nobody vouches for it: it opens nothing, whatever email it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedLead {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id, which no customer has.
    pub id: LeadId,
    /// The visitor; each has at most one.
    pub visitor_id: VisitorId,
    /// The email.
    pub email: Email,
    /// The first name.
    pub first_name: Option<PersonName>,
    /// The last name.
    pub last_name: Option<PersonName>,
    /// The phone number.
    pub phone_number: Option<PhoneNumber>,
    /// Whether marketing by email is wanted; `None` where nothing was said.
    pub email_marketing_consent: Option<bool>,
    /// When it was typed first.
    pub created_at: Timestamp,
    /// When it was typed last.
    pub updated_at: Timestamp,
}

impl TypedLead {
    /// First and last name, as far as they are known.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.as_str().to_owned());
        joined(name(&self.first_name), name(&self.last_name))
    }

    /// Its values as fields of the customer that its visitor turns out to be. Not the email: that one is signed.
    #[must_use]
    pub fn fields(&self) -> Vec<EnteredField> {
        let values = [
            self.first_name.clone().map(FieldValue::FirstName),
            self.last_name.clone().map(FieldValue::LastName),
            self.phone_number.clone().map(FieldValue::PhoneNumber),
            self.email_marketing_consent.map(FieldValue::EmailMarketingConsent),
        ];
        let field = |value| EnteredField {
            value,
            by: EnteredBy::Visitor(self.visitor_id.clone()),
            at: self.updated_at,
        };
        values.into_iter().flatten().map(field).collect()
    }
}

/// What a field is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldName {
    /// The email; always signed.
    Email,
    /// The merchant's own id; always signed.
    StableId,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The phone number; never signed.
    PhoneNumber,
    /// Whether marketing by email is wanted; never signed.
    EmailMarketingConsent,
}

impl FieldName {
    /// All fields.
    pub const ALL: [Self; 6] = [
        Self::Email,
        Self::StableId,
        Self::FirstName,
        Self::LastName,
        Self::PhoneNumber,
        Self::EmailMarketingConsent,
    ];

    /// Its name in the store and outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::StableId => "stable_id",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::PhoneNumber => "phone_number",
            Self::EmailMarketingConsent => "email_marketing_consent",
        }
    }
}

/// A field that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such field")]
pub struct ParseFieldNameError;

impl FromStr for FieldName {
    type Err = ParseFieldNameError;

    fn from_str(text: &str) -> Result<Self, ParseFieldNameError> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(ParseFieldNameError)
    }
}

/// A value that a token did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A first name.
    FirstName(PersonName),
    /// A last name.
    LastName(PersonName),
    /// A phone number.
    PhoneNumber(PhoneNumber),
    /// Whether marketing by email is wanted.
    EmailMarketingConsent(bool),
}

/// Why a text is no value of a field that is kept beside what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseFieldError {
    /// Not a name.
    #[error(transparent)]
    Name(#[from] ParsePersonNameError),
    /// Not a phone number.
    #[error(transparent)]
    PhoneNumber(#[from] ParsePhoneNumberError),
    /// Neither `true` nor `false`.
    #[error("consent is true or false")]
    Consent,
    /// The field is only ever signed, or does not exist.
    #[error("nothing is kept of this field but what was signed")]
    NotKept,
}

impl FieldValue {
    /// The field that it is a value of.
    #[must_use]
    pub const fn name(&self) -> FieldName {
        match self {
            Self::FirstName(_) => FieldName::FirstName,
            Self::LastName(_) => FieldName::LastName,
            Self::PhoneNumber(_) => FieldName::PhoneNumber,
            Self::EmailMarketingConsent(_) => FieldName::EmailMarketingConsent,
        }
    }

    /// It as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::FirstName(name) | Self::LastName(name) => name.as_str(),
            Self::PhoneNumber(number) => number.as_str(),
            Self::EmailMarketingConsent(true) => "true",
            Self::EmailMarketingConsent(false) => "false",
        }
    }

    /// `text` as a value of the field `name`.
    ///
    /// # Errors
    /// [`ParseFieldError`].
    pub fn parse(name: FieldName, text: &str) -> Result<Self, ParseFieldError> {
        Ok(match name {
            FieldName::FirstName => Self::FirstName(text.parse()?),
            FieldName::LastName => Self::LastName(text.parse()?),
            FieldName::PhoneNumber => Self::PhoneNumber(text.parse()?),
            FieldName::EmailMarketingConsent => {
                Self::EmailMarketingConsent(text.parse().map_err(|_| ParseFieldError::Consent)?)
            }
            FieldName::Email | FieldName::StableId => return Err(ParseFieldError::NotKept),
        })
    }
}

/// Who said what a token did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnteredBy {
    /// The visitor typed it before signing in.
    Visitor(VisitorId),
    /// An operator entered it.
    Operator(OperatorId),
}

/// A value of a customer's field that a token did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredField {
    /// The value, which knows its field.
    pub value: FieldValue,
    /// Who said so.
    pub by: EnteredBy,
    /// When.
    pub at: Timestamp,
}

/// Where a field's value came from; the better source first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The merchant signed it.
    Signed,
    /// An operator entered it.
    Operator(OperatorId),
    /// The visitor typed it.
    Typed(VisitorId),
}

impl Source {
    /// Its kind, as it is called outside.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Operator(_) => "operator",
            Self::Typed(_) => "typed",
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Signed => 0,
            Self::Operator(_) => 1,
            Self::Typed(_) => 2,
        }
    }
}

/// One value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// Its value as text.
    pub value: String,
    /// Where it came from.
    pub source: Source,
    /// When: of what was signed, when the newest token was issued.
    pub at: Timestamp,
    /// Whether a better source's value is shown in its place.
    pub overridden: bool,
}

/// A customer with all that is known of them. What is shown is what was signed, or else what an operator entered, or else what the
/// visitor typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    lead: Lead,
    entered: Vec<EnteredField>,
}

impl Profile {
    /// The customer `lead`, of whom `entered` was said beside the tokens.
    #[must_use]
    pub const fn new(lead: Lead, entered: Vec<EnteredField>) -> Self {
        Self { lead, entered }
    }

    /// The customer as tokens have it.
    #[must_use]
    pub const fn lead(&self) -> &Lead {
        &self.lead
    }

    /// Every value of every field, by field, the one that is shown first. Attributes are not among them: those are signed always.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = self.signed();
        fields.extend(self.entered.iter().map(|entered| Field {
            name: entered.value.name(),
            value: entered.value.as_str().to_owned(),
            source: match &entered.by {
                EnteredBy::Visitor(id) => Source::Typed(id.clone()),
                EnteredBy::Operator(id) => Source::Operator(id.clone()),
            },
            at: entered.at,
            overridden: false,
        }));
        fields.sort_by_key(|field| (field.name, field.source.rank()));
        for at in 1..fields.len() {
            fields[at].overridden = fields[at - 1].name == fields[at].name;
        }
        fields
    }

    /// The value that is shown of a field, where there is one.
    #[must_use]
    pub fn shown(&self, name: FieldName) -> Option<String> {
        let mut fields = self.fields().into_iter();
        fields.find(|field| field.name == name && !field.overridden).map(|field| field.value)
    }

    /// First and last name as they are shown, as far as they are known.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        joined(self.shown(FieldName::FirstName), self.shown(FieldName::LastName))
    }

    /// Whether marketing by email is wanted, where something was said.
    #[must_use]
    pub fn email_marketing_consent(&self) -> Option<bool> {
        self.shown(FieldName::EmailMarketingConsent).map(|value| value == "true")
    }

    /// Whether the field `name` was signed: then nobody else's value takes its place.
    #[must_use]
    pub fn is_signed(&self, name: FieldName) -> bool {
        self.signed().iter().any(|field| field.name == name)
    }

    fn signed(&self) -> Vec<Field> {
        let lead = &self.lead;
        let at = Timestamp::from_seconds(lead.claims_issued_at);
        let values = [
            (FieldName::Email, Some(lead.email.signed())),
            (FieldName::StableId, lead.stable_id.as_ref().map(crate::lead::StableId::as_str)),
            (FieldName::FirstName, lead.first_name.as_ref().map(PersonName::as_str)),
            (FieldName::LastName, lead.last_name.as_ref().map(PersonName::as_str)),
        ];
        let field = |(name, value): (FieldName, Option<&str>)| {
            let value = value?.to_owned();
            Some(Field { name, value, source: Source::Signed, at, overridden: false })
        };
        values.into_iter().filter_map(field).collect()
    }
}

fn joined(first: Option<String>, last: Option<String>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::Attributes;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn lead(first_name: Option<&str>) -> Lead {
        Lead {
            chat_id: ChatId::new(NOW),
            id: LeadId::new(NOW),
            stable_id: Some("7".parse().unwrap()),
            email: "Ada@shop.example".parse().unwrap(),
            first_name: first_name.map(|name| name.parse().unwrap()),
            last_name: None,
            attributes: Attributes::default(),
            claims_issued_at: 1_799_999_990.5,
            not_before: None,
            identified_at: NOW,
            created_at: NOW,
        }
    }

    fn typed(value: FieldValue) -> EnteredField {
        EnteredField { value, by: EnteredBy::Visitor(VisitorId::new(NOW)), at: NOW }
    }

    fn entered(value: FieldValue) -> EnteredField {
        EnteredField { value, by: EnteredBy::Operator(OperatorId::new(NOW)), at: NOW }
    }

    fn first(name: &str) -> FieldValue {
        FieldValue::FirstName(name.parse().unwrap())
    }

    #[test]
    fn what_was_signed_is_shown_or_else_what_an_operator_entered_or_else_what_was_typed() {
        let check = |signed: Option<&str>, others: Vec<EnteredField>, expected: Option<&str>| {
            let profile = Profile::new(lead(signed), others);
            assert_eq!(profile.shown(FieldName::FirstName).as_deref(), expected);
            assert_eq!(profile.is_signed(FieldName::FirstName), signed.is_some());
        };
        check(None, vec![], None);
        check(None, vec![typed(first("Typed"))], Some("Typed"));
        check(None, vec![typed(first("Typed")), entered(first("Entered"))], Some("Entered"));
        let both = vec![typed(first("Typed")), entered(first("Entered"))];
        check(Some("Signed"), both, Some("Signed"));
        check(Some("Signed"), vec![], Some("Signed"));
    }

    #[test]
    fn every_value_has_its_source_and_the_shown_one_comes_first() {
        let others = vec![typed(first("Typed")), entered(first("Entered"))];
        let fields = Profile::new(lead(Some("Ada")), others).fields();
        let told: Vec<_> = fields
            .iter()
            .map(|field| {
                (field.name.as_str(), field.value.as_str(), field.source.kind(), field.overridden)
            })
            .collect();
        let expected = [
            ("email", "Ada@shop.example", "signed", false),
            ("stable_id", "7", "signed", false),
            ("first_name", "Ada", "signed", false),
            ("first_name", "Entered", "operator", true),
            ("first_name", "Typed", "typed", true),
        ];
        assert_eq!(told, expected);
        assert_eq!(fields[0].at.as_millis(), 1_799_999_990_500);
    }

    #[test]
    fn a_name_may_have_two_sources() {
        let last = FieldValue::LastName("Byron".parse().unwrap());
        let profile = Profile::new(lead(Some("Ada")), vec![typed(last)]);
        assert_eq!(profile.full_name().as_deref(), Some("Ada Byron"));
        let consent = typed(FieldValue::EmailMarketingConsent(false));
        assert_eq!(profile.email_marketing_consent(), None);
        let profile = Profile::new(lead(None), vec![consent]);
        assert_eq!((profile.full_name(), profile.email_marketing_consent()), (None, Some(false)));
    }

    #[test]
    fn a_typed_leads_fields_are_all_but_its_email() {
        let typed = TypedLead {
            chat_id: ChatId::new(NOW),
            id: LeadId::new(NOW),
            visitor_id: VisitorId::new(NOW),
            email: "ada@shop.example".parse().unwrap(),
            first_name: Some("Ada".parse().unwrap()),
            last_name: None,
            phone_number: Some("+44 20 7946 0000".parse().unwrap()),
            email_marketing_consent: Some(true),
            created_at: NOW,
            updated_at: NOW,
        };
        let names: Vec<_> =
            typed.fields().iter().map(|field| field.value.name().as_str()).collect();
        assert_eq!(names, ["first_name", "phone_number", "email_marketing_consent"]);
        for field in typed.fields() {
            let name = field.value.name();
            assert_eq!(name.as_str().parse(), Ok(name));
            assert_eq!(FieldValue::parse(name, field.value.as_str()), Ok(field.value.clone()));
        }
        let email = FieldValue::parse(FieldName::Email, "ada@shop.example");
        assert_eq!(email, Err(ParseFieldError::NotKept));
        assert_eq!("attributes".parse::<FieldName>(), Err(ParseFieldNameError));
        assert_eq!(typed.full_name().as_deref(), Some("Ada"));
    }

    #[test]
    fn a_phone_number_has_three_digits() {
        let check = |text: &str, expected: Result<&str, ParsePhoneNumberError>| {
            let parsed = text.parse::<PhoneNumber>();
            assert_eq!(
                parsed.as_ref().map(PhoneNumber::as_str),
                expected.as_ref().copied(),
                "{text:?}"
            );
        };
        check(" +44 (0)20 7946-0000 ext. 7 ", Ok("+44 (0)20 7946-0000 ext. 7"));
        check("112", Ok("112"));
        check("٠١٢٣", Ok("٠١٢٣"));
        check(" ", Err(ParsePhoneNumberError::Empty));
        check("12", Err(ParsePhoneNumberError::NotANumber));
        check("call me", Err(ParsePhoneNumberError::NotANumber));
        check("112\u{0}", Err(ParsePhoneNumberError::NotANumber));
        check(&"1".repeat(41), Err(ParsePhoneNumberError::TooLong));
        assert_eq!(format!("{:?}", "112".parse::<PhoneNumber>().unwrap()), "PhoneNumber(***)");
    }
}
