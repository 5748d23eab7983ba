//! One assistant on one website.

use std::fmt;
use std::str::FromStr;

use crate::account::{ParseNameError, parse_name};
use crate::id::{AccountId, ChatId};
use crate::settings::Settings;
use crate::time::Timestamp;

/// One assistant on one website.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Its id, for the merchant and the merchant's programs.
    pub id: ChatId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the merchant calls it.
    pub name: ChatName,
    /// What the website runs on.
    pub platform: Platform,
    /// Its public name, in the install snippet.
    pub widget_token: WidgetToken,
    /// What the merchant set.
    pub settings: Settings,
    /// Whether customers are identified, and since when.
    pub identification: Identification,
    /// Grows by one with every change to the chat, its settings or its keys.
    pub version: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// The state of customer identification in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identification {
    /// Whether tokens are accepted.
    pub active: bool,
    /// Identities confirmed at or before this moment have ended: set when identification is deactivated.
    pub ended_at: Option<Timestamp>,
}

/// A chat's name: 1 to 100 characters after trimming, no controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatName(String);

/// A chat's public name: 20 ASCII letters and digits. It is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WidgetToken(String);

/// Text that is not a widget token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a widget token is 20 ASCII letters and digits")]
pub struct ParseWidgetTokenError;

/// What a website runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Anything else.
    Custom,
    /// `WooCommerce`.
    WooCommerce,
    /// Magento.
    Magento,
    /// `PrestaShop`.
    PrestaShop,
    /// `BigCommerce`.
    BigCommerce,
    /// Shopify, which has a customer identification of its own.
    Shopify,
}

/// A platform that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such platform: it is custom, woocommerce, magento, prestashop, bigcommerce or shopify")]
pub struct ParsePlatformError;

impl Platform {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::WooCommerce => "woocommerce",
            Self::Magento => "magento",
            Self::PrestaShop => "prestashop",
            Self::BigCommerce => "bigcommerce",
            Self::Shopify => "shopify",
        }
    }

    /// Whether customer identification by token exists there.
    ///
    /// Source: customer identification, "Overview".
    #[must_use]
    pub const fn has_identification(self) -> bool {
        !matches!(self, Self::Shopify)
    }
}

impl FromStr for Platform {
    type Err = ParsePlatformError;

    fn from_str(text: &str) -> Result<Self, ParsePlatformError> {
        let all = [
            Self::Custom,
            Self::WooCommerce,
            Self::Magento,
            Self::PrestaShop,
            Self::BigCommerce,
            Self::Shopify,
        ];
        all.into_iter().find(|platform| platform.as_str() == text).ok_or(ParsePlatformError)
    }
}

impl FromStr for ChatName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        parse_name(text).map(Self)
    }
}

impl ChatName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl WidgetToken {
    /// A new one, of 119 random bits.
    #[must_use]
    pub fn generate() -> Self {
        const LETTERS: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut token = String::with_capacity(20);
        while token.len() < 20 {
            let mut byte = [0];
            crate::random_bytes(&mut byte);
            // 248 is the largest multiple of 62 in a byte: above it, letters would not be equally likely.
            if byte[0] < 248 {
                token.push(char::from(LETTERS[usize::from(byte[0]) % 62]));
            }
        }
        Self(token)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WidgetToken {
    type Err = ParseWidgetTokenError;

    fn from_str(text: &str) -> Result<Self, ParseWidgetTokenError> {
        let fits = text.len() == 20 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseWidgetTokenError) }
    }
}

impl fmt::Display for WidgetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_widget_token_is_one() {
        let token = WidgetToken::generate();
        assert_eq!(token.as_str().parse(), Ok(token.clone()));
        assert_ne!(token, WidgetToken::generate());
    }

    #[test]
    fn other_text_is_no_widget_token() {
        for wrong in
            ["", "abc", "abcdefghij0123456789x", "abcdefghij012345678-", "abcdefghij01234567é"]
        {
            assert_eq!(wrong.parse::<WidgetToken>(), Err(ParseWidgetTokenError), "{wrong}");
        }
    }

    #[test]
    fn only_shopify_has_no_identification() {
        assert!(!Platform::Shopify.has_identification());
        assert!(Platform::WooCommerce.has_identification());
        assert_eq!("wordpress".parse::<Platform>(), Err(ParsePlatformError));
    }
}
