//! The threads that answer requests: one a core, each with a runtime of its own.
//!
//! A connection stays on the thread that it was given to, and so does what its requests start. In one runtime with many threads, each
//! that finds something to do wakes another to look for more: where calls come one by one, most of the time went into that.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::{self, available_parallelism};

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

/// Files that a runtime has open: it waits for its sockets by them.
const FILES: usize = 4;

/// Where connections are answered.
#[derive(Debug)]
pub struct Workers {
    all: Vec<Worker>,
    /// Cancelled once nothing is left to be done.
    end: CancellationToken,
}

#[derive(Debug)]
struct Worker {
    runtime: Handle,
    open: Arc<AtomicUsize>,
}

/// A connection's place on a thread, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Workers {
    /// Starts a thread for each core.
    ///
    /// # Errors
    /// When the system starts no more.
    pub fn start() -> io::Result<Self> {
        let mut workers = Self::here();
        for number in 0..available_parallelism().map_or(1, NonZeroUsize::get) {
            let runtime = start(format!("requests-{number}"), workers.end.clone())?;
            workers.all.push(Worker { runtime, open: Arc::default() });
        }
        Ok(workers)
    }

    /// No threads: connections are answered by the runtime that accepts them.
    #[must_use]
    pub fn here() -> Self {
        Self { all: Vec::new(), end: CancellationToken::new() }
    }

    /// How many files they have open, connections aside.
    #[must_use]
    pub const fn files(&self) -> usize {
        self.all.len() * FILES
    }

    /// A place on the thread with the fewest connections; `None` where there are no threads.
    pub(super) fn seat(&self) -> Option<(&Handle, Seat)> {
        let worker = self.all.iter().min_by_key(|worker| worker.open.load(Ordering::Relaxed))?;
        worker.open.fetch_add(1, Ordering::Relaxed);
        Some((&worker.runtime, Seat(worker.open.clone())))
    }
}

impl Drop for Workers {
    /// Their threads end, and whatever nobody waited for with them.
    fn drop(&mut self) {
        self.end.cancel();
    }
}

/// Starts a thread that runs until `end`. Its runtime is made and ended there: one that is dropped where others wait would not do.
fn start(name: String, end: CancellationToken) -> io::Result<Handle> {
    let (tell, told) = mpsc::sync_channel(1);
    let run = move || {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(tell.send(Err(error))),
        };
        if tell.send(Ok(runtime.handle().clone())).is_ok() {
            runtime.block_on(end.cancelled());
        }
        runtime.shutdown_background();
    };
    thread::Builder::new().name(name).spawn(run)?;
    told.recv().unwrap_or_else(|_| Err(io::Error::other("it ended at once")))
}
