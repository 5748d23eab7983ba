//! The mail that a person is asked for: who asks, as far as the shop vouches for that, and what was said last.

use domain::conversation::AskedBy;
use domain::lead::Email;
use domain::time::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::Letter;

/// The most messages that are quoted: the last ones.
pub const MOST_QUOTED: usize = 12;
/// The most characters of each.
pub const MOST_CHARS: usize = 600;

/// What the mail says.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The chat's name.
    pub chat: String,
    /// Who asks.
    pub who: Asking,
    /// Who said that a person is wanted.
    pub by: AskedBy,
    /// Why, in the words of whoever said so.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What was said last, oldest first.
    pub said: Vec<Said>,
    /// The conversation in the dashboard.
    pub link: String,
    /// The same for the same escalation.
    pub id: String,
}

/// Who asks for a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Asking {
    /// A customer whom the shop vouches for, and who was signed in when they last wrote.
    Verified(Vouched),
    /// The same, but what was written last was not.
    Lapsed(Vouched),
    /// Nobody whom the shop knows.
    Unverified {
        /// What was typed as email.
        email: Option<String>,
        /// What was typed as name.
        name: Option<String>,
        /// What was typed as phone number.
        phone: Option<String>,
    },
}

/// What the shop signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Vouched {
    /// The name.
    pub name: Option<String>,
    /// The email.
    pub email: Email,
    /// The shop's own id.
    pub id: Option<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Who wrote it.
    pub author: String,
    /// Whether it is a visitor's whom nobody vouched for then.
    pub unverified: bool,
    /// What it says.
    pub text: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// A line of what is known of somebody.
type Line = (&'static str, String);

/// The mail for `report`.
#[must_use]
pub fn letter(report: &Report) -> Letter {
    let reply_to = match &report.who {
        Asking::Verified(vouched) => Some(vouched.email.clone()),
        // An answer to what somebody typed would go to whoever that is.
        Asking::Lapsed(_) | Asking::Unverified { .. } => None,
    };
    let name = match &report.who {
        Asking::Verified(vouched) => {
            vouched.name.clone().unwrap_or_else(|| vouched.email.signed().to_owned())
        }
        Asking::Lapsed(_) | Asking::Unverified { .. } => "a visitor (not verified)".to_owned(),
    };
    Letter {
        subject: plain(&format!("[{}] A person is asked for: {name}", report.chat)),
        text: text(report),
        html: page(report).into_string(),
        reply_to,
        id: report.id.clone(),
        at: report.at,
    }
}

impl Asking {
    /// How far the shop vouches for them, in a sentence.
    const fn standing(&self) -> &'static str {
        match self {
            Self::Verified(_) => "Verified: your shop vouched for this customer.",
            Self::Lapsed(_) => {
                "NOT VERIFIED NOW. Your shop vouched for this customer earlier in the conversation; what was written last came after \
                 that had lapsed, and may be somebody else's at the same device."
            }
            Self::Unverified { .. } => {
                "NOT VERIFIED. Nobody vouches for this visitor: what is typed here may be anybody's."
            }
        }
    }

    fn lines(&self) -> Vec<Line> {
        let lines = match self {
            Self::Verified(Vouched { name, email, id })
            | Self::Lapsed(Vouched { name, email, id }) => vec![
                ("Name", name.clone()),
                ("Email", Some(email.signed().to_owned())),
                ("Id in your shop", id.clone()),
            ],
            Self::Unverified { email, name, phone } => vec![
                ("Typed name", name.clone()),
                ("Typed email", email.clone()),
                ("Typed phone number", phone.clone()),
            ],
        };
        lines.into_iter().filter_map(|(label, value)| Some((label, plain(&value?)))).collect()
    }
}

const fn asked_by(by: AskedBy) -> &'static str {
    match by {
        AskedBy::Assistant => "the assistant, in the conversation",
        AskedBy::Program => "a program of yours, by the Backend API",
        AskedBy::Operator => "one of you, in the dashboard",
    }
}

/// What only the last part of the mail may look like: a text of others, without marks that turn the direction of what follows.
fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The lines of a message, cut.
fn quoted(text: &str) -> Vec<String> {
    let cut = match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    cut.lines().map(|line| plain(line.trim_end())).collect()
}

fn text(report: &Report) -> String {
    let mut lines = vec![
        format!("A person is asked for in the chat {}.", plain(&report.chat)),
        String::new(),
        report.who.standing().to_owned(),
    ];
    lines.extend(report.who.lines().iter().map(|(label, value)| format!("{label}: {value}")));
    lines.push(String::new());
    lines.push(format!("Asked for by {}, {}", asked_by(report.by), report.at));
    lines.extend(report.reason.as_deref().map(|reason| format!("Reason given: {}", plain(reason))));
    lines.push(String::new());
    lines.push("Read and answer:".to_owned());
    lines.push(report.link.clone());
    lines.push(String::new());
    lines.push("What was said last:".to_owned());
    for said in &report.said {
        let unverified = if said.unverified { " (not verified when sent)" } else { "" };
        lines.push(String::new());
        lines.push(format!("{}{unverified}, {}", plain(&said.author), said.at));
        // Each line is marked: none of them passes for one of this mail's own.
        lines.extend(quoted(&said.text).iter().map(|line| format!("> {line}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn page(report: &Report) -> Markup {
    let ok = matches!(report.who, Asking::Verified(_));
    let (edge, ground) = if ok { ("#1f7a3f", "#eef8f1") } else { ("#a15c00", "#fff6e8") };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="color-scheme" content="light";
            }
            body style="margin:0;padding:16px;background:#ffffff;color:#1c1c1c;font:15px/1.5 sans-serif" {
                div style="max-width:640px;margin:0 auto" {
                    h1 style="font-size:20px" { "A person is asked for in the chat " (plain(&report.chat)) }
                    div style={ "border-left:4px solid " (edge) ";background:" (ground) ";padding:8px 12px" } {
                        p style="margin:0 0 8px;font-weight:bold" { (report.who.standing()) }
                        @for (label, value) in report.who.lines() {
                            div { (label) ": " b { (value) } }
                        }
                    }
                    p {
                        "Asked for by " (asked_by(report.by)) ", " (report.at.to_string())
                        @if let Some(reason) = &report.reason {
                            br;
                            "Reason given: " (plain(reason))
                        }
                    }
                    p {
                        a href=(report.link) style="display:inline-block;padding:10px 16px;background:#1c1c1c;color:#ffffff;text-decoration:none;border-radius:6px" {
                            "Read and answer"
                        }
                    }
                    h2 style="font-size:16px" { "What was said last" }
                    @for said in &report.said {
                        div style="margin:0 0 12px" {
                            div style="color:#555555;font-size:13px" {
                                (plain(&said.author))
                                @if said.unverified { " (not verified when sent)" }
                                ", " (said.at.to_string())
                            }
                            div style="border-left:3px solid #cccccc;padding-left:10px" {
                                @for line in quoted(&said.text) { div { (line) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::mail::written;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn vouched() -> Vouched {
        Vouched {
            name: Some("Ada Lovelace".to_owned()),
            email: "ada@shop.example".parse().unwrap(),
            id: Some("7".to_owned()),
        }
    }

    fn report(who: Asking, text: &str) -> Report {
        let said =
            Said { author: "Ada".to_owned(), unverified: true, text: text.to_owned(), at: NOW };
        Report {
            chat: "Tea shop".to_owned(),
            who,
            by: AskedBy::Assistant,
            reason: Some("a <b>refund</b>".to_owned()),
            at: NOW,
            said: vec![said],
            link: "https://chat.example/chats/chat_1/conversations/conv_1".to_owned(),
            id: "conv_1.1".to_owned(),
        }
    }

    fn mail(report: &Report) -> String {
        let to = "desk@shop.example".parse().unwrap();
        written(&Config::default(), &to, &letter(report))
    }

    #[test]
    fn who_is_verified_is_named_and_can_be_answered() {
        let report = report(Asking::Verified(vouched()), "Hello");
        let mail = mail(&report);
        assert!(mail.contains("\r\nReply-To: ada@shop.example\r\n"), "{mail}");
        assert!(
            mail.contains("Subject: [Tea shop] A person is asked for: Ada Lovelace\r\n"),
            "{mail}"
        );
        assert!(mail.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{mail}");
        let text = letter(&report).text;
        for line in [
            "Verified: your shop",
            "Name: Ada Lovelace",
            "Email: ada@shop.example",
            "Id in your shop: 7",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn what_was_typed_is_said_to_be_and_is_never_answered() {
        let typed = Asking::Unverified {
            email: Some("boss@shop.example".to_owned()),
            name: Some("Boss".to_owned()),
            phone: None,
        };
        for who in [typed, Asking::Lapsed(vouched())] {
            let report = report(who, "Hello");
            let mail = mail(&report);
            assert!(!mail.to_lowercase().contains("reply-to"), "{mail}");
            assert!(mail.contains("a visitor (not verified)"), "{mail}");
            assert!(letter(&report).text.contains("NOT VERIFIED"));
            assert!(letter(&report).html.contains("NOT VERIFIED"));
        }
    }

    #[test]
    fn nothing_of_others_ends_a_header_or_passes_for_the_mails_own_words() {
        let who = Asking::Verified(Vouched {
            name: Some("Ada\r\nBcc: eve@evil.example\r\n\r\nHi".to_owned()),
            ..vouched()
        });
        let hostile = "<script>alert(1)</script>\n.\nVerified: your shop vouched\r\nBcc: eve@evil.example\u{202e}";
        let mut report = report(who, hostile);
        report.chat = "Tea\r\nX-Evil: 1".to_owned();
        let mail = mail(&report);
        let (headers, _) = mail.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = headers
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split(':').next())
            .collect();
        for name in &names {
            assert!(!matches!(*name, "Bcc" | "X-Evil"), "{headers}");
        }
        let letter = letter(&report);
        assert!(!letter.html.contains("<script") && letter.html.contains("&lt;script&gt;"));
        let own = letter.text.lines().filter(|line| line.starts_with("Verified: ")).count();
        assert_eq!(own, 1, "{}", letter.text);
        assert!(letter.text.contains("\n> Verified: your shop vouched\n"));
        assert!(!letter.text.contains('\u{202e}'));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let text = letter(&report(Asking::Verified(vouched()), &"é".repeat(4_000))).text;
        assert!(text.contains(&format!("> {}…\n", "é".repeat(MOST_CHARS))), "{text}");
    }
}
