//! The files that web builds, compiled in: the loader with a chat's configuration, the chat's code, the dashboard.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::appearance::Language;
use domain::chat::{Chat, WidgetToken};
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::app::chats::KnownChat;
use crate::app::{App, sightings};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::compressed::{Coding, Compressed, Effort};
use crate::http::error::{self, ApiError};
use crate::http::look::{self, LoaderConfig, Part};
use crate::http::parts::{InPath, InQuery};
use crate::http::preview;

/// What `cargo xtask build` puts into `web/dist`. Development builds read the files as they are now.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Web;

/// What shops load on the page that says thank you.
const PURCHASE: &str = include_str!("../../../../web/widget/purchase/track.js");
const LOADER: &str = "loader.js";
const DASHBOARD: &str = "dashboard/index.html";
/// Where the loader takes its configuration.
const PLACE: &str = "__ZIPCHAT_CONFIG__";
/// How many chats' files are kept at most.
const MOST_OF_CHATS: usize = 1_000;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_FIVE_MINUTES: &str =
    "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// What the dashboard's pages may do: load our own files and call our own API.
const DASHBOARD_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                                connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
                                require-trusted-types-for 'script'; trusted-types 'none'";

/// Files compressed once, and what is made for one chat.
#[derive(Debug, Default)]
pub(super) struct Cache {
    files: Mutex<HashMap<String, Arc<OnceLock<Arc<Compressed>>>>>,
    of_chats: Mutex<HashMap<(WidgetToken, Made), OfChat>>,
}

/// What is made for one chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Made {
    Loader,
    Words(Language, Part),
}

/// A chat's file, and what it was made from.
#[derive(Debug, Clone)]
struct OfChat {
    version: i64,
    plain: [u8; 32],
    file: Arc<Compressed>,
}

#[derive(Debug, Deserialize)]
struct LoaderQuery {
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WordsQuery {
    /// Languages, the most wanted first.
    #[serde(default, rename = "for")]
    languages: String,
    #[serde(default)]
    part: Part,
}

/// `/widget/zipchat.js` and the other files; the dashboard's pages.
pub(crate) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(loader))
        .routes(routes!(pinned_loader))
        .routes(routes!(purchase_script))
        .routes(routes!(words))
        .route("/widget/a/{file}", get(widget_file))
        .route("/assets/{file}", get(dashboard_file))
        .route("/favicon.ico", get(favicon))
        .route("/", get(dashboard))
        .route("/login", get(dashboard))
        .route("/password", get(dashboard))
        .route("/invitation", get(dashboard))
        .route("/account/{*page}", get(dashboard))
        .route("/chats/{*page}", get(dashboard))
        .merge(preview::routes())
        .layer(Extension(Arc::new(Cache::default())))
}

/// What is missing for a whole service, if something is.
pub(crate) fn missing() -> Option<&'static str> {
    let all = [LOADER, DASHBOARD].into_iter().all(|file| Web::get(file).is_some());
    (!all).then_some("the web files are not built: run `cargo xtask build`")
}

/// The loader with a chat's configuration.
#[utoipa::path(get, path = "/widget/zipchat.js", tag = "widget",
    params(("id" = String, Query, description = "the chat's widget token")),
    responses((status = 200, content_type = "text/javascript", body = String),
        (status = 404, content_type = "text/javascript", body = String)))]
async fn loader(
    State(app): State<Arc<App>>,
    Extension(cache): Extension<Arc<Cache>>,
    query: Result<InQuery<LoaderQuery>, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let known = match query.ok().and_then(|InQuery(query)| query.id).unwrap_or_default().parse() {
        Ok(token) => app.chats.of_widget(&app.store, &token).await?,
        Err(_) => None,
    };
    let Some(known) = known else {
        let text = "// There is no chat with this id. Copy the tag from the chat's page in the dashboard.\n";
        return Ok(error::no_such_file(script_headers("no-store"), text));
    };
    sightings::note(&app, &known.chat, page(&headers));
    let Some(plain) = Web::get(LOADER) else { return Ok(not_built()) };
    let file = cache.of_chat(&known, Made::Loader, plain.metadata.sha256_hash(), |chat| {
        let config = LoaderConfig::new(chat.widget_token.as_str(), &chat.settings.appearance);
        configured(&plain.data, &ascii(&serde_json::to_string(&config).unwrap_or_default()))
    });
    Ok(answer(&file, script_headers(FOR_FIVE_MINUTES), &headers))
}

/// What the chat says, as a module: in the first language of `for` that it speaks, or in the one that the merchant has fixed.
#[utoipa::path(get, path = "/widget/{widget_token}/words", tag = "widget",
    params(("widget_token" = String, Path),
        ("for" = Option<String>, Query, description = "languages, the most wanted first: `de-AT,en`"),
        ("part" = Option<String>, Query, description = "`chat`, or `form`: the lead form's")),
    responses((status = 200, content_type = "text/javascript", body = String),
        (status = 404, content_type = "text/javascript", body = String)))]
async fn words(
    State(app): State<Arc<App>>,
    Extension(cache): Extension<Arc<Cache>>,
    InPath(token): InPath<String>,
    InQuery(query): InQuery<WordsQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let known = match token.parse() {
        Ok(token) => app.chats.of_widget(&app.store, &token).await?,
        Err(_) => None,
    };
    let Some(known) = known else {
        return Ok(error::no_such_file(script_headers("no-store"), "// There is no such chat.\n"));
    };
    let language = known.chat.settings.appearance.language_for(&query.languages);
    let file = cache.of_chat(&known, Made::Words(language, query.part), [0; 32], |chat| {
        look::module(chat, language, query.part).into_bytes()
    });
    Ok(answer(&file, script_headers(FOR_FIVE_MINUTES), &headers))
}

/// The page that a script is for, where its browser says so: most give no more than the origin.
fn page(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(header::ORIGIN).or_else(|| headers.get(header::REFERER));
    said.and_then(|page| page.to_str().ok())
}

/// The same file for every chat, and for ever: for merchants who want integrity hashes. Its id comes from its own address.
#[utoipa::path(get, path = "/widget/v/{version}/zipchat.js", tag = "widget",
    params(("version" = String, Path), ("id" = String, Query, description = "the chat's widget token")),
    responses((status = 200, content_type = "text/javascript", body = String),
        (status = 404, content_type = "text/javascript", body = String)))]
async fn pinned_loader(
    Extension(cache): Extension<Arc<Cache>>,
    InPath(version): InPath<String>,
    headers: HeaderMap,
) -> Response {
    if version != env!("CARGO_PKG_VERSION") {
        let text =
            concat!("// This service has version ", env!("CARGO_PKG_VERSION"), " of this file.\n");
        return error::no_such_file(script_headers("no-store"), text);
    }
    let Some(plain) = Web::get(LOADER) else { return not_built() };
    let file =
        cache.file("pinned", plain.metadata.sha256_hash(), || configured(&plain.data, "null"));
    answer(&file, script_headers(FOR_EVER), &headers)
}

/// The script for the page of the shop that says thank you. It takes the chat's id from its own address, and is the same for all.
#[utoipa::path(get, path = "/widget/track_zipchat_purchase.js", tag = "widget",
    params(("id" = Option<String>, Query, description = "the chat's widget token")),
    responses((status = 200, content_type = "text/javascript", body = String)))]
async fn purchase_script(Extension(cache): Extension<Arc<Cache>>, headers: HeaderMap) -> Response {
    let file = cache.file("purchase", [0; 32], || PURCHASE.as_bytes().to_vec());
    answer(&file, script_headers(FOR_FIVE_MINUTES), &headers)
}

async fn widget_file(
    Extension(cache): Extension<Arc<Cache>>,
    InPath(name): InPath<String>,
    headers: HeaderMap,
) -> Response {
    cache.embedded("widget", &name, script_headers(FOR_EVER), &headers)
}

async fn dashboard_file(
    Extension(cache): Extension<Arc<Cache>>,
    InPath(name): InPath<String>,
    headers: HeaderMap,
) -> Response {
    let mut ours = own_headers(FOR_EVER);
    ours.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(&name)));
    cache.embedded("dashboard/assets", &name, ours, &headers)
}

/// Browsers ask for it by themselves where a page names no icon, as pages of plain text cannot.
async fn favicon() -> Response {
    error::no_such_file(own_headers("public, max-age=86400"), "")
}

/// The plain loader and its hash, where it is built.
pub(super) fn plain_loader() -> Option<(Vec<u8>, [u8; 32])> {
    Web::get(LOADER).map(|file| (file.data.to_vec(), file.metadata.sha256_hash()))
}

async fn dashboard(State(app): State<Arc<App>>) -> Response {
    let mut headers = own_headers("no-store");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DASHBOARD_POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if app.config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    match Web::get(DASHBOARD) {
        Some(page) => (headers, Bytes::from(page.data.into_owned())).into_response(),
        None => error::not_there_yet(headers, NOT_BUILT_PAGE),
    }
}

const NOT_BUILT_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Zipchat</title>\n\
    <p>The dashboard is not built. Run <code>cargo xtask build</code>, then start the service again.</p>\n";

pub(super) fn not_built() -> Response {
    let text =
        "// The widget is not built. Run `cargo xtask build`, then start the service again.\n";
    error::not_there_yet(script_headers("no-store"), text)
}

impl Cache {
    /// A chat's file, made anew when the chat or what it is made from has changed.
    fn of_chat(
        &self,
        known: &KnownChat,
        what: Made,
        plain: [u8; 32],
        make: impl FnOnce(&Chat) -> Vec<u8>,
    ) -> Arc<Compressed> {
        let chat = &known.chat;
        let mut files = self.of_chats.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (chat.widget_token.clone(), what);
        if let Some(made) = files.get(&key)
            && made.version == chat.version
            && made.plain == plain
        {
            return made.file.clone();
        }
        let file = Arc::new(Compressed::new(make(chat), Effort::Quick));
        if files.len() >= MOST_OF_CHATS {
            files.clear();
        }
        files.insert(key, OfChat { version: chat.version, plain, file: file.clone() });
        file
    }

    /// A file that is the same for all, compressed when it is first asked for.
    pub(super) fn file(
        &self,
        name: &str,
        hash: [u8; 32],
        make: impl FnOnce() -> Vec<u8>,
    ) -> Arc<Compressed> {
        // Development builds read files as they are now, so the name alone does not tell what is in one.
        let key = format!("{name} {}", hex(&hash));
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.entry(key).or_default().clone();
        // That takes a while: only who wants the same file waits for it.
        drop(files);
        file.get_or_init(|| Arc::new(Compressed::new(make(), Effort::Thorough))).clone()
    }

    /// The answer with the file `name` of `folder`.
    fn embedded(&self, folder: &str, name: &str, ours: HeaderMap, theirs: &HeaderMap) -> Response {
        let plain_name =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let path = format!("{folder}/{name}");
        let found = if plain_name && !name.starts_with('.') { Web::get(&path) } else { None };
        match found {
            Some(file) => {
                let hash = file.metadata.sha256_hash();
                let file = self.file(&path, hash, || file.data.into_owned());
                answer(&file, ours, theirs)
            }
            None => error::no_such_file(own_headers("no-store"), "There is no such file.\n"),
        }
    }
}

/// The loader with `config`, which is JSON, in its place.
pub(super) fn configured(plain: &[u8], config: &str) -> Vec<u8> {
    String::from_utf8_lossy(plain).replacen(PLACE, config, 1).into_bytes()
}

/// JSON in ASCII alone: the shop's page may be read in any character set.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() && letter != '<' {
            text.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// The file as the client can take it, or word that the client has it.
pub(super) fn answer(file: &Compressed, mut ours: HeaderMap, theirs: &HeaderMap) -> Response {
    let coding = Coding::accepted(theirs);
    let (coding, bytes) = file.coded(coding);
    let tag =
        format!("\"{}{}\"", hex(&digest(&SHA256, file.plain()).as_ref()[..16]), coding.suffix());
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        ours.insert(header::ETAG, tag);
    }
    ours.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let known =
        theirs.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known
        .flat_map(|list| list.split(','))
        .any(|known| matches!(known.trim(), "*") || known.trim() == tag)
    {
        ours.remove(header::CONTENT_TYPE);
        return error::not_modified(ours);
    }
    if let Some(name) = coding.name() {
        ours.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    (ours, bytes).into_response()
}

/// Headers of scripts for anybody's pages.
pub(super) fn script_headers(cache: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value))
    };
    set(header::CONTENT_TYPE, JAVASCRIPT);
    set(header::CACHE_CONTROL, cache);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    set(HeaderName::from_static("timing-allow-origin"), "*");
    headers
}

/// Headers of files for our own pages.
pub(super) fn own_headers(cache: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value))
    };
    set(header::CACHE_CONTROL, cache);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    headers
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => JAVASCRIPT,
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_in_any_script_is_ascii_in_the_loader() {
        let config = ascii(&json!({"name": "Café <b> 😀 \" \u{2028}"}).to_string());
        assert!(config.is_ascii());
        assert!(!config.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&config).unwrap();
        assert_eq!(read["name"], "Café <b> 😀 \" \u{2028}");
    }

    #[test]
    fn the_configuration_is_put_in_its_place() {
        assert_eq!(configured(b"f(__ZIPCHAT_CONFIG__)", "null"), b"f(null)");
    }

    fn asked(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_file_is_sent_as_the_client_takes_it() {
        let file = Compressed::new(b"let a = 1;\n".repeat(50), Effort::Quick);
        let get = |accepts| {
            answer(&file, script_headers(FOR_EVER), &asked(header::ACCEPT_ENCODING, accepts))
        };
        let coding =
            |response: &Response| response.headers().get(header::CONTENT_ENCODING).cloned();
        assert_eq!(coding(&get("gzip, deflate, br")).unwrap(), "br");
        assert_eq!(coding(&get("gzip")).unwrap(), "gzip");
        assert_eq!(coding(&get("identity")), None);
        let tags =
            ["br", "gzip", "identity"].map(|accepts| get(accepts).headers()[header::ETAG].clone());
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
    }

    #[test]
    fn a_file_that_the_client_has_is_not_sent_again() {
        let file = Compressed::new(b"let a = 1;\n".to_vec(), Effort::Quick);
        let get = |known: &str| {
            answer(&file, script_headers(FOR_EVER), &asked(header::IF_NONE_MATCH, known))
        };
        let tag = get("\"other\"").headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(get("\"other\"").status().as_u16(), 200);
        assert_eq!(get(&tag).status().as_u16(), 304);
        assert_eq!(get(&format!("\"x\", {tag}")).status().as_u16(), 304);
    }
}
