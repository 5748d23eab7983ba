//! Markdown to blocks of plain text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Reading, Writer};

/// Reads Markdown. Its title is its first heading of the highest level.
pub(super) fn read(text: &str) -> Reading {
    let mut writer = Writer::default();
    let mut title = String::new();
    let mut open = String::new();
    let mut heading = 0;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                writer.block(&std::mem::take(&mut open));
                heading = level as u8;
            }
            Event::End(TagEnd::Heading(_)) => {
                let text = std::mem::take(&mut open);
                if title.is_empty() && heading == 1 {
                    title.clone_from(&text);
                }
                writer.heading(heading, &text);
            }
            Event::Start(Tag::Item) => open.push_str("\n- "),
            Event::Start(Tag::TableRow) | Event::End(TagEnd::Item) | Event::HardBreak => {
                open.push('\n');
            }
            Event::End(TagEnd::TableCell) => open.push_str(" | "),
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::List(_) | TagEnd::Table) => {
                open.push('\n');
                writer.block(&std::mem::take(&mut open));
            }
            // HTML in it is shown as text, as in a chat.
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                open.push_str(&text);
            }
            Event::SoftBreak => open.push(' '),
            _ => {}
        }
    }
    writer.block(&open);
    writer.finish(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_stand_above_what_they_head() {
        let reading = read(
            "# Returns\n\nWithin **30 days**.\n\n## How\n\n1. Print the [label](https://shop.example/label)\n2. Send it\n\n\
             ## Costs\n\n| Country | Price |\n| --- | --- |\n| Norway | 9 € |\n\nSoft\nbreak",
        );
        assert_eq!(reading.title, "Returns");
        let blocks: Vec<(&str, &str)> = reading
            .blocks
            .iter()
            .map(|block| (block.heading.as_str(), block.text.as_str()))
            .collect();
        let expected = [
            ("Returns", "Within 30 days."),
            ("Returns › How", "- Print the label\n- Send it"),
            ("Returns › Costs", "Country | Price |\nNorway | 9 € |"),
            ("Returns › Costs", "Soft break"),
        ];
        assert_eq!(blocks, expected);
    }
}
