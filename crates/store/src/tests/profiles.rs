use std::time::Duration;

use domain::id::{LeadId, OperatorId};
use domain::lead::Lead;
use domain::profile::{EnteredBy, EnteredField, FieldName, FieldValue, Profile, TypedLead};

use super::conversations::a_lead;
use super::visitors::a_visitor;
use super::*;
use crate::WriteTx;

fn typed(chat: &ChatId, visitor: &domain::id::VisitorId) -> TypedLead {
    TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(NOW),
        visitor_id: visitor.clone(),
        email: "Ada@shop.example".parse().unwrap(),
        first_name: Some("Ada".parse().unwrap()),
        last_name: None,
        phone_number: Some("+44 20 7946".parse().unwrap()),
        email_marketing_consent: Some(false),
        created_at: NOW,
        updated_at: NOW,
    }
}

both!(what_a_visitor_types_is_kept_once_and_can_be_another_visitors, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (one, two) = (a_visitor(&mut tx, &chat).await.id, a_visitor(&mut tx, &chat).await.id);
    let first = typed(&chat, &one);
    assert_eq!(tx.typed_lead(&chat, &one).await.unwrap(), None);
    tx.put_typed_lead(&first).await.unwrap();
    assert_eq!(tx.typed_lead(&chat, &one).await.unwrap(), Some(first.clone()));
    let later = NOW + Duration::from_secs(1);
    let second = TypedLead { id: LeadId::new(NOW), first_name: None, updated_at: later, ..first.clone() };
    tx.put_typed_lead(&second).await.unwrap();
    // It stays the same lead.
    let kept = TypedLead { id: first.id, ..second };
    assert_eq!(tx.typed_lead(&chat, &one).await.unwrap(), Some(kept.clone()));
    tx.move_typed_lead(&chat, &one, &two).await.unwrap();
    assert_eq!(tx.typed_lead(&chat, &one).await.unwrap(), None);
    let moved = TypedLead { visitor_id: two.clone(), ..kept };
    assert_eq!(tx.typed_lead(&chat, &two).await.unwrap(), Some(moved));
    tx.delete_typed_lead(&chat, &two).await.unwrap();
    assert_eq!(tx.typed_lead(&chat, &two).await.unwrap(), None);
    tx.commit().await.unwrap();
});

fn entered(name: &str, by: EnteredBy) -> EnteredField {
    EnteredField { value: FieldValue::FirstName(name.parse().unwrap()), by, at: NOW }
}

async fn shown(tx: &mut WriteTx, lead: &Lead) -> Option<String> {
    let profile: Profile = tx.profile(lead.clone()).await.unwrap();
    profile.shown(FieldName::FirstName)
}

both!(a_field_has_a_value_of_each_source, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = a_lead(&mut tx, &chat, "a@shop.example").await;
    let (visitor, other) = (a_visitor(&mut tx, &chat).await.id, a_visitor(&mut tx, &chat).await.id);
    let operator = OperatorId::new(NOW);
    assert_eq!(shown(&mut tx, &lead).await, None);
    let by_visitor = entered("Typed", EnteredBy::Visitor(visitor.clone()));
    tx.put_field(&chat, &lead.id, &by_visitor).await.unwrap();
    assert_eq!(shown(&mut tx, &lead).await.as_deref(), Some("Typed"));
    let by_operator = entered("Entered", EnteredBy::Operator(operator.clone()));
    tx.put_field(&chat, &lead.id, &by_operator).await.unwrap();
    assert_eq!(shown(&mut tx, &lead).await.as_deref(), Some("Entered"));
    let again = entered("Again", EnteredBy::Operator(operator));
    tx.put_field(&chat, &lead.id, &again).await.unwrap();
    let profile = tx.profile(lead.clone()).await.unwrap();
    assert_eq!(profile, Profile::new(lead.clone(), vec![again, by_visitor]));
    tx.clear_entered_field(&chat, &lead.id, FieldName::LastName).await.unwrap();
    tx.clear_entered_field(&chat, &lead.id, FieldName::FirstName).await.unwrap();
    assert_eq!(shown(&mut tx, &lead).await.as_deref(), Some("Typed"));
    tx.take_back_typed_fields(&chat, &lead.id, &other).await.unwrap();
    assert_eq!(shown(&mut tx, &lead).await.as_deref(), Some("Typed"));
    tx.take_back_typed_fields(&chat, &lead.id, &visitor).await.unwrap();
    assert_eq!(shown(&mut tx, &lead).await, None);
    tx.commit().await.unwrap();
});

both!(customers_are_read_by_what_they_are_searched_by, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut leads = Vec::new();
    for number in 0..5 {
        let lead = a_lead(&mut tx, &chat, &format!("A{number}@shop.example")).await;
        leads.push(lead);
    }
    leads.sort_by(|one, two| two.id.cmp(&one.id));
    let visitor = a_visitor(&mut tx, &chat).await.id;
    for (at, name) in [(1, "One"), (3, "Three")] {
        let field = entered(name, EnteredBy::Visitor(visitor.clone()));
        tx.put_field(&chat, &leads[at].id, &field).await.unwrap();
    }
    let attributes = tx.newest_attributes(&chat, 2).await.unwrap();
    assert_eq!(attributes, [leads[0].attributes.clone(), leads[1].attributes.clone()]);
    tx.commit().await.unwrap();
});
