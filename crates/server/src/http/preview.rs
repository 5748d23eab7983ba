//! The page in which operators see the real widget with settings that are not saved. It is framed by the dashboard, may call
//! nobody, and has an origin of its own: nothing that is done there reaches a conversation.

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::http::api_router::ApiRouter;
use crate::http::assets::{
    Cache, answer, configured, not_built, own_headers, plain_loader, script_headers,
};
use crate::http::look::Part;
use crate::http::parts::InQuery;

const PAGE: &str = include_str!("../../../../web/widget/preview/preview.html");
const SCRIPT: &str = include_str!("../../../../web/widget/preview/preview.js");
/// Scripts of ours, and nothing else: no call, no style, no picture, no storage.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'none'; frame-ancestors 'self'; base-uri 'none'; \
                      form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; sandbox allow-scripts";
const CACHE: &str = "no-cache";
/// What the page leaves for the loader: the draft that the dashboard gave it.
const LOADER_DRAFT: &str = "zipchatDraft.loader";

#[derive(Debug, Deserialize)]
struct WordsQuery {
    #[serde(default)]
    part: Part,
}

/// `/widget/preview` and what is under it, where else the name of a chat is.
pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .route("/widget/preview", get(page))
        .route("/widget/preview/preview.js", get(script))
        .route("/widget/preview/zipchat.js", get(loader))
        .route("/widget/preview/words", get(words))
}

async fn page() -> Response {
    let mut headers = own_headers(CACHE);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    (headers, PAGE).into_response()
}

async fn script() -> Response {
    (script_headers(CACHE), SCRIPT).into_response()
}

/// The real loader, which finds its configuration in the page.
async fn loader(Extension(cache): Extension<Arc<Cache>>, headers: HeaderMap) -> Response {
    let Some((plain, hash)) = plain_loader() else { return not_built() };
    let file = cache.file("preview", hash, || configured(&plain, LOADER_DRAFT));
    answer(&file, script_headers(CACHE), &headers)
}

async fn words(InQuery(query): InQuery<WordsQuery>) -> Response {
    let module = match query.part {
        Part::Chat => "export default zipchatDraft.chat\n",
        Part::Form => "export default zipchatDraft.form\n",
    };
    (script_headers(CACHE), module).into_response()
}
