//! Who pays and signs in.

use std::fmt;
use std::str::FromStr;

use crate::id::{AccountId, OperatorId};
use crate::lead::{Email, is_forbidden};
use crate::time::Timestamp;

/// A company that uses the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique in the installation.
    pub name: AccountName,
    /// Whether each of its people needs a second factor.
    pub second_factor_required: bool,
    /// Since when.
    pub created_at: Timestamp,
}

/// An account's name: 1 to 100 characters after trimming, no controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName(String);

/// A person of an account, who signs in to the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The account.
    pub account_id: AccountId,
    /// The operator's id.
    pub id: OperatorId,
    /// What the operator signs in with; unique in the installation.
    pub email: Email,
    /// What customers see; `None` where nobody has said.
    pub name: Option<OperatorName>,
    /// What the operator may do.
    pub role: Role,
    /// Since when.
    pub created_at: Timestamp,
}

/// An operator's name, as customers see it: 1 to 100 characters after trimming, no controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorName(String);

impl Operator {
    /// What customers see: the name, or else what stands before the @ of the email.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        match &self.name {
            Some(name) => name.as_str(),
            None => self.email.signed().split('@').next().unwrap_or_default(),
        }
    }
}

impl FromStr for OperatorName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        parse_name(text).map(Self)
    }
}

impl OperatorName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an operator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything, other operators included.
    Owner,
    /// Everything about chats, keys included.
    Editor,
    /// Reads and answers conversations.
    Member,
}

impl Role {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Member => "member",
        }
    }

    /// Whether this role may let people in, change what they may do, and remove them.
    #[must_use]
    pub const fn may_manage_people(self) -> bool {
        matches!(self, Self::Owner)
    }

    /// Whether this role may change a chat: its settings and its keys.
    #[must_use]
    pub const fn may_change_chats(self) -> bool {
        matches!(self, Self::Owner | Self::Editor)
    }
}

/// By what an operator can prove themselves beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SecondFactors {
    /// By the code of an app.
    pub totp: bool,
    /// By a passkey, which is enough by itself, too.
    pub passkey: bool,
}

impl SecondFactors {
    /// Whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        self.totp || self.passkey
    }
}

/// A role that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such role: it is owner, editor or member")]
pub struct ParseRoleError;

impl FromStr for Role {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, ParseRoleError> {
        match text {
            "owner" => Ok(Self::Owner),
            "editor" => Ok(Self::Editor),
            "member" => Ok(Self::Member),
            _ => Err(ParseRoleError),
        }
    }
}

/// A name that is empty or not to be seen, too long, or has characters that would turn around what stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 100 characters that can be seen, and no control characters")]
pub struct ParseNameError;

/// Reads a name of 1 to 100 characters, trimmed.
pub(crate) fn parse_name(text: &str) -> Result<String, ParseNameError> {
    let name = text.trim();
    let fits = (1..=100).contains(&name.chars().count());
    let turns = |c| matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_seen = !name.chars().all(is_forbidden);
    if fits && is_seen && !name.chars().any(|c| c.is_control() || turns(c)) {
        Ok(name.to_owned())
    } else {
        Err(ParseNameError)
    }
}

impl FromStr for AccountName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        parse_name(text).map(Self)
    }
}

impl AccountName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_see_an_operators_name_or_the_beginning_of_the_email() {
        let check = |name: Option<&str>, expected: &str| {
            let operator = Operator {
                account_id: AccountId::new(Timestamp::from_millis(0)),
                id: OperatorId::new(Timestamp::from_millis(0)),
                email: "grace.h@shop.example".parse().unwrap(),
                name: name.map(|name| name.parse().unwrap()),
                role: Role::Member,
                created_at: Timestamp::from_millis(0),
            };
            assert_eq!(operator.shown_name(), expected);
        };
        check(Some(" Grace Hopper "), "Grace Hopper");
        check(None, "grace.h");
    }

    #[test]
    fn a_name_can_be_seen_and_turns_nothing_around() {
        for name in
            ["", " ", "\u{200b}\u{2060}", "\u{3164}", "Gr\u{202e}ace", "Gr\u{2067}ace", "a\nb"]
        {
            assert_eq!(name.parse::<OperatorName>(), Err(ParseNameError), "{name:?}");
        }
        // Some scripts join or part letters with a character that is not seen.
        for name in ["نرگس\u{200c}ها", "👩\u{200d}💼 Kim", "O'Neil"] {
            assert!(name.parse::<OperatorName>().is_ok(), "{name:?}");
        }
    }
}
