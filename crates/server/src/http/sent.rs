//! What a stream has sent of a reply that is being written.

/// The text that its reader has, and what is known of it. Offsets count characters.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    text: String,
    chars: usize,
    /// The attempt that is heard, and up to where: what the reader has beyond may be of an earlier one, whose node died.
    attempt: i64,
    heard: usize,
}

/// Something before a piece was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missed;

impl Sent {
    /// Takes a piece of `attempt` that comes after `offset` characters, and answers what of it the reader lacks, and where that
    /// belongs: a reader keeps what comes before, and nothing else.
    ///
    /// # Errors
    /// [`Missed`].
    pub(crate) fn add<'t>(
        &mut self,
        attempt: i64,
        offset: usize,
        text: &'t str,
    ) -> Result<Option<(usize, &'t str)>, Missed> {
        // A writer that has not noticed yet that another took its reply.
        if attempt < self.attempt {
            return Ok(None);
        }
        if attempt > self.attempt {
            (self.attempt, self.heard) = (attempt, 0);
        }
        if offset > self.heard {
            return Err(Missed);
        }
        let end = offset + text.chars().count();
        self.heard = self.heard.max(end);
        if offset == self.chars {
            self.append(text);
            return Ok((!text.is_empty()).then_some((offset, text)));
        }
        let from = byte_of(&self.text, offset);
        let has = &self.text[from..];
        let same: usize = has.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
        if offset + same == end {
            return Ok(None);
        }
        let piece = &text[byte_of(text, same)..];
        let kept = from + byte_of(has, same);
        self.text.truncate(kept);
        self.chars = offset + same;
        self.append(piece);
        Ok(Some((offset + same, piece)))
    }

    /// What the reader lacks of the finished reply, and where that belongs.
    pub(crate) fn become_whole<'t>(&mut self, text: &'t str) -> Option<(usize, &'t str)> {
        let piece = match text.strip_prefix(self.text.as_str()) {
            Some("") => None,
            Some(rest) => Some((self.chars, rest)),
            None => Some((0, text)),
        };
        text.clone_into(&mut self.text);
        self.chars = text.chars().count();
        piece
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
        self.chars += text.chars().count();
    }
}

/// The byte at which character number `index` of `text` begins, or its end.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_sent_again() {
        let mut sent = Sent::default();
        assert_eq!(sent.add(1, 0, "Né"), Ok(Some((0, "Né"))));
        assert_eq!(sent.add(1, 0, "Né"), Ok(None));
        assert_eq!(sent.add(1, 1, "ée"), Ok(Some((2, "e"))));
        assert_eq!(sent.add(1, 5, "!"), Err(Missed));
        assert_eq!(sent.add(1, 0, "Née en"), Ok(Some((3, " en"))));
        assert_eq!(sent.become_whole("Née en 1900"), Some((6, " 1900")));
        assert_eq!(sent.become_whole("Née en 1900"), None);
    }

    #[test]
    fn another_attempt_begins_anew_and_takes_the_place_of_the_first() {
        let mut sent = Sent::default();
        assert_eq!(sent.add(1, 0, "Good day"), Ok(Some((0, "Good day"))));
        assert_eq!(sent.add(2, 4, " morning"), Err(Missed), "its beginning was not heard");
        assert_eq!(sent.add(2, 0, "Good"), Ok(None));
        assert_eq!(sent.add(1, 8, "!"), Ok(None), "nobody listens to the first any more");
        assert_eq!(sent.add(2, 4, " mor"), Ok(Some((5, "mor"))));
        assert_eq!(sent.add(2, 8, "ning"), Ok(Some((8, "ning"))));
        assert_eq!(sent.become_whole("Good morning"), None);
        let mut sent = Sent::default();
        assert_eq!(sent.add(1, 0, "Good day"), Ok(Some((0, "Good day"))));
        assert_eq!(sent.become_whole("Good"), Some((0, "Good")), "shorter: all of it anew");
    }
}
