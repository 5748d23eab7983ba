//! A program that is measured from outside: started, its use of processor and memory read from `/proc`, ended.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::measure::real;

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(20);

/// A running program. Dropped, it is ended.
#[derive(Debug)]
pub(crate) struct Program(Child);

/// The memory of a process and all that it started, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// Resident.
    pub(crate) resident: f64,
    /// Resident, what is shared counted in parts (PSS).
    pub(crate) proportional: f64,
}

impl Program {
    /// Starts `command`; what it prints goes to `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let log = fs::OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self(command.spawn()?))
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Waits until somebody listens at `address`.
    ///
    /// # Errors
    /// When the program ends instead, or takes too long.
    pub(crate) async fn listens(&mut self, address: SocketAddr) -> Result<(), String> {
        let mut waited = Duration::ZERO;
        while TcpStream::connect(address).await.is_err() {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Err(format!("it ended: {status}"));
            }
            if waited > PATIENCE {
                return Err("it does not listen".to_owned());
            }
            sleep(LOOK).await;
            waited += LOOK;
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        signal(self.pid(), Signal::TERM);
        for _ in 0..500 {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(LOOK);
        }
        // It was asked; now it is made to, and collected.
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // A process that has ended cannot be signalled, and need not be.
        let _ = kill_process(pid, signal);
    }
}

/// A port of this machine that nobody listens at.
///
/// # Errors
/// When there is none.
pub(crate) fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// The processor time, user and system, of the process `root` and all that it started.
pub(crate) fn cpu_time(root: u32) -> Duration {
    let ticks: u64 = tree(root).iter().map(|process| process.ticks).sum();
    Duration::from_secs_f64(whole(ticks) / whole(clock_ticks_per_second()))
}

/// The memory of the process `root` and all that it started.
pub(crate) fn memory(root: u32) -> Memory {
    let mut memory = Memory::default();
    for process in tree(root) {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", process.pid));
        let rollup = rollup.unwrap_or_default();
        memory.resident += kibibytes(&rollup, "Rss:") * 1024.0;
        memory.proportional += kibibytes(&rollup, "Pss:") * 1024.0;
    }
    memory
}

fn kibibytes(rollup: &str, name: &str) -> f64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Process {
    pid: u32,
    parent: u32,
    /// Its own time, and that of its children that have ended.
    ticks: u64,
}

/// `root` and its descendants.
fn tree(root: u32) -> Vec<Process> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let stat = |pid: u32| fs::read_to_string(format!("/proc/{pid}/stat")).ok();
    let all: HashMap<u32, Process> =
        all.filter_map(|pid| Some((pid, process(&stat(pid)?)?))).collect();
    let descends = |process: &&Process| {
        let mut pid = process.pid;
        while pid != root {
            match all.get(&pid) {
                Some(process) => pid = process.parent,
                None => return false,
            }
        }
        true
    };
    all.values().filter(descends).copied().collect()
}

/// A line of `/proc/PID/stat`: the name, in parentheses, may hold anything.
fn process(stat: &str) -> Option<Process> {
    let pid = stat.split(' ').next()?.parse().ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Process { pid, parent: fields.get(1)?.parse().ok()?, ticks })
}

fn whole(number: u64) -> f64 {
    real(usize::try_from(number).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Process, cpu_time, memory, process};

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let stat = "42 (a (b) c) S 7 42 42 0 -1 4194304 1 0 0 0 10 5 3 2 20 0 1 0 9 1 1";
        assert_eq!(process(stat), Some(Process { pid: 42, parent: 7, ticks: 20 }));
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(memory(std::process::id()).resident > 1e5);
        assert_eq!(cpu_time(u32::MAX), Duration::ZERO);
    }
}
