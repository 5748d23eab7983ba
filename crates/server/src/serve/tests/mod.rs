//! Slow and many clients, over real sockets. Time is tokio's: paused, so that ten seconds take none.

mod streams;

use std::time::Duration;

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::*;

struct Running {
    address: SocketAddr,
    gate: Arc<Gate>,
    stop: CancellationToken,
    server: tokio::task::JoinHandle<()>,
}

fn start() -> Running {
    start_with(None)
}

fn start_with(tls: Option<Tls>) -> Running {
    start_on(tls, Workers::here())
}

fn start_on(tls: Option<Tls>, workers: Workers) -> Running {
    let slow = get(async || {
        tokio::time::sleep(Duration::from_secs(2)).await;
        "slow"
    });
    let echo =
        post(async |body: Result<String, axum::extract::rejection::StringRejection>| match body {
            Ok(body) => body,
            Err(error) => format!("failed: {error}"),
        });
    let who = get(async || std::thread::current().name().unwrap_or_default().to_owned());
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/slow", slow)
        .route("/echo", echo)
        .route("/who", who);
    start_router(router, tls, workers)
}

fn start_router(router: Router, tls: Option<Tls>, workers: Workers) -> Running {
    let site = Arc::new(Site::new(router).with_tls(tls));
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let gate = Arc::new(Gate::new(usize::MAX, Vec::new()));
    let accepting = accept(listener, site, gate.clone(), Arc::new(workers), stop.clone());
    Running { address, gate, stop, server: tokio::spawn(accepting) }
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

/// After how many seconds the service hangs up.
async fn hangs_up_after(stream: &mut TcpStream) -> u64 {
    let before = Instant::now();
    let _ = read_to_end(stream).await;
    before.elapsed().as_secs()
}

#[tokio::test]
async fn threads_have_as_many_connections_each_and_keep_them() {
    let threads = std::thread::available_parallelism().unwrap().get();
    let server = start_on(None, Workers::start().unwrap());
    let (mut seen, mut open) = (Vec::new(), Vec::new());
    for _ in 0..2 * threads {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let mut names = std::collections::HashSet::new();
        for _ in 0..3 {
            stream.write_all(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            let mut answer = vec![0; 1_000];
            let length = stream.read(&mut answer).await.unwrap();
            let text = String::from_utf8_lossy(&answer[..length]).into_owned();
            names.insert(text.rsplit_once("\r\n\r\n").unwrap().1.to_owned());
        }
        seen.push(names.into_iter().collect::<Vec<_>>().join(" "));
        open.push(stream);
    }
    let expected: Vec<_> =
        (0..2 * threads).map(|at| format!("requests-{}", at % threads)).collect();
    assert_eq!(seen, expected);
    drop(open);
    server.stop.cancel();
    server.server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_sends_nothing_is_hung_up_on() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(hangs_up_after(&mut stream).await, FIRST_BYTE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn who_drips_a_head_is_hung_up_on() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let before = Instant::now();
    let mut sent = 0;
    while stream.write_all(b"G").await.is_ok() && sent < 100 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sent += 1;
    }
    assert!((10..=12).contains(&before.elapsed().as_secs()), "{:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_kept_for_the_next_request() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut answer = [0; 1024];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..read]).ends_with("hello"));
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    assert_eq!(hangs_up_after(&mut stream).await, KEEP_ALIVE.as_secs() - 60);
}

#[tokio::test(start_paused = true)]
async fn who_drips_a_body_gets_an_error_in_time() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
        .await
        .unwrap();
    let before = Instant::now();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.contains("failed"), "{answer}");
    assert_eq!(before.elapsed().as_secs(), BODY.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_accepted_is_answered_before_the_end() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.stop.cancel();
    tokio::task::yield_now().await;
    assert!(TcpStream::connect(server.address).await.is_err());
    let (answer, ended) = tokio::join!(read_to_end(&mut stream), server.server);
    assert!(answer.ends_with("slow"), "{answer}");
    ended.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_head_that_is_too_large_is_refused() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(MOST_HEAD));
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

/// TLS with a certificate that nobody trusts.
fn some_tls(folder: &std::path::Path) -> Option<Tls> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.key_pair.serialize_pem()).unwrap();
    let config = TlsConfig { tls_cert: Some(cert), tls_key: Some(key), ..TlsConfig::default() };
    Tls::start(&config, folder, &CancellationToken::new()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn who_drips_a_handshake_is_hung_up_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = start_with(some_tls(folder.path()));
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // The head of a hello that never comes.
    stream.write_all(&[22, 3, 1, 1, 0]).await.unwrap();
    assert_eq!(hangs_up_after(&mut stream).await, HANDSHAKE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn who_speaks_no_tls_is_hung_up_on_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = start_with(some_tls(folder.path()));
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(!read_to_end(&mut stream).await.contains("hello"));
}

/// Connections that wait are most of them, and each keeps the room that its largest step needs.
#[tokio::test]
async fn a_connection_takes_little_room() {
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let peer = listener.local_addr().unwrap();
    let gate = Arc::new(Gate::new(9, Vec::new()));
    let pass = gate.enter(peer.ip()).unwrap();
    let site = Arc::new(Site::new(Router::new()));
    let all = size_of_val(&connection(stream, peer, site, pass, CancellationToken::new()));
    assert!(all < 512, "{all}");
}
