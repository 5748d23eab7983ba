use domain::id::LeadId;
use domain::lead::Lead;
use domain::profile::{EnteredBy, EnteredField, FieldValue, TypedLead};

use super::conversations::{a_conversation, a_lead};
use super::visitors::a_visitor;
use super::*;
use crate::{Contact, ContactOrder, ContactPlace, WriteTx};

async fn typed(
    tx: &mut WriteTx,
    chat: &ChatId,
    visitor: &domain::id::VisitorId,
    email: &str,
) -> TypedLead {
    let typed = TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(NOW),
        visitor_id: visitor.clone(),
        email: email.parse().unwrap(),
        first_name: None,
        last_name: None,
        phone_number: None,
        email_marketing_consent: Some(true),
        created_at: NOW,
        updated_at: NOW,
    };
    tx.put_typed_lead(&typed).await.unwrap();
    typed
}

async fn all(tx: &mut WriteTx, chat: &ChatId, order: ContactOrder) -> Vec<LeadId> {
    let mut ids = Vec::new();
    let mut place: Option<ContactPlace> = None;
    loop {
        let page = tx.customer_contacts(chat, order, place.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { return ids };
        place = Some(last.place());
        ids.extend(page.iter().map(|contact| contact.id().clone()));
    }
}

both!(contacts_are_read_page_by_page_in_each_order, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut leads: Vec<Lead> = Vec::new();
    for email in ["c@shop.example", "a@shop.example", "b@shop.example", "A@shop.example"] {
        let lead = a_lead(&mut tx, &chat, "x@shop.example").await;
        tx.delete_lead(&chat, &lead.id).await.unwrap();
        let stable_id = Some(lead.id.as_str().parse().unwrap());
        let lead = Lead { email: email.parse().unwrap(), stable_id, ..lead };
        tx.put_lead(&lead).await.unwrap();
        leads.push(lead);
    }
    let sorted = |key: &dyn Fn(&Lead) -> (String, LeadId)| {
        let mut sorted = leads.clone();
        sorted.sort_by_key(key);
        sorted.into_iter().map(|lead| lead.id).collect::<Vec<_>>()
    };
    let by_id = sorted(&|lead| (String::new(), lead.id.clone()));
    assert_eq!(all(&mut tx, &chat, ContactOrder::Oldest).await, by_id);
    assert_eq!(all(&mut tx, &chat, ContactOrder::Newest).await, by_id.into_iter().rev().collect::<Vec<_>>());
    let by_email = sorted(&|lead| (lead.email.key().as_str().to_owned(), lead.id.clone()));
    assert_eq!(all(&mut tx, &chat, ContactOrder::Email).await, by_email);
    let pages = tx.customer_contacts(&chat, ContactOrder::Email, None, 10).await.unwrap();
    for pair in pages.windows(2) {
        assert!(pair[0].place().is_before(&pair[1].place(), ContactOrder::Email));
        assert!(!pair[1].place().is_before(&pair[0].place(), ContactOrder::Email));
    }
    tx.commit().await.unwrap();
});

both!(a_contact_says_whether_there_is_a_conversation_and_consent, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = a_lead(&mut tx, &chat, "ada@shop.example").await;
    let is = |contact: &Contact| match contact {
        Contact::Customer { talks, consent, .. } => (*talks, *consent),
        Contact::Typed { typed, conversation } => {
            (conversation.is_some(), typed.email_marketing_consent)
        }
    };
    let before = tx.contact(&chat, &lead.id).await.unwrap().unwrap();
    assert_eq!(is(&before), (false, None));
    let conversation = a_conversation(&mut tx, &chat).await;
    let visitor = conversation.visitor_id.clone();
    tx.tie_conversation(&chat, &visitor, &lead.id, NOW).await.unwrap();
    let value = FieldValue::EmailMarketingConsent(false);
    let field = EnteredField { value, by: EnteredBy::Visitor(visitor.clone()), at: NOW };
    tx.put_field(&chat, &lead.id, &field).await.unwrap();
    let after = tx.contact(&chat, &lead.id).await.unwrap().unwrap();
    assert_eq!(is(&after), (true, Some(false)));
    assert_eq!(tx.customer_contacts(&chat, ContactOrder::Newest, None, 9).await.unwrap(), [after]);

    let quiet = a_visitor(&mut tx, &chat).await.id;
    let one = typed(&mut tx, &chat, &quiet, "b@else.example").await;
    let two = typed(&mut tx, &chat, &visitor, "a@else.example").await;
    let listed = tx.typed_contacts(&chat, ContactOrder::Email, None, 9).await.unwrap();
    assert_eq!(listed.iter().map(Contact::id).collect::<Vec<_>>(), [&two.id, &one.id]);
    assert_eq!(listed.iter().map(is).collect::<Vec<_>>(), [(true, Some(true)), (false, Some(true))]);
    let place = listed[0].place();
    let rest = tx.typed_contacts(&chat, ContactOrder::Email, Some(&place), 9).await.unwrap();
    assert_eq!(rest, listed[1..]);
    assert_eq!(tx.contact(&chat, &two.id).await.unwrap().as_ref(), Some(&listed[0]));
    assert_eq!(tx.contact(&chat, &LeadId::new(NOW)).await.unwrap(), None);
    tx.commit().await.unwrap();
});
