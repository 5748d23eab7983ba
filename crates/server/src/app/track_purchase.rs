//! A page of the shop tells of a purchase: it is credited to the conversation that came before it.

use std::sync::Arc;
use std::time::Duration;

use domain::conversation::Conversation;
use domain::id::VisitorId;
use domain::purchase::{OrderId, Purchase, PurchaseDetails};
use domain::time::Timestamp;
use domain::visitor::VisitorToken;
use domain::webhook::WebhookEvent;
use store::{ReadTx, Scope, StoreError};

use crate::app::App;
use crate::app::chats::KnownChat;
use crate::app::visit::VisitError;

/// How long after its last message a conversation gets the credit.
pub const CREDIT: Duration = Duration::from_hours(24);

/// What became of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracked {
    /// It was counted, and credited where there is a conversation.
    Counted,
    /// It had been counted before.
    CountedBefore,
}

/// Counts an order once, and credits it to the visitor's conversation. A visitor token that was replaced or ended will do: a shop's
/// last page may still have it, and nothing is read by it here.
///
/// # Errors
/// [`VisitError::TokenInvalid`] or [`VisitError::Store`].
pub async fn track_purchase(
    app: &App,
    known: &Arc<KnownChat>,
    token: Option<&str>,
    order: (OrderId, PurchaseDetails),
) -> Result<Tracked, VisitError> {
    let token = token.and_then(|token| token.parse::<VisitorToken>().ok());
    let token = token.ok_or(VisitError::TokenInvalid)?;
    let (chat, now) = (&known.chat.id, app.clock.now());
    let (order_id, details) = order;
    let first = VisitorId::of_first_token(&token.hash(chat));
    let seen = app.store.read().await?.visitor_token(chat, &token.hash(chat)).await?;
    let visitors: Vec<VisitorId> = match seen {
        Some(row) => [Some(row.visitor_id), row.successor_id].into_iter().flatten().collect(),
        None => Vec::new(),
    };
    let scope = Scope::Visitor(chat, visitors.first().unwrap_or(&first));
    let mut tx = app.store.write(scope).await?;
    let counted = match credited(&mut tx, known, &visitors, now).await? {
        Some(conversation) => {
            let purchase = Purchase {
                chat_id: chat.clone(),
                order_id,
                conversation_id: conversation.id,
                details,
                created_at: now,
            };
            let counted = tx.add_purchase(&purchase).await?;
            if counted {
                let (event, order) = (WebhookEvent::PurchaseCreated, purchase.order_id.as_str());
                tx.add_deliveries(chat, event, order, now).await?;
                let PurchaseDetails { currency, order_total, .. } = &purchase.details;
                tx.count_purchase(chat, now, currency, *order_total).await?;
            }
            counted
        }
        None => tx.add_order_of_nobody(chat, &order_id, now).await?,
    };
    tx.commit().await?;
    Ok(if counted { Tracked::Counted } else { Tracked::CountedBefore })
}

/// The conversation of these visitors, or of the customer that one of them is verified as, in which something was said lately.
async fn credited(
    tx: &mut ReadTx,
    known: &KnownChat,
    visitors: &[VisitorId],
    now: Timestamp,
) -> Result<Option<Conversation>, StoreError> {
    let chat = &known.chat.id;
    for visitor in visitors {
        let own = tx.conversation_of_visitor(chat, visitor).await?;
        if let Some(own) = own.filter(|own| own.last_message_at >= now - CREDIT) {
            return Ok(Some(own));
        }
    }
    for visitor in visitors {
        let Some(visitor) = tx.visitor(chat, visitor).await? else { continue };
        let Some(identity) = &visitor.identity else { continue };
        let lead = tx.lead(chat, &identity.lead_id).await?;
        if let Some(lead) = lead.filter(|lead| known.verifies(&visitor, lead, now)) {
            let of_customer = tx.conversations_of_lead(chat, &lead.id, now - CREDIT).await?;
            return Ok(of_customer.into_iter().next());
        }
    }
    Ok(None)
}
