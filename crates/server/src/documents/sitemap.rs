//! Sitemaps: which pages there are, or which other sitemaps. They are read as a stream and only as far as is wanted, so that neither a
//! million pages nor a file that unpacks to gigabytes matters.
//!
//! Source: sitemaps.org, protocol 0.9.

use std::io::{BufReader, Read};

use domain::knowledge::{MAX_FILE, MAX_URL};
use flate2::read::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;

/// What a sitemap lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Pages.
    Pages(Vec<String>),
    /// Other sitemaps.
    Sitemaps(Vec<String>),
}

/// Reads a sitemap, which may be packed by gzip, or be a plain list of addresses; `None` where it is none. Of what it lists, at most
/// `most`, and how many there are is not known then: one more is there than wanted.
#[must_use]
pub fn read(bytes: &[u8], most: usize) -> Option<Sitemap> {
    let unpacked: Box<dyn Read> = match bytes {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(bytes)),
        _ => Box::new(bytes),
    };
    let mut start = Vec::new();
    let mut unpacked = unpacked.take(MAX_FILE as u64);
    unpacked.by_ref().take(512).read_to_end(&mut start).ok()?;
    let begins = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start();
    if begins.starts_with(b"<") {
        xml(BufReader::new(begins.chain(unpacked)), most)
    } else if begins.starts_with(b"http") {
        lines(begins.chain(unpacked), most)
    } else {
        None
    }
}

fn lines(mut text: impl Read, most: usize) -> Option<Sitemap> {
    let mut bytes = Vec::new();
    text.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("http") && line.len() <= MAX_URL);
    Some(Sitemap::Pages(lines.take(most).map(str::to_owned).collect()))
}

fn xml(text: impl std::io::BufRead, most: usize) -> Option<Sitemap> {
    let mut reader = Reader::from_reader(text);
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut found, mut kind) = (Vec::new(), Vec::new(), None);
    let mut open: Option<String> = None;
    let mut parent = String::new();
    // What breaks off lists what it listed until then.
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                name @ ("urlset" | "sitemapindex") if kind.is_none() => {
                    kind = Some(name == "urlset");
                }
                "loc" if matches!(parent.as_str(), "url" | "sitemap") => open = Some(String::new()),
                name => name.clone_into(&mut parent),
            },
            Event::Text(text) => add(&mut open, &text),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(name) => {
                let letter = name.resolve_char_ref().ok().flatten();
                let named = || quick_xml::escape::resolve_predefined_entity(&name);
                match letter {
                    Some(letter) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                    None => add(&mut open, named().unwrap_or_default()),
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "loc" => {
                let address = open.take().map(|address| address.trim().to_owned());
                found.extend(
                    address.filter(|address| !address.is_empty() && address.len() <= MAX_URL),
                );
            }
            Event::Eof => break,
            _ => {}
        }
        if found.len() == most {
            break;
        }
        buffer.clear();
    }
    kind.map(|pages| if pages { Sitemap::Pages(found) } else { Sitemap::Sitemaps(found) })
}

fn add(open: &mut Option<String>, text: &str) {
    if let Some(open) = open.as_mut().filter(|open| open.len() + text.len() <= MAX_URL * 2) {
        open.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn pages(addresses: &[&str]) -> Sitemap {
        Sitemap::Pages(addresses.iter().map(|&address| address.to_owned()).collect())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn pages_are_listed_as_they_are_written() {
        let text = "\u{feff}<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:image='i'>
            <url><loc> https://shop.example/?a=1&amp;b=&#50; </loc><lastmod>2026</lastmod>
              <image:image><image:loc>https://shop.example/a.jpg</image:loc></image:image></url>
            <url><loc><![CDATA[https://shop.example/c]]></loc></url><url><loc/></url></urlset>";
        let expected = Some(pages(&["https://shop.example/?a=1&b=2", "https://shop.example/c"]));
        assert_eq!(read(text.as_bytes(), 10), expected);
        assert_eq!(read(&gzip(text.as_bytes()), 10), expected);
        assert_eq!(read(text.as_bytes(), 1), Some(pages(&["https://shop.example/?a=1&b=2"])));
        assert_eq!(
            read(b"https://shop.example/a\r\n\r\nhttps://shop.example/b", 10),
            Some(pages(&["https://shop.example/a", "https://shop.example/b"]))
        );
    }

    #[test]
    fn an_index_lists_sitemaps() {
        let text =
            "<sitemapindex><sitemap><loc>https://shop.example/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(
            read(text.as_bytes(), 10),
            Some(Sitemap::Sitemaps(vec!["https://shop.example/1.xml".to_owned()]))
        );
    }

    #[test]
    fn what_is_none_is_told() {
        for text in ["", "Hello", "<html><body>x</body></html>", "\u{1f}\u{8b}x", "{}"] {
            assert_eq!(read(text.as_bytes(), 10), None, "{text}");
        }
    }

    #[test]
    fn a_million_pages_and_a_bomb_are_read_only_as_far_as_wanted() {
        let urls = |at: usize| format!("<url><loc>https://shop.example/{at}</loc></url>");
        let text = format!("<urlset>{}", (0..200_000).map(urls).collect::<Vec<_>>().concat());
        let Some(Sitemap::Pages(found)) = read(text.as_bytes(), 1_001) else { panic!() };
        assert_eq!(found.len(), 1_001);
        let mut bomb = b"<urlset><url><loc>https://shop.example/".to_vec();
        bomb.resize(64 * 1024 * 1024, b'a');
        assert_eq!(read(&gzip(&bomb), 10), Some(pages(&[])));
        // Entities of its own are worth nothing.
        let laughs = "<!DOCTYPE u [<!ENTITY a 'https://shop.example/'><!ENTITY b '&a;&a;'>]><urlset><url><loc>&b;x</loc></url></urlset>";
        assert_eq!(read(laughs.as_bytes(), 10), Some(pages(&["x"])));
    }
}
