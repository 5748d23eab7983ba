//! The record.

use domain::id::{LeadId, VisitorId};
use domain::record::{Chain, Entry, EntryKind};

use super::*;
use crate::{RecordHead, RecordOf, Writes};

both!(entries_are_sealed_in_order_and_read_back_by_whom_they_are_about, store => {
    let chat = a_chat(&store).await.id;
    let (lead, visitor) = (LeadId::new(NOW), VisitorId::new(NOW));
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

    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
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
    assert!(of(&mut tx, RecordOf::Customer(&chat, &LeadId::new(NOW))).await.is_empty());
});
