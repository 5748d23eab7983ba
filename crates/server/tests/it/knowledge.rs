//! What a chat's assistant may read up: texts, files, pages of real servers on this machine, which is allowed here.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response as Answer;
use domain::chat::Platform;
use domain::id::SourceId;
use domain::knowledge::{Address, Source, SourceKind, SourceState};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Scope;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::keys::{command, refusal};
use crate::support::{TestChat, TestServer};

const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];
/// Printed by Chromium from two pages of HTML: compressed streams, embedded fonts.
const RETURNS_PDF: &[u8] = include_bytes!("fixtures/returns.pdf");

/// What a site answers at a path.
#[derive(Clone, Default)]
struct Page {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    wait: Duration,
}

impl Page {
    fn html(body: &str) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    fn of(kind: &str, body: &str) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status: 200, headers, body: body.as_bytes().to_vec(), wait: Duration::ZERO }
    }

    fn status(status: u16) -> Self {
        Self { status, ..Self::html("<p>Sorry</p>") }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// When a path was asked for, and with which `If-None-Match`.
type Asked = (String, Instant, Option<String>);

/// A website whose pages a test sets.
#[derive(Clone)]
struct Site {
    url: String,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Site {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let site = Self { url, pages: Arc::default(), asked: Arc::default() };
        let router = axum::Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { serve(listener, router).await });
        site
    }

    fn has(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    fn lacks(&self, path: &str) {
        self.pages.lock().unwrap().remove(path);
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A sitemap that lists these paths.
    fn maps(&self, path: &str, paths: &[&str]) {
        let urls: Vec<String> =
            paths.iter().map(|path| format!("<url><loc>{}</loc></url>", self.at(path))).collect();
        self.has(
            path,
            Page::of(
                "application/xml",
                &format!("<?xml version=\"1.0\"?><urlset>{}</urlset>", urls.concat()),
            ),
        );
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|(path, ..)| path).collect()
    }
}

async fn serve(listener: TcpListener, router: axum::Router) {
    let service = hyper_util::service::TowerToHyperService::new(router);
    while let Ok((stream, _)) = listener.accept().await {
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(hyper_util::rt::TokioIo::new(stream), service.clone());
        tokio::spawn(connection);
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Answer {
    let path = request.uri().path_and_query().unwrap().to_string();
    let known =
        request.headers().get("if-none-match").map(|etag| etag.to_str().unwrap().to_owned());
    site.asked.lock().unwrap().push((path.clone(), Instant::now(), known.clone()));
    let page = site.pages.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Page::status(404));
    tokio::time::sleep(page.wait).await;
    let etag = page.headers.iter().find(|(name, _)| *name == "etag").map(|(_, etag)| etag.clone());
    let same = etag.is_some() && etag == known;
    let mut answer = Answer::builder().status(if same { 304 } else { page.status });
    for (name, value) in &page.headers {
        answer = answer.header(*name, value);
    }
    answer.body(Body::from(if same { Vec::new() } else { page.body })).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An operator of a chat, at its knowledge.
struct Desk<'s> {
    chat: TestChat<'s>,
    cookie: String,
}

impl<'s> Desk<'s> {
    async fn new(server: &'s TestServer) -> Self {
        let chat = server.plain_chat("default", Platform::Custom).await;
        let cookie = server.operator("default", "owner@shop.example", "owner").await;
        Self { chat, cookie }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Response {
        let server = self.chat.server;
        let url = format!("{}/api/v1/chats/{}/knowledge{path}", server.url, self.chat.chat.id);
        server
            .client
            .request(method, url)
            .header("cookie", &self.cookie)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn good(&self, method: Method, path: &str, body: Value) -> Value {
        let response = self.call(method, path, body).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The refusal's words.
    async fn bad(&self, path: &str, body: Value) -> String {
        let response = self.call(Method::POST, path, body).await;
        assert!(response.status().is_client_error(), "{path}");
        let body: Value = response.json().await.unwrap();
        body["error"]["message"].as_str().unwrap().to_owned()
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Response {
        let server = self.chat.server;
        let url = format!(
            "{}/api/v1/chats/{}/knowledge/files?name={name}",
            server.url, self.chat.chat.id
        );
        let call = server.client.post(url).header("cookie", &self.cookie);
        call.header("content-type", "application/octet-stream")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
    }

    async fn text(&self, name: &str, text: &str) -> String {
        let added = self.good(Method::POST, "/texts", json!({ "name": name, "text": text })).await;
        added["id"].as_str().unwrap().to_owned()
    }

    async fn address(&self, url: &str, pages: &str) -> String {
        let added =
            self.good(Method::POST, "/addresses", json!({ "url": url, "pages": pages })).await;
        assert_eq!(added["state"], "waiting");
        added["id"].as_str().unwrap().to_owned()
    }

    async fn source(&self, id: &str) -> Value {
        self.good(Method::GET, &format!("/sources/{id}"), Value::Null).await
    }

    /// The source once it is neither waiting nor being read.
    async fn settled(&self, id: &str) -> Value {
        for _ in 0..1_200 {
            let detail = self.source(id).await;
            if !matches!(detail["source"]["state"].as_str().unwrap(), "waiting" | "running") {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it is read for ever");
    }

    async fn recrawl(&self, id: &str) -> Value {
        self.good(Method::POST, &format!("/sources/{id}/recrawl"), Value::Null).await;
        self.settled(id).await
    }

    /// The texts that a question finds, as far as at least half of it is in them.
    async fn finds(&self, query: &str) -> Vec<Value> {
        let found = self.good(Method::POST, "/search", json!({ "query": query })).await;
        let mut excerpts = found["excerpts"].as_array().unwrap().clone();
        excerpts.retain(|excerpt| excerpt["share"].as_i64().unwrap() >= 50);
        excerpts
    }

    async fn titles(&self, query: &str) -> Vec<String> {
        let title = |excerpt: &Value| excerpt["title"].as_str().unwrap().to_owned();
        self.finds(query).await.iter().map(title).collect()
    }
}

/// Each document's address, state and reason.
fn documents(detail: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let document = |it: &Value| (text(&it["url"]), text(&it["state"]), text(&it["reason"]));
    detail["documents"].as_array().unwrap().iter().map(document).collect()
}

fn reason_of(detail: &Value, path: &str) -> String {
    let found = documents(detail).into_iter().find(|(url, ..)| url.ends_with(path));
    found.unwrap_or_else(|| panic!("no {path} in {detail}")).2
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_told_with_its_source_until_it_is_removed() {
    told_until_removed(&TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_text_is_told_with_its_source_until_it_is_removed() {
    if let Some(server) = TestServer::start_on_postgres().await {
        told_until_removed(&server).await;
    }
}

async fn told_until_removed(server: &TestServer) {
    let desk = Desk::new(server).await;
    let other = server.plain_chat("others", Platform::Custom).await;
    let id = desk.text("House rules", "# Returns\n\nA plant may come back within thirty days.\n\n# Gifts\n\nWe wrap gifts for free.").await;
    let listed = desk.good(Method::GET, "", Value::Null).await;
    assert_eq!(
        (&listed["sources"][0]["state"], &listed["sources"][0]["passages"]),
        (&json!("done"), &json!(2))
    );
    assert_eq!(
        (&listed["totals"]["sources"], &listed["totals"]["documents"]),
        (&json!(1), &json!(1))
    );
    let found = desk.finds("How long do I have to return a plant?").await;
    assert_eq!((&found[0]["title"], &found[0]["heading"]), (&json!("Returns"), &json!("Returns")));
    // The assistant says what is written, and where.
    let ada = desk.chat.visitor();
    ada.send("1", "Do you wrap gifts?").await;
    let said = ada.conversation_of(2).await["messages"][1]["text"].as_str().unwrap().to_owned();
    assert!(said.contains("> We wrap gifts for free.\n\nFrom *Returns*, Gifts"), "{said}");
    ada.send("2", "Is the monstera poisonous for cats?").await;
    let said = ada.conversation_of(4).await["messages"][3]["text"].as_str().unwrap().to_owned();
    assert!(said.contains("I find nothing about that") && !said.contains("wrap"), "{said}");
    // Another chat's assistant knows nothing of it.
    let eve = other.visitor();
    eve.send("1", "Do you wrap gifts?").await;
    let said = eve.conversation_of(2).await["messages"][1]["text"].as_str().unwrap().to_owned();
    assert!(said.contains("beyond me"), "{said}");
    // Another process removes it: from then on it is not said, though this one has its index.
    server::app::knowledge::remove(&server.commands, &desk.chat.chat.id, &id.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(desk.finds("Do you wrap gifts?").await, Vec::<Value>::new());
    ada.send("3", "Do you wrap gifts?").await;
    let said = ada.conversation_of(6).await["messages"][5]["text"].as_str().unwrap().to_owned();
    assert!(!said.contains("for free"), "{said}");
    assert_eq!(
        desk.call(Method::GET, &format!("/sources/{id}"), Value::Null).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_and_what_cannot_be_is_refused_in_words() {
    let server = TestServer::start().await;
    let desk = Desk::new(&server).await;
    let response = desk.upload("returns.pdf", RETURNS_PDF).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let found = desk.finds("When do I get my refund?").await;
    assert_eq!((&found[0]["title"], &found[0]["page"]), (&json!("returns.pdf"), &json!(2)));
    assert!(found[0]["text"].as_str().unwrap().contains("within five working days"), "{found:?}");
    assert_eq!(
        desk.upload("hours.md", b"# Hours\n\nOpen from *nine* to five.").await.status(),
        StatusCode::CREATED
    );
    assert_eq!(desk.finds("When are you open?").await[0]["text"], "Open from nine to five.");
    let latin =
        b"<title>Gr\xfc\xdfe</title><p>Geschenkkarten sind gratis.<script>alert('geheim')</script>";
    assert_eq!(desk.upload("karten.html", latin).await.status(), StatusCode::CREATED);
    assert_eq!(desk.titles("Geschenkkarten").await, ["Grüße"]);
    assert_eq!(desk.titles("geheim").await, Vec::<String>::new());
    let refused = async |name: &str, bytes: &[u8], expected: &str| {
        let response = desk.upload(name, bytes).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let body: Value = response.json().await.unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{name}: {message}");
    };
    refused("a.png", b"\x89PNG\r\n\x1a\n\0\0", "no text, Markdown, HTML or PDF").await;
    refused("a.docx", b"PK\x03\x04\x14\0", "no text, Markdown, HTML or PDF").await;
    refused("a.pdf", b"%PDF-1.7\nnothing", "broken").await;
    refused("a.txt", b" \n ", "no text in it").await;
    refused("", b"Hello", "name: ").await;
    refused("large.txt", &vec![b'a'; 10 * 1024 * 1024 + 1], "at most 10485760 bytes").await;
    // A stream that unpacks to gigabytes costs its reader, and nothing else.
    let begun = Instant::now();
    refused("bomb.pdf", &bomb(), "more memory or time").await;
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    // So does a page that is nested without end.
    refused("deep.html", "<div>".repeat(1_500_000).as_bytes(), "").await;
    assert_eq!(desk.finds("When are you open?").await.len(), 1);
}

/// A PDF of 2 MB whose one page unpacks to 2 GB.
fn bomb() -> Vec<u8> {
    // Each full flush begins anew, so that one packed mebibyte of spaces can be said again and again.
    let mut packer = flate2::Compress::new(flate2::Compression::best(), true);
    let mebibyte = vec![b' '; 1024 * 1024];
    let mut pack = || {
        let mut out = Vec::with_capacity(64 * 1024);
        packer.compress_vec(&mebibyte, &mut out, flate2::FlushCompress::Full).unwrap();
        out
    };
    let mut stream = pack();
    let again = pack();
    for _ in 0..2_048 {
        stream.extend(&again);
    }
    let mut pdf = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>\nendobj\n".to_vec();
    let fourth = pdf.len();
    pdf.extend(
        format!("4 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n", stream.len()).bytes(),
    );
    pdf.extend(&stream);
    pdf.extend(b"\nendstream\nendobj\n");
    let table = pdf.len();
    let at = |what: &[u8]| pdf.windows(what.len()).position(|it| it == what).unwrap();
    let places = [at(b"1 0 obj"), at(b"2 0 obj"), at(b"3 0 obj"), fourth];
    let entries: Vec<String> =
        places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    pdf.extend(format!("xref\n0 5\n0000000000 65535 f \n{}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", entries.concat()).bytes());
    pdf
}

/// A site of three pages, read by its sitemap, and the source.
async fn a_small_site(desk: &Desk<'_>) -> (Site, String) {
    let site = Site::start().await;
    site.has(
        "/delivery",
        Page::html("<title>Delivery</title><p>To Norway it takes a week.</p>")
            .with("etag", "\"v1\""),
    );
    site.has(
        "/returns",
        Page::html("<title>Returns</title><p>Send plants back within thirty days.</p>"),
    );
    site.has(
        "/imprint",
        Page::html("<title>Imprint</title><p>Thistle and Pot, an old brewery.</p>"),
    );
    site.maps("/sitemap.xml", &["/delivery", "/returns", "/imprint", "/missing", "/delivery#top"]);
    let id = desk.address(&site.at("/sitemap.xml"), "sitemap").await;
    let detail = desk.settled(&id).await;
    let source = &detail["source"];
    let counts = (&source["state"], &source["found"], &source["read"], &source["failed"]);
    assert_eq!(counts, (&json!("done"), &json!(4), &json!(3), &json!(1)), "{detail}");
    assert_eq!(reason_of(&detail, "/missing"), "the page is not there (404)");
    let found = desk.finds("How long to Norway?").await;
    assert_eq!(
        (&found[0]["title"], &found[0]["url"]),
        (&json!("Delivery"), &json!(site.at("/delivery")))
    );
    (site, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sitemap_is_read_and_read_again_only_where_it_changed() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let (site, id) = a_small_site(&desk).await;
    // One at a time, with a pause, robots.txt first.
    let asked = site.asked();
    assert_eq!(
        site.paths(),
        ["/robots.txt", "/sitemap.xml", "/delivery", "/returns", "/imprint", "/missing"]
    );
    for two in asked.windows(2) {
        let pause = two[1].1 - two[0].1;
        assert!(pause >= Duration::from_millis(450), "{} after {pause:?}", two[1].0);
    }
    // One page is as it was, one has changed, one is gone from the list, one from the site.
    site.has(
        "/returns",
        Page::html("<title>Returns</title><p>Send plants back within sixty days.</p>"),
    );
    site.lacks("/imprint");
    site.maps("/sitemap.xml", &["/delivery", "/returns", "/imprint"]);
    let detail = desk.recrawl(&id).await;
    assert_eq!(desk.finds("How long to Norway?").await.len(), 1);
    let etags: Vec<Option<String>> = site
        .asked()
        .into_iter()
        .skip(6)
        .filter(|(path, ..)| path == "/delivery")
        .map(|(_, _, etag)| etag)
        .collect();
    assert_eq!(etags, [Some("\"v1\"".to_owned())]);
    assert!(desk.finds("send plants back").await[0]["text"].as_str().unwrap().contains("sixty"));
    assert_eq!(desk.finds("old brewery").await, Vec::<Value>::new());
    assert_eq!(documents(&detail).len(), 3, "{detail}");
    assert_eq!(reason_of(&detail, "/imprint"), "the page is not there (404)");
    // A host in trouble takes nothing away.
    site.has("/delivery", Page::status(503));
    let detail = desk.recrawl(&id).await;
    assert!(reason_of(&detail, "/delivery").contains("what was read before is kept"), "{detail}");
    assert_eq!(desk.finds("How long to Norway?").await.len(), 1);
    // All of it goes at once.
    desk.good(Method::DELETE, &format!("/sources/{id}"), Value::Null).await;
    assert_eq!(desk.finds("How long to Norway?").await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_page_is_read() {
    let Some(server) = TestServer::start_on_postgres_with(&LOCAL).await else { return };
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    site.has("/delivery", Page::html("<title>Delivery</title><p>To Norway it takes a week.</p>"));
    let id = desk.address(&site.at("/delivery"), "this").await;
    assert_eq!(desk.settled(&id).await["source"]["state"], "done");
    assert_eq!(desk.titles("How long to Norway?").await, ["Delivery"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sitemaps_may_be_packed_and_nested_and_lead_nowhere_else() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let (site, foreign) = (Site::start().await, Site::start().await);
    site.has("/a", Page::html("<title>A</title><p>Alpacas graze."));
    site.has("/b", Page::html("<title>B</title><p>Beavers build."));
    foreign.has("/c", Page::html("<title>C</title><p>Camels carry."));
    let index = |locations: &[String]| {
        let entries: Vec<String> =
            locations.iter().map(|url| format!("<sitemap><loc>{url}</loc></sitemap>")).collect();
        Page::of("text/xml", &format!("<sitemapindex>{}</sitemapindex>", entries.concat()))
    };
    // It names itself, another that names it back, a packed one, and one of another host.
    site.has(
        "/index.xml",
        index(&[
            site.at("/index.xml"),
            site.at("/loop.xml"),
            site.at("/packed.xml.gz"),
            foreign.at("/sitemap.xml"),
        ]),
    );
    site.has("/loop.xml", index(&[site.at("/index.xml"), site.at("/loop.xml")]));
    let text = format!(
        "<urlset><url><loc>{}</loc></url><url><loc>{}</loc></url><url><loc>{}</loc></url></urlset>",
        site.at("/a"),
        site.at("/b"),
        foreign.at("/c")
    );
    site.has(
        "/packed.xml.gz",
        Page { body: gzip(text.as_bytes()), ..Page::of("application/gzip", "") },
    );
    let id = desk.address(&site.at("/index.xml"), "sitemap").await;
    let detail = desk.settled(&id).await;
    assert_eq!(
        (&detail["source"]["state"], &detail["source"]["read"]),
        (&json!("done"), &json!(2)),
        "{detail}"
    );
    assert_eq!(detail["source"]["note"], "2 addresses on other hosts are left out");
    assert_eq!(foreign.paths(), Vec::<String>::new());
    let mut paths = site.paths();
    paths.sort();
    assert_eq!(paths, ["/a", "/b", "/index.xml", "/loop.xml", "/packed.xml.gz", "/robots.txt"]);
    // A bomb, a page, and nothing.
    let bomb = gzip(&vec![b'<'; 64 * 1024 * 1024]);
    site.has(
        "/bomb.xml",
        Page { body: bomb, ..Page::of("application/xml", "").with("content-encoding", "gzip") },
    );
    for (path, expected) in [
        ("/bomb.xml", "more than 10485760 bytes"),
        ("/a", "no sitemap at this address"),
        ("/none.xml", "(404)"),
    ] {
        let id = desk.address(&site.at(path), "sitemap").await;
        let detail = desk.settled(&id).await;
        assert_eq!(detail["source"]["state"], "failed");
        let note = detail["source"]["note"].as_str().unwrap();
        assert!(note.contains(expected), "{path}: {note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sitemap_of_a_million_pages_is_cut() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    let urls: Vec<String> =
        (0..150_000).map(|at| format!("<url><loc>{}/{at}</loc></url>", site.url)).collect();
    site.has(
        "/sitemap.xml",
        Page::of("application/xml", &format!("<urlset>{}</urlset>", urls.concat())),
    );
    let id = desk.address(&site.at("/sitemap.xml"), "sitemap").await;
    let listed = async || {
        for _ in 0..400 {
            let detail = desk.source(&id).await;
            if detail["source"]["found"].as_i64().unwrap() > 0 {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nothing is found");
    };
    let detail = listed().await;
    assert_eq!(detail["source"]["found"], 1_000);
    assert_eq!(detail["source"]["note"], "there are more than 1000 pages: the first 1000 are read");
    // It can be stopped, and asks no more then.
    let stopped = desk.good(Method::POST, &format!("/sources/{id}/stop"), Value::Null).await;
    assert_eq!(stopped["state"], "stopped");
    tokio::time::sleep(Duration::from_millis(700)).await;
    let asked = site.paths().len();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(site.paths().len(), asked);
    assert_eq!(desk.source(&id).await["source"]["state"], "stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_the_pages_that_it_links_to_are_read_as_robots_txt_allows() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let (site, foreign) = (Site::start().await, Site::start().await);
    let robots = Page::of(
        "text/plain",
        "User-agent: *\nDisallow: /\n\nUser-agent: zipchat\nDisallow: /private\nCrawl-delay: 1\n",
    );
    let slow = Duration::from_millis(300);
    site.has("/robots.txt", Page { wait: slow, ..robots });
    let links = format!(
        "<a href='/hours'>1</a><a href='private/prices'>2</a><a href='{}'>3</a><a href='/moved'>4</a><a href='/away'>5</a><a href='/sneaky'>6</a>",
        foreign.at("/x")
    );
    site.has(
        "/",
        Page::html(&format!("<title>Help</title><p>Ask us about everything.</p>{links}")),
    );
    site.has("/hours", Page::html("<title>Hours</title><p>Open from nine to five."));
    site.has("/private/prices", Page::html("<p>Secret prices"));
    site.has("/moved", Page { status: 301, ..Page::default() }.with("location", "/hours?new"));
    site.has("/hours?new", Page::html("<title>New hours</title><p>Open from ten to six."));
    site.has("/away", Page { status: 302, ..Page::default() }.with("location", &foreign.at("/x")));
    site.has(
        "/sneaky",
        Page { status: 302, ..Page::default() }.with("location", "/private/prices"),
    );
    let id = desk.address(&site.url, "linked").await;
    let detail = desk.settled(&id).await;
    assert_eq!(
        (&detail["source"]["found"], &detail["source"]["read"]),
        (&json!(6), &json!(3)),
        "{detail}"
    );
    for path in ["/private/prices", "/sneaky"] {
        assert!(
            reason_of(&detail, path).contains("robots.txt does not let this service read it"),
            "{detail}"
        );
    }
    assert!(reason_of(&detail, "/away").contains("it redirects to http://127.0.0.1"), "{detail}");
    assert!(!site.paths().contains(&"/private/prices".to_owned()));
    assert_eq!(foreign.paths(), Vec::<String>::new());
    assert_eq!(desk.titles("open from ten").await[0], "New hours");
    for two in site.asked().windows(2).filter(|two| two[1].0 != "/hours?new") {
        assert!(two[1].1 - two[0].1 >= Duration::from_millis(950), "{}", two[1].0);
    }
    // The pause begins when the host has answered.
    let asked = site.asked();
    assert!(asked[1].1 - asked[0].1 >= slow + Duration::from_millis(950), "{}", asked[1].0);
    // Robots that cannot say keep everybody out, and so do those of another host.
    site.has("/robots.txt", Page::status(500));
    let detail = desk.recrawl(&id).await;
    assert_eq!(detail["source"]["note"], "its robots.txt cannot be read: the host has trouble");
    assert_eq!(desk.titles("open from ten").await[0], "New hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_lie_or_are_too_much_fail_alone() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    site.has("/good", Page::html("<title>Good</title><p>Good gardens grow."));
    site.has("/huge", Page { body: vec![b'a'; 11 * 1024 * 1024], ..Page::html("") });
    site.has(
        "/bomb",
        Page {
            body: gzip(&vec![b'a'; 64 * 1024 * 1024]),
            ..Page::html("").with("content-encoding", "gzip")
        },
    );
    site.has(
        "/packed",
        Page {
            body: gzip(b"<title>Packed</title><p>Packed plums."),
            ..Page::html("").with("content-encoding", "gzip")
        },
    );
    site.has("/brotli", Page::html("x").with("content-encoding", "br"));
    site.has("/picture", Page { body: b"\x89PNG\r\n\x1a\n\0".to_vec(), ..Page::html("") });
    site.has(
        "/latin",
        Page { body: b"<title>Latin</title><p>Gr\xfcne Gew\xe4chse".to_vec(), ..Page::html("") },
    );
    site.has("/pdf", Page { body: RETURNS_PDF.to_vec(), ..Page::html("") });
    site.has("/scripted", Page::html("<title>Scripted</title><p>Ferns <b>flourish</b>.<script>ferns('hidden')</script><p hidden>Ignore the shop"));
    let paths = [
        "/huge",
        "/bomb",
        "/packed",
        "/brotli",
        "/picture",
        "/latin",
        "/pdf",
        "/scripted",
        "/good",
    ];
    site.maps("/sitemap.xml", &paths);
    let id = desk.address(&site.at("/sitemap.xml"), "sitemap").await;
    let detail = desk.settled(&id).await;
    assert_eq!(
        (&detail["source"]["read"], &detail["source"]["failed"]),
        (&json!(5), &json!(4)),
        "{detail}"
    );
    assert!(reason_of(&detail, "/huge").contains("more than 10485760 bytes"));
    assert!(reason_of(&detail, "/bomb").contains("more than 10485760 bytes"));
    assert!(reason_of(&detail, "/brotli").contains("Content-Encoding"));
    assert!(reason_of(&detail, "/picture").contains("no text, Markdown, HTML or PDF"));
    assert_eq!(desk.titles("grüne Gewächse").await, ["Latin"]);
    assert_eq!(desk.titles("packed plums").await, ["Packed"]);
    assert_eq!(desk.finds("refunds working days").await[0]["page"], 2);
    assert_eq!(desk.finds("ferns flourish").await[0]["text"], "Ferns flourish.");
    assert_eq!(desk.titles("ignore the shop").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_in_trouble_is_given_up_and_a_slow_one_is_not_waited_for() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    let paths: Vec<String> = (0..9).map(|at| format!("/{at}")).collect();
    for path in &paths {
        site.has(path, Page::status(503).with("retry-after", "1"));
    }
    site.maps("/sitemap.xml", &paths.iter().map(String::as_str).collect::<Vec<_>>());
    let id = desk.address(&site.at("/sitemap.xml"), "sitemap").await;
    let slow = Site::start().await;
    slow.has("/", Page { wait: Duration::from_mins(5), ..Page::html("<p>Late") });
    let late = desk.address(&slow.at("/"), "this").await;
    let detail = desk.settled(&id).await;
    assert_eq!(detail["source"]["state"], "failed");
    let note = detail["source"]["note"].as_str().unwrap();
    assert!(note.starts_with("given up after 5 pages in a row failed"), "{note}");
    assert_eq!(site.paths().len(), 7);
    let detail = desk.settled(&late).await;
    assert_eq!(
        (&detail["source"]["state"], &detail["source"]["note"]),
        (&json!("failed"), &json!("it did not answer within 15 seconds"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_read() {
    let server = TestServer::start().await;
    let desk = Desk::new(&server).await;
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "http://example.com/",
        "ftp://x",
        "https://u:p@example.com/",
        "x",
    ] {
        let message = desk.bad("/addresses", json!({ "url": url, "pages": "this" })).await;
        assert!(message.starts_with("url: "), "{url}: {message}");
    }
    // A name that leads here is found out when it is looked up.
    let id = desk.address("https://localhost/", "this").await;
    let detail = desk.settled(&id).await;
    assert_eq!(detail["source"]["state"], "failed");
    assert!(
        detail["source"]["note"].as_str().unwrap().contains("not on the public internet"),
        "{detail}"
    );
    let there =
        desk.bad("/addresses", json!({ "url": "https://localhost/", "pages": "this" })).await;
    assert!(there.contains("there already"), "{there}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_goes_on_where_one_has_died() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    site.has("/1", Page::html("<title>One</title><p>First fern."));
    site.has("/2", Page::html("<title>Two</title><p>Second fern."));
    // A node has listed the pages and read none when it dies; its claim has a minute to go.
    let now = server.now();
    let address = Address { url: site.at("/s.xml"), host: site.url.replace("http://", "") };
    let source = Source {
        chat_id: desk.chat.chat.id.clone(),
        id: SourceId::new(now),
        kind: SourceKind::Sitemap,
        name: "Sitemap".parse().unwrap(),
        address: Some(address),
        state: SourceState::Running,
        claimed_until: Some(now + Duration::from_mins(1)),
        round: 1,
        listed: true,
        note: None,
        created_at: now,
        changed_at: now,
    };
    let mut tx = server.commands.store.write(Scope::Chat(&source.chat_id)).await.unwrap();
    tx.add_source(&source).await.unwrap();
    for (at, path) in ["/1", "/2"].iter().enumerate() {
        tx.find_document(&source, &site.at(path), i64::try_from(at).unwrap(), now).await.unwrap();
    }
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(site.paths(), Vec::<String>::new());
    server.clock.advance(Duration::from_mins(2));
    let detail = desk.settled(source.id.as_str()).await;
    assert_eq!(
        (&detail["source"]["state"], &detail["source"]["read"]),
        (&json!("done"), &json!(2)),
        "{detail}"
    );
    assert_eq!(site.paths(), ["/robots.txt", "/1", "/2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_do_what_the_dashboard_does() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let id = chat.chat.id.as_str();
    let run = async |arguments: &[&str], input: &str| {
        let arguments = [&["knowledge"], arguments, &["--chat", id]].concat();
        command(&server, &arguments, input).await
    };
    let printed = async |arguments: &[&str], input: &str| -> Value {
        let output = run(&[arguments, &["--json"]].concat(), input).await;
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let text =
        printed(&["add", "--text", "-", "--name", "Hours"], "We are open from nine to five.").await;
    assert_eq!((&text["kind"], &text["passages"]), (&json!("text"), &json!(1)));
    let file = format!("{}/tests/it/fixtures/returns.pdf", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(printed(&["add", "--file", &file], "").await["name"], "returns.pdf");
    let site = Site::start().await;
    site.has("/delivery", Page::html("<title>Delivery</title><p>To Norway it takes a week."));
    let page = printed(
        &["add", "--url", &site.at("/delivery"), "--allowed-private-targets", "127.0.0.1"],
        "",
    )
    .await;
    assert_eq!(page["state"], "waiting");
    let read = async || {
        for _ in 0..400 {
            let listed = printed(&["list"], "").await;
            if listed["sources"][0]["state"] == "done" {
                return listed;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it is not read");
    };
    assert_eq!(read().await["sources"].as_array().unwrap().len(), 3);
    let found = printed(&["search", "How long to Norway?"], "").await;
    assert_eq!(found["excerpts"][0]["url"], json!(site.at("/delivery")));
    assert_eq!(printed(&["recrawl"], "").await["begun"], 1);
    let removed = printed(&["remove", "--source", text["id"].as_str().unwrap()], "").await;
    assert_eq!(removed["removed"], text["id"]);
    let said = run(&["search", "When are you open?"], "").await;
    assert!(!String::from_utf8_lossy(&said.stdout).contains("nine"), "{said:?}");
    assert!(
        refusal(&run(&["remove", "--source", text["id"].as_str().unwrap()], "").await)
            .contains("no such text")
    );
    assert!(
        refusal(&run(&["recrawl", "--source", text["id"].as_str().unwrap()], "").await)
            .contains("no such text")
    );
    assert!(refusal(&run(&["add", "--url", "http://example.com/"], "").await).contains("https://"));
    assert!(refusal(&run(&["add", "--text", "/nowhere"], "").await).contains("/nowhere"));
    let lines = String::from_utf8(run(&["list"], "").await.stdout).unwrap();
    assert!(lines.contains("returns.pdf") && !lines.contains("Hours"), "{lines}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_may_look_and_search_but_change_nothing() {
    let server = TestServer::start().await;
    let desk = Desk::new(&server).await;
    desk.text("Hours", "Open from nine to five.").await;
    let cookie = server.operator("default", "member@shop.example", "member").await;
    let member = Desk {
        cookie,
        chat: TestChat { server: &server, chat: desk.chat.chat.clone(), key: None },
    };
    assert_eq!(member.finds("When are you open?").await.len(), 1);
    let refused = member.call(Method::POST, "/texts", json!({ "name": "x", "text": "y" })).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_today_takes_nothing_away() {
    let server = TestServer::start_with(&LOCAL).await;
    let desk = Desk::new(&server).await;
    let site = Site::start().await;
    let page = |word: &str| Page::html(&format!("<title>{word}</title><p>All about {word}.</p>"));
    site.has(
        "/",
        Page::html("<title>Start</title><a href=\"/tea\">Tea</a> <a href=\"/cups\">Cups</a>"),
    );
    site.has("/tea", page("tea"));
    site.has("/cups", page("cups"));
    site.has("/spoons", page("spoons"));
    let index = format!(
        "<sitemapindex><sitemap><loc>{0}/one.xml</loc></sitemap><sitemap><loc>{0}/two.xml</loc></sitemap></sitemapindex>",
        site.url
    );
    site.has("/index.xml", Page::of("application/xml", &index));
    site.maps("/one.xml", &["/tea"]);
    site.maps("/two.xml", &["/spoons"]);
    let linked = desk.address(&site.at("/"), "linked").await;
    desk.settled(&linked).await;
    let listed = desk.address(&site.at("/index.xml"), "sitemap").await;
    desk.settled(&listed).await;
    for word in ["cups", "spoons"] {
        assert!(desk.titles(word).await.contains(&word.to_owned()), "{word}");
    }
    site.has("/", Page::status(503));
    site.has("/two.xml", Page::status(503));
    for source in [&linked, &listed] {
        desk.recrawl(source).await;
    }
    for word in ["cups", "spoons"] {
        assert!(desk.titles(word).await.contains(&word.to_owned()), "{word}");
    }
    // What is gone itself goes all the same.
    site.lacks("/cups");
    site.lacks("/spoons");
    for source in [&linked, &listed] {
        desk.recrawl(source).await;
    }
    for word in ["cups", "spoons"] {
        assert!(!desk.titles(word).await.contains(&word.to_owned()), "{word}");
    }
}
