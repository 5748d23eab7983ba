//! What customers ask about most: their orders.

use std::fmt;
use std::str::FromStr;

/// The number of an order as the shop writes it: 1 to 64 characters, without controls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderNumber(String);

/// Text that is not an order number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order number has 1 to {} characters, on one line", OrderNumber::MAX_CHARS)]
pub struct ParseOrderNumberError;

impl OrderNumber {
    /// The most characters that one has.
    pub const MAX_CHARS: usize = 64;

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What in a text may be the number of an order, in order: it has three digits or more, and nothing but letters, digits and hyphens.
pub fn mentioned(text: &str) -> impl Iterator<Item = OrderNumber> + '_ {
    text.split(|c: char| c.is_whitespace() || ",;:!?()[]{}\"'".contains(c)).filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // A date has digits and hyphens, too.
        let parts = word.split('-').filter(|part| part.bytes().all(|b| b.is_ascii_digit())).count();
        (digits >= 3 && plain && parts < 3 && word.len() <= 20).then(|| word.parse().ok()).flatten()
    })
}

impl FromStr for OrderNumber {
    type Err = ParseOrderNumberError;

    /// Reads a number, with or without white space around it.
    fn from_str(text: &str) -> Result<Self, ParseOrderNumberError> {
        let text = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count())
            && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseOrderNumberError) }
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_orders_are_found_in_what_was_written() {
        let check = |text: &str, expected: &[&str]| {
            let numbers: Vec<String> = mentioned(text).map(|number| number.to_string()).collect();
            assert_eq!(numbers, expected, "{text}");
        };
        check("Where is #1042, and TP-1001?", &["1042", "TP-1001"]);
        check("It was 2026-11-30 at 10:30 for 12.50", &[]);
        check("call +44 20 7946, or a1 b22", &["7946"]);
        check("https://shop.example/1234 ada123@shop.example", &[]);
    }

    #[test]
    fn an_order_number_is_short_and_on_one_line() {
        let check = |text: &str, expected: Option<&str>| {
            let number = text.parse::<OrderNumber>().ok();
            assert_eq!(number.as_ref().map(OrderNumber::as_str), expected, "{text:?}");
        };
        check("1001", Some("1001"));
        check(" #TP-1001 ", Some("#TP-1001"));
        check("", None);
        check(" \n", None);
        check("10\n01", None);
        check("10\u{0}", None);
        check(&"é".repeat(64), Some(&"é".repeat(64)));
        check(&"é".repeat(65), None);
    }
}
