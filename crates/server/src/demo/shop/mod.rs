//! The shop of the demo: what a merchant's website looks like to the service. It signs tokens with the key that it was given and
//! answers the service's questions about orders; all else is for the eye.

mod catalogue;
mod customers;
mod drawings;
mod help;
mod orders;
mod pages;
mod session;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::identity::key::{Kid, SigningKeyPair};
use serde::Deserialize;
use serde_json::json;

use crate::chain;
use crate::clock::Clock;
use crate::demo::shop::customers::{CUSTOMERS, Customer};
use crate::demo::shop::orders::{LookUp, look_up};

/// The shop's name.
pub(super) const NAME: &str = "Thistle & Pot";
/// What its order numbers look like.
pub(super) const ORDER_NUMBER_EXAMPLE: &str = "TP-1001";
/// For how long a token is valid, in seconds: an hour, as is usual.
const TOKEN_LIFETIME: i64 = 3_600;

/// The shop.
pub(super) struct Shop {
    /// Where the chat comes from.
    service: String,
    /// Which chat it is.
    widget_token: String,
    /// What the service proves itself with when it asks about orders. The shop signs its sessions with it, too.
    order_key: String,
    /// The file of the key that was shown when identification was activated.
    private_key: PathBuf,
    clock: Clock,
}

impl Shop {
    pub(super) fn new(
        service: String,
        widget_token: String,
        order_key: String,
        private_key: PathBuf,
    ) -> Self {
        Self { service, widget_token, order_key, private_key, clock: Clock::default() }
    }

    /// Who is signed in.
    fn customer(&self, headers: &HeaderMap) -> Option<&'static Customer> {
        session::customer(headers, &self.order_key, self.clock.now())
    }
}

impl fmt::Debug for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shop").field("service", &self.service).finish_non_exhaustive()
    }
}

/// The first names of whom one can sign in as.
pub(super) fn first_names() -> String {
    let names: Vec<&str> = CUSTOMERS.iter().map(|customer| customer.first_name).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The shop's pages and its backend.
pub(super) fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/plants/{slug}", get(plant))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/orders", get(my_orders))
        .route("/sitemap.xml", get(sitemap))
        .route("/{help}", get(help_page))
        .route("/api/zipchat-token", post(token))
        .route("/api/orders", get(order))
        .route("/shop.css", get(async || file(include_str!("shop.css"), "text/css; charset=utf-8")))
        .route(
            "/shop.js",
            get(async || file(include_str!("shop.js"), "text/javascript; charset=utf-8")),
        )
        .route("/icon.svg", get(async || file(include_str!("icon.svg"), "image/svg+xml")))
        .fallback(not_found)
        .layer(from_fn_with_state(shop.clone(), guarded))
        .with_state(shop)
}

/// Gives every answer the policy that lets the chat in and nothing else, and refuses what other sites' pages send.
async fn guarded(
    State(shop): State<Arc<Shop>>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    let foreign = request.method() == "POST"
        && site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let mut response = if foreign {
        refused(403, "This must come from the shop's own pages.")
    } else {
        next.run(request).await
    };
    let service = &shop.service;
    let policy = format!(
        "default-src 'none'; script-src 'self' {service}; connect-src 'self' {service}; style-src 'self'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn home(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    pages::home(&shop, shop.customer(&headers)).into_response()
}

async fn plant(
    State(shop): State<Arc<Shop>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    match catalogue::PLANTS.iter().find(|plant| plant.slug == slug) {
        Some(plant) => pages::plant(&shop, shop.customer(&headers), plant).into_response(),
        None => not_found(State(shop), headers).await,
    }
}

async fn help_page(
    State(shop): State<Arc<Shop>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    match help::HELP.iter().find(|help| help.slug == slug) {
        Some(help) => pages::help(&shop, shop.customer(&headers), help).into_response(),
        None => not_found(State(shop), headers).await,
    }
}

/// The pages that the shop's assistant reads up.
async fn sitemap(headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let url = |help: &help::Help| format!("<url><loc>http://{host}/{}</loc></url>", help.slug);
    let urls = help::HELP.iter().map(url).collect::<Vec<_>>().concat();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>"
    );
    ([(header::CONTENT_TYPE, "application/xml")], text).into_response()
}

async fn sign_in_page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    pages::sign_in(&shop, shop.customer(&headers), None).into_response()
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

async fn sign_in(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(Credentials { email, password }): Form<Credentials>,
) -> Response {
    match customers::with_email(&email).filter(|_| password == customers::PASSWORD) {
        Some(customer) => {
            let cookie = session::cookie(customer, &shop.order_key, shop.clock.now());
            ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        None => pages::sign_in(&shop, shop.customer(&headers), Some(&email)).into_response(),
    }
}

async fn sign_out() -> Response {
    ([(header::SET_COOKIE, session::no_cookie())], Redirect::to("/")).into_response()
}

async fn my_orders(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    match shop.customer(&headers) {
        Some(customer) => pages::orders(&shop, customer).into_response(),
        None => Redirect::to("/sign-in").into_response(),
    }
}

/// What the page asks for when the chat is ready: a token that says who is signed in, signed here and never in the page.
async fn token(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let Some(customer) = shop.customer(&headers) else {
        return refused(401, "Nobody is signed in.");
    };
    // Read each time, so that a new key counts at once when the merchant makes one.
    let signed = std::fs::read_to_string(&shop.private_key).map_err(|error| error.to_string());
    let signed =
        signed.and_then(|pem| sign(&pem, customer, &shop.clock).map_err(|error| chain(&error)));
    match signed {
        Ok(token) => Json(json!({"token": token})).into_response(),
        Err(error) => {
            tracing::error!(file = %shop.private_key.display(), error, "the shop cannot sign tokens");
            refused(500, "The shop cannot sign tokens now.")
        }
    }
}

fn sign(
    pem: &str,
    customer: &Customer,
    clock: &Clock,
) -> Result<String, domain::identity::key::SigningKeyError> {
    let pair = SigningKeyPair::from_pem(pem)?;
    let now = clock.now().as_millis() / 1000;
    let claims = json!({
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "additional_attributes": {
            "user_id": customer.id,
            "loyalty_tier": customer.tier,
            "customer_since": customer.since,
        },
        "iat": now,
        "exp": now + TOKEN_LIFETIME,
    });
    pair.sign(Some(&Kid::of(pair.public_key())), &claims.to_string())
}

#[derive(Deserialize)]
struct OrderQuery {
    order_id: Option<String>,
    customer_email: Option<String>,
}

/// What the service asks: an order, for the customer with an email.
async fn order(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Query(query): Query<OrderQuery>,
) -> Response {
    let key = headers.get("x-api-key").map(HeaderValue::as_bytes).unwrap_or_default();
    if aws_lc_rs::constant_time::verify_slices_are_equal(key, shop.order_key.as_bytes()).is_err() {
        return refused(401, "The API key is missing or wrong.");
    }
    let text = |value: Option<String>| {
        value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let (Some(number), Some(email)) = (text(query.order_id), text(query.customer_email)) else {
        return context(
            400,
            "An order number and the customer's email are needed to look an order up.",
            None,
        );
    };
    match look_up(&number, &email, shop.clock.now()) {
        LookUp::Found { context: found, tracking_url } => {
            context(200, &found, tracking_url.as_deref())
        }
        LookUp::NotFound => {
            context(404, "There is no order with this number for this customer.", None)
        }
    }
}

fn context(status: u16, text: &str, tracking_url: Option<&str>) -> Response {
    let body = match tracking_url {
        Some(url) => json!({"context": text, "tracking_url": url}),
        None => json!({"context": text}),
    };
    with_status(status, Json(body).into_response())
}

fn refused(status: u16, text: &str) -> Response {
    with_status(status, Json(json!({"error": text})).into_response())
}

async fn not_found(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    with_status(404, pages::not_found(&shop, shop.customer(&headers)).into_response())
}

fn with_status(status: u16, mut response: Response) -> Response {
    if let Ok(status) = status.try_into() {
        *response.status_mut() = status;
    }
    response
}

fn file(text: &'static str, kind: &'static str) -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests;
