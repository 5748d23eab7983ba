//! `zipchat operator`: people who sign in to the dashboard.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use domain::account::{AccountName, Operator as Person, OperatorName, Role};
use domain::lead::Email;
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, open, open_existing, print};
use crate::app::App;
use crate::app::add_operator::{NewOperator, add_operator};
use crate::app::name_operator::name_operator;
use crate::app::passwords::Password;
use crate::app::{change_password, second_factor};
use crate::config::DatabaseConfig;

/// `zipchat operator …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Operator {
    /// Add an operator; the password comes from standard input
    Add(Add),
    /// Change what customers see of an operator, the password (from standard input), or take all second factors away
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
    name: Option<OperatorName>,

    /// Set another password, from standard input; the operator is signed out everywhere
    #[arg(long)]
    password: bool,

    /// Take all second factors away, for who has lost them
    #[arg(long)]
    no_second_factor: bool,

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
        if self.name.is_none() && !self.password && !self.no_second_factor {
            return Err(Refusal::new("say what to set: --name, --password or --no-second-factor"));
        }
        let password = if self.password { Some(Password::parse(&read_password()?)?) } else { None };
        let app = open_existing(self.database.clone()).await?;
        let done = self.apply(&app, password).await;
        app.store.close().await;
        let operator = done?;
        let (email, name) = (operator.email.signed(), operator.shown_name());
        let mut said = Vec::new();
        if self.name.is_some() {
            said.push(format!("customers see {email} as {name}"));
        }
        if self.password {
            said.push(format!("{email} has another password, and is signed out everywhere"));
        }
        if self.no_second_factor {
            said.push(format!("{email} has no second factor any more"));
        }
        say(&operator, self.json, &said.join("; "))
    }

    async fn apply(&self, app: &App, password: Option<Password>) -> Result<Person, Refusal> {
        let found = app.store.read().await?.operator_with_email(self.email.key()).await?;
        let unknown = || Refusal::new("there is no operator with this email");
        let mut operator = found.ok_or_else(unknown)?.operator;
        if let Some(name) = self.name.clone() {
            operator = name_operator(app, &operator, Some(name)).await?;
        }
        if let Some(password) = password {
            change_password::set(app, &operator, &password).await?;
        }
        if self.no_second_factor {
            second_factor::clear(app, &operator).await?;
        }
        Ok(operator)
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
