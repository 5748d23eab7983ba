//! Counts as a table for spreadsheets. There are only numbers, times and codes in it: nothing that a spreadsheet would take for a formula.

use std::fmt::Write as _;

use crate::app::analytics::Analytics;
use crate::app::analytics::range::Range;

/// A line for each step, with a column for each series whose name begins with one of `wanted`; with none, for all.
#[must_use]
pub fn csv(analytics: &Analytics, range: &Range, wanted: &[&str]) -> String {
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|start| name.starts_with(start));
    let series: Vec<_> = analytics.series.iter().filter(|one| is_wanted(&one.name)).collect();
    let purchases = is_wanted("purchases.").then_some(&analytics.purchases).into_iter().flatten();
    let purchases: Vec<_> = purchases.collect();
    let mut text = String::from("from,to");
    for one in &series {
        let _ = write!(text, ",{}", one.name);
    }
    for one in &purchases {
        let _ = write!(text, ",purchases.{0}.count,purchases.{0}.sum", one.currency);
    }
    text.push_str("\r\n");
    for (step, moments) in range.moments().windows(2).enumerate() {
        text.push_str(&moments.join(","));
        for one in &series {
            let _ = write!(text, ",{}", one.counts[step]);
        }
        for one in &purchases {
            let _ = write!(text, ",{},{}", one.counts[step], one.sums[step]);
        }
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;
    use crate::app::analytics::range::Asked;
    use crate::app::analytics::{Purchases, Series};

    #[test]
    fn a_line_has_a_step_and_a_column_a_series() {
        let asked =
            Asked { from: Some("2026-11-01"), to: Some("2026-11-04"), zone: Some("Europe/Rome") };
        let range = Range::parse(asked, Timestamp::from_millis(0)).unwrap();
        let series = |name: &str, counts: [i64; 4]| Series {
            name: name.to_owned(),
            counts: counts.into(),
            before: 9,
        };
        let euros = Purchases {
            currency: "EUR".to_owned(),
            counts: vec![0, 1, 0, 0],
            sums: vec![0.0, 12.5, 0.0, 0.0],
            before: 0,
            sum_before: 0.0,
        };
        let analytics = Analytics {
            series: vec![series("leads.typed", [1, 2, 3, 4]), series("refusals.expired", [5; 4])],
            purchases: vec![euros],
        };
        let all = csv(&analytics, &range, &[]);
        let lines: Vec<&str> = all.split("\r\n").collect();
        assert_eq!(
            lines[0],
            "from,to,leads.typed,refusals.expired,purchases.EUR.count,purchases.EUR.sum"
        );
        assert_eq!(lines[2], "2026-11-02T00:00:00+01:00,2026-11-03T00:00:00+01:00,2,5,1,12.5");
        assert_eq!(lines.len(), 6);
        let some = csv(&analytics, &range, &["leads"]);
        assert!(some.starts_with("from,to,leads.typed\r\n"), "{some}");
    }
}
