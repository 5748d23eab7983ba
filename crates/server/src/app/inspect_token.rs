//! What is right and wrong with a token, for the merchant.

use std::sync::Arc;
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::check::Warning;
use domain::identity::diagnosis::Diagnosis;
use domain::identity::reason::Reason;
use domain::identity::{KeySet, Verified};
use domain::lead::{Lead, PersonName, StableId};
use domain::settings::ReplayPolicy;
use domain::time::Timestamp;
use serde_json::{Value, json};
use store::{Customer, ReadTx, StoreError};

use crate::app::App;
use crate::app::chats::KnownChat;

/// Why a token was not inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A diagnosis, and what identifying with the token would keep.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// What is right and wrong.
    pub diagnosis: Diagnosis,
    /// What would be kept; `None` where the token would be refused.
    pub stored: Option<Stored>,
}

/// What identifying with a token would keep.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The customer as it would be.
    pub lead: Lead,
    /// Whether the customer is known already.
    pub known: bool,
    /// Whether another customer has the same email.
    pub shares_email: bool,
    /// How long the identity would hold.
    pub expires_in: Duration,
}

impl Inspected {
    /// It as JSON, as the terminal and the dashboard show it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut all = serde_json::to_value(&self.diagnosis).unwrap_or_default();
        all["stored"] = self.stored.as_ref().map_or(Value::Null, Stored::to_json);
        all
    }
}

impl Stored {
    fn to_json(&self) -> Value {
        let Self { lead, known, shares_email, expires_in } = self;
        let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.as_str().to_owned());
        json!({
            "customer": if *known { "known" } else { "new" },
            "customer_id": known.then(|| lead.id.as_str()),
            "email": lead.email.signed(),
            "first_name": name(&lead.first_name),
            "last_name": name(&lead.last_name),
            "stable_id": lead.stable_id.as_ref().map(StableId::as_str),
            "additional_attributes": lead.attributes.as_map(),
            "identity_seconds": expires_in.as_secs(),
            "shares_email": shares_email,
        })
    }
}

/// Says what is right and wrong with `jwt` for the chat `id`, as the identify call would judge it now, and what it would keep.
/// Nothing is written, nobody is identified, and the token is dropped.
///
/// # Errors
/// [`InspectError`].
pub async fn inspect_token(app: &App, id: &ChatId, jwt: &str) -> Result<Inspected, InspectError> {
    let known = app.chats.by_id(&app.store, id).await?.ok_or(InspectError::ChatUnknown)?;
    let rules = known.rules();
    let now = app.clock.now();
    let mut diagnosis = known.keys.inspect(jwt, &rules, now);
    if diagnosis.reason == Some(Reason::WrongKey) && is_of_another_chat(app, &known, jwt).await? {
        diagnosis.refine(Reason::AnotherChatsKey, None);
    }
    let mut stored = None;
    if let Ok(verified) = known.keys.verify(jwt, &rules, now) {
        let mut tx = app.store.read().await?;
        replay(&mut tx, &known, &verified, &mut diagnosis).await?;
        stored = would_be_stored(&mut tx, &known, &verified, now).await?;
        if stored.is_none() {
            diagnosis.refine(Reason::CustomerRevoked, None);
        }
    }
    if !known.chat.platform.has_identification() {
        diagnosis.refine(Reason::ShopifyChat, None);
    } else if !known.chat.identification.active {
        diagnosis.refine(Reason::NotActive, None);
    }
    stored = stored.filter(|_| diagnosis.valid);
    Ok(Inspected { diagnosis, stored })
}

/// Whether a browser used the token before: then another one is refused, or warned of.
async fn replay(
    tx: &mut ReadTx,
    known: &KnownChat,
    verified: &Verified,
    diagnosis: &mut Diagnosis,
) -> Result<(), StoreError> {
    let policy = known.chat.settings.identification.replay;
    if policy == ReplayPolicy::Off {
        return Ok(());
    }
    let uses = tx.count_token_uses(&known.chat.id, verified.use_id.as_str()).await?;
    match policy {
        ReplayPolicy::Refuse if uses > 0 => {
            let detail = "a browser used it already, and may use it again; any other is refused";
            diagnosis.refine(Reason::Replayed, Some(detail.to_owned()));
        }
        ReplayPolicy::Warn if uses > 0 => diagnosis.warn(Warning::Replayed),
        _ => {}
    }
    Ok(())
}

/// `None` where the customer's tokens of that age are refused.
async fn would_be_stored(
    tx: &mut ReadTx,
    known: &KnownChat,
    verified: &Verified,
    now: Timestamp,
) -> Result<Option<Stored>, StoreError> {
    let (chat, claims) = (&known.chat, &verified.claims);
    let claimed = tx.claimed(&chat.id, claims).await?;
    if claimed.floor.is_some_and(|floor| claims.issued_at < floor) {
        return Ok(None);
    }
    let (lead, is_known) = match claimed.customer {
        Customer::Known(lead) if lead.refuses(claims) => return Ok(None),
        Customer::Known(mut lead) => {
            lead.merge(claims, now);
            (*lead, true)
        }
        Customer::New => (Lead::identified(chat.id.clone(), claims, now), false),
    };
    let shares_email = tx.shares_email(&lead).await?;
    let expires_in = chat.settings.identification.session_length();
    Ok(Some(Stored { lead, known: is_known, shares_email, expires_in }))
}

/// Whether the key of another chat of the same account signed it. Other accounts' keys are nobody's business.
async fn is_of_another_chat(
    app: &App,
    known: &Arc<KnownChat>,
    jwt: &str,
) -> Result<bool, StoreError> {
    let mut tx = app.store.read().await?;
    for chat in tx.chats_of_account(&known.chat.account_id).await? {
        if chat.id == known.chat.id {
            continue;
        }
        let keys = KeySet::new(tx.identification_keys(&chat.id).await?);
        if keys.signer_of(jwt).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
