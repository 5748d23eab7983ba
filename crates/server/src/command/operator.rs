//! `zipchat operator`: people who sign in to the dashboard.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use domain::account::{AccountName, Operator as Person, OperatorName, Role};
use domain::lead::Email;
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, open, open_existing, print};
use crate::app::add_operator::{NewOperator, add_operator};
use crate::app::name_operator::name_operator;
use crate::app::passwords::Password;
use crate::config::DatabaseConfig;

/// `zipchat operator …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Operator {
    /// Add an operator; the password comes from standard input
    Add(Add),
    /// Change what customers see of an operator
    Set(Set),
}

/// The flags of `zipchat operator set`.
#[derive(Debug, clap::Args)]
pub(super) struct Set {
    /// What the operator signs in with
    #[arg(long)]
    email: Email,

    /// What customers see
    #[arg(long)]
    name: OperatorName,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON
    #[arg(long)]
    json: bool,
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
        match self {
            Self::Add(add) => add.run().await,
            Self::Set(set) => set.run().await,
        }
    }
}

impl Set {
    async fn run(self) -> Outcome {
        let Self { email, name, database, json } = self;
        let app = open_existing(database).await?;
        let named = async {
            let found = app.store.read().await?.operator_with_email(email.key()).await?;
            match found {
                Some(found) => Ok(name_operator(&app, &found.operator, Some(name)).await?),
                None => Err(Refusal::new("there is no operator with this email")),
            }
        };
        let named: Result<Person, Refusal> = named.await;
        app.store.close().await;
        let operator = named?;
        let (email, name) = (operator.email.signed(), operator.shown_name());
        say(&operator, json, &format!("customers see {email} as {name}"))
    }
}

impl Add {
    async fn run(self) -> Outcome {
        let Self { email, name, role, account, database, json } = self;
        let password = Password::parse(&read_password()?)?;
        let app = open(database).await?;
        let added = add_operator(&app, NewOperator { email, name, role, account, password }).await;
        app.store.close().await;
        let operator = added?;
        let (email, role) = (operator.email.signed(), operator.role.as_str());
        say(&operator, json, &format!("{email} can sign in as {role}"))
    }
}

fn say(operator: &Person, json: bool, line: &str) -> Outcome {
    if json {
        print::json(&json!({
            "operator_id": operator.id.as_str(),
            "account_id": operator.account_id.as_str(),
            "email": operator.email.signed(),
            "name": operator.shown_name(),
            "role": operator.role.as_str(),
        }))?;
    } else {
        print::line(line);
    }
    Ok(ExitCode::SUCCESS)
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
