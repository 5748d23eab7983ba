//! The table of a chat's contacts: filtered, searched, in order, a page at a time; and all of it as a file.

use std::collections::VecDeque;

use domain::audit::AuditKind;
use domain::id::{ChatId, LeadId};
use domain::lead::Email;
use domain::search::Question;
use domain::time::Timestamp;
use serde_json::Value;
use store::{Contact, ContactOrder, ContactPlace, KnownBy, ReadTx, Scope, StoreError};

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::app::people::{self, Person};

/// Contacts on a page.
pub const PER_PAGE: usize = 50;
/// Contacts that are read at once: first as many as a page shows, and where few of them fit, more.
const FIRST: i64 = 51;
/// See above.
const BATCH: i64 = 500;
/// A page looks at no more contacts than this: where few fit, it ends earlier, and the next one goes on.
pub const MOST_READ: usize = 10_000;
/// How many contacts a search finds: those that changed last.
pub const MOST_HITS: i64 = 1_000;

/// Which contacts are shown: all, where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only customers (true), or only those who typed who they are.
    pub verified: Option<bool>,
    /// Only those who said yes, or no, to marketing by email.
    pub consent: Option<bool>,
    /// Only those known since then.
    pub since: Option<Timestamp>,
    /// Only those with a conversation, or without.
    pub talks: Option<bool>,
    /// Only those with this value of this attribute.
    pub attribute: Option<(String, String)>,
    /// In which order.
    pub order: ContactOrder,
}

/// A page of contacts.
#[derive(Debug, Clone)]
pub struct Page {
    /// The contacts.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` on the last. A page that is not full may have a next one.
    pub next: Option<ContactPlace>,
}

/// A contact on a page.
#[derive(Debug, Clone)]
pub struct Row {
    /// The contact.
    pub contact: Contact,
    /// The same, with what is known beside the tokens.
    pub person: Person,
}

impl Filter {
    fn fits(&self, contact: &Contact) -> bool {
        let (verified, created_at, talks, consent) = match contact {
            Contact::Customer { lead, talks, consent } => (true, lead.created_at, *talks, *consent),
            Contact::Typed { typed, conversation } => {
                (false, typed.created_at, conversation.is_some(), typed.email_marketing_consent)
            }
        };
        self.verified.is_none_or(|only| only == verified)
            && self.since.is_none_or(|since| created_at >= since)
            && self.talks.is_none_or(|only| only == talks)
            && self.consent.is_none_or(|only| consent == Some(only))
            && self.attribute.as_ref().is_none_or(|(name, value)| has(contact, name, value))
    }
}

/// Whether an attribute is `value`, as people write it.
fn has(contact: &Contact, name: &str, value: &str) -> bool {
    let Contact::Customer { lead, .. } = contact else { return false };
    match lead.attributes.as_map().get(name) {
        Some(Value::String(text)) => text == value,
        Some(Value::Null) | None => false,
        Some(other) => attribute_text(other) == value,
    }
}

/// A value that is no text, as JSON writes it.
fn attribute_text(value: &Value) -> String {
    value.to_string()
}

/// The contacts of a chat, one after the other, in the order of a filter.
struct Contacts<'f> {
    chat: ChatId,
    filter: &'f Filter,
    place: Option<ContactPlace>,
    customers: Source,
    typed: Source,
    /// How many were read so far.
    read: usize,
}

/// One of the two tables that contacts are in.
#[derive(Debug, Default)]
struct Source {
    rows: VecDeque<Contact>,
    place: Option<ContactPlace>,
    is_done: bool,
}

impl<'f> Contacts<'f> {
    fn new(chat: &ChatId, filter: &'f Filter, place: Option<ContactPlace>) -> Self {
        let apart = filter.order == ContactOrder::Email;
        let source = |of_customers: bool| {
            let unwanted = filter.verified.is_some_and(|only| only != of_customers);
            // By email all customers come first: where one is among what was typed, they are done.
            let in_other = place.as_ref().filter(|place| apart && place.is_typed == of_customers);
            Source {
                place: place.clone().filter(|_| in_other.is_none()),
                is_done: unwanted || (of_customers && in_other.is_some()),
                rows: VecDeque::new(),
            }
        };
        let (customers, typed) = (source(true), source(false));
        Self { chat: chat.clone(), filter, place, customers, typed, read: 0 }
    }

    /// The next one, whether it fits or not; `None` at the end.
    async fn next(&mut self, tx: &mut ReadTx) -> Result<Option<Contact>, StoreError> {
        let order = self.filter.order;
        let most = if self.read == 0 { FIRST } else { BATCH };
        if self.customers.rows.is_empty() && !self.customers.is_done {
            let place = self.customers.place.as_ref();
            let rows = tx.customer_contacts(&self.chat, order, place, most).await?;
            self.customers.fill(rows, most);
        }
        if self.typed.rows.is_empty() && !self.typed.is_done {
            let place = self.typed.place.as_ref();
            let rows = tx.typed_contacts(&self.chat, order, place, most).await?;
            self.typed.fill(rows, most);
        }
        let next = match (self.customers.rows.front(), self.typed.rows.front()) {
            (Some(one), Some(two)) if two.place().is_before(&one.place(), order) => {
                self.typed.rows.pop_front()
            }
            (Some(_), _) => self.customers.rows.pop_front(),
            (None, _) => self.typed.rows.pop_front(),
        };
        self.read += usize::from(next.is_some());
        self.place = next.as_ref().map(Contact::place).or_else(|| self.place.take());
        Ok(next)
    }
}

impl Source {
    fn fill(&mut self, rows: Vec<Contact>, most: i64) {
        self.is_done = rows.len() < usize::try_from(most).unwrap_or(usize::MAX);
        self.place = rows.last().map(Contact::place);
        self.rows = rows.into();
    }
}

/// A page of a chat's contacts, after `place`.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    app: &App,
    chat: &ChatId,
    filter: &Filter,
    place: Option<ContactPlace>,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read_replica().await?;
    let mut contacts = Contacts::new(chat, filter, place);
    let mut shown = Vec::new();
    while shown.len() < PER_PAGE && contacts.read < MOST_READ {
        let Some(contact) = contacts.next(&mut tx).await? else {
            return Ok(Page { rows: rows(&mut tx, shown).await?, next: None });
        };
        if filter.fits(&contact) {
            shown.push(contact);
        }
    }
    let next = contacts.place.clone();
    let more = contacts.next(&mut tx).await?.is_some();
    Ok(Page { rows: rows(&mut tx, shown).await?, next: next.filter(|_| more) })
}

/// What a search finds among a chat's contacts: those of whom all words of the question are known, and whoever has it as email or id.
///
/// # Errors
/// When the database cannot answer.
pub async fn search(
    app: &App,
    chat: &ChatId,
    filter: &Filter,
    query: &str,
    place: Option<ContactPlace>,
) -> Result<Page, StoreError> {
    let mut tx = app.store.read_replica().await?;
    let mut found = matching(&mut tx, chat, filter, query).await?;
    found.retain(|contact| {
        place.as_ref().is_none_or(|place| place.is_before(&contact.place(), filter.order))
    });
    let more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let next = found.last().filter(|_| more).map(Contact::place);
    Ok(Page { rows: rows(&mut tx, found).await?, next })
}

async fn matching(
    tx: &mut ReadTx,
    chat: &ChatId,
    filter: &Filter,
    query: &str,
) -> Result<Vec<Contact>, StoreError> {
    let mut ids: Vec<LeadId> = Vec::new();
    let email = query.trim().parse::<Email>().ok();
    let by_email = email.as_ref().map(|email| KnownBy::Email(email.key().clone()));
    let id = query.trim().parse().ok().map(KnownBy::Id);
    for by in by_email.into_iter().chain(id) {
        ids.extend(tx.leads_known_by(chat, &by).await?.into_iter().map(|lead| lead.id));
    }
    if let Some(question) = Question::parse(query) {
        ids.extend(tx.people_with(chat, &question, MOST_HITS).await?);
    }
    ids.sort();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        found.extend(tx.contact(chat, &id).await?.filter(|contact| filter.fits(contact)));
    }
    // Who has the whole address is meant, and not whoever has each of its words somewhere.
    if let Some(email) = &email
        && found.iter().any(|contact| contact.place().email_key == email.key().as_str())
    {
        found.retain(|contact| contact.place().email_key == email.key().as_str());
    }
    found.sort_by(|a, b| {
        let before = a.place().is_before(&b.place(), filter.order);
        if before { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
    });
    Ok(found)
}

/// Contacts with what is known of them.
async fn rows(tx: &mut ReadTx, contacts: Vec<Contact>) -> Result<Vec<Row>, StoreError> {
    let (mut leads, mut typed) = (Vec::new(), Vec::new());
    for contact in &contacts {
        match contact {
            Contact::Customer { lead, .. } => leads.push((**lead).clone()),
            Contact::Typed { typed: one, .. } => typed.push((**one).clone()),
        }
    }
    let mut customers = people::customers(tx, leads).await?.into_iter();
    let mut typed = people::typed(tx, typed).await?.into_iter();
    // Each kind in the order of its contacts.
    let rows = contacts.into_iter().filter_map(|contact| {
        let person = match &contact {
            Contact::Customer { .. } => customers.next(),
            Contact::Typed { .. } => typed.next(),
        };
        person.map(|person| Row { contact, person })
    });
    Ok(rows.collect())
}

/// All contacts that a filter shows, or that a search finds, read bit by bit while they are written into a file.
#[derive(Debug)]
pub struct Export {
    chat: ChatId,
    filter: Filter,
    place: Option<ContactPlace>,
    /// What a search found; `None` where all are read.
    found: Option<VecDeque<Contact>>,
    is_done: bool,
}

impl Export {
    /// Begins one, and writes down who wants it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn begin(
        app: &App,
        by: &Actor,
        chat: &ChatId,
        filter: Filter,
        query: &str,
    ) -> Result<Self, StoreError> {
        let found = match query.trim() {
            "" => None,
            query => {
                let mut tx = app.store.read_replica().await?;
                Some(matching(&mut tx, chat, &filter, query).await?.into())
            }
        };
        let mut tx = app.store.write(Scope::Chat(chat)).await?;
        let deed = Deed { kind: AuditKind::ContactsExported, subject: "", detail: "" };
        audit::append(&mut tx, Some(by), chat, deed, app.clock.now()).await?;
        tx.commit().await?;
        Ok(Self { chat: chat.clone(), filter, place: None, found, is_done: false })
    }

    /// Some more; `None` at the end.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn more(&mut self, app: &App) -> Result<Option<Vec<Row>>, StoreError> {
        if self.is_done {
            return Ok(None);
        }
        if let Some(found) = &mut self.found {
            let mut tx = app.store.read_replica().await?;
            let next = found.drain(..found.len().min(PER_PAGE)).collect();
            self.is_done = found.is_empty();
            return Ok(Some(rows(&mut tx, next).await?));
        }
        let page = list(app, &self.chat, &self.filter, self.place.take()).await?;
        self.is_done = page.next.is_none();
        self.place = page.next;
        Ok(Some(page.rows))
    }
}
