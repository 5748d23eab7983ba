//! The accept loop: connections to requests, with limits on how many and how slow.
//!
//! | | limit | then |
//! | --- | --- | --- |
//! | first byte of a connection | [`FIRST_BYTE`] | closed |
//! | the handshake, where the service speaks TLS itself | [`HANDSHAKE`] | closed |
//! | head of a request, from its first byte | [`HEAD`] | closed |
//! | head of a request | [`MOST_HEAD`] | 431 |
//! | body of a request, in all | [`BODY`] | the handler's read fails with [`BodyTimedOut`] |
//! | next request on a connection | [`KEEP_ALIVE`] | closed |
//! | any of these but the body, when it is crowded | [`HURRIED`] | closed |
//! | an answer of which nothing is taken | [`STALLED`] | closed |
//! | connections, and of one address | see [`Gate`] | closed at once |
//!
//! Requests are hyper's, and so are answers, but for event streams: `streaming.rs` gives these without it.

mod body;
mod gate;
mod streaming;
mod timed;
mod tls;
mod workers;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use axum::{BoxError, Router};
use futures_util::FutureExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

pub use body::BodyTimedOut;
pub use gate::Gate;
pub use tls::{HANDSHAKE, Tls, TlsConfig, TlsConfigError, TlsError};
pub use workers::Workers;

use body::{Answering, TimedBody};
use gate::Pass;
use streaming::{Aside, Streaming, is_event_stream, may_stream};
use timed::{Pace, Phase, Timed};

/// From the connection to its first byte.
pub const FIRST_BYTE: Duration = Duration::from_secs(10);
/// From the first byte of a request to the end of its head.
pub const HEAD: Duration = Duration::from_secs(10);
/// For the whole body of a request.
pub const BODY: Duration = Duration::from_secs(15);
/// From an answer to the next request. Longer than proxies keep a connection for themselves (60 s is usual), so that it is they
/// who close it, and no request is lost to a connection that is just being closed.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// In place of these three, when three quarters of all connections that there may be are open.
pub const HURRIED: Duration = Duration::from_secs(2);
/// How long a client may take nothing of an answer.
pub const STALLED: Duration = Duration::from_secs(30);
/// The most bytes of a request's head.
pub const MOST_HEAD: usize = 32 * 1024;
/// How long the loop rests when the system can open nothing more.
const REST: Duration = Duration::from_millis(100);
/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;

/// What answers: first a page that says "not yet", then the service.
#[derive(Debug)]
pub struct Site {
    starting: Router,
    ready: OnceLock<Router>,
    tls: Option<Tls>,
}

impl Site {
    /// A site that answers with `starting` until it is opened.
    #[must_use]
    pub const fn new(starting: Router) -> Self {
        Self { starting, ready: OnceLock::new(), tls: None }
    }

    /// The same, reached by TLS where there is some.
    #[must_use]
    pub fn with_tls(self, tls: Option<Tls>) -> Self {
        Self { tls, ..self }
    }

    /// Answers with `ready` from now on.
    pub fn open(&self, ready: Router) {
        // Opened twice, it stays as it was first.
        let _ = self.ready.set(ready);
    }

    fn router(&self) -> Router {
        self.ready.get().unwrap_or(&self.starting).clone()
    }
}

/// Listens on `address`.
///
/// # Errors
/// When the system does not allow it: the port is in use, the address is not ours.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Else a restarted service could not listen until the connections of the last one are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until `stop`, then ends those that are open gracefully: what was asked is answered, and an event stream ends
/// when its events do, for as long as others keep the `workers`. Returns when all have ended.
pub async fn accept(
    listener: TcpListener,
    site: Arc<Site>,
    gate: Arc<Gate>,
    workers: Arc<Workers>,
    stop: CancellationToken,
) {
    let open = TaskTracker::new();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                failing = false;
                if let Some(pass) = gate.enter(peer.ip()) {
                    hand_over(&workers, stream, |stream| {
                        let stop = stop.child_token();
                        open.track_future(connection(stream, peer, site.clone(), pass, stop))
                    });
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if !failing {
                    tracing::warn!(%error, "cannot accept connections; trying on");
                }
                failing = true;
                // Out of files, the next call would fail at once, and so on for ever.
                tokio::time::sleep(REST).await;
            }
        }
    }
    // Nobody shall wait to be accepted; and the threads end with the last who has them, however long connections take.
    drop((listener, workers));
    open.close();
    open.wait().await;
}

/// Has a connection answered by a thread of its own. What it waits for belongs to that thread's runtime, and so does its socket.
fn hand_over<F>(workers: &Workers, stream: TcpStream, connection: impl FnOnce(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some((runtime, seat)) = workers.seat() else {
        tokio::spawn(connection(stream));
        return;
    };
    let entered = runtime.enter();
    match stream.into_std().and_then(TcpStream::from_std) {
        Ok(stream) => drop(runtime.spawn(connection(stream).map(|()| drop(seat)))),
        Err(error) => tracing::warn!(%error, "a connection could not be handed over"),
    }
    drop(entered);
}

/// Whether only one connection failed before it was accepted.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    site: Arc<Site>,
    pass: Pass,
    stop: CancellationToken,
) {
    // Without these it works as well, only slower.
    let _ = stream.set_nodelay(true);
    let _ = rustix::net::sockopt::set_socket_keepalive(&stream, true);
    // A peer that has vanished is noticed by what it does not acknowledge.
    let _ = rustix::net::sockopt::set_tcp_user_timeout(&stream, 60_000);
    if site.tls.is_none() {
        requests(stream, peer, site, pass.pace, stop).await;
    } else {
        // On the heap: it is several times as large, and a connection without TLS has no room for it.
        Box::pin(secured(stream, peer, site, pass.pace, stop)).await;
    }
    drop(pass);
}

/// Answers the requests of one connection by TLS.
async fn secured(
    stream: TcpStream,
    peer: SocketAddr,
    site: Arc<Site>,
    pace: Pace,
    stop: CancellationToken,
) {
    let Some(tls) = &site.tls else { return };
    let patience = if pace == Pace::Hurried { HURRIED } else { HANDSHAKE };
    if let Some(stream) = tls.accept(stream, patience).await {
        requests(stream, peer, site, pace, stop).await;
    }
}

/// Answers the requests of one connection, by hyper until one of them is for an event stream. It is no `async fn`: that would have
/// room for the connection under each name that it had.
fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    site: Arc<Site>,
    pace: Pace,
    stop: CancellationToken,
) -> impl Future<Output = ()> + Send {
    let (phase, aside) = (Arc::new(Phase::default()), Arc::new(Aside::default()));
    let io = TokioIo::new(Timed::new(stream, pace, phase.clone()));
    let shared = (phase.clone(), aside.clone());
    let service = service_fn(move |request| answer(request, peer, site.router(), shared.clone()));
    // On the heap, for an event stream to leave it.
    let mut http = Box::new(
        http1::Builder::new()
            .timer(TokioTimer::new())
            // `Timed` has these time-outs: hyper's would end idle connections as early as slow heads.
            .header_read_timeout(None)
            .max_header_size(MOST_HEAD)
            .max_buf_size(2 * MOST_HEAD)
            .serve_connection(io, service),
    );
    async move {
        let ended = {
            let mut stopped = pin!(stop.cancelled_owned().fuse());
            poll_fn(|cx| {
                if stopped.as_mut().poll(cx).is_ready() {
                    Pin::new(&mut *http).graceful_shutdown();
                }
                match Pin::new(&mut *http).poll(cx) {
                    Poll::Ready(ended) => Poll::Ready(ended.map(|()| None)),
                    // What hyper has not sent yet, answers to earlier requests, would be lost with it.
                    Poll::Pending if phase.all_is_sent() => {
                        aside.take().map_or(Poll::Pending, |answer| Poll::Ready(Ok(Some(answer))))
                    }
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        };
        let ended = match ended {
            Ok(None) => Ok(()),
            Ok(Some(answer)) => {
                let stream = {
                    // Gone by the end of this block. Else it would be by the end of the stream.
                    let http = http;
                    http.into_parts().io.into_inner()
                };
                Streaming::new(stream, *answer).await.map_err(BoxError::from)
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended");
        }
    }
}

/// Answers one request. An answer that is an event stream is put aside instead, for this connection to go on without hyper.
async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    router: Router,
    (phase, aside): (Arc<Phase>, Arc<Aside>),
) -> Result<Response<Answering>, std::convert::Infallible> {
    phase.request();
    let answering = phase.until_answered();
    let may_stream = may_stream(&request);
    let mut request = request.map(|body| Body::new(TimedBody::new(body)));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await?;
    let response = response.map(|body| Answering::new(body, answering));
    if may_stream && is_event_stream(&response) {
        return aside.put(response).await;
    }
    Ok(response)
}

/// Raises the limit of open files to what the system allows, and tells it.
#[must_use]
pub fn raise_file_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit };
    limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
