//! `zipchat customer`: what a merchant does about one customer.

use std::process::ExitCode;

use domain::id::ChatId;
use domain::lead::{Email, StableId};
use serde_json::json;
use store::KnownBy;

use super::refusal::Refusal;
use super::{Outcome, open_existing, print};
use crate::app::App;
use crate::app::erase_customer::{Erased, erase_customer};
use crate::app::export_customer::{CustomerExport, export_customer};
use crate::app::find_customer::find_customer;
use crate::app::revoke_customer::revoke_customer;
use crate::config::DatabaseConfig;

/// `zipchat customer …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Customer {
    /// Sign a customer out on every device, and refuse tokens issued before
    Revoke(Revoke),
    /// Print all that is kept of a customer, as JSON; no token is in it
    Export(Export),
    /// Erase a customer with all that is kept of them; it cannot be undone
    Erase(Erase),
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

/// The flags of `zipchat customer export`.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    #[command(flatten)]
    whom: Whom,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON; it always does
    #[arg(long)]
    json: bool,
}

/// The flags of `zipchat customer erase`.
#[derive(Debug, clap::Args)]
pub(super) struct Erase {
    #[command(flatten)]
    whom: Whom,

    /// Erase; without it, nothing is done
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{erased: {conversations, messages, devices}}`
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
    /// The customer's email; to revoke, everybody who has it is meant
    #[arg(long, value_name = "E")]
    email: Option<Email>,

    /// Your own id of the customer, as tokens have it; to export and to erase, also the id `lead_…`
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
            Self::Export(command) => command.run().await,
            Self::Erase(command) => command.run().await,
        }
    }
}

impl Revoke {
    async fn run(self) -> Outcome {
        let Self { whom, database, json } = self;
        let Some(by) = whom.known_by() else { return Ok(ExitCode::from(2)) };
        let app = open_existing(database).await?;
        let known = async { app.store.read().await?.leads_known_by(&whom.chat, &by).await };
        let known = known.await;
        let revoked = revoke_customer(&app, &whom.chat, &by, None).await;
        app.store.close().await;
        let (known, revoked) = (known?.len(), revoked?);
        if json {
            print::json(&json!({ "revoked": revoked, "customers": known }))?;
        } else {
            print::line(&format!(
                "Customers: {known}. Identities ended: {revoked}. Tokens issued before now are refused."
            ));
        }
        if known == 0 {
            print::remark(
                "The chat has never seen this customer: is the email or the id spelled right?",
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Export {
    async fn run(self) -> Outcome {
        let Some(by) = self.whom.known_by() else { return Ok(ExitCode::from(2)) };
        let app = open_existing(self.database).await?;
        let exported = export(&app, &self.whom.chat, &by).await;
        app.store.close().await;
        print::json(&exported?)?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn export(app: &App, chat: &ChatId, by: &KnownBy) -> Result<CustomerExport, Refusal> {
    let (chat, lead) = find_customer(&mut app.store.read().await?, chat, by).await?;
    Ok(export_customer(app, &chat, &lead.id, None).await?)
}

impl Erase {
    async fn run(self) -> Outcome {
        let Self { whom, yes, database, json } = self;
        let Some(by) = whom.known_by() else { return Ok(ExitCode::from(2)) };
        let app = open_existing(database).await?;
        let erased =
            if yes { erase(&app, &whom.chat, &by).await } else { ask(&app, &whom.chat, &by).await };
        app.store.close().await;
        let Erased { conversations, messages, devices } = erased?;
        if json {
            let erased =
                json!({ "conversations": conversations, "messages": messages, "devices": devices });
            print::json(&json!({ "erased": erased }))?;
        } else {
            print::line(&format!(
                "Erased: {conversations} conversations with {messages} messages, {devices} browsers. \
                 Backups still have them."
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn erase(app: &App, chat: &ChatId, by: &KnownBy) -> Result<Erased, Refusal> {
    let (chat, lead) = find_customer(&mut app.store.read().await?, chat, by).await?;
    Ok(erase_customer(app, &chat.id, &lead.id, None).await?)
}

async fn ask(app: &App, chat: &ChatId, by: &KnownBy) -> Result<Erased, Refusal> {
    let (_, lead) = find_customer(&mut app.store.read().await?, chat, by).await?;
    Err(Refusal::new(format!(
        "{} would be erased with all that is kept of them, for good: say --yes",
        lead.email.signed()
    )))
}
