//! Who is signed in at the shop: a cookie that the shop has signed, so that a restart signs nobody out.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;

use super::customers::{CUSTOMERS, Customer};

/// Cookies are shared by all ports of a host, so the name is the shop's own.
const NAME: &str = "thistle_session";
/// In seconds: a week.
const LIFETIME: i64 = 7 * 24 * 3_600;

/// The cookie that signs `customer` in.
pub(super) fn cookie(customer: &Customer, key: &str, now: Timestamp) -> String {
    let text = format!("{}.{}", customer.id, now.as_millis() / 1000 + LIFETIME);
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&signing(key), text.as_bytes()));
    format!("{NAME}={text}.{signature}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax")
}

/// The cookie that signs out.
pub(super) fn no_cookie() -> String {
    format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

/// Who is signed in.
pub(super) fn customer(
    headers: &HeaderMap,
    key: &str,
    now: Timestamp,
) -> Option<&'static Customer> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (text, signature) = pairs.find(|(name, _)| *name == NAME)?.1.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    hmac::verify(&signing(key), text.as_bytes(), &signature).ok()?;
    let (id, until) = text.split_once('.')?;
    let lasts = until.parse::<i64>().is_ok_and(|until| now.as_millis() / 1000 < until);
    CUSTOMERS.iter().find(|customer| lasts && customer.id == id)
}

fn signing(key: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, format!("session {key}").as_bytes())
}
