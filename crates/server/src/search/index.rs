//! An index of a chat's passages, in memory: which words are in which passages, weighed by Okapi BM25.
//!
//! A chat has some thousands of passages at most (the limits are in [`domain::knowledge`]), so an index is made anew in a moment
//! whenever the passages have changed, and nothing of it is kept on a disk.
//!
//! Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.

use std::collections::HashMap;

use domain::id::DocumentId;
use domain::knowledge::Passage;

use super::words::{Word, asked, words};

/// How soon a word that is often in a passage counts no more.
const K: f32 = 1.2;
/// How much a long passage counts less.
const B: f32 = 0.5;
/// What a word in a heading counts as, and one in a title.
const HEADING: u32 = 3;
const TITLE: u32 = 2;
/// A word stands for others that begin like it, too, if it has at least so many letters.
const LEAST_STEM: usize = 5;
/// What such a likeness is worth.
const LIKENESS: f32 = 0.6;
/// How many words one word may stand for.
const MOST_ALIKE: usize = 8;
/// How many passages of one document are found at most.
const MOST_OF_ONE: usize = 2;

/// An index.
#[derive(Debug, Default)]
pub struct Index {
    /// For each word, in which passages it is and how often.
    postings: HashMap<Box<str>, Vec<(u32, u32)>>,
    /// Each passage's place, and how many words it has.
    passages: Vec<(Place, u32)>,
    documents: Vec<DocumentId>,
    average: f32,
    bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    document: u32,
    passage: u32,
}

/// A passage that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its document.
    pub document: DocumentId,
    /// Which of its passages.
    pub passage: usize,
    /// How well it fits, compared with others.
    pub score: f32,
    /// How much of the question is in it: so many of 100 of its telling words. How rare they are does not count, since what nobody
    /// wrote is always rare.
    pub share: u8,
}

impl Index {
    /// The index of these documents: ids, titles and passages.
    #[must_use]
    pub fn new(documents: &[(DocumentId, String, Vec<Passage>)]) -> Self {
        let mut index = Self::default();
        for (id, title, passages) in documents {
            let document = u32::try_from(index.documents.len()).unwrap_or(u32::MAX);
            index.documents.push(id.clone());
            let title = words(title);
            for (at, passage) in passages.iter().enumerate() {
                let passage_at = u32::try_from(at).unwrap_or(u32::MAX);
                index.add(Place { document, passage: passage_at }, &title, passage);
            }
        }
        let total: f32 = index.passages.iter().map(|(_, length)| to_f32(*length as usize)).sum();
        index.average = total / to_f32(index.passages.len().max(1));
        index.bytes = index.size();
        index
    }

    fn add(&mut self, place: Place, title: &[Word], passage: &Passage) {
        let number = u32::try_from(self.passages.len()).unwrap_or(u32::MAX);
        let text = words(&passage.text);
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let heading = words(&passage.heading);
        for (words, worth) in [(&text[..], 1), (&heading[..], HEADING), (title, TITLE)] {
            for word in words {
                *counts.entry(word.stem.as_str()).or_default() += worth;
            }
        }
        for (stem, count) in counts {
            match self.postings.get_mut(stem) {
                Some(postings) => postings.push((number, count)),
                None => drop(self.postings.insert(stem.into(), vec![(number, count)])),
            }
        }
        self.passages.push((place, u32::try_from(text.len()).unwrap_or(u32::MAX)));
    }

    /// How many bytes of memory it takes, about.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many passages there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.passages.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    fn size(&self) -> usize {
        let of_words: usize =
            self.postings.iter().map(|(word, it)| word.len() + 64 + it.capacity() * 8).sum();
        of_words + self.passages.capacity() * 16 + self.documents.capacity() * 64
    }

    /// The passages that fit a question best, the best first, at most `most`.
    #[must_use]
    pub fn search(&self, question: &str, most: usize) -> Vec<Hit> {
        let mut scores: HashMap<u32, (f32, f32)> = HashMap::new();
        let asked = asked(question);
        for word in &asked {
            let (found, rarity) = self.matches(word);
            for (passage, (weight, worth)) in found {
                let (score, share) = scores.entry(passage).or_default();
                *score += rarity * weight;
                *share += worth;
            }
        }
        let whole = to_f32(asked.len().max(1));
        let mut ranked: Vec<(u32, f32, f32)> =
            scores.into_iter().map(|(passage, (score, share))| (passage, score, share)).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut of_document: HashMap<u32, usize> = HashMap::new();
        let mut hits = Vec::new();
        for (passage, score, share) in ranked {
            let Some((place, _)) = self.passages.get(passage as usize) else { continue };
            let count = of_document.entry(place.document).or_default();
            *count += 1;
            if *count <= MOST_OF_ONE && hits.len() < most {
                hits.push(self.hit(*place, score, share / whole));
            }
        }
        hits
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 100")]
    fn hit(&self, place: Place, score: f32, share: f32) -> Hit {
        Hit {
            document: self.documents[place.document as usize].clone(),
            passage: place.passage as usize,
            score,
            share: (share * 100.0).round().clamp(0.0, 100.0) as u8,
        }
    }

    /// The passages with a word, or with words like it, each with its weight from above 0 to 2.2 and how much like it the word is; and
    /// how rare it is.
    fn matches(&self, word: &str) -> (HashMap<u32, (f32, f32)>, f32) {
        let own = self.postings.get(word).map(|postings| (postings, 1.0));
        let alike =
            self.alike(word, own.is_some()).into_iter().map(|postings| (postings, LIKENESS));
        let mut found: HashMap<u32, (f32, f32)> = HashMap::new();
        for (postings, worth) in own.into_iter().chain(alike) {
            for (passage, count) in postings {
                let length = self.passages.get(*passage as usize).map_or(1, |(_, length)| *length);
                let count = to_f32(*count as usize);
                let room = 1.0 - B + B * to_f32(length as usize) / self.average.max(1.0);
                let weight = worth * count * (K + 1.0) / (count + K * room);
                let entry = found.entry(*passage).or_default();
                *entry = (entry.0.max(weight), entry.1.max(worth));
            }
        }
        let (with, all) = (to_f32(found.len()), to_f32(self.passages.len()));
        (found, (1.0 + (all - with + 0.5) / (with + 0.5)).ln())
    }

    /// The postings of words like this one: that begin alike and end otherwise, and, where it is not there itself, that differ from it
    /// by one letter.
    fn alike(&self, word: &str, is_there: bool) -> Vec<&Vec<(u32, u32)>> {
        let letters = word.chars().count();
        if letters < LEAST_STEM {
            return Vec::new();
        }
        let is_alike = |other: &str| {
            let difference = other.chars().count().abs_diff(letters);
            let begins =
                other.len() >= LEAST_STEM && (other.starts_with(word) || word.starts_with(other));
            other != word
                && ((difference <= 3 && begins)
                    || (!is_there && difference <= 1 && is_one_off(word, other)))
        };
        self.postings
            .iter()
            .filter(|(other, _)| is_alike(other))
            .map(|(_, it)| it)
            .take(MOST_ALIKE)
            .collect()
    }
}

/// Whether two words differ by one letter, added, left out, changed, or by two neighbours in the wrong order.
fn is_one_off(one: &str, other: &str) -> bool {
    let begins = one.chars().zip(other.chars()).take_while(|(mine, its)| mine == its).count();
    let one: Vec<char> = one.chars().skip(begins).collect();
    let other: Vec<char> = other.chars().skip(begins).collect();
    match (one.as_slice(), other.as_slice()) {
        ([_, rest @ ..], [_, its @ ..]) if rest == its => true,
        ([_, rest @ ..], its) if rest == its => true,
        (rest, [_, its @ ..]) if rest == its => true,
        ([first, second, rest @ ..], [its_first, its_second, its @ ..]) => {
            first == its_second && second == its_first && rest == its
        }
        _ => false,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a chat's passages, of which there are some thousands"
)]
const fn to_f32(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn index(documents: &[(&str, &[&str])]) -> Index {
        let passage = |text: &&str| {
            let (heading, text) = text.split_once(':').unwrap_or(("", text));
            Passage { heading: heading.to_owned(), page: None, text: text.to_owned() }
        };
        let documents: Vec<_> = documents
            .iter()
            .map(|(title, passages)| {
                let id = DocumentId::new(Timestamp::from_millis(0));
                (id, (*title).to_owned(), passages.iter().map(passage).collect())
            })
            .collect();
        Index::new(&documents)
    }

    fn shop() -> Index {
        index(&[
            (
                "Delivery",
                &[
                    "Times:We deliver in two to three days with the post.",
                    "Abroad:To Norway it takes a week and costs 9 euros.",
                ],
            ),
            (
                "Returns",
                &[
                    "Send it back within 30 days. We pay the postage of what you return.",
                    "Plants that arrive unwell are replaced.",
                ],
            ),
            ("About us", &["We grow plants in an old brewery."]),
            ("配送について", &["ご注文から三日以内に発送します。送料は五百円です。"]),
        ])
    }

    #[test]
    fn the_passage_that_answers_is_found_first() {
        let index = shop();
        let check = |question: &str, expected: (usize, usize)| {
            let hits = index.search(question, 5);
            let place = |hit: &Hit| {
                (index.documents.iter().position(|id| *id == hit.document).unwrap(), hit.passage)
            };
            assert_eq!(hits.first().map(place), Some(expected), "{question}: {hits:?}");
        };
        check("How long do deliveries to Norway take?", (0, 1));
        check("when will you deliver", (0, 0));
        check("Who pays the postage of a return?", (1, 0));
        check("my plant is unwell", (1, 1));
        check("送料はいくらですか", (3, 0));
        // Mistyped, or with another ending.
        check("norwya", (0, 1));
        check("brewry", (2, 0));
        check("postages", (1, 0));
    }

    #[test]
    fn how_much_of_a_question_is_answered_is_known() {
        let index = shop();
        let share = |question: &str| index.search(question, 1).first().map_or(0, |hit| hit.share);
        assert!(share("deliver norway week") > 80, "{}", share("deliver norway week"));
        assert!(share("Tell me a story about which days were the best of the poet") < 50);
        assert_eq!(share("quantum chromodynamics"), 0);
        assert!(index.search("", 5).is_empty());
        assert!(Index::new(&[]).search("delivery", 5).is_empty());
    }

    #[test]
    fn of_one_document_a_few_passages_are_found() {
        let many: Vec<String> = (0..20).map(|at| format!("Delivery number {at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let index =
            index(&[("A", &many), ("B", &["Delivery, too, and a lot more that is said here"])]);
        let hits = index.search("delivery", 5);
        assert_eq!(hits.len(), MOST_OF_ONE + 1, "{hits:?}");
        assert_eq!(index.search("delivery", 2).len(), 2);
    }

    #[test]
    fn words_that_differ_by_a_letter_are_alike() {
        let check =
            |a: &str, b: &str, expected: bool| assert_eq!(is_one_off(a, b), expected, "{a} {b}");
        check("norway", "norwya", true);
        check("norway", "norwa", true);
        check("norway", "norwayx", true);
        check("norway", "nurway", true);
        check("norway", "nurwas", false);
        check("abc", "xyz", false);
    }
}
