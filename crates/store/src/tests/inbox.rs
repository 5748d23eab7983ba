use std::time::Duration;

use domain::conversation::{Attention, Conversation};
use domain::id::{ConversationId, OperatorId};

use super::conversations::{a_conversation, a_lead, a_message};
use super::*;
use crate::{InboxFilter, InboxPlace, InboxView, WriteTx};

fn later(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

/// A conversation with one message, sent so many seconds later.
async fn written(
    tx: &mut WriteTx,
    chat: &ChatId,
    seconds: u64,
    attention: Attention,
) -> Conversation {
    let conversation = Conversation { attention, ..a_conversation(tx, chat).await };
    tx.put_conversation(&conversation).await.unwrap();
    tx.append_message(&conversation, &a_message(1, "Hello", later(seconds)), None).await.unwrap();
    tx.conversation(chat, &conversation.id).await.unwrap().unwrap()
}

async fn shown(tx: &mut WriteTx, chat: &ChatId, filter: &InboxFilter) -> Vec<ConversationId> {
    let found = tx.inbox(chat, filter, None, 10).await.unwrap();
    assert!(found.iter().all(|one| filter.shows(one)), "{found:?}");
    let counted = tx.count_inbox(chat, filter, 10).await.unwrap();
    assert_eq!(usize::try_from(counted).unwrap(), found.len());
    found.into_iter().map(|one| one.id).collect()
}

both!(the_inbox_is_read_page_by_page_from_a_place, store => {
    // Both before the write begins: SQLite has one writer.
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut all = Vec::new();
    // Two of one moment are in the order of their ids.
    for seconds in [1, 2, 2, 3] {
        let conversation = written(&mut tx, &chat, seconds, Attention::default()).await;
        all.push((conversation.last_message_at, conversation.id));
    }
    all.sort();
    all.reverse();
    let filter = InboxFilter::default();
    let mut place: Option<InboxPlace> = None;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let page = tx.inbox(&chat, &filter, place.as_ref(), 1).await.unwrap();
        let Some(last) = page.last() else { break };
        place = Some(InboxPlace { at: last.last_message_at, id: last.id.clone() });
        seen.extend(page.into_iter().map(|one| (one.last_message_at, one.id)));
    }
    assert_eq!(seen, all);
    assert_eq!(tx.count_inbox(&chat, &filter, 3).await.unwrap(), 3, "no more are counted");
    assert_eq!(tx.inbox(&other, &filter, None, 10).await.unwrap(), []);
    tx.commit().await.unwrap();
});

both!(the_inbox_shows_what_is_asked_for, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let grace = OperatorId::new(NOW);
    let settled = Attention { escalated_at: Some(NOW), resolved_at: Some(later(1)), ..Attention::default() };
    let asked = Attention { escalated_at: Some(later(1)), resolved_at: Some(NOW), ..Attention::default() };
    let first = Attention { escalated_at: Some(NOW), ..Attention::default() };
    let hers = Attention { assignee: Some(grace.clone()), ..settled.clone() };
    let mut ids = Vec::new();
    for (seconds, attention) in [Attention::default(), settled, asked, first, hers].into_iter().enumerate() {
        ids.push(written(&mut tx, &chat, u64::try_from(seconds).unwrap(), attention).await.id);
    }
    let ada = a_lead(&mut tx, &chat, "ada@shop.example").await;
    let visitor = tx.conversation(&chat, &ids[1]).await.unwrap().unwrap().visitor_id;
    tx.tie_conversation(&chat, &visitor, &ada.id, NOW).await.unwrap();
    let all = InboxFilter::default();
    let check = async |tx: &mut WriteTx, filter: InboxFilter, expected: &[usize]| {
        let expected: Vec<_> = expected.iter().map(|at| ids[*at].clone()).collect();
        assert_eq!(shown(tx, &chat, &filter).await, expected, "{filter:?}");
    };
    check(&mut tx, all.clone(), &[4, 3, 2, 1, 0]).await;
    let view = |view| InboxFilter { view, ..InboxFilter::default() };
    check(&mut tx, view(InboxView::NeedsPerson), &[3, 2]).await;
    check(&mut tx, view(InboxView::Of(grace)), &[4]).await;
    check(&mut tx, view(InboxView::Of(OperatorId::new(NOW))), &[]).await;
    check(&mut tx, view(InboxView::Unassigned), &[3, 2, 1, 0]).await;
    check(&mut tx, InboxFilter { verified: Some(true), ..all.clone() }, &[1]).await;
    check(&mut tx, InboxFilter { verified: Some(false), ..all.clone() }, &[4, 3, 2, 0]).await;
    let times = InboxFilter { since: Some(later(1)), until: Some(later(3)), ..all };
    check(&mut tx, times.clone(), &[2, 1]).await;
    check(&mut tx, InboxFilter { view: InboxView::NeedsPerson, ..times }, &[2]).await;
    tx.commit().await.unwrap();
});

both!(what_was_seen_and_delivered_stays_so, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = written(&mut tx, &chat, 1, Attention::default()).await;
    assert!(conversation.is_unseen());
    tx.mark_seen(&conversation, 9).await.unwrap();
    tx.mark_delivered(&conversation, 9).await.unwrap();
    tx.mark_seen(&conversation, 0).await.unwrap();
    tx.mark_delivered(&conversation, 0).await.unwrap();
    let after = tx.conversation(&chat, &conversation.id).await.unwrap().unwrap();
    assert_eq!((after.seen_seq, after.delivered_seq, after.is_unseen()), (Some(1), 1, false));
    // One that began before this was kept is not unseen.
    assert!(!Conversation { seen_seq: None, ..after }.is_unseen());
    tx.commit().await.unwrap();
});
