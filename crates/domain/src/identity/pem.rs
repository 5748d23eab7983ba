//! PEM texts, as people paste them.
//!
//! Source: RFC 7468.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";

/// A PEM text taken apart. What it holds may be secret, so it is wiped.
pub(super) struct Pem {
    /// As in `PUBLIC KEY`.
    pub(super) label: String,
    /// What it holds.
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Reads the first PEM text in `text`.
///
/// Keys come from environment variables, JSON files and source code, so `\n` and `\r` written out, quotes, commas, and white space
/// anywhere, or line breaks missing, are not minded; a base64 that does not fit is.
pub(super) fn read(text: &str) -> Option<Pem> {
    let text = unescaped(text);
    read_next(&text).map(|(pem, _)| pem)
}

/// Reads all PEM texts in `text`: `None` where there is none, or a broken one.
pub(super) fn read_all(text: &str) -> Option<Vec<Pem>> {
    let text = unescaped(text);
    let (mut rest, mut all) = (text.as_str(), Vec::new());
    while all.is_empty() || rest.contains(BEGIN) {
        let (pem, after) = read_next(rest)?;
        all.push(pem);
        rest = after;
    }
    Some(all)
}

/// Whether `text` has something of a private key in it, whole or cut off, in PEM or what other programs write like it.
pub(super) fn names_private_key(text: &str) -> bool {
    let upper = Zeroizing::new(text.to_ascii_uppercase());
    let armoured = upper.split("BEGIN").skip(1).any(|rest| {
        // A label ends with hyphens; letters alone are compared, so that an escaped or missing space is not minded.
        let label = rest.split("--").next().unwrap_or_default().chars().take(64);
        label.filter(char::is_ascii_alphabetic).collect::<String>().contains("PRIVATEKEY")
    });
    // PuTTY's own form, and .NET's.
    armoured || upper.contains("PUTTY-USER-KEY-FILE") || upper.contains("<D>")
}

/// What is put around keys and between their lines.
pub(super) fn is_noise(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | ',' | '\u{feff}' | '\u{200b}')
}

/// `text` without what is put around base64 and between its lines.
pub(super) fn without_noise(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.replace(is_noise, ""))
}

/// `text` with its line breaks as line breaks.
pub(super) fn unescaped(text: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(text.replace("\\r", ""));
    Zeroizing::new(text.replace("\\n", "\n"))
}

/// The first PEM text in `text`, and what follows it.
fn read_next(text: &str) -> Option<(Pem, &str)> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, rest) = rest.split_once("-----END ")?;
    let (end, rest) = rest.split_once("-----")?;
    if label != end {
        return None;
    }
    let der = Zeroizing::new(STANDARD.decode(without_noise(body).as_bytes()).ok()?);
    Some((Pem { label: label.to_owned(), der }, rest))
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
