//! An operator signs in to the dashboard, and out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::account::{Account, Operator, SecondFactors};
use domain::audit::{AuditEntry, AuditKind, CallOrigin};
use domain::lead::Email;
use domain::time::Timestamp;
use store::{OpenSession, OperatorCredentials, Scope, Session, StoreError, WriteTx};

use crate::app::audit::Actor;
use crate::app::limits::TooMany;
use crate::app::second_factor::{self, Checked};
use crate::app::{App, passwords, secrets};

/// How long a session lasts.
pub const SESSION: Duration = Duration::from_hours(7 * 24);
/// How often at most it is written down that somebody is there.
pub const SEEN_EVERY: Duration = Duration::from_mins(5);

/// An operator with a new session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the browser proves the session with; kept as a hash only.
    pub token: SessionToken,
    /// Who.
    pub operator: Operator,
    /// Of which account.
    pub account: Account,
    /// Which second factors they have.
    pub second_factors: SecondFactors,
}

/// What came of an attempt that was right so far.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The operator is signed in.
    SignedIn(Box<SignedIn>),
    /// The password is right, and not enough.
    SecondFactor(SecondFactors),
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

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The email.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// A code of an authenticator app, or a recovery code, where one was asked for.
    pub code: Option<&'a str>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such operator, or another password. Which of the two is not told.
    #[error("email or password is wrong")]
    WrongCredentials,
    /// The code is wrong, or was used before.
    #[error("the code is wrong, or was used before")]
    WrongCode,
    /// The passkey is not known, or was not accepted. Which of the two is not told.
    #[error("this passkey does not sign in here")]
    WrongPasskey,
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs an operator in, who calls from `origin`.
///
/// # Errors
/// [`SignInError`].
pub async fn sign_in(
    app: &Arc<App>,
    origin: &CallOrigin,
    given: Credentials<'_>,
) -> Result<Outcome, SignInError> {
    app.limits.sign_in(origin.address).await?;
    let known = match given.email.parse::<Email>() {
        Ok(email) => app.store.read().await?.operator_with_email(email.key()).await?,
        Err(_) => None,
    };
    let kept = known.as_ref().map(|known| known.password_hash.clone());
    let right = passwords::is_right(given.password, kept.clone()).await;
    let Some(operator) = known.map(|known| known.operator) else {
        tracing::info!("sign-in refused: wrong credentials");
        return Err(SignInError::WrongCredentials);
    };
    let actor = Actor { operator, origin: origin.clone() };
    if !right {
        tracing::info!("sign-in refused: wrong credentials");
        fail_later(app, &actor, "password");
        return Err(SignInError::WrongCredentials);
    }
    let factors = second_factor::of(app, &actor.operator).await?;
    if !factors.any() {
        let proven = Proven { how: "password", hash: kept };
        return begin(app, &actor, proven).await.map(Outcome::signed_in);
    }
    let Some(code) = given.code else { return Ok(Outcome::SecondFactor(factors)) };
    match second_factor::check(app, &actor.operator, code).await? {
        Checked::Totp => {
            let proven = Proven { how: "password and code", hash: kept };
            begin(app, &actor, proven).await.map(Outcome::signed_in)
        }
        Checked::RecoveryCode => {
            let proven = Proven { how: "password and recovery code", hash: kept };
            begin(app, &actor, proven).await.map(Outcome::signed_in)
        }
        Checked::Wrong => {
            fail_later(app, &actor, "code");
            Err(SignInError::WrongCode)
        }
        Checked::Locked(retry_after) => Err(TooMany { retry_after }.into()),
    }
}

impl Outcome {
    fn signed_in(signed_in: SignedIn) -> Self {
        Self::SignedIn(Box::new(signed_in))
    }
}

/// By what somebody has proven who they are.
pub(super) struct Proven {
    /// In words.
    pub(super) how: &'static str,
    /// The hash of the password that was right, where it was a password: it must still be theirs.
    pub(super) hash: Option<String>,
}

/// Begins a session for who has proven who they are.
pub(super) async fn begin(
    app: &App,
    actor: &Actor,
    proven: Proven,
) -> Result<SignedIn, SignInError> {
    let Proven { how, hash } = proven;
    let now = app.clock.now();
    let account_id = &actor.operator.account_id;
    let mut tx = app.store.write(Scope::Account(account_id)).await?;
    let (token, session) = new_session(actor, now);
    // Who was removed meanwhile is nobody to sign in, and a password that was changed meanwhile is a wrong one: comparing takes
    // a while, and changing it has ended all sessions.
    let found = tx.operator(account_id, &actor.operator.id).await?;
    let stands =
        |known: &OperatorCredentials| hash.as_ref().is_none_or(|hash| known.password_hash == *hash);
    if !found.is_some_and(|known| stands(&known)) {
        return Err(SignInError::WrongCredentials);
    }
    tx.add_session(&session).await?;
    tx.append_audit(&actor.does(AuditKind::SignedIn, now).with_detail(how)).await?;
    let open = tx.open_session(&session.token_hash, now).await?;
    let OpenSession { operator, account, second_factors, .. } =
        open.ok_or(SignInError::WrongCredentials)?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, how, "signed in");
    Ok(SignedIn { token, operator, account, second_factors })
}

/// A new session, and what proves it.
pub(super) fn new_session(actor: &Actor, now: Timestamp) -> (SessionToken, Session) {
    let token = SessionToken(secrets::token());
    let session = Session {
        token_hash: secrets::hash(token.reveal()),
        account_id: actor.operator.account_id.clone(),
        operator_id: actor.operator.id.clone(),
        agent: actor.origin.agent.clone(),
        created_at: now,
        last_seen_at: now,
        authenticated_at: now,
        expires_at: now + SESSION,
    };
    (token, session)
}

/// Writes down that a sign-in failed, after the answer: how long that takes must not tell who has an account.
pub(super) fn fail_later(app: &Arc<App>, actor: &Actor, what: &'static str) {
    let entry = actor.does(AuditKind::SignInFailed, app.clock.now());
    let entry = AuditEntry { operator_id: None, operator_email: None, ..entry }
        .about(actor.operator.email.signed())
        .with_detail(what);
    let app = app.clone();
    app.clone().tasks.spawn(async move {
        let written = async {
            let mut tx = app.store.write(Scope::Account(&entry.account_id)).await?;
            tx.append_audit(&entry).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "a failed sign-in was not written down");
        }
    });
}

/// Ends the session that `token` proves, if it does.
///
/// # Errors
/// When the database cannot.
pub async fn sign_out(app: &App, actor: &Actor, token: &str) -> Result<(), StoreError> {
    let mut tx: WriteTx = app.store.write(Scope::Account(&actor.operator.account_id)).await?;
    tx.end_session(&secrets::hash(token)).await?;
    tx.append_audit(&actor.does(AuditKind::SignedOut, app.clock.now())).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, "signed out");
    Ok(())
}

/// The session that `token` proves, with whose it is; `None` where it proves none.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_session(app: &Arc<App>, token: &str) -> Result<Option<OpenSession>, StoreError> {
    let now = app.clock.now();
    let open = app.store.read().await?.open_session(&secrets::hash(token), now).await?;
    if let Some(open) = &open
        && now.since(open.session.last_seen_at) >= SEEN_EVERY
    {
        // Nobody waits for that.
        let (app, session) = (app.clone(), open.session.clone());
        app.clone().tasks.spawn(async move {
            if let Ok(mut tx) = app.store.write(Scope::Account(&session.account_id)).await
                && tx.put_session_seen(&session.token_hash, now).await.is_ok()
            {
                let _ = tx.commit().await;
            }
        });
    }
    Ok(open)
}
