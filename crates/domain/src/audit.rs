//! Who did what in an account, when, and from where.
//!
//! It says what people of the account did. What happened to customers' identities is in [`crate::record`], which the log does not
//! repeat: there are ids of customers here, and nothing else of them.

use std::net::IpAddr;
use std::str::FromStr;

use crate::id::{AccountId, AuditId, ChatId, OperatorId};
use crate::time::Timestamp;

/// The most characters that are kept of what a browser says it is.
pub const MOST_AGENT: usize = 300;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditKind {
            $($(#[$doc])* $name,)*
        }

        impl AuditKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name outside.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// Somebody signed in.
    SignedIn = "signed_in"
    /// Somebody tried to, and could not.
    SignInFailed = "sign_in_failed"
    /// Somebody signed out.
    SignedOut = "signed_out"
    /// A session was ended from another one.
    SessionEnded = "session_ended"
    /// All other sessions were.
    SessionsEnded = "sessions_ended"
    /// Somebody changed their password.
    PasswordChanged = "password_changed"
    /// Somebody asked for a way to a new password.
    PasswordResetRequested = "password_reset_requested"
    /// That way was gone.
    PasswordReset = "password_reset"
    /// A password was set at the terminal.
    PasswordSet = "password_set"
    /// An authenticator app was added.
    TotpAdded = "totp_added"
    /// It was removed.
    TotpRemoved = "totp_removed"
    /// A passkey was added.
    PasskeyAdded = "passkey_added"
    /// One was removed.
    PasskeyRemoved = "passkey_removed"
    /// New recovery codes were made.
    RecoveryCodesMade = "recovery_codes_made"
    /// One was used.
    RecoveryCodeUsed = "recovery_code_used"
    /// Everybody needs a second factor from now on.
    SecondFactorRequired = "second_factor_required"
    /// Nobody does any more.
    SecondFactorOptional = "second_factor_optional"
    /// All second factors of an operator were removed at the terminal.
    SecondFactorsCleared = "second_factors_cleared"
    /// Somebody was asked to join.
    MemberInvited = "member_invited"
    /// They were asked again, by a new link.
    InvitationRenewed = "invitation_renewed"
    /// They are not asked any more.
    InvitationWithdrawn = "invitation_withdrawn"
    /// They joined.
    InvitationAccepted = "invitation_accepted"
    /// An operator was added at the terminal.
    MemberAdded = "member_added"
    /// What an operator may do was changed.
    RoleChanged = "role_changed"
    /// An operator was removed.
    MemberRemoved = "member_removed"
    /// A chat was made.
    ChatAdded = "chat_added"
    /// A chat got another name.
    ChatRenamed = "chat_renamed"
    /// Settings of a chat were changed.
    SettingsChanged = "settings_changed"
    /// A pair of identification keys was made.
    KeyMade = "key_made"
    /// A public key was added.
    KeyAdded = "key_added"
    /// A key was retired.
    KeyRetired = "key_retired"
    /// A key that was retired is kept after all.
    KeyKept = "key_kept"
    /// A key was revoked.
    KeyRevoked = "key_revoked"
    /// Identification was deactivated.
    IdentificationDeactivated = "identification_deactivated"
    /// The address of a key set was set.
    JwksSet = "jwks_set"
    /// It was removed.
    JwksRemoved = "jwks_removed"
    /// An API key was made.
    ApiKeyMade = "api_key_made"
    /// One was revoked.
    ApiKeyRevoked = "api_key_revoked"
    /// A webhook was added.
    WebhookAdded = "webhook_added"
    /// It was changed.
    WebhookChanged = "webhook_changed"
    /// It got a new secret.
    WebhookSecretMade = "webhook_secret_made"
    /// It was removed.
    WebhookRemoved = "webhook_removed"
    /// An address for new leads was removed.
    HookRemoved = "hook_removed"
    /// A customer's data was exported.
    CustomerExported = "customer_exported"
    /// Contacts were exported as a table.
    ContactsExported = "contacts_exported"
    /// A customer was erased.
    CustomerErased = "customer_erased"
    /// A customer was signed out everywhere.
    CustomerRevoked = "customer_revoked"
}

/// A kind that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of entry")]
pub struct ParseAuditKindError;

impl FromStr for AuditKind {
    type Err = ParseAuditKindError;

    fn from_str(text: &str) -> Result<Self, ParseAuditKindError> {
        Self::ALL.iter().copied().find(|kind| kind.code() == text).ok_or(ParseAuditKindError)
    }
}

/// Where somebody calls from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOrigin {
    /// Their address.
    pub address: IpAddr,
    /// What their browser says it is; empty where it says nothing.
    pub agent: String,
}

impl CallOrigin {
    /// An origin, with no more of `agent` than is kept.
    #[must_use]
    pub fn new(address: IpAddr, agent: &str) -> Self {
        let seen = agent.chars().filter(|c| !c.is_control());
        Self { address: address.to_canonical(), agent: seen.take(MOST_AGENT).collect() }
    }
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The account.
    pub account_id: AccountId,
    /// Its id: later entries have later ones.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// Who; `None` for the terminal, and for who is nobody yet.
    pub operator_id: Option<OperatorId>,
    /// Their email as it was then: it outlasts them.
    pub operator_email: Option<String>,
    /// In which chat.
    pub chat_id: Option<ChatId>,
    /// What it was done to: an email of the account's people, or an id.
    pub subject: Option<String>,
    /// What more there is to say: a role, names of settings. Never a secret.
    pub detail: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// What the browser said it is.
    pub agent: Option<String>,
}

impl AuditEntry {
    /// An entry that says no more than what was done, and when.
    #[must_use]
    pub fn new(account_id: AccountId, kind: AuditKind, at: Timestamp) -> Self {
        Self {
            account_id,
            id: AuditId::new(at),
            at,
            kind,
            operator_id: None,
            operator_email: None,
            chat_id: None,
            subject: None,
            detail: None,
            address: None,
            agent: None,
        }
    }

    /// It in a chat.
    #[must_use]
    pub fn in_chat(self, chat: &ChatId) -> Self {
        Self { chat_id: Some(chat.clone()), ..self }
    }

    /// It about somebody or something.
    #[must_use]
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// It with more to say.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// It from somewhere.
    #[must_use]
    pub fn from(self, origin: &CallOrigin) -> Self {
        let agent = Some(origin.agent.clone()).filter(|agent| !agent.is_empty());
        Self { address: Some(origin.address.to_string()), agent, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_and_no_two_are_called_alike() {
        for kind in AuditKind::ALL {
            assert_eq!(kind.code().parse(), Ok(*kind));
        }
        assert_eq!("unknown".parse::<AuditKind>(), Err(ParseAuditKindError));
    }

    #[test]
    fn what_a_browser_says_is_cut_and_has_no_controls() {
        let origin = CallOrigin::new("::ffff:192.0.2.1".parse().unwrap(), &"a\n".repeat(400));
        assert_eq!(origin.agent, "a".repeat(MOST_AGENT));
        let entry = AuditEntry::new(
            AccountId::new(Timestamp::from_millis(0)),
            AuditKind::SignedIn,
            Timestamp::from_millis(0),
        );
        assert_eq!(entry.from(&origin).address.as_deref(), Some("192.0.2.1"));
    }
}
