//! An unverified visitor says who it is. Nobody vouches for that: it opens nothing, and touches no customer, whatever email it
//! names.

use domain::activity::Counted;
use domain::id::LeadId;
use domain::lead::{Email, PersonName};
use domain::profile::{PhoneNumber, TypedLead};
use domain::webhook::WebhookEvent;
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::limits::TooMany;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::bus::{Event, Topic};

/// What was typed. What is left out stays as it was typed before.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The email.
    pub email: Email,
    /// The first name.
    pub first_name: Option<PersonName>,
    /// The last name.
    pub last_name: Option<PersonName>,
    /// The phone number.
    pub phone_number: Option<PhoneNumber>,
    /// Whether marketing by email is wanted.
    pub email_marketing_consent: Option<bool>,
}

/// Why it was not kept.
#[derive(Debug, thiserror::Error)]
pub enum TypeLeadError {
    /// The shop has said who this is.
    #[error("this visitor is identified: what the shop signed is not typed over")]
    AlreadyVerified,
    /// Too many of these and of messages.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The visitor may not call.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// The database cannot keep it now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps what a visitor typed about itself. It counts against the limit of messages.
///
/// # Errors
/// [`TypeLeadError`].
pub async fn type_lead(
    app: &App,
    visitor: &CurrentVisitor,
    typed: Typed,
) -> Result<(), TypeLeadError> {
    let chat = &visitor.known.chat.id;
    app.limits.message(chat, &visitor.id).await?;
    let mut tx = app.store.write(Scope::Visitor(chat, &visitor.id)).await?;
    // Between the call's arrival and its turn the visitor may have been identified.
    let known = visitor.known.clone();
    let visitor = visit::current(app, &mut tx, known, visitor.token.clone()).await?;
    if visitor.customer.is_some() {
        return Err(TypeLeadError::AlreadyVerified);
    }
    let now = app.clock.now();
    visit::keep(&mut tx, &visitor, now).await?;
    let before = tx.typed_lead(chat, &visitor.id).await?;
    // Another email is another person, as far as anybody knows.
    let is_new = before.as_ref().is_none_or(|before| before.email.key() != typed.email.key());
    let before = before.unwrap_or_else(|| TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(now),
        visitor_id: visitor.id.clone(),
        email: typed.email.clone(),
        first_name: None,
        last_name: None,
        phone_number: None,
        email_marketing_consent: None,
        created_at: now,
        updated_at: now,
    });
    let lead = TypedLead {
        email: typed.email,
        first_name: typed.first_name.or(before.first_name),
        last_name: typed.last_name.or(before.last_name),
        phone_number: typed.phone_number.or(before.phone_number),
        email_marketing_consent: typed.email_marketing_consent.or(before.email_marketing_consent),
        updated_at: now,
        ..before
    };
    tx.put_typed_lead(&lead).await?;
    if is_new {
        tx.add_lead_posts(chat, &lead.id, None, now).await?;
        tx.add_deliveries(chat, WebhookEvent::LeadCreated, lead.id.as_str(), now).await?;
    }
    tx.commit().await?;
    if is_new {
        app.activity.count(chat, Counted::TypedLeads, now);
    }
    app.bus.publish(&Topic::Visitor(chat.clone(), visitor.id.clone()), Event::VisitorChanged);
    Ok(())
}
