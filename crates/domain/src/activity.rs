//! What is counted of a chat, by the hour: never who, only how many.

use std::str::FromStr;

/// Makes the enum and its one table.
macro_rules! counted {
    ($($name:ident = $code:literal: $message:literal)*) => {
        /// Something that is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Counted {
            $(#[doc = $message] $name,)*
        }

        impl Counted {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name outside, which never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

counted! {
    Conversations = "conversations.begun": "Conversations that began."
    VerifiedConversations = "conversations.verified":
        "Those of them in which the customer was verified, sooner or later; in the hour in which they began."
    TakenOver = "conversations.taken_over": "How often a person took over from the assistant."
    VisitorMessages = "messages.visitor": "Messages of visitors."
    AssistantAnswers = "answers.assistant": "Answers by the assistant."
    OperatorAnswers = "answers.operator": "Answers by people."
    AskedByAssistant = "escalations.assistant": "The assistant asked for a person."
    AskedByProgram = "escalations.program": "A program asked for a person."
    AskedByOperator = "escalations.operator": "An operator asked for a person."
    TypedLeads = "leads.typed": "New leads that visitors typed."
    VerifiedLeads = "leads.verified": "New customers who were identified."
    OrdersFound = "orders.found": "Orders that were asked for, and told."
    OrdersNotFound = "orders.not_found": "Orders that were asked for, and are not the customer's, or none."
    OrdersUnanswered = "orders.unanswered": "Orders that were asked for when the shop could not be asked."
}

/// A name of nothing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing of this name is counted")]
pub struct ParseCountedError;

impl FromStr for Counted {
    type Err = ParseCountedError;

    fn from_str(text: &str) -> Result<Self, ParseCountedError> {
        Self::ALL.iter().copied().find(|one| one.code() == text).ok_or(ParseCountedError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        for one in Counted::ALL {
            assert_eq!(one.code().parse(), Ok(*one));
        }
        assert_eq!("messages".parse::<Counted>(), Err(ParseCountedError));
    }
}
