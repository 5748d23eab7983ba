//! The benchmarks: `cargo xtask bench`. What each measures and how is in `docs/benchmarks.md`.
//!
//! A figure of one machine says little on another, so each is a ratio to a limit or a peer measured in the same run, in
//! alternating rounds. A goal that is not met is told, and is no failure: machines and their neighbours differ.

mod commits;
mod connection;
mod deck;
mod floor;
mod identify;
mod identity;
mod load;
mod loader;
mod measure;
mod messages;
mod nodes;
mod page;
mod past;
mod peers;
mod picture;
mod program;
mod reading;
mod report;
mod service;
mod start;
mod streams;
mod targets;
mod verify;
mod world;

use std::fs;

use serde_json::{Map, Value, json};

use report::{Part, say};
use world::{Extent, Outcome, World};

/// What may be asked for beside parts: short rounds, figures kept in `docs`, no peers.
const FLAGS: [&str; 3] = ["--quick", "--write", "--alone"];
/// All parts, in the order in which they run.
const PARTS: [&str; 10] = [
    "verify", "identity", "identify", "messages", "streams", "loader", "page", "start", "reading",
    "nodes",
];

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == [floor::WORD] {
        return floor::serve();
    }
    let (flags, wanted): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| word.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|flag| !FLAGS.contains(*flag)) {
        return Err(format!("unknown flag {unknown}; there are {}", FLAGS.join(", ")).into());
    }
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(*part)) {
        return Err(format!("unknown part {unknown}; there are {}", PARTS.join(", ")).into());
    }
    let extent = if flags.contains(&"--quick") { Extent::Quick } else { Extent::Full };
    let world = World::look(extent, flags.contains(&"--alone"))?;
    say(&heading(extent));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut figures = Map::new();
    for part in PARTS.iter().filter(|part| wanted.is_empty() || wanted.contains(part)) {
        let began = tokio::time::Instant::now();
        let measured = run(part, &world, &runtime)?;
        say(&format!("\n({part}: {} s)\n", began.elapsed().as_secs()));
        if let Some(mut part) = measured {
            part.record("extent", json!(format!("{extent:?}").to_lowercase()));
            figures.insert(part.name.to_owned(), Value::Object(part.figures));
        }
    }
    keep(&world, flags.contains(&"--write"), figures)
}

fn heading(extent: Extent) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let quick = match extent {
        Extent::Quick => {
            "A quick run: short rounds and short warm-ups, which flatter whatever needs none. "
        }
        Extent::Full => "",
    };
    format!("{quick}Cores: {cores}; load before the run: {load}.\n\n")
}

fn run(part: &str, world: &World, runtime: &tokio::runtime::Runtime) -> Outcome<Option<Part>> {
    let part = match part {
        "verify" => {
            say(&verify::run()?);
            return Ok(None);
        }
        "identity" => {
            say(&identity::run(world)?);
            return Ok(None);
        }
        "identify" => {
            let (part, measured) = runtime.block_on(identify::run(world))?;
            fs::write(world.target.join(picture::IDENTIFY), picture::svg(&measured))?;
            part
        }
        "messages" => runtime.block_on(messages::run(world))?,
        "streams" => runtime.block_on(streams::run(world))?,
        "loader" => runtime.block_on(loader::run(world))?,
        "page" => runtime.block_on(page::run(world))?,
        "start" => runtime.block_on(start::run(world))?,
        "reading" => {
            let (part, growth) = runtime.block_on(reading::run(world))?;
            fs::write(world.target.join(picture::READING), picture::curve(&growth))?;
            part
        }
        _ => runtime.block_on(nodes::run(world))?,
    };
    Ok(Some(part))
}

/// Keeps the figures under `target`, or, where they are `published`, in the documents: there they take the place of earlier ones of the
/// same parts.
fn keep(world: &World, published: bool, mut figures: Map<String, Value>) -> Outcome<()> {
    let text = |figures: &Map<String, Value>| format!("{:#}\n", json!({ "parts": figures }));
    let json = world.target.join("bench.json");
    fs::write(&json, text(&figures))?;
    say(&format!("\nFigures: {}; pictures beside them\n", json.display()));
    if !published {
        return Ok(());
    }
    if world.pick(true, false) && figures.remove("reading").is_some() {
        say("Of reading nothing is published: a quick run has one small past, and no curve\n");
    }
    let docs = world.root.join("docs");
    for (name, part) in [(picture::IDENTIFY, "identify"), (picture::READING, "reading")] {
        if figures.contains_key(part) {
            fs::copy(world.target.join(name), docs.join("images").join(name))?;
        }
    }
    let file = docs.join("benchmarks.json");
    let mut all: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
    if let Some(parts) = all["parts"].as_object_mut() {
        parts.extend(figures);
        fs::write(file, text(parts))?;
    }
    Ok(())
}
