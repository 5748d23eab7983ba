//! An operator gets another password: by the one they have, by a link in a mail, or at the terminal.

use std::sync::Arc;
use std::time::Duration;

use domain::account::Operator;
use domain::audit::{AuditKind, CallOrigin};
use domain::lead::Email;
use store::{OpenSession, Scope, StoreError};

use crate::app::audit::{self, Actor};
use crate::app::limits::TooMany;
use crate::app::passwords::{self, Password};
use crate::app::{App, account_mails, secrets, sessions, sign_in};
use crate::mail::account;

/// How long a link to a new password is good for.
pub const LASTS: Duration = Duration::from_hours(1);
/// Links that one operator is mailed in an hour: others could have them mailed without end.
pub const LINKS_AN_HOUR: i64 = 3;

/// Why there is no new password.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present one is wrong.
    #[error("the present password is wrong")]
    Wrong,
    /// Who has a second factor must have proven it lately.
    #[error("prove anew who you are")]
    NotRecent,
    /// The link was used, or has lapsed.
    #[error("this link is not valid any more: ask for a new one")]
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

/// Changes the password of the operator of `open`, and ends their other sessions.
///
/// # Errors
/// [`ChangePasswordError`]; nothing is changed then.
pub async fn change(
    app: &Arc<App>,
    open: &OpenSession,
    actor: &Actor,
    (present, new): (&str, &Password),
) -> Result<(), ChangePasswordError> {
    app.limits.sign_in(actor.origin.address).await?;
    let factors = open.second_factors.any();
    if factors && app.clock.now().since(open.session.authenticated_at) >= sessions::RECENT {
        return Err(ChangePasswordError::NotRecent);
    }
    let Some(proven) = sessions::own_password(app, actor, present).await? else {
        sign_in::fail_later(app, actor, "present password");
        return Err(ChangePasswordError::Wrong);
    };
    let hash = passwords::hash(new).await?;
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    // Comparing takes a while: the session may have ended meanwhile, and the password be another.
    let session = tx.session(&open.session.token_hash, now).await?;
    let known = tx.operator(&operator.account_id, &operator.id).await?;
    if session.is_none() || known.is_none_or(|known| known.password_hash != proven) {
        return Err(ChangePasswordError::Wrong);
    }
    tx.put_password(operator, &hash).await?;
    tx.end_sessions(operator, &open.session.token_hash).await?;
    tx.remove_password_resets(operator).await?;
    // With a second factor, the password is not proof enough for what asks for one.
    if !factors {
        tx.put_session_authenticated(&open.session.token_hash, now).await?;
    }
    tx.append_audit(&actor.does(AuditKind::PasswordChanged, now)).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "password changed");
    Ok(())
}

/// Mails a link to a new password to whoever signs in with `email`, if anybody does. What happens then is the same for all: it
/// happens after the answer.
///
/// # Errors
/// [`TooMany`].
pub async fn request_reset(
    app: &Arc<App>,
    origin: &CallOrigin,
    email: &str,
) -> Result<(), TooMany> {
    app.limits.sign_in(origin.address).await?;
    let Ok(email) = email.parse::<Email>() else { return Ok(()) };
    let (app, origin) = (app.clone(), origin.clone());
    app.clone().tasks.spawn(async move {
        if let Err(error) = mail_link(&app, &origin, &email).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "a link to a new password was not made");
        }
    });
    Ok(())
}

async fn mail_link(app: &App, origin: &CallOrigin, email: &Email) -> Result<(), StoreError> {
    let known = app.store.read().await?.operator_with_email(email.key()).await?;
    let Some(operator) = known.map(|known| known.operator) else { return Ok(()) };
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let entry = audit::entry(None, &operator.account_id, AuditKind::PasswordResetRequested, now);
    tx.append_audit(&entry.about(operator.email.signed()).from(origin)).await?;
    let lately = tx.password_resets_since(&operator, now - Duration::from_hours(1)).await?;
    if !app.mail.is_set_up() || lately >= LINKS_AN_HOUR {
        return tx.commit().await;
    }
    let token = secrets::token();
    let hash = secrets::hash(&token);
    tx.add_password_reset(&operator, &hash, (now, now + LASTS)).await?;
    tx.commit().await?;
    let letter = account::password_reset(&account::Reset {
        link: format!("{}/password#{token}", app.config.public_url()),
        id: format!("reset.{}", hash.get(..26).unwrap_or_default()),
        at: now,
    });
    account_mails::deliver(app, &operator.email, &letter).await;
    Ok(())
}

/// Sets the password of who has the token of a link, and ends all their sessions. The link is used up, and so are others.
///
/// # Errors
/// [`ChangePasswordError`]; nothing is changed then.
pub async fn reset(
    app: &App,
    origin: &CallOrigin,
    token: &str,
    new: &Password,
) -> Result<(), ChangePasswordError> {
    app.limits.sign_in(origin.address).await?;
    let token_hash = secrets::hash(token);
    // Asked before, to spare the work, and again where it counts.
    let found = app.store.read().await?.password_reset(&token_hash, app.clock.now()).await?;
    let (account, id) = found.ok_or(ChangePasswordError::Unknown)?;
    let hash = passwords::hash(new).await?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&account)).await?;
    let found = tx.password_reset(&token_hash, now).await?;
    let known = tx.operator(&account, &id).await?.filter(|_| found.is_some());
    let operator = known.ok_or(ChangePasswordError::Unknown)?.operator;
    tx.put_password(&operator, &hash).await?;
    tx.end_sessions(&operator, "").await?;
    tx.remove_password_resets(&operator).await?;
    let actor = Actor { operator, origin: origin.clone() };
    tx.append_audit(&actor.does(AuditKind::PasswordReset, now)).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, "password reset");
    Ok(())
}

/// Sets the password of an operator at the terminal, and ends all their sessions.
///
/// # Errors
/// [`ChangePasswordError::Hash`], [`ChangePasswordError::Store`].
pub async fn set(
    app: &App,
    operator: &Operator,
    new: &Password,
) -> Result<(), ChangePasswordError> {
    let hash = passwords::hash(new).await?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    tx.put_password(operator, &hash).await?;
    tx.end_sessions(operator, "").await?;
    tx.remove_password_resets(operator).await?;
    let entry = audit::entry(None, &operator.account_id, AuditKind::PasswordSet, now);
    tx.append_audit(&entry.about(operator.email.signed())).await?;
    tx.commit().await?;
    Ok(())
}
