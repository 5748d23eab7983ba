//! The assistant's tool: it has an order looked up. Whose orders are looked in is decided here, by who is known to be asking, and by
//! nothing that an assistant says.

use domain::conversation::Author;
use domain::lead::{Email, Lead};
use domain::order::OrderNumber;
use domain::settings::OrderTrackingSettings;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::app::orders::{self, OrderProblem, Told, Wanted};
use crate::app::tools::Asker;
use crate::assistant::reading::{emails, says_number};
use crate::assistant::{OrderAccess, ToolAnswer};

#[derive(Deserialize)]
struct Arguments {
    order_number: Value,
    email: Option<String>,
}

/// Whose orders may be looked up in a chat with these settings, for a visitor who is verified to be `customer`, or nobody.
#[must_use]
pub fn access(settings: &OrderTrackingSettings, customer: Option<&Lead>) -> OrderAccess {
    if !settings.enabled || settings.target().is_none() {
        return OrderAccess::None;
    }
    match customer {
        Some(_) => OrderAccess::Verified,
        None if settings.unverified => OrderAccess::ByEmail,
        None => OrderAccess::SignIn,
    }
}

/// Has an order looked up, if it may be.
pub async fn look_up_order(app: &App, asker: &Asker<'_>, arguments: &str) -> ToolAnswer {
    let Asker { chat, customer, .. } = *asker;
    let (number, email) = match read(arguments) {
        Ok(read) => read,
        Err(refusal) => return ToolAnswer::Refused(refusal),
    };
    match (access(&chat.settings.order_tracking, customer), customer) {
        (OrderAccess::None, _) => ToolAnswer::Refused("orders are not looked up here"),
        (OrderAccess::Verified, Some(customer)) => {
            // Whatever email the call names, it is the signed one that is sent.
            let wanted = Wanted { number: &number, email: &customer.email };
            answer(orders::look_up(app, chat, wanted).await)
        }
        (OrderAccess::ByEmail, None) => by_email(app, asker, &number, email).await,
        _ => ToolAnswer::SignIn,
    }
}

fn read(arguments: &str) -> Result<(OrderNumber, Option<String>), &'static str> {
    let Arguments { order_number, email } =
        serde_json::from_str(arguments).map_err(|_| "the arguments are not as they should be")?;
    let number = match order_number {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return Err("order_number must be a text"),
    };
    Ok((number.parse().map_err(|_| "order_number cannot be one")?, email))
}

/// For an unverified visitor: with a number and an email that it typed itself, and not too often in vain.
async fn by_email(
    app: &App,
    asker: &Asker<'_>,
    number: &OrderNumber,
    email: Option<String>,
) -> ToolAnswer {
    let Some(Ok(email)) = email.map(|email| email.parse::<Email>()) else {
        return ToolAnswer::Refused("ask the visitor for the email");
    };
    let mut said = asker.said.iter().filter(|message| message.author == Author::Visitor);
    let says_email = said.clone().any(|said| emails(said.text.as_str()).any(|one| one == email));
    if !says_email || !said.any(|said| says_number(said.text.as_str(), number)) {
        return ToolAnswer::Refused("the visitor has not said this number and this email");
    }
    let Asker { chat, conversation, .. } = *asker;
    let visitor = &conversation.visitor_id;
    if !app.order_misses.take(&chat.id, visitor, app.clock.now()) {
        return ToolAnswer::TooMany;
    }
    match answer(orders::look_up(app, chat, Wanted { number, email: &email }).await) {
        // What is wrong with the question could tell the orders that exist from those that do not.
        ToolAnswer::NoOrder | ToolAnswer::Unfit(_) => ToolAnswer::NoOrder,
        hit => {
            app.order_misses.give_back(&chat.id, visitor);
            hit
        }
    }
}

/// What the assistant learns. Why an endpoint failed is its merchant's business.
fn answer(outcome: Result<Told, OrderProblem>) -> ToolAnswer {
    match outcome {
        Ok(Told::Found(order)) => ToolAnswer::Order(order),
        Ok(Told::NotFound(_)) => ToolAnswer::NoOrder,
        Ok(Told::Unfit(context)) => ToolAnswer::Unfit(context),
        Err(_) => ToolAnswer::Unavailable,
    }
}
