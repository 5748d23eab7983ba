//! Documents to plain text: what a merchant gives to read up. They come from anywhere, so nothing about them is believed, and they are
//! read in a process of their own, with little memory and time ([`reader`]).

mod charset;
mod html;
mod markdown;
mod pdf;
pub mod reader;
pub mod sitemap;

use domain::knowledge::{MAX_TEXT, MAX_TITLE, Passage, one_line};
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// PDF.
    Pdf,
}

/// What a document says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its title; empty where it has none.
    pub title: String,
    /// Its text, block by block.
    pub blocks: Vec<Passage>,
    /// The addresses that it links to, on its own host.
    pub links: Vec<String>,
    /// Whether it has more text than is kept.
    pub cut: bool,
}

/// Why a document cannot be read, for the merchant who gave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Unreadable {
    /// Pictures, archives and the like.
    #[error("this is no text, Markdown, HTML or PDF")]
    Format,
    /// It needs a password.
    #[error("the PDF is protected by a password: save it without one")]
    Protected,
    /// Not a PDF after all, or a broken one.
    #[error("the PDF is broken: open it and save it anew")]
    Broken,
    /// Pictures of pages.
    #[error("there is no text in it; if it is scanned, have it recognised (OCR) first")]
    NoText,
    /// More than its reader may use.
    #[error(
        "reading it takes more memory or time than a document may take: split it, or paste its text"
    )]
    TooCostly,
    /// Nothing that the merchant could mend.
    #[error("this service cannot start the program that reads documents")]
    NoReader,
}

/// What a document is written in: what its bytes show, before what it is called or said to be.
///
/// # Errors
/// [`Unreadable::Format`] where it is nothing that can be read.
pub fn format(name: &str, content_type: Option<&str>, bytes: &[u8]) -> Result<Format, Unreadable> {
    let start = bytes.get(..1024).unwrap_or(bytes);
    if start.windows(5).any(|five| five == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    let wide = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    let binary = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    if start.is_empty() || (!wide && start.iter().any(binary)) {
        return Err(Unreadable::Format);
    }
    let begins = String::from_utf8_lossy(start)
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    let looks_like_html =
        ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| begins.starts_with(tag));
    let kind = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    Ok(match (kind.to_ascii_lowercase().as_str(), ending.as_deref()) {
        ("text/html" | "application/xhtml+xml", _) => Format::Html,
        _ if looks_like_html => Format::Html,
        ("text/markdown", _) | ("" | "text/plain", Some("md" | "markdown")) => Format::Markdown,
        ("", Some("html" | "htm")) => Format::Html,
        ("" | "text/plain", _) => Format::Text,
        _ => return Err(Unreadable::Format),
    })
}

/// Reads a document here and now. Only [`reader`]'s process does: it may take any memory and time, and even crash.
///
/// # Errors
/// [`Unreadable`].
pub(crate) fn read(
    format: Format,
    charset: Option<&str>,
    base: Option<&Url>,
    bytes: &[u8],
) -> Result<Reading, Unreadable> {
    let text = || charset::text(bytes, charset);
    let mut reading = match format {
        Format::Text => plain(&text()),
        Format::Markdown => markdown::read(&text()),
        Format::Html => html::read(&charset::html(bytes, charset), base),
        Format::Pdf => pdf::read(bytes)?,
    };
    reading.title = one_line(&reading.title, MAX_TITLE);
    if reading.blocks.is_empty() { Err(Unreadable::NoText) } else { Ok(reading) }
}

fn plain(text: &str) -> Reading {
    let mut writer = Writer::default();
    for paragraph in text.replace("\r\n", "\n").split("\n\n") {
        writer.block(paragraph);
    }
    writer.finish(String::new())
}

/// Gathers blocks, as far as they are kept.
#[derive(Debug, Default)]
struct Writer {
    blocks: Vec<Passage>,
    /// The headings above, each with its level.
    headings: Vec<(u8, String)>,
    page: Option<u32>,
    bytes: usize,
    cut: bool,
}

impl Writer {
    /// From here on, text is under this heading.
    fn heading(&mut self, level: u8, text: &str) {
        self.headings.retain(|(above, _)| *above < level);
        let text = one_line(text, MAX_TITLE);
        if !text.is_empty() {
            self.headings.push((level, text));
        }
    }

    /// Adds a block: its lines stay lines, and are cleaned.
    fn block(&mut self, text: &str) {
        let lines =
            text.lines().map(|line| one_line(line, usize::MAX)).filter(|line| !line.is_empty());
        let mut text = lines.collect::<Vec<_>>().join("\n");
        let room = MAX_TEXT - self.bytes;
        if text.len() > room {
            self.cut = true;
            text.truncate(text.floor_char_boundary(room));
        }
        if !text.is_empty() {
            self.bytes += text.len();
            let headings: Vec<&str> = self.headings.iter().map(|(_, text)| text.as_str()).collect();
            let heading = one_line(&headings.join(" › "), MAX_TITLE);
            self.blocks.push(Passage { heading, page: self.page, text });
        }
    }

    fn finish(self, title: String) -> Reading {
        Reading { title, blocks: self.blocks, links: Vec::new(), cut: self.cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_is_shows_in_its_bytes() {
        let check = |name: &str, kind: Option<&str>, bytes: &[u8], expected: Option<Format>| {
            assert_eq!(format(name, kind, bytes).ok(), expected, "{name} {kind:?}");
        };
        check("a.txt", None, b"Hello", Some(Format::Text));
        check("a.md", None, b"# Hello", Some(Format::Markdown));
        check("a.MARKDOWN", None, b"# Hello", Some(Format::Markdown));
        check("a.htm", None, b"<p>Hello", Some(Format::Html));
        check("a.txt", None, b"%PDF-1.7", Some(Format::Pdf));
        // It lies about what it is.
        check("", Some("text/html"), b"\n%PDF-1.4", Some(Format::Pdf));
        check(
            "",
            Some("text/plain; charset=utf-8"),
            b"\xef\xbb\xbf <!DOCTYPE html><p>x",
            Some(Format::Html),
        );
        check("", Some("text/html"), b"\x89PNG\r\n\x1a\n\0", None);
        check("a.txt", None, b"PK\x03\x04", None);
        check("", Some("image/svg+xml"), b"<svg>", None);
        check("", Some("application/json"), b"{}", None);
        check("a.txt", None, b"\xff\xfeH\0i\0", Some(Format::Text));
        check("a.txt", None, b"", None);
    }

    #[test]
    fn a_text_is_read_paragraph_by_paragraph_and_cut_where_it_is_too_long() {
        let reading = read(Format::Text, None, None, b"One\r\n two \r\n\r\n\0Three\n\n\n").unwrap();
        let texts: Vec<&str> = reading.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, ["One\ntwo", "Three"]);
        assert!(!reading.cut);
        let long = "é ".repeat(MAX_TEXT);
        let reading = read(Format::Text, None, None, long.as_bytes()).unwrap();
        let bytes: usize = reading.blocks.iter().map(|block| block.text.len()).sum();
        assert!(reading.cut && bytes <= MAX_TEXT && bytes > MAX_TEXT - 4);
        assert_eq!(read(Format::Text, None, None, b" \n \n"), Err(Unreadable::NoText));
    }
}
