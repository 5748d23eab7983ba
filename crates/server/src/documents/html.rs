//! HTML to blocks of plain text: what a reader of the page would call its text. Nothing here calls itself, so that no depth of nesting
//! can matter.

use std::collections::BTreeSet;

use domain::knowledge::{MAX_URL, MOST_PAGES};
use ego_tree::iter::Edge;
use reqwest::Url;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use super::{Reading, Writer};

/// What is no text of the page, wherever it is.
const NEVER: [&str; 18] = [
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "video",
    "audio", "select", "input", "textarea", "dialog", "datalist", "math", "map", "head",
];
/// What is on every page.
const AROUND: [&str; 4] = ["nav", "header", "footer", "aside"];
/// What begins and ends a block.
const BLOCKS: [&str; 26] = [
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
    "html",
];
/// With less text than this, what says it is the main part is not.
const LEAST_MAIN: usize = 200;

/// Reads a page, which is at `base`.
pub(super) fn read(html: &str, base: Option<&Url>) -> Reading {
    let page = Html::parse_document(html);
    let main = main_part(&page).map(|main| walk(main, true));
    let size = |writer: &Writer| writer.bytes;
    let writer = match main {
        Some(main) if size(&main) >= LEAST_MAIN => main,
        main => {
            let whole = walk(page.root_element(), false);
            main.filter(|main| size(main) * 2 >= size(&whole)).unwrap_or(whole)
        }
    };
    let mut reading = writer.finish(title(&page));
    reading.links = base.map_or_else(Vec::new, |base| links(&page, base));
    reading
}

fn first<'a>(page: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    Selector::parse(selector).ok().and_then(|selector| page.select(&selector).next())
}

/// What the page says is its main part.
fn main_part(page: &Html) -> Option<ElementRef<'_>> {
    first(page, "main").or_else(|| first(page, "[role=main]")).or_else(|| {
        let articles = Selector::parse("article").ok()?;
        let mut articles = page.select(&articles);
        // Of several, none is the main one.
        articles.next().filter(|_| articles.next().is_none())
    })
}

fn title(page: &Html) -> String {
    let text = |element: ElementRef<'_>| element.text().take(64).collect::<String>();
    let own = first(page, "head > title").map(text).filter(|title| !title.trim().is_empty());
    let shared = || first(page, "meta[property='og:title']")?.attr("content").map(str::to_owned);
    own.or_else(shared).or_else(|| first(page, "h1").map(text)).unwrap_or_default()
}

/// The addresses on the page's own host that it links to, without what is on every file server.
fn links(page: &Html, base: &Url) -> Vec<String> {
    let Ok(anchors) = Selector::parse("a[href]") else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let mut links = Vec::new();
    for anchor in page.select(&anchors) {
        let follow = !anchor.attr("rel").is_some_and(|rel| rel.contains("nofollow"));
        let url = anchor.attr("href").and_then(|href| base.join(href).ok());
        let Some(mut url) = url.filter(|url| follow && url.origin() == base.origin()) else {
            continue;
        };
        url.set_fragment(None);
        let path = url.path().to_ascii_lowercase();
        let media = [
            ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".css", ".js", ".zip", ".mp4",
            ".xml", ".ico",
        ];
        let fits =
            url.as_str().len() <= MAX_URL && !media.iter().any(|ending| path.ends_with(ending));
        if fits && url != *base && seen.insert(url.to_string()) {
            links.push(url.to_string());
        }
        if links.len() == MOST_PAGES {
            break;
        }
    }
    links
}

/// One walk over a part of a page.
struct Walk {
    writer: Writer,
    open: String,
    heading: Option<u8>,
    is_main: bool,
    preformatted: usize,
}

fn walk(root: ElementRef<'_>, is_main: bool) -> Writer {
    let mut walk = Walk {
        writer: Writer::default(),
        open: String::new(),
        heading: None,
        is_main,
        preformatted: 0,
    };
    let mut skipped = None;
    for edge in root.traverse() {
        if let Some(skip) = skipped {
            if matches!(edge, Edge::Close(node) if node.id() == skip) {
                skipped = None;
            }
            continue;
        }
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if walk.skips(element) => skipped = Some(node.id()),
                Node::Element(element) => walk.opens(element.name()),
                Node::Text(text) => walk.text(text),
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    walk.closes(element.name());
                }
            }
        }
        if walk.writer.cut {
            break;
        }
    }
    walk.flush();
    walk.writer
}

impl Walk {
    /// Whether nothing in an element is text of the page, or none that anybody is shown.
    fn skips(&self, element: &Element) -> bool {
        let name = element.name();
        let style = element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
        let hidden = element.attr("hidden").is_some()
            || element.attr("aria-hidden") == Some("true")
            || style.contains("display:none")
            || style.contains("visibility:hidden");
        // Questions are often buttons that open their answers.
        let control = name == "button" && self.heading.is_none();
        let around = !self.is_main
            && (AROUND.contains(&name)
                || matches!(
                    element.attr("role"),
                    Some("navigation" | "banner" | "contentinfo" | "search")
                ));
        hidden || control || around || (name == "nav") || NEVER.contains(&name)
    }

    fn opens(&mut self, name: &str) {
        if let Some(level) = level(name) {
            self.flush();
            self.heading = Some(level);
        } else if name == "br" {
            self.open.push('\n');
        } else if self.heading.is_none() && BLOCKS.contains(&name) {
            self.flush();
        }
        match name {
            "li" if self.heading.is_none() => self.open.push_str("- "),
            "pre" => self.preformatted += 1,
            _ => {}
        }
    }

    fn closes(&mut self, name: &str) {
        if level(name).is_some() {
            if let Some(level) = self.heading.take() {
                let text = std::mem::take(&mut self.open);
                self.writer.heading(level, &text);
            }
        } else if self.heading.is_none() && BLOCKS.contains(&name) {
            self.flush();
        }
        match name {
            "td" | "th" => self.open.push_str(" | "),
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    /// White space between words is one space, wherever it stands, but in what is preformatted.
    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.open.push_str(text);
            return;
        }
        for c in text.chars() {
            if !c.is_whitespace() {
                self.open.push(c);
            } else if !self.open.ends_with([' ', '\n']) {
                self.open.push(' ');
            }
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.open);
        let text = text.trim().trim_end_matches('|').trim_end();
        if text != "-" {
            self.writer.block(text);
        }
    }
}

/// The level of a heading. What opens an answer, or is explained below, heads it as well.
fn level(name: &str) -> Option<u8> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" | "summary" | "dt" => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(html: &str) -> Vec<(String, String)> {
        let reading = read(html, None);
        reading.blocks.into_iter().map(|block| (block.heading, block.text)).collect()
    }

    fn check(html: &str, expected: &[(&str, &str)]) {
        let blocks = blocks(html);
        let blocks: Vec<(&str, &str)> =
            blocks.iter().map(|(heading, text)| (heading.as_str(), text.as_str())).collect();
        assert_eq!(blocks, expected, "{html}");
    }

    #[test]
    fn the_text_of_a_page_is_read_and_nothing_else() {
        check(
            "<title>T</title><body><nav>Menu</nav><header>Logo</header><h1>Delivery</h1>
             <p>Two to <b>three</b>\n days.</p><script>alert('x')</script><style>p{}</style>
             <h2>Abroad</h2><ul><li>Norway: 9&nbsp;€</li><li>Japan</li></ul>
             <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
             <h2>Next</h2>Loose<div>Inner</div><footer>Legal</footer>",
            &[
                ("Delivery", "Two to three days."),
                ("Delivery › Abroad", "- Norway: 9 €"),
                ("Delivery › Abroad", "- Japan"),
                ("Delivery › Abroad", "A | B"),
                ("Delivery › Abroad", "1 | 2"),
                ("Delivery › Next", "Loose"),
                ("Delivery › Next", "Inner"),
            ],
        );
    }

    #[test]
    fn what_nobody_is_shown_is_not_read() {
        check(
            "<p>Seen</p><p hidden>a</p><p style='display: none'>b</p><div aria-hidden=true><p>c</p></div>
             <p style='Visibility:hidden'>d</p><template><p>e</p></template><noscript><p>f</p></noscript><!-- g --><p>Seen, too</p>",
            &[("", "Seen"), ("", "Seen, too")],
        );
    }

    #[test]
    fn questions_head_their_answers() {
        check(
            "<h2><button>How long?</button></h2><p>Two days.</p><button>Buy</button>
             <details><summary>How much?</summary><p>Nine euros.</p></details><dl><dt>Where?</dt><dd>Here.</dd></dl>",
            &[("How long?", "Two days."), ("How long? › How much?", "Nine euros."), ("How long? › Where?", "Here.")],
        );
    }

    #[test]
    fn the_main_part_is_what_counts_where_it_has_the_text() {
        let long = "All that there is to say. ".repeat(20);
        check(
            &format!("<div>Around</div><main><h1>M</h1><p>{long}</p></main>"),
            &[("M", long.trim())],
        );
        check(&format!("<p>{long}</p><main>Empty</main>"), &[("", long.trim()), ("", "Empty")]);
    }

    #[test]
    fn no_depth_of_nesting_matters() {
        let deep = format!("{}<p>Deep</p>", "<div>".repeat(5_000));
        check(&deep, &[("", "Deep")]);
        let headings = "<h1>".repeat(1_000);
        check(&format!("{headings}x</h1><p>Text"), &[("x", "Text")]);
    }

    #[test]
    fn links_lead_to_pages_of_the_same_host() {
        let base = Url::parse("https://shop.example/help/").unwrap();
        let page = "<a href='/a#x'>1</a><a href='b'>2</a><a href='https://shop.example/a'>3</a><a href='https://other.example/'>4</a>
                    <a href='http://shop.example/c'>5</a><a href='javascript:x'>6</a><a href='/d' rel='nofollow ugc'>7</a>
                    <a href='/e.JPG'>8</a><a href='#top'>9</a><a href='mailto:a@b.c'>10</a>";
        let links = read(page, Some(&base)).links;
        assert_eq!(links, ["https://shop.example/a", "https://shop.example/help/b"]);
    }

    #[test]
    fn a_page_has_a_title() {
        let check = |html: &str, expected: &str| {
            assert_eq!(read(html, None).title.trim(), expected, "{html}");
        };
        check("<title>Delivery | Shop</title><h1>x</h1>", "Delivery | Shop");
        check("<meta property='og:title' content='Shared'><h1>x</h1>", "Shared");
        check("<title> </title><h1>Head <b>line</b></h1><svg><title>No</title></svg>", "Head line");
        check("<p>x", "");
    }
}
