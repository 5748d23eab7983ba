//! The assistant answers. A reply is written by one node at a time, word by word on the event streams, and kept as a message
//! when it is finished.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::activity::Counted;
use domain::chat::Chat;
use domain::conversation::{Author, Conversation, Message, MessageText, Reply, ReplyState};
use domain::id::{ChatId, MessageId, VisitorId};
use domain::lead::Lead;
use domain::time::Timestamp;
use futures_util::StreamExt;
use store::{ReadTx, Scope, StoreError};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::app::App;
use crate::app::activity::looked_up;
use crate::app::chats::KnownChat;
use crate::app::look_up_order::access;
use crate::app::search_knowledge::has_knowledge;
use crate::app::tools::{self, Asker};
use crate::app::visit::MOST_MESSAGES;
use crate::assistant::links::Filter;
use crate::assistant::model::{ModelError, Turn};
use crate::assistant::tools::Tool;
use crate::assistant::{Answered, Piece, Prompt, ToolAnswer, ToolCall};
use crate::bus::{Event, Heard, Subscription, Topic};
use crate::traces;

/// How long a node's claim on a reply holds without being renewed.
const CLAIM: Duration = Duration::from_secs(12);
/// How often a claim is renewed.
const RENEW: Duration = Duration::from_secs(4);
/// After how long that is tried again, where the database could not.
const RENEW_AGAIN: Duration = Duration::from_secs(1);
/// How long the first word may take.
pub(super) const FIRST_WORD: Duration = Duration::from_secs(30);
/// How long the whole reply may take.
pub(super) const WHOLE: Duration = Duration::from_mins(2);
/// How long a reply may take whose first writer was lost: with the time until that is noticed, its visitor waits at most 40 s.
const TAKEN_UP: Duration = Duration::from_secs(23);
/// How often the other nodes are told anew what there is of a reply.
const TELL_AGAIN: Duration = Duration::from_secs(1);
/// How often a reply may call tools and go on with what came of it.
pub(super) const MOST_ROUNDS: usize = 8;
/// How many tools it may call at once.
pub(super) const MOST_CALLS: usize = 4;
/// How often replies without a writer are looked for.
const SWEEP: Duration = Duration::from_secs(4);

/// What has been written of the replies that are not finished.
#[derive(Debug, Default)]
pub struct Drafts(Mutex<HashMap<(ChatId, VisitorId), HashMap<MessageId, Draft>>>);

/// What was written of a reply by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The reply.
    pub reply: MessageId,
    /// Which of the attempts to write it.
    pub attempt: i64,
    /// What there is.
    pub text: String,
}

#[derive(Debug, Default)]
struct Draft {
    /// When it was claimed, in ms: who claims it later has a larger one.
    attempt: i64,
    text: String,
    /// Cancelled when nobody waits for it any more: its writer has yet to notice.
    given_up: CancellationToken,
}

impl Drafts {
    /// What has been written of each unfinished reply to a visitor.
    #[must_use]
    pub fn of(&self, chat: &ChatId, visitor: &VisitorId) -> Vec<Shown> {
        let drafts = self.lock();
        let of_visitor = drafts.get(&(chat.clone(), visitor.clone()));
        let shown = |(_, draft): &(&MessageId, &Draft)| {
            !draft.given_up.is_cancelled() && !draft.text.is_empty()
        };
        of_visitor
            .into_iter()
            .flatten()
            .filter(shown)
            .map(|(reply, draft)| Shown {
                reply: reply.clone(),
                attempt: draft.attempt,
                text: draft.text.clone(),
            })
            .collect()
    }

    /// Gives up replies to a visitor: nothing more of them is told, and their writers stop.
    pub fn give_up(&self, chat: &ChatId, visitor: &VisitorId, replies: &[MessageId]) {
        let drafts = self.lock();
        let Some(of_visitor) = drafts.get(&(chat.clone(), visitor.clone())) else { return };
        for reply in replies {
            if let Some(draft) = of_visitor.get(reply) {
                draft.given_up.cancel();
            }
        }
    }

    /// Makes the draft known before its first word, so that it can be given up: then what this answers is cancelled.
    fn begin(
        &self,
        conversation: &Conversation,
        reply: &MessageId,
        attempt: i64,
    ) -> CancellationToken {
        let key = (conversation.chat_id.clone(), conversation.visitor_id.clone());
        let draft = Draft { attempt, ..Draft::default() };
        let given_up = draft.given_up.clone();
        self.lock().entry(key).or_default().insert(reply.clone(), draft);
        given_up
    }

    /// Adds to a draft and tells the listeners, so that whoever looks at the draft and then listens misses nothing.
    fn add(&self, app: &App, claim: &Claim<'_>, text: &str) -> Result<(), ReplyError> {
        let Claim { conversation, reply, attempt, .. } = claim;
        let key = (conversation.chat_id.clone(), conversation.visitor_id.clone());
        let mut drafts = self.lock();
        let draft = drafts.get_mut(&key).and_then(|drafts| drafts.get_mut(&reply.id));
        // Another attempt's draft is none of ours.
        let Some(draft) = draft.filter(|draft| draft.attempt == *attempt) else {
            return Err(ReplyError::Lost);
        };
        if draft.given_up.is_cancelled() {
            return Err(ReplyError::Lost);
        }
        let offset = draft.text.chars().count();
        draft.text.push_str(text);
        app.bus.publish(
            &topic(conversation),
            Event::ReplyDelta {
                reply: reply.id.clone(),
                attempt: *attempt,
                offset,
                text: text.into(),
            },
        );
        Ok(())
    }

    fn remove(&self, claim: &Claim<'_>) {
        let Claim { conversation, reply, attempt, .. } = claim;
        let key = (conversation.chat_id.clone(), conversation.visitor_id.clone());
        let mut drafts = self.lock();
        if let Some(of_visitor) = drafts.get_mut(&key) {
            of_visitor.retain(|id, draft| *id != reply.id || draft.attempt != *attempt);
            if of_visitor.is_empty() {
                drafts.remove(&key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ChatId, VisitorId), HashMap<MessageId, Draft>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a reply came to nothing.
#[derive(Debug, thiserror::Error)]
enum ReplyError {
    #[error("the assistant did not begin within {} s", FIRST_WORD.as_secs())]
    NoFirstWord,
    #[error("the assistant did not finish within {} s", WHOLE.as_secs())]
    TooSlow,
    #[error("the assistant said nothing")]
    Empty,
    #[error("the assistant called tools more than {MOST_ROUNDS} times")]
    TooManyRounds,
    #[error("another node took over, or nobody waits for it any more")]
    Lost,
    #[error("the service is ending")]
    Ending,
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReplyError {
    /// Whether it says how the model does.
    const fn is_of_the_model(&self) -> bool {
        matches!(self, Self::Model(_) | Self::NoFirstWord | Self::TooSlow | Self::Empty)
    }
}

/// A reply that this node writes.
struct Claim<'a> {
    reply: &'a Reply,
    conversation: Conversation,
    /// When it was claimed, in ms.
    attempt: i64,
    /// Until when the claim holds. Who finds another time there has lost it.
    until: Timestamp,
    /// How long the reply may take.
    whole: Duration,
}

/// Has a reply written, if nobody else writes it: by a task of its own, which is a span of the traces.
pub fn start(app: &Arc<App>, reply: Reply) {
    let span = traces::reply(&reply);
    app.tasks.spawn(run(app.clone(), reply).instrument(span));
}

async fn run(app: Arc<App>, reply: Reply) {
    let outcome = match claim(&app, &reply).await {
        Ok(Some(mut claim)) => match Box::pin(write(&app, &mut claim)).await {
            Ok(()) => Ok(()),
            Err(error) => fail(&app, &claim, error).await,
        },
        Ok(None) => return,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => app.metrics.reply("done"),
        Err(error) => {
            app.metrics.reply("failed");
            traces::failed();
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, reply = %reply.id, chat = %reply.chat_id, "a reply failed");
        }
    }
}

/// Looks for replies without a writer, until the service ends: their node may have died.
pub async fn sweep(app: Arc<App>) {
    // At first also those that just wait: whoever was to write them ended with the service before this one.
    let mut patience = Duration::ZERO;
    loop {
        let now = app.clock.now();
        let unclaimed = match app.store.read().await {
            Ok(mut tx) => tx.unclaimed_replies(now - patience, now).await,
            Err(error) => Err(error),
        };
        for reply in unclaimed.unwrap_or_default() {
            start(&app, reply);
        }
        app.limits.sweep(now);
        app.order_misses.sweep(now);
        app.breakers.sweep(now);
        patience = SWEEP;
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Asks for a failed reply again, and answers whether it had failed. Where a person has taken over, there is none.
///
/// # Errors
/// When the database cannot answer.
pub async fn retry(app: &Arc<App>, visitor: &VisitorId, reply: Reply) -> Result<bool, StoreError> {
    let mut tx = app.store.write(Scope::Visitor(&reply.chat_id, visitor)).await?;
    let conversation = conversation_of(&mut tx, &reply).await?;
    if conversation.is_none_or(|conversation| conversation.attention.assignee.is_some()) {
        return Ok(false);
    }
    let moved = tx.move_reply(&reply, ReplyState::Failed, ReplyState::Waiting).await?;
    tx.commit().await?;
    if moved {
        start(app, reply);
    }
    Ok(moved)
}

/// Claims a reply, and answers the conversation that it belongs to; `None` where another writes it, or it is finished or gone.
async fn claim<'a>(app: &App, reply: &'a Reply) -> Result<Option<Claim<'a>>, StoreError> {
    let Some(before) = conversation_of(&mut app.store.read().await?, reply).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Visitor(&reply.chat_id, &before.visitor_id)).await?;
    // It may have become another visitor's meanwhile: then the sweep finds it again.
    let current = conversation_of(&mut tx, reply).await?;
    let Some(conversation) = current.filter(|current| current.visitor_id == before.visitor_id)
    else {
        return Ok(None);
    };
    let until = now + CLAIM;
    let claimed = tx.claim_reply(reply, until, now).await?;
    tx.commit().await?;
    let is_taken_up = matches!(reply.state, ReplyState::Running { .. });
    let whole = if is_taken_up { TAKEN_UP } else { WHOLE };
    let attempt = now.as_millis();
    Ok(claimed.then_some(Claim { reply, conversation, attempt, until, whole }))
}

/// Whether nobody else claimed the reply since, nor gave it up.
async fn is_held(tx: &mut ReadTx, claim: &Claim<'_>) -> Result<bool, StoreError> {
    let current = tx.reply(&claim.reply.chat_id, &claim.reply.id).await?;
    let held = ReplyState::Running { claimed_until: claim.until };
    Ok(current.is_some_and(|current| current.state == held))
}

/// The conversation that a reply belongs to now: it moves when its conversation is parted.
async fn conversation_of(
    tx: &mut ReadTx,
    reply: &Reply,
) -> Result<Option<Conversation>, StoreError> {
    match tx.reply(&reply.chat_id, &reply.id).await? {
        Some(current) => tx.conversation(&reply.chat_id, &current.conversation_id).await,
        None => Ok(None),
    }
}

async fn write(app: &App, claim: &mut Claim<'_>) -> Result<(), ReplyError> {
    let mut prompt = prompt(app, claim).await?;
    let mut writing = Writing::begin(app, claim);
    loop {
        let Round { calls, turn } = writing.round(&prompt).await?;
        if calls.is_empty() || writing.is_full {
            break;
        }
        if writing.rounds == MOST_ROUNDS {
            return Err(ReplyError::TooManyRounds);
        }
        writing.rounds += 1;
        prompt.turns.extend(turn.map(|turn| turn.with_made(calls.len())));
        for call in calls {
            // On the heap: what tools do is far larger than what most replies need.
            let answer = Box::pin(writing.call(&prompt, &call)).await?;
            prompt.answers.push(Answered { call, answer });
        }
    }
    let text = writing.text;
    if text.trim().is_empty() {
        return Err(ReplyError::Empty);
    }
    keep(app, claim, &text).await
}

/// A reply that is being written.
struct Writing<'a, 'r> {
    app: &'a App,
    claim: &'a mut Claim<'r>,
    /// Cancelled when nobody waits for it any more.
    given_up: CancellationToken,
    /// What happens to its visitor meanwhile, also on other nodes.
    heard: Subscription,
    text: String,
    /// Whether no more fits: it is cut there, and ends.
    is_full: bool,
    rounds: usize,
    begun: Instant,
    renew_at: Instant,
    /// When other nodes were last told anew what there is.
    told_at: Option<Instant>,
}

impl<'a, 'r> Writing<'a, 'r> {
    fn begin(app: &'a App, claim: &'a mut Claim<'r>) -> Self {
        let begun = Instant::now();
        Self {
            given_up: app.drafts.begin(&claim.conversation, &claim.reply.id, claim.attempt),
            heard: app.bus.subscribe(topic(&claim.conversation)),
            app,
            claim,
            text: String::new(),
            is_full: false,
            rounds: 0,
            begun,
            renew_at: begun + RENEW,
            told_at: None,
        }
    }

    /// Takes what the assistant says to `prompt` until it ends.
    async fn round(&mut self, prompt: &Prompt) -> Result<Round, ReplyError> {
        let asked = Instant::now();
        let assistant = &self.app.assistant;
        let mut answer = assistant.answer(prompt);
        let mut links = assistant.is_model().then(|| (Filter::default(), prompt.allowed_links()));
        let mut round = Round::default();
        let mut first_word = None;
        let before = self.text.len();
        while !self.is_full {
            match self.in_time(answer.next()).await? {
                Some(Ok(Piece::Text(piece))) => {
                    first_word.get_or_insert_with(|| asked.elapsed());
                    let shown = match &mut links {
                        Some((filter, allowed)) => filter.push(allowed, &piece),
                        None => piece,
                    };
                    self.add(before, &shown)?;
                }
                Some(Ok(Piece::Call(call))) if round.calls.len() < MOST_CALLS => {
                    round.calls.push(call);
                }
                Some(Ok(Piece::Call(_))) => {}
                Some(Ok(Piece::Turn(turn))) => round.turn = Some(turn),
                Some(Err(error)) => return Err(error.into()),
                None => break,
            }
        }
        if let Some((filter, allowed)) = &mut links {
            assistant.health.succeeded(self.app.clock.now(), first_word);
            let rest = filter.end(allowed);
            if !self.is_full {
                self.add(before, &rest)?;
            }
        }
        Ok(round)
    }

    /// Adds what fits, and tells it.
    fn add(&mut self, before: usize, piece: &str) -> Result<(), ReplyError> {
        if piece.is_empty() {
            return Ok(());
        }
        let (fits, is_full) = append(&mut self.text, before, piece);
        self.is_full = is_full;
        self.app.drafts.add(self.app, self.claim, fits.as_str())
    }

    /// Has a tool called, for whoever the visitor is by now.
    async fn call(&mut self, prompt: &Prompt, call: &ToolCall) -> Result<ToolAnswer, ReplyError> {
        let who = who(self.app, self.claim).await?;
        let Some(known) = &who.known else { return Err(ReplyError::Lost) };
        // Whoever it is by now, it is not for them that this was asked.
        let same = |a: &Lead, b: &Lead| a.id == b.id;
        if who.customer.as_ref().zip(prompt.customer.as_ref()).is_some_and(|(a, b)| !same(a, b)) {
            return Err(ReplyError::Lost);
        }
        let conversation = self.claim.conversation.clone();
        let asker = Asker {
            chat: &known.chat,
            conversation: &conversation,
            customer: who.customer.as_ref(),
            said: &prompt.messages,
        };
        let answer = self.in_time(Box::pin(tools::call(self.app, &asker, call))).await?;
        if let Some(counted) = looked_up(&answer).filter(|_| is_look_up(call)) {
            self.app.activity.count(&known.chat.id, counted, self.app.clock.now());
        }
        Ok(answer)
    }

    /// What comes of `work`, unless it takes too long, the service ends, or nobody waits for it any more. However long it takes, the
    /// claim is renewed meanwhile.
    async fn in_time<T>(&mut self, work: impl Future<Output = T>) -> Result<T, ReplyError> {
        let mut work = std::pin::pin!(work);
        loop {
            let is_silent = self.text.is_empty();
            let whole = self.claim.whole;
            let patience = if is_silent { FIRST_WORD.min(whole) } else { whole };
            tokio::select! {
                done = timeout_at(self.begun + patience, &mut work) => return done.map_err(|_| {
                    if is_silent { ReplyError::NoFirstWord } else { ReplyError::TooSlow }
                }),
                () = self.given_up.cancelled() => return Err(ReplyError::Lost),
                () = self.app.shutdown.cancelled() => return Err(ReplyError::Ending),
                () = sleep_until(self.renew_at) => self.renew().await?,
                heard = self.heard.next() => self.hear(heard).await?,
            }
        }
    }

    /// # Errors
    /// When somebody gave the reply up, or another node took it.
    async fn hear(&mut self, heard: Heard) -> Result<(), ReplyError> {
        match heard {
            Heard::Event(Event::DraftWanted) => self.tell_again(),
            Heard::Missed | Heard::Event(Event::AttentionChanged | Event::VisitorChanged) => {
                let held = async { is_held(&mut self.app.store.read().await?, self.claim).await };
                // A database that does not answer says nothing about it; the claim holds for a while.
                if !held.await.unwrap_or(true) {
                    return Err(ReplyError::Lost);
                }
            }
            Heard::Event(_) => {}
        }
        Ok(())
    }

    /// Tells other nodes all there is, for whoever came late.
    fn tell_again(&mut self) {
        if self.text.is_empty() || self.told_at.is_some_and(|at| at.elapsed() < TELL_AGAIN) {
            return;
        }
        self.told_at = Some(Instant::now());
        let event = Event::ReplyDelta {
            reply: self.claim.reply.id.clone(),
            attempt: self.claim.attempt,
            offset: 0,
            text: self.text.as_str().into(),
        };
        self.app.bus.publish_away(&topic(&self.claim.conversation), &event);
    }

    /// While the database is away, the claim holds until its time is over.
    async fn renew(&mut self) -> Result<(), ReplyError> {
        let until = self.app.clock.now() + CLAIM;
        match renew(self.app, self.claim, until).await {
            Ok(()) => {
                self.renew_at = Instant::now() + RENEW;
                self.claim.until = until;
                Ok(())
            }
            Err(ReplyError::Store(_)) if self.app.clock.now() < self.claim.until => {
                self.renew_at = Instant::now() + RENEW_AGAIN;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

fn is_look_up(call: &ToolCall) -> bool {
    Tool::named(&call.name) == Some(Tool::LookUpOrder)
}

/// What the assistant wants before it goes on.
#[derive(Debug, Default)]
struct Round {
    calls: Vec<ToolCall>,
    turn: Option<Turn>,
}

/// Adds to `text` what fits a message of `piece`, and answers that, and whether no more fits. `before` is how long the text was when
/// this round began: what was said before a call is a paragraph of its own.
pub(super) fn append(text: &mut String, before: usize, piece: &str) -> (MessageText, bool) {
    let apart = before > 0 && before == text.len() && !text.ends_with('\n');
    let piece: Cow<'_, str> =
        if apart { format!("\n\n{piece}").into() } else { Cow::Borrowed(piece) };
    let room = MessageText::MAX_REPLY_BYTES - text.len();
    let fits = MessageText::from_reply(cut(&piece, room));
    text.push_str(fits.as_str());
    (fits, piece.len() >= room)
}

/// The beginning of `piece` that fits `room`. Half an address may be another's: where it ends in one, it ends before that.
fn cut(piece: &str, room: usize) -> &str {
    let fits = &piece[..piece.floor_char_boundary(room)];
    if fits.len() == piece.len() {
        return fits;
    }
    let word = fits.rfind(char::is_whitespace).unwrap_or(0);
    if fits[word..].contains("://") { &fits[..word] } else { fits }
}

/// Whose reply it is.
struct Who {
    known: Option<Arc<KnownChat>>,
    /// The customer that the visitor is verified to be now.
    customer: Option<Lead>,
}

async fn who(app: &App, claim: &Claim<'_>) -> Result<Who, StoreError> {
    let Claim { reply, conversation, .. } = claim;
    let mut tx = app.store.read().await?;
    let visitor = tx.visitor(&reply.chat_id, &conversation.visitor_id).await?;
    let identity = visitor.as_ref().and_then(|visitor| visitor.identity.as_ref());
    let customer = match identity {
        Some(identity) => tx.lead(&reply.chat_id, &identity.lead_id).await?,
        None => None,
    };
    drop(tx);
    let known = app.chats.by_id(&app.store, &reply.chat_id).await?;
    let now = app.clock.now();
    let customer = customer.filter(|lead| {
        known
            .as_ref()
            .zip(visitor.as_ref())
            .is_some_and(|(known, visitor)| known.verifies(visitor, lead, now))
    });
    Ok(Who { known, customer })
}

async fn prompt(app: &App, claim: &Claim<'_>) -> Result<Prompt, ReplyError> {
    let Claim { reply, conversation, .. } = claim;
    let mut tx = app.store.read().await?;
    let current = tx.reply(&reply.chat_id, &reply.id).await?;
    let running = |current: &Reply| matches!(current.state, ReplyState::Running { .. });
    let Reply { conversation_id, answers, .. } = current.filter(running).ok_or(ReplyError::Lost)?;
    let after = (answers - MOST_MESSAGES).max(0);
    let messages = tx.messages(&reply.chat_id, &conversation_id, after, answers - after).await?;
    let knowledge = has_knowledge(&mut tx, &reply.chat_id).await?;
    let claimed = tx.typed_lead(&reply.chat_id, &conversation.visitor_id).await?;
    drop(tx);
    let Who { known, customer } = who(app, claim).await?;
    let claimed = claimed.filter(|_| customer.is_none());
    let about = known.map(|known| of_chat(&known.chat, customer)).unwrap_or_default();
    Ok(Prompt { claimed, messages, knowledge, ..about })
}

/// A prompt in which nothing was said yet: of the chat, and of the customer whom the visitor is verified to be.
pub(super) fn of_chat(chat: &Chat, customer: Option<Lead>) -> Prompt {
    let tracking = &chat.settings.order_tracking;
    Prompt {
        chat_name: chat.name.to_string(),
        orders: access(tracking, customer.as_ref()),
        order_number_example: tracking.order_number_example.clone(),
        customer,
        settings: chat.settings.assistant.clone(),
        websites: chat.settings.allowed_origins.clone(),
        ..Prompt::default()
    }
}

async fn renew(app: &App, claim: &Claim<'_>, until: Timestamp) -> Result<(), ReplyError> {
    let Claim { reply, conversation, .. } = claim;
    let running = ReplyState::Running { claimed_until: until };
    let mut tx = app.store.write(Scope::Visitor(&reply.chat_id, &conversation.visitor_id)).await?;
    let mine = is_held(&mut tx, claim).await? && tx.move_reply(reply, running, running).await?;
    tx.commit().await?;
    if mine { Ok(()) } else { Err(ReplyError::Lost) }
}

async fn keep(app: &App, claim: &Claim<'_>, text: &str) -> Result<(), ReplyError> {
    let Claim { reply, conversation, .. } = claim;
    let now = app.clock.now();
    let chat = &reply.chat_id;
    let mut tx = app.store.write(Scope::Visitor(chat, &conversation.visitor_id)).await?;
    let running = ReplyState::Running { claimed_until: now };
    if !is_held(&mut tx, claim).await? || !tx.move_reply(reply, running, ReplyState::Done).await? {
        return Err(ReplyError::Lost);
    }
    // Others may have written since: the conversation is read again for its last number. It may be another one by now.
    let Some(current) = conversation_of(&mut tx, reply).await? else {
        return Err(ReplyError::Lost);
    };
    let message = Message {
        id: reply.id.clone(),
        seq: current.last_seq + 1,
        author: Author::Assistant,
        text: MessageText::from_reply(text),
        verified: true,
        sent_at: now,
    };
    tx.append_message(&current, &message, None).await?;
    tx.commit().await?;
    app.metrics.message("assistant");
    app.activity.count(chat, Counted::AssistantAnswers, now);
    app.bus.publish(&topic(conversation), Event::MessageAppended);
    app.drafts.remove(claim);
    Ok(())
}

/// Writes down that a reply failed. One that was only interrupted is left for another node, or for this one when it is back.
async fn fail(app: &App, claim: &Claim<'_>, error: ReplyError) -> Result<(), ReplyError> {
    let Claim { reply, conversation, .. } = claim;
    app.drafts.remove(claim);
    if app.assistant.is_model() && error.is_of_the_model() {
        app.assistant.health.failed(app.clock.now(), &error.to_string());
    }
    if matches!(error, ReplyError::Lost) {
        return Err(error);
    }
    let to =
        if matches!(error, ReplyError::Ending) { ReplyState::Waiting } else { ReplyState::Failed };
    let running = ReplyState::Running { claimed_until: app.clock.now() };
    let mut tx = app.store.write(Scope::Visitor(&reply.chat_id, &conversation.visitor_id)).await?;
    let mine = is_held(&mut tx, claim).await? && tx.move_reply(reply, running, to).await?;
    tx.commit().await?;
    if mine && to == ReplyState::Failed {
        app.bus.publish(&topic(conversation), Event::ReplyFailed { reply: reply.id.clone() });
    }
    Err(error)
}

fn topic(conversation: &Conversation) -> Topic {
    Topic::Visitor(conversation.chat_id.clone(), conversation.visitor_id.clone())
}

#[cfg(test)]
mod tests {
    use domain::chat::Platform;
    use domain::visitor::VisitorToken;

    use super::*;
    use crate::app::add_chat::{NewChat, add_chat};
    use crate::app::secret_key::SecretKey;
    use crate::app::send_message::{NewMessage, send_message};
    use crate::app::visit;
    use crate::assistant::Assistant;
    use crate::clock::Clock;
    use crate::config::Config;

    #[derive(clap::Parser)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    fn message(client_id: &str, text: &str) -> NewMessage {
        NewMessage {
            client_id: client_id.parse().unwrap(),
            text: text.parse().unwrap(),
            only_verified: false,
            address: [192, 0, 2, 1].into(),
        }
    }

    /// A service whose assistant gives these answers, without HTTP.
    async fn app(folder: &std::path::Path, answers: Vec<Vec<Piece>>) -> Arc<App> {
        let url = format!("sqlite:{}/test.db", folder.display());
        let store = store::Store::open(&url, store::Migration::Apply).await.unwrap();
        let config = <Flags as clap::Parser>::parse_from(["test"]).config;
        let mut app = App::new(store, config, SecretKey::random().unwrap(), Clock::default());
        Arc::get_mut(&mut app).unwrap().assistant = Assistant::script(answers);
        app
    }

    #[tokio::test]
    async fn a_reply_that_fails_says_so_and_can_be_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let say = |text: &str| Piece::Text(text.to_owned());
        let huge = say(&"é".repeat(20_000));
        let answers = vec![vec![say(" ")], vec![say("Hello"), say(" there")], vec![huge]];
        let app = app(folder.path(), answers).await;
        let new = NewChat {
            account: "default".parse().unwrap(),
            name: "Tea shop".parse().unwrap(),
            platform: Platform::Custom,
        };
        let chat = add_chat(&app, new).await.unwrap();
        let known = visit::chat(&app, chat.widget_token.as_str(), None).await.unwrap();
        let token = VisitorToken::generate(app.clock.now());
        let visitor = visit::visitor(&app, known, Some(token.reveal())).await.unwrap();
        let mut heard = app.bus.subscribe(Topic::Visitor(chat.id.clone(), visitor.id.clone()));
        send_message(&app, &visitor, message("1", "Hi")).await.unwrap();
        let failed = loop {
            if let Heard::Event(Event::ReplyFailed { reply }) = heard.next().await {
                break reply;
            }
        };
        assert_eq!(app.drafts.of(&chat.id, &visitor.id), []);
        let reply = visit::reply(&app, &visitor, &failed).await.unwrap().unwrap();
        assert!(retry(&app, &visitor.id, reply.clone()).await.unwrap());
        assert!(!retry(&app, &visitor.id, reply).await.unwrap());
        // The answers are taken in turn: the second reply begins when the first has its own.
        while !matches!(heard.next().await, Heard::Event(Event::MessageAppended)) {}
        send_message(&app, &visitor, message("2", "Again")).await.unwrap();
        app.tasks.close();
        app.tasks.wait().await;
        let thread = visit::current_thread(&app, &visitor).await.unwrap().unwrap();
        let of = |id: &MessageId| thread.messages.iter().find(|message| message.id == *id);
        assert_eq!(of(&failed).unwrap().text.as_str(), "Hello there");
        // What is too long is cut, and ends there.
        let longest = thread.messages.iter().map(|message| message.text.as_str().len()).max();
        assert_eq!(longest, Some(MessageText::MAX_REPLY_BYTES));
    }
}
