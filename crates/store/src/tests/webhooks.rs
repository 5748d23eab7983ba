use std::time::Duration;

use domain::id::{DeliveryId, WebhookId};
use domain::settings::SealedSecret;
use domain::webhook::{WebhookEvent, WebhookEvents};

use super::*;
use crate::{Delivery, MOST_SETTLED, Try, Webhook};

fn a_webhook(chat: &ChatId, events: &[WebhookEvent]) -> Webhook {
    Webhook {
        chat_id: chat.clone(),
        id: WebhookId::new(NOW),
        url: "https://hooks.example/1".to_owned(),
        events: WebhookEvents::new(events.iter().copied()).unwrap(),
        secret: SealedSecret("v1:sealed".to_owned()),
        paused_at: None,
        created_at: NOW,
    }
}

fn a_try(status: i64) -> Try {
    Try { at: NOW, status: Some(status), problem: None, took_ms: 7 }
}

both!(a_webhook_is_told_of_what_it_wants_and_nothing_else, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let all = a_webhook(&chat, &WebhookEvent::CHOICES);
    let leads = a_webhook(&chat, &[WebhookEvent::LeadCreated]);
    let paused = Webhook { paused_at: Some(NOW), ..a_webhook(&chat, &WebhookEvent::CHOICES) };
    for webhook in [&all, &leads, &paused] {
        tx.put_webhook(webhook).await.unwrap();
    }
    assert_eq!(tx.webhooks(&chat).await.unwrap().len(), 3);
    assert_eq!(tx.webhook(&chat, &paused.id).await.unwrap().as_ref(), Some(&paused));
    tx.add_deliveries(&chat, WebhookEvent::LeadCreated, "lead_1", NOW).await.unwrap();
    tx.add_deliveries(&chat, WebhookEvent::PurchaseCreated, "1001", NOW).await.unwrap();
    let told = async |tx: &mut crate::WriteTx, webhook: &Webhook| {
        let due = tx.due_deliveries(webhook, NOW, 9).await.unwrap();
        due.into_iter().map(|one| one.event).collect::<Vec<_>>()
    };
    let mut to_all = told(&mut tx, &all).await;
    to_all.sort();
    assert_eq!(to_all, ["lead.created", "purchase.created"]);
    assert_eq!(told(&mut tx, &leads).await, ["lead.created"]);
    assert_eq!(told(&mut tx, &paused).await, [""; 0]);
    assert_eq!(tx.webhooks_with_due_deliveries(NOW - Duration::from_millis(1), 9).await.unwrap(), []);
    assert_eq!(tx.webhooks_with_due_deliveries(NOW, 9).await.unwrap().len(), 2);
    tx.drop_deliveries(&chat, &all.id, "paused").await.unwrap();
    assert_eq!(told(&mut tx, &all).await, [""; 0]);
    assert!(tx.delete_webhook(&chat, &leads.id).await.unwrap());
    assert!(!tx.delete_webhook(&chat, &leads.id).await.unwrap());
    assert_eq!(tx.deliveries(&chat, &leads.id, 9).await.unwrap(), []);
});

both!(a_delivery_is_claimed_by_one_tried_again_and_sent_again, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let webhook = a_webhook(&chat, &[WebhookEvent::LeadCreated]);
    tx.put_webhook(&webhook).await.unwrap();
    tx.add_deliveries(&chat, WebhookEvent::LeadCreated, "lead_1", NOW).await.unwrap();
    let [delivery] = tx.due_deliveries(&webhook, NOW, 9).await.unwrap().try_into().unwrap();
    let later = NOW + Duration::from_mins(1);
    assert!(tx.claim_delivery(&delivery, later).await.unwrap());
    assert!(!tx.claim_delivery(&delivery, later).await.unwrap());
    assert_eq!(tx.due_deliveries(&webhook, NOW, 9).await.unwrap(), []);
    tx.settle_delivery(&delivery, &a_try(500), Some(later)).await.unwrap();
    let [again] = tx.due_deliveries(&webhook, later, 9).await.unwrap().try_into().unwrap();
    assert_eq!((again.attempts, &again.last), (1, &Some(a_try(500))));
    assert!(!tx.send_again(&chat, &webhook.id, &again.id, NOW).await.unwrap());
    tx.settle_delivery(&again, &a_try(200), None).await.unwrap();
    assert_eq!(tx.due_deliveries(&webhook, later, 9).await.unwrap(), []);
    assert!(tx.send_again(&chat, &webhook.id, &again.id, NOW).await.unwrap());
    assert_eq!(tx.due_deliveries(&webhook, NOW, 9).await.unwrap()[0].attempts, 0);
});

both!(of_deliveries_that_are_over_the_last_hundred_are_kept, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let webhook = a_webhook(&chat, &[WebhookEvent::LeadCreated]);
    tx.put_webhook(&webhook).await.unwrap();
    for number in 0..MOST_SETTLED + 2 {
        let at = NOW + Duration::from_millis(number.unsigned_abs());
        let delivery = Delivery {
            chat_id: chat.clone(),
            webhook_id: webhook.id.clone(),
            id: DeliveryId::new(at),
            event: "test".to_owned(),
            subject: number.to_string(),
            attempts: 1,
            due_at: None,
            created_at: at,
            last: Some(a_try(200)),
        };
        tx.add_delivery(&delivery).await.unwrap();
    }
    tx.add_deliveries(&chat, WebhookEvent::LeadCreated, "lead_1", NOW).await.unwrap();
    tx.forget_old_deliveries(&chat, &webhook.id).await.unwrap();
    let kept = tx.deliveries(&chat, &webhook.id, 1_000).await.unwrap();
    assert_eq!(kept.iter().filter(|one| one.due_at.is_some()).count(), 1);
    assert_eq!(kept.iter().filter(|one| one.event == "test").count(), 100);
    assert_eq!(kept[0].subject, (MOST_SETTLED + 1).to_string());
});
