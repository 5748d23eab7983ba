//! The assistant behind one interface: a prompt in, a stream of text and calls of tools out. It has no authority: what a call of a
//! tool may see is decided where the tool is.

mod built_in;
pub(crate) mod reading;
pub mod tools;

use std::time::Duration;

use domain::conversation::Message;
use domain::lead::Lead;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::app::orders::Order;

/// What the assistant is asked.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The chat's name.
    pub chat_name: String,
    /// The customer that the visitor is verified to be; nobody's word but the shop's.
    pub customer: Option<Lead>,
    /// What was said, in order; the last message is to be answered.
    pub messages: Vec<Message>,
    /// Whose orders can be looked up.
    pub orders: OrderAccess,
    /// What an order number looks like, as the merchant says.
    pub order_number_example: Option<String>,
    /// The calls of this reply so far, with what came of them.
    pub answers: Vec<Answered>,
}

/// Whose orders the assistant may have looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderAccess {
    /// Nobody's: the merchant has not set it up.
    None,
    /// Only those of customers who are signed in, and this visitor is not.
    SignIn,
    /// The verified customer's, by number.
    Verified,
    /// An unverified visitor's, by number and email, both of them typed in the conversation.
    ByEmail,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Markdown.
    Text(String),
    /// Asks for a tool. What comes of it is in the next prompt.
    Call(ToolCall),
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
pub struct Assistant(Kind);

#[derive(Debug)]
enum Kind {
    BuiltIn,
    #[cfg(test)]
    Script(std::sync::Mutex<std::collections::VecDeque<Vec<Piece>>>),
}

/// How long the built-in assistant takes over a piece: a stream that can be watched, and no waiting.
const A_PIECE: Duration = Duration::from_millis(12);
/// How many pieces it makes of a text, about: a long one is not to take longer.
const PIECES: usize = 150;

impl Assistant {
    /// The one that needs no model and no network.
    #[must_use]
    pub const fn built_in() -> Self {
        Self(Kind::BuiltIn)
    }

    /// One that gives these answers in turn, each in pieces; for tests.
    #[cfg(test)]
    pub(crate) fn script(answers: impl IntoIterator<Item = Vec<Piece>>) -> Self {
        Self(Kind::Script(std::sync::Mutex::new(answers.into_iter().collect())))
    }

    /// The answer to a prompt, piece by piece.
    #[must_use]
    pub fn answer(&self, prompt: &Prompt) -> BoxStream<'static, Piece> {
        match &self.0 {
            Kind::BuiltIn => match built_in::answer(prompt) {
                Piece::Text(text) => stream::iter(words(&text))
                    .then(|text| async {
                        tokio::time::sleep(A_PIECE).await;
                        Piece::Text(text)
                    })
                    .boxed(),
                call @ Piece::Call(_) => stream::iter([call]).boxed(),
            },
            #[cfg(test)]
            Kind::Script(answers) => {
                let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                stream::iter(answers.pop_front().unwrap_or_default()).boxed()
            }
        }
    }
}

/// A text word by word, or where it is long, some words at a time.
fn words(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    words.chunks(words.len() / PIECES + 1).map(<[&str]>::concat).collect()
}
