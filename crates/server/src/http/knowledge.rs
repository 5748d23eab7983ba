//! What a chat may read up, in the shapes that it has outside.

use domain::knowledge::{Document, MAX_CHAT_TEXT, MOST_DOCUMENTS, MOST_SOURCES, Progress, Source};
use domain::time::Timestamp;
use serde::Serialize;
use store::{KnowledgeTotals, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::search_knowledge::Excerpt;

/// A text, a file or an address to read up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceView {
    pub(crate) id: String,
    /// `text`, `file`, `page`, `linked_pages` or `sitemap`.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// Its address; `null` of a text or a file.
    #[schema(required)]
    url: Option<String>,
    /// `waiting`, `running`, `done`, `failed` or `stopped`.
    pub(crate) state: &'static str,
    /// Why it failed, or what was left out.
    #[schema(required)]
    pub(crate) note: Option<String>,
    /// How many pages were found this time.
    pub(crate) found: i64,
    /// Of these, read.
    pub(crate) read: i64,
    /// Of these, failed.
    pub(crate) failed: i64,
    /// How many passages can be found in a search.
    pub(crate) passages: i64,
    /// Of how many bytes of text.
    bytes: i64,
    /// RFC 3339.
    created_at: String,
    /// When its state changed.
    changed_at: String,
}

/// How much there is to read up, and how much there may be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnowledgeTotalsView {
    sources: i64,
    documents: i64,
    passages: i64,
    bytes: i64,
    most_sources: i64,
    most_documents: i64,
    most_bytes: i64,
}

/// One text, file or page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentView {
    id: String,
    /// Its address; `null` of a text or a file.
    #[schema(required)]
    url: Option<String>,
    title: String,
    /// `found`, `read` or `failed`.
    state: &'static str,
    /// Why it failed, or what was left out.
    #[schema(required)]
    reason: Option<String>,
    passages: i64,
    bytes: i64,
    /// When it was read; `null` where it never was.
    #[schema(required)]
    read_at: Option<String>,
}

/// A passage that may answer a question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExcerptView {
    /// The title of its document.
    pub(crate) title: String,
    /// The headings above it; empty where there are none.
    pub(crate) heading: String,
    #[schema(required)]
    pub(crate) url: Option<String>,
    /// Its page in a PDF.
    #[schema(required)]
    pub(crate) page: Option<u32>,
    /// Plain text.
    pub(crate) text: String,
    /// How much of the question is in it, of 100.
    pub(crate) share: u8,
}

impl SourceView {
    pub(crate) fn new(source: &Source, progress: &Progress) -> Self {
        Self {
            id: source.id.to_string(),
            kind: source.kind.as_str(),
            name: source.name.to_string(),
            url: source.address.as_ref().map(|address| address.url.clone()),
            state: source.state.as_str(),
            note: source.note.clone(),
            found: progress.found,
            read: progress.read,
            failed: progress.failed,
            passages: progress.passages,
            bytes: progress.bytes,
            created_at: source.created_at.to_string(),
            changed_at: source.changed_at.to_string(),
        }
    }

    /// A source with how far it is now.
    pub(crate) async fn of(app: &App, source: &Source) -> Result<Self, StoreError> {
        let progress = app.store.read().await?.progress(source).await?;
        Ok(Self::new(source, &progress))
    }
}

impl From<KnowledgeTotals> for KnowledgeTotalsView {
    fn from(totals: KnowledgeTotals) -> Self {
        Self {
            sources: totals.sources,
            documents: totals.documents,
            passages: totals.passages,
            bytes: totals.bytes,
            most_sources: MOST_SOURCES,
            most_documents: MOST_DOCUMENTS,
            most_bytes: MAX_CHAT_TEXT,
        }
    }
}

impl From<&Document> for DocumentView {
    fn from(document: &Document) -> Self {
        Self {
            id: document.id.to_string(),
            url: Some(document.address.clone()).filter(|address| !address.is_empty()),
            title: document.title.clone(),
            state: document.state.as_str(),
            reason: document.reason.clone(),
            passages: document.passages,
            bytes: document.bytes,
            read_at: document.read_at.map(|at: Timestamp| at.to_string()),
        }
    }
}

impl From<&Excerpt> for ExcerptView {
    fn from(excerpt: &Excerpt) -> Self {
        Self {
            title: excerpt.title.clone(),
            heading: excerpt.heading.clone(),
            url: excerpt.url.as_ref().map(ToString::to_string),
            page: excerpt.page,
            text: excerpt.text.clone(),
            share: excerpt.share,
        }
    }
}
