//! What ran, what did not, and why.

use std::time::{Duration, Instant};

use super::tally::Tally;
use crate::say::{answer, say, step};
use crate::trouble::{Result, Trouble};

/// The parts so far.
#[derive(Debug)]
pub(super) struct Report {
    parts: Vec<Part>,
    strict: bool,
}

#[derive(Debug)]
struct Part {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

#[derive(Debug)]
enum Outcome {
    Passed(Tally),
    Failed(Trouble),
    NotRun(&'static str),
    LeftOut(&'static str),
}

impl Report {
    /// `strict`: what was left out counts as failed, as in CI.
    pub(super) fn new(strict: bool) -> Self {
        Self { parts: Vec::new(), strict }
    }

    /// Runs a part and keeps how it ended; says whether it was well.
    ///
    /// # Errors
    /// Only when interrupted.
    pub(super) fn part(
        &mut self,
        name: &'static str,
        run: impl FnOnce() -> Result<Tally>,
    ) -> Result<bool> {
        step("Testing", name);
        let start = now();
        let outcome = match run() {
            Ok(tally) => Outcome::Passed(tally),
            Err(trouble) if trouble.is_interruption() => {
                self.not_run(name, "interrupted");
                return Err(trouble);
            }
            Err(trouble) => {
                say(&format!("error: {name}: {trouble}"));
                Outcome::Failed(trouble)
            }
        };
        let good = matches!(outcome, Outcome::Passed(_));
        self.parts.push(Part { name, outcome, took: start.elapsed() });
        Ok(good)
    }

    /// A part that could not run because of another's failure. It counts as failed.
    pub(super) fn not_run(&mut self, name: &'static str, why: &'static str) {
        self.parts.push(Part { name, outcome: Outcome::NotRun(why), took: Duration::ZERO });
    }

    /// A part that was not asked for.
    pub(super) fn left_out(&mut self, name: &'static str, why: &'static str) {
        self.parts.push(Part { name, outcome: Outcome::LeftOut(why), took: Duration::ZERO });
    }

    pub(super) fn is_good(&self) -> bool {
        self.failed() == 0
    }

    pub(super) fn print(&self) {
        answer(&self.text());
    }

    fn text(&self) -> String {
        let mut text = format!("\n{:<28}{:<10}{:>8}\n", "part", "result", "seconds");
        let mut tests = Tally::default();
        for part in &self.parts {
            let (result, note) = match &part.outcome {
                Outcome::Passed(tally) => {
                    tests += *tally;
                    let count = tally.passed;
                    ("passed", if count == 0 { String::new() } else { format!("{count} tests") })
                }
                Outcome::Failed(trouble) => ("FAILED", trouble.to_string()),
                Outcome::NotRun(why) => ("NOT RUN", (*why).to_owned()),
                Outcome::LeftOut(why) => ("left out", (*why).to_owned()),
            };
            let ran = part.took > Duration::ZERO;
            let seconds =
                if ran { format!("{:.1}", part.took.as_secs_f32()) } else { "-".to_owned() };
            let line = format!("{:<28}{result:<10}{seconds:>8}  {note}", part.name);
            text += line.trim_end();
            text.push('\n');
        }
        if tests.ignored > 0 {
            let ignored = format!("\n{} tests are marked as ignored or skipped\n", tests.ignored);
            text += &ignored;
        }
        text + "\n" + &self.closing_line()
    }

    fn closing_line(&self) -> String {
        let count = |which: fn(&Outcome) -> bool| {
            self.parts.iter().filter(|part| which(&part.outcome)).count()
        };
        let passed = count(|outcome| matches!(outcome, Outcome::Passed(_)));
        let left_out = count(|outcome| matches!(outcome, Outcome::LeftOut(_)));
        let line = format!("test parts: {passed} passed, {} failed", self.failed());
        if left_out > 0 && !self.strict { format!("{line}, {left_out} left out") } else { line }
    }

    fn failed(&self) -> usize {
        let failed = |part: &&Part| match part.outcome {
            Outcome::Passed(_) => false,
            Outcome::Failed(_) | Outcome::NotRun(_) => true,
            Outcome::LeftOut(_) => self.strict,
        };
        self.parts.iter().filter(failed).count()
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a part takes is not the project's time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{Report, Tally, Trouble};

    fn some_of_each(strict: bool) -> Report {
        let mut report = Report::new(strict);
        let tally = Tally { passed: 7, failed: 0, ignored: 1 };
        assert!(report.part("a", || Ok(tally)).unwrap());
        assert!(!report.part("b", || Err(Trouble::new("no b today"))).unwrap());
        report.not_run("c", "there is no b");
        report.left_out("d", "--quick");
        report
    }

    #[test]
    fn the_closing_line_sums_the_parts() {
        let report = some_of_each(false);
        assert!(report.text().ends_with("\ntest parts: 1 passed, 2 failed, 1 left out"));
        assert!(!report.is_good());
    }

    #[test]
    fn in_ci_what_was_left_out_has_failed() {
        assert!(some_of_each(true).text().ends_with("\ntest parts: 1 passed, 3 failed"));
    }

    #[test]
    fn nothing_is_silent() {
        let text = some_of_each(false).text();
        for said in ["7 tests", "no b today", "there is no b", "--quick", "1 tests are marked"] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }

    #[test]
    fn an_interruption_ends_the_run() {
        let mut report = Report::new(false);
        assert!(report.part("a", || Err(Trouble::interrupted())).is_err());
        assert!(!report.is_good());
    }
}
