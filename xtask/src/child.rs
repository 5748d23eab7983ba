//! Programs that are started, watched and ended.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::trouble::{Result, Trouble, explain};

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How long a program has to end by itself once asked to.
const GRACE: Duration = Duration::from_secs(10);
/// How much of a program's output is kept to find the cause of a failure in, and its counts.
const KEPT: usize = 1 << 20;

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    status: ExitStatus,
    /// The last mebibyte of what it printed, standard output first.
    pub(crate) output: String,
}

impl Ended {
    /// # Errors
    /// When the program failed: its cause where it is a known one, or else its exit code.
    pub(crate) fn good(self, name: &str) -> Result<Self> {
        if self.status.success() {
            return Ok(self);
        }
        match explain(&self.output) {
            Some(cause) => Err(Trouble::new(cause)),
            None => Err(Trouble::new(format!("{name} failed ({})", self.status))),
        }
    }
}

/// Runs `command` to its end, showing what it prints as it prints it.
///
/// It gets a process group of its own, so that it can be ended with all that it started.
///
/// # Errors
/// When it cannot be started, or this program was asked to stop meanwhile.
pub(crate) fn run(command: &mut Command) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    stop_asked()?;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| Trouble::new(format!("{name} cannot be started: {error}")))?;
    let out = child.stdout.take().map(|pipe| pass_on(pipe, std::io::stdout()));
    let err = child.stderr.take().map(|pipe| pass_on(pipe, std::io::stderr()));
    let status = watch(&mut child, &name);
    // Whatever it left running would keep ports and folders, and the ends of our pipes.
    signal_group(&child, Signal::TERM);
    let status = status?;
    let text = |pipe: Option<Receiver<Vec<u8>>>| {
        let bytes = pipe.and_then(|pipe| pipe.recv_timeout(GRACE).ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok(Ended { status, output: text(out) + &text(err) })
}

/// Asks `child` and all that it started to end, by `signal`; after ten seconds, makes them.
pub(crate) fn end(child: &mut Child, signal: Signal) {
    signal_group(child, signal);
    let mut waited = Duration::ZERO;
    while waited < GRACE {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(LOOK);
        waited += LOOK;
    }
    signal_group(child, Signal::KILL);
    // It has been killed; the wait only collects it.
    let _ = child.wait();
}

/// # Errors
/// When somebody pressed Ctrl-C, or sent a signal that asks for an end.
pub(crate) fn stop_asked() -> Result<()> {
    if stop_flag().load(Ordering::Relaxed) { Err(Trouble::interrupted()) } else { Ok(()) }
}

fn watch(child: &mut Child, name: &str) -> Result<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(Trouble::new(format!("{name}: {error}"))),
        }
        if let Err(interrupted) = stop_asked() {
            end(child, Signal::TERM);
            return Err(interrupted);
        }
        thread::sleep(LOOK);
    }
}

/// From the first call on, the signals that ask for an end set a flag instead of ending us, so
/// that what was started is stopped and what was made is removed.
fn stop_flag() -> &'static Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Without it an interruption is merely less tidy.
            let _ = signal_hook::flag::register(signal, flag.clone());
        }
        flag
    })
}

fn signal_group(child: &Child, signal: Signal) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // A group that has ended cannot be signalled, and need not be.
        let _ = kill_process_group(pid, signal);
    }
}

/// Copies `from` to `to` as it comes; sends the last of it when it ends.
fn pass_on(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut piece = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            // If nobody reads what we print, the work goes on all the same.
            let _ = to.write_all(&piece[..length]).and_then(|()| to.flush());
            kept.extend_from_slice(&piece[..length]);
            if kept.len() > 2 * KEPT {
                kept.drain(..kept.len() - KEPT);
            }
        }
        let _ = sender.send(kept);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::run;

    #[test]
    fn what_a_program_prints_is_kept() {
        let ended = run(Command::new("rustc").arg("--version")).unwrap();
        assert!(ended.output.starts_with("rustc "), "{}", ended.output);
    }

    #[test]
    fn a_failure_is_told_with_its_name() {
        let trouble = run(Command::new("rustc").arg("--no-such-flag")).unwrap().good("rustc");
        assert!(trouble.unwrap_err().to_string().starts_with("rustc failed (exit status"));
    }

    #[test]
    fn a_program_that_is_not_there_is_one_line() {
        let trouble = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(trouble.to_string().starts_with("no-such-program-here cannot be started"));
    }
}
