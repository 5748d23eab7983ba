//! Orders, looked up at the REST API of a `WooCommerce` shop. Whose order it is, is decided here: its billing email must be the
//! customer's, compared by the matching key. What is not theirs is answered as what does not exist, after the same calls.
//!
//! Source: `WooCommerce` REST API, version 3, "Retrieve an order" and "List all orders".

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::chat::Chat;
use domain::lead::Email;
use domain::order::OrderNumber;
use domain::settings::SealedSecret;
use domain::time::Timestamp;
use reqwest::Url;
use serde_json::{Map, Value};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::app::App;
use crate::app::change_settings::place;
use crate::app::orders::{
    COST, LookedUp, MAX_SHOWN, Order, OrderProblem, Told, Wanted, parcel, problem, told, without,
};
use crate::outbound::{Limits, OutboundError, Proof, Question};

/// The most bytes of an answer: plug-ins write much into orders.
pub const MAX_ANSWER: usize = 256 * 1024;
/// The most orders that a search is asked for.
const SEARCHED: &str = "20";
/// What of an order is asked for.
const FIELDS: &str = "id,number,status,currency,total,date_created_gmt,date_completed_gmt,billing,line_items,meta_data";
/// The most items, and the most parcels, that are told.
const MOST_ITEMS: usize = 10;
/// The most characters of a name.
const MAX_NAME: usize = 120;
/// Where plug-ins for shipment tracking keep parcels.
const PARCELS: &str = "_wc_shipment_tracking_items";
/// What no customer has placed, or the shop has thrown away.
const UNSEEN: [&str; 4] = ["trash", "auto-draft", "checkout-draft", "draft"];

const KEY: &str = "order_tracking.woocommerce_key";
const SECRET: &str = "order_tracking.woocommerce_secret";

/// A shop, and what proves to it who asks.
struct Shop<'a> {
    app: &'a App,
    orders: Url,
    key: Zeroizing<String>,
    secret: Zeroizing<String>,
    begun: Instant,
}

/// What the shop answered last.
#[derive(Default)]
struct Seen {
    status: Option<u16>,
    /// The beginning of a body that was of no use.
    body: Option<String>,
}

/// Asks the chat's shop for an order.
pub async fn ask(app: &App, chat: &Chat, wanted: Wanted<'_>) -> LookedUp {
    let begun = Instant::now();
    let mut seen = Seen::default();
    let outcome = match shop(app, chat, begun) {
        Ok(shop) => shop.find(wanted, &mut seen).await,
        Err(problem) => Err(problem),
    };
    // A search that finds nothing of theirs is answered with 200.
    let status = match &outcome {
        Ok(Told::NotFound(_)) => Some(404),
        _ => seen.status,
    };
    // Where the order is there, its body is full of what is nobody's business here.
    LookedUp { status, took: begun.elapsed(), body: seen.body, outcome }
}

fn shop<'a>(app: &'a App, chat: &Chat, begun: Instant) -> Result<Shop<'a>, OrderProblem> {
    let settings = &chat.settings.order_tracking;
    let parts =
        (&settings.woocommerce_url, &settings.woocommerce_key, &settings.woocommerce_secret);
    let (Some(url), Some(key), Some(secret)) = parts else {
        return Err(OrderProblem::ShopNotSetUp);
    };
    let open = |name: &'static str, sealed: &SealedSecret| {
        let opened = app.secret_key.open(&place(&chat.id, name), sealed);
        opened.map(Zeroizing::new).map_err(|_| OrderProblem::KeyLost(name))
    };
    let orders = orders_of(url).ok_or(OrderProblem::NoShop("the address cannot be read"))?;
    Ok(Shop { app, orders, key: open(KEY, key)?, secret: open(SECRET, secret)?, begun })
}

/// Where a shop's orders are.
fn orders_of(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(["wp-json", "wc", "v3", "orders"]);
    Some(url)
}

impl Shop<'_> {
    /// First by its id, which is its number unless a plug-in numbers orders; else by searching for its number. Both are asked
    /// where the first did not give the customer's order, whatever it did give.
    async fn find(&self, wanted: Wanted<'_>, seen: &mut Seen) -> Result<Told, OrderProblem> {
        let number = bare(wanted.number.as_str());
        let mut too_long = None;
        if let Some(id) = id_of(number) {
            match self.by_id(id, seen).await {
                Ok(Some(order)) if is_theirs(&order, wanted.number, wanted.email) => {
                    return Ok(self.tell(&order));
                }
                Err(problem @ OrderProblem::ShopTooLong(_)) => too_long = Some(problem),
                Ok(_) => {}
                Err(problem) => return Err(problem),
            }
        }
        let found = self.by_number(number, seen).await?;
        let theirs = found.iter().find(|order| is_theirs(order, wanted.number, wanted.email));
        match (theirs, too_long) {
            (Some(order), _) => Ok(self.tell(order)),
            (None, Some(problem)) => Err(problem),
            (None, None) => Ok(Told::NotFound(String::new())),
        }
    }

    async fn by_id(
        &self,
        id: u64,
        seen: &mut Seen,
    ) -> Result<Option<Map<String, Value>>, OrderProblem> {
        let mut url = self.orders.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(&id.to_string());
        }
        match self.get(&url, &[("_fields", FIELDS)], seen).await? {
            Some(Value::Object(order)) if order.contains_key("id") => Ok(Some(order)),
            None => Ok(None),
            Some(_) => Err(OrderProblem::NoShop("200, and no order")),
        }
    }

    async fn by_number(
        &self,
        number: &str,
        seen: &mut Seen,
    ) -> Result<Vec<Map<String, Value>>, OrderProblem> {
        let query = [("search", number), ("per_page", SEARCHED), ("_fields", FIELDS)];
        match self.get(&self.orders, &query, seen).await? {
            Some(Value::Array(orders)) => {
                let object =
                    |order| if let Value::Object(order) = order { Some(order) } else { None };
                Ok(orders.into_iter().filter_map(object).collect())
            }
            None => Ok(Vec::new()),
            Some(_) => Err(OrderProblem::NoShop("200, and no list of orders")),
        }
    }

    /// What is at `url`; `None` where the shop says that there is no such order.
    async fn get(
        &self,
        url: &Url,
        query: &[(&str, &str)],
        seen: &mut Seen,
    ) -> Result<Option<Value>, OrderProblem> {
        // All of it together may take no longer than one look-up.
        let left = COST.time.saturating_sub(self.begun.elapsed()).max(Duration::from_millis(1));
        let limits = Limits { time: left, size: MAX_ANSWER };
        let proof = Proof::Basic(&self.key, &self.secret);
        let question = Question { endpoint: url.as_str(), query, proof };
        let answer = self.app.outbound.ask(&question, limits).await.map_err(|error| {
            if matches!(error, OutboundError::TooLarge(_)) {
                return OrderProblem::ShopTooLong(error.to_string());
            }
            match problem(&error, None) {
                OrderProblem::Redirect(to) => OrderProblem::Redirect(self.clean(&to)),
                OrderProblem::Call(why) => OrderProblem::Call(self.clean(&why)),
                other => other,
            }
        })?;
        seen.status = Some(answer.status);
        let json = serde_json::from_slice::<Value>(&answer.body);
        let outcome = understood(answer.status, json.ok());
        if outcome.is_err() {
            let body = String::from_utf8_lossy(&answer.body);
            seen.body = Some(self.clean(&body).chars().take(MAX_SHOWN).collect());
        }
        outcome
    }

    /// `text` without what proves who asks, should the shop send it back.
    fn clean(&self, text: &str) -> String {
        let both = format!("{}:{}", self.key.as_str(), self.secret.as_str());
        let encoded = STANDARD.encode(both.as_bytes());
        [encoded.as_str(), self.secret.as_str(), self.key.as_str()]
            .into_iter()
            .fold(text.to_owned(), |text, secret| without(Some(secret), &text))
    }

    fn tell(&self, order: &Map<String, Value>) -> Told {
        let Order { context, tracking_url } = in_words(order);
        let tracking_url = tracking_url.filter(|url| {
            !url.as_str().contains(self.secret.as_str())
                && !url.as_str().contains(self.key.as_str())
        });
        Told::Found(Order { context: self.clean(&context), tracking_url })
    }
}

/// What an answer means: an order or a list, nothing, or that there is no shop.
fn understood(status: u16, json: Option<Value>) -> Result<Option<Value>, OrderProblem> {
    let code = json.as_ref().and_then(|json| json.get("code")).and_then(Value::as_str);
    match (status, json.as_ref(), code.unwrap_or_default()) {
        (200, Some(_), _) => Ok(json),
        (200, None, _) => Err(OrderProblem::NoShop("200, but no JSON")),
        (404, _, code) if code.starts_with("woocommerce_rest_") => Ok(None),
        (404, _, "rest_no_route") => Err(OrderProblem::NoShop("404, rest_no_route")),
        (404, ..) => Err(OrderProblem::NoShop("404")),
        (401 | 403, ..) => Err(OrderProblem::ShopRefuses(status)),
        _ => Err(OrderProblem::ShopStatus(status)),
    }
}

/// A number without the sign that some write before it.
fn bare(number: &str) -> &str {
    number.trim().trim_start_matches('#').trim_start()
}

/// The id that a number can be: digits only, without zeros before them.
fn id_of(number: &str) -> Option<u64> {
    let digits =
        !number.is_empty() && number.len() <= 15 && number.bytes().all(|b| b.is_ascii_digit());
    number.parse().ok().filter(|id: &u64| digits && id.to_string() == number)
}

/// Whether an order has this number, which is not its id where a plug-in numbers orders, and belongs to whoever has this email.
fn is_theirs(order: &Map<String, Value>, number: &OrderNumber, email: &Email) -> bool {
    let own = match order.get("number") {
        Some(Value::String(own)) => own.clone(),
        Some(Value::Number(own)) => own.to_string(),
        _ => return false,
    };
    let billed = order.get("billing").and_then(|billing| billing.get("email"));
    let billed = billed.and_then(Value::as_str).and_then(|email| email.parse::<Email>().ok());
    let unseen = UNSEEN.contains(&text(order, "status"));
    let same_number = bare(&own).to_lowercase() == bare(number.as_str()).to_lowercase();
    same_number && !unseen && billed.is_some_and(|billed| billed.key() == email.key())
}

fn text<'o>(order: &'o Map<String, Value>, name: &str) -> &'o str {
    order.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// What a customer is told of an order: in plain text, and without names and addresses.
fn in_words(order: &Map<String, Value>) -> Order {
    let number = match order.get("number") {
        Some(Value::String(number)) => number.clone(),
        Some(number) => number.to_string(),
        None => String::new(),
    };
    let placed = day(text(order, "date_created_gmt"));
    let of = placed.map_or_else(String::new, |day| format!(" of {day}"));
    let mut lines =
        vec![format!("Order {}{of}: {}.", name(&number), status(text(order, "status")))];
    if let Some(day) = day(text(order, "date_completed_gmt")) {
        lines.push(format!("Completed on {day}."));
    }
    let items = items(order);
    if !items.is_empty() {
        lines.push(format!("Items: {items}."));
    }
    let total = text(order, "total");
    if !total.is_empty() {
        lines.push(format!("Total: {} {}.", name(total), name(text(order, "currency"))));
    }
    let mut tracking_url = None;
    for item in parcels(order).iter().take(MOST_ITEMS) {
        lines.push(shipped(item));
        tracking_url = link(item).or(tracking_url);
    }
    Order { context: told(&lines.join("\n"), None), tracking_url }
}

/// What a status means; one that a plug-in made is told as it is called.
fn status(status: &str) -> String {
    match status.trim_start_matches("wc-") {
        "pending" => "waiting for payment".to_owned(),
        "processing" => "paid, and being prepared".to_owned(),
        "on-hold" => "on hold until the payment is confirmed".to_owned(),
        "completed" => "completed".to_owned(),
        "cancelled" => "cancelled".to_owned(),
        "refunded" => "refunded".to_owned(),
        "failed" => "the payment failed".to_owned(),
        "" => "no status is known".to_owned(),
        other => name(&other.replace(['-', '_'], " ")),
    }
}

fn items(order: &Map<String, Value>) -> String {
    let all = order.get("line_items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let shown = all.iter().take(MOST_ITEMS).filter_map(|item| {
        let title = name(item.get("name")?.as_str()?);
        match item.get("quantity").and_then(Value::as_i64) {
            Some(quantity) => Some(format!("{quantity} × {title}")),
            None => Some(title),
        }
    });
    let mut shown: Vec<String> = shown.collect();
    if all.len() > MOST_ITEMS {
        shown.push(format!("and {} more", all.len() - MOST_ITEMS));
    }
    shown.join(", ")
}

/// The parcels that plug-ins wrote down: a list, or an object of them.
fn parcels(order: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    let meta = order.get("meta_data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let kept = meta.iter().find(|meta| meta.get("key").and_then(Value::as_str) == Some(PARCELS));
    match kept.and_then(|kept| kept.get("value")) {
        Some(Value::Array(parcels)) => parcels.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(parcels)) => parcels.values().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}

fn first<'i>(item: &'i Map<String, Value>, names: &[&str]) -> Option<&'i str> {
    names.iter().map(|name| text(item, name).trim()).find(|text| !text.is_empty())
}

fn shipped(item: &Map<String, Value>) -> String {
    let providers =
        ["formatted_tracking_provider", "custom_tracking_provider", "tracking_provider"];
    let mut line = "Shipped".to_owned();
    if let Some(provider) = first(item, &providers) {
        line.push_str(" with ");
        line.push_str(&name(provider));
    }
    let at = match item.get("date_shipped") {
        Some(Value::String(at)) => at.trim().parse().ok(),
        Some(at) => at.as_i64(),
        None => None,
    };
    let at = at.and_then(|seconds: i64| seconds.checked_mul(1_000)).map(Timestamp::from_millis);
    if let Some(day) = at.and_then(|at| day(&at.to_string())) {
        line.push_str(" on ");
        line.push_str(&day);
    }
    if let Some(number) = first(item, &["tracking_number"]) {
        line.push_str(", tracking number ");
        line.push_str(&name(number));
    }
    line.push('.');
    line
}

/// Where a parcel can be followed: the first address that browsers may be given.
fn link(item: &Map<String, Value>) -> Option<Url> {
    let names =
        ["custom_tracking_link", "formatted_tracking_link", "ast_tracking_link", "tracking_link"];
    names.iter().find_map(|name| parcel(text(item, name), None))
}

/// `22 November 2026`, of a time as `2026-11-22T12:00:00`.
fn day(time: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = time.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    let (year, month, day): (usize, usize, usize) = (number(year)?, number(month)?, number(day)?);
    let month = MONTHS.get(month.checked_sub(1)?)?;
    (1..=31).contains(&day).then(|| format!("{day} {month} {year}"))
}

/// A name of others on one line, cut, with the entities that shops write into titles read.
fn name(text: &str) -> String {
    let plain = [
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#8211;", "–"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain));
    let line = told(&plain, None).split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(value: Value) -> Map<String, Value> {
        let Value::Object(order) = value else { panic!("{value}") };
        order
    }

    fn an_order() -> Map<String, Value> {
        order(json!({
            "id": 1001, "number": "1001", "status": "completed", "currency": "EUR", "total": "29.35",
            "date_created_gmt": "2026-11-20T19:28:02", "date_completed_gmt": "2026-11-22T08:00:00",
            "billing": { "first_name": "Ada", "email": "Ada@Shop.example", "address_1": "12 St James" },
            "line_items": [{ "name": "Tea &amp; cup\n<b>", "quantity": 2 }, { "name": "Kettle", "quantity": 1 }],
            "meta_data": [{ "id": 1, "key": PARCELS, "value": [
                { "tracking_provider": "dhl", "tracking_number": "123", "date_shipped": "1795348800",
                  "custom_tracking_link": "javascript:alert(1)" },
                { "formatted_tracking_provider": "USPS", "tracking_number": "456",
                  "formatted_tracking_link": "https://parcels.example/456" },
            ] }],
        }))
    }

    #[test]
    fn an_order_is_told_in_words_without_names_and_addresses() {
        let Order { context, tracking_url } = in_words(&an_order());
        assert_eq!(
            context,
            "Order 1001 of 20 November 2026: completed.\nCompleted on 22 November 2026.\n\
             Items: 2 × Tea & cup <b>, 1 × Kettle.\nTotal: 29.35 EUR.\n\
             Shipped with dhl on 22 November 2026, tracking number 123.\n\
             Shipped with USPS, tracking number 456."
        );
        assert_eq!(tracking_url.unwrap().as_str(), "https://parcels.example/456");
        assert_eq!(in_words(&order(json!({}))).context, "Order : no status is known.");
    }

    #[test]
    fn an_order_is_theirs_by_its_number_and_the_key_of_the_billing_email() {
        let check = |number: &str, email: &str, expected: bool| {
            let theirs = is_theirs(&an_order(), &number.parse().unwrap(), &email.parse().unwrap());
            assert_eq!(theirs, expected, "{number} {email}");
        };
        check("1001", "ada@shop.example", true);
        check("#1001", "ADA@SHOP.EXAMPLE", true);
        check("1001", "ada+1@shop.example", false);
        check("1001", "eve@shop.example", false);
        check("1002", "ada@shop.example", false);
        check("01001", "ada@shop.example", false);
        let with = |member: &str, value: Value| {
            let mut order = an_order();
            order.insert(member.to_owned(), value);
            is_theirs(&order, &"1001".parse().unwrap(), &"ada@shop.example".parse().unwrap())
        };
        // A plug-in has numbered it: its id is not its number.
        assert!(!with("number", json!("TP-1001")));
        assert!(with("number", json!(1001)));
        assert!(!with("status", json!("trash")));
        for email in [
            json!(""),
            json!(null),
            json!(7),
            json!("ada@shop.example, eve@shop.example"),
            json!(["ada@shop.example"]),
        ] {
            assert!(!with("billing", json!({ "email": email })));
        }
        assert!(!with("billing", Value::Null));
    }

    #[test]
    fn an_answer_is_understood_as_woocommerce_means_it() {
        let no_order =
            json!({ "code": "woocommerce_rest_shop_order_invalid_id", "data": { "status": 404 } });
        assert_eq!(understood(404, Some(no_order)), Ok(None));
        let no_route = json!({ "code": "rest_no_route" });
        assert!(matches!(understood(404, Some(no_route)), Err(OrderProblem::NoShop(_))));
        assert!(matches!(understood(404, None), Err(OrderProblem::NoShop(_))));
        assert!(matches!(understood(200, None), Err(OrderProblem::NoShop(_))));
        assert_eq!(understood(401, None), Err(OrderProblem::ShopRefuses(401)));
        assert_eq!(understood(503, None), Err(OrderProblem::ShopStatus(503)));
        assert_eq!(understood(200, Some(json!([]))), Ok(Some(json!([]))));
    }

    #[test]
    fn a_shops_orders_are_below_its_address() {
        let check = |url: &str, expected: &str| {
            assert_eq!(orders_of(url).unwrap().as_str(), expected);
        };
        check("https://shop.example", "https://shop.example/wp-json/wc/v3/orders");
        check("https://shop.example/wp/?x=1#y", "https://shop.example/wp/wp-json/wc/v3/orders");
        for (number, id) in [
            ("1001", Some(1001)),
            ("0", Some(0)),
            ("01", None),
            ("TP-1", None),
            ("", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(id_of(number), id, "{number}");
        }
    }
}
