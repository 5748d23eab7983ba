//! What parts of the service tell each other: "look again". Losing an event loses nothing, since whoever listens also looks
//! now and then by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::{ChatId, MessageId, OperatorId, VisitorId};
use tokio::sync::broadcast;

use crate::app::attempts::Attempt;

/// How many events a slow listener may be behind before it is told to look at everything again.
const BACKLOG: usize = 256;

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
        /// How many characters came before.
        offset: usize,
        /// What was written.
        text: Arc<str>,
    },
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
    /// A page loaded the chat's script.
    PageSeen,
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
            | Self::ReplyFailed { .. }
            | Self::Read
            | Self::Typing(_)
            | Self::ChatChanged
            | Self::Attempt(_)
            | Self::PageReported
            | Self::PageSeen => false,
        }
    }
}

/// Carries events between the parts of one process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Bus {
    topics: Arc<Mutex<HashMap<Topic, broadcast::Sender<Event>>>>,
}

/// A listener to some topics. Dropped, it forgets the topics that nobody else listens to.
#[derive(Debug)]
pub struct Subscription {
    bus: Bus,
    topic: Topic,
    events: Option<broadcast::Receiver<Event>>,
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
    /// Tells whoever listens to `topic`.
    pub fn publish(&self, topic: &Topic, event: Event) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Topic::Visitor(chat, _) = topic
            && event.is_for_inbox()
            && let Some(sender) = topics.get(&Topic::Inbox(chat.clone()))
        {
            let _ = sender.send(event.clone());
        }
        if let Some(sender) = topics.get(topic) {
            // Nobody listening any more is no failure.
            let _ = sender.send(event);
        }
    }

    /// Listens to `topic` from now on.
    #[must_use]
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = topics.entry(topic.clone()).or_insert_with(|| broadcast::Sender::new(BACKLOG));
        let events = Some(sender.subscribe());
        Subscription { bus: self.clone(), topic, events }
    }
}

impl Subscription {
    /// The next event. Waits for ever where none comes.
    pub async fn next(&mut self) -> Heard {
        match &mut self.events {
            Some(events) => match events.recv().await {
                Ok(event) => Heard::Event(event),
                Err(broadcast::error::RecvError::Lagged(_)) => Heard::Missed,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.bus.topics.lock().unwrap_or_else(PoisonError::into_inner);
        self.events = None;
        if topics.get(&self.topic).is_some_and(|sender| sender.receiver_count() == 0) {
            topics.remove(&self.topic);
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
        assert!(bus.topics.lock().unwrap().is_empty());
    }
}
