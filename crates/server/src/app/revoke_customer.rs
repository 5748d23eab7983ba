//! A merchant signs a customer out everywhere, and refuses the tokens that were issued before.

use std::collections::BTreeSet;

use domain::audit::AuditKind;
use domain::id::{ChatId, LeadId};
use domain::lead::Lead;
use domain::record::{Entry, EntryKind};
use store::{KnownBy, Scope, StoreError, WriteTx};

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::bus::{Event, Topic};

/// Why no customer was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeCustomerError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends the identities of whoever is meant on every device, and answers how many there were. Tokens issued before now are refused
/// from now on, also those of a customer who was never seen. An email may be that of several customers: all of them are meant.
///
/// # Errors
/// [`RevokeCustomerError`]; nothing is changed then.
pub async fn revoke_customer(
    app: &App,
    chat: &ChatId,
    known: &KnownBy,
    by: Option<&Actor>,
) -> Result<usize, RevokeCustomerError> {
    let mut tx = app.store.write(scope(chat, known)).await?;
    tx.chat(chat).await?.ok_or(RevokeCustomerError::ChatUnknown)?;
    let leads = tx.leads_known_by(chat, known).await?;
    end(app, tx, Ended { chat, known: Some(known), leads, by }).await
}

/// The same for one customer whom the dashboard shows, and nobody else with the same email.
///
/// # Errors
/// [`RevokeCustomerError`]; nothing is changed then.
pub async fn revoke_lead(
    app: &App,
    chat: &ChatId,
    id: &LeadId,
    actor: &Actor,
) -> Result<usize, RevokeCustomerError> {
    let lead = app.store.read().await?.lead(chat, id).await?;
    let lead = lead.ok_or(RevokeCustomerError::CustomerUnknown)?;
    let known = match &lead.stable_id {
        Some(id) => KnownBy::Id(id.clone()),
        None => KnownBy::Email(lead.email.key().clone()),
    };
    let tx = app.store.write(scope(chat, &known)).await?;
    // Others may have the same email: the floor of this customer's own row is enough.
    let own = Some(&known).filter(|known| matches!(known, KnownBy::Id(_)));
    let ended = Ended { chat, known: own, leads: vec![lead], by: Some(actor) };
    end(app, tx, ended).await
}

const fn scope<'a>(chat: &'a ChatId, by: &'a KnownBy) -> Scope<'a> {
    match by {
        KnownBy::Email(email) => Scope::Person { chat, email: Some(email), stable_id: None },
        KnownBy::Id(id) => Scope::Person { chat, email: None, stable_id: Some(id) },
    }
}

/// Whose identities end.
struct Ended<'a> {
    chat: &'a ChatId,
    /// Whose tokens are refused although no row is known for them yet.
    known: Option<&'a KnownBy>,
    leads: Vec<Lead>,
    by: Option<&'a Actor>,
}

async fn end(
    app: &App,
    mut tx: WriteTx,
    Ended { chat, known, leads, by }: Ended<'_>,
) -> Result<usize, RevokeCustomerError> {
    let now = app.clock.now();
    let floor = leads.iter().map(|lead| lead.floor_at(now)).fold(now.as_seconds(), f64::max);
    if let Some(known) = known {
        tx.raise_customer_floor(chat, known, floor).await?;
    }
    let (mut ended, mut listening) = (0, BTreeSet::new());
    for lead in &leads {
        tx.raise_lead_floor(chat, &lead.id, lead.floor_at(now)).await?;
        listening.extend(tx.end_tokens_of_customer(chat, &lead.id).await?);
        for visitor in tx.visitors_of_lead(chat, &lead.id).await? {
            let Some(identity) = &visitor.identity else { continue };
            let held = now < identity.expires_at && !already_ended(lead, identity.issued_at);
            if tx.record_end(chat, &visitor.id, identity.expires_at).await? && held {
                ended += 1;
            }
        }
        let entry = Entry::new(chat.clone(), EntryKind::CustomerRevoked, now);
        tx.append_record(&entry.about_customer(&lead.id).by(by.map(Actor::id))).await?;
    }
    if leads.is_empty() {
        let entry = Entry::new(chat.clone(), EntryKind::CustomerRevoked, now);
        tx.append_record(&entry.by(by.map(Actor::id))).await?;
    }
    let subject = leads.first().map(|lead| lead.id.to_string()).unwrap_or_default();
    let deed = Deed { kind: AuditKind::CustomerRevoked, subject: &subject, detail: "" };
    audit::append(&mut tx, by, chat, deed, now).await?;
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
