//! The threads that answer requests: one a core, each with a runtime of its own.
//!
//! A connection stays on the thread that it was given to, and so does what its requests start. In one runtime with many threads, each
//! that finds something to do wakes another to look for more: where calls come one by one, most of the time went into that.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

/// Where connections are answered.
#[derive(Debug)]
pub struct Workers {
    runtimes: Vec<Handle>,
    next: AtomicUsize,
    /// Cancelled once nothing is left to be done.
    end: CancellationToken,
}

impl Workers {
    /// Starts a thread for each core.
    ///
    /// # Errors
    /// When the system starts no more.
    pub fn start() -> std::io::Result<Self> {
        let mut workers = Self::here();
        for number in 0..available_parallelism().map_or(1, NonZeroUsize::get) {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            workers.runtimes.push(runtime.handle().clone());
            let end = workers.end.clone();
            let run = move || {
                runtime.block_on(end.cancelled());
                runtime.shutdown_background();
            };
            thread::Builder::new().name(format!("requests-{number}")).spawn(run)?;
        }
        Ok(workers)
    }

    /// No threads: connections are answered by the runtime that accepts them.
    #[must_use]
    pub fn here() -> Self {
        Self { runtimes: Vec::new(), next: AtomicUsize::new(0), end: CancellationToken::new() }
    }

    /// Whose turn it is to take a connection.
    pub(super) fn next(&self) -> Option<&Handle> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.runtimes.get(turn.checked_rem(self.runtimes.len())?)
    }
}

impl Drop for Workers {
    /// Their threads end, and whatever nobody waited for with them.
    fn drop(&mut self) {
        self.end.cancel();
    }
}
