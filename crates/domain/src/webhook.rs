//! What a merchant's programs can be told of as it happens.

use std::fmt;
use std::str::FromStr;

/// Something that happened in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WebhookEvent {
    /// A person is known for the first time: typed, or identified.
    LeadCreated,
    /// A visitor was identified as a customer; not told again while the identity is only refreshed.
    CustomerIdentified,
    /// A conversation began.
    ConversationCreated,
    /// A person was asked for.
    ConversationEscalated,
    /// A purchase was credited to a conversation.
    PurchaseCreated,
    /// Nothing happened: somebody tries the address.
    Test,
}

/// Not the name of an event that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no event {0:?}: expected lead.created, customer.identified, conversation.created, conversation.escalated or purchase.created"
)]
pub struct ParseWebhookEventError(String);

impl WebhookEvent {
    /// Those that can be chosen.
    pub const CHOICES: [Self; 5] = [
        Self::LeadCreated,
        Self::CustomerIdentified,
        Self::ConversationCreated,
        Self::ConversationEscalated,
        Self::PurchaseCreated,
    ];

    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeadCreated => "lead.created",
            Self::CustomerIdentified => "customer.identified",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationEscalated => "conversation.escalated",
            Self::PurchaseCreated => "purchase.created",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WebhookEvent {
    type Err = ParseWebhookEventError;

    fn from_str(text: &str) -> Result<Self, ParseWebhookEventError> {
        let found = Self::CHOICES.into_iter().find(|event| event.as_str() == text);
        found.ok_or_else(|| ParseWebhookEventError(text.chars().take(40).collect()))
    }
}

/// The events that an address is told of: at least one, each once, in one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvents(Vec<WebhookEvent>);

/// No event is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose at least one event")]
pub struct NoEvents;

impl WebhookEvents {
    /// These events.
    ///
    /// # Errors
    /// [`NoEvents`] where there are none.
    pub fn new(events: impl IntoIterator<Item = WebhookEvent>) -> Result<Self, NoEvents> {
        let mut events: Vec<WebhookEvent> = events.into_iter().collect();
        events.sort_unstable();
        events.dedup();
        if events.is_empty() { Err(NoEvents) } else { Ok(Self(events)) }
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().map(|event| event.as_str())
    }
}

impl fmt::Display for WebhookEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_and_each_counts_once() {
        for event in WebhookEvent::CHOICES {
            assert_eq!(event.as_str().parse(), Ok(event));
        }
        assert!("test".parse::<WebhookEvent>().is_err());
        let twice =
            [WebhookEvent::PurchaseCreated, WebhookEvent::LeadCreated, WebhookEvent::LeadCreated];
        let events = WebhookEvents::new(twice).unwrap();
        assert_eq!(events.to_string(), "lead.created purchase.created");
        assert_eq!(WebhookEvents::new([]), Err(NoEvents));
    }
}
