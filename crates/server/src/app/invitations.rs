//! People are asked to join an account, by a link that lets in once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::account::{Account, Operator, OperatorName, Role};
use domain::audit::{AuditKind, CallOrigin};
use domain::id::{InvitationId, OperatorId};
use domain::lead::Email;
use store::{Invitation, InvitationMail, OperatorCredentials, Scope, StoreError};

use crate::app::account_mails::{self, Delivery};
use crate::app::audit::Actor;
use crate::app::limits::TooMany;
use crate::app::passwords::{self, Password};
use crate::app::sign_in::{self, SignInError, SignedIn};
use crate::app::{App, secrets};
use crate::mail::account;

/// How long an invitation lets in.
pub const LASTS: Duration = Duration::from_hours(7 * 24);
/// Invitations of an account at a time.
pub const MOST: usize = 100;

/// An invitation with the link that lets in by it, to be shown once. It does not print.
#[derive(Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    link: String,
}

impl Invited {
    /// The link: its token is in the fragment, which no browser sends to anybody.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }
}

impl fmt::Debug for Invited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invited").field("invitation", &self.invitation).finish_non_exhaustive()
    }
}

/// Why nobody was invited, or joined.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// Somebody signs in with that email.
    #[error("somebody signs in with this email already")]
    AlreadyOperator,
    /// They were asked before.
    #[error("this email was invited already: make a new link for that invitation")]
    AlreadyInvited,
    /// Too many at a time.
    #[error("there are {MOST} open invitations: withdraw some first")]
    Full,
    /// There is no such invitation: it was used, withdrawn, or has lapsed.
    #[error("this invitation is not valid any more: ask for a new one")]
    Unknown,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] passwords::HashError),
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignInError> for InvitationError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(error) => Self::Store(error),
            SignInError::TooMany(error) => Self::TooMany(error),
            SignInError::WrongCredentials | SignInError::WrongCode | SignInError::WrongPasskey => {
                Self::Unknown
            }
        }
    }
}

/// Asks somebody to join the account of `actor`.
///
/// # Errors
/// [`InvitationError`]; nothing is kept then.
pub async fn invite(
    app: &Arc<App>,
    actor: &Actor,
    email: Email,
    role: Role,
) -> Result<Invited, InvitationError> {
    let now = app.clock.now();
    let account = &actor.operator.account_id;
    let invitation = Invitation {
        account_id: account.clone(),
        id: InvitationId::new(now),
        email,
        role,
        invited_by: actor.operator.id.clone(),
        mail: if app.mail.is_set_up() { InvitationMail::Waiting } else { InvitationMail::Off },
        created_at: now,
        expires_at: now + LASTS,
    };
    let mut tx = app.store.write(Scope::Account(account)).await?;
    if tx.operator_with_email(invitation.email.key()).await?.is_some() {
        return Err(InvitationError::AlreadyOperator);
    }
    if let Some(earlier) = tx.invitation_of(account, invitation.email.key()).await? {
        if now < earlier.expires_at {
            return Err(InvitationError::AlreadyInvited);
        }
        tx.remove_invitation(account, &earlier.id).await?;
    }
    if tx.invitations(account).await?.len() >= MOST {
        return Err(InvitationError::Full);
    }
    let token = secrets::token();
    tx.put_invitation(&invitation, &secrets::hash(&token)).await?;
    let entry = actor.does(AuditKind::MemberInvited, now).about(invitation.email.signed());
    tx.append_audit(&entry.with_detail(role.as_str())).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, invitation = %invitation.id, "invited");
    send(app, actor, invitation, &token).await
}

/// Makes a new link for an invitation, and mails it again; the old one is worth nothing any more.
///
/// # Errors
/// [`InvitationError`]; nothing is changed then.
pub async fn renew(
    app: &Arc<App>,
    actor: &Actor,
    id: &InvitationId,
) -> Result<Invited, InvitationError> {
    let now = app.clock.now();
    let account = &actor.operator.account_id;
    let mut tx = app.store.write(Scope::Account(account)).await?;
    let earlier = tx.invitation(account, id).await?.ok_or(InvitationError::Unknown)?;
    let invitation = Invitation {
        invited_by: actor.operator.id.clone(),
        mail: if app.mail.is_set_up() { InvitationMail::Waiting } else { InvitationMail::Off },
        expires_at: now + LASTS,
        ..earlier
    };
    let token = secrets::token();
    tx.put_invitation(&invitation, &secrets::hash(&token)).await?;
    let entry = actor.does(AuditKind::InvitationRenewed, now);
    tx.append_audit(&entry.about(invitation.email.signed())).await?;
    tx.commit().await?;
    send(app, actor, invitation, &token).await
}

/// Withdraws an invitation; one that is gone already is no failure.
///
/// # Errors
/// When the database cannot.
pub async fn withdraw(app: &App, actor: &Actor, id: &InvitationId) -> Result<(), StoreError> {
    let now = app.clock.now();
    let account = &actor.operator.account_id;
    let mut tx = app.store.write(Scope::Account(account)).await?;
    let Some(invitation) = tx.invitation(account, id).await? else { return Ok(()) };
    tx.remove_invitation(account, id).await?;
    let entry = actor.does(AuditKind::InvitationWithdrawn, now);
    tx.append_audit(&entry.about(invitation.email.signed())).await?;
    tx.commit().await
}

/// The invitation that `token` lets in by, and the account.
///
/// # Errors
/// [`InvitationError::Unknown`], [`InvitationError::TooMany`], [`InvitationError::Store`].
pub async fn find(
    app: &App,
    origin: &CallOrigin,
    token: &str,
) -> Result<(Invitation, Account), InvitationError> {
    app.limits.sign_in(origin.address).await?;
    let mut tx = app.store.read().await?;
    let found = tx.invitation_with_token(&secrets::hash(token), app.clock.now()).await?;
    let invitation = found.ok_or(InvitationError::Unknown)?;
    let account = tx.account(&invitation.account_id).await?;
    Ok((invitation, account.ok_or(InvitationError::Unknown)?))
}

/// Lets in who has the token of an invitation, as an operator with this name and password, and signs them in.
///
/// # Errors
/// [`InvitationError`]; nothing is changed then.
pub async fn accept(
    app: &App,
    origin: &CallOrigin,
    token: &str,
    (name, password): (OperatorName, Password),
) -> Result<SignedIn, InvitationError> {
    let (invitation, _) = find(app, origin, token).await?;
    let password_hash = passwords::hash(&password).await?;
    let now = app.clock.now();
    let account = &invitation.account_id;
    let mut tx = app.store.write(Scope::Account(account)).await?;
    // It may have been withdrawn, or used, while the password was hashed.
    let found = tx.invitation_with_token(&secrets::hash(token), now).await?;
    let invitation = found.ok_or(InvitationError::Unknown)?;
    let operator = Operator {
        account_id: account.clone(),
        id: OperatorId::new(now),
        email: invitation.email.clone(),
        name: Some(name),
        role: invitation.role,
        created_at: now,
    };
    let actor = Actor { operator, origin: origin.clone() };
    let credentials = OperatorCredentials { operator: actor.operator.clone(), password_hash };
    let added = tx.add_operator(&credentials).await;
    added.map_err(|error| {
        if error.is_taken() { InvitationError::AlreadyOperator } else { error.into() }
    })?;
    tx.remove_invitation(account, &invitation.id).await?;
    let entry = actor.does(AuditKind::InvitationAccepted, now);
    tx.append_audit(&entry.with_detail(invitation.role.as_str())).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, "joined by invitation");
    let proven = sign_in::Proven { how: "invitation", hash: None };
    Ok(sign_in::begin(app, &actor, proven).await?)
}

/// The link, which is mailed where there is a mail server.
async fn send(
    app: &Arc<App>,
    actor: &Actor,
    invitation: Invitation,
    token: &str,
) -> Result<Invited, InvitationError> {
    let link = format!("{}/invitation#{token}", app.config.public_url());
    if invitation.mail == InvitationMail::Waiting {
        let found = app.store.read().await?.account(&invitation.account_id).await?;
        let name = found.map(|account| account.name.to_string()).unwrap_or_default();
        let letter = account::invitation(&account::Invite {
            account: name,
            by: actor.operator.shown_name().to_owned(),
            link: link.clone(),
            id: format!("{}.{}", invitation.id, invitation.expires_at.as_millis()),
            at: app.clock.now(),
        });
        let (app, sent) = (app.clone(), invitation.clone());
        app.clone().tasks.spawn(async move {
            let delivery = account_mails::deliver(&app, &sent.email, &letter).await;
            let mail = match delivery {
                Delivery::Taken => InvitationMail::Sent,
                Delivery::GivenUp => InvitationMail::Failed,
            };
            if let Ok(mut tx) = app.store.write(Scope::Account(&sent.account_id)).await
                && tx.put_invitation_mail(&sent, mail).await.is_ok()
            {
                let _ = tx.commit().await;
            }
        });
    }
    Ok(Invited { invitation, link })
}
