//! Ids. Each carries its kind in its text (`chat_01j…`), so that a log line can be read and no id passes for another.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;

use crate::time::Timestamp;

/// The longest prefix, `lead_` and others, and a ULID.
const LONGEST: usize = 5 + ulid::ULID_LEN;

/// Text that is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind: expected {prefix} and 26 letters and digits")]
pub struct ParseIdError {
    prefix: &'static str,
}

/// A ULID with the time `now`, and of so many bits the last 80.
pub(crate) fn at(now: Timestamp, bits: u128) -> ulid::Ulid {
    ulid::Ulid::from_parts(u64::try_from(now.as_millis()).unwrap_or(0), bits)
}

/// A new one: 80 bits of it are random.
fn new(now: Timestamp) -> ulid::Ulid {
    let mut random = [0; 16];
    crate::random_bytes(&mut random);
    at(now, u128::from_be_bytes(random))
}

/// An id's text: what it is of, then the time in ms and the other bits, in Crockford's base 32, lower case.
fn text(prefix: &str, ulid: ulid::Ulid) -> ArrayString<LONGEST> {
    let mut text = ArrayString::new();
    text.push_str(prefix);
    text.push_str(ulid.array_to_str(&mut [0; ulid::ULID_LEN]));
    text[prefix.len()..].make_ascii_lowercase();
    text
}

fn is_tail(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        // Not `Copy`: a copy is as long as the text.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(ArrayString<LONGEST>);

        impl $name {
            const FITS: () = assert!($prefix.len() + ulid::ULID_LEN <= LONGEST);

            /// A new id; ids made later sort later.
            #[must_use]
            pub fn new(now: Timestamp) -> Self {
                let () = Self::FITS;
                Self(text($prefix, new(now)))
            }

            /// What sorts before every id that is made at `time` or later, and after all that were made before: what is kept in the
            /// order of its ids has a place for each time.
            #[must_use]
            pub fn first_at(time: Timestamp) -> Self {
                Self(text($prefix, at(time, 0)))
            }

            /// Its text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let fits = text.strip_prefix($prefix).is_some_and(is_tail);
                let text = fits.then(|| ArrayString::from(text).ok()).flatten();
                text.map(Self).ok_or(ParseIdError { prefix: $prefix })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/// A company that uses the service.
    AccountId, "acc_");
id!(/// One of its people.
    OperatorId, "op_");
id!(/// One assistant on one website.
    ChatId, "chat_");
id!(/// One browser.
    VisitorId, "vis_");
id!(/// A known person.
    LeadId, "lead_");
id!(/// A thread of messages.
    ConversationId, "conv_");
id!(/// A message, and the reply that becomes it.
    MessageId, "msg_");
id!(/// A key for merchants' programs; not the key itself.
    ApiKeyId, "key_");
id!(/// An address of the merchant that new leads are posted to.
    HookId, "hook_");
id!(/// An address of the merchant that is told of events.
    WebhookId, "wh_");
id!(/// An event as a merchant's programs are told of it.
    DeliveryId, "evt_");
id!(/// What operators write for each other in a conversation.
    NoteId, "note_");
id!(/// Where a chat's assistant may read up: a text, a file or an address.
    SourceId, "know_");
id!(/// One text, file or page of it.
    DocumentId, "doc_");
id!(/// A call from outside; its answer carries it in `X-Request-Id`.
    RequestId, "");
id!(/// An entry of the record.
    EntryId, "rec_");
id!(/// An entry of an account's audit log.
    AuditId, "aud_");
id!(/// Somebody was asked to join an account.
    InvitationId, "inv_");

impl VisitorId {
    /// The visitor that a token never seen before stands for: the same token always gives the same visitor, so that a browser
    /// can listen before it has written anything. All 128 bits are of the hash: a time in them, as other ids have, would let whoever makes
    /// tokens look for two of one visitor with far less work.
    #[must_use]
    pub fn of_first_token(hash: &crate::visitor::TokenHash) -> Self {
        Self(text("vis_", ulid::Ulid::from(hash.bits())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_was_written() {
        let id = ChatId::new(Timestamp::from_millis(1_800_000_000_000));
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert!(id.as_str().starts_with("chat_"));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = LeadId::new(Timestamp::from_millis(0));
        assert!(id.as_str().parse::<ChatId>().is_err());
        for wrong in [
            "",
            "chat_",
            "chat_01J",
            "chat_01jz3v5k8m2q4r6t7w9x0y1z2!",
            "chat_01JZ3V5K8M2Q4R6T7W9X0Y1Z2A",
        ] {
            assert!(wrong.parse::<ChatId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_is_a_place_among_the_ids_of_the_log() {
        let at = |ms| Timestamp::from_millis(ms);
        let (before, within) = (AuditId::new(at(999)), AuditId::new(at(1_000)));
        let place = AuditId::first_at(at(1_000));
        assert!(before < place && place <= within);
        assert_eq!(place.as_str().parse(), Ok(place.clone()));
    }

    #[test]
    fn later_ids_sort_later() {
        let early = MessageId::new(Timestamp::from_millis(1_000));
        let late = MessageId::new(Timestamp::from_millis(2_000));
        assert!(early < late);
    }
}
