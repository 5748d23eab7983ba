//! `zipchat api-key`: keys for merchants' programs.

use std::process::ExitCode;

use clap::ValueEnum;
use domain::id::ChatId;
use serde_json::json;

use super::{Outcome, open_existing, print};
use crate::app::create_api_key::create_api_key;
use crate::config::DatabaseConfig;

/// `zipchat api-key …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ApiKey {
    /// Make a key; it is shown this once
    Create(Create),
}

/// The flags of `zipchat api-key create`.
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    /// What it is for
    #[arg(long, value_enum)]
    integration: Integration,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{api_key}`
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Integration {
    /// The Backend API
    Backend,
    /// The Zapier lead API
    Zapier,
}

impl ApiKey {
    pub(super) async fn run(self) -> Outcome {
        let Self::Create(Create { chat, integration, database, json }) = self;
        let purpose = match integration {
            Integration::Backend => store::Integration::Backend,
            Integration::Zapier => store::Integration::Zapier,
        };
        let app = open_existing(database).await?;
        let created = create_api_key(&app, &chat, purpose).await;
        app.store.close().await;
        let key = created?;
        if json {
            print::json(&json!({"api_key": key.reveal()}))?;
        } else {
            print::remark("This is the only time that the key is shown.");
            print::line(key.reveal());
        }
        Ok(ExitCode::SUCCESS)
    }
}
