//! The public keys that verify a chat's tokens.

use domain::id::ChatId;
use domain::identity::key::{IdentificationKey, KeyState, Kid, PublicKey};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct KeyRow {
    chat_id: String,
    kid: String,
    public_key: String,
    state: String,
    source: String,
    verifies_until: Option<i64>,
    created_at: i64,
    verified: i64,
    refused: i64,
    first_used_at: Option<i64>,
    last_used_at: Option<i64>,
}

/// What a key did lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUse {
    /// How many tokens it verified.
    pub verified: i64,
    /// How many tokens that it signed were refused.
    pub refused: i64,
    /// When the first and the last of those that it verified came.
    pub span: Option<(Timestamp, Timestamp)>,
}

impl ReadTx {
    /// All keys of a chat, oldest first; revoked ones too.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a key.
    pub async fn identification_keys(&mut self, chat: &ChatId) -> Result<Vec<IdentificationKey>> {
        let query = "SELECT chat_id, kid, public_key, state, source, verifies_until, created_at, verified, refused,
                            first_used_at, last_used_at
                     FROM identification_keys WHERE chat_id = $1 ORDER BY created_at, kid";
        let rows: Vec<KeyRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter().map(IdentificationKey::try_from).collect()
    }

    /// The chat, of all in the installation, that has or had this key.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row has no chat's id.
    pub async fn chat_of_key(&mut self, key: &PublicKey) -> Result<Option<ChatId>> {
        let query = "SELECT chat_id FROM key_fingerprints WHERE fingerprint = $1";
        let row: Option<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(key.fingerprint()).fetch_optional(db).await?);
        row.map(|id| id.parse().map_err(StoreError::corrupt("key_fingerprints", "chat_id")))
            .transpose()
    }
}

impl WriteTx {
    /// Keeps a new key.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when its fingerprint is, in this chat or another.
    pub async fn add_identification_key(&mut self, key: &IdentificationKey) -> Result<()> {
        let fingerprint = key.public_key.fingerprint();
        let query =
            "INSERT INTO identification_keys (chat_id, kid, public_key, fingerprint, state, source,
                                                      verifies_until, created_at, verified)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
        sql!(self, db => sqlx::query(query)
            .bind(key.chat_id.as_str()).bind(key.kid.as_str()).bind(key.public_key.to_pem()).bind(&fingerprint)
            .bind(key.state.as_str()).bind(key.source.as_str())
            .bind(key.verifies_until.map(Timestamp::as_millis)).bind(key.created_at.as_millis())
            .execute(db).await.map(drop)?);
        let query = "INSERT INTO key_fingerprints (fingerprint, chat_id, kid) VALUES ($1, $2, $3)";
        sql!(self, db => sqlx::query(query)
            .bind(&fingerprint).bind(key.chat_id.as_str()).bind(key.kid.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Retires every active key of a chat, and ends every grace time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retire_identification_keys(&mut self, chat: &ChatId) -> Result<()> {
        let query = "UPDATE identification_keys SET state = 'retired', verifies_until = NULL
                     WHERE chat_id = $1 AND state <> 'revoked'";
        sql!(self, db => sqlx::query(query).bind(chat.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Changes what a key is good for, unless it is revoked, which is for ever. The chat's version is for the caller to count up.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_key_state(
        &mut self,
        chat: &ChatId,
        kid: &Kid,
        state: KeyState,
        verifies_until: Option<Timestamp>,
    ) -> Result<()> {
        let query = "UPDATE identification_keys SET state = $3, verifies_until = $4
                     WHERE chat_id = $1 AND kid = $2 AND state <> 'revoked'";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(kid.as_str()).bind(state.as_str())
            .bind(verifies_until.map(Timestamp::as_millis)).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Adds to what is known of a key's uses.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_key_use(&mut self, chat: &ChatId, kid: &Kid, uses: KeyUse) -> Result<()> {
        let (first, last) = uses.span.unzip();
        let query = "UPDATE identification_keys
                     SET verified = verified + $3, refused = refused + $4,
                         first_used_at = COALESCE(first_used_at, $5),
                         last_used_at = CASE WHEN last_used_at > $6 THEN last_used_at ELSE COALESCE($6, last_used_at) END
                     WHERE chat_id = $1 AND kid = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(kid.as_str()).bind(uses.verified).bind(uses.refused)
            .bind(first.map(Timestamp::as_millis)).bind(last.map(Timestamp::as_millis))
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<KeyRow> for IdentificationKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self> {
        Ok(Self {
            chat_id: row
                .chat_id
                .parse()
                .map_err(StoreError::corrupt("identification_keys", "chat_id"))?,
            kid: row.kid.parse().map_err(StoreError::corrupt("identification_keys", "kid"))?,
            public_key: PublicKey::from_pem(&row.public_key)
                .map_err(StoreError::corrupt("identification_keys", "public_key"))?,
            state: row
                .state
                .parse()
                .map_err(StoreError::corrupt("identification_keys", "state"))?,
            source: row
                .source
                .parse()
                .map_err(StoreError::corrupt("identification_keys", "source"))?,
            verifies_until: row.verifies_until.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            verified: u64::try_from(row.verified)
                .map_err(StoreError::corrupt("identification_keys", "verified"))?,
            refused: u64::try_from(row.refused)
                .map_err(StoreError::corrupt("identification_keys", "refused"))?,
            first_used_at: row.first_used_at.map(Timestamp::from_millis),
            last_used_at: row.last_used_at.map(Timestamp::from_millis),
        })
    }
}
