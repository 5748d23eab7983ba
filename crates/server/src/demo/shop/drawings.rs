//! Pictures of the plants, drawn in place.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawing {
    Monstera,
    SnakePlant,
    Pilea,
    StringOfPearls,
    FiddleLeafFig,
    Aloe,
    PeaceLily,
    GoldenBarrel,
}

/// The picture, for those who see it; the name beside it is for everybody.
pub(super) fn picture(drawing: Drawing) -> Markup {
    html! {
        svg.picture viewBox="0 0 240 240" aria-hidden="true" focusable="false" {
            // What hangs has no shadow under it.
            @if drawing != Drawing::StringOfPearls {
                ellipse class="ground" cx="120" cy="216" rx="66" ry="7" {}
            }
            (PreEscaped(shapes(drawing)))
        }
    }
}

fn shapes(drawing: Drawing) -> String {
    match drawing {
        Drawing::Monstera => monstera(),
        Drawing::SnakePlant => snake_plant(),
        Drawing::Pilea => pilea(),
        Drawing::StringOfPearls => string_of_pearls(),
        Drawing::FiddleLeafFig => fiddle_leaf_fig(),
        Drawing::Aloe => aloe(),
        Drawing::PeaceLily => peace_lily(),
        Drawing::GoldenBarrel => golden_barrel(),
    }
}

/// A pot's body, its rim and the shade on it.
struct Pot {
    body: &'static str,
    rim: &'static str,
    shade: &'static str,
}

const TERRACOTTA: Pot = Pot { body: "#c4664a", rim: "#d97b5c", shade: "#a94f37" };
const CREAM: Pot = Pot { body: "#e9dfcb", rim: "#f5eddd", shade: "#cfc1a4" };
const SLATE: Pot = Pot { body: "#5c6b73", rim: "#70818a", shade: "#48555c" };
const OCHRE: Pot = Pot { body: "#d39a3c", rim: "#e3b05a", shade: "#b47f28" };

impl Pot {
    fn shapes(&self) -> String {
        let Self { body, rim, shade } = self;
        format!(
            r#"<path d="M80 160h80l-9 50a7 7 0 0 1-7 6H96a7 7 0 0 1-7-6z" fill="{body}"/><path d="M134 160h26l-9 50a7 7 0 0 1-7 6h-14z" fill="{shade}" opacity=".55"/><rect x="73" y="148" width="94" height="17" rx="5" fill="{rim}"/>"#
        )
    }
}

/// A shape put at a place, turned and scaled.
fn at(x: i32, y: i32, turned: i32, scale: f32, shape: &str) -> String {
    format!(r#"<g transform="translate({x} {y}) rotate({turned}) scale({scale})">{shape}</g>"#)
}

fn stem(path: &str, colour: &str, width: u32) -> String {
    format!(
        r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>"#
    )
}

fn monstera() -> String {
    // A heart, with the slits cut out of its edges.
    let leaf = |colour: &str, vein: &str| {
        format!(
            r#"<path d="M0 4C-9-2-20-1-31-10l14-4-21-9 17-3-17-14 18 1-8-16C-17-55-6-52 0-44c6-8 17-11 28-7l-8 16 18-1-17 14 17 3-21 9 14 4C20-1 9-2 0 4z" fill="{colour}"/><path d="M0 4V-36" stroke="{vein}" stroke-width="2" stroke-linecap="round"/>"#
        )
    };
    let (dark, mid, light) =
        (leaf("#2f6b4a", "#5b9170"), leaf("#3d7f58", "#73a985"), leaf("#549a6c", "#8fc09d"));
    [
        stem("M120 152C112 120 92 108 74 104", "#4d7c5a", 4),
        stem("M120 152C120 110 118 92 118 78", "#4d7c5a", 4),
        stem("M120 152C130 122 150 112 168 112", "#4d7c5a", 4),
        stem("M120 152C108 136 96 132 84 138", "#4d7c5a", 4),
        stem("M120 152C134 138 146 136 156 142", "#4d7c5a", 4),
        at(84, 142, -78, 0.72, &light),
        at(158, 145, 80, 0.74, &light),
        at(78, 108, -46, 1.06, &dark),
        at(166, 114, 50, 1.02, &dark),
        at(118, 92, 4, 1.22, &mid),
        TERRACOTTA.shapes(),
    ]
    .concat()
}

fn snake_plant() -> String {
    let blade = |colour: &str| {
        format!(
            r##"<path d="M-9 0C-17-42-12-88 3-124 15-88 17-42 9 0z" fill="#d8cf74"/><path d="M-6 0C-13-42-9-82 3-114 11-82 13-42 6 0z" fill="{colour}"/><path d="M-8-22l14 5M-9-44l17 6M-7-66l15 5M-4-86l10 4" stroke="#7fb08a" stroke-width="3" opacity=".7"/>"##
        )
    };
    let (dark, mid) = (blade("#2f6b4a"), blade("#3d7f58"));
    [
        at(98, 154, -17, 0.78, &dark),
        at(142, 154, 17, 0.84, &dark),
        at(108, 154, -6, 1.0, &mid),
        at(133, 154, 8, 1.02, &mid),
        at(120, 154, 1, 0.7, &dark),
        CREAM.shapes(),
    ]
    .concat()
}

fn pilea() -> String {
    let coin = |colour: &str| {
        format!(
            r##"<circle r="19" fill="{colour}"/><circle r="3" cy="-2" fill="#cfe5c4"/><path d="M0-2l9 9M0-2l-9 9M0-2v-10" stroke="#cfe5c4" stroke-width="1.4" opacity=".6"/>"##
        )
    };
    let (dark, mid, light) = (coin("#3d7f58"), coin("#549a6c"), coin("#74b384"));
    let heads =
        [(70, 116), (84, 82), (118, 62), (152, 80), (170, 114), (100, 104), (140, 104), (120, 126)];
    let stems = heads
        .map(|(x, y)| {
            stem(&format!("M120 154Q{} 128 {x} {y}", i32::midpoint(x, 120)), "#8a9a5b", 3)
        })
        .concat();
    let leaves = heads.iter().enumerate().map(|(number, (x, y))| {
        let scale = if number < 5 { 1.0 } else { 0.92 };
        at(*x, *y, (x - 120) / 3, scale, [&dark, &mid, &light][number % 3])
    });
    [stems, leaves.collect(), OCHRE.shapes()].concat()
}

fn string_of_pearls() -> String {
    let mut beads = String::new();
    // Threads that fall over the rim, each bead a little beside the thread.
    for (thread, (x, length)) in
        [(84, 5), (95, 8), (107, 6), (120, 9), (133, 6), (145, 8), (156, 4)].into_iter().enumerate()
    {
        let bottom = 96 + length * 13;
        let _ =
            write!(beads, r##"<path d="M{x} 92V{bottom}" stroke="#6d8f56" stroke-width="1.6"/>"##);
        for bead in 0..=length {
            let side = if (bead + thread) % 2 == 0 { -4 } else { 4 };
            let colour = ["#5f9e68", "#7bb37a", "#94c68c"][(bead + thread) % 3];
            let (left, down) = (x + side, 98 + bead * 13);
            let _ = write!(beads, r#"<circle cx="{left}" cy="{down}" r="6.2" fill="{colour}"/>"#);
        }
    }
    let hanging = r##"<path d="M120 18 76 84M120 18l44 66" stroke="#a98f62" stroke-width="2.5" stroke-linecap="round"/><circle cx="120" cy="18" r="5" fill="none" stroke="#a98f62" stroke-width="3"/>"##;
    let top = (0..9).map(|bead| {
        let (x, y) = (80 + bead * 10, 82 - (bead % 3) * 5);
        format!(
            r#"<circle cx="{x}" cy="{y}" r="7" fill="{}"/>"#,
            ["#5f9e68", "#7bb37a", "#94c68c"][bead % 3]
        )
    });
    let bowl = r##"<path d="M72 90h96c0 30-18 48-48 48s-48-18-48-48z" fill="#5c6b73"/><path d="M132 90h36c0 30-18 48-48 48-6 0-9-1-12-2 18-6 24-24 24-46z" fill="#48555c" opacity=".6"/><rect x="68" y="82" width="104" height="13" rx="5" fill="#70818a"/>"##;
    [hanging.to_owned(), top.collect(), bowl.to_owned(), beads].concat()
}

fn fiddle_leaf_fig() -> String {
    let leaf = |colour: &str| {
        format!(
            r##"<path d="M0 0C-9-8-9-16-8-22-20-28-24-46-14-58-6-66 6-66 14-58 24-46 20-28 8-22 9-16 9-8 0 0z" fill="{colour}"/><path d="M0-2v-54M0-18l-9-9M0-18l9-9M0-36l-11-10M0-36l11-10" stroke="#a9cf9e" stroke-width="1.6" fill="none" opacity=".75"/>"##
        )
    };
    let (dark, mid, light) = (leaf("#2f6b4a"), leaf("#3d7f58"), leaf("#5b9f66"));
    [
        stem("M120 154C117 120 123 96 119 60", "#8b6b4a", 6),
        at(119, 132, -72, 0.66, &dark),
        at(121, 124, 70, 0.7, &dark),
        at(120, 104, -62, 0.86, &mid),
        at(121, 96, 60, 0.88, &mid),
        at(119, 76, -40, 0.92, &light),
        at(121, 72, 42, 0.9, &dark),
        at(119, 62, 0, 0.84, &light),
        SLATE.shapes(),
    ]
    .concat()
}

fn aloe() -> String {
    let leaf = |colour: &str| {
        format!(
            r##"<path d="M-12 0C-15-30-9-62 2-92 11-62 14-30 12 0z" fill="{colour}"/><path d="M-2-8C-4-34 0-56 3-76" stroke="#c9e4c5" stroke-width="2" fill="none" opacity=".7"/><path d="M-12-20l-5-3M-12-36l-5-3M-9-52l-5-3M12-20l5-3M12-36l5-3M10-52l5-3" stroke="{colour}" stroke-width="3" stroke-linecap="round"/>"##
        )
    };
    let (dark, mid, light) = (leaf("#4b8a72"), leaf("#62a386"), leaf("#7fbb9c"));
    [
        at(104, 154, -58, 0.86, &dark),
        at(136, 154, 58, 0.86, &dark),
        at(108, 154, -34, 1.0, &mid),
        at(132, 154, 34, 1.0, &mid),
        at(113, 154, -13, 1.08, &light),
        at(127, 154, 14, 1.06, &light),
        at(120, 156, 1, 0.72, &mid),
        TERRACOTTA.shapes(),
    ]
    .concat()
}

fn peace_lily() -> String {
    let leaf = |colour: &str| {
        format!(
            r##"<path d="M0 0C-16-18-18-48 0-78 18-48 16-18 0 0z" fill="{colour}"/><path d="M0-4v-66" stroke="#8fbf98" stroke-width="1.8" opacity=".8"/>"##
        )
    };
    let flower = r##"<path d="M0 4C-17-6-17-34 3-50 17-34 15-8 0 4z" fill="#fbf7ee"/><path d="M0 4C10-8 14-26 3-50 17-34 15-8 0 4z" fill="#e9e0cf"/><path d="M-1-4C-4-14-3-22-1-28" stroke="#e0b84f" stroke-width="6" stroke-linecap="round" fill="none"/>"##;
    let (dark, mid) = (leaf("#2b6145"), leaf("#3d7f58"));
    [
        stem("M118 154C112 116 100 86 94 66", "#6a9a6f", 3),
        stem("M122 154C126 110 136 80 148 58", "#6a9a6f", 3),
        at(112, 154, -62, 0.96, &dark),
        at(128, 154, 62, 0.96, &dark),
        at(112, 156, -36, 1.12, &mid),
        at(128, 156, 38, 1.1, &mid),
        at(118, 156, -12, 1.0, &dark),
        at(124, 156, 14, 0.98, &dark),
        at(94, 70, -14, 0.92, flower),
        at(148, 62, 18, 0.98, flower),
        CREAM.shapes(),
    ]
    .concat()
}

fn golden_barrel() -> String {
    let mut spines = String::new();
    for row in 0..5_i32 {
        for rib in -2..=2 {
            let (x, y) = (120 + rib * 17 - rib * (row - 2).abs() * 2, 96 + row * 14);
            let _ = write!(
                spines,
                r##"<path d="M{x} {y}l-4-5M{x} {y}l4-5M{x} {y}v-7" stroke="#e8c766" stroke-width="1.8" stroke-linecap="round"/>"##
            );
        }
    }
    let body = r##"<ellipse cx="120" cy="118" rx="50" ry="44" fill="#4b8a5e"/><path d="M120 74c-44 10-44 78 0 88M120 74c44 10 44 78 0 88M120 74c-18 16-18 72 0 88M120 74c18 16 18 72 0 88" fill="none" stroke="#356b47" stroke-width="2.4" opacity=".7"/>"##;
    let flower = r##"<g transform="translate(120 74)"><circle r="5" fill="#e3a13c"/><path d="M0 0-11-7-7 3zM0 0 11-7 7 3zM0 0-5-13 5-13z" fill="#f0c75e"/></g>"##;
    [body.to_owned(), spines, flower.to_owned(), OCHRE.shapes()].concat()
}
