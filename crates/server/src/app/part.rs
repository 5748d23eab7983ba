//! What was said before signing in is parted from the customer again: somebody else had said it in the same browser.

use domain::conversation::{Attention, Conversation, Joined, Message};
use domain::id::{ChatId, ConversationId, EntryId, LeadId, MessageId, OperatorId, VisitorId};
use domain::record::{Entry, EntryKind};
use domain::time::Timestamp;
use domain::visitor::Visitor;
use store::{EscalationMail, Scope, StoreError, WriteTx};

use crate::app::App;
use crate::bus::{Event, Topic};

/// The two conversations that were one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// What the customer said since; `None` where that is nothing.
    pub conversation_id: Option<ConversationId>,
    /// What was said before, which is nobody's now.
    pub parted_conversation_id: ConversationId,
}

/// Why nothing was parted.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    ConversationUnknown,
    /// There is nothing to part.
    #[error(
        "nothing was said in this conversation before its customer signed in, or it was parted already"
    )]
    NothingJoined,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes what was said before signing in, and what was typed there, away from the customer. It stays in its conversation, which
/// becomes that of a new visitor whom no token proves: so nobody can read it or be joined to it again, but the chat's own people.
/// What was said since becomes a conversation of its own, in the customer's browser as before.
///
/// # Errors
/// [`PartError`]; nothing is changed then.
pub async fn part(
    app: &App,
    chat: &ChatId,
    id: &ConversationId,
    operator: Option<&OperatorId>,
) -> Result<Parted, PartError> {
    let unknown = || PartError::ConversationUnknown;
    let before = app.store.read().await?.conversation(chat, id).await?.ok_or_else(unknown)?;
    let customer = before.visitor_id;
    let mut tx = app.store.write(Scope::Visitor(chat, &customer)).await?;
    let whole = tx.conversation(chat, id).await?.ok_or_else(unknown)?;
    let (Some(lead), Some(joined)) = (whole.lead_id.clone(), whole.joined) else {
        return Err(PartError::NothingJoined);
    };
    let now = app.clock.now();
    let stranger = add_stranger(&mut tx, chat, now).await?;
    let (rest, given_up) = split(&mut tx, &whole, joined, &stranger, now).await?;
    tx.take_back_typed_fields(chat, &lead, &customer).await?;
    tx.move_typed_lead(chat, &customer, &stranger).await?;
    let entry = Entry {
        count: Some(joined.messages),
        ..Entry::new(chat.clone(), EntryKind::Parted, now).by(operator)
    };
    record(&mut tx, &entry, &lead, (&customer, rest.as_ref()), (&stranger, id)).await?;
    tx.commit().await?;
    app.drafts.give_up(chat, &customer, &given_up);
    app.bus.publish(&Topic::Visitor(chat.clone(), customer), Event::VisitorChanged);
    tracing::info!(%chat, conversation = %id, messages = joined.messages, "conversation parted");
    Ok(Parted { conversation_id: rest, parted_conversation_id: id.clone() })
}

/// A visitor without a token, of no browser that is known.
async fn add_stranger(
    tx: &mut WriteTx,
    chat: &ChatId,
    now: Timestamp,
) -> Result<VisitorId, StoreError> {
    let id = VisitorId::new(now);
    let visitor = Visitor {
        chat_id: chat.clone(),
        browser_id: id.clone(),
        id: id.clone(),
        identity: None,
        conversation_id: None,
        created_at: now,
    };
    tx.put_visitor(&visitor).await?;
    Ok(id)
}

/// Gives the beginning of a conversation to `stranger`, and the rest, if there is one, an id of its own. Answers that, and which
/// replies nobody waits for any more: those that were to answer the beginning.
async fn split(
    tx: &mut WriteTx,
    whole: &Conversation,
    joined: Joined,
    stranger: &VisitorId,
    now: Timestamp,
) -> Result<(Option<ConversationId>, Vec<MessageId>), StoreError> {
    let chat = &whole.chat_id;
    let last = tx.messages(chat, &whole.id, joined.messages - 1, 1).await?;
    let beginning = Conversation {
        visitor_id: stranger.clone(),
        lead_id: None,
        joined: None,
        attention: Attention::default(),
        ..ending_with(whole, last.first())
    };
    tx.put_conversation(&beginning).await?;
    let mut rest = None;
    if whole.last_seq > joined.messages {
        let first = tx.messages(chat, &whole.id, joined.messages, 1).await?;
        let conversation = Conversation {
            id: ConversationId::new(now),
            last_seq: whole.last_seq - joined.messages,
            read_seq: (whole.read_seq - joined.messages).max(0),
            delivered_seq: (whole.delivered_seq - joined.messages).max(0),
            seen_seq: whole.seen_seq.map(|seen| (seen - joined.messages).max(0)),
            created_at: first.first().map_or(whole.created_at, |message| message.sent_at),
            joined: None,
            ..whole.clone()
        };
        tx.add_conversation(&conversation).await?;
        tx.move_messages(whole, joined.messages, &conversation.id).await?;
        tx.move_notes(whole, joined.at, &conversation.id).await?;
        if let Some(mail) = tx.escalation_mail(chat, &whole.id).await? {
            let conversation_id = conversation.id.clone();
            tx.put_escalation_mail(&EscalationMail { conversation_id, ..mail }).await?;
        }
        rest = Some(conversation.id);
    }
    tx.move_purchases(whole, joined.at, rest.as_ref()).await?;
    let given_up = tx.give_up_replies(chat, &whole.id).await?;
    Ok((rest, given_up))
}

fn ending_with(whole: &Conversation, last: Option<&Message>) -> Conversation {
    match last {
        Some(message) => Conversation {
            last_seq: message.seq,
            read_seq: whole.read_seq.min(message.seq),
            delivered_seq: whole.delivered_seq.min(message.seq),
            seen_seq: whole.seen_seq.map(|seen| seen.min(message.seq)),
            preview: message.preview(),
            last_message_at: message.sent_at,
            ..whole.clone()
        },
        None => whole.clone(),
    }
}

/// In the customer's timeline and in that of the conversation which is nobody's now; neither names the other's browser.
async fn record(
    tx: &mut WriteTx,
    entry: &Entry,
    lead: &LeadId,
    (customer, rest): (&VisitorId, Option<&ConversationId>),
    (stranger, beginning): (&VisitorId, &ConversationId),
) -> Result<(), StoreError> {
    let of_customer = Entry {
        visitor_id: Some(customer.clone()),
        conversation_id: rest.cloned(),
        ..entry.clone().about_customer(lead)
    };
    tx.append_record(&of_customer).await?;
    let of_stranger = Entry {
        id: EntryId::new(entry.at),
        visitor_id: Some(stranger.clone()),
        conversation_id: Some(beginning.clone()),
        ..entry.clone()
    };
    tx.append_record(&of_stranger).await
}
