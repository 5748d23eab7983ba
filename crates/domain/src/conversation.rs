//! Messages, who wrote them, and the replies that are being written.

use std::str::FromStr;
use std::time::Duration;

use crate::id::{ChatId, ConversationId, LeadId, MessageId, NoteId, OperatorId, VisitorId};
use crate::markdown;
use crate::time::Timestamp;

/// A thread of messages between one visitor and the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: ConversationId,
    /// The visitor who began it.
    pub visitor_id: VisitorId,
    /// The customer that the visitor was verified as, at some point of it.
    pub lead_id: Option<LeadId>,
    /// The number of its last message.
    pub last_seq: i64,
    /// The beginning of its last message.
    pub preview: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When its last message was sent.
    pub last_message_at: Timestamp,
    /// What was said in it before its customer was verified; `None` where the customer began it.
    pub joined: Option<Joined>,
    /// What people have to do with it.
    pub attention: Attention,
    /// The number of the last message that the visitor has seen.
    pub read_seq: i64,
    /// The number of the last message that reached a page of the visitor's, as far as that is kept: up to the last of a person's.
    pub delivered_seq: i64,
    /// The number of the last message that one of the chat's own people has seen; `None` of a conversation that began before this
    /// was kept.
    pub seen_seq: Option<i64>,
}

impl Conversation {
    /// Whether there is something in it that none of the chat's own people has seen.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.seen_seq.is_some_and(|seen| seen < self.last_seq)
    }
}

/// Who looks after a conversation beside the assistant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attention {
    /// The operator who answers in the assistant's place.
    pub assignee: Option<OperatorId>,
    /// When a person was last asked for.
    pub escalated_at: Option<Timestamp>,
    /// When that was last settled.
    pub resolved_at: Option<Timestamp>,
    /// Who last asked for a person.
    pub asked_by: Option<AskedBy>,
    /// Why.
    pub reason: Option<EscalationReason>,
}

/// Who asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedBy {
    /// The assistant, for the visitor or by itself.
    Assistant,
    /// A program of the merchant's.
    Program,
    /// One of the chat's own people.
    Operator,
}

impl AskedBy {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Program => "program",
            Self::Operator => "operator",
        }
    }
}

/// Not one who can ask for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected assistant, program or operator")]
pub struct ParseAskedByError;

impl FromStr for AskedBy {
    type Err = ParseAskedByError;

    fn from_str(text: &str) -> Result<Self, ParseAskedByError> {
        [Self::Assistant, Self::Program, Self::Operator]
            .into_iter()
            .find(|by| by.as_str() == text)
            .ok_or(ParseAskedByError)
    }
}

/// Why a person is asked for, in one line. A model may have written it, so it is nobody's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationReason(String);

impl EscalationReason {
    /// The most characters that are kept.
    pub const MAX_CHARS: usize = 300;

    /// `text` on one line, without controls and marks that turn the direction of what follows, and cut; `None` where nothing is left.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let line: String = text.chars().filter(|c| !turns(c)).map(plain).collect();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().take(Self::MAX_CHARS).collect();
        Some(Self(line)).filter(|reason| !reason.0.is_empty())
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Attention {
    /// Whether a person was asked for, and that is not settled.
    #[must_use]
    pub fn is_escalated(&self) -> bool {
        self.escalated_at.is_some() && self.escalated_at > self.resolved_at
    }

    /// With a person asked for at `now`; where one is already, as it is.
    #[must_use]
    pub fn escalated(self, now: Timestamp, by: AskedBy, reason: Option<EscalationReason>) -> Self {
        if self.is_escalated() {
            return self;
        }
        let after = self.resolved_at.map(|resolved| resolved + Duration::from_millis(1));
        Self { escalated_at: after.max(Some(now)), asked_by: Some(by), reason, ..self }
    }

    /// As it was before it was last settled; where a person was never asked for, as it is.
    #[must_use]
    pub fn reopened(self) -> Self {
        if self.escalated_at.is_some() { Self { resolved_at: None, ..self } } else { self }
    }

    /// With that settled at `now`; where nobody is asked for, as it is.
    #[must_use]
    pub fn resolved(self, now: Timestamp) -> Self {
        if self.is_escalated() {
            return Self { resolved_at: self.escalated_at.max(Some(now)), ..self };
        }
        self
    }
}

/// Messages that were there when a conversation was tied to its customer: the visitor who wrote them was not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// How many: the first ones of the conversation.
    pub messages: i64,
    /// When it was tied.
    pub at: Timestamp,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its number in the conversation, from 1 without gaps.
    pub seq: i64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub text: MessageText,
    /// Whether its author was verified when it was sent; the chat's own people and assistant always are.
    pub verified: bool,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// The visitor.
    Visitor,
    /// The assistant.
    Assistant,
    /// A person of the merchant's.
    Operator(OperatorId),
}

impl Author {
    /// Its kind, as it is called outside.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Assistant => "assistant",
            Self::Operator(_) => "operator",
        }
    }
}

/// What a message says. Visitors write 1 to 4,000 characters; the assistant at most 16 KiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(String);

/// Why a text is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseMessageTextError {
    /// Nothing but white space.
    #[error("text must not be empty")]
    Empty,
    /// Too long.
    #[error("text must have at most 4000 characters")]
    TooLong,
    /// It has a null character.
    #[error("text must not contain null characters")]
    Null,
}

impl MessageText {
    /// The most characters a visitor's message has.
    pub const MAX_CHARS: usize = 4_000;
    /// The most bytes the assistant's message has.
    pub const MAX_REPLY_BYTES: usize = 16 * 1024;

    /// A text that was accepted before, as the store gives it back.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// What the assistant wrote, cut at 16 KiB, between two characters. Null characters, which `PostgreSQL` cannot keep, go.
    #[must_use]
    pub fn from_reply(text: &str) -> Self {
        let mut end = text.len().min(Self::MAX_REPLY_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(text[..end].replace('\0', ""))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Message {
    /// Its beginning, on one line and without markup, for lists: at most 120 characters.
    #[must_use]
    pub fn preview(&self) -> String {
        let line = match self.author {
            Author::Visitor => self.text.0.split_whitespace().collect::<Vec<_>>().join(" "),
            Author::Assistant | Author::Operator(_) => {
                markdown::text(&markdown::parse(&self.text.0))
            }
        };
        match line.char_indices().nth(120) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

impl FromStr for MessageText {
    type Err = ParseMessageTextError;

    fn from_str(text: &str) -> Result<Self, ParseMessageTextError> {
        if text.trim().is_empty() {
            return Err(ParseMessageTextError::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(ParseMessageTextError::TooLong);
        }
        if text.contains('\0') {
            return Err(ParseMessageTextError::Null);
        }
        Ok(Self(text.to_owned()))
    }
}

/// What an operator writes for the others in a conversation. No visitor and no assistant sees it, and it has no number among the
/// messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The chat.
    pub chat_id: ChatId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub operator_id: OperatorId,
    /// What it says; like a visitor's message, 1 to 4,000 characters.
    pub text: MessageText,
    /// When it was written.
    pub created_at: Timestamp,
}

/// The sender's own name for a message, which makes sending it again harmless: 1 to 128 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientId(String);

/// Text that is not a client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("client_id must have 1 to 128 printable ASCII characters")]
pub struct ParseClientIdError;

impl ClientId {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = ParseClientIdError;

    fn from_str(text: &str) -> Result<Self, ParseClientIdError> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseClientIdError) }
    }
}

/// One answer being produced. Its id is the id of the message that it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The number of the message that it answers.
    pub answers: i64,
    /// How far it is.
    pub state: ReplyState,
}

/// How far a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyState {
    /// Nobody writes it yet.
    Waiting,
    /// A node writes it; where it does not finish by then, another may.
    Running {
        /// Until when the claim holds.
        claimed_until: Timestamp,
    },
    /// It has become a message.
    Done,
    /// It failed, and may be asked for again.
    Failed,
}

impl ReplyState {
    /// Its name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running { .. } => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitors_text_has_1_to_4000_characters() {
        let check = |text: &str, expected: Result<(), ParseMessageTextError>| {
            assert_eq!(text.parse::<MessageText>().map(drop), expected);
        };
        check("a", Ok(()));
        check("", Err(ParseMessageTextError::Empty));
        check(" \n\t", Err(ParseMessageTextError::Empty));
        check(&"é".repeat(4_000), Ok(()));
        check(&"é".repeat(4_001), Err(ParseMessageTextError::TooLong));
        check("a\0b", Err(ParseMessageTextError::Null));
    }

    #[test]
    fn a_person_is_asked_for_until_that_is_settled() {
        let (one, two) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        let none = Attention::default();
        assert_eq!(none.clone().resolved(one), none);
        let why = EscalationReason::of("a refund");
        let asked = none.escalated(one, AskedBy::Assistant, why.clone());
        assert!(asked.is_escalated());
        let still = asked.clone().escalated(two, AskedBy::Program, None);
        assert_eq!((still.escalated_at, still.asked_by), (Some(one), Some(AskedBy::Assistant)));
        assert_eq!(still.reason, why);
        let settled = asked.resolved(one);
        assert!(!settled.is_escalated());
        assert_eq!(settled.clone().resolved(two).resolved_at, Some(one));
        let again = settled.clone().reopened();
        assert!(again.is_escalated());
        assert_eq!((again.asked_by, again.reason), (settled.asked_by, settled.reason.clone()));
        assert!(!Attention::default().reopened().is_escalated());
        // Within the same millisecond, too.
        let again = settled.escalated(one, AskedBy::Operator, None);
        assert_eq!((again.asked_by, &again.reason), (Some(AskedBy::Operator), &None));
        assert!(again.is_escalated());
        assert_eq!(again.resolved_at, Some(one));
    }

    #[test]
    fn a_reason_is_one_plain_line() {
        let reason = |text: &str| EscalationReason::of(text).map(|it| it.as_str().to_owned());
        assert_eq!(reason(" a\r\nb\t\u{202e}c\0 "), Some("a b c".to_owned()));
        assert_eq!(reason(" \n\u{202e}"), None);
        assert_eq!(reason(&"x".repeat(400)).unwrap().len(), 300);
        for by in [AskedBy::Assistant, AskedBy::Program, AskedBy::Operator] {
            assert_eq!(by.as_str().parse(), Ok(by));
        }
        assert!("visitor".parse::<AskedBy>().is_err());
    }

    #[test]
    fn a_reply_is_cut_between_characters() {
        let text = MessageText::from_reply(&"é".repeat(9_000));
        assert_eq!(text.as_str().len(), 16 * 1024);
        let odd = MessageText::from_reply(&format!("a{}", "é".repeat(9_000)));
        assert_eq!(odd.as_str().len(), 16 * 1024 - 1);
    }

    #[test]
    fn a_preview_is_one_short_line() {
        let check = |author: Author, text: &str, expected: &str| {
            let message = Message {
                id: MessageId::new(Timestamp::from_millis(0)),
                seq: 1,
                author,
                text: MessageText::from_stored(text.to_owned()),
                verified: false,
                sent_at: Timestamp::from_millis(0),
            };
            assert_eq!(message.preview(), expected);
        };
        check(Author::Visitor, "Hello\n\n *there*", "Hello *there*");
        check(Author::Assistant, "Hello\n\n *there*", "Hello there");
        check(Author::Visitor, &"x".repeat(500), &format!("{}…", "x".repeat(120)));
    }
}
