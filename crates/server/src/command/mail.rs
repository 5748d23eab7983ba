//! `zipchat mail`: whether mail is sent.

use std::process::ExitCode;

use domain::lead::Email;
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, print};
use crate::clock::Clock;
use crate::config::{Config, MailConfig, PublicUrl};
use crate::mail::{Letter, Mail};

/// `zipchat mail …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum MailCommand {
    /// Send a mail as the service would, and say whether the mail server took it
    Test(Test),
}

/// The flags of `zipchat mail test`.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// Whom it goes to
    #[arg(long, value_name = "E")]
    to: Email,

    #[command(flatten)]
    mail: MailConfig,

    /// Where browsers reach the service: its host is that of the sender, where none is named
    #[arg(long, env = "ZIPCHAT_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// Print JSON: `{server, from}`
    #[arg(long)]
    json: bool,
}

impl MailCommand {
    pub(super) async fn run(self) -> Outcome {
        let Self::Test(Test { to, mail, public_url, json }) = self;
        let mail = Mail::new(&Config { public_url, mail, ..Config::default() });
        let now = Clock::default().now();
        let words = "This is a test of Zipchat's mail. If you read it, people can be told when a customer asks for them.";
        let letter = Letter {
            subject: "Zipchat can send mail".to_owned(),
            text: format!("{words}\n"),
            html: maud::html! { p { (words) } }.into_string(),
            reply_to: None,
            id: format!("test.{}", now.as_millis()),
            at: now,
        };
        if let Err(error) = mail.send(&to, &letter).await {
            return Err(Refusal::new(format!("{error}: {}", error.remedy())));
        }
        let (server, from) = (mail.server().unwrap_or_default(), mail.sender());
        if json {
            print::json(&json!({ "server": server, "from": from }))?;
        } else {
            print::line(&format!("{server} took a mail from {from}: look whether it arrives"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
