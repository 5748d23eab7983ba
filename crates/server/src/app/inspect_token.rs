//! What is right and wrong with a token, for the merchant.

use std::sync::Arc;

use domain::id::ChatId;
use domain::identity::diagnosis::Diagnosis;
use domain::identity::reason::Reason;
use domain::identity::{KeySet, Rules};
use store::{Customer, StoreError};

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

/// Says what is right and wrong with `jwt` for the chat `id`, as the identify call would judge it now. Nothing is written.
///
/// # Errors
/// [`InspectError`].
pub async fn inspect_token(app: &App, id: &ChatId, jwt: &str) -> Result<Diagnosis, InspectError> {
    let known = app.chats.by_id(&app.store, id).await?.ok_or(InspectError::ChatUnknown)?;
    let rules = known.rules();
    let mut diagnosis = known.keys.inspect(jwt, &rules, app.clock.now());
    if diagnosis.reason == Some(Reason::WrongKey) && is_of_another_chat(app, &known, jwt).await? {
        diagnosis.refine(Reason::AnotherChatsKey, None);
    }
    if is_revoked(app, &known, &rules, jwt).await? {
        diagnosis.refine(Reason::CustomerRevoked, None);
    }
    if !known.chat.platform.has_identification() {
        diagnosis.refine(Reason::ShopifyChat, None);
    } else if !known.chat.identification.active {
        diagnosis.refine(Reason::NotActive, None);
    }
    Ok(diagnosis)
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

async fn is_revoked(
    app: &App,
    known: &KnownChat,
    rules: &Rules,
    jwt: &str,
) -> Result<bool, StoreError> {
    let Ok(verified) = known.keys.verify(jwt, rules, app.clock.now()) else { return Ok(false) };
    let mut tx = app.store.read().await?;
    let customer = tx.customer(&known.chat.id, &verified.claims).await?;
    Ok(matches!(customer, Customer::Known(lead) if lead.refuses(&verified.claims)))
}
