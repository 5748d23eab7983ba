//! `zipchat identification`: customer identification of a chat, and its keys.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::key::{IdentificationKey, KeySize, Kid, NamedKey};
use domain::time::Timestamp;
use serde_json::json;

use super::refusal::Refusal;
use super::token::parse_duration;
use super::{Outcome, key_file, open_existing, open_to_call, print};
use crate::app::App;
use crate::app::activate_identification::{State, activate, deactivate, state};
use crate::app::change_keys::{add_key, retire_key, revoke_key};
use crate::app::jwks::{remove_address, set_address};
use crate::config::{DatabaseConfig, OutboundConfig};
use crate::http::views::{JwksView, KeyView};

/// `zipchat identification …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Identification {
    /// Make a pair of keys and accept tokens signed with it; on a chat that is active, one more key
    Activate(Activate),
    /// Accept tokens signed with a key of the merchant's own
    AddKey(AddKey),
    /// The keys of a chat
    List(OfChat),
    /// Let a key verify for its grace time, and then no more
    Retire(Retire),
    /// End a key at once and for good, and every identity that it made
    Revoke(Revoke),
    /// Forget the address that keys are fetched from; those keys verify nothing from then on
    RemoveJwks(OfChat),
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

/// The flags of `zipchat identification add-key`.
#[derive(Debug, clap::Args)]
pub(super) struct AddKey {
    #[command(flatten)]
    of_chat: OfChat,

    /// The public key: a file of PEM (SPKI, PKCS#1 or a certificate), DER or a JWK; - is standard input
    // A key itself, pasted here, is refused by us: clap would repeat it.
    #[arg(
        long,
        value_name = "FILE",
        allow_hyphen_values = true,
        required_unless_present = "jwks_url",
        conflicts_with = "jwks_url"
    )]
    public_key: Option<PathBuf>,

    /// The address of a JWK Set: keys are fetched from there, now and again
    #[arg(long, value_name = "URL")]
    jwks_url: Option<String>,

    #[command(flatten)]
    outbound: OutboundConfig,
}

/// The flags of `zipchat identification retire`.
#[derive(Debug, clap::Args)]
pub(super) struct Retire {
    #[command(flatten)]
    of_chat: OfChat,

    /// The key, as `list` names it
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Kid,

    /// How long it still verifies: 0, 30m, 24h, at most 7d
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = parse_grace)]
    grace: Duration,
}

/// The flags of `zipchat identification revoke`.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    of_chat: OfChat,

    /// The key, as `list` names it
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Kid,
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
            Self::AddKey(command) => command.run().await,
            Self::List(command) => command.list().await,
            Self::Retire(command) => command.run().await,
            Self::Revoke(command) => command.run().await,
            Self::RemoveJwks(command) => command.remove_jwks().await,
            Self::Deactivate(command) => command.deactivate().await,
        }
    }
}

impl Activate {
    async fn run(self) -> Outcome {
        let Self { of_chat: OfChat { chat, database, json }, bits } = self;
        let app = open_existing(database).await?;
        let activated = activate(&app, &chat, bits, None).await;
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

impl AddKey {
    async fn run(self) -> Outcome {
        let Self { of_chat, public_key, jwks_url, outbound } = self;
        let key = match public_key {
            Some(file) => Some(NamedKey::from_bytes(&key_file::read(&file)?)?),
            None => None,
        };
        let app = open_to_call(of_chat.database.clone(), outbound).await?;
        let added = Self::add(&app, &of_chat.chat, key, jwks_url).await;
        let found = state(&app, &of_chat.chat).await;
        app.store.close().await;
        added?;
        of_chat.show(&found?)
    }

    async fn add(
        app: &App,
        chat: &ChatId,
        key: Option<NamedKey>,
        jwks_url: Option<String>,
    ) -> Result<(), Refusal> {
        if let Some(key) = key {
            add_key(app, chat, key, None).await?;
        }
        if let Some(url) = jwks_url {
            set_address(app, chat, &url, None).await?;
        }
        Ok(())
    }
}

impl Retire {
    async fn run(self) -> Outcome {
        let Self { of_chat, kid, grace } = self;
        let app = open_existing(of_chat.database.clone()).await?;
        let retired = retire_key(&app, &of_chat.chat, &kid, grace, None).await;
        let found = state(&app, &of_chat.chat).await;
        app.store.close().await;
        retired?;
        of_chat.show(&found?)
    }
}

impl Revoke {
    async fn run(self) -> Outcome {
        let Self { of_chat, kid } = self;
        let app = open_existing(of_chat.database.clone()).await?;
        let revoked = revoke_key(&app, &of_chat.chat, &kid, None).await;
        let found = state(&app, &of_chat.chat).await;
        app.store.close().await;
        revoked?;
        of_chat.show(&found?)
    }
}

impl OfChat {
    async fn list(self) -> Outcome {
        let app = open_existing(self.database.clone()).await?;
        let found = state(&app, &self.chat).await;
        app.store.close().await;
        self.show(&found?)
    }

    async fn remove_jwks(self) -> Outcome {
        let app = open_existing(self.database.clone()).await?;
        let removed = remove_address(&app, &self.chat, None).await;
        let left = state(&app, &self.chat).await;
        app.store.close().await;
        removed?;
        self.show(&left?)
    }

    async fn deactivate(self) -> Outcome {
        let app = open_existing(self.database.clone()).await?;
        let left = deactivate(&app, &self.chat, None).await;
        app.store.close().await;
        self.show(&left?)
    }

    fn show(&self, state: &State) -> Outcome {
        if self.json {
            print::json(&json!({
                "available": state.available,
                "active": state.active,
                "mode": state.mode,
                "keys": KeyView::all(state),
                "jwks": state.jwks.as_ref().map(JwksView::from),
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        print::line(if state.active { "active" } else { "not active" });
        for key in &state.keys {
            print::line(&in_words(key, state));
        }
        if let Some(source) = &state.jwks {
            let fetched = source.fetched_at.map_or("never".to_owned(), |at| at.to_string());
            print::line(&format!("keys from {}  last fetched {fetched}", source.url));
            if let Some(error) = &source.error {
                print::line(&format!("  {error}"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A key in a few lines.
fn in_words(key: &IdentificationKey, state: &State) -> String {
    let until = match key.verifies_until {
        Some(end) if key.verifies_at(state.at) => format!(", verifies until {end}"),
        _ if !key.verifies_at(state.at) => ", verifies nothing".to_owned(),
        _ => String::new(),
    };
    let used = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
    format!(
        "{}  {}{until}\n  {}, {} bits, since {}, {}\n  verified {}, refused {}, first used {}, last used {}\n  {}",
        key.kid,
        key.state.as_str(),
        key.source.as_str(),
        key.public_key.bits(),
        key.created_at,
        key.public_key.fingerprint(),
        key.verified,
        key.refused,
        used(key.first_used_at),
        used(key.last_used_at),
        key.retirement(&state.keys, state.at).message,
    )
}

fn parse_grace(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s") { Ok(Duration::ZERO) } else { parse_duration(text) }
}
