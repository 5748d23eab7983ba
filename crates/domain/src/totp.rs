//! Codes of an authenticator app: six digits that change every 30 seconds (RFC 6238).
//!
//! SHA-1, six digits and 30 seconds are what every app can do. A code of the step before or after holds, too: clocks differ. That none
//! holds twice is up to whoever keeps the last step.

use std::fmt::{self, Write};

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::time::Timestamp;

/// Seconds for which a code is shown.
const STEP: u64 = 30;
/// How many steps a clock may be off.
const DRIFT: u16 = 1;

/// What an app and the service share: 160 random bits. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Totp);

/// Text that is no such secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of an authenticator app")]
pub struct ParseTotpSecretError;

impl TotpSecret {
    /// A new secret.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = [0; 20];
        crate::random_bytes(&mut bytes);
        Self::of(Secret::from(bytes.to_vec()))
    }

    /// Reads a secret in base 32, as [`TotpSecret::reveal`] wrote it.
    ///
    /// # Errors
    /// [`ParseTotpSecretError`] when it is none of 160 bits.
    pub fn parse(text: &str) -> Result<Self, ParseTotpSecretError> {
        let secret = Secret::try_from_base32(text).map_err(|_| ParseTotpSecretError)?;
        if secret.as_bytes().len() == 20 { Ok(Self::of(secret)) } else { Err(ParseTotpSecretError) }
    }

    fn of(secret: Secret) -> Self {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(DRIFT)
            .with_step_duration(STEP)
            .with_secret(secret);
        Self(builder.build_noncompliant())
    }

    /// Its text in base 32, for whoever types it into an app.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.0.secret().to_base32()
    }

    /// What an app reads from a picture: the secret, who gave it, and for whom.
    ///
    /// Source: the key URI format of Google Authenticator, which all apps read.
    #[must_use]
    pub fn uri(&self, issuer: &str, name: &str) -> String {
        let (issuer, name) = (escaped(issuer), escaped(name));
        format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}", self.reveal())
    }

    /// The step that `code` belongs to, where it holds at `now` and its step is later than `last`.
    #[must_use]
    pub fn check(&self, code: &str, now: Timestamp, last: Option<i64>) -> Option<i64> {
        let seconds = u64::try_from(now.as_millis() / 1000).ok()?;
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
        let step = is_code.then(|| self.0.check(&digits, seconds)).flatten()?;
        let step = i64::try_from(step).ok()?;
        last.is_none_or(|last| step > last).then_some(step)
    }

    /// The code that an app shows at `now`.
    #[must_use]
    pub fn code(&self, now: Timestamp) -> String {
        let seconds = u64::try_from(now.as_millis() / 1000).unwrap_or(0);
        self.0.generate(seconds).to_string()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(***)")
    }
}

/// Text as a part of an address: what is not a letter, a digit or one of `-._~` is escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Text takes whatever is written.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, of which apps show the last six digits.
        let secret = TotpSecret::parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(secret.code(at(seconds)), code);
            assert_eq!(secret.check(code, at(seconds), None), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_holds_one_step_earlier_and_later_and_never_twice() {
        let secret = TotpSecret::generate();
        let code = secret.code(at(3_000));
        let check = |seconds, last| secret.check(&code, at(seconds), last);
        for (seconds, holds) in
            [(2_939, false), (2_970, true), (3_029, true), (3_059, true), (3_060, false)]
        {
            assert_eq!(check(seconds, None), holds.then_some(100), "{seconds}");
        }
        assert_eq!(check(3_000, Some(99)), Some(100));
        assert_eq!(check(3_000, Some(100)), None);
        assert_eq!(check(3_000, Some(101)), None);
    }

    #[test]
    fn what_is_no_code_does_not_hold() {
        let secret = TotpSecret::generate();
        let code = secret.code(at(3_000));
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(secret.check(&spaced, at(3_000), None), Some(100));
        let long = format!("{code}0");
        for wrong in ["", "12345", &long, "abcdef", "１２３４５６"] {
            assert_eq!(secret.check(wrong, at(3_000), None), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_read_back_and_does_not_print() {
        let secret = TotpSecret::generate();
        assert_eq!(TotpSecret::parse(&secret.reveal()), Ok(secret.clone()));
        assert!(!format!("{secret:?}").contains(&secret.reveal()));
        for wrong in ["", "GEZDGNBV", "!"] {
            assert_eq!(TotpSecret::parse(wrong), Err(ParseTotpSecretError), "{wrong}");
        }
        let uri = secret.uri("Tea & co", "ada@shop.example");
        let begins = "otpauth://totp/Tea%20%26%20co:ada%40shop.example?secret=";
        assert!(uri.starts_with(begins) && uri.ends_with("&issuer=Tea%20%26%20co"), "{uri}");
    }
}
