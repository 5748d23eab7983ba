//! An operator enters what the tokens do not say about a customer.

use domain::id::{ChatId, LeadId, OperatorId};
use domain::profile::{EnteredBy, EnteredField, FieldName, FieldValue};
use domain::record::{Entry, EntryKind};
use store::{Scope, StoreError, WriteTx};

use crate::app::App;

/// What is to become of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It has this value.
    Set(FieldValue),
    /// No operator says anything about it any more.
    Clear(FieldName),
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeCustomerError {
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The merchant signed the field.
    #[error("{}: it comes signed from the shop, and nothing that is entered here takes its place", .0.as_str())]
    Signed(FieldName),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes what operators say of a customer: all of it or nothing.
///
/// # Errors
/// [`ChangeCustomerError`].
pub async fn change_customer(
    app: &App,
    (chat, id): (&ChatId, &LeadId),
    operator: &OperatorId,
    changes: &[Change],
) -> Result<(), ChangeCustomerError> {
    let unknown = || ChangeCustomerError::CustomerUnknown;
    let lead = app.store.read().await?.lead(chat, id).await?.ok_or_else(unknown)?;
    let scope =
        Scope::Person { chat, email: Some(lead.email.key()), stable_id: lead.stable_id.as_ref() };
    let mut tx = app.store.write(scope).await?;
    let lead = tx.lead(chat, id).await?.ok_or_else(unknown)?;
    let profile = tx.profile(lead).await?;
    let signed = changes.iter().find_map(|change| match change {
        Change::Set(value) if profile.is_signed(value.name()) => Some(value.name()),
        Change::Set(_) | Change::Clear(_) => None,
    });
    if let Some(name) = signed {
        return Err(ChangeCustomerError::Signed(name));
    }
    write(app, &mut tx, (chat, id), operator, changes).await?;
    tx.commit().await?;
    Ok(())
}

async fn write(
    app: &App,
    tx: &mut WriteTx,
    (chat, id): (&ChatId, &LeadId),
    operator: &OperatorId,
    changes: &[Change],
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut names = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Set(value) => {
                let by = EnteredBy::Operator(operator.clone());
                let field = EnteredField { value: value.clone(), by, at: now };
                tx.put_field(chat, id, &field).await?;
                names.push(value.name().as_str());
            }
            Change::Clear(name) => {
                tx.clear_entered_field(chat, id, *name).await?;
                names.push(name.as_str());
            }
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let entry = Entry::new(chat.clone(), EntryKind::CustomerChanged, now);
    let entry = entry.about_customer(id).by(Some(operator));
    tx.append_record(&Entry { reason: Some(names.join(",")), ..entry }).await
}
