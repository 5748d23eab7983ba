//! What became of each identify call, for the merchant. The last ones are kept in memory, with what only the merchant may know;
//! counts and the record get them at most once a minute a chat, so that no flood of bad tokens uses up the disk's commits.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::chat::Chat;
use domain::id::{ChatId, LeadId, RequestId};
use domain::identity::check::Warning;
use domain::identity::key::Kid;
use domain::identity::reason::Reason;
use domain::record::{Entry, EntryKind};
use domain::time::Timestamp;
use domain::visitor::TokenHash;
use store::{PageReport, RecordOf, Scope, StoreError};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::chats::KnownChat;
use crate::bus::{Event, Topic};

/// Attempts that are remembered of a chat.
pub const RECENT: usize = 100;
/// Chats whose attempts are remembered.
const MOST_CHATS: usize = 1_000;
/// Refusals of known visitors that one flush adds to the record.
const RECORDED_A_FLUSH: usize = 50;
/// Pages that are remembered between two flushes.
const PAGES_A_FLUSH: usize = 20;
/// How often a chat's counts are written down, at most.
const FLUSH: Duration = Duration::from_mins(1);
/// How often it is looked for what is to be written.
const LOOK: Duration = Duration::from_secs(5);
/// Refused tokens that wait to be looked at more closely; beyond, the reason stays as the call found it.
const WAITING: usize = 256;
/// What a page reports that contains a private key.
pub const PRIVATE_KEY_IN_PAGE: &str = "private_key_in_page";

/// How an identify call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A customer was identified.
    Verified,
    /// Something that the caller controls was wrong.
    Refused,
    /// Too many attempts.
    Limited,
    /// The service could not decide.
    Unavailable,
}

impl Outcome {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Unavailable => "unavailable",
        }
    }
}

/// An identify call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The call's id; its answer carries it.
    pub id: RequestId,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of why it ended so, unless well.
    pub reason: Option<String>,
    /// What exactly is wrong, as in how long ago the token expired. It never says who the customer is.
    pub detail: Option<String>,
    /// The key that signed the token, where one of the chat's did.
    pub kid: Option<Kid>,
    /// The page's origin, where it came from a page.
    pub origin: Option<String>,
    /// What is unwise about the token.
    pub warnings: Vec<Warning>,
    /// Who was identified.
    pub lead_id: Option<LeadId>,
}

/// A call that was noted: what is known beside the attempt.
#[derive(Debug)]
pub struct Noted {
    /// The chat.
    pub known: Arc<KnownChat>,
    /// The attempt.
    pub attempt: Attempt,
    /// What is kept of the visitor token that came with it.
    pub token: Option<TokenHash>,
    /// The signed token. It is looked at once more, and dropped.
    pub jwt: Option<String>,
}

/// A code in words: what is wrong and how to mend it. `None` for a code that does not exist.
#[must_use]
pub fn explain(code: &str) -> Option<(&'static str, &'static str)> {
    let reason = Reason::ALL.iter().find(|reason| reason.code() == code);
    if let Some(reason) = reason {
        return Some((reason.message(), reason.remedy()));
    }
    Some(match code {
        "body" => (
            "The call's body is not an object of JSON with visitor_token and jwt, or is longer than 32 KiB.",
            "Call Zipchat.identify with the token as a string, and let the widget make the call.",
        ),
        "origin_not_allowed" => (
            "The page's origin is not among the chat's allowed origins.",
            "Add the shop's origin, as in https://shop.example, to allowed_origins.",
        ),
        "rate_limited" => (
            "There were too many attempts by this visitor or from this address.",
            "Call identify once a page, and only after zipchat:ready-to-identify.",
        ),
        "token_shared" => (
            "More than five browsers used one token within ten minutes.",
            "Sign a token for each customer and page view; see that no cache serves one customer's page to others.",
        ),
        "unavailable" => {
            ("The service could not decide just then.", "Nothing to mend: the widget tries again.")
        }
        "no_token" => (
            "The page never brought a token.",
            "See that every page with the chat calls Zipchat.identify for signed-in customers.",
        ),
        "signed_in_later" => {
            ("The customer signed in after writing.", "They would be asked to sign in first.")
        }
        "lapsed" => (
            "The identity had lapsed, and the page brought no new token.",
            "See that the page listens to zipchat:ready-to-identify, or set a token provider.",
        ),
        _ => return None,
    })
}

/// What is remembered of identify calls.
#[derive(Debug)]
pub struct Attempts {
    recent: Mutex<HashMap<ChatId, VecDeque<Attempt>>>,
    pending: Mutex<HashMap<ChatId, Pending>>,
    /// Looking at refused tokens takes one core at most.
    looking: Semaphore,
    waiting: AtomicUsize,
}

/// What is to be written down of a chat.
#[derive(Debug, Default)]
struct Pending {
    flushed_at: Option<Timestamp>,
    counts: HashMap<String, i64>,
    refused: Vec<Refused>,
    reports: HashMap<String, PageReport>,
}

/// A refusal that belongs into the record if its visitor is known.
#[derive(Debug)]
struct Refused {
    token: TokenHash,
    attempt: Attempt,
    count: i64,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
            pending: Mutex::default(),
            looking: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
        }
    }
}

impl Attempts {
    /// The last attempts in a chat, newest first.
    #[must_use]
    pub fn recent(&self, chat: &ChatId) -> Vec<Attempt> {
        let recent = lock(&self.recent);
        recent.get(chat).map(|recent| recent.iter().rev().cloned().collect()).unwrap_or_default()
    }

    /// What was counted of a chat and is not written down yet: the outcome and the count.
    #[must_use]
    pub fn pending_counts(&self, chat: &ChatId) -> HashMap<String, i64> {
        lock(&self.pending).get(chat).map(|pending| pending.counts.clone()).unwrap_or_default()
    }

    /// What pages reported and is not written down yet.
    #[must_use]
    pub fn pending_reports(&self, chat: &ChatId) -> Vec<PageReport> {
        let pending = lock(&self.pending);
        pending.get(chat).map(|chat| chat.reports.values().cloned().collect()).unwrap_or_default()
    }

    /// Forgets the reports that are not written down yet.
    pub fn forget_reports(&self, chat: &ChatId) {
        if let Some(pending) = lock(&self.pending).get_mut(chat) {
            pending.reports.clear();
        }
    }

    fn remember(&self, chat: &ChatId, attempt: Attempt, token: Option<TokenHash>) {
        let outcome = attempt.reason.clone().unwrap_or_else(|| Outcome::Verified.as_str().into());
        {
            let mut pending = lock(&self.pending);
            let pending = pending.entry(chat.clone()).or_default();
            *pending.counts.entry(outcome).or_insert(0) += 1;
            if let Some(token) = token.filter(|_| attempt.outcome == Outcome::Refused) {
                pending.refuse(token, &attempt);
            }
        }
        self.hear(chat, attempt);
    }

    /// Remembers an attempt, which another node may have decided and counted.
    pub fn hear(&self, chat: &ChatId, attempt: Attempt) {
        let mut recent = lock(&self.recent);
        if recent.len() >= MOST_CHATS && !recent.contains_key(chat) {
            recent.clear();
        }
        let recent = recent.entry(chat.clone()).or_default();
        if recent.iter().rev().any(|known| known.id == attempt.id) {
            return;
        }
        if recent.len() == RECENT {
            recent.pop_front();
        }
        recent.push_back(attempt);
    }
}

impl Pending {
    fn refuse(&mut self, token: TokenHash, attempt: &Attempt) {
        let same = |refused: &&mut Refused| {
            refused.token == token && refused.attempt.reason == attempt.reason
        };
        if let Some(refused) = self.refused.iter_mut().find(same) {
            refused.count += 1;
        } else if self.refused.len() < RECORDED_A_FLUSH {
            self.refused.push(Refused { token, attempt: attempt.clone(), count: 1 });
        }
    }
}

/// Notes a call that has been decided. The reason of a refusal is looked for more closely after the answer is on its way.
pub fn note(app: &Arc<App>, noted: Noted) {
    let closer = noted.attempt.outcome == Outcome::Refused && noted.jwt.is_some();
    if !closer || app.attempts.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
        if closer {
            app.attempts.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        keep(app, Noted { token: None, ..noted });
        return;
    }
    let app = app.clone();
    app.tasks.clone().spawn(async move {
        let _turn = app.attempts.looking.acquire().await;
        app.attempts.waiting.fetch_sub(1, Ordering::Relaxed);
        let now = app.clock.now();
        let looked = tokio::task::spawn_blocking(move || look_closer(noted, now)).await;
        if let Ok(noted) = looked {
            keep(&app, only_known(&app, noted).await);
        }
    });
}

/// The call found the first reason. The diagnosis also tells a retired key from a stranger's.
fn look_closer(mut noted: Noted, now: Timestamp) -> Noted {
    let Some(jwt) = noted.jwt.take() else { return noted };
    let keys = &noted.known.keys;
    let first = noted.attempt.reason.as_deref();
    if [Reason::WrongKey, Reason::WrongAlgorithm].iter().any(|one| first == Some(one.code())) {
        let found = keys.inspect(&jwt, &noted.known.rules(), now);
        let failed = found.checks.into_iter().find(|check| check.reason == found.reason);
        noted.attempt.detail = failed.and_then(|check| check.detail);
        noted.attempt.reason = found.reason.map(|reason| reason.code().to_owned());
    }
    noted.attempt.kid = keys.signer_of(&jwt).map(|key| key.kid.clone());
    noted
}

/// Strangers, of whom there may be any number, must not take the places that refusals of known visitors have in the record.
async fn only_known(app: &App, mut noted: Noted) -> Noted {
    if let Some(token) = &noted.token {
        let chat = &noted.known.chat.id;
        let row = async { app.store.read().await?.visitor_token(chat, token).await };
        if !matches!(row.await, Ok(Some(_))) {
            noted.token = None;
        }
    }
    noted
}

fn keep(app: &App, Noted { known, attempt, token, jwt: _ }: Noted) {
    let chat = &known.chat.id;
    if let (Outcome::Refused, Some(kid)) = (attempt.outcome, &attempt.kid) {
        app.key_uses.count_refused(chat, kid, attempt.at);
    }
    app.attempts.remember(chat, attempt.clone(), token);
    app.bus.publish(&Topic::Attempts(chat.clone()), Event::Attempt(Arc::new(attempt)));
}

/// Notes that a page of the shop is not as it should be. What is no such report, or not of one of the chat's websites, is dropped:
/// anybody can send one.
pub fn report_page(app: &App, chat: &Chat, kind: &str, page: &str) {
    if kind != PRIVATE_KEY_IN_PAGE || !is_page(page, chat) {
        return;
    }
    let (chat, now) = (&chat.id, app.clock.now());
    let new;
    {
        let mut pending = lock(&app.attempts.pending);
        let reports = &mut pending.entry(chat.clone()).or_default().reports;
        new = !reports.contains_key(page);
        if reports.len() >= PAGES_A_FLUSH && new {
            return;
        }
        let report = reports.entry(page.to_owned()).or_insert_with(|| PageReport {
            kind: PRIVATE_KEY_IN_PAGE.to_owned(),
            page: page.to_owned(),
            first_at: now,
            last_at: now,
            count: 0,
        });
        report.last_at = now;
        report.count += 1;
    }
    if new {
        tracing::warn!(%chat, page, "a page contains a private key");
    }
    app.bus.publish(&Topic::Attempts(chat.clone()), Event::PageReported);
}

/// Forgets the reports of a kind: the merchant has seen them.
///
/// # Errors
/// When the database cannot.
pub async fn dismiss(app: &App, chat: &ChatId, kind: &str) -> Result<(), StoreError> {
    app.attempts.forget_reports(chat);
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.forget_page_reports(chat, kind).await?;
    tx.commit().await
}

/// Whether `page` is the address of a page, without query and fragment, of at most 500 characters.
fn is_page(page: &str, chat: &Chat) -> bool {
    let Some((scheme, rest)) = page.split_once("://") else { return false };
    let origin = rest.split('/').next().map(|host| format!("{scheme}://{host}"));
    matches!(scheme, "http" | "https")
        && page.len() <= 500
        && page.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#')
        && chat.settings.allows_origin(origin.as_deref())
}

/// Writes counts down now and then, and once more when the service ends.
pub async fn run(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            () = tokio::time::sleep(LOOK) => flush(&app, FLUSH).await,
        }
    }
    flush(&app, Duration::ZERO).await;
}

/// Writes down what was counted of each chat whose last time is at least `after` ago.
pub async fn flush(app: &App, after: Duration) {
    let now = app.clock.now();
    let due: Vec<(ChatId, Pending)> = {
        let mut pending = lock(&app.attempts.pending);
        let due = |pending: &Pending| {
            pending.flushed_at.is_none_or(|flushed| now.since(flushed) >= after)
        };
        pending.retain(|_, pending| !pending.is_empty() || !due(pending));
        let due = pending.iter_mut().filter(|(_, pending)| !pending.is_empty() && due(pending));
        due.map(|(chat, pending)| {
            let next = Pending { flushed_at: Some(now), ..Pending::default() };
            (chat.clone(), std::mem::replace(pending, next))
        })
        .collect()
    };
    for (chat, pending) in due {
        if let Err(error) = write(app, &chat, &pending, now).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "counts not written yet");
            lock(&app.attempts.pending).entry(chat).or_default().take_back(pending);
        } else if !pending.reports.is_empty() {
            // Who looked in between found them neither here nor there.
            app.bus.publish(&Topic::Attempts(chat), Event::PageReported);
        }
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.refused.is_empty() && self.reports.is_empty()
    }

    /// What could not be written counts again.
    fn take_back(&mut self, other: Self) {
        for (outcome, count) in other.counts {
            *self.counts.entry(outcome).or_insert(0) += count;
        }
        for (page, report) in other.reports {
            let kept =
                self.reports.entry(page).or_insert(PageReport { count: 0, ..report.clone() });
            kept.first_at = kept.first_at.min(report.first_at);
            kept.count += report.count;
        }
        self.refused.extend(other.refused);
        self.refused.truncate(RECORDED_A_FLUSH);
    }
}

async fn write(
    app: &App,
    chat: &ChatId,
    pending: &Pending,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    for (outcome, count) in &pending.counts {
        tx.count_identifications(chat, now, outcome, *count).await?;
    }
    for report in pending.reports.values() {
        tx.count_page_reports(chat, report).await?;
    }
    for Refused { token, attempt, count } in &pending.refused {
        // A visitor who is not known has no timeline.
        let Some(row) = tx.visitor_token(chat, token).await? else { continue };
        let visitor = tx.visitor(chat, &row.visitor_id).await?;
        let entry = Entry {
            conversation_id: visitor.as_ref().and_then(|visitor| visitor.conversation_id.clone()),
            lead_id: visitor.and_then(|visitor| visitor.identity).map(|identity| identity.lead_id),
            visitor_id: Some(row.visitor_id),
            kid: attempt.kid.clone(),
            reason: attempt.reason.clone(),
            count: Some(*count),
            request_id: Some(attempt.id.to_string()),
            origin: attempt.origin.clone(),
            ..Entry::new(chat.clone(), EntryKind::Refused, attempt.at)
        };
        tx.append_record(&entry).await?;
    }
    tx.commit().await
}

/// The last attempts in a chat, newest first: those in memory and, after a restart, what the record has of earlier ones.
///
/// # Errors
/// When the database cannot answer.
pub async fn recent(app: &App, chat: &ChatId) -> Result<Vec<Attempt>, StoreError> {
    let mut attempts = app.attempts.recent(chat);
    if attempts.len() == RECENT {
        return Ok(attempts);
    }
    let limit = i64::try_from(RECENT).unwrap_or(i64::MAX);
    let entries = app.store.read().await?.record(RecordOf::Chat(chat), limit).await?;
    for entry in entries {
        let earlier = from_entry(&entry.entry);
        attempts.extend(
            earlier.filter(|earlier| attempts.iter().all(|attempt| attempt.id != earlier.id)),
        );
    }
    attempts.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| other.id.cmp(&one.id)));
    attempts.truncate(RECENT);
    Ok(attempts)
}

/// The attempt that an entry of the record tells of, if it does.
#[must_use]
pub fn from_entry(entry: &Entry) -> Option<Attempt> {
    let outcome = match entry.kind {
        EntryKind::Identified | EntryKind::Refreshed => Outcome::Verified,
        EntryKind::Refused => Outcome::Refused,
        _ => return None,
    };
    let refused = outcome == Outcome::Refused;
    Some(Attempt {
        id: entry.request_id.as_ref()?.parse().ok()?,
        at: entry.at,
        outcome,
        reason: entry.reason.clone().filter(|_| refused),
        detail: None,
        kid: entry.kid.clone(),
        origin: entry.origin.clone(),
        warnings: Vec::new(),
        lead_id: entry.lead_id.clone().filter(|_| !refused),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
