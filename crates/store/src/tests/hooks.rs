use std::time::Duration;

use domain::id::{HookId, LeadId};
use domain::profile::TypedLead;

use super::visitors::a_visitor;
use super::*;
use crate::{Hook, LeadPost};

fn a_hook(chat: &ChatId, url: &str) -> Hook {
    Hook { chat_id: chat.clone(), id: HookId::new(NOW), url: url.to_owned(), created_at: NOW }
}

both!(an_address_is_a_hook_once, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let hook = a_hook(&chat, "https://hooks.example/1");
    tx.add_hook(&hook).await.unwrap();
    tx.add_hook(&a_hook(&chat, &hook.url)).await.unwrap();
    assert_eq!(tx.hooks(&chat).await.unwrap(), std::slice::from_ref(&hook));
    tx.add_lead_posts(&chat, &LeadId::new(NOW), NOW).await.unwrap();
    assert!(tx.delete_hook(&chat, &hook.url).await.unwrap());
    assert!(!tx.delete_hook(&chat, &hook.url).await.unwrap());
    assert_eq!(tx.due_posts(&hook, NOW, 9).await.unwrap(), []);
    tx.commit().await.unwrap();
});

both!(a_post_is_claimed_put_off_and_done, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (one, two) = (a_hook(&chat, "https://hooks.example/1"), a_hook(&chat, "https://hooks.example/2"));
    let (ada, bob) = (LeadId::new(NOW), LeadId::new(NOW + Duration::from_millis(1)));
    tx.add_lead_posts(&chat, &ada, NOW).await.unwrap();
    assert_eq!(tx.posts_of_lead(&chat, &ada).await.unwrap(), []);
    tx.add_hook(&one).await.unwrap();
    tx.add_hook(&two).await.unwrap();
    for lead in [&ada, &ada, &bob] {
        tx.add_lead_posts(&chat, lead, NOW).await.unwrap();
    }
    assert_eq!(tx.posts_of_lead(&chat, &ada).await.unwrap().len(), 2);
    assert_eq!(tx.hooks_with_due_posts(NOW - Duration::from_millis(1), 9).await.unwrap(), []);
    assert_eq!(tx.hooks_with_due_posts(NOW, 9).await.unwrap().len(), 2);
    assert_eq!(tx.hooks_with_due_posts(NOW, 1).await.unwrap().len(), 1);
    let due = tx.due_posts(&one, NOW, 9).await.unwrap();
    assert_eq!(due.len(), 2);
    let post = &due[0];
    let until = NOW + Duration::from_mins(1);
    assert!(tx.claim_post(post, until).await.unwrap());
    assert!(!tx.claim_post(post, until).await.unwrap());
    assert_eq!(tx.due_posts(&one, NOW, 9).await.unwrap(), std::slice::from_ref(&due[1]));
    let claimed = LeadPost { attempts: 1, due_at: until, ..post.clone() };
    assert!(tx.due_posts(&one, until, 9).await.unwrap().contains(&claimed));
    tx.put_off_post(post, NOW).await.unwrap();
    assert!(tx.claim_post(&LeadPost { due_at: NOW, ..claimed }, until).await.unwrap());
    tx.delete_post(post).await.unwrap();
    tx.delete_posts_of_lead(&chat, &ada).await.unwrap();
    assert_eq!(tx.posts_of_lead(&chat, &ada).await.unwrap(), []);
    assert_eq!(tx.posts_of_lead(&chat, &bob).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
});

both!(what_was_typed_is_found_by_its_id, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let typed = TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(NOW),
        visitor_id: a_visitor(&mut tx, &chat).await.id,
        email: "ada@shop.example".parse().unwrap(),
        first_name: None,
        last_name: None,
        phone_number: None,
        email_marketing_consent: None,
        created_at: NOW,
        updated_at: NOW,
    };
    tx.put_typed_lead(&typed).await.unwrap();
    assert_eq!(tx.typed_lead_with_id(&chat, &typed.id).await.unwrap(), Some(typed));
    assert_eq!(tx.typed_lead_with_id(&chat, &LeadId::new(NOW)).await.unwrap(), None);
});
