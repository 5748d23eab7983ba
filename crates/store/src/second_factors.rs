//! What operators prove themselves with beside a password: an authenticator app, and recovery codes.

use domain::account::{Operator, SecondFactors};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, WriteTx};

/// An authenticator app of an operator. Its secret is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct TotpRow {
    secret: String,
    last_step: Option<i64>,
    confirmed_at: Option<i64>,
}

/// An authenticator app of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totp {
    /// Its secret, encrypted.
    pub secret: String,
    /// The step of the last code that was taken.
    pub last_step: Option<i64>,
    /// When a first code was given; `None` until then: it is no second factor yet.
    pub confirmed_at: Option<Timestamp>,
}

/// How wrong an operator was lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WrongCodes {
    /// Wrong codes in a row.
    pub count: i64,
    /// Until when none is looked at.
    pub locked_until: Option<Timestamp>,
}

impl ReadTx {
    /// The authenticator app of an operator, or `None` where there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn totp(&mut self, operator: &Operator) -> Result<Option<Totp>> {
        let query = "SELECT secret, last_step, confirmed_at FROM totps WHERE account_id = $1 AND operator_id = $2";
        let row: Option<TotpRow> = sql!(self, db => sqlx::query_as(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).fetch_optional(db).await?);
        Ok(row.map(|row| Totp {
            secret: row.secret,
            last_step: row.last_step,
            confirmed_at: row.confirmed_at.map(Timestamp::from_millis),
        }))
    }

    /// Which second factors an operator has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn second_factors(&mut self, operator: &Operator) -> Result<SecondFactors> {
        let query = "SELECT EXISTS (SELECT 1 FROM totps WHERE account_id = $1 AND operator_id = $2 AND confirmed_at IS NOT NULL),
                            EXISTS (SELECT 1 FROM passkeys WHERE account_id = $1 AND operator_id = $2)";
        let (totp, passkey): (bool, bool) = sql!(self, db => sqlx::query_as(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).fetch_one(db).await?);
        Ok(SecondFactors { totp, passkey })
    }

    /// How many recovery codes an operator has left.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_recovery_codes(&mut self, operator: &Operator) -> Result<i64> {
        let query =
            "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND operator_id = $2";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).fetch_one(db).await?))
    }

    /// How wrong an operator was lately.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn wrong_codes(&mut self, operator: &Operator) -> Result<WrongCodes> {
        let query = "SELECT wrong_codes, codes_locked_until FROM operators WHERE account_id = $1 AND id = $2";
        let row: Option<(i64, Option<i64>)> = sql!(self, db => sqlx::query_as(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).fetch_optional(db).await?);
        Ok(row.map_or_else(WrongCodes::default, |(count, until)| WrongCodes {
            count,
            locked_until: until.map(Timestamp::from_millis),
        }))
    }
}

impl WriteTx {
    /// Keeps the authenticator app of an operator, in place of another.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_totp(
        &mut self,
        operator: &Operator,
        totp: &Totp,
        now: Timestamp,
    ) -> Result<()> {
        let query = "INSERT INTO totps (account_id, operator_id, secret, last_step, confirmed_at, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (account_id, operator_id) DO UPDATE SET
                        secret = excluded.secret, last_step = excluded.last_step, confirmed_at = excluded.confirmed_at";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(&totp.secret)
            .bind(totp.last_step).bind(totp.confirmed_at.map(Timestamp::as_millis)).bind(now.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes the authenticator app of an operator.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_totp(&mut self, operator: &Operator) -> Result<()> {
        let query = "DELETE FROM totps WHERE account_id = $1 AND operator_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps the hashes of an operator's recovery codes, in place of all that there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_recovery_codes(
        &mut self,
        operator: &Operator,
        hashes: &[String],
    ) -> Result<()> {
        let query = "DELETE FROM recovery_codes WHERE account_id = $1 AND operator_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).execute(db).await.map(drop)?);
        let query =
            "INSERT INTO recovery_codes (account_id, operator_id, code_hash) VALUES ($1, $2, $3)";
        for hash in hashes {
            sql!(self, db => sqlx::query(query)
                .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(hash)
                .execute(db).await.map(drop)?);
        }
        Ok(())
    }

    /// Uses up the recovery code with this hash; answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn use_recovery_code(&mut self, operator: &Operator, hash: &str) -> Result<bool> {
        let query = "DELETE FROM recovery_codes WHERE account_id = $1 AND operator_id = $2 AND code_hash = $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(hash)
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Keeps how wrong an operator was lately.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_wrong_codes(&mut self, operator: &Operator, wrong: WrongCodes) -> Result<()> {
        let query = "UPDATE operators SET wrong_codes = $3, codes_locked_until = $4 WHERE account_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(wrong.count)
            .bind(wrong.locked_until.map(Timestamp::as_millis)).execute(db).await.map(drop)?);
        Ok(())
    }
}
