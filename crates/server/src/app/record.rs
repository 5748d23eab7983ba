//! The record: entries are sealed at once or within a second or so, identities that lapsed are entered, and the chain can be verified.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::decide::Standing;
use domain::record::{Broken, Chain, ChainHash, Entry, EntryKind, SealedEntry};
use domain::settings::SealedSecret;
use domain::time::Timestamp;
use store::{LapsingVisitor, RecordHead, Scope, StoreError, Writes};

use crate::app::App;

/// How often entries are sealed.
const EVERY: Duration = Duration::from_secs(1);
/// How often a chain that is broken is looked at again.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// Entries sealed in one transaction, and lapsed identities entered in one.
const BATCH: i64 = 500;
/// The most of these that are entered at once.
const BATCHES: usize = 20;

/// What a verification of a chat's record found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Entries in the chain.
    pub entries: i64,
    /// Entries that are not sealed yet.
    pub pending: i64,
    /// Where the chain is broken, if it is.
    pub broken: Option<Broken>,
}

impl Verification {
    /// It in a sentence.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.broken {
            Some(broken) => broken.to_string(),
            None if self.entries == 0 && self.pending == 0 => {
                "The record has no entries yet.".to_owned()
            }
            None => format!(
                "The record is whole: {} entries, {} not sealed yet.",
                self.entries, self.pending
            ),
        }
    }
}

/// Why a record was not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyRecordError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seals entries and enters lapsed identities until the service ends.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    let mut broken = HashMap::new();
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        // Whatever cannot be entered, what is there can be sealed.
        let (entered, sealed) = (enter_lapsed(&app).await, seal_all(&app, &mut broken).await);
        match entered.and(sealed) {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the record cannot be sealed; trying on");
            }
            Err(_) => {}
        }
    }
}

/// Seals the entries of all chats that are not yet. A chain that is broken is not gone on with: that would hide the break.
///
/// # Errors
/// When the database cannot; what was sealed stays so.
pub async fn seal(app: &App) -> Result<(), StoreError> {
    seal_all(app, &mut HashMap::new()).await
}

/// `broken`: chats whose chain is, and when that was found.
async fn seal_all(app: &App, broken: &mut HashMap<ChatId, Timestamp>) -> Result<(), StoreError> {
    let now = app.clock.now();
    broken.retain(|_, found| now.since(*found) < LOOK_AGAIN);
    let chats = app.store.read().await?.chats_with_unsealed().await?;
    for chat in chats {
        if broken.contains_key(&chat) {
            continue;
        }
        loop {
            let why = match seal_some(app, &chat).await {
                Ok(Sealed::All) => break,
                Ok(Sealed::Some) => continue,
                Ok(Sealed::Nothing(error)) => error.to_string(),
                // Somebody else wrote that: it holds up its own chat alone.
                Err(error @ StoreError::Corrupt { .. }) => error.to_string(),
                Err(error) => return Err(error),
            };
            tracing::error!(%chat, why, "the record is broken, and is not gone on with: run `zipchat audit verify`");
            broken.insert(chat, now);
            break;
        }
    }
    Ok(())
}

/// What became of a chat's new entries.
enum Sealed {
    /// There are no more.
    All,
    /// There may be more.
    Some,
    /// The chain is broken before them.
    Nothing(Broken),
}

/// Where a chat's head is sealed: it opens for no other.
fn place(chat: &ChatId) -> String {
    format!("{chat}/record")
}

/// Has `entries` written, and sealed at once in those chats whose ends are in `heads` and are what was sealed with the secret key; in
/// others they are sealed later.
pub(super) fn append<'e>(
    app: &App,
    writes: &mut Writes,
    entries: impl IntoIterator<Item = &'e Entry>,
    heads: HashMap<ChatId, RecordHead>,
) {
    let is_ours =
        |(chat, head): &(ChatId, RecordHead)| check_end(app, chat, &head.chain, Some(head)).is_ok();
    let mut chains: HashMap<ChatId, Chain> =
        heads.into_iter().filter(is_ours).map(|(chat, head)| (chat, head.chain)).collect();
    let mut sealed = HashSet::new();
    let entries: Vec<(&Entry, Option<(i64, ChainHash)>)> = entries
        .into_iter()
        .map(|entry| {
            let Some(chain) = chains.get_mut(&entry.chat_id) else { return (entry, None) };
            sealed.insert(&entry.chat_id);
            (entry, Some(chain.advance(entry)))
        })
        .collect();
    let heads: Vec<(&ChatId, RecordHead)> = sealed
        .into_iter()
        .filter_map(|chat| Some((chat, sealed_end(app, chat, chains.get(chat)?.clone()))))
        .collect();
    writes.append_records(
        entries
            .iter()
            .map(|(entry, place)| (*entry, place.as_ref().map(|(seq, hash)| (*seq, hash)))),
    );
    writes.put_record_heads(heads.iter().map(|(chat, head)| (*chat, head)));
}

/// The end of a chain, sealed.
fn sealed_end(app: &App, chat: &ChatId, chain: Chain) -> RecordHead {
    let seal = app.secret_key.seal(&place(chat), &sealed_text(&chain)).0;
    RecordHead { chain, seal }
}

fn sealed_text(chain: &Chain) -> String {
    format!("{}:{}", chain.seq, chain.hash)
}

async fn seal_some(app: &App, chat: &ChatId) -> Result<Sealed, StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let entries = tx.unsealed_entries(chat, BATCH).await?;
    if entries.is_empty() {
        return Ok(Sealed::All);
    }
    let head = tx.record_head(chat).await?;
    let before = head.as_ref().map_or(0, |head| head.chain.seq - 1).max(0);
    let last = tx.sealed_entries(chat, before, 2).await?;
    let mut chain = match (&head, last.as_slice()) {
        (None, []) => Chain::default(),
        (Some(_), [last]) => Chain { seq: last.seq, hash: last.hash.clone() },
        (_, last) => {
            let found = last.last().map_or(0, |last| last.seq);
            let expected = head.map_or(0, |head| head.chain.seq);
            return Ok(Sealed::Nothing(Broken::End { expected, found }));
        }
    };
    if let Err(broken) = check_end(app, chat, &chain, head.as_ref()) {
        return Ok(Sealed::Nothing(broken));
    }
    let more = i64::try_from(entries.len()) == Ok(BATCH);
    let sealed: Vec<SealedEntry> = entries.into_iter().map(|entry| chain.append(entry)).collect();
    tx.seal_entries(&sealed).await?;
    tx.put_record_head(chat, &sealed_end(app, chat, chain)).await?;
    tx.commit().await?;
    Ok(if more { Sealed::Some } else { Sealed::All })
}

/// Enters what lapsed by itself. What the merchant ended is in the record already.
async fn enter_lapsed(app: &App) -> Result<(), StoreError> {
    for _ in 0..BATCHES {
        let now = app.clock.now();
        let lapsing = app.store.read().await?.lapsing_visitors(now, BATCH).await?;
        let mut is_done = i64::try_from(lapsing.len()).is_ok_and(|count| count < BATCH);
        let mut by_chat: HashMap<ChatId, Vec<LapsingVisitor>> = HashMap::new();
        for visitor in lapsing {
            by_chat.entry(visitor.chat_id.clone()).or_default().push(visitor);
        }
        for (chat, visitors) in by_chat {
            match enter_lapsed_of(app, &chat, visitors, now).await {
                Ok(()) => {}
                // Somebody else wrote that: it holds up its own chat alone.
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::error!(%chat, %error, "identities that lapsed cannot be entered into the record");
                    // They would come first again.
                    is_done = true;
                }
                Err(error) => return Err(error),
            }
        }
        if is_done {
            break;
        }
    }
    Ok(())
}

async fn enter_lapsed_of(
    app: &App,
    chat: &ChatId,
    visitors: Vec<LapsingVisitor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (renewed, lapsed): (Vec<_>, Vec<_>) =
        visitors.into_iter().partition(|visitor| visitor.expires_at > now);
    if !renewed.is_empty() {
        // They are about to be renewed again, perhaps: nobody is to wait for what follows.
        let mut renewed: Vec<_> = renewed.into_iter().map(|visitor| visitor.id).collect();
        renewed.sort();
        let mut tx = app.store.write(Scope::Chat(chat)).await?;
        tx.look_later(chat, &renewed).await?;
        tx.commit().await?;
    }
    if lapsed.is_empty() {
        return Ok(());
    }
    let known = app.chats.by_id(&app.store, chat).await?;
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    for LapsingVisitor { id, .. } in lapsed {
        let Some(visitor) = tx.visitor(chat, &id).await? else { continue };
        let Some(identity) = &visitor.identity else { continue };
        // It may have been renewed since.
        if identity.expires_at > now || !tx.record_end(chat, &id, identity.expires_at).await? {
            continue;
        }
        let lead = tx.lead(chat, &identity.lead_id).await?;
        // As it stood just before its time was over.
        let before = identity.expires_at - Duration::from_millis(1);
        let held = known.as_ref().is_some_and(|known| {
            known.standing(&visitor, lead.as_ref(), before) == Standing::Holds
        });
        if held {
            let entry = Entry {
                visitor_id: Some(id),
                conversation_id: visitor.conversation_id.clone(),
                kid: Some(identity.kid.clone()),
                ..Entry::new(chat.clone(), EntryKind::Expired, identity.expires_at)
            };
            tx.append_record(&entry.about_customer(&identity.lead_id)).await?;
        }
    }
    tx.commit().await
}

/// Verifies the record of a chat from its first entry to its head.
///
/// # Errors
/// [`VerifyRecordError`].
pub async fn verify(app: &App, chat: &ChatId) -> Result<Verification, VerifyRecordError> {
    let mut tx = app.store.read().await?;
    tx.chat(chat).await?.ok_or(VerifyRecordError::ChatUnknown)?;
    let pending = tx.count_unsealed(chat).await?;
    let head = tx.record_head(chat).await?;
    let has_keys = !tx.identification_keys(chat).await?.is_empty();
    let mut chain = Chain::default();
    let broken = loop {
        let entries = match tx.sealed_entries(chat, chain.seq, BATCH).await {
            // What cannot be read was not written by us; which of them it is, is not known.
            Err(StoreError::Corrupt { .. }) => break Some(Broken::Changed(chain.seq + 1)),
            entries => entries?,
        };
        if entries.is_empty() {
            if chain.seq == 0 && pending == 0 && head.is_none() && has_keys {
                break Some(Broken::Gone);
            }
            break check_end(app, chat, &chain, head.as_ref()).err();
        }
        if let Err(broken) = entries.iter().try_for_each(|entry| chain.check(entry)) {
            break Some(broken);
        }
    };
    Ok(Verification { entries: chain.seq, pending, broken })
}

fn check_end(
    app: &App,
    chat: &ChatId,
    chain: &Chain,
    head: Option<&RecordHead>,
) -> Result<(), Broken> {
    let Some(head) = head else {
        return if chain.seq == 0 { Ok(()) } else { Err(Broken::Head) };
    };
    let seal = SealedSecret(head.seal.clone());
    let sealed = app.secret_key.open(&place(chat), &seal).map_err(|_| Broken::Head)?;
    if sealed != sealed_text(&head.chain) {
        return Err(Broken::Head);
    }
    if head.chain.seq != chain.seq {
        return Err(Broken::End { expected: head.chain.seq, found: chain.seq });
    }
    if head.chain.hash == chain.hash { Ok(()) } else { Err(Broken::Changed(chain.seq)) }
}
