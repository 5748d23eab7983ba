//! `zipchat customer`: what a merchant does about one customer.

use std::process::ExitCode;

use domain::id::ChatId;
use domain::lead::{Email, StableId};
use serde_json::json;
use store::KnownBy;

use super::{Outcome, open_existing, print};
use crate::app::revoke_customer::revoke_customer;
use crate::config::DatabaseConfig;

/// `zipchat customer …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Customer {
    /// Sign a customer out on every device, and refuse tokens issued before
    Revoke(Revoke),
}

/// The flags of `zipchat customer revoke`.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    whom: Whom,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{revoked}`
    #[arg(long)]
    json: bool,
}

/// Which customer is meant.
#[derive(Debug, clap::Args)]
pub(super) struct Whom {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    #[command(flatten)]
    by: By,
}

/// By what the customer is known.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct By {
    /// The customer's email; everybody who has it is meant
    #[arg(long, value_name = "E")]
    email: Option<Email>,

    /// Your own id of the customer, as tokens have it
    #[arg(long, value_name = "X")]
    id: Option<StableId>,
}

impl Whom {
    /// `None` cannot be: clap asks for one of the two.
    fn known_by(&self) -> Option<KnownBy> {
        let email = self.by.email.as_ref().map(|email| KnownBy::Email(email.key().clone()));
        email.or_else(|| self.by.id.clone().map(KnownBy::Id))
    }
}

impl Customer {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Revoke(command) => command.run().await,
        }
    }
}

impl Revoke {
    async fn run(self) -> Outcome {
        let Self { whom, database, json } = self;
        let Some(by) = whom.known_by() else { return Ok(ExitCode::from(2)) };
        let app = open_existing(database).await?;
        let revoked = revoke_customer(&app, &whom.chat, &by, None).await;
        app.store.close().await;
        let revoked = revoked?;
        if json {
            print::json(&json!({ "revoked": revoked }))?;
        } else {
            print::line(&format!(
                "Identities ended: {revoked}. Tokens issued before now are refused."
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
