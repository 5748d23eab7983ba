//! The program's commands, one file each. What they print is data on standard output; a refusal is one line on standard error.

mod api_key;
mod audit;
mod chat;
mod customer;
mod demo;
mod doctor;
mod identification;
mod key_file;
mod knowledge;
mod mail;
mod migrate;
mod operator;
mod orders;
mod print;
mod refusal;
mod secret;
mod serve;
mod signals;
mod token;
mod transfer;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use store::{Migration, Store};

use crate::app::App;
use crate::app::secret_key::SecretKey;
use crate::clock::Clock;
use crate::config::{Config, DatabaseConfig, OutboundConfig};
use crate::documents::reader::ReadDocument;
use refusal::Refusal;

/// How a command ends.
type Outcome = Result<ExitCode, Refusal>;

/// A chat for shops that knows who is signed in.
#[derive(Debug, Parser)]
#[command(name = "zipchat", version, about = ABOUT, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Zipchat {
    #[command(subcommand)]
    command: Command,
}

const ABOUT: &str = "Zipchat, self-hosted: a chat for shops that knows whom it is talking to";

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused, with one line on standard error; 2 wrong usage. \
                          `token inspect` and `migrate --check` have more, listed by their --help.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve(serve::Serve),
    /// Run the service and a small shop, set up and ready
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    Migrate(migrate::Migrate),
    /// Copy everything from a database file to a server, and compare the two
    Transfer(transfer::Transfer),
    /// Look for what is wrong, and say how to mend it
    Doctor(doctor::Doctor),
    /// People who sign in to the dashboard
    #[command(subcommand)]
    Operator(operator::Operator),
    /// Chats and their settings
    #[command(subcommand)]
    Chat(chat::ChatCommand),
    /// Customer identification of a chat, and its keys
    #[command(subcommand)]
    Identification(identification::Identification),
    /// Customers of a chat
    #[command(subcommand)]
    Customer(customer::Customer),
    /// What a chat's assistant may read up
    #[command(subcommand)]
    Knowledge(knowledge::Knowledge),
    /// Orders of a chat's customers
    #[command(subcommand)]
    Orders(orders::Orders),
    /// Mail to the chats' own people
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Keys for merchants' programs
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Customers' tokens: sign one to try, see what is wrong with one
    #[command(subcommand)]
    Token(token::Token),
    /// The record of what happened to identities
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The key that merchants' secrets are encrypted with
    #[command(subcommand)]
    Secret(secret::Secret),
    /// What the service has documents read by
    #[command(hide = true)]
    ReadDocument(ReadDocument),
}

impl Zipchat {
    /// Runs the command.
    #[must_use]
    pub fn run(self) -> ExitCode {
        if let Command::ReadDocument(command) = &self.command {
            // Alone in its process, without the threads of a service.
            return command
                .run()
                .map_or_else(|error| Refusal::from(error).say(), |()| ExitCode::SUCCESS);
        }
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return Refusal::from(error).say(),
        };
        let outcome = runtime.block_on(self.command.run());
        // Whatever was worth waiting for has been waited for.
        runtime.shutdown_background();
        outcome.unwrap_or_else(Refusal::say)
    }
}

impl Command {
    async fn run(self) -> Outcome {
        match self {
            Self::Serve(command) => command.run().await,
            Self::Demo(command) => command.run().await,
            Self::Migrate(command) => command.run().await,
            Self::Transfer(command) => command.run().await,
            Self::Doctor(command) => command.run().await,
            Self::Operator(command) => command.run().await,
            Self::Chat(command) => command.run().await,
            Self::Identification(command) => command.run().await,
            Self::Customer(command) => command.run().await,
            Self::Knowledge(command) => command.run().await,
            Self::Orders(command) => command.run().await,
            Self::Mail(command) => command.run().await,
            Self::ApiKey(command) => command.run().await,
            Self::Token(command) => command.run().await,
            Self::Audit(command) => command.run().await,
            Self::Secret(command) => command.run(),
            // It was run before there was anything to wait with.
            Self::ReadDocument(_) => Ok(ExitCode::SUCCESS),
        }
    }
}

/// Opens the database for a command about a chat, which must be there: a mistyped path makes no new database.
async fn open_existing(database: DatabaseConfig) -> Result<Arc<App>, Refusal> {
    open_to_call(database, OutboundConfig::default()).await
}

/// The same for a command that calls addresses of merchants.
async fn open_to_call(
    database: DatabaseConfig,
    outbound: OutboundConfig,
) -> Result<Arc<App>, Refusal> {
    match database.database_url.sqlite_file() {
        Some(file) if !file.exists() => Err(Refusal::new(format!(
            "there is no database {}: see --database-url",
            file.display()
        ))),
        _ => open_with(Config { database, outbound, ..Config::default() }).await,
    }
}

/// Opens the database for a command, made when missing. A service that runs on it goes on.
async fn open(database: DatabaseConfig) -> Result<Arc<App>, Refusal> {
    open_with(Config { database, ..Config::default() }).await
}

async fn open_with(config: Config) -> Result<Arc<App>, Refusal> {
    let database = &config.database;
    let file = database.key_file()?;
    let of_file = database.database_url.sqlite_file().is_some();
    let secret_key =
        if of_file { SecretKey::load_or_make(&file)? } else { SecretKey::load(&file)? };
    let store = Store::open(database.database_url.reveal(), Migration::Apply).await?;
    Ok(App::new(store, config, secret_key, Clock::default()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn flags_and_their_help_are_consistent() {
        Zipchat::command().debug_assert();
    }

    #[test]
    fn every_setting_of_serve_is_in_its_help() {
        let mut zipchat = Zipchat::command();
        let help = zipchat.find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        let settings = [
            "ZIPCHAT_LISTEN",
            "ZIPCHAT_PUBLIC_URL",
            "ZIPCHAT_DATABASE_URL",
            "ZIPCHAT_NATS_URL",
            "ZIPCHAT_SECRET_KEY_FILE",
            "ZIPCHAT_ASSISTANT_PROVIDER",
            "ZIPCHAT_SMTP_URL",
            "ZIPCHAT_SMTP_FROM",
            "ZIPCHAT_TRUSTED_PROXIES",
            "ZIPCHAT_ALLOWED_PRIVATE_TARGETS",
            "ZIPCHAT_IDENTIFY_PER_VISITOR",
            "ZIPCHAT_IDENTIFY_PER_ADDRESS",
            "ZIPCHAT_LOG",
        ];
        for setting in settings {
            assert!(help.contains(setting), "{setting}\n{help}");
        }
        for default in [
            "127.0.0.1:8787",
            "sqlite:data/zipchat.db",
            "built-in",
            "[default: 10]",
            "[default: 300]",
        ] {
            assert!(help.contains(default), "{default}\n{help}");
        }
    }
}
