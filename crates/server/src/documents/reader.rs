//! Documents are read by a process of their own, `zipchat read-document`: whatever a document does to its reader, it does to nothing
//! else. The process has little memory and time, none of the service's settings and secrets, and is ended when nobody waits for it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use domain::knowledge::MAX_FILE;
use reqwest::Url;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Format, Reading, Unreadable, read};
use crate::app::limits::TooMany;

/// How many bytes of memory the process may use, its program included.
pub const MEMORY: u64 = 768 * 1024 * 1024;
/// How long it may take in all.
pub const TIME: Duration = Duration::from_secs(20);
/// How many there may be at once; the others wait.
pub const AT_ONCE: usize = 2;
/// How many uploads may be on their way at once: each is held in memory until its turn.
pub const UPLOADS: usize = 6;
/// How long an upload waits for room.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most bytes that it may answer: a document's text, escaped, with its headings and links.
const MAX_ANSWER: u64 = 8 * 1024 * 1024;

/// Has documents read.
#[derive(Debug)]
pub struct Reader {
    program: PathBuf,
    turns: Semaphore,
    uploads: Semaphore,
}

/// A document, as it was given.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// What it is written in.
    pub format: Format,
    /// What came with it about its character set.
    pub charset: Option<&'a str>,
    /// Its address, where it has one.
    pub base: Option<&'a Url>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The flags of `zipchat read-document`, which nobody but the service calls.
#[derive(Debug, clap::Args)]
pub struct ReadDocument {
    #[arg(long)]
    format: Format,
    #[arg(long)]
    charset: Option<String>,
    #[arg(long)]
    base: Option<Url>,
}

/// The program that is running: by its open file where the system has that, since an update may have put another in its place.
#[must_use]
pub fn this_program() -> PathBuf {
    let open = PathBuf::from("/proc/self/exe");
    if open.exists() { open } else { std::env::current_exe().unwrap_or(open) }
}

impl Reader {
    /// Documents are read by `program`.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, turns: Semaphore::new(AT_ONCE), uploads: Semaphore::new(UPLOADS) }
    }

    /// Room for an upload, before any of it is read; it is given back when the answer is dropped.
    ///
    /// # Errors
    /// [`TooMany`] when there is none for a while.
    pub async fn room(&self) -> Result<SemaphorePermit<'_>, TooMany> {
        let room = tokio::time::timeout(PATIENCE, self.uploads.acquire()).await;
        room.ok().and_then(Result::ok).ok_or(TooMany { retry_after: PATIENCE })
    }

    /// Has a document read.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub async fn read(&self, given: Given<'_>) -> Result<Reading, Unreadable> {
        let _turn = self.turns.acquire().await;
        let answer = tokio::time::timeout(TIME, self.ask(given)).await;
        answer.unwrap_or(Err(Unreadable::TooCostly))
    }

    async fn ask(&self, given: Given<'_>) -> Result<Reading, Unreadable> {
        let mut command = Command::new(&self.program);
        let format = match given.format {
            Format::Text => "text",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::Pdf => "pdf",
        };
        command.args(["read-document", "--format", format]);
        if let Some(charset) = given.charset {
            command.arg(format!("--charset={charset}"));
        }
        if let Some(base) = given.base {
            command.arg(format!("--base={base}"));
        }
        // It is given nothing that it could tell: neither variables nor a place to complain.
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn().map_err(|error| {
            tracing::error!(%error, program = %self.program.display(), "documents cannot be read");
            Unreadable::NoReader
        })?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Unreadable::NoReader);
        };
        let mut answer = Vec::new();
        let mut output = output.take(MAX_ANSWER);
        let written = async {
            // One that has ended reads no more; what it said counts.
            let _ = input.write_all(given.bytes).await;
            drop(input);
        };
        let ((), heard) = tokio::join!(written, output.read_to_end(&mut answer));
        let ended = child.wait().await;
        let ended_well = heard.is_ok() && ended.is_ok_and(|status| status.success());
        // One that crashed had too little of something, or met what its libraries do not expect.
        if !ended_well {
            return Err(Unreadable::TooCostly);
        }
        serde_json::from_slice(&answer).unwrap_or(Err(Unreadable::TooCostly))
    }
}

impl ReadDocument {
    /// What the process does: reads standard input within its limits, and answers on standard output.
    ///
    /// # Errors
    /// When its input cannot be read or nobody takes its answer.
    pub fn run(&self) -> std::io::Result<()> {
        let limit = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
        // A system that does not know a limit still has the time-out.
        let _ = setrlimit(Resource::As, limit(MEMORY));
        let _ = setrlimit(Resource::Cpu, limit(TIME.as_secs()));
        let _ = setrlimit(Resource::Core, limit(0));
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_FILE as u64).read_to_end(&mut bytes)?;
        let reading = read(self.format, self.charset.as_deref(), self.base.as_ref(), &bytes);
        let mut answer = serde_json::to_vec(&reading)?;
        answer.push(b'\n');
        std::io::stdout().lock().write_all(&answer)
    }
}
