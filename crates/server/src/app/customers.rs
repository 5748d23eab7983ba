//! A customer, with all that is known of them.

use domain::chat::Chat;
use domain::conversation::Conversation;
use domain::id::LeadId;
use domain::lead::Lead;
use domain::profile::{Profile, Source};
use domain::time::Timestamp;
use domain::visitor::Visitor;
use store::{KnownBy, ReadTx, RecordEntry, RecordOf, StoreError};

use crate::app::App;
use crate::app::people::{self, Operators, Person};

/// The most entries of a timeline that are shown.
pub const TIMELINE: i64 = 200;

/// A browser of a customer.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its visitor, which has an identity.
    pub visitor: Visitor,
    /// Whether it is verified as the customer now.
    pub verified: bool,
}

/// A customer with all that the dashboard shows.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The customer.
    pub person: Person,
    /// What is known of the customer, field by field.
    pub profile: Profile,
    /// Other customers with the same email.
    pub same_email: Vec<Person>,
    /// The conversations, newest first; at most 100.
    pub conversations: Vec<Conversation>,
    /// The browsers, newest proof first; at most 100.
    pub devices: Vec<Device>,
    /// What happened, newest first; at most [`TIMELINE`].
    pub timeline: Vec<RecordEntry>,
    /// Operators that are named.
    pub operators: Operators,
}

/// The customer `id` of a chat, or `None` where there is none.
///
/// # Errors
/// When the database cannot answer.
pub async fn detail(app: &App, chat: &Chat, id: &LeadId) -> Result<Option<Detail>, StoreError> {
    let known = app.chats.by_id(&app.store, &chat.id).await?;
    let mut tx = app.store.read().await?;
    let Some(lead) = tx.lead(&chat.id, id).await? else { return Ok(None) };
    let same_email = same_email(&mut tx, &lead).await?;
    let conversations =
        tx.conversations_of_lead(&chat.id, id, Timestamp::from_millis(i64::MIN)).await?;
    let now = app.clock.now();
    let verified =
        |visitor: &Visitor| known.as_ref().is_some_and(|known| known.verifies(visitor, &lead, now));
    let visitors = tx.visitors_of_lead(&chat.id, id).await?;
    let devices = visitors
        .into_iter()
        .map(|visitor| Device { verified: verified(&visitor), visitor })
        .collect();
    let timeline = tx.record(RecordOf::Customer(&chat.id, id), TIMELINE).await?;
    let profile = tx.profile(lead.clone()).await?;
    let fields = profile.fields();
    let entered = fields.iter().filter_map(|field| match &field.source {
        Source::Operator(id) => Some(id.clone()),
        Source::Signed | Source::Typed(_) => None,
    });
    let acted = timeline.iter().filter_map(|entry| entry.entry.operator_id.clone());
    let named = entered.chain(acted).collect();
    let operators = Operators::read(&mut tx, &chat.account_id, named).await?;
    let person = people::customer(&mut tx, lead).await?;
    Ok(Some(Detail { person, profile, same_email, conversations, devices, timeline, operators }))
}

async fn same_email(tx: &mut ReadTx, lead: &Lead) -> Result<Vec<Person>, StoreError> {
    let by = KnownBy::Email(lead.email.key().clone());
    let mut others = tx.leads_known_by(&lead.chat_id, &by).await?;
    others.retain(|other| other.id != lead.id);
    people::customers(tx, others).await
}
