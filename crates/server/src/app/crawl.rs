//! Addresses are read: each by one node at a time, of a host one page at a time, as its robots.txt allows and no faster.
//!
//! What is to be read is in the database, and written down page by page: a node that dies is followed by another, which goes on where
//! it was. No transaction is open while a host is asked.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use domain::id::{ChatId, SourceId};
use domain::knowledge::{
    Document, DocumentState, MAX_CHAT_TEXT, MAX_FILE, MOST_DOCUMENTS, MOST_PAGES, Source,
    SourceKind, SourceState,
};
use reqwest::Url;
use robotxt::Robots;
use store::{Scope, SourceClaim, StoreError, WriteTx};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::app::knowledge::{as_read, hash};
use crate::documents::reader::Given;
use crate::documents::sitemap::{self, Sitemap};
use crate::documents::{Reading, format};
use crate::outbound::pages::{PageAnswer, PageQuestion};
use crate::outbound::{Limits, OutboundError};

/// The name in robots.txt that is meant by this service.
pub const NAME: &str = "Zipchat";
/// How often it is looked what is to be read.
const LOOK: Duration = Duration::from_secs(1);
/// How many sources a node reads at once.
const AT_ONCE: usize = 4;
/// How long a claim holds: longer than a page may take, with the pause before it and its reading.
const CLAIM: Duration = Duration::from_mins(2);
/// What a page may cost.
const PAGE: Limits = Limits { time: Duration::from_secs(15), size: MAX_FILE };
/// What a robots.txt may cost. Source: RFC 9309, 2.5.
const ROBOTS: Limits = Limits { time: Duration::from_secs(10), size: 512 * 1024 };
/// From one page of a host to the next, where its robots.txt does not ask for more.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a host may ask for.
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// After so many pages in a row that failed by the host's fault, the rest is left.
const MOST_FAILURES: u32 = 5;
/// How many sitemaps of one source are read, and how deep they may be in each other.
const MOST_SITEMAPS: usize = 50;
const MOST_LEVELS: u32 = 3;
/// What is taken of pages, and of sitemaps.
const PAGES: &str =
    "text/html, application/xhtml+xml, application/pdf, text/plain, text/markdown;q=0.9, */*;q=0.1";
const SITEMAPS: &str = "application/xml, text/xml, text/plain;q=0.9, */*;q=0.1";

/// Why a source is not read any further.
#[derive(Debug)]
enum End {
    /// Somebody stopped it, removed it or took it over.
    Lost,
    /// The service ends.
    Ending,
    /// It cannot be read; why, for its merchant.
    Failed(String),
    /// The database could not.
    Store(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads what is to be read, until the service ends.
pub async fn run(app: Arc<App>) {
    let mut busy: HashSet<(ChatId, SourceId)> = HashSet::new();
    let mut readers: JoinSet<(ChatId, SourceId)> = JoinSet::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            Some(done) = readers.join_next() => {
                if let Ok(key) = done {
                    busy.remove(&key);
                }
                continue;
            }
            _ = ticks.tick() => {}
        }
        for source in due(&app).await {
            let key = (source.chat_id.clone(), source.id.clone());
            if busy.len() < AT_ONCE && busy.insert(key.clone()) {
                let app = app.clone();
                readers.spawn(async move {
                    if let Err(error) = read(&app, &source).await {
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(error, source = %source.id, "an address is read late");
                    }
                    key
                });
            }
        }
    }
    while readers.join_next().await.is_some() {}
}

async fn due(app: &App) -> Vec<Source> {
    match app.store.read().await {
        // While the database is away, others say so often enough.
        Ok(mut tx) => tx.unclaimed_sources(app.clock.now(), 64).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Reads a source, if nobody else does.
async fn read(app: &App, source: &Source) -> Result<(), StoreError> {
    let Some(address) = &source.address else { return Ok(()) };
    let mut tx = app.store.write(Scope::Host(&address.host)).await?;
    let now = app.clock.now();
    let claimed = tx.claim_source(source, now + CLAIM, now).await?;
    tx.commit().await?;
    let Some((source, claim)) = claimed else { return Ok(()) };
    let url = address.url.clone();
    let mut crawl = Crawl {
        app,
        source,
        claim,
        url,
        robots: Robots::allow_all(),
        answered_at: None,
        pause: PAUSE,
        failures: 0,
    };
    let outcome = crawl.all().await;
    crawl.end(outcome).await
}

/// A source that is being read.
struct Crawl<'a> {
    app: &'a App,
    source: Source,
    claim: SourceClaim,
    url: String,
    robots: Robots,
    /// When the host last answered, or failed to. Not when it was asked: a look-up, a connection and a slow answer take time out
    /// of a pause that began before them, and the host would be asked again too soon.
    answered_at: Option<Instant>,
    /// How long it is left in peace after that.
    pause: Duration,
    /// How many pages in a row failed by the host's fault.
    failures: u32,
}

/// What came of a page.
enum Outcome {
    /// It is as it was.
    Unchanged,
    /// Its text, and what it was read from.
    Read(Box<(PageAnswer, Reading)>),
    /// It is not there for everybody any more: nothing of it is kept.
    Gone(String),
    /// It could not be read this time; what was read before is kept.
    Failed(String),
}

impl Crawl<'_> {
    async fn all(&mut self) -> Result<(), End> {
        self.read_robots().await?;
        if !self.source.listed {
            self.list().await?;
        }
        loop {
            let next = self.app.store.read().await?.next_document(&self.source).await?;
            let Some(document) = next else { return Ok(()) };
            let outcome = self.read_page(&document).await?;
            self.keep(document, outcome).await?;
        }
    }

    /// What the host lets programs read. Where it does not say, everything; where it cannot say, nothing.
    ///
    /// Source: RFC 9309, 2.3.1.
    async fn read_robots(&mut self) -> Result<(), End> {
        let failed = |why: String| End::Failed(format!("its robots.txt cannot be read: {why}"));
        let url = Url::parse(&self.url).and_then(|url| url.join("/robots.txt"));
        let url = url.map_err(|error| failed(error.to_string()))?.to_string();
        let question = PageQuestion {
            url: &url,
            accept: "text/plain",
            etag: None,
            last_modified: None,
            may: &|_| true,
        };
        self.wait().await?;
        let answer = self.app.outbound.page(&question, ROBOTS).await;
        self.answered_at = Some(Instant::now());
        self.robots = match answer.map_err(|error| failed(error.to_string()))? {
            PageAnswer { status: 200..300, body, .. } => Robots::parse(&body, NAME),
            PageAnswer { status: 500.., .. } => {
                return Err(failed("the host has trouble".to_owned()));
            }
            _ => Robots::allow_all(),
        };
        self.pause = self.robots.crawl_delay().unwrap_or(PAUSE).clamp(PAUSE, MAX_PAUSE);
        Ok(())
    }

    /// Waits until the host may be asked again.
    async fn wait(&self) -> Result<(), End> {
        if let Some(answered_at) = self.answered_at {
            tokio::select! {
                () = self.app.shutdown.cancelled() => return Err(End::Ending),
                () = tokio::time::sleep_until(answered_at + self.pause) => {}
            }
        }
        if self.app.shutdown.is_cancelled() {
            return Err(End::Ending);
        }
        Ok(())
    }

    async fn ask(
        &mut self,
        url: &str,
        accept: &'static str,
        known: Option<&Document>,
    ) -> Result<Result<PageAnswer, OutboundError>, End> {
        self.wait().await?;
        let robots = &self.robots;
        let may = |url: &Url| robots.is_url_allowed(url);
        let (etag, last_modified) = known
            .map_or((None, None), |known| (known.etag.as_deref(), known.last_modified.as_deref()));
        let question = PageQuestion { url, accept, etag, last_modified, may: &may };
        let answer = tokio::select! {
            () = self.app.shutdown.cancelled() => return Err(End::Ending),
            answer = self.app.outbound.page(&question, PAGE) => answer,
        };
        self.answered_at = Some(Instant::now());
        Ok(answer)
    }

    /// Finds out which pages there are.
    async fn list(&mut self) -> Result<(), End> {
        let (pages, note, is_whole) = match self.source.kind {
            SourceKind::Sitemap => self.read_sitemaps().await?,
            _ => (vec![self.url.clone()], None, true),
        };
        let mut tx = self.write().await?;
        let note = self.find(&mut tx, &pages, 0).await?.or(note);
        if !is_whole {
            self.find_again(&mut tx).await?;
        }
        tx.put_listed(&self.claim, note.as_deref()).await?;
        tx.commit().await?;
        self.source.listed = true;
        Ok(())
    }

    /// Writes down that there are these pages, as far as there is room, and answers what is to be said about that.
    async fn find(
        &self,
        tx: &mut WriteTx,
        pages: &[String],
        first: i64,
    ) -> Result<Option<String>, StoreError> {
        let own = tx.documents(&self.source, MOST_DOCUMENTS, 0).await?;
        let all = tx.knowledge_totals(&self.source.chat_id).await?.documents;
        let others = all - i64::try_from(own.len()).unwrap_or(0);
        let room = usize::try_from(MOST_DOCUMENTS - others - first).unwrap_or(0).min(MOST_PAGES);
        for (at, page) in pages.iter().take(room).enumerate() {
            let position = first + i64::try_from(at).unwrap_or(0);
            tx.find_document(&self.source, page, position, self.app.clock.now()).await?;
        }
        let left_out = pages.len().saturating_sub(room) > 0;
        Ok(left_out.then(|| {
            if room < MOST_PAGES {
                format!("a chat has at most {MOST_DOCUMENTS} documents: not all pages are read")
            } else {
                format!("there are more than {MOST_PAGES} pages: the first {MOST_PAGES} are read")
            }
        }))
    }

    /// What was there before is looked at page by page: a list that could not be read today does not say that it is gone.
    async fn find_again(&self, tx: &mut WriteTx) -> Result<(), StoreError> {
        let known = tx.documents(&self.source, MOST_DOCUMENTS, 0).await?;
        let pages: Vec<String> = known.into_iter().map(|document| document.address).collect();
        self.find(tx, &pages, 1).await.map(drop)
    }

    /// The pages of the host that its sitemaps list, and whether all sitemaps could be read. Those that are listed twice, on other hosts, or too deep are left out.
    async fn read_sitemaps(&mut self) -> Result<(Vec<String>, Option<String>, bool), End> {
        let mut waiting = VecDeque::from([(self.url.clone(), 1)]);
        let mut seen = HashSet::from([self.url.clone()]);
        let (mut pages, mut listed) = (Vec::new(), HashSet::new());
        let mut notes = Notes::default();
        while let Some((url, level)) = waiting.pop_front() {
            match self.read_sitemap(&url).await? {
                Ok(Sitemap::Pages(found)) => {
                    for page in found {
                        match self.own(&page) {
                            Some(page) if listed.insert(page.clone()) => pages.push(page),
                            Some(_) => {}
                            None => notes.elsewhere += 1,
                        }
                    }
                }
                Ok(Sitemap::Sitemaps(found)) => {
                    for url in found {
                        match self.own(&url) {
                            Some(url) if level < MOST_LEVELS && seen.len() < MOST_SITEMAPS => {
                                if seen.insert(url.clone()) {
                                    waiting.push_back((url, level + 1));
                                }
                            }
                            Some(url) => notes.sitemaps += usize::from(!seen.contains(&url)),
                            None => notes.elsewhere += 1,
                        }
                    }
                }
                Err(why) if level == 1 => return Err(End::Failed(why)),
                Err(why) => notes.failed = Some(why),
            }
            if pages.len() > MOST_PAGES {
                break;
            }
        }
        if pages.is_empty() {
            return Err(End::Failed(
                notes
                    .failed
                    .unwrap_or_else(|| "the sitemap lists no page of its own host".to_owned()),
            ));
        }
        let is_whole = notes.failed.is_none();
        Ok((pages, notes.text(), is_whole))
    }

    async fn read_sitemap(&mut self, url: &str) -> Result<Result<Sitemap, String>, End> {
        let answer = match self.ask(url, SITEMAPS, None).await? {
            Ok(answer) if answer.status == 200 => answer,
            Ok(answer) => {
                return Ok(Err(format!("the sitemap cannot be read: {}", status(answer.status))));
            }
            Err(error) => return Ok(Err(format!("the sitemap cannot be read: {error}"))),
        };
        self.renew().await?;
        let read =
            tokio::task::spawn_blocking(move || sitemap::read(&answer.body, MOST_PAGES + 1)).await;
        Ok(read.ok().flatten().ok_or_else(|| {
            "there is no sitemap at this address; it is often at /sitemap.xml, or robots.txt names it".to_owned()
        }))
    }

    /// An address of the source's own host, as it is asked for.
    fn own(&self, address: &str) -> Option<String> {
        let own = Url::parse(&self.url).ok()?;
        let mut url = Url::parse(address).ok()?;
        url.set_fragment(None);
        (url.origin() == own.origin()).then(|| url.to_string())
    }

    async fn read_page(&mut self, document: &Document) -> Result<Outcome, End> {
        // The page whose links are followed is read as a whole: only then are its links known.
        let leads = self.source.kind == SourceKind::LinkedPages && document.position == 0;
        let known = (document.passages > 0 && !leads).then_some(document);
        let answer = match self.ask(&document.address, PAGES, known).await? {
            Ok(answer) => answer,
            Err(error) => {
                self.failures += u32::from(is_trouble(&error));
                return Ok(match error {
                    OutboundError::Robots => Outcome::Gone(error.to_string()),
                    _ => Outcome::Failed(error.to_string()),
                });
            }
        };
        match answer.status {
            304 if known.is_some() => Ok(self.came(Outcome::Unchanged)),
            200 if known.is_some() && document.hash.as_deref() == Some(&hash(&answer.body)) => {
                Ok(self.came(Outcome::Unchanged))
            }
            200 => {
                let outcome = self.understand(answer).await;
                Ok(self.came(outcome))
            }
            401 | 403 | 404 | 410 => Ok(self.came(Outcome::Gone(status(answer.status)))),
            429 | 500.. => {
                self.failures += 1;
                self.pause = answer.retry_after.unwrap_or(self.pause).clamp(self.pause, MAX_PAUSE);
                Ok(Outcome::Failed(status(answer.status)))
            }
            other => Ok(Outcome::Failed(status(other))),
        }
    }

    /// The host is well.
    const fn came(&mut self, outcome: Outcome) -> Outcome {
        self.failures = 0;
        outcome
    }

    async fn understand(&self, answer: PageAnswer) -> Outcome {
        let kind = answer.content_type.as_deref();
        let charset = kind.and_then(|kind| {
            kind.to_ascii_lowercase().split_once("charset=").map(|(_, it)| it.to_owned())
        });
        let charset = charset.map(|it| it.trim_matches(['"', ' ', ';']).to_owned());
        let format = match format(answer.url.path(), kind, &answer.body) {
            Ok(format) => format,
            Err(unreadable) => return Outcome::Failed(unreadable.to_string()),
        };
        let given = Given {
            format,
            charset: charset.as_deref(),
            base: Some(&answer.url),
            bytes: &answer.body,
        };
        match self.app.reader.read(given).await {
            Ok(reading) => Outcome::Read(Box::new((answer, reading))),
            Err(unreadable) => Outcome::Failed(unreadable.to_string()),
        }
    }

    /// Writes down what came of a page.
    async fn keep(&mut self, document: Document, outcome: Outcome) -> Result<(), End> {
        let now = self.app.clock.now();
        let mut tx = self.write().await?;
        let mut last = None;
        match outcome {
            Outcome::Unchanged => {
                tx.put_document_state(&document, DocumentState::Read, None, Some(now)).await?;
            }
            Outcome::Failed(why) => {
                let kept =
                    if document.passages > 0 { "; what was read before is kept" } else { "" };
                let why = format!("{why}{kept}");
                tx.put_document_state(&document, DocumentState::Failed, Some(&why), None).await?;
                if self.source.kind == SourceKind::LinkedPages && document.position == 0 {
                    self.find_again(&mut tx).await?;
                }
                last = Some(why);
            }
            Outcome::Gone(why) => {
                let changed = document.passages > 0;
                let reason = Some(why);
                let gone = Document {
                    state: DocumentState::Failed,
                    reason,
                    hash: None,
                    etag: None,
                    last_modified: None,
                    bytes: 0,
                    ..document
                };
                tx.put_document(&gone, &[]).await?;
                if changed {
                    tx.touch_knowledge(&self.source.chat_id).await?;
                }
            }
            Outcome::Read(read) => self.keep_read(&mut tx, document, *read).await?,
        }
        tx.commit().await?;
        match last {
            Some(why) if self.failures >= MOST_FAILURES => Err(End::Failed(format!(
                "given up after {MOST_FAILURES} pages in a row failed; the last: {why}"
            ))),
            _ => Ok(()),
        }
    }

    async fn keep_read(
        &self,
        tx: &mut WriteTx,
        document: Document,
        (answer, reading): (PageAnswer, Reading),
    ) -> Result<(), StoreError> {
        let chat = &self.source.chat_id;
        if self.source.kind == SourceKind::LinkedPages && document.position == 0 {
            let links: Vec<String> =
                reading.links.iter().filter_map(|link| self.own(link)).collect();
            if let Some(note) = self.find(tx, &links, 1).await? {
                tx.put_listed(&self.claim, Some(&note)).await?;
            }
        }
        let before = document.bytes;
        let title = match reading.title.as_str() {
            "" => answer.url.path().to_owned(),
            title => title.to_owned(),
        };
        let (document, passages) =
            as_read(Document { title, ..document }, &answer.body, reading, self.app.clock.now());
        let document =
            Document { etag: answer.etag, last_modified: answer.last_modified, ..document };
        if tx.knowledge_totals(chat).await?.bytes - before + document.bytes > MAX_CHAT_TEXT {
            let why = format!(
                "all texts of a chat together may have {} MiB",
                MAX_CHAT_TEXT / 1024 / 1024
            );
            return tx.put_document_state(&document, DocumentState::Failed, Some(&why), None).await;
        }
        tx.put_document(&document, &passages).await?;
        tx.touch_knowledge(chat).await
    }

    /// A write, if the source is still this reader's.
    async fn write(&mut self) -> Result<WriteTx, End> {
        let chat = self.source.chat_id.clone();
        let mut tx = self.app.store.write(Scope::Chat(&chat)).await?;
        let renewed = tx.renew_source(&self.claim, self.app.clock.now() + CLAIM).await?;
        self.claim = renewed.ok_or(End::Lost)?;
        Ok(tx)
    }

    async fn renew(&mut self) -> Result<(), End> {
        Ok(self.write().await?.commit().await?)
    }

    /// Writes down how it ended.
    async fn end(mut self, outcome: Result<(), End>) -> Result<(), StoreError> {
        let (state, note) = match outcome {
            Ok(()) => (SourceState::Done, None),
            Err(End::Lost) => return Ok(()),
            Err(End::Ending) => (SourceState::Waiting, None),
            Err(End::Failed(why)) => (SourceState::Failed, Some(why)),
            Err(End::Store(error)) => return Err(error),
        };
        let mut tx = match self.write().await {
            Ok(tx) => tx,
            Err(End::Store(error)) => return Err(error),
            Err(_) => return Ok(()),
        };
        let (state, note) =
            if state == SourceState::Done { self.whole(&mut tx).await? } else { (state, note) };
        tx.end_claim(&self.claim, state, note.as_deref(), self.app.clock.now()).await?;
        tx.commit().await?;
        let (chat, source, state) = (&self.source.chat_id, &self.source.id, state.as_str());
        tracing::info!(%chat, %source, state, "an address was read");
        Ok(())
    }

    /// What is to be said when all pages were read: pages that are not listed any more go, and where nothing could be read, it failed.
    async fn whole(&self, tx: &mut WriteTx) -> Result<(SourceState, Option<String>), StoreError> {
        if tx.delete_documents_of_earlier_rounds(&self.source).await? > 0 {
            tx.touch_knowledge(&self.source.chat_id).await?;
        }
        let progress = tx.progress(&self.source).await?;
        if progress.read > 0 {
            return Ok((SourceState::Done, None));
        }
        let failed = tx.documents(&self.source, 1, 0).await?.into_iter().next();
        Ok((SourceState::Failed, failed.and_then(|document| document.reason)))
    }
}

/// What is to be said of a sitemap.
#[derive(Debug, Default)]
struct Notes {
    elsewhere: usize,
    sitemaps: usize,
    failed: Option<String>,
}

impl Notes {
    fn text(self) -> Option<String> {
        let elsewhere = (self.elsewhere > 0)
            .then(|| format!("{} addresses on other hosts are left out", self.elsewhere));
        let sitemaps = (self.sitemaps > 0).then(|| {
            format!(
                "{} more sitemaps are left out (at most {MOST_SITEMAPS}, {MOST_LEVELS} deep)",
                self.sitemaps
            )
        });
        let notes: Vec<String> = [elsewhere, sitemaps, self.failed].into_iter().flatten().collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// Whether an error is the host's trouble, which the next page would have, too.
const fn is_trouble(error: &OutboundError) -> bool {
    matches!(
        error,
        OutboundError::Slow(_)
            | OutboundError::Unreachable(_)
            | OutboundError::Unresolved(_)
            | OutboundError::Broken
            | OutboundError::Certificate(_)
            | OutboundError::NotPublic(_)
    )
}

fn status(status: u16) -> String {
    match status {
        401 | 403 => format!("the page is not for everybody ({status})"),
        404 | 410 => format!("the page is not there ({status})"),
        429 => "the host asks for more patience (429)".to_owned(),
        500.. => format!("the host has trouble ({status})"),
        _ => format!("the host answers {status}: expected 200"),
    }
}
