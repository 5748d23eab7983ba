//! The assistant behind one interface: a prompt in, a stream of text and calls of tools out. It has no authority: what a call of a
//! tool may see is decided where the tool is.

mod built_in;
pub mod health;
pub mod links;
pub mod model;
pub mod prompt;
pub(crate) mod reading;
pub mod tools;
mod transport;

use std::time::Duration;

use domain::conversation::{Author, Message};
use domain::lead::Lead;
use domain::profile::TypedLead;
use domain::settings::AssistantSettings;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::app::orders::Order;
use crate::app::search_knowledge::Excerpt;
use crate::assistant::health::Health;
use crate::assistant::links::Allowed;
use crate::assistant::model::{Model, ModelError, Turn};
use crate::config::AssistantConfig;

/// What the assistant is asked.
#[derive(Debug, Clone, Default)]
pub struct Prompt {
    /// The chat's name.
    pub chat_name: String,
    /// The customer that the visitor is verified to be; nobody's word but the shop's.
    pub customer: Option<Lead>,
    /// Who a visitor that is not verified says it is, in the lead form: it may be anybody.
    pub claimed: Option<TypedLead>,
    /// What was said, in order; the last message is to be answered.
    pub messages: Vec<Message>,
    /// Whose orders can be looked up.
    pub orders: OrderAccess,
    /// What an order number looks like, as the merchant says.
    pub order_number_example: Option<String>,
    /// Whether there is anything to read up.
    pub knowledge: bool,
    /// The calls of this reply so far, with what came of them.
    pub answers: Vec<Answered>,
    /// What the merchant tells a model, and lets it see and link to.
    pub settings: AssistantSettings,
    /// The chat's own websites, as origins.
    pub websites: Vec<String>,
    /// What a model wants to be reminded of from this reply, one for each time that it called tools.
    pub turns: Vec<Turn>,
}

impl Prompt {
    /// Where links in the reply may lead.
    #[must_use]
    pub fn allowed_links(&self) -> Allowed {
        let mut allowed = Allowed::new(&self.settings.allowed_links, &self.websites);
        for answered in &self.answers {
            allowed.give(&answered.answer);
        }
        // What the shop has said before may be said again; what the visitor has may not.
        for message in self.messages.iter().filter(|message| message.author != Author::Visitor) {
            allowed.give_again(message.text.as_str());
        }
        allowed
    }
}

/// Whose orders the assistant may have looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderAccess {
    /// Nobody's: the merchant has not set it up.
    #[default]
    None,
    /// Only those of customers who are signed in, and this visitor is not.
    SignIn,
    /// The verified customer's, by number.
    Verified,
    /// An unverified visitor's, by number and email, both of them typed in the conversation.
    ByEmail,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Markdown.
    Text(String),
    /// Asks for a tool. What comes of it is in the next prompt.
    Call(ToolCall),
    /// What is to be in the next prompt beside that. Nothing comes after it.
    Turn(Turn),
}

/// A call of a tool, as an assistant made it: nothing about it is to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The tool.
    pub name: String,
    /// JSON, it should be.
    pub arguments: String,
}

/// A call, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The call.
    pub call: ToolCall,
    /// What came of it.
    pub answer: ToolAnswer,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolAnswer {
    /// The order that was asked for.
    Order(Order),
    /// No such order, or not this customer's: nobody learns which.
    NoOrder,
    /// The merchant says what is wrong with the number, in plain text.
    Unfit(String),
    /// What there is to read up about the question, the best first; none where there is nothing.
    Excerpts(Vec<Excerpt>),
    /// Nothing can be looked up just now.
    Unavailable,
    /// The visitor must sign in first.
    SignIn,
    /// The visitor guessed too often.
    TooMany,
    /// A person is asked for.
    HandedOver {
        /// Whether one was already.
        again: bool,
        /// Whether people are told by mail; else they see it when they look.
        mailed: bool,
    },
    /// Nobody could be asked just now.
    NobodyAsked,
    /// The call makes no sense; why, for whoever made it.
    Refused(&'static str),
}

/// Writes replies.
#[derive(Debug)]
pub struct Assistant {
    kind: Kind,
    /// How its model does.
    pub health: Health,
}

#[derive(Debug)]
enum Kind {
    BuiltIn,
    Model(Box<Model>),
    #[cfg(test)]
    Script(std::sync::Mutex<std::collections::VecDeque<Vec<Piece>>>),
}

/// How long the built-in assistant takes over a piece: a stream that can be watched, and no waiting.
const A_PIECE: Duration = Duration::from_millis(12);
/// How many pieces it makes of a text, about: a long one is not to take longer.
const PIECES: usize = 150;

impl Assistant {
    /// The one that the operator set.
    #[must_use]
    pub fn new(config: &AssistantConfig) -> Self {
        let kind = Model::new(config).map_or(Kind::BuiltIn, |model| Kind::Model(Box::new(model)));
        Self { kind, health: Health::default() }
    }

    /// One that gives these answers in turn, each in pieces; for tests.
    #[cfg(test)]
    pub(crate) fn script(answers: impl IntoIterator<Item = Vec<Piece>>) -> Self {
        let kind = Kind::Script(std::sync::Mutex::new(answers.into_iter().collect()));
        Self { kind, health: Health::default() }
    }

    /// Whether what it says is a model's, and not to be believed.
    #[must_use]
    pub const fn is_model(&self) -> bool {
        !matches!(self.kind, Kind::BuiltIn)
    }

    /// The answer to a prompt, piece by piece. An error is the last piece.
    #[must_use]
    pub fn answer(&self, prompt: &Prompt) -> BoxStream<'static, Result<Piece, ModelError>> {
        match &self.kind {
            Kind::BuiltIn => match built_in::answer(prompt) {
                Piece::Text(text) => stream::iter(words(&text))
                    .then(|text| async {
                        tokio::time::sleep(A_PIECE).await;
                        Ok(Piece::Text(text))
                    })
                    .boxed(),
                other => stream::iter([Ok(other)]).boxed(),
            },
            Kind::Model(model) => model.answer(prompt),
            #[cfg(test)]
            Kind::Script(answers) => {
                let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                stream::iter(answers.pop_front().unwrap_or_default()).map(Ok).boxed()
            }
        }
    }
}

/// A text word by word, or where it is long, some words at a time.
fn words(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    words.chunks(words.len() / PIECES + 1).map(<[&str]>::concat).collect()
}
