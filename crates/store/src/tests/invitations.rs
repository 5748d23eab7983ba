use std::time::Duration;

use domain::account::Role;
use domain::id::{InvitationId, OperatorId};

use super::accounts::an_operator;
use super::*;
use crate::{Invitation, InvitationMail};

fn an_invitation(account: &AccountId, email: &str) -> Invitation {
    Invitation {
        account_id: account.clone(),
        id: InvitationId::new(NOW),
        email: email.parse().unwrap(),
        role: Role::Editor,
        invited_by: OperatorId::new(NOW),
        mail: InvitationMail::Waiting,
        created_at: NOW,
        expires_at: NOW + Duration::from_hours(1),
    }
}

both!(an_invitation_lets_in_by_its_newest_token_until_it_lapses, store => {
    let chat = a_chat(&store).await;
    let invitation = an_invitation(&chat.account_id, "Ada@shop.example");
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.put_invitation(&invitation, "first").await.unwrap();
    assert_eq!(tx.invitation_with_token("first", NOW).await.unwrap(), Some(invitation.clone()));
    assert_eq!(tx.invitation_with_token("first", NOW + Duration::from_hours(1)).await.unwrap(), None);
    let renewed = Invitation { expires_at: NOW + Duration::from_hours(2), role: Role::Member, ..invitation.clone() };
    tx.put_invitation(&renewed, "second").await.unwrap();
    assert_eq!(tx.invitation_with_token("first", NOW).await.unwrap(), None);
    assert_eq!(tx.invitation_with_token("second", NOW).await.unwrap(), Some(renewed.clone()));
    assert_eq!(tx.invitation(&chat.account_id, &renewed.id).await.unwrap(), Some(renewed.clone()));
    assert_eq!(tx.invitation(&AccountId::new(NOW), &renewed.id).await.unwrap(), None);
    let email: domain::lead::Email = "ada@SHOP.example".parse().unwrap();
    assert_eq!(tx.invitation_of(&chat.account_id, email.key()).await.unwrap(), Some(renewed.clone()));

    // What became of the mail of the first is not what became of the second's.
    tx.put_invitation_mail(&invitation, InvitationMail::Failed).await.unwrap();
    tx.put_invitation_mail(&renewed, InvitationMail::Sent).await.unwrap();
    let sent = Invitation { mail: InvitationMail::Sent, ..renewed.clone() };
    assert_eq!(tx.invitations(&chat.account_id).await.unwrap(), [sent]);
    assert!(tx.remove_invitation(&chat.account_id, &renewed.id).await.unwrap());
    assert!(!tx.remove_invitation(&chat.account_id, &renewed.id).await.unwrap());
    assert_eq!(tx.invitation_with_token("second", NOW).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(an_email_is_asked_to_join_once, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.put_invitation(&an_invitation(&chat.account_id, "ada@shop.example"), "one").await.unwrap();
    let again = tx.put_invitation(&an_invitation(&chat.account_id, "ADA@shop.example"), "two").await;
    assert!(again.unwrap_err().is_taken());
});

both!(a_way_to_a_new_password_lasts_until_it_is_used_or_lapses, store => {
    let chat = a_chat(&store).await;
    let ada = an_operator(&chat.account_id, "a@shop.example").operator;
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    tx.add_operator(&an_operator(&chat.account_id, "b@shop.example")).await.unwrap();
    let credentials = crate::OperatorCredentials { operator: ada.clone(), password_hash: String::new() };
    tx.add_operator(&credentials).await.unwrap();
    let until = NOW + Duration::from_hours(1);
    tx.add_password_reset(&ada, "one", (NOW, until)).await.unwrap();
    tx.add_password_reset(&ada, "two", (NOW + Duration::from_mins(1), until)).await.unwrap();
    assert_eq!(tx.password_resets_since(&ada, NOW).await.unwrap(), 2);
    assert_eq!(tx.password_resets_since(&ada, NOW + Duration::from_mins(1)).await.unwrap(), 1);
    let found = tx.password_reset("one", NOW).await.unwrap();
    assert_eq!(found, Some((chat.account_id.clone(), ada.id.clone())));
    assert_eq!(tx.password_reset("one", until).await.unwrap(), None);
    tx.remove_password_resets(&ada).await.unwrap();
    assert_eq!(tx.password_reset("two", NOW).await.unwrap(), None);
});
