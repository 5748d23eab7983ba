//! One browser, what proves to be it, and whom it is known to be.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::chat::Chat;
use crate::id::{ChatId, ConversationId, LeadId, VisitorId};
use crate::identity::decide::Standing;
use crate::identity::key::{IdentificationKey, KeyState, Kid};
use crate::time::Timestamp;

/// One browser in one chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: VisitorId,
    /// The first visitor that the same browser was: a new conversation makes a new visitor of it.
    pub browser_id: VisitorId,
    /// The customer that it was last proven to be, whether or not that still holds.
    pub identity: Option<Identity>,
    /// Its conversation, once it has written.
    pub conversation_id: Option<ConversationId>,
    /// Since when.
    pub created_at: Timestamp,
}

/// Whom a visitor was proven to be, by which key, and until when that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The customer.
    pub lead_id: LeadId,
    /// The key that verified the token.
    pub kid: Kid,
    /// The token's `iat`, in seconds: floors are compared with it.
    pub issued_at: f64,
    /// When the last token was verified.
    pub identified_at: Timestamp,
    /// When it lapses by itself.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Whether this identity holds at `now`, in a chat with these keys, for a customer with this floor.
    ///
    /// It is revoked when its key is, and when the chat or the customer now refuses tokens as old as its own: that goes before
    /// all else, so that no time that passes brings a token back. It has lapsed when its time is over, and when identification was
    /// deactivated since.
    #[must_use]
    pub fn standing(
        &self,
        chat: &Chat,
        keys: &[IdentificationKey],
        customer_floor: Option<f64>,
        now: Timestamp,
    ) -> Standing {
        let key = keys.iter().find(|key| key.kid == self.kid);
        let floors = [chat.settings.identification.not_before, customer_floor];
        // A shop's clock may be ahead: a token is not issued after it was brought.
        let began = self.issued_at.min(self.identified_at.as_seconds());
        if key.is_some_and(|key| key.state == KeyState::Revoked)
            || floors.into_iter().flatten().any(|floor| began < floor)
        {
            return Standing::Revoked;
        }
        let holds = chat.identification.active
            && now < self.expires_at
            && chat.identification.ended_at.is_none_or(|ended| self.identified_at > ended)
            && key.is_some();
        if holds { Standing::Holds } else { Standing::Lapsed }
    }
}

/// The most characters of a visitor token.
const LONGEST: usize = 64;
/// What tokens that the service makes begin with.
const MADE: &str = "t_";
/// How many characters of theirs are the time.
const TIME: usize = 10;
/// How many characters a SHA-256 has in base64url.
const HASH: usize = 43;

/// What proves to be one browser: 20 to 64 letters, digits, `-` and `_`. A secret; it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitorToken(ArrayString<LONGEST>);

/// Text that is not a visitor token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a visitor token is 20 to 64 letters, digits, hyphens and underscores")]
pub struct ParseVisitorTokenError;

/// What is kept of a visitor token: SHA-256 of the chat and the token, base64url; of a token that the service made, after its time.
///
/// The chat is part of it, so that a token that one page uses with two chats is two. The time is no secret, and by it rows that are made
/// together lie together: else each would be written to a page of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(ArrayString<{ TIME + HASH }>);

impl VisitorToken {
    /// A new one: `t_`, the time in ms as ids have it, then 192 random bits; 44 characters.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        let mut secret = [0; 24];
        crate::random_bytes(&mut secret);
        let mut time = [0; ulid::ULID_LEN];
        let time = crate::id::at(now, 0).array_to_str(&mut time);
        time.make_ascii_lowercase();
        let mut token = ArrayString::new();
        token.push_str(MADE);
        token.push_str(&time[..TIME]);
        token.push_str(in_base64(&secret, &mut [0; 32]));
        Self(token)
    }

    /// The time in a token that looks like those that the service makes, wherever it comes from.
    fn time(&self) -> Option<&str> {
        let time = self.0.strip_prefix(MADE)?.get(..TIME)?;
        let is_time = time.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        (is_time && self.0.len() == MADE.len() + TIME + 32).then_some(time)
    }

    /// Its text, for the one answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it in `chat`.
    #[must_use]
    pub fn hash(&self, chat: &ChatId) -> TokenHash {
        let mut text = Context::new(&SHA256);
        for part in [chat.as_str(), ":", &self.0] {
            text.update(part.as_bytes());
        }
        let mut hash = ArrayString::new();
        hash.push_str(self.time().unwrap_or_default());
        hash.push_str(in_base64(text.finish().as_ref(), &mut [0; HASH]));
        TokenHash(hash)
    }
}

/// `bytes` in base64url.
#[expect(clippy::expect_used, reason = "all that was cut off would make two tokens one")]
fn in_base64<'t>(bytes: &[u8], text: &'t mut [u8]) -> &'t str {
    let length = URL_SAFE_NO_PAD.encode_slice(bytes, text).expect("there is room for it");
    str::from_utf8(&text[..length]).expect("base64 is ASCII")
}

impl FromStr for VisitorToken {
    type Err = ParseVisitorTokenError;

    fn from_str(text: &str) -> Result<Self, ParseVisitorTokenError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let fits = text.len() >= 20 && text.bytes().all(allowed);
        let text = fits.then(|| ArrayString::from(text).ok()).flatten();
        text.map(Self).ok_or(ParseVisitorTokenError)
    }
}

impl fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorToken(***)")
    }
}

impl TokenHash {
    /// Its text: at most 53 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 128 bits of the hash.
    #[expect(clippy::expect_used, reason = "what cannot be read would make two visitors one")]
    pub(crate) fn bits(&self) -> u128 {
        let hash = self.0.len().checked_sub(HASH).and_then(|time| self.0.get(time..));
        let mut bytes = [0; 32];
        let hash = hash.expect("a hash is never shorter");
        URL_SAFE_NO_PAD.decode_slice(hash, &mut bytes).expect("it was made here");
        bytes.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_token_does_not_print() {
        let token = VisitorToken::generate(Timestamp::from_millis(1_800_000_000_000));
        assert_eq!(format!("{token:?}"), "VisitorToken(***)");
        assert_eq!(token.reveal().len(), 44);
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
    }

    #[test]
    fn what_is_kept_of_tokens_that_are_made_together_lies_together() {
        let chat = ChatId::new(Timestamp::from_millis(0));
        let at = |ms| VisitorToken::generate(Timestamp::from_millis(ms)).hash(&chat);
        let (first, again, later) =
            (at(1_800_000_000_000), at(1_800_000_000_000), at(1_800_000_000_001));
        assert_ne!(first, again);
        assert_eq!(first.as_str()[..10], again.as_str()[..10]);
        assert!(first.as_str() < later.as_str() && again.as_str() < later.as_str());
        assert_ne!(VisitorId::of_first_token(&first), VisitorId::of_first_token(&again));
    }

    #[test]
    fn tokens_that_others_made_are_kept_as_ever() {
        let chat: ChatId = "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().unwrap();
        let hash = |token: &str| token.parse::<VisitorToken>().unwrap().hash(&chat);
        // As services made them before, and pages make them.
        let before = hash("AZY5mZmZpKqyurrCysrS2trg6urw-vr4AAAAAAAA");
        assert_eq!(before.as_str(), "bOoc1GQyWDGiCPO322l-8pIjzqV6aZdvUFeRHqbSamM");
        for other in ["t_01jz3v5k8m", "t_01jz3v5k8"] {
            let token = format!("{other}{}", "x".repeat(31));
            assert_eq!(hash(&token).as_str().len(), 43, "{token}");
        }
        let wrong = format!("t_01jz3v5k8M{}", "x".repeat(32));
        assert_eq!(hash(&wrong).as_str().len(), 43);
        let alike = hash(&format!("t_01jz3v5k8m{}", "x".repeat(32)));
        assert!(alike.as_str().starts_with("01jz3v5k8m"));
    }

    #[test]
    fn a_visitor_token_is_20_to_64_safe_characters() {
        let check = |text: &str, good: bool| {
            assert_eq!(text.parse::<VisitorToken>().is_ok(), good, "{text}");
        };
        check("aaaaaaaaaaaaaaaaaaaa", true);
        check("aaaaaaaaaaaaaaaaaaa", false);
        check(&"a".repeat(64), true);
        check(&"a".repeat(65), false);
        check("aaaaaaaaaa-_AZ09aaaa", true);
        check("aaaaaaaaaa.aaaaaaaaa", false);
        check("aaaaaaaaaaaaaaaaaaaaé", false);
        check(" aaaaaaaaaaaaaaaaaaaa", false);
    }

    #[test]
    fn one_token_in_two_chats_has_two_hashes_and_two_visitors() {
        let now = Timestamp::from_millis(0);
        let token = VisitorToken::generate(now);
        let (one, two) = (ChatId::new(now), ChatId::new(now));
        assert_ne!(token.hash(&one), token.hash(&two));
        let of = |chat| VisitorId::of_first_token(&token.hash(chat));
        assert_ne!(of(&one), of(&two));
        assert_eq!(of(&one), of(&one));
        assert_eq!(of(&one).as_str().parse(), Ok(of(&one)));
    }
}
