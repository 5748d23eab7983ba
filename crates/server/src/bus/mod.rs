//! What parts of the service tell each other: "look again". Losing an event loses nothing, since whoever listens also looks
//! now and then by itself.
//!
//! Within a node an event is heard at once. Where there is NATS, other nodes hear it too: those on which somebody listens to its
//! topic. An event may be lost on the way, come twice, or come late; none of that does harm.

mod nats;
mod peers;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::{ChatId, MessageId, OperatorId, VisitorId};
use domain::time::Timestamp;
use tokio::sync::broadcast;

use crate::app::attempts::Attempt;
use crate::app::calls::{Call, Integration};
use crate::app::secret_key::SecretKey;
use crate::config::Config;

use nats::Remote;
pub use nats::{Counts, run};
use wire::Told;

/// How many events a slow listener to a chat may be behind before it is told to look at everything again.
const BACKLOG: usize = 256;
/// The same of a visitor's topic. There is one for each open page, and room for all of these is taken at once: 80 bytes each.
const BACKLOG_OF_VISITOR: usize = 32;
/// How long a listener waits to be told before it looks by itself, where whatever happens is told.
const PATIENCE: Duration = Duration::from_secs(15);
/// The same, where other nodes may have done something without a word: none is to wait for another's messages for longer than 10 s.
const ALERT: Duration = Duration::from_secs(4);

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A visitor of a chat: its token, its identity, its conversation.
    Visitor(ChatId, VisitorId),
    /// The team's inbox of a chat: each of its visitors.
    Inbox(ChatId),
    /// A chat: its settings and keys.
    Chat(ChatId),
    /// The identify calls of a chat, for the merchant.
    Attempts(ChatId),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message was kept.
    MessageAppended,
    /// More of a reply was written.
    ReplyDelta {
        /// The reply.
        reply: MessageId,
        /// Which of the attempts to write it: a later one has a larger number, and begins anew.
        attempt: i64,
        /// How many characters came before.
        offset: usize,
        /// What was written.
        text: Arc<str>,
    },
    /// Somebody came late to a reply that another node writes: what it has so far is to be told once more.
    DraftWanted,
    /// A reply failed.
    ReplyFailed {
        /// The reply.
        reply: MessageId,
    },
    /// A visitor's identity or token changed.
    VisitorChanged,
    /// A person took a conversation over, or gave it back.
    AttentionChanged,
    /// What only the chat's own people see of a conversation has changed: notes, that a person is asked for.
    DeskChanged,
    /// The visitor has seen what was written.
    Read,
    /// Somebody is typing: an operator, or else the visitor.
    Typing(Option<OperatorId>),
    /// A chat's settings or keys changed.
    ChatChanged,
    /// An identify call was decided.
    Attempt(Arc<Attempt>),
    /// A page of the shop reported that something is wrong with it.
    PageReported,
    /// A page of this website loaded the chat's script, at this time.
    PageSeen(Arc<str>, Timestamp),
    /// An integration of the chat was called, or called.
    Called(Integration, Arc<Call>),
}

impl Event {
    /// Whether a list of conversations may look another way after it.
    const fn is_for_inbox(&self) -> bool {
        match self {
            Self::MessageAppended
            | Self::VisitorChanged
            | Self::AttentionChanged
            | Self::DeskChanged => true,
            Self::ReplyDelta { .. }
            | Self::DraftWanted
            | Self::ReplyFailed { .. }
            | Self::Read
            | Self::Typing(_)
            | Self::ChatChanged
            | Self::Attempt(_)
            | Self::PageReported
            | Self::PageSeen(..)
            | Self::Called(..) => false,
        }
    }
}

/// Carries events between the parts of the service. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Bus(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    topics: Mutex<HashMap<Topic, broadcast::Sender<Heard>>>,
    others: Others,
}

/// The other nodes.
#[derive(Debug, Default)]
enum Others {
    /// There are none: the database is one file.
    #[default]
    None,
    /// There may be some, and nothing is heard of them.
    Unheard,
    /// They are heard by NATS.
    Nats(Box<Remote>),
}

/// A listener to some topics. Dropped, it forgets the topics that nobody else listens to.
#[derive(Debug)]
pub struct Subscription {
    bus: Bus,
    topic: Topic,
    events: Option<broadcast::Receiver<Heard>>,
}

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// An event.
    Event(Event),
    /// Some events were missed: look at everything again.
    Missed,
}

impl Bus {
    /// The bus that `config` asks for. Other nodes are heard once [`run`] runs.
    #[must_use]
    pub fn new(config: &Config, key: &SecretKey) -> Self {
        let others = match config.nats() {
            Some(url) => Others::Nats(Box::new(Remote::new(url.clone(), key))),
            None if config.database.database_url.sqlite_file().is_some() => Others::None,
            None => Others::Unheard,
        };
        Self(Arc::new(Inner { topics: Mutex::default(), others }))
    }

    /// Tells whoever listens to `topic`, here and on other nodes. It takes no time, and what cannot be told at once is not told.
    pub fn publish(&self, topic: &Topic, event: Event) {
        if let Some(remote) = self.remote() {
            let told = Told::from(&event);
            if let Topic::Visitor(chat, _) = topic
                && event.is_for_inbox()
            {
                remote.send(&Topic::Inbox(chat.clone()), &told);
            }
            remote.send(topic, &told);
        }
        if let Topic::Visitor(chat, _) = topic
            && event.is_for_inbox()
        {
            self.publish_here(&Topic::Inbox(chat.clone()), Heard::Event(event.clone()));
        }
        self.publish_here(topic, Heard::Event(event));
    }

    /// Tells whoever listens to `topic` on this node, of what the other nodes see by themselves.
    pub fn publish_here(&self, topic: &Topic, heard: Heard) {
        if let Some(sender) = self.topics().get(topic) {
            // Nobody listening any more is no failure.
            let _ = sender.send(heard);
        }
    }

    /// Tells whoever listens to `topic` on other nodes.
    pub fn publish_away(&self, topic: &Topic, event: &Event) {
        if let Some(remote) = self.remote() {
            remote.send(topic, &Told::from(event));
        }
    }

    /// Listens to `topic` from now on.
    #[must_use]
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.topics();
        let sender = topics.entry(topic.clone()).or_insert_with(|| {
            self.touch(&topic);
            let backlog = match topic {
                Topic::Visitor(..) => BACKLOG_OF_VISITOR,
                _ => BACKLOG,
            };
            broadcast::Sender::new(backlog)
        });
        let events = Some(sender.subscribe());
        drop(topics);
        Subscription { bus: self.clone(), topic, events }
    }

    /// How long a listener should wait to be told before it looks by itself.
    #[must_use]
    pub fn patience(&self) -> Duration {
        match &self.0.others {
            Others::None => PATIENCE,
            Others::Nats(remote) if remote.is_whole() => PATIENCE,
            Others::Unheard | Others::Nats(_) => ALERT,
        }
    }

    /// Whether what happens on other nodes may be seen late although NATS is to tell of it.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.remote().is_some_and(|remote| !remote.is_whole())
    }

    /// What was counted of what went between nodes; `None` where there is no NATS.
    #[must_use]
    pub fn counts(&self) -> Option<Counts> {
        self.remote().map(Remote::counts)
    }

    /// How many nodes there are, this one included, as far as this one hears.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.remote().map_or(1, Remote::nodes)
    }

    /// What the nodes of this installation share, and others cannot guess: for hashes of what they tell each other of.
    #[must_use]
    pub fn salt(&self) -> [u8; 32] {
        self.remote().map(Remote::salt).unwrap_or_default()
    }

    /// Stops to tell and to hear: call it when nothing more is to be told.
    pub async fn close(&self) {
        if let Some(remote) = self.remote() {
            remote.close().await;
        }
    }

    fn remote(&self) -> Option<&Remote> {
        match &self.0.others {
            Others::Nats(remote) => Some(remote),
            Others::None | Others::Unheard => None,
        }
    }

    /// Says that somebody began to listen to a topic, or that nobody does any more.
    fn touch(&self, topic: &Topic) {
        if let Some(remote) = self.remote() {
            remote.touch(topic);
        }
    }

    /// Whether anybody on this node listens to `topic`.
    fn listens_to(&self, topic: &Topic) -> bool {
        self.topics().contains_key(topic)
    }

    /// Tells every listener of this node to look again; not all at once, so that the database is not asked by all of them together.
    async fn tell_all_to_look(&self) {
        const AT_ONCE: usize = 100;
        const PAUSE: Duration = Duration::from_millis(10);
        let topics: Vec<Topic> = self.topics().keys().cloned().collect();
        for some in topics.chunks(AT_ONCE) {
            for topic in some {
                self.publish_here(topic, Heard::Missed);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, broadcast::Sender<Heard>>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// The next event. Waits for ever where none comes.
    pub async fn next(&mut self) -> Heard {
        match &mut self.events {
            Some(events) => match events.recv().await {
                Ok(heard) => heard,
                Err(broadcast::error::RecvError::Lagged(_)) => Heard::Missed,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.bus.topics();
        self.events = None;
        if topics.get(&self.topic).is_some_and(|sender| sender.receiver_count() == 0) {
            topics.remove(&self.topic);
            drop(topics);
            self.bus.touch(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Topic {
        Topic::Chat(ChatId::new(domain::time::Timestamp::from_millis(0)))
    }

    #[tokio::test]
    async fn listeners_of_a_topic_hear_its_events_and_no_others() {
        let (bus, one, two) = (Bus::default(), topic(), topic());
        let (mut first, mut second) = (bus.subscribe(one.clone()), bus.subscribe(two.clone()));
        bus.publish(&one, Event::MessageAppended);
        bus.publish(&two, Event::ChatChanged);
        assert_eq!(first.next().await, Heard::Event(Event::MessageAppended));
        assert_eq!(second.next().await, Heard::Event(Event::ChatChanged));
    }

    #[tokio::test]
    async fn the_inbox_of_a_chat_hears_of_its_visitors_and_not_of_each_letter() {
        let bus = Bus::default();
        let chat = ChatId::new(domain::time::Timestamp::from_millis(0));
        let visitor = VisitorId::new(domain::time::Timestamp::from_millis(0));
        let mut inbox = bus.subscribe(Topic::Inbox(chat.clone()));
        let topic = Topic::Visitor(chat, visitor);
        bus.publish(&topic, Event::Typing(None));
        bus.publish(&topic, Event::MessageAppended);
        assert_eq!(inbox.next().await, Heard::Event(Event::MessageAppended));
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_told_so() {
        let (bus, one) = (Bus::default(), topic());
        let mut slow = bus.subscribe(one.clone());
        for _ in 0..=BACKLOG {
            bus.publish(&one, Event::MessageAppended);
        }
        assert_eq!(slow.next().await, Heard::Missed);
    }

    #[test]
    fn a_topic_without_listeners_takes_no_room() {
        let bus = Bus::default();
        drop(bus.subscribe(topic()));
        assert!(bus.topics().is_empty());
    }
}
