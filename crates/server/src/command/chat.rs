//! `zipchat chat`: chats and their settings.

use std::process::ExitCode;
use std::str::FromStr;

use domain::account::AccountName;
use domain::chat::{ChatName, Platform};
use domain::id::ChatId;
use domain::settings::{IdentificationMode, Settings};
use serde_json::{Value, json};

use super::{Outcome, open, open_existing, print};
use crate::app::App;
use crate::app::add_chat::{NewChat, add_chat};
use crate::app::change_settings::{Change, change_settings};
use crate::app::rollout;
use crate::config::DatabaseConfig;

/// `zipchat chat …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ChatCommand {
    /// Add a chat
    Add(Add),
    /// Change settings of a chat; a running service follows within a second
    #[command(after_help = settings_help())]
    Set(Set),
}

/// The flags of `zipchat chat add`.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// What the merchant calls it
    #[arg(long)]
    name: ChatName,

    /// What the website runs on: custom, woocommerce, magento, prestashop, bigcommerce or shopify
    #[arg(long)]
    platform: Platform,

    /// The account; made when missing
    #[arg(long, value_name = "NAME", default_value = "default")]
    account: AccountName,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{chat_id, widget_token}`
    #[arg(long)]
    json: bool,
}

/// The flags of `zipchat chat set`.
#[derive(Debug, clap::Args)]
pub(super) struct Set {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    /// A setting and its value, which is JSON, or else text; all are changed or none
    #[arg(value_name = "KEY=VALUE", required = true)]
    settings: Vec<Setting>,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{chat_id, changed}`
    #[arg(long)]
    json: bool,
}

/// `KEY=VALUE`
#[derive(Debug, Clone)]
struct Setting(Change);

impl FromStr for Setting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, text) = text.split_once('=').ok_or("expected KEY=VALUE")?;
        let text = Value::String(text.to_owned());
        let value = text.as_str().and_then(|text| serde_json::from_str(text).ok());
        let or_else = value.is_some().then(|| text.clone());
        Ok(Self(Change { name: name.to_owned(), value: value.unwrap_or(text), or_else }))
    }
}

fn settings_help() -> String {
    format!("Settings: {}", domain::settings::NAMES.join(", "))
}

impl ChatCommand {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Add(command) => command.run().await,
            Self::Set(command) => command.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Outcome {
        let Self { name, platform, account, database, json } = self;
        let app = open(database).await?;
        let added = add_chat(&app, NewChat { name, platform, account }).await;
        app.store.close().await;
        let chat = added?;
        if json {
            print::json(
                &json!({"chat_id": chat.id.as_str(), "widget_token": chat.widget_token.as_str()}),
            )?;
        } else {
            print::line(&format!("chat {}\nwidget token {}", chat.id, chat.widget_token));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    async fn run(self) -> Outcome {
        let Self { chat, settings, database, json } = self;
        let changes: Vec<Change> = settings.into_iter().map(|setting| setting.0).collect();
        let mut names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
        names.sort();
        names.dedup();
        let app = open_existing(database).await?;
        let outcome = change_settings(&app, &chat, changes, None).await;
        let unverified = names.iter().any(|name| name == "identification.mode")
            && outcome.as_ref().is_ok_and(enforces)
            && needs_warning(&app, &chat).await;
        app.store.close().await;
        outcome?;
        if unverified {
            print::remark(
                "No token was verified in the last 7 days: nobody can chat until one is.",
            );
        }
        if json {
            print::json(&json!({"chat_id": chat.as_str(), "changed": names}))?;
        } else {
            print::line(&format!("changed {}", names.join(", ")));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn enforces(settings: &Settings) -> bool {
    settings.identification.mode == IdentificationMode::Enforce
}

/// Whether enforcing turns everybody away, as far as can be told. The dashboard would have asked for a confirmation.
async fn needs_warning(app: &App, id: &ChatId) -> bool {
    let chat = async { app.store.read().await?.chat(id).await };
    let Ok(Some(chat)) = chat.await else { return false };
    rollout::forecast(app, &chat).await.is_ok_and(|forecast| forecast.confirmation_required)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_json_or_else_text() {
        let check = |text: &str, name: &str, value: Value, or_else: Option<&str>| {
            let Setting(change) = text.parse().unwrap();
            assert_eq!(
                change,
                Change { name: name.to_owned(), value, or_else: or_else.map(Value::from) }
            );
        };
        check("a.b=true", "a.b", json!(true), Some("true"));
        check("a.b=1001", "a.b", json!(1001), Some("1001"));
        check("a.b=https://shop.example/?a=b", "a.b", json!("https://shop.example/?a=b"), None);
        check("a.b=[\"x\"]", "a.b", json!(["x"]), Some("[\"x\"]"));
        check("a.b=", "a.b", json!(""), None);
        assert!("a.b".parse::<Setting>().is_err());
    }
}
