//! The Assistant page's test chat: an answer as it is written, with the tools that are called for it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Response, sse};
use domain::conversation::MessageText;
use domain::id::LeadId;
use domain::markdown;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::test_assistant::{Said, Told, Trial, test_assistant};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::content::Block;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::event_stream::event_stream;
use crate::http::who::ChatAdmin;

/// The most bytes of a body: forty messages.
const MAX_BODY: usize = 512 * 1024;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(try_assistant))
}

/// What the assistant is asked.
#[derive(Deserialize, ToSchema)]
struct TrialBody {
    /// What was said, in order, at most 40; the last is a visitor's.
    messages: Vec<SaidBody>,
    /// As whom: one of the chat's customers, who is taken for verified; or nobody.
    customer_id: Option<String>,
    /// Settings named `assistant.…` in place of the saved ones.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

/// A message.
#[derive(Deserialize, ToSchema)]
struct SaidBody {
    author: SpeakerBody,
    text: String,
}

/// Who said it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SpeakerBody {
    Visitor,
    Assistant,
}

/// A piece of the answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialDelta {
    text: String,
}

/// A tool is called.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialCall {
    name: String,
    /// JSON, it should be.
    arguments: String,
    /// What the service sends beside it, by name.
    #[schema(value_type = Object)]
    filled: Map<String, Value>,
}

/// What came of the call.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialOutcome {
    /// As a model is told.
    #[schema(value_type = Object)]
    answer: Value,
}

/// The whole answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialAnswer {
    text: String,
    content: Vec<Block>,
}

/// There is no answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialFailure {
    reason: String,
}

/// Talks to the assistant as a visitor or as a customer. Nothing is kept, nobody is counted, and no person is called.
#[utoipa::path(post, path = "/chats/{chat_id}/assistant/test", operation_id = "test_assistant", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = TrialBody,
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "events `delta` (TrialDelta), `call` (TrialCall) followed by `outcome` (TrialOutcome), and last `answer` (TrialAnswer) or `failed` (TrialFailure)"),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn try_assistant(
    State(app): State<Arc<App>>,
    ChatAdmin { operator, chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Response, ApiError> {
    let trial = trial(body::json_up_to(body, MAX_BODY).await?)?;
    let told = test_assistant(&app, chat, trial, &operator.id).await?;
    let events =
        stream::unfold(
            told,
            |mut told| async move { told.recv().await.map(|one| (event(one), told)) },
        );
    Ok(event_stream(events))
}

fn trial(TrialBody { messages, customer_id, settings }: TrialBody) -> Result<Trial, ApiError> {
    let said = |SaidBody { author, text }| -> Result<Said, ApiError> {
        Ok(match author {
            SpeakerBody::Assistant => Said::Assistant(MessageText::from_reply(&text)),
            SpeakerBody::Visitor => {
                let text = text.parse::<MessageText>();
                Said::Visitor(text.map_err(|error| ApiError::invalid(format!("text: {error}")))?)
            }
        })
    };
    let customer = customer_id.map(|id| id.parse::<LeadId>()).transpose();
    Ok(Trial {
        said: messages.into_iter().map(said).collect::<Result<_, ApiError>>()?,
        customer: customer.map_err(|_| ApiError::not_found())?,
        settings,
    })
}

fn event(told: Told) -> sse::Event {
    fn named(name: &str, shown: &impl Serialize) -> sse::Event {
        sse::Event::default().event(name).data(serde_json::to_string(shown).unwrap_or_default())
    }
    match told {
        Told::Piece(text) => named("delta", &TrialDelta { text }),
        Told::Called { call, filled } => {
            let (name, arguments) = (call.name, call.arguments);
            named("call", &TrialCall { name, arguments, filled })
        }
        Told::CameBack(answer) => named("outcome", &TrialOutcome { answer }),
        Told::Done(text) => {
            let content = markdown::parse(text.as_str()).into_iter().map(Block::from).collect();
            named("answer", &TrialAnswer { text: text.as_str().to_owned(), content })
        }
        Told::Failed(reason) => named("failed", &TrialFailure { reason }),
    }
}
