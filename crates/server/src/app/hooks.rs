//! Where a merchant's automations want to be told of new leads.

use domain::audit::AuditKind;
use domain::id::{ChatId, HookId};
use store::{Hook, Scope, StoreError};

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::outbound::OutboundError;

/// The most addresses that a chat posts to.
pub const MOST_HOOKS: usize = 20;

/// Why an address is not posted to.
#[derive(Debug, thiserror::Error)]
pub enum AddHookError {
    /// It will never be called.
    #[error(transparent)]
    Refused(#[from] OutboundError),
    /// There are too many.
    #[error("a chat posts to at most {MOST_HOOKS} addresses")]
    TooMany,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Has new leads of a chat posted to `url` from now on. An address that the chat has already stays as it is.
///
/// # Errors
/// [`AddHookError`].
pub async fn add_hook(app: &App, chat: &ChatId, url: &str) -> Result<(), AddHookError> {
    app.outbound.check(url)?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let hooks = tx.hooks(chat).await?;
    if hooks.iter().any(|hook| hook.url == url) {
        return Ok(());
    }
    if hooks.len() >= MOST_HOOKS {
        return Err(AddHookError::TooMany);
    }
    let (chat_id, url) = (chat.clone(), url.to_owned());
    tx.add_hook(&Hook { chat_id, id: HookId::new(now), url, created_at: now }).await?;
    tx.commit().await?;
    tracing::info!(%chat, "hook added");
    Ok(())
}

/// Has nothing more posted to `url`.
///
/// # Errors
/// When the database cannot.
pub async fn remove_hook(
    app: &App,
    chat: &ChatId,
    url: &str,
    by: Option<&Actor>,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let removed = tx.delete_hook(chat, url).await?;
    // Automations remove their own each time that they are switched off: that is no deed of a person's.
    if let (true, Some(_)) = (removed, by) {
        let deed = Deed { kind: AuditKind::HookRemoved, subject: "", detail: "" };
        audit::append(&mut tx, by, chat, deed, app.clock.now()).await?;
    }
    tx.commit().await?;
    if removed {
        tracing::info!(%chat, "hook removed");
    }
    Ok(())
}
