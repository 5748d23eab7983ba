//! The assistant behind one interface: a prompt in, a stream of text out.

mod built_in;

use std::time::Duration;

use domain::conversation::Message;
use domain::lead::Lead;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

/// What the assistant is asked.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The chat's name.
    pub chat_name: String,
    /// The customer that the visitor is verified to be; nobody's word but the shop's.
    pub customer: Option<Lead>,
    /// What was said, in order; the last message is to be answered.
    pub messages: Vec<Message>,
}

/// Writes replies.
#[derive(Debug)]
pub struct Assistant(Kind);

#[derive(Debug)]
enum Kind {
    BuiltIn,
    #[cfg(test)]
    Script(std::sync::Mutex<std::collections::VecDeque<Vec<&'static str>>>),
}

/// How long the built-in assistant takes over a word: a stream that can be watched, and no waiting.
const A_WORD: Duration = Duration::from_millis(12);

impl Assistant {
    /// The one that needs no model and no network.
    #[must_use]
    pub const fn built_in() -> Self {
        Self(Kind::BuiltIn)
    }

    /// One that gives these answers in turn, each in pieces; for tests.
    #[cfg(test)]
    pub(crate) fn script(answers: impl IntoIterator<Item = Vec<&'static str>>) -> Self {
        Self(Kind::Script(std::sync::Mutex::new(answers.into_iter().collect())))
    }

    /// The answer to a prompt, piece by piece.
    #[must_use]
    pub fn answer(&self, prompt: &Prompt) -> BoxStream<'static, String> {
        match &self.0 {
            Kind::BuiltIn => {
                let words: Vec<String> =
                    built_in::answer(prompt).split_inclusive(' ').map(str::to_owned).collect();
                stream::iter(words)
                    .then(|word| async {
                        tokio::time::sleep(A_WORD).await;
                        word
                    })
                    .boxed()
            }
            #[cfg(test)]
            Kind::Script(answers) => {
                let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let next = answers.pop_front().unwrap_or_default();
                stream::iter(next).map(str::to_owned).boxed()
            }
        }
    }
}
