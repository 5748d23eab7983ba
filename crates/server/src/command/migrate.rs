//! `zipchat migrate`: the database's schema.

use std::process::ExitCode;

use serde_json::json;
use store::{Migration, Store};

use super::{Outcome, print};
use crate::config::DatabaseConfig;

/// The flags of `zipchat migrate`.
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(super) async fn run(self) -> Outcome {
        let url = &self.database.database_url;
        let store = Store::open(url.reveal(), Migration::Apply).await?;
        store.close().await;
        if self.json {
            print::json(&json!({"database": url.to_string(), "status": "up_to_date"}))?;
        } else {
            print::line(&format!("{url}: the schema is up to date"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
