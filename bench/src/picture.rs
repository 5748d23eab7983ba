//! Two pictures: the cost of an identify call, as bars of processor time, the program's part dark and the database's light; and what
//! reading takes as the past grows, as curves.

use std::fmt::Write as _;

use crate::identify::{Measured, Row, Turn};
use crate::measure::Spread;
use crate::reading::{Growth, Step};
use crate::targets::Kind;

/// The files of the two.
pub(crate) const IDENTIFY: &str = "benchmark-identify.svg";
/// See above.
pub(crate) const READING: &str = "benchmark-reading.svg";

const WIDTH: f64 = 720.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 150.0;
const BAR: f64 = 18.0;
const STEP: f64 = 28.0;
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2430}.h{font-weight:600}.s{fill:#5b6472;font-size:12px}.a{fill:#3454b4}.d{fill:#a9bbf0}.l{stroke:#c2410c;stroke-width:1.5;stroke-dasharray:4 3}.r{stroke:#1f2430;stroke-width:1}@media(prefers-color-scheme:dark){text{fill:#e6e8ee}.s{fill:#a4acb9}.r{stroke:#e6e8ee}}";

/// The picture, as SVG.
pub(crate) fn svg(all: &[Measured]) -> String {
    let rows = || all.iter().flat_map(bars);
    let most = rows().map(|row| total(row).max).fold(1.0, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / most;
    let (mut body, mut y) = (String::new(), 24.0);
    for measured in all {
        let name = measured.database.name();
        let _ = writeln!(body, r#"<text class="h" x="0" y="{y:.0}">{name}</text>"#);
        y += 14.0;
        let top = y;
        for row in bars(measured) {
            body.push_str(&bar(row, y, scale));
            y += STEP;
        }
        let (_, limit) = measured.limit();
        let x = LEFT + limit * scale;
        let _ = writeln!(
            body,
            r#"<line class="l" x1="{x:.1}" y1="{top:.0}" x2="{x:.1}" y2="{y:.0}"/>"#
        );
        y += 26.0;
    }
    let _ = writeln!(
        body,
        r#"<text class="s" x="0" y="{y:.0}">µs of processor an identify call, durable: the program (dark), the database (light); line: the limit; bracket: all rounds</text>"#
    );
    let height = y + 12.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"Processor time of an identify call\">\n<style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// Those that do the work.
fn bars(measured: &Measured) -> impl Iterator<Item = &Row> {
    measured.rows.iter().filter(|row| row.kind != Kind::Floor)
}

fn total(row: &Row) -> Spread {
    row.spread(|turn: &Turn| turn.app + turn.database)
}

fn bar(row: &Row, y: f64, scale: f64) -> String {
    let (app, all) = (row.spread(|turn| turn.app).median * scale, total(row));
    let rest = (all.median * scale - app).max(0.0);
    let (middle, text) = (y + BAR / 2.0, y + 13.0);
    let (from, to) = (LEFT + all.min * scale, LEFT + all.max * scale);
    let name = row.name;
    let (at, figure) = (to.max(LEFT + all.median * scale) + 8.0, all.median);
    let light = LEFT + app;
    format!(
        concat!(
            "<text x=\"0\" y=\"{text:.0}\">{name}</text>",
            "<rect class=\"a\" x=\"{left}\" y=\"{y:.0}\" width=\"{app:.1}\" height=\"{bar}\"/>",
            "<rect class=\"d\" x=\"{light:.1}\" y=\"{y:.0}\" width=\"{rest:.1}\" height=\"{bar}\"/>",
            "<line class=\"r\" x1=\"{from:.1}\" y1=\"{middle:.0}\" x2=\"{to:.1}\" y2=\"{middle:.0}\"/>",
            "<text class=\"s\" x=\"{at:.1}\" y=\"{text:.0}\">{figure:.0}</text>\n"
        ),
        text = text,
        name = name,
        left = LEFT,
        y = y,
        app = app,
        bar = BAR,
        light = light,
        rest = rest,
        from = from,
        to = to,
        middle = middle,
        at = at,
        figure = figure
    )
}

/// How high the plot of one database is, and how far apart two are.
const PLOT: f64 = 200.0;
const BETWEEN: f64 = 60.0;
const AXIS: f64 = 44.0;
/// Beside the lines are their names.
const NAMES: f64 = 160.0;
const CURVES: &str = "text{font:13px system-ui,sans-serif;fill:#1f2430}.h{font-weight:600}.s{fill:#5b6472;font-size:12px}.g{stroke:#cfd4de;stroke-width:1}path{fill:none;stroke-width:2}.c0{stroke:#3454b4}.c1{stroke:#c2410c}.c2{stroke:#0f766e}.c3{stroke:#9333ea}.c4{stroke:#b45309;stroke-dasharray:6 3}.c5{stroke:#be185d;stroke-dasharray:2 3}@media(prefers-color-scheme:dark){text{fill:#e6e8ee}.s{fill:#a4acb9}.g{stroke:#3a4150}.c0{stroke:#8ea6f0}.c1{stroke:#fb923c}.c2{stroke:#5eead4}.c3{stroke:#d8b4fe}.c4{stroke:#fbbf24}.c5{stroke:#f9a8d4}}";

/// What reading takes as the past grows, as SVG.
pub(crate) fn curve(all: &[Growth]) -> String {
    let (mut body, mut y) = (String::new(), 20.0);
    for growth in all {
        let name = growth.database.name();
        let _ = writeln!(body, r#"<text class="h" x="0" y="{y:.0}">{name}</text>"#);
        body.push_str(&plot(&growth.steps, y + 16.0));
        y += PLOT + BETWEEN;
    }
    let _ = writeln!(
        body,
        r#"<text class="s" x="0" y="{y:.0}">ms from the call to its whole answer (median), by the number of messages in the database</text>"#
    );
    let height = y + 12.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"What reading takes as the number of messages grows\">\n<style>{CURVES}</style>\n{body}</svg>\n"
    )
}

/// The curves of one database below `top`; each tenfold growth is a step to the right.
fn plot(steps: &[Step], top: f64) -> String {
    let values = || steps.iter().flat_map(|step| step.pages.iter().map(|page| page.wall.median));
    let most = values().fold(1.0, f64::max).ceil();
    let wide = (WIDTH - AXIS - NAMES) / crate::measure::real(steps.len().max(2) - 1);
    let height = |ms: f64| top + PLOT * (1.0 - ms / most);
    let mut text = String::new();
    for line in 0..=4_u8 {
        let (ms, right) = (most * f64::from(line) / 4.0, WIDTH - NAMES);
        let (y, label) = (height(ms), height(ms) + 4.0);
        let _ = writeln!(
            text,
            r#"<line class="g" x1="{AXIS}" y1="{y:.1}" x2="{right}" y2="{y:.1}"/><text class="s" x="0" y="{label:.0}">{ms:.1}</text>"#
        );
    }
    let mut x = AXIS;
    for step in steps {
        let (y, messages) = (top + PLOT + 18.0, short(step.messages));
        let _ = writeln!(
            text,
            r#"<text class="s" text-anchor="middle" x="{x:.0}" y="{y:.0}">{messages}</text>"#
        );
        x += wide;
    }
    let Some(last) = steps.last() else { return text };
    // Names are moved apart where lines end near each other.
    let mut places: Vec<(f64, usize)> =
        last.pages.iter().enumerate().map(|(at, page)| (height(page.wall.median), at)).collect();
    places.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = top - 20.0;
    for (end, at) in places {
        let points = steps.iter().enumerate().map(|(number, step)| {
            let x = AXIS + wide * crate::measure::real(number);
            format!("{x:.1},{:.1}", height(step.pages[at].wall.median))
        });
        let points: Vec<String> = points.collect();
        free = end.max(free + 15.0);
        let (x, y, name) = (WIDTH - NAMES + 8.0, free + 4.0, last.pages[at].name);
        let path = points.join("L");
        let _ = writeln!(
            text,
            r#"<path class="c{at}" d="M{path}"/><text x="{x:.0}" y="{y:.0}">{name}</text>"#
        );
    }
    text
}

/// A number of messages, in few letters.
fn short(messages: i64) -> String {
    match messages {
        1_000_000.. => format!("{} M", messages / 1_000_000),
        1_000.. => format!("{} k", messages / 1_000),
        _ => messages.to_string(),
    }
}
