//! The checks of a token, and the two ways to run through them: to the first failure, or to the end.
//!
//! There is one list of checks, written once as the code that makes them. It runs under a `Course`: `Strict` ends it at the
//! first failure and is what verifies; the one of `diagnosis` writes each outcome down and goes on. So what a merchant is told and
//! what the service does cannot disagree.

use serde::Serialize;

use super::reason::VerifyError;

/// What is checked of a token, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// The text: its size, its three parts, their base64url.
    Form,
    /// The header is strict JSON of allowed size.
    Header,
    /// The header has no member that is not allowed.
    HeaderMembers,
    /// `alg`.
    Algorithm,
    /// `typ`.
    Type,
    /// `kid`.
    Kid,
    /// A key of the chat signed it.
    Signature,
    /// The payload is strict JSON of allowed size.
    Payload,
    /// `exp`.
    Exp,
    /// `iat`.
    Iat,
    /// `nbf`.
    Nbf,
    /// `exp` is after `iat` and `nbf`.
    Order,
    /// `exp - iat`.
    Lifetime,
    /// It was issued after the chat's floor.
    Floor,
    /// `email`.
    Email,
    /// `first_name`.
    FirstName,
    /// `last_name`.
    LastName,
    /// `additional_attributes`.
    AdditionalAttributes,
    /// `sub`.
    Sub,
    /// `iss`.
    Iss,
    /// `jti`.
    Jti,
    /// `aud`.
    Aud,
    /// What only the service knows: whether identification is active, whether the token was replayed or its customer revoked.
    Chat,
}

impl CheckName {
    /// All that are made of a token itself, in their order.
    pub(super) const OF_TOKEN: [Self; 22] = [
        Self::Form,
        Self::Header,
        Self::HeaderMembers,
        Self::Algorithm,
        Self::Type,
        Self::Kid,
        Self::Signature,
        Self::Payload,
        Self::Exp,
        Self::Iat,
        Self::Nbf,
        Self::Order,
        Self::Lifetime,
        Self::Floor,
        Self::Email,
        Self::FirstName,
        Self::LastName,
        Self::AdditionalAttributes,
        Self::Sub,
        Self::Iss,
        Self::Jti,
        Self::Aud,
    ];
}

/// What is right about a token and yet unwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// It is valid for more than 24 hours.
    LongLifetime,
    /// Its `kid` names no key of the chat that verifies.
    UnknownKid,
    /// Another browser used it before.
    Replayed,
}

impl Warning {
    /// Its code, which never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LongLifetime => "long_lifetime",
            Self::UnknownKid => "unknown_kid",
            Self::Replayed => "replayed",
        }
    }

    /// It in a sentence.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::LongLifetime => {
                "The token is valid for more than 24 hours; whoever copies it can use it that long. One hour is usual."
            }
            Self::UnknownKid => {
                "The header's kid names no key of this chat that verifies; every key was tried."
            }
            Self::Replayed => {
                "Another browser used this token before. Sign one for each customer and page view, and let no cache keep it."
            }
        }
    }
}

/// A way to run through the checks.
pub(super) trait Course {
    /// Whether only the first failure matters, so that what is known to be good need not be told again.
    const IS_STRICT: bool;

    /// Takes the outcome of a check: what it found, to go on with; `None`, to go on without; or an error, to stop. `detail` says
    /// more about a success, where anybody wants to know.
    fn check<T>(
        &mut self,
        name: CheckName,
        outcome: Result<T, VerifyError>,
        detail: impl FnOnce(&T) -> Option<String>,
    ) -> Result<Option<T>, VerifyError>;

    /// Takes a warning.
    fn warn(&mut self, warning: Warning);
}

/// Stops at the first failure.
#[derive(Debug, Default)]
pub(super) struct Strict {
    pub(super) warnings: Vec<Warning>,
}

impl Course for Strict {
    const IS_STRICT: bool = true;

    fn check<T>(
        &mut self,
        _: CheckName,
        outcome: Result<T, VerifyError>,
        _: impl FnOnce(&T) -> Option<String>,
    ) -> Result<Option<T>, VerifyError> {
        outcome.map(Some)
    }

    fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}
