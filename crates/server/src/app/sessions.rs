//! The sessions of an operator: which there are, and how they end; and how an operator proves anew who they are.

use std::sync::Arc;
use std::time::Duration;

use domain::audit::AuditKind;
use store::{OpenSession, Scope, Session, StoreError};

use crate::app::audit::Actor;
use crate::app::limits::TooMany;
use crate::app::passkeys::{self, Proven};
use crate::app::second_factor::{self, Checked};
use crate::app::{App, passwords, sign_in};

/// For how long after proving who one is one may do what asks for it.
pub const RECENT: Duration = Duration::from_mins(15);

/// What an operator proves anew who they are with.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The password.
    Password(&'a str),
    /// A code of an authenticator app, or a recovery code.
    Code(&'a str),
    /// A passkey.
    Passkey(Proven<'a>),
}

/// Why it was not proven.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// It is wrong.
    #[error("the password or the code is wrong")]
    Wrong,
    /// Who has a second factor proves it, or a stolen password would be enough.
    #[error("you have a second factor: prove that, not the password")]
    PasswordAlone,
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The name of a session outside: the beginning of its hash, of which nobody comes back to its token.
#[must_use]
pub fn name_of(session: &Session) -> &str {
    session.token_hash.get(..26).unwrap_or(&session.token_hash)
}

/// The sessions of an operator, the one last seen first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Session>, StoreError> {
    app.store.read().await?.sessions(&actor.operator, app.clock.now()).await
}

/// Ends the session of an operator that is called `name`; one that is gone already is no failure.
///
/// # Errors
/// When the database cannot.
pub async fn end(app: &App, actor: &Actor, name: &str) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&actor.operator.account_id)).await?;
    let sessions = tx.sessions(&actor.operator, now).await?;
    let Some(session) = sessions.iter().find(|session| name_of(session) == name) else {
        return Ok(());
    };
    tx.end_session(&session.token_hash).await?;
    let entry = actor.does(AuditKind::SessionEnded, now);
    tx.append_audit(&entry.with_detail(session.agent.clone())).await?;
    tx.commit().await
}

/// Ends all sessions of an operator but `open`: how many.
///
/// # Errors
/// When the database cannot.
pub async fn end_others(app: &App, actor: &Actor, open: &Session) -> Result<u64, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&actor.operator.account_id)).await?;
    let ended = tx.end_sessions(&actor.operator, &open.token_hash).await?;
    let entry = actor.does(AuditKind::SessionsEnded, now);
    tx.append_audit(&entry.with_detail(ended.to_string())).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Has the operator of `open` prove anew who they are.
///
/// # Errors
/// [`ConfirmError`].
pub async fn confirm(
    app: &Arc<App>,
    open: &OpenSession,
    actor: &Actor,
    proof: Proof<'_>,
) -> Result<(), ConfirmError> {
    app.limits.sign_in(actor.origin.address).await?;
    let right = match proof {
        Proof::Password(_) if open.second_factors.any() => {
            return Err(ConfirmError::PasswordAlone);
        }
        Proof::Password(password) => own_password(app, actor, password).await?.is_some(),
        Proof::Code(code) => match second_factor::check(app, &actor.operator, code).await? {
            Checked::Totp | Checked::RecoveryCode => true,
            Checked::Wrong => false,
            Checked::Locked(retry_after) => return Err(TooMany { retry_after }.into()),
        },
        Proof::Passkey(proven) => passkeys::is_right(app, &actor.operator, &proven).await?,
    };
    if !right {
        sign_in::fail_later(app, actor, "proof in a session");
        return Err(ConfirmError::Wrong);
    }
    authenticated(app, open).await?;
    Ok(())
}

/// Keeps that the operator of `open` has just proven who they are.
pub(super) async fn authenticated(app: &App, open: &OpenSession) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Account(&open.account.id)).await?;
    tx.put_session_authenticated(&open.session.token_hash, app.clock.now()).await?;
    tx.commit().await
}

/// The hash of the operator's password, if `password` is it.
pub(super) async fn own_password(
    app: &App,
    actor: &Actor,
    password: &str,
) -> Result<Option<String>, StoreError> {
    let operator = &actor.operator;
    let known = app.store.read().await?.operator(&operator.account_id, &operator.id).await?;
    let hash = known.map(|known| known.password_hash);
    let right = passwords::is_right(password, hash.clone()).await;
    Ok(hash.filter(|_| right))
}
