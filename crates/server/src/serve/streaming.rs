//! Event streams without hyper, which would keep two buffers and its own state for as long as one lasts: most wait all the time.
//!
//! An answer that is an event stream is put [aside](Aside). Whoever drives the connection finds it there, takes the socket out of
//! hyper, and gives the answer by [`Streaming`]. The connection ends with the stream.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::http::{HeaderMap, Method, Request, Response, Version, header};
use hyper::body::Body as _;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::MOST_HEAD;
use super::body::Answering;
use super::timed::Timed;
use crate::clock::Clock;

/// Events that come together are written together, up to about as many bytes.
const TOGETHER: usize = 16 * 1024;
/// Room for what a peer sends that has nothing more to say.
const UNWANTED: usize = 512;
/// How much of it is borne. Reading without end would cost more than the stream, and leave its events no turn.
const MOST_UNWANTED: usize = MOST_HEAD;

/// Where an answer is put that hyper is not to give.
#[derive(Debug, Default)]
pub(super) struct Aside(Mutex<Option<Box<Response<Answering>>>>);

impl Aside {
    /// Puts an answer here, and never returns: hyper is given up before it hears of one.
    pub(super) async fn put<T>(&self, answer: Response<Answering>) -> T {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(answer));
        std::future::pending().await
    }

    /// The answer that was put here.
    pub(super) fn take(&self) -> Option<Box<Response<Answering>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whether an answer to this request may be a stream without hyper: it has a body, and its end can be told by chunks.
pub(super) fn may_stream<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET && request.version() == Version::HTTP_11
}

/// Whether an answer goes on with events for as long as there are any. One whose headers speak of the connection, or whose length
/// is known, is hyper's.
pub(super) fn is_event_stream(answer: &Response<Answering>) -> bool {
    let headers = answer.headers();
    let of_hyper = [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    answer.status() == 200
        && kind.and_then(|kind| kind.split(';').next()) == Some("text/event-stream")
        && !of_hyper.iter().any(|name| headers.contains_key(name))
        && answer.body().size_hint().exact().is_none()
}

/// A connection on which an event stream is given. While it waits it has room for nothing.
#[derive(Debug)]
pub(super) struct Streaming<S> {
    stream: Timed<S>,
    events: Events,
    /// What is to be written, and how much of it has been.
    out: Vec<u8>,
    written: usize,
    /// How much came that nobody wants.
    unwanted: usize,
}

/// Where the events come from.
#[derive(Debug)]
enum Events {
    Coming(Answering),
    /// All have been gathered.
    Ended,
    /// There would have been more; `None` once it was told why there is not.
    Broken(Option<axum::Error>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Streaming<S> {
    /// Gives `answer` on a connection on which nothing else is being written.
    pub(super) fn new(stream: Timed<S>, answer: Response<Answering>) -> Self {
        let (head, body) = answer.into_parts();
        Self {
            stream,
            events: Events::Coming(body),
            out: head_of(&head.headers),
            written: 0,
            unwanted: 0,
        }
    }

    /// Reads what the peer sends, which nobody wants, to learn whether it is there.
    ///
    /// # Errors
    /// When it is not, or says too much.
    fn poll_peer(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let mut room = [0; UNWANTED];
        loop {
            let mut unwanted = ReadBuf::new(&mut room);
            match Pin::new(&mut self.stream).poll_read(cx, &mut unwanted)? {
                Poll::Pending => return Ok(()),
                Poll::Ready(()) if unwanted.filled().is_empty() => {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                Poll::Ready(()) => self.unwanted += unwanted.filled().len(),
            }
            if self.unwanted > MOST_UNWANTED {
                return Err(io::Error::other("it says too much during an event stream"));
            }
        }
    }

    /// Writes all that was gathered.
    fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
        }
        (self.out, self.written) = (Vec::new(), 0);
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Gathers events that are there; pending when all are, and more will come.
    fn poll_events(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Events::Coming(body) = &mut self.events
            && self.out.len() < TOGETHER
        {
            match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Some(events) = frame.data_ref() {
                        put_chunk(&mut self.out, events);
                    }
                }
                Some(Err(error)) => self.events = Events::Broken(Some(error)),
                None => {
                    self.events = Events::Ended;
                    self.out.extend_from_slice(b"0\r\n\r\n");
                }
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Future for Streaming<S> {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.poll_peer(cx)?;
        // Nothing more is gathered before what was is taken: it would be kept here, and to TLS, which takes what it cannot send yet,
        // each would look like progress of a peer that takes nothing.
        ready!(this.poll_written(cx))?;
        loop {
            let waits = this.poll_events(cx).is_pending();
            ready!(this.poll_written(cx))?;
            match &mut this.events {
                Events::Coming(_) if waits => return Poll::Pending,
                Events::Coming(_) => {}
                Events::Ended => return Pin::new(&mut this.stream).poll_shutdown(cx),
                Events::Broken(error) => {
                    let error = error.take().map_or(io::ErrorKind::Other.into(), io::Error::other);
                    return Poll::Ready(Err(error));
                }
            }
        }
    }
}

/// The head of an answer with these headers, and with those that hyper would add.
fn head_of(headers: &HeaderMap) -> Vec<u8> {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let mut put = |name: &str, value: &[u8]| {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            head.extend_from_slice(part);
        }
    };
    for (name, value) in headers {
        put(name.as_str(), value.as_bytes());
    }
    if let Some(date) = date().filter(|_| !headers.contains_key(header::DATE)) {
        put("date", date.as_bytes());
    }
    put("transfer-encoding", b"chunked");
    put("connection", b"close");
    head.extend_from_slice(b"\r\n");
    head
}

/// Now, as HTTP has it. As in answers that hyper gives, it is the system's time and no test's.
fn date() -> Option<String> {
    let now = jiff::Timestamp::from_millisecond(Clock::default().now().as_millis()).ok()?;
    DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok()
}

/// A chunk of the answer. Nothing is none: a chunk without bytes would end it.
fn put_chunk(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    // Memory takes what is written to it.
    let _ = write!(out, "{:x}\r\n", bytes.len());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}
