//! What texts are found by: words without case and accents, in any script; and the part of a text that was found.
//!
//! Scripts that put no spaces between words are cut into pairs of letters, so that any two letters that stand together are found.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::lead::Lead;
use crate::profile::{Field, FieldName, TypedLead};

/// The longest word that is compared, in characters; of a longer one this much is.
const MAX_WORD: usize = 40;
/// The most words that one text is found by.
const MOST_OF_TEXT: usize = 2_000;
/// The most words of a question that are looked for.
const MOST_ASKED: usize = 12;
/// The most characters of a question that are read.
const MAX_QUESTION: usize = 400;
/// How much of a text is shown before what was found in it, in characters.
const BEFORE: usize = 40;
/// How much of a text is shown in all.
const EXCERPT: usize = 160;

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Letters, marks and digits, and nothing else.
    pub text: String,
    /// Whether words that only begin like it are meant, too.
    pub begins: bool,
}

/// A question: all of its words must be in what it finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    terms: Vec<Term>,
    /// Its words and runs of letters, as they are marked in what was found.
    marked: Vec<Vec<char>>,
}

/// A part of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_match: bool,
}

impl Question {
    /// The question that `text` puts; `None` where it has no word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(MAX_QUESTION).collect();
        let (mut terms, mut marked) = (BTreeSet::new(), Vec::new());
        for word in runs(&folded(&text)) {
            let letters: Vec<char> = word.chars().collect();
            if letters.first().copied().is_some_and(is_unspaced) && letters.len() > 1 {
                let pairs = letters.windows(2).map(|pair| pair.iter().collect());
                terms.extend(pairs.map(|text| Term { text, begins: false }));
            } else {
                terms.insert(Term { begins: true, text: cut(word).to_owned() });
            }
            marked.push(letters);
        }
        let terms: Vec<Term> = terms.into_iter().take(MOST_ASKED).collect();
        (!terms.is_empty()).then_some(Self { terms, marked })
    }

    /// What is looked for: letters, marks and digits only, so that it can be put into any language of questions.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The part of `text` where the question's words are, on one line, with them marked.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Vec<Piece> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let letters: Vec<char> = line.chars().collect();
        let marks = self.marks(&letters);
        let first = marks.iter().position(|marked| *marked).unwrap_or(0);
        let mut begin = first.saturating_sub(BEFORE);
        // A word is not cut, where a space is near.
        if begin > 0
            && let Some(space) = letters[begin..first].iter().position(|letter| *letter == ' ')
        {
            begin += space + 1;
        }
        let end = letters.len().min(begin + EXCERPT);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut push = |text: &str, is_match: bool| match pieces.last_mut() {
            Some(last) if last.is_match == is_match => last.text.push_str(text),
            _ => pieces.push(Piece { text: text.to_owned(), is_match }),
        };
        if begin > 0 {
            push("… ", false);
        }
        for at in begin..end {
            push(letters[at].encode_utf8(&mut [0; 4]), marks[at]);
        }
        if end < letters.len() {
            push("…", false);
        }
        pieces
    }

    /// Which letters of a text belong to what was looked for.
    fn marks(&self, letters: &[char]) -> Vec<bool> {
        let mut marks = vec![false; letters.len()];
        // Letter by letter, so that each knows its place.
        let (mut plain, mut places) = (Vec::new(), Vec::new());
        for (at, letter) in letters.iter().enumerate() {
            for one in folded(letter.encode_utf8(&mut [0; 4])).chars() {
                plain.push(one);
                places.push(at);
            }
        }
        for wanted in &self.marked {
            for begin in 0..plain.len().saturating_sub(wanted.len() - 1) {
                let begins_word = begin == 0 || !is_word(plain[begin - 1]);
                let fits = begins_word || is_unspaced(wanted[0]);
                if fits && plain[begin..].starts_with(wanted) {
                    for place in &places[begin..begin + wanted.len()] {
                        marks[*place] = true;
                    }
                }
            }
        }
        marks
    }
}

/// What a message is found by.
#[must_use]
pub fn words_of_message(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    add(&mut words, text);
    words
}

/// What a customer is found by: email, id, names, phone numbers, and the values of the attributes.
#[must_use]
pub fn words_of_customer(lead: &Lead, fields: &[Field]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    add(&mut words, lead.email.signed());
    add(&mut words, lead.email.key().as_str());
    for field in fields.iter().filter(|field| field.name != FieldName::EmailMarketingConsent) {
        add(&mut words, &field.value);
        add_digits(&mut words, &field.value);
    }
    for value in lead.attributes.as_map().values() {
        add_value(&mut words, value);
    }
    words
}

/// What an unverified visitor is found by: what it typed.
#[must_use]
pub fn words_of_typed(typed: &TypedLead) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    add(&mut words, typed.email.signed());
    add(&mut words, typed.email.key().as_str());
    add(&mut words, &typed.full_name().unwrap_or_default());
    if let Some(number) = &typed.phone_number {
        add(&mut words, number.as_str());
        add_digits(&mut words, number.as_str());
    }
    words
}

fn add_value(words: &mut BTreeSet<String>, value: &Value) {
    match value {
        Value::String(text) => add(words, text),
        Value::Number(number) => add(words, &number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| add_value(words, value)),
        Value::Object(map) => map.values().for_each(|value| add_value(words, value)),
        Value::Bool(_) | Value::Null => {}
    }
}

/// A phone number is found however its digits are grouped.
fn add_digits(words: &mut BTreeSet<String>, text: &str) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let grouped = text.chars().any(|c| c.is_whitespace() || "-/.()".contains(c));
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " -/.()+".contains(c));
    if grouped && is_number && digits.len() > 2 {
        words.insert(cut(&digits).to_owned());
    }
}

fn add(words: &mut BTreeSet<String>, text: &str) {
    for word in runs(&folded(text)) {
        if words.len() >= MOST_OF_TEXT {
            return;
        }
        if word.starts_with(is_unspaced) {
            let letters: Vec<char> = word.chars().collect();
            words.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
            // The last letter alone: whoever looks for one letter finds it at the beginning of a pair, or here.
            words.extend(letters.last().map(char::to_string));
        } else if !words.contains(cut(word)) {
            words.insert(cut(word).to_owned());
        }
    }
}

/// Words, and runs of letters of scripts without spaces.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter| !is_word(letter));
        let unspaced = is_unspaced(rest.chars().next()?);
        let goes_on = |letter: char| is_word(letter) && is_unspaced(letter) == unspaced;
        let end = rest.find(|letter| !goes_on(letter)).unwrap_or(rest.len());
        let (run, others) = rest.split_at(end);
        rest = others;
        Some(run)
    })
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(MAX_WORD).map_or(word, |(end, _)| &word[..end])
}

/// In lower case, and without the marks that people leave out: accents, and the vowel signs of Arabic and Hebrew.
fn folded(text: &str) -> String {
    // Nothing of what follows is about these, and most of what customers are found by is of them.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let left_out = |c: &char| {
        matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}'
            | '\u{64b}'..='\u{65f}' | '\u{670}')
    };
    let plain: String = text.nfkd().filter(|c| !left_out(c)).nfc().collect();
    plain.to_lowercase()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Han, Hiragana, Katakana, Thai, Lao, Myanmar and Khmer.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ChatId;
    use crate::identity::claims::CustomerClaims;
    use crate::lead::Attributes;
    use crate::profile::Profile;
    use crate::time::Timestamp;

    fn words(text: &str) -> Vec<String> {
        words_of_message(text).into_iter().collect()
    }

    fn asked(text: &str) -> Vec<(String, bool)> {
        let question = Question::parse(text);
        let terms = question.iter().flat_map(Question::terms);
        terms.map(|term| (term.text.clone(), term.begins)).collect()
    }

    #[test]
    fn words_have_no_case_and_no_accents() {
        assert_eq!(words("Où est ma COMMANDE #1042?"), ["1042", "commande", "est", "ma", "ou"]);
        assert_eq!(words("Straße ПРИВЕТ"), ["straße", "привет"]);
        assert_eq!(words("ada@shop.example"), ["ada", "example", "shop"]);
        assert_eq!(words("مُحَمَّد"), ["محمد"]);
        assert_eq!(words("हिन्दी"), ["हिन्दी"]);
        assert_eq!(words("!? …"), [""; 0]);
        assert_eq!(words("!?"), [""; 0]);
        assert_eq!(words(&"x".repeat(90)), ["x".repeat(40)]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(words("緑茶を2つ"), ["2", "つ", "を", "緑茶", "茶を"]);
        assert_eq!(asked("緑茶を"), [("緑茶".to_owned(), false), ("茶を".to_owned(), false)]);
        assert_eq!(asked("茶"), [("茶".to_owned(), true)]);
        assert_eq!(words("한국어 문의"), ["문의", "한국어"]);
    }

    #[test]
    fn a_question_has_some_words_or_is_none() {
        assert_eq!(asked("Ord 10"), [("10".to_owned(), true), ("ord".to_owned(), true)]);
        assert_eq!(Question::parse(" '\" * "), None);
        let long = (0..30).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(asked(&long).len(), 12);
        for term in Question::parse("a'b\"c*d\\e:f").unwrap().terms() {
            assert!(term.text.chars().all(char::is_alphanumeric), "{term:?}");
        }
    }

    fn shown(question: &str, text: &str) -> String {
        let pieces = Question::parse(question).unwrap().excerpt(text);
        let show = |piece: &Piece| {
            if piece.is_match { format!("[{}]", piece.text) } else { piece.text.clone() }
        };
        pieces.iter().map(show).collect()
    }

    #[test]
    fn what_was_found_is_marked() {
        assert_eq!(shown("ord", "My ORDER\nis in disorder"), "My [ORD]ER is in disorder");
        assert_eq!(shown("cafe", "Un café, des cafés"), "Un [café], des [café]s");
        assert_eq!(shown("茶を", "緑茶を二つ"), "緑[茶を]二つ");
        assert_eq!(shown("nothing", "of it"), "of it");
        let text = format!("{} the order {}", "far away ".repeat(20), "and on ".repeat(60));
        let excerpt = shown("order", &text);
        assert!(excerpt.starts_with("… away ") || excerpt.starts_with("… far "), "{excerpt}");
        assert!(excerpt.contains("[order]") && excerpt.ends_with('…'), "{excerpt}");
        assert!(excerpt.chars().count() < 170, "{excerpt}");
    }

    #[test]
    fn people_are_found_by_all_that_is_known_of_them() {
        let now = Timestamp::from_millis(0);
        let claims = CustomerClaims {
            email: "Ann@Bücher.example".parse().unwrap(),
            stable_id: Some("cust-7".parse().unwrap()),
            first_name: Some("Élodie".parse().unwrap()),
            last_name: None,
            attributes: Attributes::from_stored(
                r#"{"tier":"Gold","tags":["vip",7],"a":{"b":true}}"#,
            )
            .ok(),
            issued_at: 1.0,
            expires_at: 2.0,
            not_before: None,
            issuer: None,
            jti: None,
        };
        let lead = Lead::identified(ChatId::new(now), &claims, now);
        let fields = Profile::new(lead.clone(), Vec::new()).fields();
        let found = words_of_customer(&lead, &fields);
        for word in ["ann", "bucher", "xn", "elodie", "cust", "7", "gold", "vip"] {
            assert!(found.contains(word), "{word}: {found:?}");
        }
        assert!(!found.contains("true"));
        let mut digits = BTreeSet::new();
        add_digits(&mut digits, "+44 20 7946");
        assert_eq!(digits.into_iter().collect::<Vec<_>>(), ["44207946"]);
    }
}
