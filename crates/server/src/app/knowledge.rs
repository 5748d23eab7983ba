//! What a chat's assistant may read up: texts and files are read at once, addresses by [`crate::app::crawl`].

use aws_lc_rs::digest::{SHA256, digest};
use domain::id::{ChatId, DocumentId, SourceId};
use domain::knowledge::{
    Address, Document, DocumentState, MAX_CHAT_TEXT, MAX_FILE, MOST_DOCUMENTS, MOST_SOURCES,
    ParseSourceNameError, Passage, Source, SourceKind, SourceName, SourceState, cut,
};
use domain::time::Timestamp;
use reqwest::Url;
use store::{ReadTx, Scope, StoreError, WriteTx};

use crate::app::App;
use crate::documents::reader::Given;
use crate::documents::{Format, Reading, Unreadable, format};
use crate::outbound::OutboundError;

/// What is said of a document that has more text than is kept.
pub(crate) const CUT: &str = "only its first MiB of text was read";

/// Why what a chat may read up was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// There is no such source.
    #[error("there is no such text, file or address")]
    SourceUnknown,
    /// No more sources.
    #[error(
        "there are {MOST_SOURCES} texts, files and addresses already, and no more are kept: remove some first"
    )]
    TooMany,
    /// No more documents.
    #[error(
        "there are {MOST_DOCUMENTS} documents already, and no more are kept: remove some first"
    )]
    TooManyDocuments,
    /// No more text.
    #[error("all texts together may have {} MiB: remove some first", MAX_CHAT_TEXT / 1024 / 1024)]
    Full,
    /// A name that is none.
    #[error(transparent)]
    Name(#[from] ParseSourceNameError),
    /// An address that will never be called.
    #[error(transparent)]
    Address(#[from] OutboundError),
    /// A text or file that cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A file that is too large.
    #[error("a file may have {} MiB", MAX_FILE / 1024 / 1024)]
    TooLarge,
    /// The address is there already.
    #[error("this address is there already: have it read again instead")]
    There,
    /// A text or file.
    #[error("a text or a file is not read again: add it anew")]
    NoAddress,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a text. Where it has headings as in Markdown, it is Markdown.
///
/// # Errors
/// [`KnowledgeError`]; nothing is kept then.
pub async fn add_text(
    app: &App,
    chat: &ChatId,
    name: &str,
    text: &str,
) -> Result<Source, KnowledgeError> {
    let name: SourceName = name.parse()?;
    let headed = text
        .lines()
        .any(|line| line.starts_with('#') && line.trim_start_matches('#').starts_with(' '));
    let format = if headed { Format::Markdown } else { Format::Text };
    let reading = read(app, format, text.as_bytes()).await?;
    let source = source(chat, SourceKind::Text, name, None, app.clock.now());
    keep(app, source, text.as_bytes(), reading).await
}

/// Adds a file: text, Markdown, HTML or PDF.
///
/// # Errors
/// [`KnowledgeError`]; nothing is kept then.
pub async fn add_file(
    app: &App,
    chat: &ChatId,
    name: &str,
    bytes: &[u8],
) -> Result<Source, KnowledgeError> {
    let name: SourceName = name.parse()?;
    if bytes.len() > MAX_FILE {
        return Err(KnowledgeError::TooLarge);
    }
    let format = format(name.as_str(), None, bytes)?;
    let mut reading = read(app, format, bytes).await?;
    if format == Format::Pdf {
        // Programs put there what they like: the file's name is what its merchant knows it by.
        reading.title.clear();
    }
    let source = source(chat, SourceKind::File, name, None, app.clock.now());
    keep(app, source, bytes, reading).await
}

async fn read(app: &App, format: Format, bytes: &[u8]) -> Result<Reading, Unreadable> {
    app.reader.read(Given { format, charset: None, base: None, bytes }).await
}

/// Adds an address; what is there is read soon, by whichever node is first.
///
/// # Errors
/// [`KnowledgeError`]; nothing is kept then.
pub async fn add_address(
    app: &App,
    chat: &ChatId,
    url: &str,
    kind: SourceKind,
) -> Result<Source, KnowledgeError> {
    app.outbound.check(url)?;
    let mut url = Url::parse(url).map_err(|_| OutboundError::Malformed)?;
    url.set_fragment(None);
    let address = Address { host: host(&url), url: url.to_string() };
    let short: String = url.as_str().chars().take(domain::knowledge::MAX_TITLE).collect();
    let source = source(chat, kind, short.parse()?, Some(address), app.clock.now());
    let mut tx = begin(app, chat).await?;
    let there =
        |(other, _): &(Source, _)| other.address == source.address && other.kind == source.kind;
    if tx.sources(chat).await?.iter().any(there) {
        return Err(KnowledgeError::There);
    }
    tx.add_source(&source).await?;
    tx.commit().await?;
    tracing::info!(%chat, source = %source.id, kind = source.kind.as_str(), "an address to read up is added");
    Ok(source)
}

/// The host of an address with its port, by which it is asked one page at a time.
fn host(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or(0);
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

fn source(
    chat: &ChatId,
    kind: SourceKind,
    name: SourceName,
    address: Option<Address>,
    now: Timestamp,
) -> Source {
    let is_there = address.is_none();
    Source {
        chat_id: chat.clone(),
        id: SourceId::new(now),
        kind,
        name,
        address,
        state: if is_there { SourceState::Done } else { SourceState::Waiting },
        claimed_until: None,
        round: 1,
        listed: is_there,
        note: None,
        created_at: now,
        changed_at: now,
    }
}

/// A write about a chat that may have one more source.
async fn begin(app: &App, chat: &ChatId) -> Result<WriteTx, KnowledgeError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.chat(chat).await?.ok_or(KnowledgeError::ChatUnknown)?;
    if tx.knowledge_totals(chat).await?.sources >= MOST_SOURCES {
        return Err(KnowledgeError::TooMany);
    }
    Ok(tx)
}

/// Keeps a text or a file as it was read.
async fn keep(
    app: &App,
    source: Source,
    bytes: &[u8],
    reading: Reading,
) -> Result<Source, KnowledgeError> {
    let chat = source.chat_id.clone();
    let found = found(&source, app.clock.now());
    let title =
        if reading.title.is_empty() { source.name.to_string() } else { reading.title.clone() };
    let (document, passages) =
        as_read(Document { title, ..found }, bytes, reading, app.clock.now());
    let mut tx = begin(app, &chat).await?;
    let totals = tx.knowledge_totals(&chat).await?;
    if totals.documents >= MOST_DOCUMENTS {
        return Err(KnowledgeError::TooManyDocuments);
    }
    if totals.bytes + document.bytes > MAX_CHAT_TEXT {
        return Err(KnowledgeError::Full);
    }
    tx.add_source(&source).await?;
    tx.put_document(&document, &passages).await?;
    tx.touch_knowledge(&chat).await?;
    tx.commit().await?;
    tracing::info!(%chat, source = %source.id, kind = source.kind.as_str(), passages = passages.len(), "something to read up is added");
    Ok(source)
}

/// The one document of a text or a file, not read yet.
fn found(source: &Source, now: Timestamp) -> Document {
    Document {
        chat_id: source.chat_id.clone(),
        id: DocumentId::new(now),
        source_id: source.id.clone(),
        address: String::new(),
        title: String::new(),
        state: DocumentState::Found,
        reason: None,
        etag: None,
        last_modified: None,
        hash: None,
        bytes: 0,
        passages: 0,
        round: source.round,
        position: 0,
        read_at: None,
    }
}

/// A document as it is after it was read, and its passages.
pub(crate) fn as_read(
    document: Document,
    bytes: &[u8],
    reading: Reading,
    now: Timestamp,
) -> (Document, Vec<Passage>) {
    let cut_off = reading.cut;
    let passages = cut(reading.blocks);
    let size: usize = passages.iter().map(|passage| passage.text.len()).sum();
    let document = Document {
        state: DocumentState::Read,
        reason: cut_off.then(|| CUT.to_owned()),
        hash: Some(hash(bytes)),
        bytes: i64::try_from(size).unwrap_or(i64::MAX),
        passages: i64::try_from(passages.len()).unwrap_or(i64::MAX),
        read_at: Some(now),
        ..document
    };
    (document, passages)
}

/// The SHA-256 of `bytes`, in hex.
pub(crate) fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A source of a chat.
///
/// # Errors
/// [`KnowledgeError::SourceUnknown`], or when the database cannot answer.
pub async fn find(tx: &mut ReadTx, chat: &ChatId, id: &SourceId) -> Result<Source, KnowledgeError> {
    tx.source(chat, id).await?.ok_or(KnowledgeError::SourceUnknown)
}

/// Removes a source with all that was read there. From then on nothing of it is told.
///
/// # Errors
/// [`KnowledgeError`].
pub async fn remove(app: &App, chat: &ChatId, id: &SourceId) -> Result<(), KnowledgeError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    if !tx.delete_source(chat, id).await? {
        return Err(KnowledgeError::SourceUnknown);
    }
    tx.touch_knowledge(chat).await?;
    tx.commit().await?;
    tracing::info!(%chat, source = %id, "something to read up is removed");
    Ok(())
}

/// Has an address read again. One that is being read, or waits for it, goes on.
///
/// # Errors
/// [`KnowledgeError`].
pub async fn recrawl(app: &App, chat: &ChatId, id: &SourceId) -> Result<Source, KnowledgeError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let source = find(&mut tx, chat, id).await?;
    if source.address.is_none() {
        return Err(KnowledgeError::NoAddress);
    }
    tx.begin_round(chat, id, app.clock.now()).await?;
    let source = find(&mut tx, chat, id).await?;
    tx.commit().await?;
    Ok(source)
}

/// Has all addresses of a chat read again, and answers how many are.
///
/// # Errors
/// When the database refuses.
pub async fn recrawl_all(app: &App, chat: &ChatId) -> Result<usize, StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let mut begun = 0;
    for (source, _) in tx.sources(chat).await? {
        begun += usize::from(tx.begin_round(chat, &source.id, app.clock.now()).await?);
    }
    tx.commit().await?;
    Ok(begun)
}

/// Stops reading an address; what was read stays. One that is not being read stays as it is.
///
/// # Errors
/// [`KnowledgeError`].
pub async fn stop(app: &App, chat: &ChatId, id: &SourceId) -> Result<Source, KnowledgeError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    find(&mut tx, chat, id).await?;
    tx.stop_source(chat, id, app.clock.now()).await?;
    let source = find(&mut tx, chat, id).await?;
    tx.commit().await?;
    Ok(source)
}
