use std::time::Duration;

use domain::conversation::{
    AskedBy, Attention, Author, ClientId, Conversation, EscalationReason, Joined, Message,
    MessageText, Reply, ReplyState,
};
use domain::id::{ConversationId, MessageId};
use domain::lead::{Attributes, Lead};

use super::visitors::a_visitor;
use super::*;
use crate::WriteTx;

pub(super) async fn a_lead(tx: &mut WriteTx, chat: &ChatId, email: &str) -> Lead {
    let lead = Lead {
        chat_id: chat.clone(),
        id: domain::id::LeadId::new(NOW),
        stable_id: None,
        email: email.parse().unwrap(),
        first_name: None,
        last_name: None,
        attributes: Attributes::default(),
        claims_issued_at: 10.0,
        not_before: None,
        identified_at: NOW,
        created_at: NOW,
    };
    tx.put_lead(&lead).await.unwrap();
    lead
}

pub(super) async fn a_conversation(tx: &mut WriteTx, chat: &ChatId) -> Conversation {
    let visitor = a_visitor(tx, chat).await;
    let conversation = Conversation {
        chat_id: chat.clone(),
        id: ConversationId::new(NOW),
        visitor_id: visitor.id,
        lead_id: None,
        last_seq: 0,
        preview: String::new(),
        created_at: NOW,
        last_message_at: NOW,
        joined: None,
        attention: Attention::default(),
        read_seq: 0,
        delivered_seq: 0,
        seen_seq: Some(0),
    };
    tx.add_conversation(&conversation).await.unwrap();
    conversation
}

pub(super) fn a_message(seq: i64, text: &str, sent_at: Timestamp) -> Message {
    Message {
        id: MessageId::new(sent_at),
        seq,
        author: Author::Visitor,
        text: text.parse::<MessageText>().unwrap(),
        verified: seq % 2 == 0,
        sent_at,
    }
}

both!(messages_are_numbered_found_and_paged, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let mut sent = Vec::new();
    for seq in 1..=5_i64 {
        let message = a_message(seq, &format!("Message {seq}"), NOW + Duration::from_secs(seq.unsigned_abs()));
        let client: ClientId = format!("c{seq}").parse().unwrap();
        tx.append_message(&conversation, &message, Some(&client)).await.unwrap();
        sent.push(message);
    }
    assert_eq!(tx.messages(&chat, &conversation.id, 0, 100).await.unwrap(), sent);
    assert_eq!(tx.messages(&chat, &conversation.id, 3, 1).await.unwrap(), sent[3..4]);
    let since = Some(NOW + Duration::from_secs(2));
    assert_eq!(tx.messages_since(&conversation, since, 2, 1).await.unwrap(), sent[2..4]);
    let third = tx.message_of_client(&chat, &conversation.id, &"c3".parse().unwrap()).await.unwrap();
    assert_eq!(third.as_ref(), Some(&sent[2]));
    assert_eq!(tx.message_of_client(&chat, &conversation.id, &"c9".parse().unwrap()).await.unwrap(), None);
    let kept = tx.conversation(&chat, &conversation.id).await.unwrap().unwrap();
    assert_eq!((kept.last_seq, kept.preview.as_str()), (5, "Message 5"));
    tx.commit().await.unwrap();
});

both!(a_number_or_a_senders_name_is_given_once, store => {
    let chat = a_chat(&store).await.id;
    let client: ClientId = "c1".parse().unwrap();
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    tx.append_message(&conversation, &a_message(1, "a", NOW), Some(&client)).await.unwrap();
    tx.commit().await.unwrap();
    for (seq, name) in [(1, None), (2, Some(&client))] {
        let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
        let error = tx.append_message(&conversation, &a_message(seq, "b", NOW), name).await.unwrap_err();
        assert!(error.is_taken(), "{error}");
    }
});

both!(conversations_are_listed_newest_first, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut ids = Vec::new();
    for number in 1..=3_u64 {
        let conversation = a_conversation(&mut tx, &chat).await;
        let message = a_message(1, "Hello", NOW + Duration::from_secs(number));
        tx.append_message(&conversation, &message, None).await.unwrap();
        ids.push(conversation.id);
    }
    ids.reverse();
    let listed: Vec<_> = tx.conversations(&chat, None, 10, 0).await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(listed, ids);
    let second = tx.conversations(&chat, None, 1, 1).await.unwrap();
    assert_eq!(second[0].id, ids[1]);
    let since = Some(NOW + Duration::from_secs(2));
    assert_eq!(tx.conversations(&chat, since, 10, 0).await.unwrap().len(), 2);
    assert_eq!(tx.count_conversations(&chat, since).await.unwrap(), 2);
    assert_eq!(tx.count_conversations(&chat, None).await.unwrap(), 3);
    tx.commit().await.unwrap();
});

both!(a_conversation_is_tied_to_one_customer_for_good, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (ada, eve) = (a_lead(&mut tx, &chat, "ada@shop.example").await, a_lead(&mut tx, &chat, "eve@shop.example").await);
    let conversation = a_conversation(&mut tx, &chat).await;
    tx.append_message(&conversation, &a_message(1, "a", NOW), None).await.unwrap();
    let (first, later) = (NOW + Duration::from_secs(1), NOW + Duration::from_secs(2));
    let tied = tx.tie_conversation(&chat, &conversation.visitor_id, &ada.id, first).await.unwrap().unwrap();
    assert_eq!(tied.joined, Some(Joined { messages: 1, at: first }));
    assert_eq!(tx.tie_conversation(&chat, &conversation.visitor_id, &eve.id, later).await.unwrap(), None);
    assert_eq!(tx.conversation(&chat, &conversation.id).await.unwrap(), Some(tied));
    let own = tx.conversation_of_visitor(&chat, &conversation.visitor_id).await.unwrap().unwrap();
    assert_eq!(own.lead_id.as_ref(), Some(&ada.id));
    assert_eq!(tx.conversations_of_lead(&chat, &ada.id, NOW).await.unwrap(), vec![own]);
    let later = NOW + Duration::from_millis(1);
    assert_eq!(tx.conversations_of_lead(&chat, &ada.id, later).await.unwrap(), vec![]);
    assert_eq!(tx.conversations_of_lead(&chat, &eve.id, NOW).await.unwrap(), vec![]);
    tx.commit().await.unwrap();
});

both!(a_waiting_reply_is_claimed_by_one_writer, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let mut replies = Vec::new();
    for answers in 1..=20 {
        let reply = Reply {
            chat_id: chat.clone(),
            id: MessageId::new(NOW),
            conversation_id: conversation.id.clone(),
            answers,
            state: ReplyState::Waiting,
        };
        tx.add_reply(&reply, NOW).await.unwrap();
        replies.push(reply);
    }
    tx.commit().await.unwrap();
    let mut claims = Vec::new();
    for worker in 0..80_usize {
        let (store, reply) = (store.clone(), replies[worker % 20].clone());
        claims.push(tokio::spawn(async move {
            // Each worker under a lock of its own: the statement alone must decide.
            let mut tx = store.write(Scope::Chat(&ChatId::new(NOW))).await.unwrap();
            let claimed = tx.claim_reply(&reply, NOW + Duration::from_secs(30), NOW).await.unwrap();
            tx.commit().await.unwrap();
            usize::from(claimed)
        }));
    }
    let mut claimed = 0;
    for claim in claims {
        claimed += claim.await.unwrap();
    }
    assert_eq!(claimed, 20);
});

both!(a_reply_whose_writer_was_lost_is_found_again, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let reply = Reply {
        chat_id: chat.clone(),
        id: MessageId::new(NOW),
        conversation_id: conversation.id.clone(),
        answers: 1,
        state: ReplyState::Waiting,
    };
    tx.add_reply(&reply, NOW).await.unwrap();
    let until = NOW + Duration::from_secs(30);
    assert_eq!(tx.unclaimed_replies(NOW, NOW).await.unwrap(), vec![reply.clone()]);
    assert!(tx.claim_reply(&reply, until, NOW).await.unwrap());
    assert_eq!(tx.unclaimed_replies(NOW, NOW).await.unwrap(), vec![]);
    let running = ReplyState::Running { claimed_until: until };
    let lost = Reply { state: running, ..reply.clone() };
    assert_eq!(tx.unclaimed_replies(NOW, until).await.unwrap(), vec![lost.clone()]);
    assert!(!tx.claim_reply(&reply, until, NOW).await.unwrap());
    assert!(tx.move_reply(&reply, running, ReplyState::Failed).await.unwrap());
    assert!(!tx.move_reply(&reply, running, ReplyState::Done).await.unwrap());
    let kept = tx.reply(&chat, &reply.id).await.unwrap().unwrap();
    assert_eq!(kept.state, ReplyState::Failed);
    assert_eq!(tx.last_reply(&chat, &conversation.id).await.unwrap(), Some(kept));
    assert_eq!(tx.reply(&ChatId::new(NOW), &reply.id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

pub(super) fn a_reply(conversation: &Conversation, answers: i64) -> Reply {
    Reply {
        chat_id: conversation.chat_id.clone(),
        id: MessageId::new(NOW),
        conversation_id: conversation.id.clone(),
        answers,
        state: ReplyState::Waiting,
    }
}

both!(the_end_of_a_conversation_becomes_one_of_its_own, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let old = a_conversation(&mut tx, &chat).await;
    for seq in 1..=5 {
        let client: ClientId = format!("c{seq}").parse().unwrap();
        tx.append_message(&old, &a_message(seq, &format!("m{seq}"), NOW), Some(&client)).await.unwrap();
    }
    let (early, late) = (a_reply(&old, 2), a_reply(&old, 5));
    tx.add_reply(&early, NOW).await.unwrap();
    tx.add_reply(&late, NOW).await.unwrap();
    let stranger = a_visitor(&mut tx, &chat).await.id;
    let lead = a_lead(&mut tx, &chat, "a@shop.example").await.id;
    let owner = old.visitor_id.clone();
    let left = Conversation { visitor_id: stranger.clone(), last_seq: 3, preview: "m3".to_owned(), ..old.clone() };
    tx.put_conversation(&left).await.unwrap();
    let new = Conversation {
        id: ConversationId::new(NOW),
        lead_id: Some(lead.clone()),
        last_seq: 2,
        preview: "m5".to_owned(),
        ..old.clone()
    };
    tx.add_conversation(&new).await.unwrap();
    tx.move_messages(&old, 3, &new.id).await.unwrap();
    let texts = |messages: Vec<Message>| -> Vec<(i64, String)> {
        messages.into_iter().map(|message| (message.seq, message.text.as_str().to_owned())).collect()
    };
    let kept = texts(tx.messages(&chat, &old.id, 0, 9).await.unwrap());
    assert_eq!(kept, [(1, "m1".to_owned()), (2, "m2".to_owned()), (3, "m3".to_owned())]);
    let moved = texts(tx.messages(&chat, &new.id, 0, 9).await.unwrap());
    assert_eq!(moved, [(1, "m4".to_owned()), (2, "m5".to_owned())]);
    assert_eq!(tx.conversation_of_visitor(&chat, &stranger).await.unwrap(), Some(left));
    assert_eq!(tx.conversation_of_visitor(&chat, &owner).await.unwrap(), Some(new.clone()));
    let late = tx.reply(&chat, &late.id).await.unwrap().unwrap();
    assert_eq!((&late.conversation_id, late.answers), (&new.id, 2));
    assert_eq!(tx.give_up_replies(&chat, &old.id).await.unwrap(), std::slice::from_ref(&early.id));
    assert_eq!(tx.give_up_replies(&chat, &old.id).await.unwrap(), []);
    assert_eq!(tx.reply(&chat, &early.id).await.unwrap().unwrap().state, ReplyState::Failed);
    assert_eq!(tx.reply(&chat, &late.id).await.unwrap().unwrap().state, ReplyState::Waiting);
    assert_eq!(tx.conversations_of_customer(&chat, &lead, None, 9).await.unwrap(), std::slice::from_ref(&new));
    tx.commit().await.unwrap();
});

both!(a_conversation_is_removed_bit_by_bit, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    for seq in 1..=5 {
        tx.append_message(&conversation, &a_message(seq, "m", NOW), None).await.unwrap();
    }
    let reply = a_reply(&conversation, 5);
    tx.add_reply(&reply, NOW).await.unwrap();
    assert_eq!(tx.delete_messages(&conversation, 2).await.unwrap(), 2);
    assert_eq!(tx.messages(&chat, &conversation.id, 0, 9).await.unwrap().len(), 3);
    tx.delete_conversation(&conversation).await.unwrap();
    assert_eq!(tx.conversation(&chat, &conversation.id).await.unwrap(), None);
    assert_eq!(tx.messages(&chat, &conversation.id, 0, 9).await.unwrap(), []);
    assert_eq!(tx.reply(&chat, &reply.id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(who_attends_to_a_conversation_is_kept, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let later = NOW + Duration::from_secs(1);
    for attention in [
        Attention {
            assignee: Some(domain::id::OperatorId::new(NOW)),
            escalated_at: Some(NOW),
            resolved_at: Some(later),
            asked_by: Some(AskedBy::Program),
            reason: EscalationReason::of("a refund"),
        },
        Attention::default(),
    ] {
        let changed = Conversation { attention, read_seq: conversation.read_seq + 7, ..conversation.clone() };
        tx.put_conversation(&changed).await.unwrap();
        assert_eq!(tx.conversation(&chat, &conversation.id).await.unwrap(), Some(changed));
    }
    let visitor = a_visitor(&mut tx, &chat).await.id;
    let attention = Attention { escalated_at: Some(NOW), ..Attention::default() };
    let other = Conversation { id: ConversationId::new(NOW), visitor_id: visitor, attention, ..conversation };
    tx.add_conversation(&other).await.unwrap();
    assert_eq!(tx.conversation(&chat, &other.id).await.unwrap(), Some(other));
});
