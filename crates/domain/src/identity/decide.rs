//! What becomes of a visitor when a customer is identified.
//!
//! Source: contract, section 4; semantics, section 5.

use crate::id::{LeadId, VisitorId};
use crate::visitor::Visitor;

/// The visitor token that came with a customer's token, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub enum Presented<'v> {
    /// Never seen: it stands for a visitor who is yet to be made.
    Unknown(&'v VisitorId),
    /// In use.
    Live {
        /// Its visitor.
        visitor: &'v Visitor,
        /// Whether the visitor's identity, if there is one, holds now.
        standing: Standing,
    },
    /// Another took its place when somebody was identified.
    Replaced {
        /// Its visitor.
        visitor: &'v Visitor,
        /// Whether the visitor's identity holds now.
        standing: Standing,
        /// The visitor who went on in that browser, where that is another one, and how its identity stands.
        successor: Option<(&'v Visitor, Standing)>,
    },
    /// Ended by signing out, or by a new conversation.
    Ended,
}

/// Whether an identity holds: see [`crate::visitor::Identity::standing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does, and its token reads verified conversations.
    Holds,
    /// It lapsed, or identification was deactivated, or there never was one: its visitor goes on as nobody in particular.
    Lapsed,
    /// The merchant took it back: its visitor's tokens are worth nothing any more.
    Revoked,
}

/// What becomes of the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The same customer again: visitor, conversation and token stay.
    KeepToken,
    /// The visitor becomes the customer, with conversation and all, under a new token; those that it has are replaced.
    NewToken {
        /// The visitor.
        visitor: VisitorId,
    },
    /// The customer's visitor, whose identity holds, gets one more token, and keeps those it has.
    AnotherToken {
        /// The visitor.
        visitor: VisitorId,
    },
    /// A new visitor, without a conversation. A live token that was presented is replaced, with the new visitor as successor.
    NewVisitor,
}

/// What becomes of a visitor when `customer` is identified.
///
/// No binding raises what a token may read that was known before, so that a token planted in a browser is worth nothing after the
/// customer is identified there. And none hands one customer's conversation to another. A repeated request, or a second tab with
/// a token that was replaced meanwhile, finds the customer's visitor again.
#[must_use]
pub fn decide(presented: Presented<'_>, customer: &LeadId) -> Binding {
    let is_customers = |visitor: &Visitor| {
        visitor.identity.as_ref().is_some_and(|identity| identity.lead_id == *customer)
    };
    match presented {
        Presented::Unknown(visitor) => Binding::NewToken { visitor: visitor.clone() },
        Presented::Live { visitor, standing: Standing::Holds } if is_customers(visitor) => {
            Binding::KeepToken
        }
        Presented::Live { standing: Standing::Revoked, .. } => Binding::NewVisitor,
        // The token read this conversation as nobody in particular, or no longer may: what it shows from now on needs another.
        Presented::Live { visitor, .. } if visitor.identity.is_none() || is_customers(visitor) => {
            Binding::NewToken { visitor: visitor.id.clone() }
        }
        Presented::Replaced { visitor, standing, successor } => {
            let theirs = [Some((visitor, standing)), successor]
                .into_iter()
                .flatten()
                .find(|(visitor, _)| is_customers(visitor));
            match theirs {
                Some((visitor, Standing::Holds)) => {
                    Binding::AnotherToken { visitor: visitor.id.clone() }
                }
                // The tokens that the visitor has must not read more than they do, so they are replaced, too.
                Some((visitor, Standing::Lapsed)) => {
                    Binding::NewToken { visitor: visitor.id.clone() }
                }
                Some((_, Standing::Revoked)) | None => Binding::NewVisitor,
            }
        }
        Presented::Live { .. } | Presented::Ended => Binding::NewVisitor,
    }
}
