//! A chat begins to identify its customers, gets another key, and ceases.

use domain::audit::AuditKind;
use domain::chat::{Chat, Identification};
use domain::id::ChatId;
use domain::identity::jwks::JwksSource;
use domain::identity::key::{
    IdentificationKey, KeySize, KeySource, Kid, MOST_KEYS, NamedKey, PrivateKeyPem, PublicKey,
    SigningKeyError, SigningKeyPair,
};
use domain::record::{Entry, EntryKind};
use domain::settings::IdentificationMode;
use domain::time::Timestamp;
use store::{ReadTx, Scope, StoreError, WriteTx};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::bus::{Event, Topic};

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
    /// The chat.
    pub chat_id: ChatId,
    /// When it was so.
    pub at: Timestamp,
    /// Whether the chat's platform has it at all.
    pub available: bool,
    /// Whether tokens are accepted.
    pub active: bool,
    /// Who may chat.
    pub mode: IdentificationMode,
    /// All keys, oldest first.
    pub keys: Vec<IdentificationKey>,
    /// Where some of them are fetched from.
    pub jwks: Option<JwksSource>,
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
pub async fn activate(
    app: &App,
    id: &ChatId,
    size: KeySize,
    by: Option<&Actor>,
) -> Result<Activated, ActivateError> {
    // Asked before, to spare the work, and again where it counts.
    room_for_a_key(&mut app.store.read().await?, id, app.clock.now()).await?;
    let (pair, private_key) = make_pair(size).await?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let chat = room_for_a_key(&mut tx, id, now).await?;
    let key = NamedKey::from(pair.public_key().clone());
    let key = IdentificationKey::new(id.clone(), key, KeySource::Generated, now);
    tx.add_identification_key(&key).await?;
    record_key(&mut tx, &key, EntryKind::KeyAdded, by, now).await?;
    put_active(&mut tx, &chat, by, now).await?;
    let deed = Deed { kind: AuditKind::KeyMade, subject: key.kid.as_str(), detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, kid = %key.kid, "identification activated");
    Ok(Activated { kid: key.kid, private_key, public_key: key.public_key })
}

/// Refuses all tokens from now on, ends every identity, retires every key for good, and forgets the address that keys were fetched
/// from.
///
/// # Errors
/// [`ActivateError::ChatUnknown`], [`ActivateError::Store`].
pub async fn deactivate(
    app: &App,
    id: &ChatId,
    by: Option<&Actor>,
) -> Result<State, ActivateError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    tx.retire_identification_keys(id).await?;
    tx.remove_jwks_source(id).await?;
    tx.put_identification(id, Identification { active: false, ended_at: Some(now) }, now).await?;
    let entry = Entry::new(id.clone(), EntryKind::Deactivated, now);
    tx.append_record(&entry.by(by.map(Actor::id))).await?;
    let deed = Deed { kind: AuditKind::IdentificationDeactivated, subject: "", detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    let state = read(&mut tx, id, now).await?;
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
    read(&mut app.store.read().await?, id, app.clock.now()).await
}

async fn read(tx: &mut ReadTx, id: &ChatId, now: Timestamp) -> Result<State, ActivateError> {
    let chat = tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    Ok(State {
        chat_id: id.clone(),
        at: now,
        available: chat.platform.has_identification(),
        active: chat.identification.active,
        mode: chat.settings.identification.mode,
        keys: tx.identification_keys(id).await?,
        jwks: tx.jwks_source(id).await?,
    })
}

/// The chat, if its customers can be identified.
pub(super) async fn identifiable(tx: &mut ReadTx, id: &ChatId) -> Result<Chat, ActivateError> {
    let chat = tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    if chat.platform.has_identification() { Ok(chat) } else { Err(ActivateError::Shopify) }
}

/// The chat, if it may have one more key.
pub(super) async fn room_for_a_key(
    tx: &mut ReadTx,
    id: &ChatId,
    now: Timestamp,
) -> Result<Chat, ActivateError> {
    let chat = identifiable(tx, id).await?;
    let keys = tx.identification_keys(id).await?;
    if keys.iter().filter(|key| key.verifies_at(now)).count() >= MOST_KEYS {
        return Err(ActivateError::TooManyKeys);
    }
    Ok(chat)
}

/// Accepts tokens from now on, and counts the chat's version up, so that other processes follow.
pub(super) async fn put_active(
    tx: &mut WriteTx,
    chat: &Chat,
    by: Option<&Actor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !chat.identification.active {
        let entry = Entry::new(chat.id.clone(), EntryKind::Activated, now);
        tx.append_record(&entry.by(by.map(Actor::id))).await?;
    }
    let state = Identification { active: true, ..chat.identification };
    tx.put_identification(&chat.id, state, now).await
}

/// Puts into the record what happened to a key.
pub(super) async fn record_key(
    tx: &mut WriteTx,
    key: &IdentificationKey,
    kind: EntryKind,
    by: Option<&Actor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry =
        Entry::new(key.chat_id.clone(), kind, now).about_key(&key.kid).by(by.map(Actor::id));
    let reason = (kind == EntryKind::KeyAdded).then(|| key.source.as_str().to_owned());
    tx.append_record(&Entry { reason, ..entry }).await
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

/// What this process remembers of the chat is old.
pub(super) fn tell(app: &App, id: &ChatId) {
    app.chats.forget(id);
    app.bus.publish(&Topic::Chat(id.clone()), Event::ChatChanged);
}
