//! Keys for merchants' programs: made, used and taken away.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::audit::AuditKind;
use domain::chat::Chat;
use domain::id::{ApiKeyId, ChatId};
use store::{ApiKey, Integration, Scope, StoreError};

use crate::app::audit::{self, Actor, Deed};
use crate::app::{App, secrets};

/// A new key, to be shown once. It does not print.
#[derive(Clone)]
pub struct NewApiKey(String);

impl NewApiKey {
    /// Its text: `zc-` and 40 letters and digits.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewApiKey(***)")
    }
}

/// The most API keys that a chat has.
pub const MOST_KEYS: usize = 50;
/// The longest name of a key.
const MAX_NAME: usize = 60;
/// How exactly it is known when a key was used last: so often it is written down, at most.
const USE_KEPT: Duration = Duration::from_mins(1);

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// There are too many.
    #[error("a chat has at most {MOST_KEYS} API keys: revoke one that is not used")]
    TooMany,
    /// What people would call it is too long.
    #[error("a name has at most {MAX_NAME} characters, and none that cannot be seen")]
    Name,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a key for a merchant's program. Only its hash is kept.
///
/// # Errors
/// [`CreateApiKeyError`].
pub async fn create_api_key(
    app: &App,
    chat: &ChatId,
    purpose: Integration,
) -> Result<NewApiKey, CreateApiKeyError> {
    Ok(create_named_api_key(app, chat, purpose, "", None).await?.0)
}

/// As [`create_api_key`], with what people call it, which may be nothing; and what is kept of it.
///
/// # Errors
/// [`CreateApiKeyError`].
pub async fn create_named_api_key(
    app: &App,
    chat: &ChatId,
    purpose: Integration,
    name: &str,
    by: Option<&Actor>,
) -> Result<(NewApiKey, ApiKey), CreateApiKeyError> {
    let name = name.trim();
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(CreateApiKeyError::Name);
    }
    let now = app.clock.now();
    let key = NewApiKey(format!("zc-{}", secrets::letters(40)));
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.chat(chat).await?.ok_or(CreateApiKeyError::ChatUnknown)?;
    if tx.api_keys(chat).await?.len() >= MOST_KEYS {
        return Err(CreateApiKeyError::TooMany);
    }
    let kept = ApiKey {
        key_hash: secrets::hash(key.reveal()),
        chat_id: chat.clone(),
        id: ApiKeyId::new(now),
        integration: purpose,
        name: name.to_owned(),
        created_at: now,
        last_used_at: None,
    };
    tx.add_api_key(&kept).await?;
    let detail = purpose.as_str();
    let deed = Deed { kind: AuditKind::ApiKeyMade, subject: kept.id.as_str(), detail };
    audit::append(&mut tx, by, chat, deed, now).await?;
    tx.commit().await?;
    tracing::info!(%chat, key = %kept.id, integration = purpose.as_str(), "API key created");
    Ok((key, kept))
}

/// Takes a key away: the next call with it is refused. One that is gone already is no failure.
///
/// # Errors
/// When the database cannot.
pub async fn revoke_api_key(
    app: &App,
    chat: &ChatId,
    id: &ApiKeyId,
    by: &Actor,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let revoked = tx.delete_api_key(chat, id).await?;
    if revoked {
        let deed = Deed { kind: AuditKind::ApiKeyRevoked, subject: id.as_str(), detail: "" };
        audit::append(&mut tx, Some(by), chat, deed, app.clock.now()).await?;
    }
    tx.commit().await?;
    if revoked {
        tracing::info!(%chat, key = %id, "API key revoked");
    }
    Ok(())
}

/// The chat that a key for `purpose` belongs to; `None` where the key is no such key.
///
/// # Errors
/// When the database cannot answer.
pub async fn chat_of_key(
    app: &Arc<App>,
    key: &str,
    purpose: Integration,
) -> Result<Option<Chat>, StoreError> {
    let mut tx = app.store.read().await?;
    match tx.api_key(&secrets::hash(key)).await? {
        Some(known) if known.integration == purpose => {
            let chat = tx.chat(&known.chat_id).await;
            drop(tx);
            note_use(app, known);
            chat
        }
        _ => Ok(None),
    }
}

/// Keeps that a key was used, unless that was kept a moment ago. The call does not wait for it.
fn note_use(app: &Arc<App>, key: ApiKey) {
    let now = app.clock.now();
    if key.last_used_at.is_some_and(|last| now.since(last) < USE_KEPT) {
        return;
    }
    let app = app.clone();
    app.tasks.clone().spawn(async move {
        let kept = async {
            let mut tx = app.store.write(Scope::Chat(&key.chat_id)).await?;
            tx.touch_api_key(&key, now).await?;
            tx.commit().await
        };
        if let Err(error) = kept.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "use of a key not kept");
        }
    });
}
