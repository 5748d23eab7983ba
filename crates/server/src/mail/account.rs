//! Mails with links that let somebody in: to join an account, and to a new password.

use domain::time::Timestamp;
use maud::{DOCTYPE, html};

use super::Letter;

/// What an invitation says.
#[derive(Clone)]
pub struct Invite {
    /// The account's name.
    pub account: String,
    /// Who invites.
    pub by: String,
    /// The link.
    pub link: String,
    /// The same for the same link.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

/// What the way to a new password says.
#[derive(Clone)]
pub struct Reset {
    /// The link.
    pub link: String,
    /// The same for the same link.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

/// The mail that asks somebody to join.
#[must_use]
pub fn invitation(invite: &Invite) -> Letter {
    let Invite { account, by, link, id, at } = invite;
    let first = format!("{by} invites you to the Zipchat account “{account}”.");
    let last = "The link works once, within 7 days. If you do not know what this is about, do nothing: without it nobody joins.";
    Letter {
        subject: format!("{by} invites you to {account}"),
        ..letter(&[first.as_str(), last], ("Join the account", link), (id, *at))
    }
}

/// The mail with the way to a new password.
#[must_use]
pub fn password_reset(reset: &Reset) -> Letter {
    let Reset { link, id, at } = reset;
    let first = "Somebody asked for a new password for your Zipchat account.";
    let last = "The link works once, within an hour. If it was not you, do nothing: your password stays as it is.";
    Letter {
        subject: "A new password for Zipchat".to_owned(),
        ..letter(&[first, last], ("Choose a new password", link), (id, *at))
    }
}

fn letter(says: &[&str; 2], (verb, link): (&str, &String), (id, at): (&str, Timestamp)) -> Letter {
    let [first, last] = says;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            body {
                p { (first) }
                p { a href=(link) { (verb) } }
                p { (link) }
                p { (last) }
            }
        }
    };
    Letter {
        subject: String::new(),
        text: format!("{first}\n\n{verb}:\n{link}\n\n{last}\n"),
        html: page.into_string(),
        reply_to: None,
        id: id.to_owned(),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_the_link_is_whole() {
        let letter = invitation(&Invite {
            account: "<b>Teas</b>".to_owned(),
            by: "Ada".to_owned(),
            link: "https://chat.example/invitation#abc_-1".to_owned(),
            id: "inv_1".to_owned(),
            at: Timestamp::from_millis(0),
        });
        assert!(letter.html.contains("&lt;b&gt;Teas") && !letter.html.contains("<b>"));
        assert!(letter.html.contains(r#"href="https://chat.example/invitation#abc_-1""#));
        assert!(letter.text.contains("https://chat.example/invitation#abc_-1\n"));
        assert_eq!(letter.subject, "Ada invites you to <b>Teas</b>");
    }
}
