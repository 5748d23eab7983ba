//! Whom a merchant means by an email or an id: one customer, or nobody.

use domain::chat::Chat;
use domain::id::{ChatId, LeadId};
use domain::lead::{Lead, StableId};
use store::{KnownBy, ReadTx, StoreError};

/// Why nobody was found.
#[derive(Debug, thiserror::Error)]
pub enum FindCustomerError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// Several customers have the email.
    #[error("several customers have this email; name one of them by id: {}", names(.0))]
    Several(Vec<Lead>),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The customer who is known by an email alone or by an id: the merchant's own, or else the one that the customer has here.
///
/// # Errors
/// [`FindCustomerError`].
pub async fn find_customer(
    tx: &mut ReadTx,
    chat: &ChatId,
    by: &KnownBy,
) -> Result<(Chat, Lead), FindCustomerError> {
    let found = tx.chat(chat).await?.ok_or(FindCustomerError::ChatUnknown)?;
    let mut leads = tx.leads_known_by(chat, by).await?;
    if leads.len() > 1 {
        return Err(FindCustomerError::Several(leads));
    }
    if let (true, KnownBy::Id(id)) = (leads.is_empty(), by)
        && let Ok(id) = id.as_str().parse::<LeadId>()
    {
        leads.extend(tx.lead(chat, &id).await?);
    }
    let lead = leads.pop().ok_or(FindCustomerError::CustomerUnknown)?;
    Ok((found, lead))
}

fn names(leads: &[Lead]) -> String {
    let name = |lead: &Lead| match &lead.stable_id {
        Some(id) => format!("{} ({})", lead.id, StableId::as_str(id)),
        None => lead.id.to_string(),
    };
    leads.iter().map(name).collect::<Vec<_>>().join(", ")
}
