use std::collections::BTreeSet;
use std::time::Duration;

use domain::conversation::Conversation;
use domain::id::{ConversationId, LeadId, VisitorId};
use domain::lead::Lead;
use domain::profile::{EnteredBy, EnteredField, FieldValue, TypedLead};
use domain::search::{Question, words_of_customer, words_of_message, words_of_typed};

use super::conversations::{a_conversation, a_lead, a_message};
use super::visitors::a_visitor;
use super::*;
use crate::{WriteTx, Writes};

async fn indexed(tx: &mut WriteTx, chat: &ChatId, texts: &[&str]) -> Conversation {
    let conversation = a_conversation(tx, chat).await;
    for (seq, text) in (1..).zip(texts) {
        tx.append_message(&conversation, &a_message(seq, text, NOW), None).await.unwrap();
    }
    let conversation = tx.conversation(chat, &conversation.id).await.unwrap().unwrap();
    index(tx, &conversation).await;
    conversation
}

async fn index(tx: &mut WriteTx, conversation: &Conversation) {
    let after = tx.indexed_seq(conversation).await.unwrap();
    let messages = tx.messages(&conversation.chat_id, &conversation.id, after, 100).await.unwrap();
    let words: Vec<(i64, BTreeSet<String>)> =
        messages.iter().map(|one| (one.seq, words_of_message(one.text.as_str()))).collect();
    tx.index_messages(conversation, &words).await.unwrap();
}

async fn found(tx: &mut WriteTx, chat: &ChatId, text: &str) -> Vec<(ConversationId, i64)> {
    tx.messages_with(chat, &Question::parse(text).unwrap(), 10).await.unwrap()
}

both!(messages_are_found_by_their_words_in_any_script, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let one = indexed(&mut tx, &chat, &["Where is my order #1042?", "It is on its way"]).await;
    let two = indexed(&mut tx, &chat, &["緑茶を二つください", "¿Dónde está mi pedido?", "أين طلبي؟"]).await;
    let foreign = indexed(&mut tx, &other, &["My order 1042"]).await;
    let check = async |tx: &mut WriteTx, text: &str, expected: &[(&Conversation, i64)]| {
        let expected: Vec<_> = expected.iter().map(|(of, seq)| (of.id.clone(), *seq)).collect();
        assert_eq!(found(tx, &chat, text).await, expected, "{text}");
    };
    check(&mut tx, "order", &[(&one, 1)]).await;
    check(&mut tx, "ORD 10", &[(&one, 1)]).await;
    check(&mut tx, "order way", &[]).await;
    check(&mut tx, "is", &[(&one, 2), (&one, 1)]).await;
    check(&mut tx, "茶を二つ", &[(&two, 1)]).await;
    check(&mut tx, "donde esta", &[(&two, 2)]).await;
    check(&mut tx, "طلبي", &[(&two, 3)]).await;
    check(&mut tx, "' OR 1=1 \" * -x", &[]).await;
    assert_eq!(found(&mut tx, &other, "order").await, [(foreign.id.clone(), 1)]);
    let question = Question::parse("order").unwrap();
    assert_eq!(tx.people_with(&chat, &question, 10).await.unwrap(), []);
    tx.commit().await.unwrap();
});

both!(what_is_removed_or_moved_is_not_found_where_it_was, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let old = indexed(&mut tx, &chat, &["first secret", "second"]).await;
    assert_eq!(tx.conversations_to_index(10).await.unwrap(), []);
    let stranger = a_visitor(&mut tx, &chat).await.id;
    let owner = old.visitor_id.clone();
    tx.put_conversation(&Conversation { visitor_id: stranger, last_seq: 1, ..old.clone() }).await.unwrap();
    let new = Conversation { id: ConversationId::new(NOW), visitor_id: owner, last_seq: 1, ..old.clone() };
    tx.add_conversation(&new).await.unwrap();
    tx.move_messages(&old, 1, &new.id).await.unwrap();
    assert_eq!(found(&mut tx, &chat, "second").await, []);
    let due = tx.conversations_to_index(10).await.unwrap();
    assert_eq!(due.len(), 2);
    for conversation in &due {
        index(&mut tx, conversation).await;
    }
    assert_eq!(found(&mut tx, &chat, "second").await, [(new.id.clone(), 1)]);
    assert_eq!(found(&mut tx, &chat, "secret").await, [(old.id.clone(), 1)]);
    tx.delete_messages(&old, 1).await.unwrap();
    assert_eq!(found(&mut tx, &chat, "secret").await, []);
    tx.delete_conversation(&new).await.unwrap();
    assert_eq!(found(&mut tx, &chat, "second").await, []);
    tx.commit().await.unwrap();
});

async fn people(tx: &mut WriteTx, chat: &ChatId, text: &str) -> Vec<LeadId> {
    tx.people_with(chat, &Question::parse(text).unwrap(), 10).await.unwrap()
}

async fn index_due_customers(tx: &mut WriteTx) -> usize {
    let due = tx.leads_to_index(10).await.unwrap();
    for lead in &due {
        let fields = tx.profile(lead.clone()).await.unwrap().fields();
        tx.index_customer(lead, &words_of_customer(lead, &fields)).await.unwrap();
    }
    due.len()
}

both!(customers_are_found_by_what_is_known_of_them_now, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = a_lead(&mut tx, &chat, "ada@shop.example").await;
    assert_eq!(index_due_customers(&mut tx).await, 1);
    assert_eq!(index_due_customers(&mut tx).await, 0);
    assert_eq!(people(&mut tx, &chat, "ada shop").await, std::slice::from_ref(&lead.id));
    // A token that says the same changes nothing; one that says more does.
    tx.put_lead(&Lead { claims_issued_at: 11.0, ..lead.clone() }).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 0);
    let renamed = Lead {
        claims_issued_at: 12.0,
        first_name: Some("Grace".parse().unwrap()),
        email: "grace@navy.example".parse().unwrap(),
        ..lead.clone()
    };
    tx.put_lead(&renamed).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 1);
    assert_eq!(people(&mut tx, &chat, "ada").await, []);
    assert_eq!(people(&mut tx, &chat, "grace").await, std::slice::from_ref(&lead.id));
    let visitor = a_visitor(&mut tx, &chat).await.id;
    let number = FieldValue::PhoneNumber("+44 20 7946".parse().unwrap());
    let field = EnteredField { value: number, by: EnteredBy::Visitor(visitor.clone()), at: NOW };
    tx.put_field(&chat, &lead.id, &field).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 1);
    assert_eq!(people(&mut tx, &chat, "44207946").await, std::slice::from_ref(&lead.id));
    tx.take_back_typed_fields(&chat, &lead.id, &visitor).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 1);
    assert_eq!(people(&mut tx, &chat, "44207946").await, []);
    tx.delete_lead(&chat, &lead.id).await.unwrap();
    assert_eq!(people(&mut tx, &chat, "grace").await, []);
    tx.commit().await.unwrap();
});

both!(new_customers_are_found_at_once_and_by_what_changed_later, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut new = Vec::new();
    for email in ["ada@shop.example", "grace@navy.example"] {
        let mut lead = a_lead(&mut tx, &chat, email).await;
        lead.id = LeadId::new(NOW);
        lead.email = format!("new.{email}").parse().unwrap();
        let words = words_of_customer(&lead, &[]);
        new.push((lead, words));
    }
    assert_eq!(index_due_customers(&mut tx).await, 2);
    let mut writes = Writes::default();
    writes.put_leads(new.iter().map(|(lead, _)| (lead, false)));
    writes.index_new_customers(new.iter().map(|(lead, words)| (lead, words)));
    tx.write(writes).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 0);
    let (ada, grace) = (&new[0].0, &new[1].0);
    assert_eq!(people(&mut tx, &chat, "new ada").await, std::slice::from_ref(&ada.id));
    assert_eq!(people(&mut tx, &chat, "new navy").await, std::slice::from_ref(&grace.id));
    let renamed = Lead { claims_issued_at: 12.0, email: "lovelace@shop.example".parse().unwrap(), ..ada.clone() };
    tx.put_lead(&renamed).await.unwrap();
    assert_eq!(index_due_customers(&mut tx).await, 1);
    assert_eq!(people(&mut tx, &chat, "new ada").await, []);
    assert_eq!(people(&mut tx, &chat, "lovelace").await, std::slice::from_ref(&ada.id));
});

fn typed(chat: &ChatId, visitor: &VisitorId) -> TypedLead {
    TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(NOW),
        visitor_id: visitor.clone(),
        email: "Eve@else.example".parse().unwrap(),
        first_name: Some("Eve".parse().unwrap()),
        last_name: None,
        phone_number: None,
        email_marketing_consent: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

both!(visitors_are_found_by_what_they_typed_last, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let visitor = a_visitor(&mut tx, &chat).await.id;
    let first = typed(&chat, &visitor);
    tx.put_typed_lead(&first).await.unwrap();
    for (name, missing) in [("eve", "mallory"), ("mallory", "eve")] {
        let due = tx.typed_leads_to_index(10).await.unwrap();
        assert_eq!(due.len(), 1);
        tx.index_typed_lead(&due[0], &words_of_typed(&due[0])).await.unwrap();
        assert_eq!(tx.typed_leads_to_index(10).await.unwrap(), []);
        assert_eq!(people(&mut tx, &chat, name).await, std::slice::from_ref(&first.id));
        assert_eq!(people(&mut tx, &chat, missing).await, []);
        let updated_at = NOW + Duration::from_secs(1);
        let email = "mallory@else.example".parse().unwrap();
        let first_name = Some("Mallory".parse().unwrap());
        tx.put_typed_lead(&TypedLead { email, first_name, updated_at, ..first.clone() }).await.unwrap();
    }
    tx.delete_typed_lead(&chat, &visitor).await.unwrap();
    assert_eq!(people(&mut tx, &chat, "mallory").await, []);
    tx.commit().await.unwrap();
});
