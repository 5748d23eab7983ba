//! Random texts that are secrets, and the hashes that are kept of them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A secret of `length` ASCII letters and digits, 5.95 random bits each.
#[must_use]
pub fn letters(length: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let [byte] = bytes();
        // 248 is the largest multiple of 62 in a byte: above it, letters would not be equally likely.
        if byte < 248 {
            text.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        }
    }
    text
}

/// A secret of 256 random bits, as 43 characters that a cookie and an address can carry.
#[must_use]
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// Random bytes from the operating system.
///
/// # Panics
/// Where the system has none: it cannot run this service safely at all.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// What is kept of a random secret: its SHA-256 in hexadecimal. A slow hash is for what people think up.
#[must_use]
pub fn hash(secret: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, secret.as_bytes()).as_ref() {
        text.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
        text.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_their_form_and_differ() {
        let key = letters(40);
        assert!(key.len() == 40 && key.bytes().all(|b| b.is_ascii_alphanumeric()), "{key}");
        assert_ne!(key, letters(40));
        assert_eq!(token().len(), 43);
        assert_ne!(token(), token());
    }

    #[test]
    fn the_hash_is_sha_256_in_hexadecimal() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
