//! An operator tries the assistant, as a visitor or as one of the chat's customers. It answers as it would in a conversation, and its tools
//! look where they would look; but nothing is kept of it, nobody is counted, and no person is called.

use std::sync::Arc;

use domain::chat::Chat;
use domain::conversation::{Attention, Author, Conversation, Message, MessageText};
use domain::id::{ConversationId, LeadId, MessageId, OperatorId, VisitorId};
use domain::lead::Lead;
use domain::record::{Entry, EntryKind};
use domain::settings::SettingError;
use futures_util::StreamExt;
use serde_json::{Map, Value, json};
use store::{Scope, StoreError};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use crate::app::App;
use crate::app::change_settings::place;
use crate::app::escalate::is_mailed;
use crate::app::limits::TooMany;
use crate::app::look_up_order::access;
use crate::app::reply::{FIRST_WORD, MOST_CALLS, MOST_ROUNDS, WHOLE, append, of_chat};
use crate::app::search_knowledge::has_knowledge;
use crate::app::tools::{self, Asker};
use crate::assistant::links::Filter;
use crate::assistant::model::Turn;
use crate::assistant::tools::{Tool, told};
use crate::assistant::{Answered, OrderAccess, Piece, Prompt, ToolAnswer, ToolCall};

/// The most messages that one try may have.
pub const MOST_MESSAGES: usize = 40;
/// Events that wait for whoever reads them.
const ROOM: usize = 64;
/// Which settings may be tried without being saved.
const TRIED: &str = "assistant.";

/// What is tried.
#[derive(Debug)]
pub struct Trial {
    /// What was said, in order; the last message is a visitor's.
    pub said: Vec<Said>,
    /// The customer who is taken for verified; nobody where there is none.
    pub customer: Option<LeadId>,
    /// Settings named `assistant.…` that are tried in place of the saved ones.
    pub settings: Map<String, Value>,
}

/// A message.
#[derive(Debug, Clone)]
pub enum Said {
    /// By whom the assistant talks to.
    Visitor(MessageText),
    /// By the assistant.
    Assistant(MessageText),
}

/// What goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A piece of the answer.
    Piece(String),
    /// A tool is called.
    Called {
        /// The call, as the assistant made it.
        call: ToolCall,
        /// What the service sends beside it, which the assistant has no say in.
        filled: Map<String, Value>,
    },
    /// What came of it, as a model is told.
    CameBack(Value),
    /// The answer is whole.
    Done(MessageText),
    /// There is no answer.
    Failed(String),
}

/// Why nothing is tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// Nothing to answer, or too much.
    #[error("messages must be 1 to {MOST_MESSAGES}, the last of them a visitor's")]
    Messages,
    /// A setting of something else.
    #[error("settings may only be those named assistant.…")]
    NotTried,
    /// A value that does not fit.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an answer came to nothing.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("the assistant took too long")]
    TooSlow,
    #[error("the assistant said nothing")]
    Empty,
    #[error("the assistant called tools more than {MOST_ROUNDS} times")]
    TooManyRounds,
    #[error("nobody listens any more")]
    Gone,
    #[error(transparent)]
    Model(#[from] crate::assistant::model::ModelError),
}

/// Has the assistant answer, and tells piece by piece what it says and does. Whoever drops what this answers ends it.
///
/// # Errors
/// [`TrialError`], before anything is tried.
pub async fn test_assistant(
    app: &Arc<App>,
    mut chat: Chat,
    trial: Trial,
    operator: &OperatorId,
) -> Result<Receiver<Told>, TrialError> {
    let is_first = trial.said.len() == 1;
    if trial.said.len() > MOST_MESSAGES || !matches!(trial.said.last(), Some(Said::Visitor(_))) {
        return Err(TrialError::Messages);
    }
    for (name, value) in trial.settings {
        if !name.starts_with(TRIED) {
            return Err(TrialError::NotTried);
        }
        chat.settings
            .set(&name, value, |secret| app.secret_key.seal(&place(&chat.id, &name), secret))?;
    }
    app.limits.assistant_test(&chat.id).await?;
    let mut tx = app.store.read().await?;
    let customer = match &trial.customer {
        Some(id) => Some(tx.lead(&chat.id, id).await?.ok_or(TrialError::CustomerUnknown)?),
        None => None,
    };
    let knowledge = has_knowledge(&mut tx, &chat.id).await?;
    drop(tx);
    if let Some(customer) = customer.as_ref().filter(|_| is_first) {
        record(app, &chat, customer, operator).await?;
    }
    let prompt = Prompt {
        messages: messages(app, trial.said, customer.is_some()),
        knowledge,
        ..of_chat(&chat, customer)
    };
    let (told, receiver) = mpsc::channel(ROOM);
    let conversation = nobodys(app, &chat);
    let talk = Talk { app: app.clone(), chat, conversation, told, begun: Instant::now() };
    app.tasks.spawn(talk.run(prompt));
    Ok(receiver)
}

/// That somebody looked at the shop with a customer's eyes is in the customer's timeline.
async fn record(
    app: &App,
    chat: &Chat,
    customer: &Lead,
    operator: &OperatorId,
) -> Result<(), StoreError> {
    let entry = Entry::new(chat.id.clone(), EntryKind::AssistantTried, app.clock.now());
    let mut tx = app.store.write(Scope::Chat(&chat.id)).await?;
    tx.append_record(&entry.about_customer(&customer.id).by(Some(operator))).await?;
    tx.commit().await
}

fn messages(app: &App, said: Vec<Said>, verified: bool) -> Vec<Message> {
    let now = app.clock.now();
    let message = |(seq, said)| {
        let (author, text) = match said {
            Said::Visitor(text) => (Author::Visitor, text),
            Said::Assistant(text) => (Author::Assistant, text),
        };
        Message { id: MessageId::new(now), seq, author, text, verified, sent_at: now }
    };
    (1..).zip(said).map(message).collect()
}

/// A conversation that is kept nowhere.
fn nobodys(app: &App, chat: &Chat) -> Conversation {
    let now = app.clock.now();
    Conversation {
        chat_id: chat.id.clone(),
        id: ConversationId::new(now),
        visitor_id: VisitorId::new(now),
        lead_id: None,
        last_seq: 0,
        preview: String::new(),
        created_at: now,
        last_message_at: now,
        joined: None,
        attention: Attention::default(),
        read_seq: 0,
        delivered_seq: 0,
        seen_seq: None,
    }
}

/// An answer that is being tried.
struct Talk {
    app: Arc<App>,
    chat: Chat,
    conversation: Conversation,
    told: Sender<Told>,
    begun: Instant,
}

/// What the assistant wants before it goes on.
#[derive(Default)]
struct Round {
    calls: Vec<ToolCall>,
    turn: Option<Turn>,
    is_full: bool,
}

impl Talk {
    async fn run(self, prompt: Prompt) {
        let app = self.app.clone();
        let outcome = tokio::select! {
            outcome = Box::pin(self.answer(prompt)) => outcome,
            () = self.told.closed() => return,
            () = app.shutdown.cancelled() => return,
        };
        let last = match outcome {
            Ok(text) => Told::Done(MessageText::from_reply(&text)),
            Err(problem) => {
                if app.assistant.is_model() && matches!(problem, Problem::Model(_)) {
                    app.assistant.health.failed(app.clock.now(), &problem.to_string());
                }
                Told::Failed(problem.to_string())
            }
        };
        let _ = self.told.send(last).await;
    }

    async fn answer(&self, mut prompt: Prompt) -> Result<String, Problem> {
        let mut text = String::new();
        for round in 0.. {
            let Round { calls, turn, is_full } = self.round(&prompt, &mut text).await?;
            if calls.is_empty() || is_full {
                break;
            }
            if round == MOST_ROUNDS {
                return Err(Problem::TooManyRounds);
            }
            prompt.turns.extend(turn.map(|turn| turn.with_made(calls.len())));
            for call in calls {
                let answer = self.in_time(&text, self.call(&prompt, &call)).await??;
                prompt.answers.push(Answered { call, answer });
            }
        }
        if text.trim().is_empty() { Err(Problem::Empty) } else { Ok(text) }
    }

    /// Takes what the assistant says to `prompt` until it ends, as in a conversation.
    async fn round(&self, prompt: &Prompt, text: &mut String) -> Result<Round, Problem> {
        let assistant = &self.app.assistant;
        let (asked, before) = (Instant::now(), text.len());
        let mut answer = assistant.answer(prompt);
        let mut links = assistant.is_model().then(|| (Filter::default(), prompt.allowed_links()));
        let mut round = Round::default();
        let mut first_word = None;
        while let Some(piece) = self.in_time(text, answer.next()).await? {
            match piece? {
                Piece::Text(piece) => {
                    first_word.get_or_insert_with(|| asked.elapsed());
                    let shown = match &mut links {
                        Some((filter, allowed)) => filter.push(allowed, &piece),
                        None => piece,
                    };
                    round.is_full = self.say(text, before, &shown).await?;
                }
                Piece::Call(call) if round.calls.len() < MOST_CALLS => round.calls.push(call),
                Piece::Call(_) => {}
                Piece::Turn(turn) => round.turn = Some(turn),
            }
            if round.is_full {
                return Ok(round);
            }
        }
        if let Some((filter, allowed)) = &mut links {
            assistant.health.succeeded(self.app.clock.now(), first_word);
            let rest = filter.end(allowed);
            round.is_full = self.say(text, before, &rest).await?;
        }
        Ok(round)
    }

    /// What comes of `work`, unless it takes longer than in a conversation.
    async fn in_time<T>(&self, text: &str, work: impl Future<Output = T>) -> Result<T, Problem> {
        let patience = if text.is_empty() { FIRST_WORD } else { WHOLE };
        timeout_at(self.begun + patience, work).await.map_err(|_| Problem::TooSlow)
    }

    /// Answers whether no more fits.
    async fn say(&self, text: &mut String, before: usize, piece: &str) -> Result<bool, Problem> {
        if piece.is_empty() {
            return Ok(false);
        }
        let (fits, is_full) = append(text, before, piece);
        self.tell(Told::Piece(fits.as_str().to_owned())).await?;
        Ok(is_full)
    }

    async fn call(&self, prompt: &Prompt, call: &ToolCall) -> Result<ToolAnswer, Problem> {
        let customer = prompt.customer.as_ref();
        let tool = Tool::named(&call.name);
        let filled = filled(&self.chat, tool, customer);
        self.tell(Told::Called { call: call.clone(), filled }).await?;
        let answer = if tool == Some(Tool::HandOver) {
            self.hand_over().await
        } else {
            let Self { chat, conversation, .. } = self;
            let asker = Asker { chat, conversation, customer, said: &prompt.messages };
            tools::call(&self.app, &asker, call).await
        };
        self.tell(Told::CameBack(told(&answer))).await?;
        Ok(answer)
    }

    /// What would come of asking for a person; nobody is asked.
    async fn hand_over(&self) -> ToolAnswer {
        let mailed = async {
            let mut tx = self.app.store.read().await?;
            is_mailed(&self.app, &mut tx, &self.chat).await
        };
        match mailed.await {
            Ok(mailed) => ToolAnswer::HandedOver { again: false, mailed },
            Err(_) => ToolAnswer::NobodyAsked,
        }
    }

    async fn tell(&self, told: Told) -> Result<(), Problem> {
        self.told.send(told).await.map_err(|_| Problem::Gone)
    }
}

/// What the service sends with a call, whatever the assistant says.
fn filled(chat: &Chat, tool: Option<Tool>, customer: Option<&Lead>) -> Map<String, Value> {
    let mut filled = Map::new();
    if tool == Some(Tool::LookUpOrder)
        && access(&chat.settings.order_tracking, customer) == OrderAccess::Verified
        && let Some(customer) = customer
    {
        filled.insert("customer_email".to_owned(), json!(customer.email.signed()));
    }
    filled
}
