//! `zipchat identification`: customer identification of a chat, and its keys.

use std::process::ExitCode;

use domain::id::ChatId;
use domain::identity::key::{IdentificationKey, KeySize};
use serde_json::{Value, json};

use super::{Outcome, open_existing, print};
use crate::app::activate_identification::{State, activate, deactivate, state};
use crate::config::DatabaseConfig;

/// `zipchat identification …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Identification {
    /// Make a pair of keys and accept tokens signed with it; on a chat that is active, one more key
    Activate(Activate),
    /// The keys of a chat
    List(OfChat),
    /// Refuse all tokens, end every identity, retire every key
    Deactivate(OfChat),
}

/// The flags of `zipchat identification activate`.
#[derive(Debug, clap::Args)]
pub(super) struct Activate {
    #[command(flatten)]
    of_chat: OfChat,

    /// How long the key is: 2048, 3072 or 4096
    #[arg(long, value_name = "BITS", default_value = "2048", value_parser = parse_size)]
    bits: KeySize,
}

/// Flags that all of them have.
#[derive(Debug, clap::Args)]
pub(super) struct OfChat {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn parse_size(text: &str) -> Result<KeySize, String> {
    let bits: u32 = text.parse().map_err(|_| "expected 2048, 3072 or 4096".to_owned())?;
    KeySize::try_from(bits).map_err(|error| error.to_string())
}

impl Identification {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Activate(command) => command.run().await,
            Self::List(command) => command.list().await,
            Self::Deactivate(command) => command.deactivate().await,
        }
    }
}

impl Activate {
    async fn run(self) -> Outcome {
        let Self { of_chat: OfChat { chat, database, json }, bits } = self;
        let app = open_existing(database).await?;
        let activated = activate(&app, &chat, bits).await;
        app.store.close().await;
        let activated = activated?;
        let (private, public) = (activated.private_key.reveal(), activated.public_key.to_pem());
        let fingerprint = activated.public_key.fingerprint();
        if json {
            print::json(&json!({
                "kid": activated.kid.as_str(),
                "private_key": private,
                "public_key": public,
                "fingerprint": fingerprint,
            }))?;
        } else {
            print::remark(
                "This is the only time that the private key is shown: keep it on your server.",
            );
            print::line(&format!(
                "{private}{public}kid {}\nfingerprint {fingerprint}",
                activated.kid
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl OfChat {
    async fn list(self) -> Outcome {
        let app = open_existing(self.database.clone()).await?;
        let found = state(&app, &self.chat).await;
        app.store.close().await;
        self.show(&found?)
    }

    async fn deactivate(self) -> Outcome {
        let app = open_existing(self.database.clone()).await?;
        let left = deactivate(&app, &self.chat).await;
        app.store.close().await;
        self.show(&left?)
    }

    fn show(&self, state: &State) -> Outcome {
        if self.json {
            let keys: Vec<Value> = state.keys.iter().map(key_json).collect();
            print::json(
                &json!({"available": state.available, "active": state.active, "keys": keys}),
            )?;
        } else {
            print::line(if state.active { "active" } else { "not active" });
            for key in &state.keys {
                let used = key
                    .last_used_at
                    .map_or("never used".to_owned(), |at| format!("last used {at}"));
                let (state, verified) = (key.state.as_str(), key.verified);
                let fingerprint = key.public_key.fingerprint();
                print::line(&format!(
                    "{}  {state}  verified {verified}, {used}\n  {fingerprint}",
                    key.kid
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn key_json(key: &IdentificationKey) -> Value {
    json!({
        "kid": key.kid.as_str(),
        "state": key.state.as_str(),
        "fingerprint": key.public_key.fingerprint(),
        "bits": key.public_key.bits(),
        "public_key": key.public_key.to_pem(),
        "created_at": key.created_at.to_string(),
        "verified": key.verified,
        "last_used_at": key.last_used_at.map(|at| at.to_string()),
    })
}
