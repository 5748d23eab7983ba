//! What a verified token says.
//!
//! Source: semantics, sections 2 and 3; customer identification, "JWT Payload Keys We Read"; RFC 7519, section 4.1.

use std::time::Duration;

use super::Rules;
use super::check::{CheckName, Course, Warning};
use super::json::{self, Json, JsonError, Limits, Object};
use super::reason::{Reason, VerifyError};
use crate::lead::{
    Attributes, AttributesError, Email, ParseEmailError, ParsePersonNameError, PersonName, StableId,
};
use crate::time::Timestamp;

/// How large a payload may be. Members are counted for each object; what `additional_attributes` may have is less.
const LIMITS: Limits = Limits { depth: 6, members: 64 };

/// How far `iat` may be in the future, in seconds.
const IAT_LEEWAY: f64 = 300.0;

/// How far `nbf` may be in the future, in seconds.
const NBF_LEEWAY: f64 = 60.0;

/// The longest lifetime that any chat can allow: 366 days.
pub const MAX_LIFETIME: Duration = Duration::from_hours(366 * 24);

/// A longer lifetime is worth a warning, in seconds: 24 hours.
const WISE_LIFETIME: f64 = 86_400.0;

/// The largest number that a time may be: 2^53.
const MAX_TIME: f64 = 9_007_199_254_740_992.0;

/// Seconds above this are after the year 5138, milliseconds above it after March 1973.
const MIN_MILLISECONDS: f64 = 1e11;

/// What a signed token says about a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerClaims {
    /// The customer's email.
    pub email: Email,
    /// The merchant's own name for the customer: `sub`, or else `user_id` or `userId` of the attributes.
    pub stable_id: Option<StableId>,
    /// The first name; `None` where it is absent, null or empty.
    pub first_name: Option<PersonName>,
    /// The last name; likewise.
    pub last_name: Option<PersonName>,
    /// Free facts; `None` where they are absent or null, which is not the same as `{}`.
    pub attributes: Option<Attributes>,
    /// `iat`, in seconds.
    pub issued_at: f64,
    /// `exp`, in seconds.
    pub expires_at: f64,
    /// `nbf`, in seconds.
    pub not_before: Option<f64>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `jti`.
    pub jti: Option<String>,
}

/// Reads a payload as JSON.
pub(super) fn parse(payload: &[u8]) -> Result<Object<'_>, VerifyError> {
    let text = std::str::from_utf8(payload)
        .map_err(|_| VerifyError::new(Reason::PayloadMalformed, "it is not UTF-8"))?;
    json::parse_object(text, LIMITS).map_err(|error| {
        let reason = match &error {
            JsonError::Duplicate(_) => Reason::DuplicateMember,
            JsonError::TooDeep { member } if member == "additional_attributes" => {
                Reason::AttributesTooDeep
            }
            JsonError::TooManyMembers { member: Some(member) }
                if member == "additional_attributes" =>
            {
                Reason::AttributesTooLarge
            }
            JsonError::TooDeep { .. } | JsonError::TooManyMembers { .. } => Reason::PayloadTooLarge,
            JsonError::Syntax(_) | JsonError::NotAnObject | JsonError::Nul => {
                Reason::PayloadMalformed
            }
        };
        VerifyError::new(reason, error.to_string())
    })
}

/// Checks everything that `payload` says; `None` where something failed and the course goes on.
pub(super) fn examine<C: Course>(
    payload: &Object<'_>,
    rules: &Rules,
    now: Timestamp,
    course: &mut C,
) -> Result<Option<CustomerClaims>, VerifyError> {
    let times = examine_times(payload, rules, now, course)?;
    let email = course.check(CheckName::Email, read_email(payload), |_| None)?;
    let first_name =
        course.check(CheckName::FirstName, read_name(payload, "first_name"), |value| {
            absence(value.as_ref())
        })?;
    let last_name =
        course.check(CheckName::LastName, read_name(payload, "last_name"), |value| {
            absence(value.as_ref())
        })?;
    let attributes =
        course.check(CheckName::AdditionalAttributes, read_attributes(payload), |attributes| {
            attributes.as_ref().map_or_else(
                || Some("absent".to_owned()),
                |attributes| Some(format!("{} bytes as compact JSON", attributes.as_json().len())),
            )
        })?;
    let subject =
        course.check(CheckName::Sub, read_subject(payload), |value| absence(value.as_ref()))?;
    let issuer = course.check(
        CheckName::Iss,
        read_text(payload, "iss", Reason::IssuerInvalid),
        |value| absence(value.as_ref()),
    )?;
    let jti = course.check(
        CheckName::Jti,
        read_text(payload, "jti", Reason::TokenIdInvalid),
        |value| absence(value.as_ref()),
    )?;
    let audience = course.check(CheckName::Aud, check_audience(payload, rules), |()| None)?;

    let gather = || {
        let attributes = attributes?;
        let stable_id = subject?.or_else(|| match payload.get("additional_attributes") {
            Some(Json::Object(attributes)) => StableId::of_attributes(attributes),
            _ => None,
        });
        let Times { issued_at, expires_at, not_before } = times?;
        audience?;
        Some(CustomerClaims {
            email: email?,
            stable_id,
            first_name: first_name?,
            last_name: last_name?,
            attributes,
            issued_at,
            expires_at,
            not_before,
            issuer: issuer?,
            jti: jti?,
        })
    };
    Ok(gather())
}

struct Times {
    issued_at: f64,
    expires_at: f64,
    not_before: Option<f64>,
}

fn examine_times<C: Course>(
    payload: &Object<'_>,
    rules: &Rules,
    now: Timestamp,
    course: &mut C,
) -> Result<Option<Times>, VerifyError> {
    let now = now.as_seconds();
    let exp = course.check(CheckName::Exp, read_exp(payload, now), |exp| {
        Some(format!("in {}", span(exp - now)))
    })?;
    let iat =
        course.check(CheckName::Iat, read_iat(payload, now), |iat| Some(relative(*iat, now)))?;
    let nbf = course.check(CheckName::Nbf, read_nbf(payload, now), |nbf| {
        Some(nbf.map_or_else(|| "absent".to_owned(), |nbf| relative(nbf, now)))
    })?;
    let (Some(expires_at), Some(issued_at), Some(not_before)) = (exp, iat, nbf) else {
        return Ok(None);
    };
    let order = check_order(expires_at, issued_at, not_before);
    course.check(CheckName::Order, order, |()| None)?;
    let lifetime = expires_at - issued_at;
    course
        .check(CheckName::Lifetime, check_lifetime(lifetime, rules), |()| Some(span(lifetime)))?;
    course.check(CheckName::Floor, check_floor(issued_at, rules), |()| None)?;
    if lifetime > WISE_LIFETIME {
        course.warn(Warning::LongLifetime);
    }
    Ok(Some(Times { issued_at, expires_at, not_before }))
}

/// The time `name`: a finite number from 0 to 2^53; `None` where it is absent.
fn read_time(payload: &Object<'_>, name: &str) -> Result<Option<f64>, VerifyError> {
    let wrong = |detail: String| Err(VerifyError::new(Reason::TimeWrongType, detail));
    let Some(value) = payload.get(name) else { return Ok(None) };
    let Json::Number(number) = value else { return wrong(format!("{name} is {}", kind(value))) };
    let seconds = number.as_f64();
    let unit = match seconds {
        MIN_MILLISECONDS..1e14 => "milliseconds",
        1e14..1e17 => "microseconds",
        1e17..1e20 => "nanoseconds",
        _ => "",
    };
    if !unit.is_empty() {
        return Err(VerifyError::new(Reason::Milliseconds, format!("{name} looks like {unit}")));
    }
    if seconds < 0.0 {
        return wrong(format!("{name} is negative"));
    }
    if seconds > MAX_TIME {
        return wrong(format!("{name} is above 2^53"));
    }
    Ok(Some(seconds))
}

fn read_exp(payload: &Object<'_>, now: f64) -> Result<f64, VerifyError> {
    let exp = read_time(payload, "exp")?.ok_or(Reason::ExpMissing)?;
    if exp <= now {
        return Err(VerifyError::new(Reason::Expired, format!("{} ago", span(now - exp))));
    }
    Ok(exp)
}

fn read_iat(payload: &Object<'_>, now: f64) -> Result<f64, VerifyError> {
    let iat = read_time(payload, "iat")?.ok_or(Reason::IatMissing)?;
    if iat > now + IAT_LEEWAY {
        let detail = format!(
            "{} s in the future: the signing server's clock may be that far ahead",
            seconds(iat - now)
        );
        return Err(VerifyError::new(Reason::IssuedInFuture, detail));
    }
    Ok(iat)
}

fn read_nbf(payload: &Object<'_>, now: f64) -> Result<Option<f64>, VerifyError> {
    let nbf = read_time(payload, "nbf")?;
    match nbf {
        Some(nbf) if nbf > now + NBF_LEEWAY => Err(VerifyError::new(
            Reason::NotYetValid,
            format!("not before {} s from now", seconds(nbf - now)),
        )),
        nbf => Ok(nbf),
    }
}

fn check_order(exp: f64, iat: f64, nbf: Option<f64>) -> Result<(), VerifyError> {
    if iat >= exp {
        return Err(VerifyError::new(Reason::TimesOutOfOrder, "iat is not before exp"));
    }
    if nbf.is_some_and(|nbf| nbf >= exp) {
        return Err(VerifyError::new(Reason::TimesOutOfOrder, "nbf is not before exp"));
    }
    Ok(())
}

fn check_lifetime(lifetime: f64, rules: &Rules) -> Result<(), VerifyError> {
    let limit =
        rules.max_lifetime.map_or(MAX_LIFETIME, |limit| limit.min(MAX_LIFETIME)).as_secs_f64();
    if lifetime > limit {
        let detail =
            format!("it is valid for {}; at most {} are allowed", span(lifetime), span(limit));
        return Err(VerifyError::new(Reason::LifetimeTooLong, detail));
    }
    Ok(())
}

fn check_floor(iat: f64, rules: &Rules) -> Result<(), VerifyError> {
    match rules.not_before {
        Some(floor) if iat < floor => Err(VerifyError::new(
            Reason::IssuedBeforeFloor,
            format!("{} before it", span(floor - iat)),
        )),
        _ => Ok(()),
    }
}

fn read_email(payload: &Object<'_>) -> Result<Email, VerifyError> {
    match payload.get("email") {
        None => Err(Reason::EmailMissing.into()),
        Some(Json::Null) => Err(VerifyError::new(Reason::EmailMissing, "it is null")),
        Some(Json::String(text)) => text.parse().map_err(|error: ParseEmailError| {
            VerifyError::new(Reason::EmailMalformed, error.to_string())
        }),
        Some(other) => {
            Err(VerifyError::new(Reason::EmailMalformed, format!("it is {}", kind(other))))
        }
    }
}

fn read_name(payload: &Object<'_>, name: &str) -> Result<Option<PersonName>, VerifyError> {
    match payload.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => match text.parse() {
            Ok(parsed) => Ok(Some(parsed)),
            Err(ParsePersonNameError::Empty) => Ok(None),
            Err(error) => Err(VerifyError::new(Reason::NameInvalid, format!("{name}: {error}"))),
        },
        Some(other) => {
            Err(VerifyError::new(Reason::NameInvalid, format!("{name} is {}", kind(other))))
        }
    }
}

fn read_attributes(payload: &Object<'_>) -> Result<Option<Attributes>, VerifyError> {
    match payload.get("additional_attributes") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Object(object)) => Attributes::from_object(object).map(Some).map_err(|error| {
            let reason = match error {
                AttributesError::Bytes(_)
                | AttributesError::Keys(_)
                | AttributesError::Values
                | AttributesError::LongKey(_)
                | AttributesError::LongString(_) => Reason::AttributesTooLarge,
                AttributesError::TooDeep => Reason::AttributesTooDeep,
                AttributesError::Json(_)
                | AttributesError::NotAnObject
                | AttributesError::EmptyKey
                | AttributesError::Number => Reason::AttributesWrongType,
            };
            VerifyError::new(reason, error.to_string())
        }),
        Some(other) => {
            Err(VerifyError::new(Reason::AttributesWrongType, format!("it is {}", kind(other))))
        }
    }
}

fn read_subject(payload: &Object<'_>) -> Result<Option<StableId>, VerifyError> {
    let text = read_text(payload, "sub", Reason::SubjectInvalid)?;
    text.map(|text| text.parse().map_err(|_| Reason::SubjectInvalid.into())).transpose()
}

/// The claim `name`, a string of 1 to 255 characters.
fn read_text(
    payload: &Object<'_>,
    name: &str,
    reason: Reason,
) -> Result<Option<String>, VerifyError> {
    match payload.get(name) {
        None => Ok(None),
        Some(Json::String(text)) => match text.chars().count() {
            1..=255 => Ok(Some(text.clone().into_owned())),
            length => Err(VerifyError::new(reason, format!("it has {length} characters"))),
        },
        Some(other) => Err(VerifyError::new(reason, format!("it is {}", kind(other)))),
    }
}

fn check_audience(payload: &Object<'_>, rules: &Rules) -> Result<(), VerifyError> {
    let is_ours = |audience: &str| rules.audiences.iter().any(|ours| ours == audience);
    let fits = match payload.get("aud") {
        None => true,
        Some(Json::String(audience)) => is_ours(audience),
        Some(Json::Array(audiences))
            if audiences.iter().all(|audience| audience.as_str().is_some()) =>
        {
            audiences.iter().filter_map(Json::as_str).any(is_ours)
        }
        Some(other) => {
            return Err(VerifyError::new(
                Reason::AudienceInvalid,
                format!("it is {}", kind(other)),
            ));
        }
    };
    if fits { Ok(()) } else { Err(Reason::AudienceMismatch.into()) }
}

fn kind(value: &Json<'_>) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// The detail of a claim that need not be there.
fn absence<T>(value: Option<&T>) -> Option<String> {
    value.is_none().then(|| "absent".to_owned())
}

/// A whole number of seconds, or one with its fraction.
fn seconds(seconds: f64) -> String {
    if seconds.fract() == 0.0 { format!("{seconds:.0}") } else { format!("{seconds:.3}") }
}

/// A span of time in the unit in which people would say it.
fn span(length: f64) -> String {
    match length {
        ..120.0 => format!("{} s", seconds(length)),
        ..7_200.0 => format!("{:.0} minutes", length / 60.0),
        ..172_800.0 => format!("{:.0} hours", length / 3_600.0),
        _ => format!("{:.0} days", length / 86_400.0),
    }
}

fn relative(time: f64, now: f64) -> String {
    if time > now {
        format!("in {}", span(time - now))
    } else {
        format!("{} ago", span(now - time))
    }
}
