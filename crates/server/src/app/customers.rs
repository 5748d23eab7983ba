//! A chat's customers: found by what is known of them, and shown with all of it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use domain::chat::Chat;
use domain::conversation::Conversation;
use domain::id::{ChatId, LeadId};
use domain::lead::Lead;
use domain::profile::{Profile, Source, folded};
use domain::time::Timestamp;
use domain::visitor::Visitor;
use store::{KnownBy, LeadNames, ReadTx, RecordEntry, RecordOf, StoreError};

use crate::app::App;
use crate::app::people::{self, Operators, Person};

/// How many of the newest customers are searched by a part of what is known of them.
pub const SEARCHED: usize = 10_000;
/// How many are read at once for that.
const BATCH: i64 = 500;
/// The most entries of a timeline that are shown.
pub const TIMELINE: i64 = 200;

/// A page of customers.
#[derive(Debug, Clone)]
pub struct Page {
    /// The customers, the newest first.
    pub customers: Vec<Person>,
    /// How many there are on all pages.
    pub total: i64,
}

/// The customers of a chat that `query` finds: all, where it is empty.
///
/// A whole email and a whole id find whoever has it. Parts of emails, names and phone numbers, and the beginnings of ids, find
/// their customers among the [`SEARCHED`] newest, whatever their case.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    app: &App,
    chat: &ChatId,
    query: &str,
    limit: i64,
    offset: i64,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read().await?;
    let (leads, total) = if folded(query).is_empty() {
        (tx.leads(chat, limit, offset).await?, tx.count_leads(chat).await?)
    } else {
        let found = search(&mut tx, chat, query.trim()).await?;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let take = usize::try_from(limit).unwrap_or(0);
        let mut leads = Vec::new();
        for Reverse(id) in found.iter().skip(skip).take(take) {
            leads.extend(tx.lead(chat, id).await?);
        }
        (leads, i64::try_from(found.len()).unwrap_or(i64::MAX))
    };
    let mut customers = Vec::with_capacity(leads.len());
    for lead in leads {
        customers.push(people::customer(&mut tx, lead).await?);
    }
    Ok(Page { customers, total })
}

async fn search(
    tx: &mut ReadTx,
    chat: &ChatId,
    query: &str,
) -> Result<BTreeSet<Reverse<LeadId>>, StoreError> {
    let mut found = BTreeSet::new();
    let email =
        query.parse().ok().map(|email: domain::lead::Email| KnownBy::Email(email.key().clone()));
    let id = query.parse().ok().map(KnownBy::Id);
    for by in email.into_iter().chain(id) {
        let leads = tx.leads_known_by(chat, &by).await?;
        found.extend(leads.into_iter().map(|lead| Reverse(lead.id)));
    }
    let wanted = folded(query);
    let mut before: Option<LeadId> = None;
    let mut searched = 0;
    while searched < SEARCHED {
        let names = tx.lead_names(chat, before.as_ref(), BATCH).await?;
        let Some(last) = names.last() else { break };
        before = Some(last.id.clone());
        searched += names.len();
        let fitting = names.iter().filter(|names| is_found(names, &wanted));
        found.extend(fitting.map(|names| Reverse(names.id.clone())));
    }
    Ok(found)
}

fn is_found(names: &LeadNames, wanted: &str) -> bool {
    let has = |text: &String| folded(text).contains(wanted);
    let full_names = names
        .first_names
        .iter()
        .flat_map(|first| names.last_names.iter().map(move |last| format!("{first} {last}")));
    has(&names.email)
        || has(&names.email_key)
        || names.stable_id.as_ref().is_some_and(|id| folded(id).starts_with(wanted))
        || [&names.first_names, &names.last_names, &names.phone_numbers]
            .into_iter()
            .flatten()
            .any(has)
        || full_names.into_iter().any(|name| has(&name))
}

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
    let mut others = Vec::new();
    for other in tx.leads_known_by(&lead.chat_id, &by).await? {
        if other.id != lead.id {
            others.push(people::customer(tx, other).await?);
        }
    }
    Ok(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_found_by_parts_of_what_is_known() {
        let names = LeadNames {
            id: LeadId::new(Timestamp::from_millis(0)),
            email: "Élodie@bücher.example".to_owned(),
            email_key: "Élodie@xn--bcher-kva.example".to_owned(),
            stable_id: Some("Customer-7".to_owned()),
            first_names: vec!["Élodie".to_owned(), "Elo".to_owned()],
            last_names: vec!["Dupont".to_owned()],
            phone_numbers: vec!["+33 1 70 00".to_owned()],
        };
        let check = |query: &str, expected: bool| {
            assert_eq!(is_found(&names, &folded(query)), expected, "{query}");
        };
        check("élodie dup", true);
        check("ELO DUPONT", true);
        check("BÜCHER", true);
        check("xn--bcher", true);
        check("customer-", true);
        check("-7", false);
        check("1 70", true);
        check("smith", false);
    }
}
