//! What a chat's assistant may read up, on its Assistant page: texts, files, addresses; how far each is; and what a question finds.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::id::SourceId;
use domain::knowledge::{MAX_FILE, SourceKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::knowledge;
use crate::app::search_knowledge::{MOST_EXCERPTS, search};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created, no_content};
use crate::http::knowledge::{DocumentView, ExcerptView, KnowledgeTotalsView, SourceView};
use crate::http::parts::{InPath, InQuery};
use crate::http::views::PageMeta;
use crate::http::who::{ChatAdmin, ChatReader};

/// Documents on a page of the list.
const PER_PAGE: i64 = 100;
/// The most bytes of a body with a pasted text: a mebibyte, escaped.
const MAX_PASTED: usize = 2 * 1024 * 1024;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(add_text))
        .routes(routes!(add_file))
        .routes(routes!(add_address))
        .routes(routes!(recrawl_all))
        .routes(routes!(search_test))
        .routes(routes!(show, remove))
        .routes(routes!(recrawl))
        .routes(routes!(stop))
}

/// A source in the path.
#[derive(Deserialize)]
struct InSource {
    id: String,
}

impl InSource {
    fn id(&self) -> Result<SourceId, ApiError> {
        self.id.parse().map_err(|_| ApiError::not_found())
    }
}

/// All that a chat may read up.
#[derive(Serialize, ToSchema)]
struct KnowledgeView {
    /// The newest first.
    sources: Vec<SourceView>,
    totals: KnowledgeTotalsView,
}

/// What a chat's assistant may read up, and how far it was read.
#[utoipa::path(get, path = "/chats/{chat_id}/knowledge", operation_id = "list_knowledge", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = KnowledgeView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<KnowledgeView>, ApiError> {
    let mut tx = app.store.read().await?;
    let sources = tx.sources(&chat.id).await?;
    let totals = tx.knowledge_totals(&chat.id).await?;
    let sources = sources.iter().map(|(source, progress)| SourceView::new(source, progress));
    Ok(Json(KnowledgeView { sources: sources.collect(), totals: totals.into() }))
}

/// A text.
#[derive(Deserialize, ToSchema)]
struct TextBody {
    /// What it is called: 1 to 200 characters.
    name: String,
    /// Plain text, or Markdown where it has headings (`# …`).
    text: String,
}

/// Adds a text.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/texts", operation_id = "add_knowledge_text", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = TextBody,
    responses((status = 201, body = SourceView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add_text(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Response, ApiError> {
    let TextBody { name, text } = body::json_up_to(body, MAX_PASTED).await?;
    let source = knowledge::add_text(&app, &chat.id, &name, &text).await?;
    Ok(created(&SourceView::of(&app, &source).await?))
}

/// A file's name.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// With its ending, as in `returns.pdf`: 1 to 200 characters.
    name: String,
}

/// Adds a file: PDF, Markdown, HTML or plain text, at most 10 MiB. The body is the file as it is.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/files", operation_id = "add_knowledge_file", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), FileQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = SourceView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn add_file(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InQuery(FileQuery { name }): InQuery<FileQuery>,
    body: Body,
) -> Result<Response, ApiError> {
    let _room = app.reader.room().await?;
    let bytes = body::read(body, MAX_FILE).await?;
    let source = knowledge::add_file(&app, &chat.id, &name, &bytes).await?;
    Ok(created(&SourceView::of(&app, &source).await?))
}

/// Which pages of an address are meant.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PagesMeant {
    /// This page.
    This,
    /// This page, and those of the same host that it links to.
    Linked,
    /// Those of the same host that are listed: the address is a sitemap's.
    Sitemap,
}

/// An address.
#[derive(Deserialize, ToSchema)]
struct KnowledgeAddressBody {
    /// `https`, and on the public internet.
    url: String,
    pages: PagesMeant,
}

/// Adds an address. What is there is read soon; how far it is, the list tells.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/addresses", operation_id = "add_knowledge_address", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = KnowledgeAddressBody,
    responses((status = 201, body = SourceView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add_address(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Response, ApiError> {
    let KnowledgeAddressBody { url, pages } = body::json(body).await?;
    let kind = match pages {
        PagesMeant::This => SourceKind::Page,
        PagesMeant::Linked => SourceKind::LinkedPages,
        PagesMeant::Sitemap => SourceKind::Sitemap,
    };
    let source = knowledge::add_address(&app, &chat.id, url.trim(), kind).await?;
    Ok(created(&SourceView::of(&app, &source).await?))
}

/// How many addresses are read again.
#[derive(Serialize, ToSchema)]
struct Begun {
    begun: usize,
}

/// Has all addresses read again. Pages that are as they were are only asked for; those that are gone go.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/recrawl", operation_id = "recrawl_knowledge", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = Begun), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn recrawl_all(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
) -> Result<Json<Begun>, ApiError> {
    Ok(Json(Begun { begun: knowledge::recrawl_all(&app, &chat.id).await? }))
}

/// A question.
#[derive(Deserialize, ToSchema)]
struct QuestionBody {
    /// What a customer might ask; 500 characters of it count.
    query: String,
}

/// What a question finds.
#[derive(Serialize, ToSchema)]
struct ExcerptsView {
    /// The best first.
    excerpts: Vec<ExcerptView>,
}

/// What the assistant would find for a question.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/search", operation_id = "search_knowledge", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = QuestionBody,
    responses((status = 200, body = ExcerptsView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn search_test(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    body: Body,
) -> Result<Json<ExcerptsView>, ApiError> {
    let QuestionBody { query } = body::json(body).await?;
    let excerpts = search(&app, &chat.id, &query, MOST_EXCERPTS).await?;
    Ok(Json(ExcerptsView { excerpts: excerpts.iter().map(ExcerptView::from).collect() }))
}

/// Which documents are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentsQuery {
    /// From 1.
    page: Option<i64>,
}

/// A source with its documents.
#[derive(Serialize, ToSchema)]
struct SourceDetail {
    source: SourceView,
    /// Those that failed first.
    documents: Vec<DocumentView>,
    meta: PageMeta,
}

/// A source, and a page of its documents.
#[utoipa::path(get, path = "/chats/{chat_id}/knowledge/sources/{id}", operation_id = "show_knowledge_source", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path), DocumentsQuery),
    responses((status = 200, body = SourceDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath(path): InPath<InSource>,
    InQuery(query): InQuery<DocumentsQuery>,
) -> Result<Json<SourceDetail>, ApiError> {
    let page = query.page.unwrap_or(1).clamp(1, 1_000);
    let mut tx = app.store.read().await?;
    let source = knowledge::find(&mut tx, &chat.id, &path.id()?).await?;
    let documents = tx.documents(&source, PER_PAGE, (page - 1) * PER_PAGE).await?;
    let progress = tx.progress(&source).await?;
    Ok(Json(SourceDetail {
        source: SourceView::new(&source, &progress),
        documents: documents.iter().map(DocumentView::from).collect(),
        meta: PageMeta { page, per_page: PER_PAGE, total: progress.found },
    }))
}

/// Removes a source with all that was read there: from then on nothing of it is told.
#[utoipa::path(delete, path = "/chats/{chat_id}/knowledge/sources/{id}", operation_id = "remove_knowledge_source", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn remove(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath(path): InPath<InSource>,
) -> Result<Response, ApiError> {
    knowledge::remove(&app, &chat.id, &path.id()?).await?;
    Ok(no_content())
}

/// Has an address read again.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/sources/{id}/recrawl", operation_id = "recrawl_knowledge_source", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn recrawl(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath(path): InPath<InSource>,
) -> Result<Json<SourceView>, ApiError> {
    let source = knowledge::recrawl(&app, &chat.id, &path.id()?).await?;
    Ok(Json(SourceView::of(&app, &source).await?))
}

/// Stops reading an address. What was read stays.
#[utoipa::path(post, path = "/chats/{chat_id}/knowledge/sources/{id}/stop", operation_id = "stop_knowledge_source", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn stop(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath(path): InPath<InSource>,
) -> Result<Json<SourceView>, ApiError> {
    let source = knowledge::stop(&app, &chat.id, &path.id()?).await?;
    Ok(Json(SourceView::of(&app, &source).await?))
}
