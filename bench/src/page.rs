//! The widget in a shop's page, in Chromium on a slow connection: `web/scripts/page.mjs` measures, this file starts what it needs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::deck::Deck;
use crate::measure::now;
use crate::report::{Bound, Goal, Part, say};
use crate::service::Service;
use crate::world::{Database, Outcome, World};

/// Customers of a round: two for each of the script's two profiles.
const CUSTOMERS: usize = 4;
/// The round that the script does not count.
const WARM_UP: usize = 1;

/// The last line that the script prints.
#[derive(Debug, Deserialize)]
struct Figures {
    goals: Vec<GoalLine>,
    profiles: Map<String, Value>,
}

/// A goal of the script's, and how far it got.
#[derive(Debug, Deserialize)]
struct GoalLine {
    what: String,
    reached: f64,
    at_most: f64,
}

/// Measures until the page may identify, identifying, and opening the chat.
///
/// # Errors
/// When the service or the widget does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("page");
    let mut script = match script(world) {
        Ok(script) => script,
        Err(missing) => {
            say(&format!("\nIn the page: not measured: {missing}\n"));
            return Ok(part);
        }
    };
    let rounds = world.pick(1, 9) + WARM_UP;
    let deck = Deck::deal(rounds * CUSTOMERS, now())?;
    let service = Service::start(world, Database::Sqlite).await?;
    let chat = service.chat(&deck.public_key).await?;
    let tokens: Vec<&str> = deck.callers.iter().map(|caller| caller.jwt.as_str()).collect();
    script.env("PAGE_SERVICE", format!("http://{}", service.address));
    script.env("PAGE_CHAT", &chat.widget_token).env("PAGE_TOKENS", tokens.join(" "));
    say("\nIn the page: ");
    let output = script.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("web/scripts/page.mjs: {}", text.trim()).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let (table, figures) =
        text.trim_end().rsplit_once('\n').ok_or("web/scripts/page.mjs said too little")?;
    let figures: Figures = serde_json::from_str(figures)?;
    say(&format!("{table}\n"));
    for GoalLine { what, reached, at_most } in &figures.goals {
        let bound = Bound::AtMost(*at_most);
        say(&Goal { what, reached: *reached, bound }.text());
    }
    for (profile, figures) in figures.profiles {
        part.record(&profile, figures);
    }
    Ok(part)
}

/// How the script is run, or what it needs and this machine has not.
fn script(world: &World) -> Result<Command, &'static str> {
    let web = world.root.join("web");
    let node = on_path(&["node"]).ok_or("it needs Node.js")?;
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|named| named.is_file());
    let browser = named
        .or_else(|| on_path(&["chromium-headless-shell", "chromium"]))
        .ok_or("it needs Chromium")?;
    if !web.join("node_modules/@playwright/test").is_dir() {
        return Err("it needs web's packages: npm ci");
    }
    let mut command = Command::new(node);
    command.arg("scripts/page.mjs").current_dir(web).env("CHROMIUM", browser);
    Ok(command)
}

/// The first of `names` on the `PATH`.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut files =
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.find(|file| file.is_file())
}
