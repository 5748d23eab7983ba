//! Notes, mails about escalations, names of operators.

use std::time::Duration;

use domain::conversation::{ClientId, Conversation, Note};
use domain::id::{ConversationId, NoteId, OperatorId};

use super::conversations::a_conversation;
use super::visitors::a_visitor;
use super::*;
use crate::{EscalationMail, MailState};

fn a_note(conversation: &Conversation, text: &str, at: Timestamp) -> Note {
    Note {
        chat_id: conversation.chat_id.clone(),
        conversation_id: conversation.id.clone(),
        id: NoteId::new(at),
        operator_id: OperatorId::new(NOW),
        text: text.parse().unwrap(),
        created_at: at,
    }
}

fn client_id(text: &str) -> ClientId {
    text.parse().unwrap()
}

both!(a_note_is_kept_once_moves_and_goes_with_its_conversation, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let later = NOW + Duration::from_secs(1);
    let (early, late) = (a_note(&conversation, "early", NOW), a_note(&conversation, "late", later));
    tx.add_note(&late, &client_id("2")).await.unwrap();
    tx.add_note(&early, &client_id("1")).await.unwrap();
    assert_eq!(tx.notes(&conversation, 9).await.unwrap(), [early.clone(), late.clone()]);
    assert_eq!(tx.notes(&conversation, 1).await.unwrap(), std::slice::from_ref(&late));
    assert_eq!(tx.note_of_client(&conversation, &client_id("1")).await.unwrap(), Some(early.clone()));
    assert_eq!(tx.note_of_client(&conversation, &client_id("3")).await.unwrap(), None);
    let visitor_id = a_visitor(&mut tx, &chat).await.id;
    let other = Conversation { id: ConversationId::new(later), visitor_id, ..conversation.clone() };
    tx.add_conversation(&other).await.unwrap();
    tx.move_notes(&conversation, later, &other.id).await.unwrap();
    assert_eq!(tx.notes(&conversation, 9).await.unwrap(), std::slice::from_ref(&early));
    assert_eq!(tx.notes(&other, 9).await.unwrap()[0].text.as_str(), "late");
    tx.delete_conversation(&conversation).await.unwrap();
    assert_eq!(tx.notes(&conversation, 9).await.unwrap(), []);
    tx.commit().await.unwrap();
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let again = a_note(&other, "again", later);
    assert!(tx.add_note(&again, &client_id("2")).await.unwrap_err().is_taken());
});

both!(a_mail_is_claimed_by_one_settled_and_sent_again, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let conversation = a_conversation(&mut tx, &chat).await;
    let mail = EscalationMail {
        chat_id: chat.clone(),
        conversation_id: conversation.id.clone(),
        escalated_at: NOW,
        state: MailState::Waiting,
        attempts: 0,
        due_at: NOW,
        taken: Vec::new(),
        problem: None,
        sent_at: None,
    };
    assert_eq!(tx.escalation_mail(&chat, &conversation.id).await.unwrap(), None);
    tx.put_escalation_mail(&mail).await.unwrap();
    assert_eq!(tx.escalation_mail(&chat, &conversation.id).await.unwrap(), Some(mail.clone()));
    assert_eq!(tx.due_escalation_mails(NOW - Duration::from_millis(1), 9).await.unwrap(), []);
    assert_eq!(tx.due_escalation_mails(NOW, 9).await.unwrap(), std::slice::from_ref(&mail));
    let until = NOW + Duration::from_mins(1);
    let claimed = tx.claim_escalation_mail(&mail, until).await.unwrap().unwrap();
    assert_eq!((claimed.attempts, claimed.due_at), (1, until));
    assert_eq!(tx.claim_escalation_mail(&mail, until).await.unwrap(), None);
    assert_eq!(tx.due_escalation_mails(NOW, 9).await.unwrap(), []);
    let sent = EscalationMail {
        state: MailState::Sent,
        taken: vec!["a".to_owned(), "b".to_owned()],
        problem: Some("smtp_550".to_owned()),
        sent_at: Some(NOW),
        ..claimed.clone()
    };
    assert!(tx.settle_escalation_mail(&claimed, &sent).await.unwrap());
    assert_eq!(tx.escalation_mail(&chat, &conversation.id).await.unwrap(), Some(sent.clone()));
    // The claim is spent.
    assert!(!tx.settle_escalation_mail(&claimed, &mail).await.unwrap());
    assert_eq!(tx.due_escalation_mails(until, 9).await.unwrap(), []);
    assert_eq!(tx.escalation_mails_since(&chat, NOW).await.unwrap(), 1);
    assert_eq!(tx.escalation_mails_since(&chat, until).await.unwrap(), 0);
    tx.put_escalation_mail(&EscalationMail { sent_at: Some(NOW), ..mail.clone() }).await.unwrap();
    assert_eq!(tx.due_escalation_mails(NOW, 9).await.unwrap().len(), 1);
    tx.delete_conversation(&conversation).await.unwrap();
    assert_eq!(tx.due_escalation_mails(NOW, 9).await.unwrap(), []);
});
