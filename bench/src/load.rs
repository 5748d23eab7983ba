//! A generator of load: so many connections, each with one call at a time.
//!
//! At a fixed rate the time of a call counts from when it was to be made, also where it had to wait for a connection: a service
//! that stalls is not spared the calls that it kept from being made. The timer wakes up to 1 ms late; that is in the figures, of
//! all alike.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::connection::{Answer, Connection};
use crate::measure::real;

/// What is asked, and what is right as an answer.
pub(crate) trait Calls: Send + Sync + 'static {
    /// Writes the request with this number, head and body, at the end of `into`; answers what it is remembered by.
    fn request(&self, number: usize, into: &mut Vec<u8>) -> usize;

    /// Judges the answer to it.
    ///
    /// # Errors
    /// When it is not what it should be; that ends the load, and the measurement is void.
    fn answered(&self, what: usize, answer: &Answer<'_>) -> Result<(), String>;
}

/// How fast calls follow each other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// A connection calls again as soon as it is answered (a closed loop).
    AsAnswered,
    /// So many calls a second in all (an open loop).
    ASecond(f64),
}

/// When it is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// After so many calls.
    Calls(usize),
    /// After so long.
    Passed(Duration),
}

/// A load.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// Who is called; connections take turns.
    pub(crate) addresses: Vec<SocketAddr>,
    /// How many connections.
    pub(crate) connections: usize,
    /// How fast.
    pub(crate) pace: Pace,
    /// How much.
    pub(crate) until: Until,
}

/// What came of it: every call was answered rightly.
#[derive(Debug)]
pub(crate) struct Answered {
    /// How many calls.
    pub(crate) calls: usize,
    /// How long it took in all.
    pub(crate) took: Duration,
    /// What each call took in ms, the shortest first.
    times: Vec<f64>,
}

impl Answered {
    /// Calls answered a second.
    pub(crate) fn rate(&self) -> f64 {
        real(self.calls) / self.took.as_secs_f64()
    }

    /// The time in ms that the share `part` (0.5, 0.99) of calls took at most.
    pub(crate) fn percentile(&self, part: f64) -> f64 {
        let share = real(self.times.len()) * part;
        let at = self.times.iter().enumerate().find(|(at, _)| real(at + 1) >= share);
        at.map_or(f64::NAN, |(_, time)| *time)
    }
}

struct Shared {
    calls: Arc<dyn Calls>,
    load: Load,
    next: AtomicUsize,
    began: Instant,
}

impl Load {
    /// Makes the calls, and waits for the answers.
    ///
    /// # Errors
    /// At the first call that is not answered, or wrongly.
    pub(crate) async fn run(self, calls: Arc<dyn Calls>) -> Result<Answered, String> {
        let mut connections = Vec::with_capacity(self.connections);
        for at in 0..self.connections {
            let address = self.addresses[at % self.addresses.len()];
            connections.push(Connection::open(address).await.map_err(|error| error.to_string())?);
        }
        let shared = Arc::new(Shared {
            calls,
            load: self,
            next: AtomicUsize::new(0),
            began: Instant::now(),
        });
        let mut workers = JoinSet::new();
        for connection in connections {
            workers.spawn(work(shared.clone(), connection));
        }
        let mut times = Vec::new();
        while let Some(ended) = workers.join_next().await {
            times.extend(ended.map_err(|error| error.to_string())??);
        }
        let took = shared.began.elapsed();
        times.sort_by(f64::total_cmp);
        Ok(Answered { calls: times.len(), took, times })
    }
}

impl Shared {
    /// When the call with this number is to be made; `None` when it is enough.
    fn due(&self, number: usize) -> Option<Instant> {
        let due = match self.load.pace {
            Pace::AsAnswered => Instant::now(),
            Pace::ASecond(rate) => self.began + Duration::from_secs_f64(real(number) / rate),
        };
        let enough = match self.load.until {
            Until::Calls(calls) => number >= calls,
            Until::Passed(time) => due >= self.began + time,
        };
        (!enough).then_some(due)
    }
}

/// Calls, one after the other; says what each took in ms.
async fn work(shared: Arc<Shared>, mut connection: Connection) -> Result<Vec<f64>, String> {
    let (mut times, mut request) = (Vec::new(), Vec::new());
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(due) = shared.due(number) else { return Ok(times) };
        if matches!(shared.load.pace, Pace::ASecond(_)) {
            sleep_until(due).await;
        }
        request.clear();
        let what = shared.calls.request(number, &mut request);
        let answer = connection.call(&request).await.map_err(|error| error.to_string())?;
        times.push(due.elapsed().as_secs_f64() * 1e3);
        shared.calls.answered(what, &answer)?;
    }
}

/// Writes a `POST` of `body`, with `headers` (whole lines) beside the usual ones.
pub(crate) fn post(into: &mut Vec<u8>, path: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    into.extend_from_slice(head.as_bytes());
    into.extend_from_slice(body.as_bytes());
}

/// A `GET`, with `headers` (whole lines) beside the usual one.
pub(crate) fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Answered;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times = (1..=100).map(f64::from).collect();
        let answered = Answered { calls: 100, took: Duration::from_secs(2), times };
        assert_eq!((answered.percentile(0.5), answered.percentile(0.99)), (50.0, 99.0));
        assert_eq!((answered.percentile(1.0), answered.rate()), (100.0, 50.0));
    }
}
