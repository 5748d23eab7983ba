//! What was bought, as the shop's page tells it. Nobody vouches for it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{ChatId, ConversationId};
use crate::time::Timestamp;

/// The shop's name for an order: 1 to 200 characters after trimming, no controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderId(String);

/// A purchase that is credited to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchase {
    /// The chat.
    pub chat_id: ChatId,
    /// The order.
    pub order_id: OrderId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// What was bought.
    pub details: PurchaseDetails,
    /// When the page told of it.
    pub created_at: Timestamp,
}

/// What was bought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PurchaseDetails {
    /// The total.
    pub order_total: f64,
    /// In which currency: three capital letters.
    pub currency: String,
    /// The items, at most 100.
    pub line_items: Vec<LineItem>,
}

/// An item of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineItem {
    /// The shop's name for it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What one of it costs.
    pub price: f64,
    /// How many.
    pub quantity: f64,
}

/// Why this is no purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePurchaseError {
    /// The order has no name, or one that is too long or has control characters.
    #[error("order_id must have 1 to 200 characters and no control characters")]
    OrderId,
    /// No amount.
    #[error("order_total must be a number from 0 to 10^12")]
    Total,
    /// No currency.
    #[error("currency must be a code of three letters, such as EUR")]
    Currency,
    /// Too many items.
    #[error("line_items must have at most {} items", PurchaseDetails::MAX_ITEMS)]
    Items,
    /// No name of an item.
    #[error("line_items: id and title must have at most 500 characters and no control characters")]
    ItemText,
    /// No amount of an item.
    #[error("line_items: price and quantity must be numbers from 0 to 10^12")]
    ItemNumber,
}

impl OrderId {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderId {
    type Err = ParsePurchaseError;

    fn from_str(text: &str) -> Result<Self, ParsePurchaseError> {
        let text = text.trim();
        let fits = !text.is_empty() && is_text(text, 200);
        if fits { Ok(Self(text.to_owned())) } else { Err(ParsePurchaseError::OrderId) }
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_text(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn is_amount(number: f64) -> bool {
    (0.0..=1e12).contains(&number)
}

impl PurchaseDetails {
    /// The most items.
    pub const MAX_ITEMS: usize = 100;

    /// The same with the currency in capital letters.
    ///
    /// # Errors
    /// [`ParsePurchaseError`], when a part of it cannot be.
    pub fn checked(mut self) -> Result<Self, ParsePurchaseError> {
        if !is_amount(self.order_total) {
            return Err(ParsePurchaseError::Total);
        }
        self.currency = self.currency.trim().to_ascii_uppercase();
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(ParsePurchaseError::Currency);
        }
        if self.line_items.len() > Self::MAX_ITEMS {
            return Err(ParsePurchaseError::Items);
        }
        for item in &self.line_items {
            if !is_text(&item.id, 500) || !is_text(&item.title, 500) {
                return Err(ParsePurchaseError::ItemText);
            }
            if !is_amount(item.price) || !is_amount(item.quantity) {
                return Err(ParsePurchaseError::ItemNumber);
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(price: f64, title: &str) -> LineItem {
        LineItem { id: "tea-1".to_owned(), title: title.to_owned(), price, quantity: 2.0 }
    }

    fn details(order_total: f64, currency: &str, line_items: Vec<LineItem>) -> PurchaseDetails {
        PurchaseDetails { order_total, currency: currency.to_owned(), line_items }
    }

    #[test]
    fn a_purchase_has_an_amount_a_currency_and_items() {
        let check = |purchase: PurchaseDetails, expected: Result<&str, ParsePurchaseError>| {
            let checked = purchase.checked();
            assert_eq!(
                checked.as_ref().map(|one| one.currency.as_str()),
                expected.as_ref().copied()
            );
        };
        check(details(12.5, "eur", vec![item(6.25, "Tea")]), Ok("EUR"));
        check(details(0.0, " USD ", vec![]), Ok("USD"));
        check(details(-1.0, "EUR", vec![]), Err(ParsePurchaseError::Total));
        check(details(f64::NAN, "EUR", vec![]), Err(ParsePurchaseError::Total));
        check(details(1.0, "euro", vec![]), Err(ParsePurchaseError::Currency));
        check(details(1.0, "E\u{20ac}", vec![]), Err(ParsePurchaseError::Currency));
        check(details(1.0, "EUR", vec![item(1.0, "a\0b")]), Err(ParsePurchaseError::ItemText));
        check(details(1.0, "EUR", vec![item(-1.0, "Tea")]), Err(ParsePurchaseError::ItemNumber));
        check(details(1.0, "EUR", vec![item(1.0, "Tea"); 101]), Err(ParsePurchaseError::Items));
    }

    #[test]
    fn an_order_has_a_name() {
        let check = |text: &str, expected: Result<&str, ParsePurchaseError>| {
            let order = text.parse::<OrderId>();
            assert_eq!(order.as_ref().map(OrderId::as_str), expected.as_ref().copied(), "{text:?}");
        };
        check(" #1001 ", Ok("#1001"));
        check("", Err(ParsePurchaseError::OrderId));
        check("a\u{0}", Err(ParsePurchaseError::OrderId));
        check(&"1".repeat(201), Err(ParsePurchaseError::OrderId));
    }
}
