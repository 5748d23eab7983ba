use std::convert::Infallible;
use std::io;
use std::sync::Mutex;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use futures_util::stream;
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::clock::Clock;

/// What a stream tells next.
type Next = Result<&'static str, io::Error>;

const EVENT_STREAM: (axum::http::HeaderName, &str) = (CONTENT_TYPE, "text/event-stream");
const GET_EVENTS: &[u8] = b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n";

/// A service whose event stream tells what the test sends, and is closed to it once the service has let go of the stream.
fn start_events(tls: Option<Tls>) -> (Running, mpsc::Sender<Next>) {
    let (tell, told) = mpsc::channel::<Next>(100);
    let told = Arc::new(Mutex::new(Some(told)));
    let events = async move || {
        let told = told.lock().unwrap().take().unwrap();
        let events = stream::unfold(told, async |mut told| Some((told.recv().await?, told)));
        ([EVENT_STREAM], Body::from_stream(events))
    };
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/events", get(events.clone()).post(events))
        .route("/head", post(answer_before_the_body))
        .route("/known", get(async || ([EVENT_STREAM], "data: all\n\n")));
    (start_router(router, tls, Workers::here()), tell)
}

/// More than the system keeps of what a client has not read.
const LARGE: usize = 16 * 1024 * 1024;

/// Answers at once, and reads on.
async fn answer_before_the_body(body: Body) -> impl IntoResponse {
    tokio::spawn(axum::body::to_bytes(body, 1_024));
    ([("x-large", "x".repeat(LARGE))], Body::empty())
}

/// The head's lines, and what comes after it.
fn parts(answer: &str) -> (Vec<&str>, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split("\r\n").collect(), body)
}

/// The chunks of a body, and whether it has the last one.
fn chunks(mut body: &str) -> (Vec<&str>, bool) {
    let mut chunks = Vec::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            assert_eq!(rest, "\r\n", "nothing comes after the last chunk");
            return (chunks, true);
        }
        chunks.push(&rest[..length]);
        body = rest[length..].strip_prefix("\r\n").unwrap();
    }
    (chunks, false)
}

async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).await.unwrap();
        assert_ne!(length, 0, "{text}");
        text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
    text
}

/// Opens the event stream and reads its head.
async fn listen_to(server: &Running) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(GET_EVENTS).await.unwrap();
    let head = read_until(&mut stream, "\r\n\r\n").await;
    (stream, head)
}

fn is_given_by_hyper(head: &[&str]) -> bool {
    !head.contains(&"connection: close")
}

#[tokio::test(start_paused = true)]
async fn an_event_stream_has_its_head_its_events_and_an_end() {
    let (server, tell) = start_events(None);
    let (mut stream, head) = listen_to(&server).await;
    for next in ["data: 1\n\n", "", "data: 2\n\n"] {
        tell.send(Ok(next)).await.unwrap();
    }
    assert_eq!(
        read_until(&mut stream, "2\n\n\r\n").await,
        "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n"
    );
    tell.send(Ok("data: three, and it has a length of two digits\n\n")).await.unwrap();
    drop(tell);
    let rest = read_to_end(&mut stream).await;
    assert_eq!(chunks(&rest), (vec!["data: three, and it has a length of two digits\n\n"], true));

    let (mut lines, _) = parts(&head);
    assert_eq!(lines.remove(0), "HTTP/1.1 200 OK");
    lines.sort_unstable();
    let date = lines.remove(2).strip_prefix("date: ").unwrap();
    assert_eq!(
        lines,
        ["connection: close", "content-type: text/event-stream", "transfer-encoding: chunked"]
    );
    assert!(date.ends_with(" GMT"), "{date}");
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).unwrap();
    let age = Clock::default().now().as_millis() - date.as_millisecond();
    assert!((0..10_000).contains(&age), "{age}");
}

#[tokio::test]
async fn an_event_stream_may_come_after_other_requests() {
    let (server, tell) = start_events(None);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(is_given_by_hyper(&parts(&read_until(&mut stream, "hello").await).0));
    }
    stream.write_all(GET_EVENTS).await.unwrap();
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    let answer = read_until(&mut stream, "1\n\n\r\n").await;
    let (head, body) = parts(&answer);
    assert!(!is_given_by_hyper(&head));
    assert_eq!(chunks(body), (vec!["data: 1\n\n"], false));
}

/// hyper goes on to the next request once all of the last one has come, though its answer is still on its way.
#[tokio::test]
async fn an_answer_that_is_still_on_its_way_comes_whole_before_an_event_stream() {
    let (server, tell) = start_events(None);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let post = b"POST /head HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n";
    stream.write_all(post).await.unwrap();
    // Time for the service to answer, and then to see both.
    tokio::time::sleep(Duration::from_millis(300)).await;
    stream.write_all(&[b"body", GET_EVENTS].concat()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(tell);
    let answers = read_to_end(&mut stream).await;
    let (large, events) = parts(&answers);
    assert!(large.iter().any(|line| line.len() == "x-large: ".len() + LARGE));
    let (head, body) = parts(events);
    assert!(!is_given_by_hyper(&head));
    assert_eq!(chunks(body), (vec![], true));
}

#[tokio::test]
async fn who_leaves_takes_the_stream_along() {
    let (server, tell) = start_events(None);
    let (stream, _) = listen_to(&server).await;
    assert_eq!(server.gate.open(), 1);
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), tell.closed()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), async {
        while server.gate.open() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_is_said_during_a_stream_is_not_listened_to() {
    let (server, tell) = start_events(None);
    let (mut stream, _) = listen_to(&server).await;
    stream.write_all(&b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1_000)).await.unwrap();
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    assert_eq!(read_until(&mut stream, "1\n\n\r\n").await, "9\r\ndata: 1\n\n\r\n");
    drop(tell);
    assert_eq!(read_to_end(&mut stream).await, "0\r\n\r\n");
}

#[tokio::test]
async fn who_talks_without_end_during_a_stream_is_hung_up_on() {
    let (server, tell) = start_events(None);
    let (mut stream, _) = listen_to(&server).await;
    let (mut reading, mut writing) = stream.split();
    let talk = async { while writing.write_all(&[b'x'; 4096]).await.is_ok() {} };
    let mut heard = Vec::new();
    let _ = tokio::join!(talk, reading.read_to_end(&mut heard));
    assert_eq!(heard, b"", "the stream did not end, it was cut off");
    tell.closed().await;
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_of_a_stream_is_hung_up_on() {
    let (until, ended) = oneshot::channel::<()>();
    let until = Arc::new(Mutex::new(Some(until)));
    let endless = get(async move || {
        let until = until.lock().unwrap().take();
        let events = stream::unfold(until, async |until| {
            Some((Ok::<_, Infallible>("x".repeat(64 * 1024)), until))
        });
        ([EVENT_STREAM], Body::from_stream(events))
    });
    let router = Router::new().route("/events", endless);
    let server = start_router(router, None, Workers::here());
    let (mut stream, head) = listen_to_some(&server).await;
    assert!(!is_given_by_hyper(&parts(&head).0));
    let before = Instant::now();
    let _ = ended.await;
    assert_eq!(before.elapsed().as_secs(), STALLED.as_secs());
    // What was sent is still there to be read, and then nothing more: the stream did not end, it was cut off.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(!rest.is_empty() && !rest.ends_with(b"0\r\n\r\n"));
}

/// Opens the event stream and reads its head, and no more than it must.
async fn listen_to_some(server: &Running) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(GET_EVENTS).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waits_is_not_hung_up_on() {
    let (server, tell) = start_events(None);
    let (mut stream, _) = listen_to(&server).await;
    tokio::time::sleep(Duration::from_hours(1)).await;
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    assert_eq!(read_until(&mut stream, "1\n\n\r\n").await, "9\r\ndata: 1\n\n\r\n");
}

#[tokio::test]
async fn the_end_waits_for_streams() {
    let (server, tell) = start_events(None);
    let (mut stream, _) = listen_to(&server).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut idle, "hello").await;
    server.stop.cancel();
    assert_eq!(read_to_end(&mut idle).await, "", "nobody waits for a next request");
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    read_until(&mut stream, "1\n\n\r\n").await;
    assert!(!server.server.is_finished());
    drop(tell);
    assert_eq!(read_to_end(&mut stream).await, "0\r\n\r\n");
    tokio::time::timeout(Duration::from_secs(5), server.server).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_that_breaks_has_no_end() {
    let (server, tell) = start_events(None);
    let (mut stream, _) = listen_to(&server).await;
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    tell.send(Err(io::ErrorKind::Other.into())).await.unwrap();
    let rest = read_to_end(&mut stream).await;
    assert_eq!(chunks(&rest), (vec!["data: 1\n\n"], false));
    tokio::time::timeout(Duration::from_secs(5), tell.closed()).await.unwrap();
}

#[tokio::test]
async fn who_asks_for_the_head_alone_keeps_the_connection() {
    let (server, _tell) = start_events(None);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"HEAD /events HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    let (head, _) = parts(&answer);
    assert!(head.contains(&"content-type: text/event-stream") && is_given_by_hyper(&head));
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut stream, "hello").await;
}

#[tokio::test]
async fn old_clients_get_a_stream_without_chunks() {
    let (server, tell) = start_events(None);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /events HTTP/1.0\r\n\r\n").await.unwrap();
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    drop(tell);
    let answer = read_to_end(&mut stream).await;
    let (head, body) = parts(&answer);
    assert_eq!((head[0], body), ("HTTP/1.0 200 OK", "data: 1\n\n"));
    assert!(!answer.contains("transfer-encoding"), "{answer}");
}

#[tokio::test]
async fn a_stream_that_is_an_answer_to_a_post_or_has_a_length_keeps_the_connection() {
    let (server, tell) = start_events(None);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /known HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let answer = read_until(&mut stream, "data: all\n\n").await;
    let (head, body) = parts(&answer);
    assert!(head.contains(&"content-length: 11") && is_given_by_hyper(&head), "{answer}");
    assert_eq!(body, "data: all\n\n");
    stream
        .write_all(b"POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    drop(tell);
    let answer = read_until(&mut stream, "0\r\n\r\n").await;
    assert!(is_given_by_hyper(&parts(&answer).0), "{answer}");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut stream, "hello").await;
}

#[tokio::test]
async fn an_event_stream_goes_by_tls_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let (server, tell) = start_events(some_tls(folder.path()));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.path().join("cert.pem")).unwrap()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap();
    stream.write_all(GET_EVENTS).await.unwrap();
    let head = read_until(&mut stream, "\r\n\r\n").await;
    assert!(!is_given_by_hyper(&parts(&head).0), "{head}");
    tell.send(Ok("data: 1\n\n")).await.unwrap();
    read_until(&mut stream, "1\n\n\r\n").await;
    drop(tell);
    let mut rest = String::new();
    // An error, where TLS does not end in its own way.
    stream.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "0\r\n\r\n");
}

#[test]
fn only_answers_that_are_event_streams_leave_hyper() {
    let phase = Arc::new(Phase::default());
    let leaves = |answer: Response<Body>| {
        is_event_stream(&answer.map(|body| Answering::new(body, phase.until_answered())))
    };
    let endless = || Body::from_stream(stream::pending::<Result<&str, Infallible>>());
    assert!(leaves(([EVENT_STREAM], endless()).into_response()));
    let kind = |kind: &'static str| ([(CONTENT_TYPE, kind)], endless()).into_response();
    assert!(leaves(kind("text/event-stream; charset=utf-8")));
    assert!(!leaves(kind("text/event-streams")) && !leaves(endless().into_response()));
    let with = |name: &'static str, value: &'static str| {
        ([EVENT_STREAM], [(name, value)], endless()).into_response()
    };
    assert!(leaves(with("cache-control", "no-store")));
    assert!(!leaves(with("connection", "upgrade")) && !leaves(with("content-length", "9")));
    let mut other = ([EVENT_STREAM], endless()).into_response();
    *other.status_mut() = 206.try_into().unwrap();
    assert!(!leaves(other));
}
