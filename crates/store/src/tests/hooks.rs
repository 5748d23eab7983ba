use std::time::Duration;

use domain::id::{HookId, LeadId};
use domain::profile::TypedLead;

use super::visitors::a_visitor;
use super::*;
use crate::{Hook, LeadPost};

pub(super) fn a_hook(chat: &ChatId, url: &str) -> Hook {
    Hook { chat_id: chat.clone(), id: HookId::new(NOW), url: url.to_owned(), created_at: NOW }
}

pub(super) fn a_typed_lead(chat: &ChatId, visitor: domain::id::VisitorId) -> TypedLead {
    TypedLead {
        chat_id: chat.clone(),
        id: LeadId::new(NOW),
        visitor_id: visitor,
        email: "ada@shop.example".parse().unwrap(),
        first_name: None,
        last_name: None,
        phone_number: None,
        email_marketing_consent: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

both!(an_address_is_a_hook_once, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let hook = a_hook(&chat, "https://hooks.example/1");
    tx.add_hook(&hook).await.unwrap();
    tx.add_hook(&a_hook(&chat, &hook.url)).await.unwrap();
    assert_eq!(tx.hooks(&chat).await.unwrap(), std::slice::from_ref(&hook));
    tx.add_lead_posts(&chat, &LeadId::new(NOW), None, NOW).await.unwrap();
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
    tx.add_lead_posts(&chat, &ada, None, NOW).await.unwrap();
    assert_eq!(tx.posts_of_lead(&chat, &ada).await.unwrap(), []);
    tx.add_hook(&one).await.unwrap();
    tx.add_hook(&two).await.unwrap();
    for lead in [&ada, &ada, &bob] {
        tx.add_lead_posts(&chat, lead, None, NOW).await.unwrap();
    }
    assert_eq!(tx.posts_of_lead(&chat, &ada).await.unwrap().len(), 2);
    let pending = tx.pending_posts(&chat).await.unwrap();
    assert_eq!(pending.iter().map(|one| (one.count, one.attempts)).collect::<Vec<_>>(), [(2, 0), (2, 0)]);
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
    let visitor = a_visitor(&mut tx, &chat).await.id;
    let typed = a_typed_lead(&chat, visitor);
    tx.put_typed_lead(&typed).await.unwrap();
    assert_eq!(tx.typed_lead_with_id(&chat, &typed.id).await.unwrap(), Some(typed));
    assert_eq!(tx.typed_lead_with_id(&chat, &LeadId::new(NOW)).await.unwrap(), None);
});

both!(a_hook_that_goes_in_the_same_instant_refuses_no_lead, store => {
    let chat = a_chat(&store).await.id;
    let (hook, lead) = (a_hook(&chat, "https://hooks.example/1"), LeadId::new(NOW));
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    tx.add_hook(&hook).await.unwrap();
    let visitor = a_visitor(&mut tx, &chat).await.id;
    tx.commit().await.unwrap();
    // The one is not committed yet when the other begins: on PostgreSQL the two overlap.
    let mut going = store.write(Scope::Chat(&chat)).await.unwrap();
    going.delete_hook(&chat, &hook.url).await.unwrap();
    let typing = tokio::spawn({
        let (store, chat, lead) = (store.clone(), chat.clone(), lead.clone());
        async move {
            let mut tx = store.write(Scope::Visitor(&chat, &visitor)).await?;
            tx.add_lead_posts(&chat, &lead, None, NOW).await?;
            tx.commit().await
        }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    going.commit().await.unwrap();
    typing.await.unwrap().unwrap();
    // What it left behind is nobody's, is never due, and is swept.
    let mut tx = store.write(Scope::Housekeeping).await.unwrap();
    assert_eq!(tx.hooks_with_due_posts(NOW, 9).await.unwrap(), []);
    tx.sweep(NOW + Duration::from_mins(2)).await.unwrap();
    assert_eq!(tx.posts_of_lead(&chat, &lead).await.unwrap(), []);
});

both!(who_was_posted_before_is_posted_to_newer_hooks_only, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let later = NOW + Duration::from_secs(1);
    let new = Hook { created_at: later, ..a_hook(&chat, "https://hooks.example/2") };
    tx.add_hook(&a_hook(&chat, "https://hooks.example/1")).await.unwrap();
    tx.add_hook(&new).await.unwrap();
    let lead = LeadId::new(NOW);
    tx.add_lead_posts(&chat, &lead, Some(NOW), later).await.unwrap();
    let posts = tx.posts_of_lead(&chat, &lead).await.unwrap();
    assert_eq!(posts.iter().map(|post| &post.hook_id).collect::<Vec<_>>(), [&new.id]);
});
