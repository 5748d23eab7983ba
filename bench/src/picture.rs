//! The cost of an identify call as a picture: bars of processor time, the program's part dark and the database's light.

use std::fmt::Write as _;

use crate::identify::{Measured, Row, Turn};
use crate::measure::Spread;
use crate::targets::Kind;

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
