//! Text to words that can be compared: in lower case, without accents, English ones without their endings. Scripts that have no spaces
//! are cut into pairs of letters.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The longest word that is compared, in bytes; what is longer is no word.
const MAX_WORD: usize = 64;

/// English words that say nothing about what a question is about.
const EMPTY: [&str; 102] = [
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "d", "did", "do", "does", "for", "from", "get", "give", "had", "has", "have", "hello",
    "hey", "hi", "how", "i", "if", "in", "into", "is", "it", "its", "just", "know", "ll", "long",
    "lot", "m", "many", "me", "much", "my", "need", "of", "on", "one", "or", "our", "please", "re",
    "s", "shall", "should", "so", "some", "t", "take", "takes", "tell", "than", "thank", "thanks",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "too",
    "us", "ve", "very", "want", "was", "we", "were", "what", "whats", "when", "where", "which",
    "while", "who", "whom", "why", "will", "with", "would", "yes", "you", "your", "yours",
];

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub place: Range<usize>,
    /// What is compared.
    pub stem: String,
}

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut words = Vec::new();
    for (start, word) in text.unicode_word_indices() {
        if word.chars().all(is_unspaced) {
            // Text segmentation gives such letters one by one or in runs: they are put together again below.
            push_unspaced(&mut words, start, word);
        } else if let Some(stem) = stem(&stemmer, word) {
            words.push(Word { place: start..start + word.len(), stem });
        }
    }
    pairs(text, &words)
}

/// The words of a question that say what it is about, each once. Where there are none of those, all.
#[must_use]
pub fn asked(question: &str) -> Vec<String> {
    let telling = telling(question);
    if telling.is_empty() { distinct(words(question)) } else { telling }
}

/// The words of a text that say what it is about, each once.
#[must_use]
pub fn telling(text: &str) -> Vec<String> {
    let mut words = words(text);
    words.retain(|word| !EMPTY.contains(&text[word.place.clone()].to_lowercase().as_str()));
    distinct(words)
}

fn distinct(words: Vec<Word>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for word in words {
        if !distinct.contains(&word.stem) {
            distinct.push(word.stem);
        }
    }
    distinct
}

fn stem(stemmer: &Stemmer, word: &str) -> Option<String> {
    if word.len() > MAX_WORD {
        return None;
    }
    let plain: String = word.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let plain = plain.split(['\'', '’']).next().unwrap_or_default();
    let letters = plain.bytes().all(|b| b.is_ascii_lowercase());
    let stem = if letters { stemmer.stem(plain).into_owned() } else { plain.to_owned() };
    (!stem.is_empty()).then_some(stem)
}

/// Whether a letter is of a script that does not put spaces between words, or puts endings where English has words.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' // Han
        | '\u{ac00}'..='\u{d7af}' // Hangul
    )
}

/// One letter at a time, still without a partner.
fn push_unspaced(words: &mut Vec<Word>, start: usize, run: &str) {
    for (at, letter) in run.char_indices() {
        let place = start + at..start + at + letter.len_utf8();
        words.push(Word { place, stem: letter.to_string() });
    }
}

/// Puts each such letter together with the one right after it; the last of a run stands for itself only where it is alone.
fn pairs(text: &str, words: &[Word]) -> Vec<Word> {
    let single = |word: &Word| text[word.place.clone()].chars().all(is_unspaced);
    let mut paired: Vec<Word> = Vec::with_capacity(words.len());
    let mut alone = true;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).filter(|next| next.place.start == word.place.end);
        match next {
            _ if !single(word) => {
                paired.push(word.clone());
                alone = true;
            }
            Some(next) if single(next) => {
                let stem = format!("{}{}", word.stem, next.stem);
                paired.push(Word { place: word.place.start..next.place.end, stem });
                alone = false;
            }
            _ => {
                if alone {
                    paired.push(word.clone());
                }
                alone = true;
            }
        }
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let words = words(text);
        let stems: Vec<&str> = words.iter().map(|word| word.stem.as_str()).collect();
        assert_eq!(stems, expected, "{text}");
    }

    #[test]
    fn words_of_one_meaning_are_one() {
        check("Deliveries, delivery; DELIVERED!", &["deliveri", "deliveri", "deliv"]);
        check("Returning returns returned", &["return", "return", "return"]);
        check("Café cafe CAFÉ", &["cafe", "cafe", "cafe"]);
        check("the shop's e-mail: don't", &["the", "shop", "e", "mail", "don"]);
        check("TP-1001 9,50 €", &["tp", "1001", "9,50"]);
        check("Größe größer", &["große", "großer"]);
        check("доставка Доставка", &["доставка", "доставка"]);
        check("", &[]);
        check(&"x".repeat(100), &[]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        check("配送料金", &["配送", "送料", "料金"]);
        check("送料 は", &["送料", "は"]);
        check("日本へ2日 ok", &["日本", "本へ", "2", "日", "ok"]);
        check("배송은 언제", &["배송", "송은", "언제"]);
        // Each pair stands where its letters stand.
        let text = "a 配送 b";
        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.place]).collect();
        assert_eq!(places, ["a", "配送", "b"]);
    }

    #[test]
    fn a_question_is_about_its_telling_words() {
        assert_eq!(
            asked("How long does the delivery take, and how do you deliver?"),
            ["deliveri", "deliv"]
        );
        assert_eq!(asked("What is that?"), ["what", "is", "that"]);
        assert_eq!(asked("?!"), Vec::<String>::new());
    }
}
