//! An operator signs in to the dashboard, and out.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use domain::account::{Account, Operator};
use domain::lead::Email;
use store::{Scope, Session, StoreError};

use crate::app::limits::TooMany;
use crate::app::{App, passwords, secrets};

/// How long a session lasts.
pub const SESSION: Duration = Duration::from_hours(7 * 24);

/// An operator with a new session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the browser proves the session with; kept as a hash only.
    pub token: SessionToken,
    /// Who.
    pub operator: Operator,
    /// Of which account.
    pub account: Account,
}

/// What a browser proves a session with: 256 random bits. It does not print.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    /// Its text, for the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(***)")
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such operator, or another password. Which of the two is not told.
    #[error("email or password is wrong")]
    WrongCredentials,
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs an operator in, who calls from `address`.
///
/// # Errors
/// [`SignInError`].
pub async fn sign_in(
    app: &App,
    address: IpAddr,
    email: &str,
    password: &str,
) -> Result<SignedIn, SignInError> {
    app.limits.sign_in(address)?;
    let known = match email.parse::<Email>() {
        Ok(email) => app.store.read().await?.operator_with_email(email.key()).await?,
        Err(_) => None,
    };
    let kept = known.as_ref().map(|known| known.password_hash.clone());
    let right = passwords::is_right(password, kept).await;
    let Some(operator) = known.filter(|_| right).map(|known| known.operator) else {
        tracing::info!("sign-in refused: wrong credentials");
        return Err(SignInError::WrongCredentials);
    };
    let account = app.store.read().await?.account(&operator.account_id).await?;
    let account = account.ok_or(SignInError::WrongCredentials)?;
    let token = SessionToken(secrets::token());
    let now = app.clock.now();
    let session = Session {
        token_hash: secrets::hash(token.reveal()),
        account_id: operator.account_id.clone(),
        operator_id: operator.id.clone(),
        created_at: now,
        expires_at: now + SESSION,
    };
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    tx.add_session(&session).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "signed in");
    Ok(SignedIn { token, operator, account })
}

/// Ends the session that `token` proves, if it does.
///
/// # Errors
/// When the database cannot.
pub async fn sign_out(app: &App, token: &str) -> Result<(), StoreError> {
    let hash = secrets::hash(token);
    let Some(session) = app.store.read().await?.session(&hash, app.clock.now()).await? else {
        return Ok(());
    };
    let mut tx = app.store.write(Scope::Account(&session.account_id)).await?;
    tx.end_session(&hash).await?;
    tx.commit().await?;
    tracing::info!(operator = %session.operator_id, "signed out");
    Ok(())
}

/// Whose session `token` proves, and of which account; `None` where it proves none.
///
/// # Errors
/// When the database cannot answer.
pub async fn current_operator(
    app: &App,
    token: &str,
) -> Result<Option<(Operator, Account)>, StoreError> {
    let mut tx = app.store.read().await?;
    let Some(session) = tx.session(&secrets::hash(token), app.clock.now()).await? else {
        return Ok(None);
    };
    let known = tx.operator(&session.account_id, &session.operator_id).await?;
    let account = tx.account(&session.account_id).await?;
    Ok(known.map(|known| known.operator).zip(account))
}
