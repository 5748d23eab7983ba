//! Keys that are fetched from an address: set and forgotten by the merchant, fetched again every hour, and at once when a token names
//! a key that is not known.
//!
//! All of the state is in the database: whoever fetches first writes down that it was tried, and others wait for their turn. No
//! transaction is open while an address is being called.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::audit::AuditKind;
use domain::chat::Chat;
use domain::id::ChatId;
use domain::identity::claimed_kid;
use domain::identity::jwks::{Changes, JwkSet, JwkSetError, JwksSource, KEPT, MAX_SET};
use domain::identity::key::{IdentificationKey, KeySource, KeyState};
use domain::record::{Entry, EntryKind};
use domain::time::Timestamp;
use futures_util::{StreamExt, stream};
use store::{Scope, StoreError, WriteTx};
use tokio::sync::watch;

use crate::app::App;
use crate::app::activate_identification::{
    ActivateError, identifiable, put_active, record_key, tell,
};
use crate::app::audit::{self, Actor, Deed};
use crate::app::chats::KnownChat;
use crate::outbound::{Limits, OutboundError};

/// How often keys are fetched again.
const EVERY: Duration = Duration::from_hours(1);
/// How often a token that names an unknown key may have them fetched.
const PAUSE: Duration = Duration::from_mins(1);
/// How often it is looked whose turn it is.
const LOOK: Duration = Duration::from_secs(5);
/// How many addresses are called at once.
const AT_ONCE: usize = 8;
/// How many chats' turns are looked up at once.
const MOST: i64 = 500;
/// How many chats are remembered to have been asked for lately.
const MOST_ASKED: usize = 10_000;

/// What a merchant who is waiting, and the hourly task, have the patience for.
const PATIENT: Limits = Limits { time: Duration::from_secs(10), size: MAX_SET };
/// What a customer who is waiting has the patience for.
const IMPATIENT: Limits = Limits { time: Duration::from_secs(3), size: MAX_SET };

/// Why there are no keys from an address.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The chat is not there, or takes no keys.
    #[error(transparent)]
    Refused(#[from] ActivateError),
    /// It cannot be called, or does not answer as it should.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// It answers with another status.
    #[error("it answered with the status {0}, not 200")]
    Status(u16),
    /// What it answers is not a key set.
    #[error(transparent)]
    Set(#[from] JwkSetError),
    /// Nothing in the set can be used.
    #[error("the key set has no key that verifies RS256{0}")]
    NoKey(String),
    /// Nothing in the set can be used here.
    #[error("no key of the key set can be used: {0}")]
    LeftOut(String),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fetches a chat's keys from `url` from now on, and activates identification. The first time is now.
///
/// # Errors
/// [`JwksError`]; nothing is changed then.
pub async fn set_address(
    app: &App,
    id: &ChatId,
    url: &str,
    by: Option<&Actor>,
) -> Result<(), JwksError> {
    identifiable(&mut app.store.read().await?, id).await?;
    let set = fetch(app, url, PATIENT).await?;
    if set.keys.is_empty() {
        return Err(JwksError::NoKey(why_unusable(&set)));
    }
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let chat = identifiable(&mut tx, id).await?;
    let before = tx.jwks_source(id).await?.filter(|source| source.url == url);
    let created_at = before.as_ref().map_or(now, |source| source.created_at);
    let source = JwksSource {
        chat_id: id.clone(),
        url: url.to_owned(),
        attempted_at: Some(now),
        fetched_at: None,
        error: None,
        created_at,
    };
    if before.is_none() {
        let entry = Entry::new(id.clone(), EntryKind::JwksChanged, now);
        tx.append_record(&entry.by(by.map(Actor::id))).await?;
    }
    let changes = apply(&mut tx, &chat, source, &set, by, now).await?;
    if changes.left_out.len() == set.keys.len() {
        return Err(JwksError::LeftOut(in_words(&changes).unwrap_or_default()));
    }
    let deed = Deed { kind: AuditKind::JwksSet, subject: "", detail: url };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, keys = set.keys.len(), "keys are fetched from an address");
    Ok(())
}

/// Forgets the address of a chat's keys. They verify nothing from now on.
///
/// # Errors
/// [`JwksError::Refused`], [`JwksError::Store`].
pub async fn remove_address(app: &App, id: &ChatId, by: Option<&Actor>) -> Result<(), JwksError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    if !tx.remove_jwks_source(id).await? {
        return Ok(());
    }
    let entry = Entry::new(id.clone(), EntryKind::JwksChanged, now);
    tx.append_record(&entry.by(by.map(Actor::id))).await?;
    for key in tx.identification_keys(id).await? {
        if key.source == KeySource::Jwks && key.state == KeyState::Active {
            retire(&mut tx, &key, by, now).await?;
        }
    }
    tx.touch_chat(id, now).await?;
    let deed = Deed { kind: AuditKind::JwksRemoved, subject: "", detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, "keys are no longer fetched");
    Ok(())
}

/// Fetches every chat's keys again when it is their turn, until the service ends.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let all = async {
            let due = due(&app).await.unwrap_or_default();
            let refreshing = stream::iter(due).for_each_concurrent(AT_ONCE, async |chat| {
                refresh(&app, &chat, EVERY, PATIENT).await;
            });
            refreshing.await;
        };
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = all => {}
        }
    }
}

async fn due(app: &App) -> Result<Vec<ChatId>, StoreError> {
    app.store.read().await?.chats_with_jwks_due(app.clock.now() - EVERY, MOST).await
}

/// The chat as it is after its keys were fetched again, where `jwt` names one that it does not have, and something came of it.
///
/// Whoever comes while they are being fetched waits for the same answer; nobody waits for longer than three seconds.
pub async fn known_anew(app: &Arc<App>, known: &KnownChat, jwt: &str) -> Option<Arc<KnownChat>> {
    if !known.has_jwks {
        return None;
    }
    let (kid, now) = (claimed_kid(jwt)?, app.clock.now());
    let settled = |key: &&IdentificationKey| key.verifies_at(now) || key.state == KeyState::Revoked;
    if known.keys.keys().iter().filter(settled).any(|key| key.kid == kid) {
        return None;
    }
    let mut done = app.refetches.ask(app, &known.chat.id, now);
    tokio::time::timeout(IMPATIENT.time, done.wait_for(|done| *done)).await.ok()?.ok()?;
    let anew = app.chats.by_id(&app.store, &known.chat.id).await.ok()??;
    (anew.chat.version != known.chat.version).then_some(anew)
}

/// The chats whose keys were lately asked for because of a token.
#[derive(Debug, Default)]
pub struct Refetches(Mutex<HashMap<ChatId, Refetch>>);

/// When it was asked for, and whether it is done.
#[derive(Debug)]
struct Refetch {
    at: Timestamp,
    done: watch::Receiver<bool>,
}

impl Refetches {
    /// Has the keys of a chat fetched, unless that was done within the last minute. What comes back says when it is done: it goes on
    /// if the caller does not wait, or whoever hangs up would keep the keys from others.
    fn ask(&self, app: &Arc<App>, chat: &ChatId, now: Timestamp) -> watch::Receiver<bool> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = asked.get(chat).filter(|last| last.is_recent(now)) {
            return last.done.clone();
        }
        if asked.len() >= MOST_ASKED {
            asked.retain(|_, last| last.is_recent(now));
        }
        let (ended, done) = watch::channel(false);
        asked.insert(chat.clone(), Refetch { at: now, done: done.clone() });
        let (app, chat) = (app.clone(), chat.clone());
        let tasks = app.tasks.clone();
        tasks.spawn(async move {
            let attempted_at = refresh(&app, &chat, PAUSE, IMPATIENT).await;
            app.refetches.end(&chat, attempted_at.unwrap_or(now));
            ended.send_replace(true);
        });
        done
    }

    /// The next one may be a while after the last, whoever that was.
    fn end(&self, chat: &ChatId, attempted_at: Timestamp) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = asked.get_mut(chat) {
            last.at = attempted_at;
        }
    }
}

impl Refetch {
    fn is_recent(&self, now: Timestamp) -> bool {
        self.at <= now && now.since(self.at) < PAUSE
    }
}

/// Fetches a chat's keys again, unless that was tried within `pause`. Says when it was tried last.
async fn refresh(app: &App, id: &ChatId, pause: Duration, limits: Limits) -> Option<Timestamp> {
    let refreshed = async {
        let source = match claim(app, id, pause).await? {
            Turn::Taken(source) => source,
            Turn::Over(attempted_at) => return Ok(attempted_at),
        };
        let fetched = fetch(app, &source.url, limits).await;
        let attempted_at = source.attempted_at;
        write_down(app, source, fetched).await?;
        Ok(attempted_at)
    };
    let refreshed: Result<Option<Timestamp>, StoreError> = refreshed.await;
    refreshed.unwrap_or_else(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, chat = %id, "fetched keys could not be kept; trying again later");
        None
    })
}

/// Whose turn it is to fetch a chat's keys.
enum Turn {
    /// The caller's.
    Taken(JwksSource),
    /// Nobody's: it was tried lately, or there is no address.
    Over(Option<Timestamp>),
}

/// Takes the turn to fetch a chat's keys, unless that was tried within `pause`.
async fn claim(app: &App, id: &ChatId, pause: Duration) -> Result<Turn, StoreError> {
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let now = app.clock.now();
    let Some(source) = tx.jwks_source(id).await? else { return Ok(Turn::Over(None)) };
    // A clock that was ahead, and is no more, must not keep keys from being fetched.
    if source.attempted_at.is_some_and(|at| at <= now && now.since(at) < pause) {
        return Ok(Turn::Over(source.attempted_at));
    }
    let source = JwksSource { attempted_at: Some(now), ..source };
    tx.put_jwks_source(&source).await?;
    tx.commit().await?;
    Ok(Turn::Taken(source))
}

/// Keeps what came of a fetch. One that failed leaves the keys as they are, for as long as they last.
async fn write_down(
    app: &App,
    asked: JwksSource,
    fetched: Result<JwkSet, JwksError>,
) -> Result<(), StoreError> {
    let (id, now) = (&asked.chat_id, app.clock.now());
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let Some((chat, source)) = tx.chat(id).await?.zip(tx.jwks_source(id).await?) else {
        return Ok(());
    };
    if source.url != asked.url {
        // The merchant was faster.
        return Ok(());
    }
    match fetched {
        Ok(set) => {
            let changes = apply(&mut tx, &chat, source, &set, None, now).await?;
            tx.commit().await?;
            tell(app, id);
            let (added, retired) = (changes.add.len(), changes.retire.len());
            tracing::info!(chat = %id, added, retired, "keys fetched");
        }
        Err(error) => {
            tracing::info!(chat = %id, error = &error as &dyn std::error::Error, "keys not fetched");
            tx.put_jwks_source(&JwksSource { error: Some(error.to_string()), ..source }).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn fetch(app: &App, url: &str, limits: Limits) -> Result<JwkSet, JwksError> {
    let answer = app.outbound.get(url, limits).await?;
    if answer.status != 200 {
        return Err(JwksError::Status(answer.status));
    }
    let text = str::from_utf8(&answer.body).map_err(|_| JwkSetError::NotJson)?;
    let set = JwkSet::parse(text)?;
    Ok(set)
}

/// Why the keys of `set` that are not used are not.
fn why_unusable(set: &JwkSet) -> String {
    let why = set.unusable.iter().take(5).map(|key| format!("; {}: {}", key.name, key.why));
    why.collect::<Vec<_>>().concat()
}

/// Makes a chat's keys those of the `set`, and counts the chat's version up.
async fn apply(
    tx: &mut WriteTx,
    chat: &Chat,
    source: JwksSource,
    set: &JwkSet,
    by: Option<&Actor>,
    now: Timestamp,
) -> Result<Changes, StoreError> {
    let keys = tx.identification_keys(&chat.id).await?;
    let mut elsewhere = Vec::new();
    for key in &set.keys {
        if tx.chat_of_key(&key.public_key).await?.is_some_and(|other| other != chat.id) {
            elsewhere.push(&key.public_key);
        }
    }
    let changes = source.changes(&keys, &set.keys, |key| elsewhere.contains(&key), now);
    let (active, until) = (KeyState::Active, Some(now + KEPT));
    for key in &keys {
        if changes.retire.contains(&key.kid) {
            retire(tx, key, by, now).await?;
        } else if changes.renew.contains(&key.kid) {
            tx.put_key_state(&chat.id, &key.kid, active, until).await?;
        } else if changes.revive.contains(&key.kid) {
            tx.put_key_state(&chat.id, &key.kid, active, until).await?;
            record_key(tx, key, EntryKind::KeyAdded, by, now).await?;
        }
    }
    for key in &changes.add {
        let key = IdentificationKey::new(chat.id.clone(), key.clone(), KeySource::Jwks, now);
        let key = IdentificationKey { verifies_until: until, ..key };
        tx.add_identification_key(&key).await?;
        record_key(tx, &key, EntryKind::KeyAdded, by, now).await?;
    }
    let error = if set.keys.is_empty() {
        Some(JwksError::NoKey(why_unusable(set)).to_string())
    } else {
        in_words(&changes)
    };
    let source = JwksSource { fetched_at: Some(now), error, ..source };
    tx.put_jwks_source(&source).await?;
    put_active(tx, chat, by, now).await?;
    Ok(changes)
}

/// A key that left the set gets no grace time.
async fn retire(
    tx: &mut WriteTx,
    key: &IdentificationKey,
    by: Option<&Actor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.put_key_state(&key.chat_id, &key.kid, KeyState::Retired, None).await?;
    record_key(tx, key, EntryKind::KeyRetired, by, now).await
}

/// Which keys are not used, and why; `None` where all are.
fn in_words(changes: &Changes) -> Option<String> {
    let left_out = changes.left_out.iter();
    let words: Vec<String> =
        left_out.map(|(kid, why)| format!("the key {kid} {}", why.message())).collect();
    (!words.is_empty()).then(|| words.join("; "))
}
