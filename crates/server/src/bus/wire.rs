//! What goes between nodes: JSON with a version, so that nodes of different versions can run side by side for a while. What a node
//! cannot read, it leaves.

use std::sync::Arc;
use std::time::Duration;

use domain::id::{ChatId, VisitorId};
use domain::identity::check::Warning;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Event, Topic};
use crate::app::attempts::{Attempt, Outcome};
use crate::app::calls::{Call, Integration};

/// The version of the form below.
const VERSION: u8 = 1;
/// The most bytes that one message may have. The longest reply fits, whatever its letters.
pub(super) const MAX_BYTES: usize = 128 * 1024;

/// One message: what is told, and by which node.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Envelope {
    v: u8,
    node: String,
    #[serde(flatten)]
    told: Told,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Told {
    MessageAppended,
    ReplyDelta {
        reply: String,
        attempt: i64,
        offset: usize,
        text: Arc<str>,
    },
    DraftWanted,
    ReplyFailed {
        reply: String,
    },
    VisitorChanged,
    AttentionChanged,
    DeskChanged,
    Read,
    Typing {
        operator: Option<String>,
    },
    ChatChanged,
    Attempt(ToldAttempt),
    PageReported,
    PageSeen {
        origin: Arc<str>,
        at: i64,
    },
    Called(ToldCall),
    /// A node is there.
    Here,
    /// A node ends.
    Gone,
    /// What was counted against limits since it was told last, and the number of this telling: the limit's number, the hash of whom it
    /// is about, how often.
    Spent {
        round: u64,
        spent: Vec<(u8, u64, u32)>,
    },
    /// That was heard of this node, up to this telling; and all that was counted before was told.
    Counted {
        of: String,
        round: u64,
    },
}

/// An identify call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ToldAttempt {
    id: String,
    at: i64,
    outcome: String,
    reason: Option<String>,
    detail: Option<String>,
    kid: Option<String>,
    origin: Option<String>,
    warnings: Vec<String>,
    lead: Option<String>,
}

/// A call of an integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ToldCall {
    integration: String,
    at: i64,
    what: String,
    status: Option<u16>,
    problem: Option<String>,
    took: u64,
}

/// A message that is not one, or one of another version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// A message of `node`; `None` where it is too long.
pub(super) fn write(node: &str, told: &Told) -> Option<Vec<u8>> {
    let envelope = Envelope { v: VERSION, node: node.to_owned(), told: told.clone() };
    serde_json::to_vec(&envelope).ok().filter(|bytes| bytes.len() <= MAX_BYTES)
}

/// Who says what in `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<(String, Told), Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable);
    }
    let Envelope { v, node, told } = serde_json::from_slice(bytes).map_err(|_| Unreadable)?;
    let is_node = node.len() == 26 && node.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if v == VERSION && is_node { Ok((node, told)) } else { Err(Unreadable) }
}

/// Where NATS carries events of `topic`. `prefix` keeps two installations on one NATS apart.
pub(super) fn subject(prefix: &str, topic: &Topic) -> String {
    match topic {
        Topic::Visitor(chat, visitor) => format!("{prefix}.visitor.{chat}.{visitor}"),
        Topic::Inbox(chat) => format!("{prefix}.inbox.{chat}"),
        Topic::Chat(chat) => format!("{prefix}.chat.{chat}"),
        Topic::Attempts(chat) => format!("{prefix}.attempts.{chat}"),
    }
}

/// The topic that `subject` carries events of.
pub(super) fn topic(prefix: &str, subject: &str) -> Option<Topic> {
    let mut words = subject.strip_prefix(prefix)?.strip_prefix('.')?.split('.');
    let (kind, chat) = (words.next()?, words.next()?.parse::<ChatId>().ok()?);
    let topic = match (kind, words.next()) {
        ("visitor", Some(visitor)) => Topic::Visitor(chat, visitor.parse::<VisitorId>().ok()?),
        ("inbox", None) => Topic::Inbox(chat),
        ("chat", None) => Topic::Chat(chat),
        ("attempts", None) => Topic::Attempts(chat),
        _ => return None,
    };
    words.next().is_none().then_some(topic)
}

impl From<&Event> for Told {
    fn from(event: &Event) -> Self {
        match event {
            Event::MessageAppended => Self::MessageAppended,
            Event::ReplyDelta { reply, attempt, offset, text } => Self::ReplyDelta {
                reply: reply.to_string(),
                attempt: *attempt,
                offset: *offset,
                text: text.clone(),
            },
            Event::DraftWanted => Self::DraftWanted,
            Event::ReplyFailed { reply } => Self::ReplyFailed { reply: reply.to_string() },
            Event::VisitorChanged => Self::VisitorChanged,
            Event::AttentionChanged => Self::AttentionChanged,
            Event::DeskChanged => Self::DeskChanged,
            Event::Read => Self::Read,
            Event::Typing(operator) => {
                Self::Typing { operator: operator.as_ref().map(ToString::to_string) }
            }
            Event::ChatChanged => Self::ChatChanged,
            Event::Attempt(attempt) => Self::Attempt(ToldAttempt::from(&**attempt)),
            Event::PageReported => Self::PageReported,
            Event::PageSeen(origin, at) => {
                Self::PageSeen { origin: origin.clone(), at: at.as_millis() }
            }
            Event::Called(integration, call) => Self::Called(ToldCall {
                integration: integration.as_str().to_owned(),
                at: call.at.as_millis(),
                what: call.what.clone(),
                status: call.status,
                problem: call.problem.clone(),
                took: u64::try_from(call.took.as_millis()).unwrap_or(u64::MAX),
            }),
        }
    }
}

impl TryFrom<Told> for Event {
    type Error = Unreadable;

    fn try_from(told: Told) -> Result<Self, Unreadable> {
        Ok(match told {
            Told::MessageAppended => Self::MessageAppended,
            Told::ReplyDelta { reply, attempt, offset, text } => {
                Self::ReplyDelta { reply: parse(&reply)?, attempt, offset, text }
            }
            Told::DraftWanted => Self::DraftWanted,
            Told::ReplyFailed { reply } => Self::ReplyFailed { reply: parse(&reply)? },
            Told::VisitorChanged => Self::VisitorChanged,
            Told::AttentionChanged => Self::AttentionChanged,
            Told::DeskChanged => Self::DeskChanged,
            Told::Read => Self::Read,
            Told::Typing { operator } => Self::Typing(operator.as_deref().map(parse).transpose()?),
            Told::ChatChanged => Self::ChatChanged,
            Told::Attempt(attempt) => Self::Attempt(Arc::new(attempt.try_into()?)),
            Told::PageReported => Self::PageReported,
            Told::PageSeen { origin, at } => Self::PageSeen(origin, Timestamp::from_millis(at)),
            Told::Called(told) => {
                let named = |one: &Integration| one.as_str() == told.integration;
                let integration = Integration::ALL.into_iter().find(named).ok_or(Unreadable)?;
                let call = Call {
                    at: Timestamp::from_millis(told.at),
                    what: told.what,
                    status: told.status,
                    problem: told.problem,
                    took: Duration::from_millis(told.took),
                };
                Self::Called(integration, Arc::new(call))
            }
            // These are for nodes, not for listeners.
            Told::Here | Told::Gone | Told::Spent { .. } | Told::Counted { .. } => {
                return Err(Unreadable);
            }
        })
    }
}

impl From<&Attempt> for ToldAttempt {
    fn from(attempt: &Attempt) -> Self {
        Self {
            id: attempt.id.to_string(),
            at: attempt.at.as_millis(),
            outcome: attempt.outcome.as_str().to_owned(),
            reason: attempt.reason.clone(),
            detail: attempt.detail.clone(),
            kid: attempt.kid.as_ref().map(ToString::to_string),
            origin: attempt.origin.clone(),
            warnings: attempt.warnings.iter().map(|one| one.code().to_owned()).collect(),
            lead: attempt.lead_id.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<ToldAttempt> for Attempt {
    type Error = Unreadable;

    fn try_from(told: ToldAttempt) -> Result<Self, Unreadable> {
        const OUTCOMES: [Outcome; 4] =
            [Outcome::Verified, Outcome::Refused, Outcome::Limited, Outcome::Unavailable];
        const WARNINGS: [Warning; 3] =
            [Warning::LongLifetime, Warning::UnknownKid, Warning::Replayed];
        let outcome = OUTCOMES.into_iter().find(|outcome| outcome.as_str() == told.outcome);
        let warning = |code: &String| WARNINGS.into_iter().find(|one| one.code() == code);
        Ok(Self {
            id: parse(&told.id)?,
            at: Timestamp::from_millis(told.at),
            outcome: outcome.ok_or(Unreadable)?,
            reason: told.reason,
            detail: told.detail,
            kid: told.kid.as_deref().map(parse).transpose()?,
            origin: told.origin,
            // One that only a newer version knows is left out.
            warnings: told.warnings.iter().filter_map(warning).collect(),
            lead_id: told.lead.as_deref().map(parse).transpose()?,
        })
    }
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, Unreadable> {
    text.parse().map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use domain::id::{LeadId, MessageId, OperatorId, RequestId};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const NODE: &str = "01kc0000000000000000000000";

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let attempt = Attempt {
            id: RequestId::new(NOW),
            at: NOW,
            outcome: Outcome::Refused,
            reason: Some("expired".to_owned()),
            detail: Some("5 s ago".to_owned()),
            kid: Some("key-1".parse().unwrap()),
            origin: Some("https://shop.example".to_owned()),
            warnings: vec![Warning::Replayed],
            lead_id: Some(LeadId::new(NOW)),
        };
        let reply = MessageId::new(NOW);
        for event in [
            Event::MessageAppended,
            Event::ReplyDelta {
                reply: reply.clone(), attempt: 7, offset: 3, text: "é\n\"".into()
            },
            Event::DraftWanted,
            Event::ReplyFailed { reply },
            Event::VisitorChanged,
            Event::AttentionChanged,
            Event::DeskChanged,
            Event::Read,
            Event::Typing(None),
            Event::Typing(Some(OperatorId::new(NOW))),
            Event::ChatChanged,
            Event::Attempt(Arc::new(attempt)),
            Event::PageReported,
            Event::PageSeen("https://shop.example".into(), NOW),
            Event::Called(
                Integration::Orders,
                Arc::new(Call::new("GET orders", NOW, Duration::from_millis(7)).ended(Ok(500))),
            ),
        ] {
            let bytes = write(NODE, &Told::from(&event)).unwrap();
            let (node, told) = read(&bytes).unwrap();
            assert_eq!((node.as_str(), Event::try_from(told)), (NODE, Ok(event)));
        }
        let spent = Told::Spent { round: 4, spent: vec![(3, u64::MAX, 2)] };
        assert_eq!(read(&write(NODE, &spent).unwrap()), Ok((NODE.to_owned(), spent)));
    }

    #[test]
    fn what_is_not_a_message_is_not_read() {
        for text in [
            "",
            "{}",
            "\u{0}",
            r#"{"v":2,"node":"01kc0000000000000000000000","is":"read"}"#,
            r#"{"v":1,"node":"","is":"read"}"#,
            r#"{"v":1,"node":"01kc0000000000000000000000","is":"dance"}"#,
            r#"{"v":1,"node":"01kc0000000000000000000000","is":"reply_delta","reply":"msg_x"}"#,
        ] {
            assert_eq!(read(text.as_bytes()), Err(Unreadable), "{text}");
        }
        assert_eq!(read(&vec![b' '; MAX_BYTES + 1]), Err(Unreadable));
        let wrong = Told::ReplyFailed { reply: "chat_1".to_owned() };
        assert_eq!(Event::try_from(wrong), Err(Unreadable));
        let long = Told::ReplyFailed { reply: "x".repeat(MAX_BYTES) };
        assert_eq!(write(NODE, &long), None);
    }

    #[test]
    fn a_topic_has_a_subject_of_its_own() {
        let (chat, visitor) = (ChatId::new(NOW), VisitorId::new(NOW));
        for one in [
            Topic::Visitor(chat.clone(), visitor),
            Topic::Inbox(chat.clone()),
            Topic::Chat(chat.clone()),
            Topic::Attempts(chat.clone()),
        ] {
            assert_eq!(topic("zipchat.1", &subject("zipchat.1", &one)), Some(one));
        }
        assert_eq!(topic("zipchat.1", &format!("zipchat.2.chat.{chat}")), None);
        assert_eq!(topic("zipchat.1", &format!("zipchat.1.chat.{chat}.more")), None);
        assert_eq!(topic("zipchat.1", "zipchat.1.nodes"), None);
    }
}
