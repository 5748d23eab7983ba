//! A new chat, and the account where it is missing.

use domain::account::AccountName;
use domain::chat::{Chat, ChatName, Identification, Platform, WidgetToken};
use domain::id::ChatId;
use domain::settings::Settings;
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::accounts::account_named;

/// A chat to be made.
#[derive(Debug, Clone)]
pub struct NewChat {
    /// What the merchant calls it.
    pub name: ChatName,
    /// What the website runs on.
    pub platform: Platform,
    /// The account; made when missing.
    pub account: AccountName,
}

/// Makes a chat, with every setting at its default.
///
/// # Errors
/// When the database cannot; nothing is kept then.
pub async fn add_chat(app: &App, new: NewChat) -> Result<Chat, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Installation).await?;
    let account = account_named(&mut tx, new.account, now).await?;
    let chat = Chat {
        id: ChatId::new(now),
        account_id: account.id,
        name: new.name,
        platform: new.platform,
        widget_token: WidgetToken::generate(),
        settings: Settings::default(),
        identification: Identification { active: false, ended_at: None },
        version: 1,
        created_at: now,
    };
    tx.add_chat(&chat).await?;
    tx.commit().await?;
    tracing::info!(chat = %chat.id, account = %chat.account_id, "chat added");
    Ok(chat)
}
