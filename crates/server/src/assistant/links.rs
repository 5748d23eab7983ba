//! A model's links, by rule: one is shown only if it is in the answer of a tool, or leads to a host of the chat's. Images never are.
//!
//! What a model says comes in pieces, and what was sent to a page cannot be taken back. So whatever could become a link is held back
//! until it is known whether it may: what goes out has no other link in it, as Markdown or as a bare address. An inline link that may
//! be shown is written anew; one that may not leaves its text. Definitions (`[a]: address`) are made plain text, and with them every
//! reference.

use std::borrow::Cow;

use domain::settings::LinkHost;
use reqwest::Url;

use crate::assistant::ToolAnswer;
use crate::assistant::tools;

/// Stands where an address was that may not be shown.
pub const REMOVED: &str = "(link removed)";
/// The longest address that may be shown.
const MAX_ADDRESS: usize = 2_048;
/// The longest text of a link.
const MAX_LABEL: usize = 512;
/// What a bare address begins with.
const STARTS: [&str; 3] = ["https://", "http://", "www."];

/// Where links may lead.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    hosts: Vec<LinkHost>,
    origins: Vec<String>,
    given: Vec<Url>,
}

impl Allowed {
    /// To these hosts, and to websites of these origins.
    #[must_use]
    pub fn new(hosts: &[LinkHost], origins: &[String]) -> Self {
        Self { hosts: hosts.to_vec(), origins: origins.to_vec(), given: Vec::new() }
    }

    /// And to the addresses in a tool's answer.
    pub fn give(&mut self, answer: &ToolAnswer) {
        self.given.extend(tools::links(answer));
    }

    /// And to the addresses in what the shop's side has said before in the conversation.
    pub fn give_again(&mut self, text: &str) {
        self.given.extend(addresses(text));
    }

    /// The address that `text` means, if links may lead there.
    fn read(&self, text: &str) -> Option<Url> {
        let bare =
            text.len() > 4 && text.is_char_boundary(4) && text[..4].eq_ignore_ascii_case("www.");
        let text = if bare { Cow::Owned(format!("https://{text}")) } else { Cow::Borrowed(text) };
        if text.len() > MAX_ADDRESS || run(&text) < text.len() {
            return None;
        }
        let url: Url = text.parse().ok()?;
        if self.given.contains(&url) {
            return Some(url);
        }
        // Who reads `shop.example@elsewhere.example` is misled.
        let plain = matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none();
        let host = url.host_str()?;
        let covered = self.hosts.iter().any(|rule| rule.covers(host, url.port()))
            || self.origins.contains(&url.origin().ascii_serialization());
        (plain && covered).then_some(url)
    }
}

/// The addresses in a text of others. What stands within one, or in the middle of a word, is none of its own: a model could have put it
/// there to be allowed it later.
pub(crate) fn addresses(text: &str) -> impl Iterator<Item = Url> {
    let mut rest = text;
    let mut last: Option<char> = None;
    std::iter::from_fn(move || {
        while let Some(first) = rest.chars().next() {
            let start = begins(rest.as_bytes());
            let is_named = start == Some("www.");
            if start.is_none() || is_named && last.is_some_and(char::is_alphanumeric) {
                last = Some(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let (whole, after) = rest.split_at(run(rest));
            let address = &whole[..address_length(whole)];
            last = whole.chars().next_back();
            rest = after;
            let named = format!("https://{address}");
            if let Ok(url) = if is_named { named.as_str() } else { address }.parse() {
                return Some(url);
            }
        }
        None
    })
}

/// What of [`STARTS`] these bytes begin with.
fn begins(bytes: &[u8]) -> Option<&'static str> {
    STARTS.into_iter().find(|start| {
        bytes.len() >= start.len() && bytes[..start.len()].eq_ignore_ascii_case(start.as_bytes())
    })
}

/// Whether more could make these bytes the beginning of an address.
fn may_begin(bytes: &[u8]) -> bool {
    STARTS.into_iter().any(|start| {
        bytes.len() < start.len() && start.as_bytes()[..bytes.len()].eq_ignore_ascii_case(bytes)
    })
}

/// How far an address goes on: to what no address has in it.
fn run(text: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '|' | '[' | ']' | '{' | '}' | '\\' | '^')
    };
    text.find(ends).unwrap_or(text.len())
}

/// The address that `text` begins with, without what ends the sentence or the emphasis around it.
fn address_length(text: &str) -> usize {
    let mut address = &text[..run(text)];
    loop {
        let opened = address.matches('(').count();
        let shorter = match address.chars().next_back() {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '’' | '”') => {
                address
                    .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '’', '”'])
            }
            Some(')') if address.matches(')').count() > opened => &address[..address.len() - 1],
            _ => return address.len(),
        };
        address = shorter;
    }
}

/// What a model says, as it comes, without the links that may not be shown.
#[derive(Debug, Default)]
pub struct Filter {
    /// What is held back.
    held: String,
    /// Whether the rest of an address that is too long is still to come.
    swallows: bool,
    /// What was shown last.
    last: Option<char>,
    /// It is the text of a link, in which there can be no other.
    is_label: bool,
}

/// Whether more of the text can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    Comes,
    No,
}

/// What a text begins with.
enum Found {
    /// Text of this length, as it is.
    Text(usize),
    /// So many bytes, and what stands in their place.
    Instead(usize, String),
    /// So many bytes, which are a link with this text.
    Link(usize, String, Url),
    /// An address that is longer than any that is shown.
    Endless,
    /// Too early to say.
    Unknown,
}

impl Filter {
    /// Takes the next piece, and gives what can be shown by now.
    pub fn push(&mut self, allowed: &Allowed, piece: &str) -> String {
        self.held.push_str(piece);
        self.settle(allowed, More::Comes)
    }

    /// Gives the rest: no more comes.
    pub fn end(&mut self, allowed: &Allowed) -> String {
        let rest = self.settle(allowed, More::No);
        self.swallows = false;
        rest
    }

    fn settle(&mut self, allowed: &Allowed, more: More) -> String {
        let mut out = String::new();
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        if self.swallows {
            at = run(&held);
            self.swallows = at == held.len();
        }
        while at < held.len() {
            let rest = &held[at..];
            at += match self.look(allowed, rest, more) {
                Found::Text(length) => {
                    self.show(&rest[..length], &mut out);
                    length
                }
                Found::Instead(length, text) => {
                    self.show(&text, &mut out);
                    length
                }
                Found::Link(length, text, _) if self.last == Some('!') => {
                    self.show(&text, &mut out);
                    length
                }
                Found::Link(length, text, url) => {
                    self.show(&format!("[{text}](<{}>)", as_target(&url)), &mut out);
                    length
                }
                Found::Endless => {
                    self.show(REMOVED, &mut out);
                    self.swallows = true;
                    rest.len()
                }
                Found::Unknown => break,
            };
        }
        held[at..].clone_into(&mut self.held);
        out
    }

    /// A bracket that closes nothing we know becomes neither the middle of a link nor a definition.
    fn show(&mut self, text: &str, out: &mut String) {
        if self.last == Some(']') && text.starts_with(['(', ':']) {
            out.push('\\');
        }
        out.push_str(text);
        self.last = text.chars().next_back().or(self.last);
    }

    fn look(&self, allowed: &Allowed, text: &str, more: More) -> Found {
        let bytes = text.as_bytes();
        if begins(bytes).is_some() {
            return self.bare(allowed, text, more);
        }
        if more == More::Comes && may_begin(bytes) {
            return Found::Unknown;
        }
        match bytes[0] {
            b'[' => label(allowed, text, more),
            b']' => Found::Text(1),
            b'<' => angle(allowed, text, more),
            _ => {
                let stops = |(at, c): &(usize, char)| match c {
                    '[' | ']' | '<' => true,
                    'h' | 'H' | 'w' | 'W' => {
                        begins(&bytes[*at..]).is_some() || may_begin(&bytes[*at..])
                    }
                    _ => false,
                };
                let next = text.char_indices().skip(1).find(stops);
                Found::Text(next.map_or(text.len(), |(at, _)| at))
            }
        }
    }

    /// An address without markup.
    fn bare(&self, allowed: &Allowed, text: &str, more: More) -> Found {
        if run(text) == text.len() && more == More::Comes {
            return if text.len() > MAX_ADDRESS { Found::Endless } else { Found::Unknown };
        }
        let length = address_length(text);
        let named = text[..4].eq_ignore_ascii_case("www.");
        if named && (length <= 4 || self.last.is_some_and(char::is_alphanumeric)) {
            // As in "Aww. Awww. Really?"
            return Found::Text(4);
        }
        let read = allowed.read(&text[..length]);
        if read.is_some() && self.is_label {
            Found::Text(length)
        } else if let Some(url) = read {
            // A bare address is no link in Markdown.
            Found::Instead(length, format!("<{}>", as_target(&url)))
        } else {
            Found::Instead(length, REMOVED.to_owned())
        }
    }
}

/// What may be a link: `[text](address)`. Its text has no brackets and no empty line in it; else it is none.
fn label(allowed: &Allowed, text: &str, more: More) -> Found {
    let unsettled = if more == More::Comes { Found::Unknown } else { Found::Text(1) };
    let end = text[1..].find(['[', ']']).map(|end| end + 1);
    let inner = &text[1..end.unwrap_or(text.len())];
    if inner.len() > MAX_LABEL || inner.contains("\n\n") {
        return Found::Text(1);
    }
    let Some(end) = end else { return unsettled };
    if text.as_bytes()[end] == b'[' {
        return Found::Text(1);
    }
    match text.as_bytes().get(end + 1) {
        None => return unsettled,
        Some(b'(') => {}
        Some(_) => return Found::Text(1),
    }
    let target = &text[end + 2..];
    let Some(close) = target_length(target) else {
        let open = target.len() <= MAX_ADDRESS && !target.contains(['\n', '\r']);
        return if open { unsettled } else { Found::Text(1) };
    };
    let length = end + 2 + close + 1;
    let shown = without_links(allowed, inner);
    match allowed.read(address_of(&target[..close])) {
        Some(url) => Found::Link(length, shown, url),
        None => Found::Instead(length, shown),
    }
}

/// Where the bracket is that closes the target of a link, on one line.
fn target_length(target: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut within = target.starts_with('<');
    for (at, c) in target.char_indices() {
        match c {
            '\n' | '\r' => return None,
            '>' => within = false,
            _ if within => {}
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The address in the target of a link, which may have a title behind it.
fn address_of(target: &str) -> &str {
    let target = target.trim();
    match target.strip_prefix('<') {
        Some(rest) => rest.split('>').next().unwrap_or_default(),
        None => target.split_whitespace().next().unwrap_or_default(),
    }
}

/// The text of a link: an address in it that may not be shown does not stay there either.
fn without_links(allowed: &Allowed, text: &str) -> String {
    let mut filter = Filter { is_label: true, ..Filter::default() };
    let mut shown = filter.push(allowed, text);
    shown.push_str(&filter.end(allowed));
    shown
}

/// `<https://…>`; other than that, what stands in angle brackets is text, without them where it could be taken for an address.
fn angle(allowed: &Allowed, text: &str, more: More) -> Found {
    // As Markdown has it: other white space than that of ASCII does not end an address.
    let ends = |c: char| c == ' ' || c.is_ascii_control() || matches!(c, '<' | '>');
    let Some(end) = text[1..].find(ends).map(|end| end + 1) else {
        return match more {
            More::No => Found::Text(1),
            More::Comes if text.len() <= MAX_ADDRESS => Found::Unknown,
            More::Comes => Found::Instead(1, String::new()),
        };
    };
    let inner = &text[1..end];
    if text.as_bytes()[end] != b'>' || !inner.contains([':', '@']) {
        return Found::Text(1);
    }
    match allowed.read(inner) {
        Some(url) => Found::Instead(end + 1, format!("<{}>", url.as_str().replace(['<', '>'], ""))),
        None => Found::Instead(end + 1, without_links(allowed, inner)),
    }
}

/// An address as the target of a Markdown link in angle brackets: nothing in it means something there.
pub(crate) fn as_target(url: &Url) -> String {
    let url = url.as_str().replace('\\', "%5C").replace('<', "%3C").replace('>', "%3E");
    if url.contains(';') { url.replace('&', "&amp;") } else { url }
}

#[cfg(test)]
mod tests {
    use domain::markdown::{self, Block, Inline};

    use super::*;
    use crate::app::orders::Order;

    fn allowed() -> Allowed {
        let hosts =
            ["shop.example", "*.help.example"].map(|host| host.to_owned().try_into().unwrap());
        let mut allowed = Allowed::new(&hosts, &["http://localhost:8788".to_owned()]);
        let tracking_url = Some("https://parcels.example/7?a=1&copy;=2&b=(x)".parse().unwrap());
        let context = "See https://carrier.example/9.".to_owned();
        allowed.give(&ToolAnswer::Order(Order { context, tracking_url }));
        allowed
    }

    /// What comes out, which is the same whatever the pieces are.
    fn filtered(text: &str) -> String {
        let allowed = allowed();
        let mut at_once = Filter::default();
        let mut whole = at_once.push(&allowed, text);
        whole.push_str(&at_once.end(&allowed));
        for size in [1, 2, 3, 7] {
            let mut filter = Filter::default();
            let chars: Vec<char> = text.chars().collect();
            let pieces = chars
                .chunks(size)
                .map(|piece| filter.push(&allowed, &piece.iter().collect::<String>()));
            let mut out: String = pieces.collect();
            out.push_str(&filter.end(&allowed));
            assert_eq!(out, whole, "in pieces of {size}: {text}");
        }
        whole
    }

    /// Where the links of a tree lead.
    fn hrefs(blocks: &[Block]) -> Vec<String> {
        fn inlines(all: &[Inline], found: &mut Vec<String>) {
            for inline in all {
                match inline {
                    Inline::A { href, c } => {
                        found.push(href.clone());
                        inlines(c, found);
                    }
                    Inline::B { c } | Inline::I { c } => inlines(c, found),
                    Inline::Text { .. } | Inline::Code { .. } | Inline::Br => {}
                }
            }
        }
        let mut found = Vec::new();
        for block in blocks {
            match block {
                Block::P { c } | Block::H { c } => inlines(c, &mut found),
                Block::Quote { c } => found.extend(hrefs(c)),
                Block::Ul { items } | Block::Ol { items, .. } => {
                    found.extend(items.iter().flat_map(|item| hrefs(item)));
                }
                Block::Code { .. } => {}
            }
        }
        found
    }

    #[test]
    fn links_that_may_be_shown_stay() {
        let check = |text: &str, expected: &str| assert_eq!(filtered(text), expected, "{text}");
        check(
            "See [our page](https://shop.example/a).",
            "See [our page](<https://shop.example/a>).",
        );
        check("[a](https://x.help.example \"title\")", "[a](<https://x.help.example/>)");
        check("[a](http://localhost:8788/cup)", "[a](<http://localhost:8788/cup>)");
        check("**https://shop.example/a**, ok", "**<https://shop.example/a>**, ok");
        check("(https://SHOP.example/a_(b))", "(<https://shop.example/a_(b)>)");
        check(
            "[at https://shop.example](https://shop.example/a)",
            "[at https://shop.example](<https://shop.example/a>)",
        );
        check("www.shop.example", "(link removed)");
        check("<https://shop.example/a>", "<https://shop.example/a>");
        check("at https://carrier.example/9.", "at <https://carrier.example/9>.");
        let parcel = "[Parcel](https://parcels.example/7?a=1&copy;=2&b=(x))";
        let shown = filtered(parcel);
        assert_eq!(
            hrefs(&markdown::parse(&shown)),
            ["https://parcels.example/7?a=1&copy;=2&b=(x)"]
        );
    }

    #[test]
    fn an_address_within_another_or_within_a_word_is_not_given() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = addresses(text).map(|url| url.to_string()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "See https://shop.example/a, or www.shop.example.",
            &["https://shop.example/a", "https://www.shop.example/"],
        );
        check(
            "https://shop.example/?u=https://evil.example/pay",
            &["https://shop.example/?u=https://evil.example/pay"],
        );
        check("xwww.evil.example éwww.evil.example", &[]);
        check(
            "<https://a.example>(https://b.example)",
            &["https://a.example/", "https://b.example/"],
        );
    }

    #[test]
    fn other_links_leave_their_text() {
        let check = |text: &str, expected: &str| assert_eq!(filtered(text), expected, "{text}");
        check("[Pay here](https://evil.example)!", "Pay here!");
        check("![cat](https://evil.example/c.png)", "!cat");
        check("![cat](https://shop.example/c.png)", "!cat");
        check("[a](javascript:alert(1)) b", "a b");
        check("[write](mailto:eve@evil.example)", "write");
        check("<mailto:eve@evil.example>", "mailto:eve@evil.example");
        check("<https://evil.example/x>", "(link removed)");
        check("go to https://evil.example/x?y#z.", "go to (link removed).");
        check("HTTPS://EVIL.example and www.evil.example", "(link removed) and (link removed)");
        check("https://shop.example@evil.example/", "(link removed)");
        check("https://user@shop.example/", "(link removed)");
        check("https://shop.example.evil.example/", "(link removed)");
        check("https://shop.example:8443/", "(link removed)");
        check("https://carrier.example/10", "(link removed)");
        check("[https://shop.example](https://evil.example)", "https://shop.example");
        check(
            "[https://evil.example](https://shop.example)",
            "[(link removed)](<https://shop.example/>)",
        );
    }

    #[test]
    fn what_is_no_link_stays_as_it_is() {
        for text in [
            "Awww. That is nice, 3 < 4 and <b>bold</b>; a[0] = [1, 2], h",
            "Hello! I <3 this",
            "How are you? What? http: www",
            "- [ ] to do\n- [x] done",
            "Ünïcödé 🙂 [🙂] <🙂>",
        ] {
            assert_eq!(filtered(text), text);
        }
        assert_eq!(filtered("[a]: b [c](d"), "[a]\\: b [c]\\(d");
    }

    #[test]
    fn nothing_that_is_put_together_becomes_a_link() {
        for text in [
            "[a][b]\n\n[b]: https://evil.example",
            "[b]\n\n[b]: mailto:eve@evil.example",
            "[b]\n\n[b]:\n<tel:123>",
            "[[a](https://evil.example)](mailto:eve@evil.example)",
            "[x][(mailto:eve@evil.example)](b)",
            "[x]<(mailto:eve@evil.example)>",
            "[a\\](b](mailto:eve@evil.example)",
            "[a](<mailto:eve@evil.example>)",
            "[a](\nmailto:eve@evil.example)",
            "[a](mailto:eve@evil.example\n\"t\")",
            "[`a`](tel:123)",
            "`[a`](tel:123)",
            "[a\n\nb](tel:123) [a\nb](tel:123)",
            "<mailto:eve@evil.example?\u{3000}x>",
            "\\<tel:1>",
            "<<tel:1>",
            "[a](tel:1 (t))",
            "[a](<tel:1> 't')",
            "[a]([b](tel:1))",
            "!![a](tel:1)",
            "[a]\u{0}(tel:1)",
            "](tel:1)[a](tel:2)](tel:3)",
            "[a](https://shop.example \"](tel:1)\")",
            "[a](<https://shop.example/>](tel:1)",
            "[https&#58;//evil.example](https&#58;//evil.example)",
            "> [a](tel:1)\n- [b](tel:2)\n# [c](tel:3)\n1. <tel:4>",
            "[a](tel:1",
            "<tel:1",
        ] {
            let shown = filtered(text);
            let found = hrefs(&markdown::parse(&shown));
            let evil = found.iter().find(|href| !href.starts_with("https://shop.example"));
            assert_eq!(evil, None, "{text} became {shown}");
        }
    }

    #[test]
    fn whatever_comes_has_no_link_that_may_not_be_shown() {
        // Everything that means something, in every order that a small generator finds.
        let parts = [
            "[",
            "]",
            "(",
            ")",
            "<",
            ">",
            "!",
            ":",
            "\\",
            "\n",
            " ",
            "a",
            "`",
            "tel:1",
            "https://evil.example",
            "\"",
            "https://shop.example/",
            "[a](",
            "](",
        ];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            let shown = without_links(&allowed(), &text);
            let found = hrefs(&markdown::parse(&shown));
            let evil = found.iter().find(|href| !href.starts_with("https://shop.example/"));
            assert_eq!(evil, None, "{text:?} became {shown:?}");
            let mut rest = shown.as_str();
            let starts =
                |text: &str| (0..text.len()).find(|at| begins(&text.as_bytes()[*at..]).is_some());
            while let Some(at) = starts(rest) {
                let address = &rest[at..at + run(&rest[at..])];
                assert!(address.starts_with("https://shop.example/"), "{text:?} became {shown:?}");
                rest = &rest[at + address.len()..];
            }
        }
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        for start in ["https://shop.example/", "[", "[a](", "<a:", "[a](<"] {
            let mut filter = Filter::default();
            let allowed = allowed();
            let mut shown = filter.push(&allowed, start);
            for _ in 0..10_000 {
                shown.push_str(&filter.push(&allowed, "xxxxxxxxxx"));
                assert!(filter.held.len() <= MAX_ADDRESS + MAX_LABEL, "{start}");
            }
            shown.push_str(&filter.end(&allowed));
            assert!(!shown.contains("https:"), "{start}");
        }
    }
}
