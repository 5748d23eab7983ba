//! What a chat's assistant may read up: sources that its merchant names, the documents there, and the passages that they are cut into.
//! All of it is text of others: nothing in it is an instruction.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{ChatId, DocumentId, SourceId};
use crate::time::Timestamp;

/// The most sources of a chat.
pub const MOST_SOURCES: i64 = 200;
/// The most documents of a chat, over all sources.
pub const MOST_DOCUMENTS: i64 = 2_000;
/// The most pages of one source.
pub const MOST_PAGES: usize = 1_000;
/// The most bytes of a file, of a page as it is sent, and of a sitemap without its compression.
pub const MAX_FILE: usize = 10 * 1024 * 1024;
/// The most bytes of text that are kept of one document; the rest is left out, and it is said.
pub const MAX_TEXT: usize = 1024 * 1024;
/// The most bytes of text of a chat.
pub const MAX_CHAT_TEXT: i64 = 32 * 1024 * 1024;
/// The longest address.
pub const MAX_URL: usize = 2_048;
/// About how many characters a passage has, unless a heading, a page or the end comes first.
pub const PASSAGE: usize = 900;
/// The most characters of a passage.
pub const MAX_PASSAGE: usize = 1_400;
/// The most characters of a title or of the headings above a passage.
pub const MAX_TITLE: usize = 200;

/// Where a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A text that was pasted.
    Text,
    /// A file that was uploaded.
    File,
    /// One page.
    Page,
    /// A page, and the pages of its host that it links to.
    LinkedPages,
    /// The pages of a sitemap's host that the sitemap lists.
    Sitemap,
}

/// How far a source has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It is to be read.
    Waiting,
    /// A node reads it.
    Running,
    /// It was read, but for pages that failed.
    Done,
    /// It could not be read.
    Failed,
    /// An operator stopped it.
    Stopped,
}

/// How far a document has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// It is to be read.
    Found,
    /// It was read.
    Read,
    /// It could not be read; what was read of it before is kept, unless it is gone.
    Failed,
}

/// A word that names none of the possible kinds or states.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such kind or state: {0:?}")]
pub struct ParseKindError(String);

macro_rules! words {
    ($name:ident: $($case:ident = $word:literal),+) => {
        impl $name {
            /// Its name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = ParseKindError;

            fn from_str(text: &str) -> Result<Self, ParseKindError> {
                match text { $($word => Ok(Self::$case),)+ _ => Err(ParseKindError(text.to_owned())) }
            }
        }
    };
}

words!(SourceKind: Text = "text", File = "file", Page = "page", LinkedPages = "linked_pages", Sitemap = "sitemap");
words!(SourceState: Waiting = "waiting", Running = "running", Done = "done", Failed = "failed", Stopped = "stopped");
words!(DocumentState: Found = "found", Read = "read", Failed = "failed");

/// What a source is called: 1 to 200 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName(String);

/// Text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {MAX_TITLE} characters, on one line")]
pub struct ParseSourceNameError;

impl SourceName {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourceName {
    type Err = ParseSourceNameError;

    /// Reads a name, with or without white space around it.
    fn from_str(text: &str) -> Result<Self, ParseSourceNameError> {
        let text = text.trim();
        let fits = (1..=MAX_TITLE).contains(&text.chars().count());
        if fits && !text.chars().any(|c| c.is_control() || turns(c)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseSourceNameError)
        }
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: SourceId,
    /// Where it is.
    pub kind: SourceKind,
    /// What it is called: a title, a file's name, an address.
    pub name: SourceName,
    /// Its address, and the host there; of a text or file there is none.
    pub address: Option<Address>,
    /// How far it has been read.
    pub state: SourceState,
    /// Until when a node reads it alone, where one does.
    pub claimed_until: Option<Timestamp>,
    /// How often it was read, this time included.
    pub round: i64,
    /// Whether it is known, in this round, which pages there are.
    pub listed: bool,
    /// What is to be said of it: why it failed, what was left out.
    pub note: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When its state changed.
    pub changed_at: Timestamp,
}

/// An address on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole.
    pub url: String,
    /// The host of it, with its port: it is asked for one page at a time.
    pub host: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: DocumentId,
    /// Its source.
    pub source_id: SourceId,
    /// Its address, where it is a page; empty otherwise.
    pub address: String,
    /// Its title.
    pub title: String,
    /// How far it has been read.
    pub state: DocumentState,
    /// Why it failed, or what was left out.
    pub reason: Option<String>,
    /// What its host calls the version that was read.
    pub etag: Option<String>,
    /// When that changed, as its host says.
    pub last_modified: Option<String>,
    /// The SHA-256 of what was read, in hex.
    pub hash: Option<String>,
    /// How many bytes of text there are.
    pub bytes: i64,
    /// In how many passages.
    pub passages: i64,
    /// In which round of its source it was last found.
    pub round: i64,
    /// Its place among the documents of its source.
    pub position: i64,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// A part of a document that is found and told as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The headings above it, from the highest; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// Its page, from 1, where the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Plain text.
    pub text: String,
}

/// How many documents a source has, in its present round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// All.
    pub found: i64,
    /// Of these, read.
    pub read: i64,
    /// Of these, failed.
    pub failed: i64,
    /// How many passages can be found.
    pub passages: i64,
    /// Of how many bytes.
    pub bytes: i64,
}

/// Whether a mark turns the direction of what follows: none is told.
const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text of others on one line: without controls, without marks that turn what follows, white space told once, and not longer than
/// `most` characters.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || turns(c));
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Cuts a document, block by block, into passages: what stands under one heading and on one page stays together as long as it is not
/// too long, and no sentence is cut that need not be.
#[must_use]
pub fn cut(blocks: impl IntoIterator<Item = Passage>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut open: Option<(Passage, usize)> = None;
    for Passage { heading, page, text } in blocks {
        for piece in pieces(text.trim()) {
            let length = piece.chars().count();
            let goes_on = |passage: &Passage, so_far: usize| {
                passage.heading == heading
                    && passage.page == page
                    && so_far < PASSAGE
                    && so_far + length < MAX_PASSAGE
            };
            match open.take() {
                Some((mut passage, so_far)) if goes_on(&passage, so_far) => {
                    passage.text.push('\n');
                    passage.text.push_str(piece);
                    open = Some((passage, so_far + 1 + length));
                }
                full => {
                    passages.extend(full.map(|(passage, _)| passage));
                    let text = piece.to_owned();
                    open = Some((Passage { heading: heading.clone(), page, text }, length));
                }
            }
        }
    }
    passages.extend(open.map(|(passage, _)| passage));
    passages
}

/// A block in pieces of at most [`MAX_PASSAGE`] characters, cut after a sentence where there is one, else after a word.
fn pieces(block: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = block;
    while let Some((end, _)) = rest.char_indices().nth(MAX_PASSAGE) {
        let head = &rest[..end];
        let ends = |(at, c): (usize, char)| {
            let followed = |after: &str| after.starts_with(char::is_whitespace);
            let sentence = matches!(c, '.' | '!' | '?' | '\n') && followed(&head[at + 1..]);
            (sentence || matches!(c, '。' | '！' | '？')).then(|| at + c.len_utf8())
        };
        let half = head.len() / 2;
        let sentence = head.char_indices().rev().take_while(|(at, _)| *at > half).find_map(ends);
        let word = || head.rfind(char::is_whitespace).filter(|at| *at > half);
        let at = sentence.or_else(word).unwrap_or(end);
        pieces.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(heading: &str, page: Option<u32>, text: &str) -> Passage {
        Passage { heading: heading.to_owned(), page, text: text.to_owned() }
    }

    #[test]
    fn what_is_under_one_heading_stays_together() {
        let blocks = [
            block("Delivery", None, "Two to three days."),
            block("Delivery", None, "Abroad, a week."),
            block("Returns", None, "Within 30 days."),
            block("Returns", None, "  "),
        ];
        let expected = [
            block("Delivery", None, "Two to three days.\nAbroad, a week."),
            block("Returns", None, "Within 30 days."),
        ];
        assert_eq!(cut(blocks), expected);
        let pages = [block("", Some(1), "One."), block("", Some(2), "Two.")];
        assert_eq!(cut(pages.clone()), pages);
    }

    #[test]
    fn passages_have_a_sensible_size_and_nothing_is_lost() {
        let sentence = "All our plants are grown without peat and sent in paper. ";
        let long = sentence.repeat(200);
        let passages = cut([block("", None, &long)]);
        for passage in &passages {
            let length = passage.text.chars().count();
            assert!(length <= MAX_PASSAGE, "{length}");
            assert!(passage.text.ends_with('.'), "{}", passage.text);
        }
        let joined: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(joined.join(" "), long.trim());
        let short: Vec<Passage> = (0..100).map(|_| block("", None, sentence)).collect();
        assert!(cut(short).iter().all(|passage| passage.text.chars().count() <= MAX_PASSAGE));
        // Without a space or a full stop it is cut all the same, and between characters.
        for unbroken in ["x".repeat(5_000), "茶".repeat(5_000), "é。".repeat(3_000)] {
            let passages = cut([block("", None, &unbroken)]);
            assert!(passages.iter().all(|passage| passage.text.chars().count() <= MAX_PASSAGE));
            assert_eq!(passages.iter().map(|p| p.text.as_str()).collect::<String>(), unbroken);
        }
    }

    #[test]
    fn a_title_is_one_clean_line() {
        assert_eq!(one_line(" Delivery\n\tand \u{202e}returns\u{0} ", 200), "Delivery and returns");
        assert_eq!(one_line("abcdef", 3), "abc…");
        assert_eq!(one_line("", 3), "");
    }

    #[test]
    fn a_name_is_short_and_on_one_line() {
        let check = |text: &str, good: bool| {
            assert_eq!(text.parse::<SourceName>().is_ok(), good, "{text:?}");
        };
        check(" returns.pdf ", true);
        check("", false);
        check("a\nb", false);
        check(&"é".repeat(200), true);
        check(&"é".repeat(201), false);
    }

    #[test]
    fn kinds_and_states_are_read_back() {
        use SourceKind::{File, LinkedPages, Page, Sitemap, Text};
        for kind in [Text, File, Page, LinkedPages, Sitemap] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("other".parse::<SourceState>().is_err());
        assert!("other".parse::<DocumentState>().is_err());
    }
}
