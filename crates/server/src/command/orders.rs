//! `zipchat orders`: the merchant's order endpoint.

use std::process::ExitCode;

use domain::id::ChatId;
use domain::lead::Email;
use domain::order::OrderNumber;

use super::refusal::Refusal;
use super::{Outcome, open_to_call, print};
use crate::app::orders::{self, LookedUp, Told, Wanted};
use crate::config::{DatabaseConfig, OutboundConfig};
use crate::http::views::OrderTestView;

/// `zipchat orders …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Orders {
    /// Look an order up at the chat's endpoint, and say what came of it
    Test(Test),
}

/// The flags of `zipchat orders test`.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    /// The order's number
    #[arg(long, value_name = "N")]
    order: OrderNumber,

    /// Its customer's email
    #[arg(long, value_name = "E")]
    email: Email,

    #[command(flatten)]
    outbound: OutboundConfig,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{status, milliseconds, context, tracking_url, body, problem}`
    #[arg(long)]
    json: bool,
}

impl Orders {
    pub(super) async fn run(self) -> Outcome {
        let Self::Test(Test { chat, order, email, outbound, database, json }) = self;
        let app = open_to_call(database, outbound).await?;
        let known = async { app.store.read().await?.chat(&chat).await };
        let looked_up = match known.await {
            Ok(Some(chat)) => {
                Ok(orders::test(&app, &chat, Wanted { number: &order, email: &email }).await)
            }
            Ok(None) => Err(Refusal::new("there is no such chat")),
            Err(error) => Err(error.into()),
        };
        app.store.close().await;
        let looked_up = looked_up?;
        let problem = looked_up.outcome.as_ref().err().map(ToString::to_string);
        if json {
            print::json(&OrderTestView::new(looked_up))?;
        } else {
            print::line(&in_words(&looked_up));
        }
        problem.map_or(Ok(ExitCode::SUCCESS), |problem| Err(Refusal::new(problem)))
    }
}

/// The status, the time, and what the endpoint says.
fn in_words(LookedUp { status, took, outcome, .. }: &LookedUp) -> String {
    let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut lines = vec![format!("{status} in {} ms", took.as_millis())];
    match outcome {
        Ok(Told::Found(order)) => {
            lines.push(order.context.clone());
            lines.extend(order.tracking_url.as_ref().map(ToString::to_string));
        }
        Ok(Told::NotFound(context) | Told::Unfit(context)) => lines.push(context.clone()),
        Err(_) => {}
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
