//! Passkeys: an operator's device is asked to sign a challenge, which proves more than a password does.
//!
//! A challenge is sealed with the installation's key and kept nowhere: a stranger who asks for many leaves nothing behind, and any node
//! reads what another gave out. That each is good once is kept with the passkey, as the time of the last one.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::Operator;
use domain::audit::{AuditKind, CallOrigin};
use domain::passkey::{
    Assertion, CredentialId, Passkey, PasskeyError, PasskeyName, Registration, RelyingParty,
    UserHandle,
};
use domain::settings::SealedSecret;
use domain::time::Timestamp;
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::audit::Actor;
use crate::app::second_factor::{self, RecoveryCodes};
use crate::app::sign_in::{self, SignInError, SignedIn};

/// For how long a challenge may be signed: a device may have to be looked for.
pub const CHALLENGE_LASTS: Duration = Duration::from_mins(5);
/// Passkeys that one operator may have.
pub const MOST: usize = 20;

/// Why there is no new passkey, or one fewer.
#[derive(Debug, thiserror::Error)]
pub enum PasskeysError {
    /// The service is called by a number.
    #[error(
        "browsers make passkeys for names only: set ZIPCHAT_PUBLIC_URL to the address with a domain name that the dashboard is opened by"
    )]
    NoName,
    /// What the browser sent was not taken.
    #[error("the passkey was not taken: {0}")]
    Refused(#[from] PasskeyError),
    /// The challenge is not one of now.
    #[error("that took too long, or was done before: begin again")]
    Challenge,
    /// It is one already.
    #[error("this passkey is there already")]
    There,
    /// There are too many.
    #[error("there are 20 passkeys already, which is the most: remove one first")]
    TooManyPasskeys,
    /// It is the last second factor, and the account asks for one.
    #[error("this account asks for a second factor, and it is your only one")]
    Required,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a browser needs to make a passkey.
#[derive(Debug, Clone)]
pub struct NewPasskeyOptions {
    /// The site.
    pub site: RelyingParty,
    /// What is to be signed, in base64url.
    pub challenge: String,
    /// Whose it will be.
    pub user: UserHandle,
    /// Those that there are, so that no device makes a second one.
    pub exclude: Vec<CredentialId>,
}

/// What a browser says when a passkey was used.
#[derive(Debug, Clone, Copy)]
pub struct Proven<'a> {
    /// The credential's id.
    pub id: &'a str,
    /// Whose it is, as the device kept it.
    pub user_handle: &'a str,
    /// What was signed.
    pub assertion: Assertion<'a>,
}

/// The passkeys of an operator, the first one first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(app: &App, operator: &Operator) -> Result<Vec<Passkey>, StoreError> {
    app.store.read().await?.passkeys(operator).await
}

/// What a browser needs to make a passkey of `operator`.
///
/// # Errors
/// [`PasskeysError::NoName`], [`PasskeysError::TooManyPasskeys`], [`PasskeysError::Store`].
pub async fn begin(app: &App, operator: &Operator) -> Result<NewPasskeyOptions, PasskeysError> {
    let site = site(app).ok_or(PasskeysError::NoName)?;
    let exclude: Vec<_> = list(app, operator).await?.into_iter().map(|one| one.id).collect();
    if exclude.len() >= MOST {
        return Err(PasskeysError::TooManyPasskeys);
    }
    let user =
        UserHandle { account_id: operator.account_id.clone(), operator_id: operator.id.clone() };
    Ok(NewPasskeyOptions { site, challenge: challenge(app, &adding(operator)), user, exclude })
}

/// Adds a passkey. Recovery codes come with it, where there are none.
///
/// # Errors
/// [`PasskeysError`].
pub async fn add(
    app: &App,
    actor: &Actor,
    name: PasskeyName,
    given: &Registration<'_>,
) -> Result<(Passkey, Option<RecoveryCodes>), PasskeysError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let new = site(app).ok_or(PasskeysError::NoName)?.register(given)?;
    given_out(app, &adding(operator), &new.challenge).ok_or(PasskeysError::Challenge)?;
    let passkey = Passkey {
        id: new.id,
        name,
        key: new.key,
        sign_count: new.sign_count,
        created_at: now,
        last_used_at: None,
        last_challenge_at: None,
    };
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let there = tx.passkeys(operator).await?;
    if there.iter().any(|one| one.id == passkey.id) {
        return Err(PasskeysError::There);
    }
    if there.len() >= MOST {
        return Err(PasskeysError::TooManyPasskeys);
    }
    let codes = second_factor::first_codes(&mut tx, operator).await?;
    tx.put_passkey(operator, &passkey).await?;
    let entry = actor.does(AuditKind::PasskeyAdded, now);
    tx.append_audit(&entry.with_detail(passkey.name.as_str())).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "passkey added");
    Ok((passkey, codes))
}

/// Removes a passkey; one that is gone already is no failure. With the last second factor the recovery codes go, too.
///
/// # Errors
/// [`PasskeysError::Required`], [`PasskeysError::Store`].
pub async fn remove(app: &App, actor: &Actor, id: &CredentialId) -> Result<(), PasskeysError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let there = tx.passkeys(operator).await?;
    let Some(passkey) = there.iter().find(|one| one.id == *id) else { return Ok(()) };
    tx.remove_passkey(operator, id).await?;
    if !second_factor::settle(&mut tx, operator).await? {
        return Err(PasskeysError::Required);
    }
    let entry = actor.does(AuditKind::PasskeyRemoved, now);
    tx.append_audit(&entry.with_detail(passkey.name.as_str())).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "passkey removed");
    Ok(())
}

/// What a browser needs to ask for a passkey: the site, and what is to be signed, in base64url.
///
/// # Errors
/// [`PasskeysError::NoName`].
pub fn begin_proof(app: &App) -> Result<(RelyingParty, String), PasskeysError> {
    let site = site(app).ok_or(PasskeysError::NoName)?;
    let challenge = challenge(app, PROVING);
    Ok((site, challenge))
}

/// Signs in by a passkey alone: the device has made sure who holds it.
///
/// # Errors
/// [`SignInError::WrongPasskey`], [`SignInError::TooMany`], [`SignInError::Store`].
pub async fn sign_in(
    app: &Arc<App>,
    origin: &CallOrigin,
    proven: &Proven<'_>,
) -> Result<SignedIn, SignInError> {
    app.limits.sign_in(origin.address).await?;
    let Some(operator) = owner(app, proven).await? else {
        tracing::info!("sign-in refused: unknown passkey");
        return Err(SignInError::WrongPasskey);
    };
    let actor = Actor { operator, origin: origin.clone() };
    if !is_right(app, &actor.operator, proven).await? {
        sign_in::fail_later(app, &actor, "passkey");
        return Err(SignInError::WrongPasskey);
    }
    sign_in::begin(app, &actor, sign_in::Proven { how: "passkey", hash: None }).await
}

/// Whose passkey it is said to be, where there is such an operator.
async fn owner(app: &App, proven: &Proven<'_>) -> Result<Option<Operator>, StoreError> {
    let Ok(handle) = proven.user_handle.parse::<UserHandle>() else { return Ok(None) };
    let known = app.store.read().await?.operator(&handle.account_id, &handle.operator_id).await?;
    Ok(known.map(|known| known.operator))
}

/// Whether `operator` has this passkey, and it has signed a challenge of now that it had not signed before.
///
/// # Errors
/// When the database cannot.
pub(super) async fn is_right(
    app: &App,
    operator: &Operator,
    proven: &Proven<'_>,
) -> Result<bool, StoreError> {
    let (Some(site), Ok(id)) = (site(app), proven.id.parse::<CredentialId>()) else {
        return Ok(false);
    };
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let there = tx.passkeys(operator).await?;
    let Some(passkey) = there.into_iter().find(|one| one.id == id) else { return Ok(false) };
    let asserted = match site.verify(&passkey, &proven.assertion) {
        Ok(asserted) => asserted,
        Err(reason) => {
            tracing::info!(operator = %operator.id, %reason, "a passkey was refused");
            return Ok(false);
        }
    };
    let given_out = given_out(app, PROVING, &asserted.challenge);
    let Some(given_out) = given_out.filter(|at| passkey.last_challenge_at < Some(*at)) else {
        tracing::info!(operator = %operator.id, "a passkey was refused: not a challenge of now");
        return Ok(false);
    };
    let used = Passkey {
        sign_count: asserted.sign_count,
        last_used_at: Some(app.clock.now()),
        last_challenge_at: Some(given_out),
        ..passkey
    };
    tx.put_passkey(operator, &used).await?;
    tx.commit().await?;
    Ok(true)
}

fn site(app: &App) -> Option<RelyingParty> {
    RelyingParty::of(&app.config.public_url())
}

/// What a challenge is for, when somebody proves who they are.
const PROVING: &str = "passkey/prove";

/// What a challenge is for, when `operator` adds a passkey: it is of no use for anybody else.
fn adding(operator: &Operator) -> String {
    format!("{}/{}/passkey", operator.account_id, operator.id)
}

/// A challenge for one purpose: the time, sealed.
fn challenge(app: &App, purpose: &str) -> String {
    let sealed = app.secret_key.seal(purpose, &app.clock.now().as_millis().to_string());
    URL_SAFE_NO_PAD.encode(sealed.0)
}

/// When `challenge` was given out for this purpose, unless that is too long ago, or it never was.
fn given_out(app: &App, purpose: &str, challenge: &[u8]) -> Option<Timestamp> {
    let sealed = SealedSecret(String::from_utf8(challenge.to_vec()).ok()?);
    let opened = app.secret_key.open(purpose, &sealed).ok()?;
    let at = Timestamp::from_millis(opened.parse().ok()?);
    (app.clock.now().since(at) < CHALLENGE_LASTS).then_some(at)
}
