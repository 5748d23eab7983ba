//! How often each key verified a token, and how often one that it signed was refused. Counted in memory and written down every few
//! seconds, refusals every minute, so that the identifications of a chat do not wait for one another at its key's row, and no flood
//! of refused tokens uses up the disk. What a crash loses is a little of a statistic.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::key::Kid;
use domain::time::Timestamp;
use store::{KeyUse, Scope, StoreError};

use crate::app::App;

/// How often it is written down.
const EVERY: Duration = Duration::from_secs(2);
/// How long refusals are gathered.
const REFUSED_EVERY: Duration = Duration::from_mins(1);
/// How many keys' refusals are gathered at most.
const MOST: usize = 10_000;

/// What has not been written down yet.
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<Unwritten>);

#[derive(Debug, Default)]
struct Unwritten {
    verified: HashMap<(ChatId, Kid), KeyUse>,
    /// Since when, and how many.
    refused: HashMap<(ChatId, Kid), (Timestamp, i64)>,
}

impl KeyUses {
    /// Counts a token that a key verified.
    pub fn count(&self, chat: &ChatId, kid: &Kid, now: Timestamp) {
        self.add(chat, kid, KeyUse { verified: 1, refused: 0, span: Some((now, now)) });
    }

    /// Counts a token that a key signed, and that was refused for another reason.
    pub fn count_refused(&self, chat: &ChatId, kid: &Kid, now: Timestamp) {
        let mut unwritten = self.lock();
        let full = unwritten.refused.len() >= MOST;
        match unwritten.refused.entry((chat.clone(), kid.clone())) {
            Entry::Occupied(mut counted) => counted.get_mut().1 += 1,
            Entry::Vacant(vacant) if !full => drop(vacant.insert((now, 1))),
            Entry::Vacant(_) => {}
        }
    }

    fn add(&self, chat: &ChatId, kid: &Kid, uses: KeyUse) {
        let mut unwritten = self.lock();
        let entry = unwritten.verified.entry((chat.clone(), kid.clone())).or_default();
        entry.verified += uses.verified;
        entry.refused += uses.refused;
        entry.span = match (entry.span, uses.span) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
    }

    /// What is to be written down: of refusals those that were gathered for long enough at `now`, or all.
    fn take(&self, now: Option<Timestamp>) -> HashMap<(ChatId, Kid), KeyUse> {
        let mut unwritten = self.lock();
        let mut taken = std::mem::take(&mut unwritten.verified);
        let due = |since: Timestamp| {
            now.is_none_or(|now| now.since(since) >= REFUSED_EVERY || now < since)
        };
        for (key, (_, refused)) in unwritten.refused.extract_if(|_, (since, _)| due(*since)) {
            taken.entry(key).or_default().refused += refused;
        }
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Unwritten> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the counts down every few seconds, and once more when the service ends.
pub async fn run(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return flush(&app).await,
            () = tokio::time::sleep(EVERY) => {}
        }
        write_down(&app, app.key_uses.take(Some(app.clock.now()))).await;
    }
}

/// Writes down all that was counted.
pub async fn flush(app: &App) {
    write_down(app, app.key_uses.take(None)).await;
}

/// Writes counts down. What cannot be written is kept for the next time.
async fn write_down(app: &App, uses: HashMap<(ChatId, Kid), KeyUse>) {
    for ((chat, kid), uses) in uses {
        if let Err(error) = write(app, &chat, &kid, uses).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "key uses not written yet");
            app.key_uses.add(&chat, &kid, uses);
        }
    }
}

async fn write(app: &App, chat: &ChatId, kid: &Kid, uses: KeyUse) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.count_key_use(chat, kid, uses).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_taken_soon_and_refusals_when_they_were_gathered_for_a_minute() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (chat, kid): (ChatId, Kid) = (ChatId::new(now), "k".parse().unwrap());
        let uses = KeyUses::default();
        let taken = |now| uses.take(now).remove(&(chat.clone(), kid.clone()));
        let (later, minute) = (now + EVERY, now + REFUSED_EVERY);
        uses.count(&chat, &kid, later);
        uses.count(&chat, &kid, now);
        uses.count_refused(&chat, &kid, now);
        uses.count_refused(&chat, &kid, later);
        let verified = KeyUse { verified: 2, refused: 0, span: Some((now, later)) };
        assert_eq!(taken(Some(later)), Some(verified));
        assert_eq!(taken(Some(later)), None);
        assert_eq!(taken(Some(minute)), Some(KeyUse { refused: 2, ..KeyUse::default() }));
        uses.count_refused(&chat, &kid, minute);
        assert_eq!(taken(Some(minute)), None);
        assert_eq!(taken(None), Some(KeyUse { refused: 1, ..KeyUse::default() }));
    }
}
