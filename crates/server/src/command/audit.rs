//! `zipchat audit`: the record of what happened to identities.

use std::process::ExitCode;

use domain::id::ChatId;
use domain::record::Broken;
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, open_existing, print};
use crate::app::App;
use crate::app::record::{Verification, verify};
use crate::config::DatabaseConfig;

/// `zipchat audit …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Audit {
    /// Verify that no entry was changed, removed or added; exit code 1 where one was
    Verify(Verify),
}

/// The flags of `zipchat audit verify`.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// The chat; all chats where none is named
    #[arg(long, value_name = "ID")]
    chat: Option<ChatId>,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{valid, chats: [{chat_id, valid, entries, pending, broken_at, message}]}`
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(super) async fn run(self) -> Outcome {
        let Self::Verify(Verify { chat, database, json }) = self;
        let app = open_existing(database).await?;
        let found = verify_all(&app, chat).await;
        app.store.close().await;
        let found = found?;
        let valid = found.iter().all(|(_, found)| found.broken.is_none());
        if json {
            let chats: Vec<_> = found.iter().map(|(chat, found)| to_json(chat, found)).collect();
            print::json(&json!({ "valid": valid, "chats": chats }))?;
        } else if found.is_empty() {
            print::line("There is no record yet.");
        } else {
            for (chat, found) in &found {
                let mark = if found.broken.is_none() { "ok    " } else { "BROKEN" };
                print::line(&format!("{mark}  {chat}  {}", found.message()));
            }
        }
        Ok(if valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn verify_all(
    app: &App,
    chat: Option<ChatId>,
) -> Result<Vec<(ChatId, Verification)>, Refusal> {
    let chats = match chat {
        Some(chat) => vec![chat],
        None => app.store.read().await?.chats_with_record().await?,
    };
    let mut found = Vec::with_capacity(chats.len());
    for chat in chats {
        let verification = verify(app, &chat).await?;
        found.push((chat, verification));
    }
    Ok(found)
}

fn to_json(chat: &ChatId, found: &Verification) -> serde_json::Value {
    json!({
        "chat_id": chat.as_str(),
        "valid": found.broken.is_none(),
        "entries": found.entries,
        "pending": found.pending,
        "broken_at": found.broken.as_ref().and_then(Broken::at),
        "message": found.message(),
    })
}
