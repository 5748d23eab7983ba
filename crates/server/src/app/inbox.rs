//! The team's inbox: a page of it, what a search in it finds, and what the team has seen.

use std::collections::{BTreeMap, HashMap};

use domain::chat::Chat;
use domain::conversation::Conversation;
use domain::id::{ChatId, ConversationId, LeadId};
use domain::search::{Piece, Question};
use domain::time::Timestamp;
use store::{Contact, InboxFilter, InboxPlace, InboxView, ReadTx, StoreError};

use crate::app::App;
use crate::app::assign::{AttendError, hold};
use crate::app::people::{self, Operators, Person};
use crate::app::visit::CurrentVisitor;
use crate::bus::{Event, Topic};

/// Conversations on a page.
pub const PER_PAGE: i64 = 50;
/// Up to this many are counted; more are "so many and more".
pub const COUNTED: i64 = 1_000;
/// How many messages, and how many people, a search looks at: those that were written last.
pub const MOST_HITS: i64 = 500;
/// Of one person this many conversations are found by name.
const OF_ONE: usize = 20;

/// A page of conversations.
#[derive(Debug, Clone)]
pub struct Page {
    /// The conversations, newest first.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<InboxPlace>,
    /// How many there are on all pages, up to [`COUNTED`].
    pub total: i64,
    /// In how many conversations of the chat a person is asked for, up to [`COUNTED`].
    pub needs_person: i64,
    /// Operators that are named.
    pub operators: Operators,
}

/// A conversation on a page.
#[derive(Debug, Clone)]
pub struct Row {
    /// The conversation.
    pub conversation: Conversation,
    /// Whom it is with, where anything is known of that.
    pub person: Option<Person>,
    /// The part of it that a search found.
    pub excerpt: Option<Vec<Piece>>,
}

/// A page of a chat's inbox.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    app: &App,
    chat: &Chat,
    filter: &InboxFilter,
    place: Option<&InboxPlace>,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read_replica().await?;
    let mut found = tx.inbox(&chat.id, filter, place, PER_PAGE + 1).await?;
    let per_page = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > per_page;
    found.truncate(per_page);
    let next = found.last().filter(|_| more).map(place_of);
    let total = tx.count_inbox(&chat.id, filter, COUNTED).await?;
    page(&mut tx, chat, (found, next, total), &HashMap::new()).await
}

/// What a search finds in a chat's inbox: conversations with a message that has all words of the question, and those of people of whom
/// they are known; newest first, among the [`MOST_HITS`] messages and people that changed last.
///
/// # Errors
/// When the database cannot answer.
pub async fn search(
    app: &App,
    chat: &Chat,
    filter: &InboxFilter,
    question: &Question,
    place: Option<&InboxPlace>,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read_replica().await?;
    let mut hits: HashMap<ConversationId, i64> = HashMap::new();
    for (id, seq) in tx.messages_with(&chat.id, question, MOST_HITS).await? {
        hits.entry(id).and_modify(|last| *last = seq.max(*last)).or_insert(seq);
    }
    let mut found = BTreeMap::new();
    for id in hits.keys() {
        keep(&mut found, filter, tx.conversation(&chat.id, id).await?);
    }
    for id in tx.people_with(&chat.id, question, MOST_HITS).await? {
        for conversation in of_person(&mut tx, &chat.id, &id).await? {
            keep(&mut found, filter, Some(conversation));
        }
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let per_page = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let after = |at: &(Timestamp, ConversationId)| {
        place.is_none_or(|place| (at.0, &at.1) < (place.at, &place.id))
    };
    let mut rest = found.into_iter().rev().filter(|(at, _)| after(at)).map(|(_, found)| found);
    let shown: Vec<Conversation> = rest.by_ref().take(per_page).collect();
    let next = rest.next().and(shown.last()).map(place_of);
    let excerpts = excerpts(&mut tx, &shown, &hits, question).await?;
    page(&mut tx, chat, (shown, next, total), &excerpts).await
}

fn keep(
    found: &mut BTreeMap<(Timestamp, ConversationId), Conversation>,
    filter: &InboxFilter,
    conversation: Option<Conversation>,
) {
    if let Some(conversation) = conversation.filter(|one| filter.shows(one)) {
        found.insert((conversation.last_message_at, conversation.id.clone()), conversation);
    }
}

async fn of_person(
    tx: &mut ReadTx,
    chat: &ChatId,
    id: &LeadId,
) -> Result<Vec<Conversation>, StoreError> {
    match tx.contact(chat, id).await? {
        Some(Contact::Typed { conversation: Some(id), .. }) => {
            Ok(tx.conversation(chat, &id).await?.into_iter().collect())
        }
        Some(Contact::Customer { talks: true, .. }) => {
            let since = Timestamp::from_millis(i64::MIN);
            let mut all = tx.conversations_of_lead(chat, id, since).await?;
            all.truncate(OF_ONE);
            Ok(all)
        }
        _ => Ok(Vec::new()),
    }
}

async fn excerpts(
    tx: &mut ReadTx,
    shown: &[Conversation],
    hits: &HashMap<ConversationId, i64>,
    question: &Question,
) -> Result<HashMap<ConversationId, Vec<Piece>>, StoreError> {
    let mut excerpts = HashMap::new();
    for conversation in shown {
        let Some(seq) = hits.get(&conversation.id) else { continue };
        let message = tx.messages(&conversation.chat_id, &conversation.id, seq - 1, 1).await?;
        if let Some(message) = message.first().filter(|message| message.seq == *seq) {
            excerpts.insert(conversation.id.clone(), question.excerpt(message.text.as_str()));
        }
    }
    Ok(excerpts)
}

async fn page(
    tx: &mut ReadTx,
    chat: &Chat,
    (found, next, total): (Vec<Conversation>, Option<InboxPlace>, i64),
    excerpts: &HashMap<ConversationId, Vec<Piece>>,
) -> Result<Page, StoreError> {
    let needs = InboxFilter { view: InboxView::NeedsPerson, ..InboxFilter::default() };
    let needs_person = tx.count_inbox(&chat.id, &needs, COUNTED).await?;
    let operators = Operators::assigned(tx, &chat.account_id, &found).await?;
    let people = people::of_conversations(tx, &found).await?;
    let rows = found.into_iter().zip(people).map(|(conversation, person)| {
        let excerpt = excerpts.get(&conversation.id).cloned();
        Row { conversation, person, excerpt }
    });
    Ok(Page { rows: rows.collect(), next, total, needs_person, operators })
}

fn place_of(conversation: &Conversation) -> InboxPlace {
    InboxPlace { at: conversation.last_message_at, id: conversation.id.clone() }
}

/// Keeps that one of the chat's people has seen a conversation up to message number `seq`.
///
/// # Errors
/// [`AttendError`].
pub async fn mark_seen(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    seq: i64,
) -> Result<(), AttendError> {
    let found = app.store.read().await?.conversation(&chat.id, id).await?;
    let found = found.ok_or(AttendError::ConversationUnknown)?;
    if found.seen_seq.is_some_and(|seen| seen >= seq.min(found.last_seq)) {
        return Ok(());
    }
    let (mut tx, conversation) = hold(app, &chat.id, id).await?;
    tx.mark_seen(&conversation, seq).await?;
    tx.commit().await?;
    let topic = Topic::Visitor(chat.id.clone(), conversation.visitor_id);
    app.bus.publish(&topic, Event::DeskChanged);
    Ok(())
}

/// Keeps that what a person wrote, up to message number `seq`, reached a page of the visitor's.
///
/// # Errors
/// When the database cannot keep it.
pub async fn mark_delivered(
    app: &App,
    visitor: &CurrentVisitor,
    id: &ConversationId,
    seq: i64,
) -> Result<(), AttendError> {
    let chat = &visitor.known.chat.id;
    let found = app.store.read().await?.conversation(chat, id).await?;
    if found.is_none_or(|found| found.delivered_seq >= seq) {
        return Ok(());
    }
    let (mut tx, conversation) = hold(app, chat, id).await?;
    tx.mark_delivered(&conversation, seq).await?;
    tx.commit().await?;
    app.bus.publish(&Topic::Visitor(chat.clone(), conversation.visitor_id), Event::Read);
    Ok(())
}
