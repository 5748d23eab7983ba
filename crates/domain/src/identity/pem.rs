//! PEM texts, as people paste them.
//!
//! Source: RFC 7468.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A PEM text taken apart. What it holds may be secret, so it is wiped.
pub(super) struct Pem {
    /// As in `PUBLIC KEY`.
    pub(super) label: String,
    /// What it holds.
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Reads the first PEM text in `text`.
///
/// Keys come from environment variables and JSON files, so `\n` and `\r` written out, quotes, and white space anywhere are not
/// minded; a base64 that does not fit is.
pub(super) fn read(text: &str) -> Option<Pem> {
    let text = Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n"));
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, rest) = rest.split_once("-----END ")?;
    let (end, _) = rest.split_once("-----")?;
    if label != end {
        return None;
    }
    let is_noise = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\');
    let body = Zeroizing::new(body.replace(is_noise, ""));
    let der = Zeroizing::new(STANDARD.decode(body.as_bytes()).ok()?);
    Some(Pem { label: label.to_owned(), der })
}

/// Writes a PEM text with lines of 64 characters.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(STANDARD.encode(der));
    // Reserved at once: a text that grows leaves copies of a secret behind.
    let mut text = String::with_capacity(body.len() + body.len() / 64 + 2 * label.len() + 64);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = next;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}
