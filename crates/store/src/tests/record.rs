//! The record.

use domain::id::{LeadId, VisitorId};
use domain::record::{Chain, Entry, EntryKind};
use domain::visitor::Identity;

use super::*;
use crate::{RecordHead, RecordOf, WriteTx, Writes};

/// A visitor of a customer.
async fn a_known_visitor(tx: &mut WriteTx, chat: &ChatId) -> (LeadId, VisitorId) {
    let lead = super::conversations::a_lead(tx, chat, "a@shop.example").await.id;
    let mut visitor = super::visitors::a_visitor(tx, chat).await;
    visitor.identity = Some(Identity {
        lead_id: lead.clone(),
        kid: "k".parse().unwrap(),
        issued_at: 1.0,
        identified_at: NOW,
        expires_at: NOW,
    });
    tx.put_visitor(&visitor).await.unwrap();
    (lead, visitor.id)
}

both!(entries_are_sealed_in_order_and_read_back_by_whom_they_are_about, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (lead, visitor) = a_known_visitor(&mut tx, &chat).await;
    let entry = |kind, ms| Entry::new(chat.clone(), kind, Timestamp::from_millis(ms));
    let first = entry(EntryKind::Activated, 1).about_key(&"k".parse().unwrap());
    let second = Entry {
        visitor_id: Some(visitor.clone()),
        reason: Some("expired".to_owned()),
        count: Some(3),
        request_id: Some("01k".to_owned()),
        origin: Some("https://shop.example".to_owned()),
        ..entry(EntryKind::Refused, 2).about_customer(&lead)
    };

    assert!(tx.chats_with_unsealed().await.unwrap().is_empty());
    assert!(tx.record_head(&chat).await.unwrap().is_none());
    let mut writes = Writes::default();
    writes.append_records([(&second, None), (&first, None)]);
    tx.write(writes).await.unwrap();
    assert_eq!(tx.chats_with_unsealed().await.unwrap(), std::slice::from_ref(&chat));
    let waiting = tx.unsealed_entries(&chat, 10).await.unwrap();
    assert_eq!(waiting, [first.clone(), second.clone()]);
    let mut chain = Chain::default();
    let sealed: Vec<_> = waiting.into_iter().map(|entry| chain.append(entry)).collect();
    tx.seal_entries(&sealed).await.unwrap();
    let head = RecordHead { chain, seal: "seal".to_owned() };
    tx.put_record_head(&chat, &head).await.unwrap();
    assert_eq!(tx.count_unsealed(&chat).await.unwrap(), 0);
    tx.commit().await.unwrap();

    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.record_head(&chat).await.unwrap(), Some(head.clone()));
    assert_eq!(tx.chats_with_record().await.unwrap(), std::slice::from_ref(&chat));
    let mut check = Chain::default();
    for sealed in tx.sealed_entries(&chat, 0, 10).await.unwrap() {
        check.check(&sealed).unwrap();
    }
    assert_eq!(check, head.chain);
    let of = async |tx: &mut crate::ReadTx, of| {
        let found = tx.record(of, 10).await.unwrap();
        found.into_iter().map(|found| found.entry).collect::<Vec<_>>()
    };
    assert_eq!(of(&mut tx, RecordOf::Chat(&chat)).await, [second.clone(), first.clone()]);
    assert_eq!(of(&mut tx, RecordOf::Customer(&chat, &lead)).await, std::slice::from_ref(&second));
    assert_eq!(of(&mut tx, RecordOf::Visitor(&chat, &visitor)).await, std::slice::from_ref(&second));
    let (nobody, no_browser) = (LeadId::new(NOW), VisitorId::new(NOW));
    assert!(of(&mut tx, RecordOf::Customer(&chat, &nobody)).await.is_empty());
    assert!(of(&mut tx, RecordOf::Visitor(&chat, &no_browser)).await.is_empty());
});

both!(what_was_entered_before_a_visitor_was_known_is_about_it_too, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (lead, visitor) = a_known_visitor(&mut tx, &chat).await;
    let entry = |kind, ms| Entry {
        visitor_id: Some(visitor.clone()),
        ..Entry::new(chat.clone(), kind, Timestamp::from_millis(ms))
    };
    let before = entry(EntryKind::Refused, 1);
    let after = entry(EntryKind::Identified, 2).about_customer(&lead);
    let of_another = Entry { visitor_id: None, ..entry(EntryKind::Identified, 3).about_customer(&lead) };
    for entry in [&before, &after, &of_another] {
        tx.append_record(entry).await.unwrap();
    }
    let found = tx.record(RecordOf::Visitor(&chat, &visitor), 10).await.unwrap();
    assert_eq!(found.into_iter().map(|found| found.entry).collect::<Vec<_>>(), [after.clone(), before]);
    let last = tx.record(RecordOf::Visitor(&chat, &visitor), 1).await.unwrap();
    assert_eq!(last.into_iter().map(|found| found.entry).collect::<Vec<_>>(), [after]);
});
