//! What a person who answers is shown of whom they answer: earlier conversations, and orders.

use domain::chat::Chat;
use domain::conversation::{Author, Conversation, Message};
use domain::lead::Email;
use domain::order::{OrderNumber, mentioned};
use domain::purchase::Purchase;
use domain::time::Timestamp;
use store::{ReadTx, StoreError};

/// Earlier conversations that are shown.
const MOST_EARLIER: usize = 10;
/// Purchases that are shown.
const MOST_PURCHASES: usize = 20;
/// Numbers of orders that are shown.
const MOST_NUMBERS: usize = 5;

/// What is known beside the conversation itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Other conversations of the customer, newest first.
    pub earlier: Vec<Conversation>,
    /// What was bought in this conversation and in those, newest first.
    pub purchases: Vec<Purchase>,
    /// Numbers that the visitor wrote and that may be those of orders, the last first.
    pub mentioned: Vec<OrderNumber>,
    /// Whether orders can be looked up in this chat.
    pub has_orders: bool,
}

/// Whose orders are looked up for a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The email.
    pub email: Email,
    /// Whether it was only typed: nobody vouches for it.
    pub claimed: bool,
}

/// Nobody is known, so nobody's orders can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody said yet by which email orders are to be looked up")]
pub struct NoEmail;

/// What is shown beside a conversation with these messages.
///
/// # Errors
/// When the database cannot answer.
pub async fn card(
    tx: &mut ReadTx,
    chat: &Chat,
    conversation: &Conversation,
    messages: &[Message],
) -> Result<Card, StoreError> {
    let mut earlier = Vec::new();
    if let Some(lead) = &conversation.lead_id {
        let since = Timestamp::from_millis(i64::MIN);
        earlier = tx.conversations_of_lead(&chat.id, lead, since).await?;
        earlier.retain(|other| other.id != conversation.id);
        earlier.truncate(MOST_EARLIER);
    }
    let mut purchases = tx.purchases(conversation).await?;
    for other in &earlier {
        purchases.extend(tx.purchases(other).await?);
    }
    purchases.sort_by_key(|purchase| std::cmp::Reverse(purchase.created_at));
    purchases.truncate(MOST_PURCHASES);
    let tracking = &chat.settings.order_tracking;
    Ok(Card {
        earlier,
        purchases,
        mentioned: numbers(messages),
        has_orders: tracking.enabled && tracking.target().is_some(),
    })
}

fn numbers(messages: &[Message]) -> Vec<OrderNumber> {
    let mut numbers: Vec<OrderNumber> = Vec::new();
    for message in messages.iter().rev().filter(|message| message.author == Author::Visitor) {
        for number in mentioned(message.text.as_str()) {
            if numbers.len() < MOST_NUMBERS && !numbers.contains(&number) {
                numbers.push(number);
            }
        }
    }
    numbers
}

/// Whose orders are looked up for a conversation: those of the customer who was verified in it, or else of whoever the visitor says it
/// is; `None` where it says nothing.
///
/// # Errors
/// When the database cannot answer.
pub async fn whose_orders(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Option<Whose>, StoreError> {
    let chat = &conversation.chat_id;
    if let Some(id) = &conversation.lead_id {
        let lead = tx.lead(chat, id).await?;
        return Ok(lead.map(|lead| Whose { email: lead.email, claimed: false }));
    }
    let typed = tx.typed_lead(chat, &conversation.visitor_id).await?;
    Ok(typed.map(|typed| Whose { email: typed.email, claimed: true }))
}
