//! Whether a key may go: what its uses, and those of the others, say.

use std::time::Duration;

use super::key::{IdentificationKey, KeyState};
use crate::time::Timestamp;

/// How long a key must not have been used before nobody is thought to sign with it.
const QUIET: Duration = Duration::from_hours(24);

/// Whether a key may be retired without a customer noticing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// Whether nobody would notice.
    pub safe: bool,
    /// Why, in a sentence for the merchant.
    pub message: String,
}

impl IdentificationKey {
    /// Whether this key may be retired at `now`; `all` are the keys of its chat.
    ///
    /// It may when it verifies nothing any more, and when another active key was used since, and this one not for a day.
    #[must_use]
    pub fn retirement(&self, all: &[Self], now: Timestamp) -> Retirement {
        let no = |message: String| Retirement { safe: false, message };
        let yes = |message: String| Retirement { safe: true, message };
        match self.state {
            KeyState::Revoked => return yes("It is revoked, and verifies nothing.".to_owned()),
            KeyState::Retired if self.verifies_at(now) => return self.in_grace(now),
            KeyState::Retired => return yes("It is retired, and verifies nothing.".to_owned()),
            KeyState::Active if !self.verifies_at(now) => {
                return yes(
                    "Its address has not given it for a week: it verifies nothing.".to_owned()
                );
            }
            KeyState::Active => {}
        }
        let others = all.iter().filter(|key| key.kid != self.kid && key.verifies_at(now));
        let mut others = others.filter(|key| key.state == KeyState::Active).peekable();
        if others.peek().is_none() {
            return no("It is the only active key: without it, every token would be refused. Add another first.".to_owned());
        }
        let successor =
            others.max_by_key(|key| key.last_used_at).filter(|key| key.last_used_at.is_some());
        match (self.last_used_at, successor) {
            (None, None) => {
                no("No active key has verified a token yet: see first with which one your backend signs.".to_owned())
            }
            (None, Some(_)) if now.since(self.created_at) < QUIET => {
                no("It is new, and has not verified a token yet: sign with it first.".to_owned())
            }
            (None, Some(other)) => yes(format!("It never verified a token, and the key {} is in use.", other.kid)),
            (Some(last), Some(other)) if other.last_used_at > Some(last) => {
                let ago = ago(now.since(last));
                if now.since(last) < QUIET {
                    no(format!("It is still used: it verified a token {ago}. Wait until it has not for a day."))
                } else {
                    yes(format!("It verified its last token {ago}, and the key {} is in use.", other.kid))
                }
            }
            (Some(last), _) => no(format!(
                "Your backend signs with it: it verified a token {}, and no other active key has verified one since.",
                ago(now.since(last))
            )),
        }
    }
    /// Whether its grace time may end.
    fn in_grace(&self, now: Timestamp) -> Retirement {
        match self.last_used_at.map(|last| now.since(last)) {
            Some(since) if since < QUIET => Retirement {
                safe: false,
                message: format!(
                    "It is retired, and your backend still signs with it: it verified a token {}. When its grace time ends, such tokens are refused.",
                    ago(since)
                ),
            },
            _ => Retirement {
                safe: true,
                message: "It is retired, and verifies to the end of its grace time.".to_owned(),
            },
        }
    }
}

/// A span before now, roughly.
fn ago(span: Duration) -> String {
    let seconds = span.as_secs();
    let (number, unit) = match seconds {
        0..60 => return "less than a minute ago".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}
