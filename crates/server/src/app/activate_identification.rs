//! A chat begins to identify its customers, gets another key, and ceases.

use domain::chat::Identification;
use domain::id::ChatId;
use domain::identity::key::{
    IdentificationKey, KeySize, KeyState, Kid, PrivateKeyPem, PublicKey, SigningKeyError,
    SigningKeyPair,
};
use domain::time::Timestamp;
use store::{ReadTx, Scope, StoreError};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::bus::{Event, Topic};

/// How many keys of a chat verify at once, at most.
pub const MOST_KEYS: usize = 3;

/// Making a pair takes a core for a while, so it is one after another.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// A new pair. The private key is in here only: it is shown once and never kept.
#[derive(Debug)]
pub struct Activated {
    /// The key's name.
    pub kid: Kid,
    /// What the merchant signs with.
    pub private_key: PrivateKeyPem,
    /// What verifies.
    pub public_key: PublicKey,
}

/// A chat's identification as it is.
#[derive(Debug, Clone)]
pub struct State {
    /// Whether the chat's platform has it at all.
    pub available: bool,
    /// Whether tokens are accepted.
    pub active: bool,
    /// All keys, oldest first.
    pub keys: Vec<IdentificationKey>,
}

/// Why identification was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// Shopify has a customer identification of its own.
    #[error("customer identification is not available for a Shopify chat: Shopify has its own")]
    Shopify,
    /// There are three already.
    #[error("a chat has at most {MOST_KEYS} keys that verify: retire one first")]
    TooManyKeys,
    /// No pair could be made.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a pair of keys and accepts tokens signed with it from now on. On a chat that is active it is one more key.
///
/// # Errors
/// [`ActivateError`]; nothing is changed then.
pub async fn activate(app: &App, id: &ChatId, size: KeySize) -> Result<Activated, ActivateError> {
    // Asked before, to spare the work, and again where it counts.
    room_for_a_key(&mut app.store.read().await?, id, app.clock.now()).await?;
    let (pair, private_key) = make_pair(size).await?;
    let public_key = pair.public_key().clone();
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let identification = room_for_a_key(&mut tx, id, now).await?;
    let key = IdentificationKey {
        chat_id: id.clone(),
        kid: Kid::of(&public_key),
        public_key,
        state: KeyState::Active,
        verifies_until: None,
        created_at: now,
        verified: 0,
        last_used_at: None,
    };
    tx.add_identification_key(&key).await?;
    tx.put_identification(id, Identification { active: true, ..identification }, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, kid = %key.kid, "identification activated");
    Ok(Activated { kid: key.kid, private_key, public_key: key.public_key })
}

/// Refuses all tokens from now on, ends every identity, and retires every key for good.
///
/// # Errors
/// [`ActivateError::ChatUnknown`], [`ActivateError::Store`].
pub async fn deactivate(app: &App, id: &ChatId) -> Result<State, ActivateError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    tx.retire_identification_keys(id).await?;
    tx.put_identification(id, Identification { active: false, ended_at: Some(now) }, now).await?;
    let state = read(&mut tx, id).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, "identification deactivated");
    Ok(state)
}

/// A chat's identification as it is.
///
/// # Errors
/// [`ActivateError::ChatUnknown`], [`ActivateError::Store`].
pub async fn state(app: &App, id: &ChatId) -> Result<State, ActivateError> {
    read(&mut app.store.read().await?, id).await
}

async fn read(tx: &mut ReadTx, id: &ChatId) -> Result<State, ActivateError> {
    let chat = tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    let keys = tx.identification_keys(id).await?;
    Ok(State {
        available: chat.platform.has_identification(),
        active: chat.identification.active,
        keys,
    })
}

async fn room_for_a_key(
    tx: &mut ReadTx,
    id: &ChatId,
    now: Timestamp,
) -> Result<Identification, ActivateError> {
    let chat = tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    if !chat.platform.has_identification() {
        return Err(ActivateError::Shopify);
    }
    let keys = tx.identification_keys(id).await?;
    if keys.iter().filter(|key| key.verifies_at(now)).count() >= MOST_KEYS {
        return Err(ActivateError::TooManyKeys);
    }
    Ok(chat.identification)
}

/// Away from the threads that serve requests.
async fn make_pair(size: KeySize) -> Result<(SigningKeyPair, PrivateKeyPem), SigningKeyError> {
    let permit = AT_ONCE.acquire().await.map_err(|_| SigningKeyError::Failed)?;
    let made = tokio::task::spawn_blocking(move || {
        let pair = SigningKeyPair::generate(size)?;
        let private_key = pair.private_key_pem()?;
        Ok((pair, private_key))
    });
    let made = made.await.map_err(|_| SigningKeyError::Failed)?;
    drop(permit);
    made
}

fn tell(app: &App, id: &ChatId) {
    app.chats.forget(id);
    app.bus.publish(&Topic::Chat(id.clone()), Event::ChatChanged);
}
