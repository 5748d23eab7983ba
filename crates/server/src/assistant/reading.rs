//! What a message says about an order: its number, an email.

use domain::lead::Email;
use domain::order::OrderNumber;

/// The longest word that can be an order number.
const LONGEST: usize = 40;
/// Words after which a number is one of an order.
const LEADING: [&str; 9] =
    ["order", "orders", "number", "no", "nr", "num", "parcel", "package", "shipment"];
/// Words that may stand between those and the number.
const BETWEEN: [&str; 6] = ["is", "was", "its", "number", "no", "nr"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The words of `text` with what is not part of them taken off their ends.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    text.split(apart)
        .map(|word| word.trim_matches(['.', ':', '!', '?', '\'', '`', '*', '’', '“', '”']))
        .filter(|word| !word.is_empty())
}

/// The emails in `text`, in order.
pub(crate) fn emails(text: &str) -> impl Iterator<Item = Email> {
    let plain = |word: &str| word.strip_prefix("mailto:").unwrap_or(word).parse().ok();
    words(text).filter(|word| word.contains('@')).filter_map(plain)
}

/// Whether `text` has this order number among its words, however it is spelled.
pub(crate) fn says_number(text: &str, number: &OrderNumber) -> bool {
    let wanted = bare(number.as_str()).to_lowercase();
    words(text).any(|word| bare(word).to_lowercase() == wanted)
}

/// What could be an order number in a message that is about orders, if it has one. `example` is what the merchant says they look like.
pub(crate) fn number_in(text: &str, example: Option<&str>) -> Option<OrderNumber> {
    let words: Vec<&str> = words(text).collect();
    let candidates: Vec<usize> = (0..words.len()).filter(|at| is_candidate(words[*at])).collect();
    let example = example.map(shape);
    let marked = |at: &&usize| words[**at].starts_with('#') || follows_hash(&words, **at);
    let shaped = |at: &&usize| example.as_ref() == Some(&shape(words[**at]));
    let led = |at: &&usize| is_led(&words, **at);
    let likely = |at: &&usize| is_likely(&words, **at);
    let found = (candidates.iter().find(marked))
        .or_else(|| candidates.iter().find(shaped))
        .or_else(|| candidates.iter().find(led))
        .or_else(|| candidates.iter().find(likely));
    found.and_then(|at| bare(words[*at]).parse().ok())
}

/// The same for a message of a few words that need not mention orders, as the answer to a question for the number.
pub(crate) fn number_alone(text: &str, example: Option<&str>) -> Option<OrderNumber> {
    let few = words(text).count() <= 8 || text.contains('#');
    let shaped = || {
        let example = example.map(shape)?;
        words(text).find(|word| is_candidate(word) && shape(word) == example)
    };
    if few { number_in(text, example) } else { shaped().and_then(|word| bare(word).parse().ok()) }
}

fn bare(word: &str) -> &str {
    word.trim_start_matches('#')
}

fn is_candidate(word: &str) -> bool {
    let word = bare(word);
    word.chars().count() <= LONGEST
        && word.chars().any(|c| c.is_ascii_digit())
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'))
}

fn follows_hash(words: &[&str], at: usize) -> bool {
    at > 0 && words[at - 1] == "#"
}

fn is_led(words: &[&str], at: usize) -> bool {
    let mut before = words[..at].iter().rev().map(|word| word.to_lowercase());
    let leads = |word: &String| LEADING.contains(&word.as_str());
    match before.next() {
        Some(word) if leads(&word) => true,
        Some(word) if BETWEEN.contains(&word.as_str()) || word == "it's" || word == "it’s" => {
            before.next().is_some_and(|word| leads(&word))
        }
        _ => false,
    }
}

/// Whether a number that nothing points to may be meant: it is no day, no year after a month, and no quantity.
fn is_likely(words: &[&str], at: usize) -> bool {
    let digits = words[at].chars().filter(char::is_ascii_digit).count();
    let is_month = |at: usize| {
        let word = words.get(at).map(|word| word.to_lowercase()).unwrap_or_default();
        MONTHS.iter().any(|month| word.starts_with(month))
    };
    digits >= 3 && !(at > 0 && is_month(at - 1)) && !is_month(at + 1)
}

/// How a number is built: its runs of letters and digits, and what is between them.
fn shape(word: &str) -> Vec<char> {
    let mut shape: Vec<char> = bare(word)
        .chars()
        .map(|c| match c {
            c if c.is_ascii_digit() => '0',
            c if c.is_alphabetic() => 'a',
            c => c,
        })
        .collect();
    shape.dedup();
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_in_a_question_is_found() {
        let check = |text: &str, example: Option<&str>, expected: Option<&str>| {
            let found = number_in(text, example);
            assert_eq!(found.as_ref().map(OrderNumber::as_str), expected, "{text}");
        };
        check("Where is my order 1001?", None, Some("1001"));
        check("where is order #1001", None, Some("1001"));
        check("Where's order # 1001?", None, Some("1001"));
        check("Where is TP-1011?", Some("TP-1001"), Some("TP-1011"));
        check("my order number is: A7", None, Some("A7"));
        check("I ordered 3 cups on 3 May 2026, where is my order 17?", None, Some("17"));
        check("I ordered 3 cups on 3 May 2026, where is my order?", None, None);
        check("I ordered 500 cups, order tp-17", Some("TP-1001"), Some("tp-17"));
        check("Order 2024/17-b has not come", None, Some("2024/17-b"));
        check("Has (1001) been sent? ada1001@shop.example", None, Some("1001"));
        check("Where is my order?", None, None);
        check("order 1\u{202e}001", None, None);
        check(&format!("order {}", "1".repeat(41)), None, None);
    }

    #[test]
    fn a_number_alone_is_an_answer_and_one_in_a_long_text_is_not() {
        let check = |text: &str, expected: Option<&str>| {
            let found = number_alone(text, Some("TP-1001"));
            assert_eq!(found.as_ref().map(OrderNumber::as_str), expected, "{text}");
        };
        check("1001", Some("1001"));
        check("it's 1001, thanks", Some("1001"));
        check("TP-7", Some("TP-7"));
        check("I would like to know whether the 350 ml cups are safe to wash", None);
        check("as far as I can see from the mail it has been TP-7 all along", Some("TP-7"));
        check("no idea", None);
    }

    #[test]
    fn emails_are_found_and_numbers_recognised() {
        let found: Vec<String> = emails("I am <Ada@Shop.example>, or mailto:b@shop.example. @c d@")
            .map(|email| email.signed().to_owned())
            .collect();
        assert_eq!(found, ["Ada@Shop.example", "b@shop.example"]);
        let number = "TP-1001".parse().unwrap();
        assert!(says_number("it is #tp-1001.", &number));
        assert!(!says_number("it is TP-10010", &number));
    }
}
