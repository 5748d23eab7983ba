//! The assistant's tool: it asks for a person. It only asks: the assistant goes on until somebody takes over.

use domain::conversation::{AskedBy, EscalationReason};
use serde::Deserialize;

use crate::app::App;
use crate::app::assign::AttendError;
use crate::app::escalate::{Escalation, escalate};
use crate::app::tools::Asker;
use crate::assistant::ToolAnswer;

#[derive(Deserialize)]
struct Arguments {
    #[serde(default)]
    reason: Option<String>,
}

/// Asks for a person in the conversation, in which the call was made, and in no other.
pub async fn hand_over(app: &App, asker: &Asker<'_>, arguments: &str) -> ToolAnswer {
    let Ok(Arguments { reason }) = serde_json::from_str(arguments) else {
        return ToolAnswer::Refused("the arguments are not as they should be");
    };
    let reason = reason.as_deref().and_then(EscalationReason::of);
    let escalation = Escalation::Open { by: AskedBy::Assistant, reason };
    match escalate(app, asker.chat, &asker.conversation.id, escalation).await {
        Ok(escalated) => {
            ToolAnswer::HandedOver { again: escalated.before, mailed: escalated.mailed }
        }
        Err(AttendError::ConversationUnknown | AttendError::OperatorUnknown) => {
            ToolAnswer::Refused("there is no such conversation any more")
        }
        Err(AttendError::Store(error)) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, chat = %asker.chat.id, "a person could not be asked for");
            ToolAnswer::NobodyAsked
        }
    }
}
