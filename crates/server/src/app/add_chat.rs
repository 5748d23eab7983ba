//! A new chat, and the account where it is missing; and another name for one.

use domain::account::AccountName;
use domain::audit::AuditKind;
use domain::chat::{Chat, ChatName, Identification, Platform, WidgetToken};
use domain::id::{AccountId, ChatId};
use domain::settings::Settings;
use domain::time::Timestamp;
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::accounts::account_named;
use crate::app::audit::{self, Actor, Deed};
use crate::bus::{Event, Topic};

/// Chats that an account may have.
pub const MOST_CHATS: usize = 200;

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

/// Why a chat was not made, or not named.
#[derive(Debug, thiserror::Error)]
pub enum AddChatError {
    /// The account has as many as it may.
    #[error("an account has at most {MOST_CHATS} chats")]
    Full,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a chat, with every setting at its default.
///
/// # Errors
/// When the database cannot; nothing is kept then.
pub async fn add_chat(app: &App, new: NewChat) -> Result<Chat, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Installation).await?;
    let account = account_named(&mut tx, new.account, now).await?;
    let chat = chat(account.id, new.name, new.platform, now);
    tx.add_chat(&chat).await?;
    let entry = audit::entry(None, &chat.account_id, AuditKind::ChatAdded, now);
    tx.append_audit(&entry.in_chat(&chat.id).with_detail(chat.name.as_str())).await?;
    tx.commit().await?;
    tracing::info!(chat = %chat.id, account = %chat.account_id, "chat added");
    Ok(chat)
}

/// Makes a chat in the account of `actor`.
///
/// # Errors
/// [`AddChatError`]; nothing is kept then.
pub async fn add_own_chat(
    app: &App,
    actor: &Actor,
    name: ChatName,
    platform: Platform,
) -> Result<Chat, AddChatError> {
    let now = app.clock.now();
    let account = &actor.operator.account_id;
    let mut tx = app.store.write(Scope::Account(account)).await?;
    if tx.chats_of_account(account).await?.len() >= MOST_CHATS {
        return Err(AddChatError::Full);
    }
    let chat = chat(account.clone(), name, platform, now);
    tx.add_chat(&chat).await?;
    let entry = actor.does(AuditKind::ChatAdded, now).in_chat(&chat.id);
    tx.append_audit(&entry.with_detail(chat.name.as_str())).await?;
    tx.commit().await?;
    tracing::info!(chat = %chat.id, operator = %actor.operator.id, "chat added in the dashboard");
    Ok(chat)
}

/// Gives a chat another name.
///
/// # Errors
/// When the database cannot.
pub async fn rename_chat(
    app: &App,
    actor: &Actor,
    chat: &Chat,
    name: ChatName,
) -> Result<Chat, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(&chat.id)).await?;
    tx.put_chat_name(&chat.id, &name, now).await?;
    let detail = format!("{} → {name}", chat.name);
    let deed = Deed { kind: AuditKind::ChatRenamed, subject: "", detail: &detail };
    audit::append(&mut tx, Some(actor), &chat.id, deed, now).await?;
    tx.commit().await?;
    app.chats.forget(&chat.id);
    app.bus.publish(&Topic::Chat(chat.id.clone()), Event::ChatChanged);
    Ok(Chat { name, ..chat.clone() })
}

fn chat(account_id: AccountId, name: ChatName, platform: Platform, now: Timestamp) -> Chat {
    Chat {
        id: ChatId::new(now),
        account_id,
        name,
        platform,
        widget_token: WidgetToken::generate(),
        settings: Settings::default(),
        identification: Identification { active: false, ended_at: None },
        version: 1,
        created_at: now,
    }
}
