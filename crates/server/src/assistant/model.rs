//! Language models behind the assistant's interface, by `rig-core`: `OpenAI` and whatever speaks its chat completions,
//! Anthropic, Gemini.
//! Only what is read and retried, and when it is given up, is ours.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use rig_core::DynModel;
use rig_core::completion::{CompletionRequest, ToolDefinition};
use rig_core::error::ProviderError;
use rig_core::http_client::{self, DynHttpClient};
use rig_core::message::{AssistantMessage, Message, ToolName, ToolResult, ToolResultContent};
use rig_core::operation::Completion;
use rig_core::providers::openai::Route;
use rig_core::providers::openai::wire::Auth;
use rig_core::providers::registry::{Format, ProviderConfig, ProviderId};
use rig_core::streaming::{CompletionStream, Item, StreamEvent};

use crate::assistant::prompt::{Speaker, briefing};
use crate::assistant::tools::{offered, told};
use crate::assistant::transport::{Transport, TransportError};
use crate::assistant::{Piece, Prompt, ToolAnswer, ToolCall};
use crate::config::{AssistantConfig, AssistantProvider};

/// How often a model is asked again that failed before its first word.
pub const MOST_TRIES: usize = 3;
/// How long is waited before that; then twice as long.
const PAUSE: Duration = Duration::from_millis(400);
/// The longest wait that a model may ask for: somebody is waiting for the answer.
const MOST_PATIENCE: Duration = Duration::from_secs(15);
/// The most tokens that a model may write at a time, its thoughts included. What is shown has 16 KiB at most.
const MOST_TOKENS: u64 = 8_192;
/// The most bytes of what a model says, thinks and calls in one turn that goes on with what came of the calls, as JSON.
const MOST_TURN: usize = 512 * 1024;
/// The same where it is only tried.
const TRIED: u64 = 64;

/// A model.
#[derive(Debug)]
pub struct Model(DynModel<Completion>);

/// What a model wants to be reminded of: what it said and called, with what only its provider understands.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    message: AssistantMessage,
    /// How many of its calls were made; the rest are refused.
    made: usize,
}

/// Why a model did not answer. Nothing of what it sent, or was sent, is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The call itself failed.
    #[error("the model cannot be asked: {0}")]
    Call(&'static str),
    /// 401 or 403.
    #[error("the model refuses the key ({0})")]
    Key(u16),
    /// 404.
    #[error(
        "there is no such model or address (404): see ZIPCHAT_ASSISTANT_MODEL and ZIPCHAT_ASSISTANT_URL"
    )]
    Unknown,
    /// 429.
    #[error("the model is asked too often, or its account is used up (429)")]
    TooOften,
    /// Another status.
    #[error("the model answers with status {0}")]
    Status(u16),
    /// It sends too much.
    #[error("the model {0}")]
    TooMuch(&'static str),
    /// It stopped before the end.
    #[error("the model's answer broke off")]
    BrokenOff,
    /// Something else than an answer.
    #[error("the model's answer cannot be read")]
    Unreadable,
}

impl ModelError {
    /// What the operator can do.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::Call(_) => {
                "see that ZIPCHAT_ASSISTANT_URL is right and can be reached from this machine, proxies and certificates included"
            }
            Self::Key(_) => {
                "set ZIPCHAT_ASSISTANT_KEY to a key of that provider which may use the model"
            }
            Self::Unknown => {
                "set ZIPCHAT_ASSISTANT_MODEL to a name that the provider lists, and ZIPCHAT_ASSISTANT_URL to the base of its API, /v1 included"
            }
            Self::TooOften => "see the limits and the balance of the account with the provider",
            Self::Status(400 | 422) => {
                "see that the model takes chat completions, streams, and is named as the provider names it"
            }
            Self::Status(_) | Self::BrokenOff => "see how the provider does, and try again",
            Self::TooMuch(_) | Self::Unreadable => {
                "see that ZIPCHAT_ASSISTANT_PROVIDER is the protocol that the address speaks, and that its base ends with /v1"
            }
        }
    }
}

impl Model {
    /// The model that the operator set, if it is one.
    #[must_use]
    pub fn new(config: &AssistantConfig) -> Option<Self> {
        let AssistantProvider::Model(id) = &config.assistant_provider else { return None };
        let key = config.key().unwrap_or_default();
        let mut provider = id.id()?.config(key)?;
        if let Some(url) = config.url() {
            let base = base(&provider, url);
            provider = provider.with_base_url(base);
        }
        let model = config.model().unwrap_or_default();
        let http = DynHttpClient::new(Transport::new());
        Some(Self(match provider {
            ProviderConfig::OpenAi(mut provider) => {
                if key.is_empty() && provider.auth == Auth::Bearer {
                    provider.auth = Auth::OptionalBearer;
                }
                provider.with_route(Route::Chat).connect(http).completion(model).erase()
            }
            ProviderConfig::Anthropic(provider) => provider.connect(http).completion(model).erase(),
            ProviderConfig::Gemini(provider) => provider.connect(http).completion(model).erase(),
        }))
    }

    /// Asks it something short, and waits for its first word.
    ///
    /// # Errors
    /// [`ModelError`].
    pub async fn try_out(&self) -> Result<(), ModelError> {
        let request = CompletionRequest::from(vec![Message::user("Say OK.")]);
        let mut answer = self.stream(request.max_tokens(TRIED).accept_unknown_finish_reasons(true));
        // A model that only thinks in so few tokens ends without a word, and works.
        answer.next().await.transpose().map(drop)
    }

    /// The answer to a prompt, piece by piece. Dropped, it ends the call.
    pub(super) fn answer(&self, prompt: &Prompt) -> BoxStream<'static, Result<Piece, ModelError>> {
        self.stream(request(prompt))
    }

    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<Piece, ModelError>> {
        let answering = Answering {
            model: self.0.clone(),
            request,
            stream: None,
            tries: 0,
            has_spoken: false,
            has_ended: false,
            pieces: VecDeque::new(),
        };
        stream::unfold(answering, |mut answering| async {
            answering.next().await.map(|piece| (piece, answering))
        })
        .boxed()
    }
}

impl Turn {
    /// With so many of its calls made.
    #[must_use]
    pub fn with_made(self, made: usize) -> Self {
        Self { made, ..self }
    }
}

/// The base as the library has it: of some providers, `/v1` is in the paths.
fn base<'a>(provider: &ProviderConfig, url: &'a str) -> &'a str {
    match provider {
        ProviderConfig::OpenAi(it) if it.dialect.quirks.completion_path.starts_with("/v1/") => {
            url.strip_suffix("/v1").unwrap_or(url)
        }
        _ => url,
    }
}

fn request(prompt: &Prompt) -> CompletionRequest {
    let briefing = briefing(prompt);
    let said = briefing.said.into_iter().map(|said| match said.by {
        Speaker::Visitor => Message::user(said.text),
        Speaker::Shop => Message::assistant(said.text),
    });
    let mut messages: Vec<Message> =
        std::iter::once(Message::system(briefing.rules)).chain(said).collect();
    let mut answers = prompt.answers.iter();
    for turn in &prompt.turns {
        messages.push(Message::Assistant(turn.message.clone()));
        messages.push(Message::tool_results(results(turn, &mut answers)));
    }
    let tools = offered(prompt).into_iter().filter_map(|offer| {
        let name = ToolName::new(offer.tool.name()).ok()?;
        Some(ToolDefinition {
            name,
            description: offer.description.to_owned(),
            parameters: offer.arguments,
        })
    });
    CompletionRequest::from(messages)
        .tools(tools.collect())
        .max_tokens(MOST_TOKENS)
        .accept_unknown_finish_reasons(true)
}

/// What came of the calls of a turn: each has its answer, or the model would not go on.
fn results<'a>(
    turn: &Turn,
    answers: &mut impl Iterator<Item = &'a crate::assistant::Answered>,
) -> Vec<ToolResult> {
    let too_many = ToolAnswer::Refused("too many calls at once");
    let calls = turn.message.tool_calls().enumerate();
    calls
        .map(|(at, call)| {
            let made = if at < turn.made { answers.next() } else { None };
            let answer = made.map_or(&too_many, |answered| &answered.answer);
            call.result(vec![ToolResultContent::text(told(answer).to_string())])
        })
        .collect()
}

/// An answer on its way.
struct Answering {
    model: DynModel<Completion>,
    request: CompletionRequest,
    stream: Option<CompletionStream>,
    tries: usize,
    /// Whether anybody has seen something of it: then it cannot begin again.
    has_spoken: bool,
    has_ended: bool,
    pieces: VecDeque<Piece>,
}

impl Answering {
    async fn next(&mut self) -> Option<Result<Piece, ModelError>> {
        loop {
            if let Some(piece) = self.pieces.pop_front() {
                return Some(Ok(piece));
            }
            if self.has_ended {
                return None;
            }
            match self.step().await {
                Ok(Some(text)) => return Some(Ok(Piece::Text(text))),
                Ok(None) => {}
                Err(error) => {
                    self.stream = None;
                    let Some(pause) = self.pause(&error) else {
                        self.has_ended = true;
                        return Some(Err(classify(&error)));
                    };
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// What the model says next, if it says something.
    async fn step(&mut self) -> Result<Option<String>, ProviderError> {
        let stream = if let Some(stream) = &mut self.stream {
            stream
        } else {
            self.tries += 1;
            self.stream.insert(self.model.stream(self.request.clone())?)
        };
        match stream.next().await.transpose()? {
            Some(Item::Event(StreamEvent::Text { text, .. })) if !text.is_empty() => {
                self.has_spoken = true;
                return Ok(Some(text));
            }
            Some(_) => {}
            None => self.end().await?,
        }
        Ok(None)
    }

    /// The model has ended: what it calls, if it does.
    async fn end(&mut self) -> Result<(), ProviderError> {
        let Some(stream) = self.stream.take() else { return Ok(()) };
        let response = stream.finish().await?;
        self.has_ended = true;
        let calls: Vec<Piece> = response
            .tool_calls()
            .map(|call| {
                Piece::Call(ToolCall {
                    name: call.function.name.as_str().to_owned(),
                    arguments: call
                        .function
                        .invalid_arguments
                        .clone()
                        .unwrap_or_else(|| call.function.arguments_value().to_string()),
                })
            })
            .collect();
        if !calls.is_empty() {
            // It goes back with each call of the model that follows.
            let size = serde_json::to_string(&response.choice).map_or(usize::MAX, |it| it.len());
            if size > MOST_TURN {
                return Err(too_much());
            }
            let message = response.continued(response.choice.clone());
            self.pieces.extend(calls);
            self.pieces.push_back(Piece::Turn(Turn { message, made: 0 }));
        }
        Ok(())
    }

    /// How long to wait before the model is asked again; `None` where it is not.
    fn pause(&self, error: &ProviderError) -> Option<Duration> {
        let again = !self.has_spoken && self.tries < MOST_TRIES && error.is_retryable();
        if !again || classify(error) == ModelError::TooMuch(TOO_MUCH) {
            return None;
        }
        let wanted = error.provider_response().and_then(|response| {
            let header = response.headers.as_ref()?.get("retry-after")?;
            header.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
        });
        let pause = wanted.unwrap_or(PAUSE * 2_u32.pow(u32::try_from(self.tries).unwrap_or(1) - 1));
        (pause <= MOST_PATIENCE).then_some(pause)
    }
}

/// A turn that is too long to be told again.
fn too_much() -> ProviderError {
    ProviderError::from_transport_error(http_client::Error::instance(TransportError::TooMuch))
}

const TOO_MUCH: &str = "sends more than is read";

fn classify(error: &ProviderError) -> ModelError {
    if let ProviderError::Http(error) = error {
        return match &**error {
            http_client::Error::Instance(error) => match error.downcast_ref::<TransportError>() {
                Some(TransportError::TooMuch) => ModelError::TooMuch(TOO_MUCH),
                Some(TransportError::BrokenOff) => ModelError::BrokenOff,
                Some(TransportError::NoConnection) => ModelError::Call("it cannot be reached"),
                Some(TransportError::NoTls) => ModelError::Call("TLS cannot be used here"),
                Some(TransportError::Address) | None => {
                    ModelError::Call("its address cannot be called")
                }
            },
            http_client::Error::InvalidHeaderValue(_) => ModelError::Call("the key cannot be sent"),
            _ => ModelError::Unreadable,
        };
    }
    if matches!(error, ProviderError::Truncated) {
        return ModelError::BrokenOff;
    }
    match error.provider_response_status().map(|status| status.as_u16()) {
        Some(status @ (401 | 403)) => ModelError::Key(status),
        Some(404) => ModelError::Unknown,
        Some(429) => ModelError::TooOften,
        Some(status) => ModelError::Status(status),
        None => ModelError::Unreadable,
    }
}

/// A provider of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderName {
    vendor: &'static str,
    format: Format,
}

/// Not to be had with a key alone.
const NOT_HERE: [&str; 3] = ["chatgpt", "copilot", "azure"];

impl ProviderName {
    /// The provider of that name: `openai`, `anthropic`, …, or with the protocol where it has several, `deepseek/anthropic`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let id = match name.split_once('/') {
            Some(_) => ProviderId::resolve(name).ok()?,
            None => ProviderId::vendor_selections(name).next()?,
        };
        let format = id.format().filter(|_| !NOT_HERE.contains(&id.vendor()))?;
        Some(Self { vendor: id.vendor(), format })
    }

    /// The names of all.
    #[must_use]
    pub fn all() -> Vec<&'static str> {
        let names = ProviderId::all().map(|id| id.vendor());
        let mut names: Vec<&str> = names.filter(|name| !NOT_HERE.contains(name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.vendor
    }

    /// Whether it is of no use without a key.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.vendor != "ollama" && self.id().is_some_and(|id| id.requires_credential())
    }

    /// Where it is, unless the operator says otherwise.
    #[must_use]
    pub fn address(&self) -> String {
        self.id()
            .and_then(|id| id.config(""))
            .map_or_else(String::new, |it| it.base_url().to_owned())
    }

    fn id(&self) -> Option<ProviderId> {
        ProviderId::new(self.vendor, self.format)
    }
}
