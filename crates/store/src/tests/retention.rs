//! What is old, and who deletes it.

use std::time::Duration;

use domain::conversation::Conversation;
use domain::id::{LeadId, VisitorId};
use domain::profile::TypedLead;

use super::conversations::a_conversation;
use super::visitors::a_visitor;
use super::*;
use crate::{RetentionSweep, WriteTx};

const DAY: Duration = Duration::from_hours(24);

async fn typed(tx: &mut WriteTx, chat: &ChatId, visitor: &VisitorId, at: Timestamp) {
    let lead = TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(at),
        visitor_id: visitor.clone(),
        email: "eve@shop.example".parse().unwrap(),
        first_name: None,
        last_name: None,
        phone_number: None,
        email_marketing_consent: None,
        created_at: at,
        updated_at: at,
    };
    tx.put_typed_lead(&lead).await.unwrap();
}

both!(what_is_old_is_found_and_counted_up_to_a_limit, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut conversations = Vec::new();
    for days in [0, 1, 2] {
        let conversation = a_conversation(&mut tx, &chat).await;
        let last_message_at = NOW - DAY * days;
        let conversation = Conversation { last_message_at, ..conversation };
        tx.put_conversation(&conversation).await.unwrap();
        conversations.push(conversation);
    }
    a_conversation(&mut tx, &other).await;
    let before = NOW - Duration::from_hours(12);
    let found = tx.old_conversations(&chat, before, 10).await.unwrap();
    let ids = |at: usize| (conversations[at].id.clone(), conversations[at].visitor_id.clone());
    assert_eq!(found, [ids(2), ids(1)]);
    assert_eq!(tx.old_conversations(&chat, before, 1).await.unwrap(), [ids(2)]);
    assert_eq!(tx.count_old_conversations(&chat, before, 10).await.unwrap(), 2);
    assert_eq!(tx.count_old_conversations(&chat, before, 1).await.unwrap(), 1);

    // Who typed long ago and goes on writing is not forgotten.
    typed(&mut tx, &chat, &conversations[0].visitor_id, NOW - DAY * 9).await;
    typed(&mut tx, &chat, &conversations[1].visitor_id, NOW - DAY * 9).await;
    let silent = a_visitor(&mut tx, &chat).await.id;
    typed(&mut tx, &chat, &silent, NOW - DAY * 8).await;
    let late = a_visitor(&mut tx, &chat).await.id;
    typed(&mut tx, &chat, &late, NOW).await;
    let found = tx.old_typed_leads(&chat, before, 10).await.unwrap();
    assert_eq!(found, [conversations[1].visitor_id.clone(), silent]);
    assert_eq!(tx.count_old_typed_leads(&chat, before, 10).await.unwrap(), 2);
    assert_eq!(tx.count_old_typed_leads(&chat, before, 1).await.unwrap(), 1);
});

both!(one_looks_for_what_is_old_at_a_time, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let later = NOW + DAY;
    assert_eq!(tx.retention_sweep(&chat).await.unwrap(), None);
    tx.put_retention_due(&chat, NOW).await.unwrap();
    assert_eq!(tx.chats_due_for_retention(NOW - DAY, 9).await.unwrap(), []);
    assert_eq!(tx.chats_due_for_retention(NOW, 9).await.unwrap(), std::slice::from_ref(&chat));
    assert!(tx.claim_retention(&chat, later, NOW).await.unwrap());
    assert!(!tx.claim_retention(&chat, later, NOW).await.unwrap());
    let sweep = RetentionSweep {
        due_at: later,
        swept_at: Some(NOW),
        deleted_at: Some(NOW),
        conversations: 3,
        leads: 1,
    };
    tx.put_retention_sweep(&chat, &sweep).await.unwrap();
    assert_eq!(tx.retention_sweep(&chat).await.unwrap(), Some(sweep));
    tx.put_retention_due(&chat, NOW).await.unwrap();
    assert_eq!(tx.retention_sweep(&chat).await.unwrap(), Some(RetentionSweep { due_at: NOW, ..sweep }));
    tx.end_retention(&chat).await.unwrap();
    assert_eq!(tx.retention_sweep(&chat).await.unwrap(), None);
});
