//! A merchant signs a customer out everywhere, and refuses the tokens that were issued before.

use domain::id::{ChatId, OperatorId};
use domain::lead::Lead;
use domain::record::{Entry, EntryKind};
use store::{KnownBy, Scope, StoreError};

use crate::app::App;
use crate::bus::{Event, Topic};

/// Why no customer was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeCustomerError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends the customer's identities on every device, and answers how many there were. Tokens issued before now are refused from now
/// on, also those of a customer who was never seen. An email may be that of several customers: all of them are meant.
///
/// # Errors
/// [`RevokeCustomerError`]; nothing is changed then.
pub async fn revoke_customer(
    app: &App,
    chat: &ChatId,
    by: &KnownBy,
    operator: Option<&OperatorId>,
) -> Result<usize, RevokeCustomerError> {
    let (email, stable_id) = match by {
        KnownBy::Email(email) => (Some(email), None),
        KnownBy::Id(id) => (None, Some(id)),
    };
    let mut tx = app.store.write(Scope::Person { chat, email, stable_id }).await?;
    tx.chat(chat).await?.ok_or(RevokeCustomerError::ChatUnknown)?;
    let now = app.clock.now();
    let leads = tx.leads_known_by(chat, by).await?;
    tx.raise_customer_floor(chat, by, now.as_seconds()).await?;
    let (mut ended, mut listening) = (0, Vec::new());
    for lead in &leads {
        tx.raise_lead_floor(chat, &lead.id, now.as_seconds()).await?;
        for visitor in tx.visitors_of_lead(chat, &lead.id).await? {
            let Some(identity) = &visitor.identity else { continue };
            let held = now < identity.expires_at && !already_ended(lead, identity.issued_at);
            if tx.record_end(chat, &visitor.id, identity.expires_at).await? && held {
                ended += 1;
            }
            listening.push(visitor.id);
        }
        let entry = Entry::new(chat.clone(), EntryKind::CustomerRevoked, now);
        tx.append_record(&entry.about_customer(&lead.id).by(operator)).await?;
    }
    if leads.is_empty() {
        tx.append_record(&Entry::new(chat.clone(), EntryKind::CustomerRevoked, now).by(operator))
            .await?;
    }
    // Other processes look at the chat's streams again.
    tx.touch_chat(chat, now).await?;
    tx.commit().await?;
    for visitor in listening {
        app.bus.publish(&Topic::Visitor(chat.clone(), visitor), Event::VisitorChanged);
    }
    tracing::info!(%chat, customers = leads.len(), ended, "customer revoked");
    Ok(ended)
}

fn already_ended(lead: &Lead, issued_at: f64) -> bool {
    lead.not_before.is_some_and(|floor| issued_at < floor)
}
