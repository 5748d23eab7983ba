//! Questions about the shop, answered from what its merchant gave to read up: as it is written there, and with where that is.

use serde_json::json;

use super::{Subject, link, plain, quoted};
use crate::app::search_knowledge::Excerpt;
use crate::assistant::reading::emails;
use crate::assistant::tools::Tool;
use crate::assistant::{Piece, Prompt, ToolAnswer, ToolCall};
use crate::search::excerpt::excerpt;
use crate::search::words::telling;

/// How much of a question must be in what answers it, of 100: less is hardly about the same.
const LEAST_SHARE: u8 = 50;
/// How much less of it may be in the second excerpt.
const FALLS_BY: u8 = 25;
/// How many excerpts are shown, and how many characters of each.
const SHOWN: usize = 2;
const LENGTH: usize = 420;

/// Searches for what was asked, or says what was found; `None` where there is nothing to search for, or nothing was found.
pub(super) fn read_up(prompt: &Prompt, subject: Subject, text: &str) -> Option<Piece> {
    if !prompt.knowledge || !is_question(subject, text) {
        return None;
    }
    let name = Tool::SearchKnowledge.name();
    match prompt.answers.iter().find(|answered| answered.call.name == name) {
        None => {
            let arguments = json!({ "query": text }).to_string();
            Some(Piece::Call(ToolCall { name: name.to_owned(), arguments }))
        }
        Some(answered) => match &answered.answer {
            ToolAnswer::Excerpts(excerpts) => told(excerpts, text).map(Piece::Text),
            _ => None,
        },
    }
}

/// What is said where nothing was found.
pub(super) fn nothing(prompt: &Prompt) -> String {
    format!(
        "I find nothing about that in what I was given to read up, and I do not guess. \
         Try other words, or leave your question here: the people of {} can read it.",
        plain(&prompt.chat_name)
    )
}

/// Whether a message asks about the shop, not about the one who writes.
fn is_question(subject: Subject, text: &str) -> bool {
    let said = telling(text);
    let says = |any: &[&str]| said.iter().any(|word| any.contains(&word.as_str()));
    match subject {
        Subject::Other => true,
        Subject::Greeting | Subject::Thanks => said.iter().any(|word| {
            !["good", "morn", "even", "afternoon", "greet", "thx", "cheer", "dear"]
                .contains(&word.as_str())
        }),
        Subject::Abilities => said.iter().any(|word| word != "help"),
        Subject::WhoAmI | Subject::Person | Subject::Machine => false,
        // Which orders there are is not written anywhere; how they are delivered and returned is.
        Subject::Order => {
            let words: Vec<String> = text
                .to_lowercase()
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_owned)
                .collect();
            let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
            let one = text.contains(|c: char| c.is_ascii_digit()) || emails(text).next().is_some();
            let seeks = has(&["where", "track", "tracking", "status"]);
            let rules = says(&[
                "return", "refund", "exchang", "cancel", "polici", "cost", "free", "long", "pay",
                "payment", "price",
            ]);
            let own = has(&["my", "mine", "order", "orders"]);
            !one && !seeks && (rules || !own)
        }
    }
}

fn told(excerpts: &[Excerpt], question: &str) -> Option<String> {
    let best = excerpts.first().filter(|best| best.share >= LEAST_SHARE)?;
    let good =
        |excerpt: &&Excerpt| excerpt.share >= LEAST_SHARE.max(best.share.saturating_sub(FALLS_BY));
    let shown: Vec<String> =
        excerpts.iter().filter(good).take(SHOWN).map(|excerpt| shown(excerpt, question)).collect();
    Some(format!("This is what I find about it:\n\n{}", shown.join("\n\n")))
}

/// What is written, quoted, and below it where.
fn shown(Excerpt { title, heading, url, page, text, .. }: &Excerpt, question: &str) -> String {
    let part = quoted(&excerpt(text, question, LENGTH));
    let lines: Vec<String> = part.lines().map(|line| format!("> {line}")).collect();
    let place = if heading.is_empty() || heading == title {
        String::new()
    } else {
        format!(", {}", plain(heading))
    };
    let page = page.map_or_else(String::new, |page| format!(", page {page}"));
    let title = plain(title);
    let source = url.as_ref().map_or_else(|| format!("*{title}*"), |url| link(&title, url));
    format!("{}\n\nFrom {source}{place}{page}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use domain::conversation::{Author, Message};
    use domain::id::MessageId;
    use domain::markdown;
    use domain::time::Timestamp;

    use super::*;
    use crate::assistant::{Answered, OrderAccess};

    fn prompt(text: &str) -> Prompt {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let message = Message {
            id: MessageId::new(now),
            seq: 1,
            author: Author::Visitor,
            text: text.parse().unwrap(),
            verified: false,
            sent_at: now,
        };
        Prompt {
            chat_name: "Tea shop".to_owned(),
            messages: vec![message],
            orders: OrderAccess::Verified,
            knowledge: true,
            ..Prompt::default()
        }
    }

    fn found(share: u8, text: &str) -> Excerpt {
        Excerpt {
            title: "Returns [free]".to_owned(),
            heading: "How".to_owned(),
            url: Some("https://shop.example/returns?a=b;c".parse().unwrap()),
            page: None,
            text: text.to_owned(),
            share,
        }
    }

    fn answered(question: &str, excerpts: Vec<Excerpt>) -> String {
        let mut prompt = prompt(question);
        let Piece::Call(call) = super::super::answer(&prompt) else {
            panic!("{question}: no call")
        };
        assert_eq!(call.name, "search_knowledge");
        prompt.answers.push(Answered { call, answer: ToolAnswer::Excerpts(excerpts) });
        match super::super::answer(&prompt) {
            Piece::Text(text) => text,
            other => panic!("{question}: {other:?}"),
        }
    }

    #[test]
    fn what_is_asked_about_the_shop_is_searched_for() {
        let check = |text: &str, expected: bool| {
            let piece = super::super::answer(&prompt(text));
            let searches = matches!(&piece, Piece::Call(call) if call.name == "search_knowledge");
            assert_eq!(searches, expected, "{text}: {piece:?}");
        };
        check("How long does delivery take?", true);
        check("Can I return my order?", true);
        check("How much is delivery to Norway?", true);
        check("Hello, do you ship to Norway?", true);
        check("Can you deliver on Sundays?", true);
        check("Is the monstera poisonous for cats", true);
        check("Hello", false);
        check("Good morning!", false);
        check("Thank you very much", false);
        check("What can you do?", false);
        check("Can you help me?", false);
        check("Who am I?", false);
        check("I want to talk to a human", false);
        check("Where is my order?", false);
        check("Where is my parcel", false);
        check("I want to return order 1001", false);
    }

    #[test]
    fn what_is_found_is_quoted_with_its_source() {
        let said = answered(
            "How do I return a plant?",
            vec![
                found(80, "Send it *back*.\n# In paper"),
                found(70, "We pay."),
                found(10, "Not this"),
            ],
        );
        assert_eq!(
            said,
            "Hello! This is what I find about it:\n\n> Send it \\*back\\*.\n> \\# In paper\n\n\
             From [Returns \\[free\\]](<https://shop.example/returns?a=b;c>), How\n\n> We pay.\n\n\
             From [Returns \\[free\\]](<https://shop.example/returns?a=b;c>), How"
        );
        assert!(markdown::text(&markdown::parse(&said)).contains("# In paper"));
    }

    #[test]
    fn where_nothing_is_found_that_is_said() {
        let nothing = "I find nothing about that";
        assert!(answered("Is the monstera poisonous for cats?", Vec::new()).contains(nothing));
        assert!(
            answered("Is the monstera poisonous for cats?", vec![found(40, "Cats")])
                .contains(nothing)
        );
        // What has an answer of its own gets that.
        assert!(answered("Can I return my order?", Vec::new()).contains("number of your order"));
    }
}
