//! How many tests a program says it ran.

use std::ops::AddAssign;

/// Counts of single tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    /// Marked as not to be run by those who wrote them.
    pub(super) ignored: usize,
}

impl Tally {
    /// The counts in what cargo, Vitest or Playwright printed.
    pub(super) fn of(output: &str) -> Self {
        let mut tally = Self::default();
        for line in plain(output).lines() {
            let line = line.trim();
            let counted = line.starts_with("test result:")
                || line.strip_prefix("Tests").is_some_and(|rest| rest.starts_with(' '))
                || is_playwright(line);
            if counted {
                tally += Self::of_line(line);
            }
        }
        tally
    }

    fn of_line(line: &str) -> Self {
        let count = |names: &[&str]| {
            let words: Vec<&str> =
                line.split([' ', ';', '|', '(']).filter(|w| !w.is_empty()).collect();
            words
                .windows(2)
                .filter(|pair| names.contains(&pair[1]))
                .find_map(|pair| pair[0].parse().ok())
                .unwrap_or(0)
        };
        Self {
            passed: count(&["passed"]),
            failed: count(&["failed", "flaky"]),
            ignored: count(&["ignored", "skipped", "todo"]),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// `12 passed (3.4s)`, `1 failed`, `2 skipped`: Playwright gives each a line.
fn is_playwright(line: &str) -> bool {
    let mut words = line.split(' ');
    let number = words.next().is_some_and(|word| word.parse::<usize>().is_ok());
    let word =
        words.next().is_some_and(|word| ["passed", "failed", "skipped", "flaky"].contains(&word));
    number && word && words.next().is_none_or(|rest| rest.starts_with('('))
}

/// `text` without the codes that colour it.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // "ESC [ … letter"
            letters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn cargo_is_counted_binary_by_binary() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            test \u{1b}[31mresult\u{1b}[0m: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured\n";
        assert_eq!(Tally::of(output), Tally { passed: 7, failed: 2, ignored: 1 });
    }

    #[test]
    fn vitest_is_counted_by_tests_not_by_files() {
        let output = " Test Files  3 passed (3)\n      \u{1b}[2mTests \u{1b}[22m 1 failed | 41 passed | 2 skipped (44)\n";
        assert_eq!(Tally::of(output), Tally { passed: 41, failed: 1, ignored: 2 });
    }

    #[test]
    fn playwright_is_counted_line_by_line() {
        let output = "  1 failed\n    [chromium] › a.spec.ts\n  2 skipped\n  12 passed (3.4s)\n";
        assert_eq!(Tally::of(output), Tally { passed: 12, failed: 1, ignored: 2 });
    }
}
