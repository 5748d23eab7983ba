use domain::id::{LeadId, OperatorId};
use domain::lead::Lead;

use super::conversations::a_lead;
use super::*;
use crate::{Decided, Decision, SharedEmails, WriteTx};

async fn a_twin(tx: &mut WriteTx, lead: &Lead, stable_id: &str) -> Lead {
    let stable_id = Some(stable_id.parse().unwrap());
    let twin = Lead { id: LeadId::new(NOW), stable_id, ..lead.clone() };
    tx.put_lead(&twin).await.unwrap();
    tx.note_shared_email(&twin, NOW).await.unwrap();
    twin
}

async fn listed(tx: &mut WriteTx, chat: &ChatId, wanted: SharedEmails) -> Vec<LeadId> {
    let mut ids = tx.with_shared_emails(chat, wanted, None, 10).await.unwrap();
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "{ids:?}");
    ids.sort();
    ids
}

fn sorted(leads: &[&Lead]) -> Vec<LeadId> {
    let mut ids: Vec<_> = leads.iter().map(|lead| lead.id.clone()).collect();
    ids.sort();
    ids
}

both!(customers_with_one_email_are_asked_about_until_somebody_decides, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let one = a_lead(&mut tx, &chat, "ada@shop.example").await;
    tx.note_shared_email(&one, NOW).await.unwrap();
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await, []);
    let two = a_twin(&mut tx, &one, "2").await;
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await, sorted(&[&one, &two]));
    let decided = Decided { decision: Decision::Apart, at: NOW, operator: OperatorId::new(NOW) };
    tx.decide(&chat, one.email.key(), Some(&decided)).await.unwrap();
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await, []);
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Decided).await, sorted(&[&one, &two]));
    assert_eq!(tx.decided(&chat, &two.id).await.unwrap(), Some(decided.clone()));
    // Whoever comes to have it later asks anew, and what was said of the others stays.
    let three = a_twin(&mut tx, &one, "3").await;
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await, sorted(&[&three]));
    assert_eq!(tx.decided(&chat, &one.id).await.unwrap(), Some(decided.clone()));
    let same = Decided { decision: Decision::Same, ..decided };
    tx.decide(&chat, one.email.key(), Some(&same)).await.unwrap();
    assert_eq!(tx.decided(&chat, &three.id).await.unwrap(), Some(same));
    tx.decide(&chat, one.email.key(), None).await.unwrap();
    assert_eq!(tx.decided(&chat, &three.id).await.unwrap(), None);
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await.len(), 3);
    // What is erased leaves nothing, and who is alone with an email is no question.
    for gone in [&one, &three] {
        tx.delete_lead(&chat, &gone.id).await.unwrap();
    }
    tx.note_shared_email(&two, NOW).await.unwrap();
    assert_eq!(listed(&mut tx, &chat, SharedEmails::Undecided).await, []);
    tx.commit().await.unwrap();
});
