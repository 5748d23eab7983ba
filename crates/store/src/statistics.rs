//! What the planner of `PostgreSQL` knows of tables that grow quickly.

use crate::postgres::{PostgresTx, Purpose};
use crate::{Result, Store};

/// The tables that grew by half and more since they were last looked at, as statements may name them. The server looks by itself only
/// once a minute; until then a plan that was made for an empty table reads all of the full one.
const GROWN: &str = "SELECT format('%I', s.relname) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
     WHERE s.schemaname = current_schema() AND pg_get_userbyid(c.relowner) = current_user AND s.n_mod_since_analyze > 200 + GREATEST(c.reltuples, 0) / 2
       AND pg_try_advisory_xact_lock(hashtextextended('statistics', 0))";

impl Store {
    /// Has `PostgreSQL` look anew at tables that grew much lately, and answers how many those were. `SQLite` plans without.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refresh_statistics(&self) -> Result<usize> {
        let Some(pool) = self.postgres_pool() else { return Ok(0) };
        let mut tx = PostgresTx::begin(pool, Purpose::Sweep).await?;
        let grown: Vec<String> = sqlx::query_scalar(GROWN).fetch_all(tx.conn()).await?;
        if !grown.is_empty() {
            let analyze = format!("ANALYZE {}", grown.join(", "));
            sqlx::raw_sql(sqlx::AssertSqlSafe(analyze)).execute(tx.conn()).await?;
        }
        tx.commit().await?;
        Ok(grown.len())
    }
}
