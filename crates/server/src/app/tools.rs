//! The tools of the assistant. Each decides for itself what it may do, by who is known to be asking, and by nothing that an assistant
//! says.

use domain::chat::Chat;
use domain::conversation::{Conversation, Message};
use domain::lead::Lead;

use crate::app::App;
use crate::app::hand_over::hand_over;
use crate::app::look_up_order::look_up_order;
use crate::app::search_knowledge::search_knowledge;
use crate::assistant::tools::Tool;
use crate::assistant::{ToolAnswer, ToolCall};

/// The most bytes of a call's arguments that are read.
pub const MAX_ARGUMENTS: usize = 4 * 1024;

/// On whose behalf a tool is called.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The chat, as it is set now.
    pub chat: &'a Chat,
    /// The conversation, with its visitor.
    pub conversation: &'a Conversation,
    /// The customer that the visitor is verified to be now.
    pub customer: Option<&'a Lead>,
    /// What was said in the conversation.
    pub said: &'a [Message],
}

/// Does what an assistant asks for, if it may be asked for.
pub async fn call(app: &App, asker: &Asker<'_>, call: &ToolCall) -> ToolAnswer {
    if call.arguments.len() > MAX_ARGUMENTS {
        return ToolAnswer::Refused("the arguments are too long");
    }
    match Tool::named(&call.name) {
        Some(Tool::LookUpOrder) => look_up_order(app, asker, &call.arguments).await,
        Some(Tool::HandOver) => hand_over(app, asker, &call.arguments).await,
        Some(Tool::SearchKnowledge) => search_knowledge(app, asker, &call.arguments).await,
        None => ToolAnswer::Refused("there is no such tool"),
    }
}
