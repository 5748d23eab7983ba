//! Thread CPU time of several ways to do the same work, in alternating rounds.
//!
//! CPU time, not time on the wall: what else runs on the machine takes the latter, and only disturbs the former.

use std::time::Duration;

use domain::time::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// How often each way has its turn; an odd number, so that there is a median.
pub(crate) const ROUNDS: usize = 25;

/// How long a turn is, about.
pub(crate) const TURN: Duration = Duration::from_millis(60);

/// One way to do the work.
pub(crate) struct Way<'a> {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// Does it once, and says whether the outcome was right.
    pub(crate) work: Box<dyn Fn() -> bool + 'a>,
}

/// The microseconds that the ways took for one operation: a row a way, a column a round.
#[derive(Debug)]
pub(crate) struct Times(Vec<Vec<f64>>);

/// The middle of some figures, and their ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Half of the figures are smaller.
    pub(crate) median: f64,
    /// The smallest.
    pub(crate) min: f64,
    /// The largest.
    pub(crate) max: f64,
}

/// Measures `ways`, each in every round; every other round goes through them backwards.
///
/// # Errors
/// Where one of them does not do its work right: its time would mean nothing.
pub(crate) fn measure(ways: &[Way<'_>]) -> Result<Times, String> {
    // Also warms up caches, the allocator and the clock of the processor.
    let counts = ways.iter().map(operations_in_a_turn).collect::<Result<Vec<u32>, _>>()?;
    let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for round in 0..ROUNDS {
        for turn in 0..ways.len() {
            let at = if round % 2 == 0 { turn } else { ways.len() - 1 - turn };
            let took = time(&ways[at], counts[at])?;
            times[at].push(took.as_secs_f64() * 1e6 / f64::from(counts[at]));
        }
    }
    Ok(Times(times))
}

impl Times {
    /// What the way at `way` took.
    pub(crate) fn of(&self, way: usize) -> Spread {
        Spread::of(self.0[way].clone())
    }

    /// How many times as long as the way at `other` the way at `way` took, round by round.
    pub(crate) fn ratio(&self, way: usize, other: usize) -> Spread {
        Spread::of(self.0[way].iter().zip(&self.0[other]).map(|(this, that)| this / that).collect())
    }
}

impl Spread {
    /// Of an odd number of figures; of none, nothing.
    pub(crate) fn of(mut figures: Vec<f64>) -> Self {
        if figures.is_empty() {
            return Self { median: f64::NAN, min: f64::NAN, max: f64::NAN };
        }
        figures.sort_by(f64::total_cmp);
        let last = figures.len() - 1;
        Self { median: figures[last / 2], min: figures[0], max: figures[last] }
    }
}

/// A count, as a figure to reckon with.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(crate) const fn real(count: usize) -> f64 {
    count as f64
}

/// Now, for what is signed or made today.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(clock_gettime(ClockId::Realtime).tv_sec * 1000)
}

/// How many operations fill a turn, judged by some turns' worth of them.
fn operations_in_a_turn(way: &Way<'_>) -> Result<u32, String> {
    let mut count = 16;
    loop {
        let took = time(way, count)?;
        if took >= TURN {
            let wanted = f64::from(count) * TURN.as_secs_f64() / took.as_secs_f64();
            return Ok(whole(wanted));
        }
        count *= 2;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below one that is a u32"
)]
fn whole(number: f64) -> u32 {
    (number as u32).max(1)
}

/// The CPU time of `count` operations.
fn time(way: &Way<'_>, count: u32) -> Result<Duration, String> {
    let start = cpu_time();
    let mut right = true;
    for _ in 0..count {
        right &= (way.work)();
    }
    let took = cpu_time().saturating_sub(start);
    if right { Ok(took) } else { Err(format!("{}: not every outcome was right", way.name)) }
}

/// The CPU time that this thread has used so far.
fn cpu_time() -> Duration {
    // The clock of one's own thread is always there, and never before its own beginning.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Spread, Times, Way, measure};

    #[test]
    fn a_ratio_compares_what_was_measured_in_the_same_round() {
        let times = Times(vec![vec![10.0, 40.0, 22.0], vec![10.0, 20.0, 20.0]]);
        assert_eq!(times.of(0), Spread { median: 22.0, min: 10.0, max: 40.0 });
        assert_eq!(times.ratio(0, 1), Spread { median: 1.1, min: 1.0, max: 2.0 });
    }

    #[test]
    fn work_that_is_not_done_right_is_no_measurement() {
        let ways = [Way { name: "wrong", work: Box::new(|| false) }];
        assert_eq!(measure(&ways).unwrap_err(), "wrong: not every outcome was right");
    }
}
