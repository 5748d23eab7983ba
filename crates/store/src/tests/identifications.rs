//! Counts, reports, and who wrote unverified.

use std::time::Duration;

use domain::conversation::{Author, Conversation, Message};
use domain::id::{ConversationId, MessageId};
use domain::record::{Entry, EntryKind};

use super::visitors::a_visitor;
use super::*;
use crate::PageReport;

both!(counts_add_up_by_the_hour_and_are_swept, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let earlier = Timestamp::from_millis(NOW.as_millis() - 25 * 3_600_000);
    tx.count_identifications(&chat, NOW, "expired", 2).await.unwrap();
    tx.count_identifications(&chat, NOW, "expired", 3).await.unwrap();
    tx.count_identifications(&chat, NOW, "verified", 1).await.unwrap();
    tx.count_identifications(&chat, earlier, "expired", 7).await.unwrap();
    let day = NOW - Duration::from_hours(24);
    let counts = tx.identification_counts(&chat, day).await.unwrap();
    assert_eq!(counts, [("expired".to_owned(), 5), ("verified".to_owned(), 1)]);
    let by_hour = tx.identifications_by_hour(&chat, day).await.unwrap();
    let sums = by_hour.iter().fold((0, 0), |sums, hour| (sums.0 + hour.1, sums.1 + hour.2));
    assert_eq!(sums, (1, 5));
    assert!(by_hour.is_sorted_by_key(|(hour, _, _)| *hour), "{by_hour:?}");
    tx.sweep(NOW + Duration::from_hours(24 * 400)).await.unwrap();
    let all = tx.identification_counts(&chat, Timestamp::from_millis(0)).await.unwrap();
    assert_eq!(all, counts);
});

both!(a_page_is_reported_once_and_counted, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let report = |at, count| PageReport {
        kind: "private_key_in_page".to_owned(),
        page: "https://shop.example/".to_owned(),
        first_at: at,
        last_at: at,
        count,
    };
    let later = NOW + Duration::from_secs(9);
    tx.count_page_reports(&chat, &report(NOW, 1)).await.unwrap();
    tx.count_page_reports(&chat, &report(later, 2)).await.unwrap();
    let expected = PageReport { last_at: later, count: 3, ..report(NOW, 0) };
    assert_eq!(tx.page_reports(&chat).await.unwrap(), [expected]);
    for number in 0..crate::MOST_PAGES {
        let at = later + Duration::from_secs(number.unsigned_abs() + 1);
        let page = format!("https://shop.example/{number}");
        tx.count_page_reports(&chat, &PageReport { page, ..report(at, 1) }).await.unwrap();
    }
    let kept = tx.page_reports(&chat).await.unwrap();
    assert_eq!(kept.len(), 50);
    assert!(kept.iter().all(|kept| kept.page != "https://shop.example/"));
    tx.forget_page_reports(&chat, "private_key_in_page").await.unwrap();
    assert!(tx.page_reports(&chat).await.unwrap().is_empty());
});

both!(who_wrote_unverified_and_whose_token_was_refused_is_found, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let visitor = a_visitor(&mut tx, &chat).await;
    let conversation = Conversation {
        chat_id: chat.clone(),
        id: ConversationId::new(NOW),
        visitor_id: visitor.id.clone(),
        lead_id: None,
        last_seq: 0,
        preview: String::new(),
        created_at: NOW,
        last_message_at: NOW,
        joined: None,
        read_seq: 0,
        delivered_seq: 0,
        seen_seq: Some(0),
        attention: domain::conversation::Attention::default(),
    };
    tx.add_conversation(&conversation).await.unwrap();
    for (seq, verified) in [(1, false), (2, true), (3, false)] {
        let message = Message {
            id: MessageId::new(NOW),
            seq,
            author: Author::Visitor,
            text: "Hi".parse().unwrap(),
            verified,
            sent_at: NOW + Duration::from_secs(seq.unsigned_abs()),
        };
        tx.append_message(&conversation, &message, None).await.unwrap();
    }
    let writers = tx.unverified_writers(&chat, NOW).await.unwrap();
    let [writer] = writers.as_slice() else { panic!("{writers:?}") };
    assert_eq!((&writer.visitor_id, writer.messages), (&visitor.id, 2));
    assert_eq!((writer.identified_at, writer.last_at), (None, NOW + Duration::from_secs(3)));
    assert_eq!(tx.visitor_messages(&chat, NOW).await.unwrap(), (3, 1, 1));
    let late = NOW + Duration::from_secs(4);
    assert!(tx.unverified_writers(&chat, late).await.unwrap().is_empty());
    let refused = Entry {
        visitor_id: Some(visitor.id.clone()),
        reason: Some("expired".to_owned()),
        ..Entry::new(chat.clone(), EntryKind::Refused, NOW)
    };
    tx.append_record(&refused).await.unwrap();
    let found = tx.refused_visitors(&chat, NOW).await.unwrap();
    assert_eq!(found, [(visitor.id, "expired".to_owned())]);
});
