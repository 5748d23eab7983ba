//! Whom a conversation is with, as the chat's own people see it: a customer who was vouched for, or what a visitor typed.

use std::collections::{BTreeSet, HashMap};

use domain::account::Operator;
use domain::conversation::{Author, Conversation, Message, Note};
use domain::id::{AccountId, OperatorId};
use domain::lead::Lead;
use domain::profile::{Profile, TypedLead};
use store::{ReadTx, StoreError};

/// A person.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Who.
    pub who: Who,
    /// Whether another customer of the chat has the same email.
    pub shares_email: bool,
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// A customer whom the merchant vouched for.
    Customer(Profile),
    /// An unverified visitor, as far as it says: nobody vouches for that.
    Typed(TypedLead),
}

/// Whom a conversation is with, where anything is known of that.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_conversation(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Option<Person>, StoreError> {
    let mut people = of_conversations(tx, std::slice::from_ref(conversation)).await?;
    Ok(people.pop().flatten())
}

/// Whom each of `conversations` is with: a few statements, however many they are.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_conversations(
    tx: &mut ReadTx,
    conversations: &[Conversation],
) -> Result<Vec<Option<Person>>, StoreError> {
    let mut people: Vec<Option<Person>> = conversations.iter().map(|_| None).collect();
    let (mut customers, mut visitors) = (Vec::new(), Vec::new());
    for (place, one) in conversations.iter().enumerate() {
        match &one.lead_id {
            Some(lead) => customers.push((place, (&one.chat_id, lead))),
            None => visitors.push((place, (&one.chat_id, &one.visitor_id))),
        }
    }
    let ids: Vec<_> = customers.iter().map(|(_, id)| *id).collect();
    let leads = if ids.is_empty() { Vec::new() } else { tx.leads_with_ids(&ids).await? };
    let found = customers.iter().zip(leads).filter_map(|((place, _), lead)| Some((*place, lead?)));
    let (places, leads): (Vec<usize>, Vec<Lead>) = found.unzip();
    for (place, person) in places.into_iter().zip(self::customers(tx, leads).await?) {
        people[place] = Some(person);
    }
    let ids: Vec<_> = visitors.iter().map(|(_, id)| *id).collect();
    let typed = if ids.is_empty() { Vec::new() } else { tx.typed_leads(&ids).await? };
    let found = visitors.iter().zip(typed).filter_map(|((place, _), typed)| Some((*place, typed?)));
    let (places, typed): (Vec<usize>, Vec<TypedLead>) = found.unzip();
    for (place, person) in places.into_iter().zip(self::typed(tx, typed).await?) {
        people[place] = Some(person);
    }
    Ok(people)
}

/// A customer with what is known of them.
///
/// # Errors
/// When the database cannot answer.
pub async fn customer(tx: &mut ReadTx, lead: Lead) -> Result<Person, StoreError> {
    let shares_email = tx.shares_email(&lead).await?;
    let profile = tx.profile(lead).await?;
    Ok(Person { who: Who::Customer(profile), shares_email })
}

/// Customers with what is known of them.
///
/// # Errors
/// When the database cannot answer.
pub async fn customers(tx: &mut ReadTx, leads: Vec<Lead>) -> Result<Vec<Person>, StoreError> {
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let emails: Vec<_> =
        leads.iter().map(|lead| (&lead.chat_id, lead.email.key(), Some(&lead.id))).collect();
    let shared = tx.are_customers_emails(&emails).await?;
    let profiles = tx.profiles(leads).await?.into_iter().zip(shared);
    let person = |(profile, shares_email)| Person { who: Who::Customer(profile), shares_email };
    Ok(profiles.map(person).collect())
}

/// Visitors by what they typed, each with whether a customer has the same email.
///
/// # Errors
/// When the database cannot answer.
pub async fn typed(tx: &mut ReadTx, typed: Vec<TypedLead>) -> Result<Vec<Person>, StoreError> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let emails: Vec<_> = typed.iter().map(|one| (&one.chat_id, one.email.key(), None)).collect();
    let shared = tx.are_customers_emails(&emails).await?;
    let all = typed.into_iter().zip(shared);
    Ok(all.map(|(one, shares_email)| Person { who: Who::Typed(one), shares_email }).collect())
}

/// An account's operators, as far as they were asked for.
#[derive(Debug, Clone, Default)]
pub struct Operators(HashMap<OperatorId, Operator>);

impl Operators {
    /// The operators with these ids, those who were removed since included.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn read(
        tx: &mut ReadTx,
        account: &AccountId,
        ids: BTreeSet<OperatorId>,
    ) -> Result<Self, StoreError> {
        let mut operators = HashMap::new();
        for id in ids {
            if let Some(found) = tx.operator_or_former(account, &id).await? {
                operators.insert(id, found);
            }
        }
        Ok(Self(operators))
    }

    /// The operators who wrote some of `messages`.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn who_wrote(
        tx: &mut ReadTx,
        account: &AccountId,
        messages: &[Message],
    ) -> Result<Self, StoreError> {
        Self::read(tx, account, messages.iter().filter_map(writer).collect()).await
    }

    /// The operators who wrote some of these messages and notes, and the one whom their conversation is assigned to.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn of_thread(
        tx: &mut ReadTx,
        account: &AccountId,
        conversation: &Conversation,
        (messages, notes): (&[Message], &[Note]),
    ) -> Result<Self, StoreError> {
        let writers = messages.iter().filter_map(writer);
        let writers = writers.chain(notes.iter().map(|note| note.operator_id.clone()));
        let all = writers.chain(conversation.attention.assignee.clone()).collect();
        Self::read(tx, account, all).await
    }

    /// The operators whom `conversations` are assigned to.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn assigned(
        tx: &mut ReadTx,
        account: &AccountId,
        conversations: &[Conversation],
    ) -> Result<Self, StoreError> {
        let assignees = conversations.iter().filter_map(|one| one.attention.assignee.clone());
        Self::read(tx, account, assignees.collect()).await
    }

    /// The operator `id`, unless they are gone.
    #[must_use]
    pub fn get(&self, id: &OperatorId) -> Option<&Operator> {
        self.0.get(id)
    }

    /// The operator's email, or the id of one who is gone.
    #[must_use]
    pub fn name(&self, id: &OperatorId) -> String {
        let operator = self.0.get(id);
        operator.map_or_else(|| id.to_string(), |operator| operator.email.signed().to_owned())
    }
}

fn writer(message: &Message) -> Option<OperatorId> {
    match &message.author {
        Author::Operator(id) => Some(id.clone()),
        Author::Visitor | Author::Assistant => None,
    }
}
