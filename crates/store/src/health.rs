//! Whether the database answers, and takes writes.

use crate::database::sql;
use crate::{ReadTx, Result, WriteTx};

impl ReadTx {
    /// Asks the database for nothing, to see that it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&mut self) -> Result<()> {
        sql!(self, db => sqlx::query("SELECT 1").execute(db).await.map(drop)?);
        Ok(())
    }
}

impl WriteTx {
    /// Writes and leaves no trace, to see that the database takes writes: not on a full disk, not on a standby.
    ///
    /// # Errors
    /// When it does not.
    pub async fn probe(&mut self) -> Result<()> {
        let insert = "INSERT INTO accounts (id, name, created_at) VALUES ('probe', 'probe', 0)";
        sql!(self, db => sqlx::query(insert).execute(db).await.map(drop)?);
        sql!(self, db => sqlx::query("DELETE FROM accounts WHERE id = 'probe'").execute(db).await.map(drop)?);
        Ok(())
    }
}
