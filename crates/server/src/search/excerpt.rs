//! The part of a passage that answers a question.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use super::words::{asked, words};

/// The sentences of `text`, one after the other, that have most of the question's words, in at most `most` characters.
#[must_use]
pub fn excerpt(text: &str, question: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let asked: BTreeSet<String> = asked(question).into_iter().collect();
    let sentences: Vec<(usize, &str)> = text.split_sentence_bound_indices().collect();
    let has = |sentence: &str| -> BTreeSet<String> {
        words(sentence)
            .into_iter()
            .map(|word| word.stem)
            .filter(|stem| asked.contains(stem))
            .collect()
    };
    let found: Vec<BTreeSet<String>> =
        sentences.iter().map(|(_, sentence)| has(sentence)).collect();
    let mut best = (0, 0..1);
    for begin in 0..sentences.len() {
        let (mut length, mut so_far, mut end) = (0, BTreeSet::new(), begin);
        while let Some((_, sentence)) = sentences.get(end) {
            length += sentence.chars().count();
            if length > most && end > begin {
                break;
            }
            so_far.extend(&found[end]);
            end += 1;
        }
        if so_far.len() > best.0 {
            best = (so_far.len(), begin..end);
        } else if begin == 0 {
            best.1 = 0..end;
        }
    }
    let range = best.1;
    let begin = sentences.get(range.start).map_or(0, |(at, _)| *at);
    let end = sentences.get(range.end).map_or(text.len(), |(at, _)| *at);
    framed(text, begin, end, most)
}

/// A part of a text, with a sign where something was left out.
fn framed(text: &str, begin: usize, end: usize, most: usize) -> String {
    let part = text[begin..end].trim();
    let cut = part.char_indices().nth(most).map_or(part, |(at, _)| {
        let part = &part[..at];
        part.rfind(char::is_whitespace).map_or(part, |space| part[..space].trim_end())
    });
    let before = if text[..begin].trim().is_empty() { "" } else { "… " };
    let after = if cut.len() < part.len() || !text[end..].trim().is_empty() { " …" } else { "" };
    format!("{before}{cut}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_that_answer_are_told() {
        let text = "We are a small shop. We began long ago. To Norway it takes a week. It costs nine euros. Ask us anything.";
        assert_eq!(excerpt(text, "How long to Norway?", 200), text);
        assert_eq!(
            excerpt(text, "How long to Norway?", 50),
            "… We began long ago. To Norway it takes a week. …"
        );
        assert_eq!(excerpt(text, "price in euros", 30), "… It costs nine euros. …");
        assert_eq!(excerpt(text, "nothing of it", 45), "We are a small shop. We began long ago. …");
    }

    #[test]
    fn a_sentence_that_is_too_long_is_cut_between_words() {
        let text = format!("Delivery {}", "and so on ".repeat(50));
        let told = excerpt(&text, "delivery", 40);
        assert!(told.starts_with("Delivery and so on") && told.ends_with(" …"), "{told}");
        assert!(told.chars().count() <= 42);
        assert!(excerpt(&"茶".repeat(500), "茶茶", 40).chars().count() <= 42);
    }
}
