//! What an operator proves themselves with beside the password: the codes of an app, and recovery codes for when it is lost.

use std::time::Duration;

use domain::account::{Operator, SecondFactors};
use domain::audit::AuditKind;
use domain::settings::SealedSecret;
use domain::totp::TotpSecret;
use store::{Scope, StoreError, Totp, WriteTx, WrongCodes};

use crate::app::audit::Actor;
use crate::app::limits::TooMany;
use crate::app::secret_key::SecretKeyError;
use crate::app::{App, secrets};

/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Wrong codes in a row after which none is looked at for [`LOCKED`].
pub const MOST_WRONG: i64 = 5;
/// See [`MOST_WRONG`].
pub const LOCKED: Duration = Duration::from_mins(15);

/// What a code was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The code that an app shows.
    Totp,
    /// A recovery code, which is used up.
    RecoveryCode,
    /// None, or one that was used before.
    Wrong,
    /// It was not looked at: there were too many wrong ones. It will be after this long.
    Locked(Duration),
}

/// Why a second factor was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The code is wrong.
    #[error("the code is wrong, or was used before")]
    WrongCode,
    /// There is an app already.
    #[error("there is an authenticator app already: remove it first")]
    There,
    /// There is nothing that recovery codes would stand in for.
    #[error("set up a second factor first: recovery codes are for when it is lost")]
    Nothing,
    /// No app was begun with.
    #[error("begin with the authenticator app first")]
    NotBegun,
    /// It is the last one, and the account asks for one.
    #[error("this account asks for a second factor, and it is your only one")]
    Required,
    /// The secret cannot be opened.
    #[error(transparent)]
    Secret(#[from] SecretKeyError),
    /// Too many wrong codes.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Codes that are shown this once. They do not print.
#[derive(Clone)]
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    /// Their texts.
    #[must_use]
    pub fn reveal(&self) -> &[String] {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodes(***)")
    }
}

/// Which second factors an operator has.
///
/// # Errors
/// When the database cannot answer.
pub async fn of(app: &App, operator: &Operator) -> Result<SecondFactors, StoreError> {
    app.store.read().await?.second_factors(operator).await
}

/// Checks a code of an operator, and uses it up.
///
/// # Errors
/// When the database cannot.
pub async fn check(app: &App, operator: &Operator, code: &str) -> Result<Checked, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let wrong = tx.wrong_codes(operator).await?;
    if let Some(until) = wrong.locked_until.filter(|until| now < *until) {
        return Ok(Checked::Locked(until.since(now).max(Duration::from_secs(1))));
    }
    let checked = look(app, &mut tx, operator, code).await?;
    let wrong = if checked == Checked::Wrong {
        let count = wrong.count + 1;
        if count >= MOST_WRONG {
            WrongCodes { count: 0, locked_until: Some(now + LOCKED) }
        } else {
            WrongCodes { count, locked_until: None }
        }
    } else {
        WrongCodes::default()
    };
    tx.put_wrong_codes(operator, wrong).await?;
    tx.commit().await?;
    Ok(checked)
}

async fn look(
    app: &App,
    tx: &mut WriteTx,
    operator: &Operator,
    code: &str,
) -> Result<Checked, StoreError> {
    let now = app.clock.now();
    if let Some(totp) = tx.totp(operator).await?.filter(|totp| totp.confirmed_at.is_some())
        && let Ok(secret) = open(app, operator, &totp)
        && let Some(step) = secret.check(code, now, totp.last_step)
    {
        tx.put_totp(operator, &Totp { last_step: Some(step), ..totp }, now).await?;
        return Ok(Checked::Totp);
    }
    if tx.use_recovery_code(operator, &hash(code)).await? {
        let left = tx.count_recovery_codes(operator).await?;
        let entry =
            crate::app::audit::entry(None, &operator.account_id, AuditKind::RecoveryCodeUsed, now);
        let entry = entry.about(operator.email.signed()).with_detail(format!("{left} left"));
        tx.append_audit(&entry).await?;
        return Ok(Checked::RecoveryCode);
    }
    Ok(Checked::Wrong)
}

/// Begins with an authenticator app: a new secret, which is no second factor until a code was given.
///
/// # Errors
/// [`SecondFactorError::There`], [`SecondFactorError::Store`].
pub async fn begin_totp(app: &App, operator: &Operator) -> Result<TotpSecret, SecondFactorError> {
    let now = app.clock.now();
    let secret = TotpSecret::generate();
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    if tx.totp(operator).await?.is_some_and(|totp| totp.confirmed_at.is_some()) {
        return Err(SecondFactorError::There);
    }
    let sealed = app.secret_key.seal(&place(operator), &secret.reveal()).0;
    let totp = Totp { secret: sealed, last_step: None, confirmed_at: None };
    tx.put_totp(operator, &totp, now).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Ends what was begun with [`begin_totp`], by a first code. Recovery codes come with it, where there are none.
///
/// # Errors
/// [`SecondFactorError`].
pub async fn confirm_totp(
    app: &App,
    actor: &Actor,
    code: &str,
) -> Result<Option<RecoveryCodes>, SecondFactorError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let totp = tx.totp(operator).await?.ok_or(SecondFactorError::NotBegun)?;
    if totp.confirmed_at.is_some() {
        return Err(SecondFactorError::There);
    }
    let secret = open(app, operator, &totp)?;
    let step = secret.check(code, now, None).ok_or(SecondFactorError::WrongCode)?;
    let totp = Totp { last_step: Some(step), confirmed_at: Some(now), ..totp };
    let codes = first_codes(&mut tx, operator).await?;
    tx.put_totp(operator, &totp, now).await?;
    tx.append_audit(&actor.does(AuditKind::TotpAdded, now)).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "authenticator app added");
    Ok(codes)
}

/// Recovery codes that come with a second factor, asked for before it is kept: new ones with the first one, whatever there was
/// before, and with others where none are left.
pub(super) async fn first_codes(
    tx: &mut WriteTx,
    operator: &Operator,
) -> Result<Option<RecoveryCodes>, StoreError> {
    let first = !tx.second_factors(operator).await?.any();
    if !first && tx.count_recovery_codes(operator).await? > 0 {
        return Ok(None);
    }
    put_codes(tx, operator).await.map(Some)
}

async fn put_codes(tx: &mut WriteTx, operator: &Operator) -> Result<RecoveryCodes, StoreError> {
    let codes = RecoveryCodes((0..RECOVERY_CODES).map(|_| new_code()).collect());
    let hashes: Vec<String> = codes.0.iter().map(|code| hash(code)).collect();
    tx.put_recovery_codes(operator, &hashes).await?;
    Ok(codes)
}

/// New recovery codes in place of the old ones.
///
/// # Errors
/// [`SecondFactorError::Nothing`], [`SecondFactorError::Store`].
pub async fn renew_codes(app: &App, actor: &Actor) -> Result<RecoveryCodes, SecondFactorError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    if !tx.second_factors(operator).await?.any() {
        return Err(SecondFactorError::Nothing);
    }
    let codes = put_codes(&mut tx, operator).await?;
    tx.append_audit(&actor.does(AuditKind::RecoveryCodesMade, now)).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Removes the authenticator app of an operator; one that is gone already is no failure. With the last second factor the recovery codes go, too.
///
/// # Errors
/// [`SecondFactorError::Required`], [`SecondFactorError::Store`].
pub async fn remove_totp(app: &App, actor: &Actor) -> Result<(), SecondFactorError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    if !tx.second_factors(operator).await?.totp {
        return Ok(());
    }
    tx.remove_totp(operator).await?;
    if !settle(&mut tx, operator).await? {
        return Err(SecondFactorError::Required);
    }
    tx.append_audit(&actor.does(AuditKind::TotpRemoved, now)).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "authenticator app removed");
    Ok(())
}

/// After a second factor was removed: whether it may be. Where none is left, there is nothing that recovery codes stand in for.
pub(super) async fn settle(tx: &mut WriteTx, operator: &Operator) -> Result<bool, StoreError> {
    if tx.second_factors(operator).await?.any() {
        return Ok(true);
    }
    tx.put_recovery_codes(operator, &[]).await?;
    let account = tx.account(&operator.account_id).await?;
    Ok(account.is_none_or(|account| !account.second_factor_required))
}

/// Removes all second factors of an operator who has lost them: at the terminal.
///
/// # Errors
/// When the database cannot.
pub async fn clear(app: &App, operator: &Operator) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    tx.remove_totp(operator).await?;
    for passkey in tx.passkeys(operator).await? {
        tx.remove_passkey(operator, &passkey.id).await?;
    }
    tx.put_recovery_codes(operator, &[]).await?;
    tx.put_wrong_codes(operator, WrongCodes::default()).await?;
    let kind = AuditKind::SecondFactorsCleared;
    let entry = crate::app::audit::entry(None, &operator.account_id, kind, now);
    tx.append_audit(&entry.about(operator.email.signed())).await?;
    tx.commit().await
}

/// Where the secret of an operator's app is kept: it opens nowhere else.
fn place(operator: &Operator) -> String {
    format!("{}/{}/totp", operator.account_id, operator.id)
}

fn open(app: &App, operator: &Operator, totp: &Totp) -> Result<TotpSecret, SecretKeyError> {
    let text = app.secret_key.open(&place(operator), &SealedSecret(totp.secret.clone()))?;
    TotpSecret::parse(&text).map_err(|_| SecretKeyError::CannotOpen)
}

/// 16 letters and digits in groups of four, without those that are taken for others: 79 random bits.
fn new_code() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let mut code = String::with_capacity(19);
    while code.len() < 19 {
        if code.len() % 5 == 4 {
            code.push('-');
        }
        let [byte] = secrets::bytes();
        let letter = char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
        if letter != '-' {
            code.push(letter);
        }
    }
    code
}

/// What is kept of a recovery code; case and what stands between its letters do not matter.
fn hash(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    secrets::hash(&letters.collect::<String>().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_typed_as_people_do() {
        let code = new_code();
        assert_eq!(code.len(), 19);
        let groups: Vec<&str> = code.split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 4), "{code}");
        assert_ne!(code, new_code());
        let typed = format!(" {} ", code.replace('-', " ").to_uppercase());
        assert_eq!(hash(&typed), hash(&code));
        assert_ne!(hash(&code), hash(&code[1..]));
    }
}
