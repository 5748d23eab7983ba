//! Chats and their settings.

use domain::chat::{Chat, ChatName, Identification, WidgetToken};
use domain::id::{AccountId, ChatId};
use domain::settings::Settings;
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct ChatRow {
    id: String,
    account_id: String,
    name: String,
    platform: String,
    widget_token: String,
    settings: String,
    identification_active: bool,
    identities_ended_at: Option<i64>,
    version: i64,
    created_at: i64,
}

impl ReadTx {
    /// The chat `id`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a chat.
    pub async fn chat(&mut self, id: &ChatId) -> Result<Option<Chat>> {
        let query =
            "SELECT id, account_id, name, platform, widget_token, settings, identification_active,
                            identities_ended_at, version, created_at
                     FROM chats WHERE id = $1";
        let row: Option<ChatRow> =
            sql!(self, db => sqlx::query_as(query).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Chat::try_from).transpose()
    }

    /// The chat whose pages carry `token`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a chat.
    pub async fn chat_of_widget(&mut self, token: &WidgetToken) -> Result<Option<Chat>> {
        let query = "SELECT c.id, c.account_id, c.name, c.platform, c.widget_token, c.settings, c.identification_active,
                            c.identities_ended_at, c.version, c.created_at
                     FROM widget_tokens w JOIN chats c ON c.id = w.chat_id WHERE w.widget_token = $1";
        let row: Option<ChatRow> =
            sql!(self, db => sqlx::query_as(query).bind(token.as_str()).fetch_optional(db).await?);
        row.map(Chat::try_from).transpose()
    }

    /// The chats of `account`, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a chat.
    pub async fn chats_of_account(&mut self, account: &AccountId) -> Result<Vec<Chat>> {
        let query =
            "SELECT id, account_id, name, platform, widget_token, settings, identification_active,
                            identities_ended_at, version, created_at
                     FROM chats WHERE account_id = $1 ORDER BY created_at, id";
        let rows: Vec<ChatRow> =
            sql!(self, db => sqlx::query_as(query).bind(account.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Chat::try_from).collect()
    }

    /// The chats that changed at `since` or later, with their versions.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no chat's id.
    pub async fn chats_changed_since(&mut self, since: Timestamp) -> Result<Vec<(ChatId, i64)>> {
        let query = "SELECT id, version FROM chats WHERE changed_at >= $1";
        let rows: Vec<(String, i64)> =
            sql!(self, db => sqlx::query_as(query).bind(since.as_millis()).fetch_all(db).await?);
        rows.into_iter()
            .map(|(id, version)| {
                Ok((id.parse().map_err(StoreError::corrupt("chats", "id"))?, version))
            })
            .collect()
    }
}

impl WriteTx {
    /// Keeps a new chat.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_chat(&mut self, chat: &Chat) -> Result<()> {
        let settings = serde_json::to_string(&chat.settings)
            .map_err(StoreError::corrupt("chats", "settings"))?;
        let query = "INSERT INTO chats (id, account_id, name, platform, widget_token, settings, identification_active,
                                        identities_ended_at, version, changed_at, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.id.as_str()).bind(chat.account_id.as_str()).bind(chat.name.as_str())
            .bind(chat.platform.as_str()).bind(chat.widget_token.as_str()).bind(&settings)
            .bind(chat.identification.active).bind(chat.identification.ended_at.map(Timestamp::as_millis))
            .bind(chat.version).bind(chat.created_at.as_millis())
            .execute(db).await.map(drop)?);
        let query = "INSERT INTO widget_tokens (widget_token, chat_id) VALUES ($1, $2)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.widget_token.as_str()).bind(chat.id.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a chat's settings, and counts its version up.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_settings(
        &mut self,
        chat: &ChatId,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<()> {
        let settings =
            serde_json::to_string(settings).map_err(StoreError::corrupt("chats", "settings"))?;
        let query =
            "UPDATE chats SET settings = $2, version = version + 1, changed_at = $3 WHERE id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(&settings).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Gives a chat another name, and counts its version up.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_chat_name(
        &mut self,
        chat: &ChatId,
        name: &ChatName,
        now: Timestamp,
    ) -> Result<()> {
        let query =
            "UPDATE chats SET name = $2, version = version + 1, changed_at = $3 WHERE id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(name.as_str()).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Counts a chat's version up, so that other processes look at it again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch_chat(&mut self, chat: &ChatId, now: Timestamp) -> Result<()> {
        let query = "UPDATE chats SET version = version + 1, changed_at = $2 WHERE id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps whether customers are identified, and counts the chat's version up.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_identification(
        &mut self,
        chat: &ChatId,
        state: Identification,
        now: Timestamp,
    ) -> Result<()> {
        let query = "UPDATE chats SET identification_active = $2, identities_ended_at = $3,
                            version = version + 1, changed_at = $4
                     WHERE id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(state.active).bind(state.ended_at.map(Timestamp::as_millis))
            .bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<ChatRow> for Chat {
    type Error = StoreError;

    fn try_from(row: ChatRow) -> Result<Self> {
        Ok(Self {
            id: row.id.parse().map_err(StoreError::corrupt("chats", "id"))?,
            account_id: row
                .account_id
                .parse()
                .map_err(StoreError::corrupt("chats", "account_id"))?,
            name: row.name.parse().map_err(StoreError::corrupt("chats", "name"))?,
            platform: row.platform.parse().map_err(StoreError::corrupt("chats", "platform"))?,
            widget_token: row
                .widget_token
                .parse()
                .map_err(StoreError::corrupt("chats", "widget_token"))?,
            settings: serde_json::from_str(&row.settings)
                .map_err(StoreError::corrupt("chats", "settings"))?,
            identification: Identification {
                active: row.identification_active,
                ended_at: row.identities_ended_at.map(Timestamp::from_millis),
            },
            version: row.version,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
