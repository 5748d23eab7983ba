//! One browser, what proves to be it, and whom it is known to be.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
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

/// What proves to be one browser: 20 to 64 letters, digits, `-` and `_`. A secret; it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitorToken(String);

/// Text that is not a visitor token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a visitor token is 20 to 64 letters, digits, hyphens and underscores")]
pub struct ParseVisitorTokenError;

/// What is kept of a visitor token: SHA-256 of the chat and the token, base64url.
///
/// The chat is part of it, so that a token that one page uses with two chats is two.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl VisitorToken {
    /// A new one: the time in ms (48 bits, so that rows made together lie together), then 192 random bits; 40 characters.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        let mut bytes = [0; 30];
        crate::random_bytes(&mut bytes);
        bytes[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Its text, for the one answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it in `chat`.
    #[must_use]
    pub fn hash(&self, chat: &ChatId) -> TokenHash {
        let text = format!("{chat}:{}", self.0);
        TokenHash(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
    }
}

impl FromStr for VisitorToken {
    type Err = ParseVisitorTokenError;

    fn from_str(text: &str) -> Result<Self, ParseVisitorTokenError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let fits = (20..=64).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseVisitorTokenError) }
    }
}

impl fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorToken(***)")
    }
}

impl TokenHash {
    /// Its text: 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_token_does_not_print() {
        let token = VisitorToken::generate(Timestamp::from_millis(1_800_000_000_000));
        assert_eq!(format!("{token:?}"), "VisitorToken(***)");
        assert_eq!(token.reveal().len(), 40);
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
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
