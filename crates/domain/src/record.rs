//! The record: what happened to identities in a chat, entry by entry, each sealed with a hash that covers the one before it.
//!
//! Whoever changes, removes or adds a sealed entry breaks the chain, and [`Chain::check`] names the place. Entries name people by
//! ids only, so that the record may stay when a customer's data is erased.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::id::{ChatId, ConversationId, EntryId, LeadId, OperatorId, VisitorId};
use crate::identity::key::Kid;
use crate::time::Timestamp;

/// Makes the enum and its one table.
macro_rules! kinds {
    ($($name:ident = $code:literal: $message:literal)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EntryKind {
            $(#[doc = $message] $name,)*
        }

        impl EntryKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its code, which never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// It in a sentence.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),* }
            }
        }
    };
}

kinds! {
    Identified = "identified": "The customer was identified."
    Refreshed = "refreshed": "The customer was identified again."
    Switched = "switched": "Another customer was identified in this browser."
    Joined = "joined": "What was said before signing in was joined to the customer."
    Parted = "parted": "What was said before signing in was parted from the customer."
    Refused = "refused": "A token was refused."
    Expired = "expired": "The identity lapsed."
    LoggedOut = "logged_out": "The customer signed out."
    NewConversation = "new_conversation": "A new conversation began."
    CustomerRevoked = "customer_revoked": "The customer was signed out everywhere, and earlier tokens are refused."
    CustomerExported = "customer_exported": "The customer's data was exported."
    CustomerErased = "customer_erased": "The customer's data was erased."
    AssistantTried = "assistant_tried": "An operator talked to the assistant as this customer."
    CustomerChanged = "customer_changed": "An operator changed what is known of the customer."
    EmailChanged = "email_changed": "A token gave the customer another email."
    Activated = "activated": "Customer identification was activated."
    Deactivated = "deactivated": "Customer identification was deactivated, and every identity ended."
    KeyAdded = "key_added": "A key was added."
    KeyRetired = "key_retired": "A key was retired."
    KeyKept = "key_kept": "A key that was retired is kept after all."
    IdentityRevoked = "identity_revoked": "The identity ended, since its key was revoked."
    KeyRevoked = "key_revoked": "A key was revoked, and every identity that it made ended."
    JwksChanged = "jwks_changed": "The address of the key set was changed."
    ModeChanged = "mode_changed": "Who may chat was changed."
    SettingsChanged = "settings_changed": "Settings of identification, or of how long things are kept, were changed."
    RetentionFollowed = "retention_followed": "What is older than the chat keeps was deleted."
}

/// A kind that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of entry")]
pub struct ParseEntryKindError;

impl FromStr for EntryKind {
    type Err = ParseEntryKindError;

    fn from_str(text: &str) -> Result<Self, ParseEntryKindError> {
        Self::ALL.iter().copied().find(|kind| kind.code() == text).ok_or(ParseEntryKindError)
    }
}

impl Serialize for EntryKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Something that happened. It holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EntryKind,
    /// The customer that it is about.
    pub lead_id: Option<LeadId>,
    /// The browser that it is about.
    pub visitor_id: Option<VisitorId>,
    /// The conversation that it is about.
    pub conversation_id: Option<ConversationId>,
    /// The key that was used or changed.
    pub kid: Option<Kid>,
    /// The operator who did it.
    pub operator_id: Option<OperatorId>,
    /// A code that says more: of a refusal, of a mode, of settings.
    pub reason: Option<String>,
    /// How often or how many.
    pub count: Option<i64>,
    /// The call's id, which its answer carries as well.
    pub request_id: Option<String>,
    /// The page's origin.
    pub origin: Option<String>,
}

impl Entry {
    /// An entry that says no more than what happened, and when.
    #[must_use]
    pub fn new(chat_id: ChatId, kind: EntryKind, at: Timestamp) -> Self {
        Self {
            chat_id,
            id: EntryId::new(at),
            at,
            kind,
            lead_id: None,
            visitor_id: None,
            conversation_id: None,
            kid: None,
            operator_id: None,
            reason: None,
            count: None,
            request_id: None,
            origin: None,
        }
    }

    /// It with `operator`, where one did it: at the terminal nobody is named.
    #[must_use]
    pub fn by(self, operator: Option<&OperatorId>) -> Self {
        Self { operator_id: operator.cloned(), ..self }
    }

    /// It about the key `kid`.
    #[must_use]
    pub fn about_key(self, kid: &Kid) -> Self {
        Self { kid: Some(kid.clone()), ..self }
    }

    /// It about the customer `lead`.
    #[must_use]
    pub fn about_customer(self, lead: &LeadId) -> Self {
        Self { lead_id: Some(lead.clone()), ..self }
    }

    /// The hash that seals this entry as number `seq` after one with the hash `previous`.
    ///
    /// SHA-256 of a JSON array: the number, the previous hash, and each field in the order of the struct.
    #[must_use]
    pub fn seal(&self, seq: i64, previous: &ChainHash) -> ChainHash {
        let fields = (
            (seq, previous.as_str(), self.chat_id.as_str(), self.id.as_str(), self.at.as_millis()),
            (
                self.kind,
                self.lead_id.as_ref().map(LeadId::as_str),
                self.visitor_id.as_ref().map(VisitorId::as_str),
                self.conversation_id.as_ref().map(ConversationId::as_str),
                self.kid.as_ref().map(Kid::as_str),
                self.operator_id.as_ref().map(OperatorId::as_str),
            ),
            (&self.reason, self.count, &self.request_id, &self.origin),
        );
        let text = serde_json::to_vec(&fields).unwrap_or_default();
        ChainHash(URL_SAFE_NO_PAD.encode(digest(&SHA256, &text)))
    }
}

/// The hash of a sealed entry, base64url.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainHash(String);

impl ChainHash {
    /// What was kept.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Its text; empty before the first entry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    /// The entry.
    pub entry: Entry,
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// Its hash.
    pub hash: ChainHash,
}

/// How far a chain goes: the number and the hash of its last entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// The number of the last entry; 0 before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: ChainHash,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The next entry has another number.
    #[error("entry {expected} is missing; {found} follows")]
    Missing {
        /// The number that should come.
        expected: i64,
        /// The one that does.
        found: i64,
    },
    /// The entry is not what was sealed.
    #[error("entry {0} was changed, or an entry before it")]
    Changed(i64),
    /// The last entry is not the one that the head names.
    #[error("the record ends at entry {found}, and should end at {expected}")]
    End {
        /// The number that the head names.
        expected: i64,
        /// The last one there is.
        found: i64,
    },
    /// The head is not sealed with the installation's secret key.
    #[error("the record's head was not sealed with this installation's secret key")]
    Head,
    /// There is nothing, and should be: the chat has keys.
    #[error("the record is gone: the chat has keys, and no entry says so")]
    Gone,
}

impl Broken {
    /// The number of the first entry that is not as it should be.
    #[must_use]
    pub const fn at(&self) -> Option<i64> {
        match self {
            Self::Missing { expected, .. } => Some(*expected),
            Self::Changed(seq) => Some(*seq),
            Self::End { found, .. } => Some(*found + 1),
            Self::Gone => Some(1),
            Self::Head => None,
        }
    }
}

impl Chain {
    /// Seals `entry` as the next.
    #[must_use]
    pub fn append(&mut self, entry: Entry) -> SealedEntry {
        let (seq, hash) = self.advance(&entry);
        SealedEntry { entry, seq, hash }
    }

    /// The place of `entry` as the next: its number and its hash.
    #[must_use]
    pub fn advance(&mut self, entry: &Entry) -> (i64, ChainHash) {
        let seq = self.seq + 1;
        let hash = entry.seal(seq, &self.hash);
        *self = Self { seq, hash: hash.clone() };
        (seq, hash)
    }

    /// Goes on over `next`, if it is what follows.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn check(&mut self, next: &SealedEntry) -> Result<(), Broken> {
        let expected = self.seq + 1;
        if next.seq != expected {
            return Err(Broken::Missing { expected, found: next.seq });
        }
        if next.entry.seal(next.seq, &self.hash) != next.hash {
            return Err(Broken::Changed(next.seq));
        }
        *self = Self { seq: next.seq, hash: next.hash.clone() };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn three() -> Vec<SealedEntry> {
        let (chat, mut chain) = (ChatId::new(NOW), Chain::default());
        [EntryKind::Activated, EntryKind::Identified, EntryKind::Expired]
            .into_iter()
            .map(|kind| chain.append(Entry::new(chat.clone(), kind, NOW)))
            .collect()
    }

    fn check(entries: &[SealedEntry]) -> Result<Chain, Broken> {
        let mut chain = Chain::default();
        entries.iter().try_for_each(|entry| chain.check(entry))?;
        Ok(chain)
    }

    #[test]
    fn a_chain_that_nobody_touched_is_whole() {
        let entries = three();
        let end = check(&entries).unwrap();
        assert_eq!((end.seq, &end.hash), (3, &entries[2].hash));
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let changes: [fn(&mut Entry); 9] = [
            |entry| entry.kind = EntryKind::Refreshed,
            |entry| entry.at = NOW + std::time::Duration::from_millis(1),
            |entry| entry.lead_id = Some(LeadId::new(NOW)),
            |entry| entry.visitor_id = Some(VisitorId::new(NOW)),
            |entry| entry.kid = Some("k".parse().unwrap()),
            |entry| entry.reason = Some("x".to_owned()),
            |entry| entry.count = Some(1),
            |entry| entry.request_id = Some("x".to_owned()),
            |entry| entry.origin = Some("x".to_owned()),
        ];
        for change in changes {
            let mut entries = three();
            change(&mut entries[1].entry);
            assert_eq!(check(&entries), Err(Broken::Changed(2)));
        }
    }

    #[test]
    fn entries_that_are_missing_moved_or_put_in_are_noticed() {
        let mut entries = three();
        entries.remove(1);
        assert_eq!(check(&entries), Err(Broken::Missing { expected: 2, found: 3 }));
        entries[1].seq = 2;
        assert_eq!(check(&entries), Err(Broken::Changed(2)));
        let mut entries = three();
        entries.swap(0, 1);
        assert!(check(&entries).is_err());
    }

    #[test]
    fn every_kind_is_read_back_by_its_code() {
        for kind in EntryKind::ALL {
            assert_eq!(kind.code().parse(), Ok(*kind));
        }
        assert_eq!("tampered".parse::<EntryKind>(), Err(ParseEntryKindError));
    }
}
