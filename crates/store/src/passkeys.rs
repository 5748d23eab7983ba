//! Passkeys of operators.

use domain::account::Operator;
use domain::passkey::{CredentialId, Passkey, PasskeyKey};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct PasskeyRow {
    id: String,
    name: String,
    algorithm: i64,
    public_key: String,
    sign_count: i64,
    created_at: i64,
    last_used_at: Option<i64>,
    last_challenge_at: Option<i64>,
}

impl ReadTx {
    /// The passkeys of an operator, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a passkey.
    pub async fn passkeys(&mut self, operator: &Operator) -> Result<Vec<Passkey>> {
        let query = "SELECT id, name, algorithm, public_key, sign_count, created_at, last_used_at, last_challenge_at
                     FROM passkeys WHERE account_id = $1 AND operator_id = $2 ORDER BY created_at, id";
        let rows: Vec<PasskeyRow> = sql!(self, db => sqlx::query_as(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Passkey::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a passkey of an operator, or what has become of it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_passkey(&mut self, operator: &Operator, passkey: &Passkey) -> Result<()> {
        let query = "INSERT INTO passkeys (account_id, operator_id, id, name, algorithm, public_key, sign_count, created_at,
                                           last_used_at, last_challenge_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                     ON CONFLICT (account_id, operator_id, id) DO UPDATE SET sign_count = excluded.sign_count,
                        last_used_at = excluded.last_used_at, last_challenge_at = excluded.last_challenge_at";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(passkey.id.as_str())
            .bind(passkey.name.as_str()).bind(passkey.key.algorithm.number())
            .bind(passkey.key.to_text()).bind(i64::from(passkey.sign_count))
            .bind(passkey.created_at.as_millis()).bind(passkey.last_used_at.map(Timestamp::as_millis))
            .bind(passkey.last_challenge_at.map(Timestamp::as_millis)).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a passkey of an operator; answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_passkey(&mut self, operator: &Operator, id: &CredentialId) -> Result<bool> {
        let query = "DELETE FROM passkeys WHERE account_id = $1 AND operator_id = $2 AND id = $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(id.as_str())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }
}

impl TryFrom<PasskeyRow> for Passkey {
    type Error = StoreError;

    fn try_from(row: PasskeyRow) -> Result<Self> {
        let (created_at, sign_count) = (Timestamp::from_millis(row.created_at), row.sign_count);
        Ok(Self {
            id: row.id.parse().map_err(StoreError::corrupt("passkeys", "id"))?,
            name: row.name.parse().map_err(StoreError::corrupt("passkeys", "name"))?,
            key: PasskeyKey::parse(row.algorithm, &row.public_key)
                .map_err(StoreError::corrupt("passkeys", "public_key"))?,
            sign_count: u32::try_from(sign_count)
                .map_err(StoreError::corrupt("passkeys", "sign_count"))?,
            created_at,
            last_used_at: row.last_used_at.map(Timestamp::from_millis),
            last_challenge_at: row.last_challenge_at.map(Timestamp::from_millis),
        })
    }
}
