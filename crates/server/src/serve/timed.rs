//! A connection that ends when its peer is too slow.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::{FIRST_BYTE, HEAD, HURRIED, KEEP_ALIVE, STALLED};

/// Nothing has come yet.
const FIRST: u8 = 0;
/// An answer was given, and nothing has come since.
const IDLE: u8 = 1;
/// Part of a request's head has come.
const READING: u8 = 2;
/// A request is being answered; how slow its body may be is another's business.
const ANSWERING: u8 = 3;

/// What a connection waits for. Shared by the connection and the requests on it.
#[derive(Debug, Default)]
pub(super) struct Phase {
    now: AtomicU8,
    /// Who waits for the next request while one is being answered, and would set no alarm for it.
    reader: AtomicWaker,
    /// Something was to be written since everything had been.
    unsent: AtomicBool,
}

/// How patient the service is with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// There is room.
    Usual,
    /// It is crowded: whoever keeps it waiting makes room for others.
    Hurried,
}

/// A request's answer, until this is dropped.
#[derive(Debug)]
pub(super) struct UntilAnswered(Arc<Phase>);

impl Phase {
    /// A request's head is complete.
    pub(super) fn request(&self) {
        self.now.store(ANSWERING, Ordering::Release);
    }

    /// The answer has been given when what this returns is dropped.
    pub(super) fn until_answered(self: &Arc<Self>) -> UntilAnswered {
        UntilAnswered(self.clone())
    }

    /// Whether nothing is kept back of what was to be written: who keeps it writes first, and flushes when nothing is left.
    pub(super) fn all_is_sent(&self) -> bool {
        !self.unsent.load(Ordering::Relaxed)
    }

    /// How long the next read may take.
    const fn patience(phase: u8, pace: Pace) -> Option<Duration> {
        match (phase, pace) {
            (FIRST | IDLE | READING, Pace::Hurried) => Some(HURRIED),
            (FIRST, Pace::Usual) => Some(FIRST_BYTE),
            (IDLE, Pace::Usual) => Some(KEEP_ALIVE),
            (READING, Pace::Usual) => Some(HEAD),
            _ => None,
        }
    }
}

impl Drop for UntilAnswered {
    fn drop(&mut self) {
        self.0.now.store(IDLE, Ordering::Release);
        self.0.reader.wake();
    }
}

/// A connection that ends when its peer is too slow.
#[derive(Debug)]
pub(super) struct Timed<S> {
    stream: S,
    pace: Pace,
    phase: Arc<Phase>,
    /// The phase that the read's alarm is set for.
    set_for: Option<u8>,
    read_alarm: Pin<Box<Sleep>>,
    /// Set while the peer takes nothing.
    write_alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, pace: Pace, phase: Arc<Phase>) -> Self {
        Self {
            stream,
            pace,
            phase,
            set_for: None,
            read_alarm: Box::pin(sleep(FIRST_BYTE)),
            write_alarm: None,
        }
    }

    /// Ends the wait of a read that is too long.
    fn poll_read_alarm(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.phase.reader.register(cx.waker());
        let phase = self.phase.now.load(Ordering::Acquire);
        let patience = Phase::patience(phase, self.pace);
        if self.set_for != Some(phase) {
            self.set_for = Some(phase);
            if let Some(patience) = patience {
                self.read_alarm.as_mut().reset(Instant::now() + patience);
            }
        }
        if patience.is_none() {
            return Poll::Pending;
        }
        ready!(self.read_alarm.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Passes on what a write answered, unless it has been waiting for too long.
    fn poll_write_alarm<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_alarm = None;
            return outcome;
        }
        let alarm = self.write_alarm.get_or_insert_with(|| Box::pin(sleep(STALLED)));
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if Pin::new(&mut self.stream).poll_read(cx, buf)?.is_pending() {
            return self.poll_read_alarm(cx);
        }
        let phase = self.phase.now.load(Ordering::Acquire);
        if buf.filled().len() > before && matches!(phase, FIRST | IDLE) {
            self.phase.now.store(READING, Ordering::Release);
            // A second request may be as slow as the first one.
            self.set_for = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.phase.unsent.store(true, Ordering::Relaxed);
        let outcome = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.poll_write_alarm(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.phase.unsent.store(true, Ordering::Relaxed);
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.poll_write_alarm(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(outcome, Poll::Ready(Ok(()))) {
            self.phase.unsent.store(false, Ordering::Relaxed);
        }
        self.poll_write_alarm(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.poll_write_alarm(cx, outcome)
    }
}
