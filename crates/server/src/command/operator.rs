//! `zipchat operator`: people who sign in to the dashboard.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use domain::account::{AccountName, OperatorName, Role};
use domain::lead::Email;
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, open, print};
use crate::app::add_operator::{NewOperator, add_operator};
use crate::app::passwords::Password;
use crate::config::DatabaseConfig;

/// `zipchat operator …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Operator {
    /// Add an operator; the password comes from standard input
    Add(Add),
}

/// The flags of `zipchat operator add`.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// What the operator signs in with
    #[arg(long)]
    email: Email,

    /// What customers see; else the email's part before the @
    #[arg(long)]
    name: Option<OperatorName>,

    /// What the operator may do: owner, editor (chats and keys) or member (conversations)
    #[arg(long, default_value = "owner")]
    role: Role,

    /// The account; made when missing
    #[arg(long, value_name = "NAME", default_value = "default")]
    account: AccountName,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Operator {
    pub(super) async fn run(self) -> Outcome {
        let Self::Add(Add { email, name, role, account, database, json }) = self;
        let password = Password::parse(&read_password()?)?;
        let app = open(database).await?;
        let added = add_operator(&app, NewOperator { email, name, role, account, password }).await;
        app.store.close().await;
        let operator = added?;
        if json {
            print::json(&json!({
                "operator_id": operator.id.as_str(),
                "account_id": operator.account_id.as_str(),
                "email": operator.email.signed(),
                "name": operator.shown_name(),
                "role": operator.role.as_str(),
            }))?;
        } else {
            print::line(&format!(
                "{} can sign in as {}",
                operator.email.signed(),
                operator.role.as_str()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// From a terminal twice, without showing it; else the first line of standard input.
fn read_password() -> Result<String, Refusal> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("Again: ")?;
        return if password == again {
            Ok(password)
        } else {
            Err(Refusal::new("the two passwords differ"))
        };
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
