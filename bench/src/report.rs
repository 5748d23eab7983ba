//! Figures as text: a table in Markdown, and goals.

use std::io::Write as _;

use serde_json::{Map, Value};

use crate::measure::Spread;

/// A table in Markdown; all columns but the first are of figures.
#[derive(Debug)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    /// A table with these headings and no rows yet.
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self(vec![headings.iter().map(|heading| (*heading).to_owned()).collect()])
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.0.push(cells);
    }

    /// Its text, columns under each other.
    pub(crate) fn text(&self) -> String {
        let width = |column: usize| {
            self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.0[0].len()).map(width).collect();
        let rule = widths.iter().enumerate().map(|(column, width)| {
            let end = if column == 0 { '-' } else { ':' };
            format!("{}{end}", "-".repeat(width - 1))
        });
        let mut lines: Vec<String> = self.0.iter().map(|row| line(row, &widths)).collect();
        lines.insert(1, line(&rule.collect::<Vec<_>>(), &widths));
        lines.concat()
    }
}

/// Words to the left, figures to the right.
fn line(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths).enumerate().map(|(column, (cell, &width))| match column {
        0 => format!(" {cell:<width$} "),
        _ => format!(" {cell:>width$} "),
    });
    format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
}

/// What is to be reached, and what was.
#[derive(Debug)]
pub(crate) struct Goal<'a> {
    /// What is compared with what.
    pub(crate) what: &'a str,
    /// What was measured.
    pub(crate) reached: f64,
    /// Where it must lie.
    pub(crate) bound: Bound,
}

/// Where a ratio must lie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// Not above this.
    AtMost(f64),
    /// Not below this.
    AtLeast(f64),
}

impl Goal<'_> {
    /// One line that says it.
    pub(crate) fn text(&self) -> String {
        let (words, bound, is_met) = match self.bound {
            Bound::AtMost(bound) => ("at most", bound, self.reached <= bound),
            Bound::AtLeast(bound) => ("at least", bound, self.reached >= bound),
        };
        let verdict = if is_met { "met" } else { "NOT met" };
        format!("goal {verdict}: {}: {:.2}, {words} {bound:.2}\n", self.what, self.reached)
    }
}

/// Prints `text` at once: the next figures may take minutes.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout();
    // If nobody reads what we print, the figures are kept all the same.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The figures of a part of the benchmarks.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its figures.
    pub(crate) figures: Map<String, Value>,
}

impl Part {
    /// A part without figures yet.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, figures: Map::new() }
    }

    /// Keeps figures under a name.
    pub(crate) fn record(&mut self, name: &str, figures: Value) {
        self.figures.insert(name.to_owned(), figures);
    }
}

/// `min–max` with that many decimals.
pub(crate) fn ends(spread: Spread, decimals: usize) -> String {
    format!("{:.decimals$}–{:.decimals$}", spread.min, spread.max)
}

#[cfg(test)]
mod tests {
    use super::{Bound, Goal, Table};

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["way", "µs"]);
        table.row(vec!["longer".to_owned(), "1.5".to_owned()]);
        assert_eq!(table.text(), "| way    |  µs |\n| ------ | --: |\n| longer | 1.5 |\n");
    }

    #[test]
    fn a_goal_says_whether_it_is_met() {
        let goal = |reached, bound| Goal { what: "a", reached, bound }.text();
        assert_eq!(goal(1.1, Bound::AtMost(1.15)), "goal met: a: 1.10, at most 1.15\n");
        assert_eq!(goal(1.1, Bound::AtLeast(1.2)), "goal NOT met: a: 1.10, at least 1.20\n");
    }
}
