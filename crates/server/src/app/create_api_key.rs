//! A new key for a merchant's program.

use std::fmt;

use domain::chat::Chat;
use domain::id::{ApiKeyId, ChatId};
use store::{ApiKey, Integration, Scope, StoreError};

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

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
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
    let now = app.clock.now();
    let key = NewApiKey(format!("zc-{}", secrets::letters(40)));
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.chat(chat).await?.ok_or(CreateApiKeyError::ChatUnknown)?;
    let kept = ApiKey {
        key_hash: secrets::hash(key.reveal()),
        chat_id: chat.clone(),
        id: ApiKeyId::new(now),
        integration: purpose,
        created_at: now,
    };
    tx.add_api_key(&kept).await?;
    tx.commit().await?;
    tracing::info!(%chat, key = %kept.id, integration = purpose.as_str(), "API key created");
    Ok(key)
}

/// The chat that a key for `purpose` belongs to; `None` where the key is no such key.
///
/// # Errors
/// When the database cannot answer.
pub async fn chat_of_key(
    app: &App,
    key: &str,
    purpose: Integration,
) -> Result<Option<Chat>, StoreError> {
    let mut tx = app.store.read().await?;
    match tx.api_key(&secrets::hash(key)).await? {
        Some(known) if known.integration == purpose => tx.chat(&known.chat_id).await,
        _ => Ok(None),
    }
}
