//! A message's text as a typed tree: a small safe subset of Markdown. Pages show it without ever handling HTML.
//!
//! HTML in the text is shown as text, images as their description, and links only where they lead to `http`, `https`, `mailto`
//! or `tel`.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Serialize;

/// A block of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Block {
    /// A paragraph.
    P {
        /// What it holds.
        c: Vec<Inline>,
    },
    /// A heading; levels are not told apart in a chat.
    H {
        /// What it holds.
        c: Vec<Inline>,
    },
    /// A list.
    Ul {
        /// Its items.
        items: Vec<Vec<Block>>,
    },
    /// A numbered list.
    Ol {
        /// Its first number.
        start: u64,
        /// Its items.
        items: Vec<Vec<Block>>,
    },
    /// A block of code.
    Code {
        /// Its text.
        text: String,
    },
    /// A quotation.
    Quote {
        /// What it holds.
        c: Vec<Block>,
    },
}

/// Text within a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Inline {
    /// Plain text.
    Text {
        /// It.
        text: String,
    },
    /// Strong.
    B {
        /// What it holds.
        c: Vec<Inline>,
    },
    /// Emphasised.
    I {
        /// What it holds.
        c: Vec<Inline>,
    },
    /// Code.
    Code {
        /// Its text.
        text: String,
    },
    /// A link.
    A {
        /// Where it leads: http, https, mailto or tel.
        href: String,
        /// What it holds.
        c: Vec<Inline>,
    },
    /// A new line.
    Br,
}

/// Text without markup, as visitors write it: paragraphs, and lines as they were broken.
#[must_use]
pub fn plain(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs
        .map(|paragraph| {
            let mut c = Vec::new();
            for line in paragraph.trim_matches('\n').split('\n') {
                if !c.is_empty() {
                    c.push(Inline::Br);
                }
                c.push(Inline::Text { text: line.to_owned() });
            }
            Block::P { c }
        })
        .collect()
}

/// The text of a tree, without its markup and on one line, for lists.
#[must_use]
pub fn text(blocks: &[Block]) -> String {
    let mut words = String::new();
    for block in blocks {
        match block {
            Block::P { c } | Block::H { c } => add_text(c, &mut words),
            Block::Code { text } => words.push_str(text),
            Block::Quote { c } => words.push_str(&text(c)),
            Block::Ul { items } | Block::Ol { items, .. } => {
                for item in items {
                    words.push_str(&text(item));
                    words.push(' ');
                }
            }
        }
        words.push(' ');
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add_text(inlines: &[Inline], words: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } => words.push_str(text),
            Inline::B { c } | Inline::I { c } | Inline::A { c, .. } => add_text(c, words),
            Inline::Br => words.push(' '),
        }
    }
}

/// How deep markup is nested at most; what is deeper is shown without. Whoever walks the tree goes down no further, whatever text of
/// others it was made of: a stack has an end.
pub const MAX_DEPTH: usize = 16;

/// Reads Markdown.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    let mut tree = Tree {
        open: vec![Open { node: Node::Root, blocks: Vec::new(), inlines: Vec::new() }],
        code: None,
    };
    for event in Parser::new_ext(text, Options::empty()) {
        tree.take(event);
    }
    while tree.open.len() > 1 {
        tree.close();
    }
    let mut root = tree.open.remove(0);
    root.flush();
    root.blocks
}

/// The same, and addresses that stand in the text are links, as people expect who write them. For people alone: a model's links are
/// shown by rule, and that rule knows of Markdown.
#[must_use]
pub fn parse_linked(text: &str) -> Vec<Block> {
    let mut blocks = parse(text);
    link_blocks(&mut blocks);
    blocks
}

fn link_blocks(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::P { c } | Block::H { c } => *c = linked(std::mem::take(c)),
            Block::Quote { c } => link_blocks(c),
            Block::Ul { items } | Block::Ol { items, .. } => {
                for item in items {
                    link_blocks(item);
                }
            }
            Block::Code { .. } => {}
        }
    }
}

fn linked(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut found = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text { text } => found.extend(finder.spans(&text).map(|span| {
                let text = span.as_str().to_owned();
                let is_link = span.kind().is_some() && is_safe(&text);
                let shown = Inline::Text { text: text.clone() };
                if is_link { Inline::A { href: text, c: vec![shown] } } else { shown }
            })),
            Inline::B { c } => found.push(Inline::B { c: linked(c) }),
            Inline::I { c } => found.push(Inline::I { c: linked(c) }),
            other => found.push(other),
        }
    }
    found
}

/// Whether a link may be shown.
fn is_safe(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
}

/// What is open while reading, outermost first.
struct Tree {
    open: Vec<Open>,
    code: Option<String>,
}

struct Open {
    node: Node,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

enum Node {
    Root,
    Paragraph,
    Heading,
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item,
    Quote,
    Strong,
    Emphasis,
    Link {
        href: String,
    },
    /// Markup that is not shown itself, only what it holds.
    Ignored,
}

impl Open {
    /// Makes a paragraph of the text that stands outside of one, as in tight lists.
    fn flush(&mut self) {
        if !self.inlines.is_empty() {
            self.blocks.push(Block::P { c: std::mem::take(&mut self.inlines) });
        }
    }
}

impl Tree {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => {
                let text = self.code.take().unwrap_or_default();
                self.block(Block::Code { text });
            }
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => self.close(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => self.inline(Inline::Code { text: text.into_string() }),
            Event::SoftBreak | Event::HardBreak => self.inline(Inline::Br),
            Event::Rule => self.text("———"),
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let node = match tag {
            Tag::Paragraph => Node::Paragraph,
            Tag::Heading { .. } => Node::Heading,
            Tag::List(start) => Node::List { start: *start, items: Vec::new() },
            Tag::Item => Node::Item,
            Tag::BlockQuote(_) => Node::Quote,
            Tag::Strong => Node::Strong,
            Tag::Emphasis => Node::Emphasis,
            Tag::Link { dest_url, .. } if is_safe(dest_url) => {
                Node::Link { href: dest_url.to_string() }
            }
            _ => Node::Ignored,
        };
        // A list has nothing but items: an item of one that is shown is shown, too.
        let is_own_item = matches!((&node, &self.last().node), (Node::Item, Node::List { .. }));
        let node = if self.open.len() > MAX_DEPTH && !is_own_item { Node::Ignored } else { node };
        if matches!(node, Node::List { .. } | Node::Quote) {
            self.last().flush();
        }
        self.open.push(Open { node, blocks: Vec::new(), inlines: Vec::new() });
    }

    fn close(&mut self) {
        let Some(mut closed) = self.open.pop() else { return };
        match closed.node {
            Node::Root => self.open.push(closed),
            Node::Paragraph => self.block(Block::P { c: closed.inlines }),
            Node::Heading => self.block(Block::H { c: closed.inlines }),
            Node::Strong => self.inline(Inline::B { c: closed.inlines }),
            Node::Emphasis => self.inline(Inline::I { c: closed.inlines }),
            Node::Link { href } => self.inline(Inline::A { href, c: closed.inlines }),
            Node::List { start: Some(start), items } => self.block(Block::Ol { start, items }),
            Node::List { start: None, items } => self.block(Block::Ul { items }),
            Node::Quote => {
                closed.flush();
                self.block(Block::Quote { c: closed.blocks });
            }
            Node::Item => {
                closed.flush();
                if let Node::List { items, .. } = &mut self.last().node {
                    items.push(closed.blocks);
                }
            }
            Node::Ignored => {
                if !closed.blocks.is_empty() {
                    self.last().flush();
                    self.last().blocks.append(&mut closed.blocks);
                }
                for inline in closed.inlines {
                    self.inline(inline);
                }
            }
        }
    }

    fn last(&mut self) -> &mut Open {
        let at = self.open.len() - 1;
        &mut self.open[at]
    }

    fn block(&mut self, block: Block) {
        self.last().blocks.push(block);
    }

    fn inline(&mut self, inline: Inline) {
        self.last().inlines.push(inline);
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        // The parser hands text over in pieces; one node each would be noise.
        if let Some(Inline::Text { text: before }) = self.last().inlines.last_mut() {
            before.push_str(text);
        } else {
            self.inline(Inline::Text { text: text.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: &serde_json::Value) {
        assert_eq!(&serde_json::to_value(parse(text)).unwrap(), expected, "{text}");
    }

    #[test]
    fn markup_becomes_a_tree() {
        check(
            "Hello **you**",
            &json!([{"t":"p","c":[{"t":"text","text":"Hello "},{"t":"b","c":[{"t":"text","text":"you"}]}]}]),
        );
        check(
            "a\nb",
            &json!([{"t":"p","c":[{"t":"text","text":"a"},{"t":"br"},{"t":"text","text":"b"}]}]),
        );
        check(
            "- one\n- *two*",
            &json!([{"t":"ul","items":[
            [{"t":"p","c":[{"t":"text","text":"one"}]}],
            [{"t":"p","c":[{"t":"i","c":[{"t":"text","text":"two"}]}]}]]}]),
        );
        check(
            "3. x",
            &json!([{"t":"ol","start":3,"items":[[{"t":"p","c":[{"t":"text","text":"x"}]}]]}]),
        );
        check("# Title", &json!([{"t":"h","c":[{"t":"text","text":"Title"}]}]));
        check("> said", &json!([{"t":"quote","c":[{"t":"p","c":[{"t":"text","text":"said"}]}]}]));
        check("```\nlet x;\n```", &json!([{"t":"code","text":"let x;\n"}]));
        check("`x`", &json!([{"t":"p","c":[{"t":"code","text":"x"}]}]));
    }

    #[test]
    fn markup_that_is_nested_without_end_is_shown_without_and_nothing_of_the_text_is_lost() {
        fn depth(value: &serde_json::Value) -> usize {
            let members = match value {
                serde_json::Value::Array(items) => items.iter().map(depth).max(),
                serde_json::Value::Object(members) => members.values().map(depth).max(),
                _ => return 0,
            };
            members.unwrap_or(0) + 1
        }
        let nested = [
            (">".repeat(16_000), ""),
            ("> - ".repeat(4_000), ""),
            ("- ".repeat(8_000), ""),
            ("*a **b ".repeat(2_000), "c** d*"),
            ("**a *b ".repeat(300), &"* **".repeat(300)),
            ("[a](https://shop.example ".repeat(600), ""),
        ];
        for (before, after) in nested {
            let tree = parse(&format!("{before} word {after}"));
            assert!(text(&tree).contains("word"), "{}", &before[..20]);
            let json = serde_json::to_value(&tree).unwrap();
            assert!(depth(&json) <= 4 * (MAX_DEPTH + 2), "{}: {}", &before[..20], depth(&json));
        }
    }

    #[test]
    fn addresses_that_people_write_are_links() {
        let check = |text: &str, expected: &serde_json::Value| {
            assert_eq!(&serde_json::to_value(parse_linked(text)).unwrap(), expected, "{text}");
        };
        let plain = |text: &str| json!({ "t": "text", "text": text });
        let link = |href: &str| json!({ "t": "a", "href": href, "c": [plain(href)] });
        let url = "https://shop.example/a_(b)?c=1";
        check(
            &format!("See {url}, or **{url}**."),
            &json!([{ "t": "p", "c": [plain("See "), link(url), plain(", or "), { "t": "b", "c": [link(url)] }, plain(".")] }]),
        );
        check(
            "- https://shop.example",
            &json!([{ "t": "ul", "items": [[{ "t": "p", "c": [link("https://shop.example")] }]] }]),
        );
        check(
            "`https://shop.example`",
            &json!([{ "t": "p", "c": [{ "t": "code", "text": "https://shop.example" }] }]),
        );
        check(
            "[x](https://shop.example)",
            &json!([{ "t": "p", "c": [{ "t": "a", "href": "https://shop.example", "c": [plain("x")] }] }]),
        );
        check(
            "ftp://shop.example javascript://x",
            &json!([{ "t": "p", "c": [plain("ftp://shop.example"), plain(" "), plain("javascript://x")] }]),
        );
    }

    #[test]
    fn only_safe_links_are_links() {
        let link = |href: &str| json!([{"t":"p","c":[{"t":"a","href":href,"c":[{"t":"text","text":"x"}]}]}]);
        for good in [
            "https://shop.example/a?b=c",
            "HTTP://shop.example",
            "mailto:a@shop.example",
            "tel:+123",
        ] {
            check(&format!("[x]({good})"), &link(good));
        }
        let plain = json!([{"t":"p","c":[{"t":"text","text":"x"}]}]);
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//shop.example",
            "/relative",
            "vbscript:x",
        ] {
            check(&format!("[x]({bad})"), &plain);
        }
    }

    #[test]
    fn html_and_images_are_text() {
        check(
            "<img src=x onerror=alert(1)>",
            &json!([{"t":"p","c":[{"t":"text","text":"<img src=x onerror=alert(1)>"}]}]),
        );
        check("a <b>c</b>", &json!([{"t":"p","c":[{"t":"text","text":"a <b>c</b>"}]}]));
        check(
            "![cat](https://shop.example/cat.png)",
            &json!([{"t":"p","c":[{"t":"text","text":"cat"}]}]),
        );
    }

    #[test]
    fn the_text_of_a_tree_is_one_line_without_markup() {
        let tree =
            parse("# Hi *you*\n\n- O'Neil\\_x\n- [x](https://shop.example) `y`\n\nend\nof it");
        assert_eq!(text(&tree), "Hi you O'Neil_x x y end of it");
    }

    #[test]
    fn what_visitors_write_is_not_markup() {
        let expected = json!([
            {"t":"p","c":[{"t":"text","text":"**a**"},{"t":"br"},{"t":"text","text":"b"}]},
            {"t":"p","c":[{"t":"text","text":"c"}]}]);
        assert_eq!(serde_json::to_value(plain("**a**\nb\n\nc")).unwrap(), expected);
    }
}
