//! Customers of one email with different ids: the chat's people are asked what they know of them, and it is written down. Nothing is
//! joined by it: what one customer's tokens do not prove is no other customer's.

use std::collections::BTreeSet;

use domain::chat::Chat;
use domain::id::{LeadId, OperatorId};
use store::{Decided, Decision, KnownBy, ReadTx, Scope, SharedEmails, StoreError};

use crate::app::App;
use crate::app::people::{self, Operators, Person};

/// Customers that are looked at for one page.
const PER_PAGE: i64 = 50;

/// Customers who have one email.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The customers, those known first first; at most 100.
    pub customers: Vec<Person>,
    /// What is said of them.
    pub decided: Option<Decided>,
}

/// A page of them.
#[derive(Debug, Clone)]
pub struct Page {
    /// Those whose last customer came last first.
    pub conflicts: Vec<Conflict>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<LeadId>,
    /// Operators that are named.
    pub operators: Operators,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// Nobody else has the email.
    #[error("no other customer has this email")]
    NothingShared,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page of customers with one email, of whom nothing, or something, is decided.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    app: &App,
    chat: &Chat,
    wanted: SharedEmails,
    place: Option<&LeadId>,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read().await?;
    let ids = tx.with_shared_emails(&chat.id, wanted, place, PER_PAGE).await?;
    let full = i64::try_from(ids.len()).is_ok_and(|count| count == PER_PAGE);
    let next = ids.last().filter(|_| full).cloned();
    let (mut conflicts, mut seen) = (Vec::new(), BTreeSet::new());
    for id in ids {
        let Some(lead) = tx.lead(&chat.id, &id).await? else { continue };
        let by = KnownBy::Email(lead.email.key().clone());
        let customers = tx.leads_known_by(&chat.id, &by).await?;
        // Each email once: with the newest of its customers for whom the answer is the one that is wanted.
        let email = lead.email.key().as_str().to_owned();
        if customers.len() < 2
            || !seen.insert(email)
            || !is_newest(&mut tx, chat, wanted, &id, &customers).await?
        {
            continue;
        }
        let decided = tx.decided(&chat.id, &id).await?;
        let customers = people::customers(&mut tx, customers).await?;
        conflicts.push(Conflict { customers, decided });
    }
    let acted = conflicts.iter().filter_map(|one| Some(one.decided.as_ref()?.operator.clone()));
    let operators = Operators::read(&mut tx, &chat.account_id, acted.collect()).await?;
    Ok(Page { conflicts, next, operators })
}

/// Whether no customer of the email who came after `id` belongs to the same list: else it was on an earlier page.
async fn is_newest(
    tx: &mut ReadTx,
    chat: &Chat,
    wanted: SharedEmails,
    id: &LeadId,
    customers: &[domain::lead::Lead],
) -> Result<bool, StoreError> {
    for later in customers.iter().filter(|one| one.id > *id) {
        let is_decided = tx.decided(&chat.id, &later.id).await?.is_some();
        if is_decided == (wanted == SharedEmails::Decided) || wanted == SharedEmails::Decided {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes down what is known of all customers who have the email of customer `id`; `None` takes it back.
///
/// # Errors
/// [`DecideError`]; nothing is changed then.
pub async fn decide(
    app: &App,
    chat: &Chat,
    id: &LeadId,
    decision: Option<Decision>,
    operator: &OperatorId,
) -> Result<(), DecideError> {
    let unknown = || DecideError::CustomerUnknown;
    let seen = app.store.read().await?.lead(&chat.id, id).await?.ok_or_else(unknown)?;
    let email = Some(seen.email.key());
    let mut tx = app.store.write(Scope::Person { chat: &chat.id, email, stable_id: None }).await?;
    let lead = tx.lead(&chat.id, id).await?.ok_or_else(unknown)?;
    if decision.is_some() && (lead.email != seen.email || !tx.shares_email(&lead).await?) {
        return Err(DecideError::NothingShared);
    }
    let at = app.clock.now();
    tx.note_shared_email(&lead, at).await?;
    let decided = decision.map(|decision| Decided { decision, at, operator: operator.clone() });
    tx.decide(&chat.id, lead.email.key(), decided.as_ref()).await?;
    tx.commit().await?;
    let decision = decision.map_or("", Decision::as_str);
    tracing::info!(chat = %chat.id, customer = %id, operator = %operator, decision, "shared email decided");
    Ok(())
}
