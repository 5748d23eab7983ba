//! One, two and three nodes on one `PostgreSQL`, hearing from each other by one NATS server.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::deck::Deck;
use crate::load::{Load, Pace, Until};
use crate::measure::{Spread, now, real};
use crate::program::{Program, cpu_time, free_address};
use crate::report::{Part, Table, say};
use crate::service::{Place, Service};
use crate::streams::idle;
use crate::targets::Identify;
use crate::world::{Database, Outcome, Postgres, World};

const MOST: usize = 3;
const STREAMS: usize = 2_000;

/// Measures identify calls over so many nodes, and streams on one of them.
///
/// # Errors
/// When a node does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("nodes");
    let (Some(postgres), Some(nats)) = (&world.postgres, &world.nats) else {
        say("\nNodes: not measured: it needs PostgreSQL and nats-server\n");
        return Ok(part);
    };
    let folder = tempfile::tempdir()?;
    let (nats, url) = start_nats(nats, &folder).await?;
    let rounds = world.pick(3, 5);
    let calls = world.pick(1_500, 6_000);
    say(&format!(
        "\nNodes on one PostgreSQL, with NATS: identify calls, closed loop, 64 connections over all nodes, {rounds} rounds of {calls}\n\n"
    ));
    let deck = Arc::new(Deck::deal(world.pick(4_000, 20_000), now())?);
    let place = Place::new(world, Database::Postgres).await?.with_nats(url);
    let mut nodes = Vec::new();
    let mut table =
        Table::new(&["nodes", "calls/s", "min–max", "app µs", "database µs", "NATS µs"]);
    let mut chat = None;
    for count in 1..=MOST {
        nodes.push(place.start().await?);
        if chat.is_none() {
            chat = Some(nodes[0].chat(&deck.public_key).await?);
        }
        let Some(chat) = &chat else { continue };
        let calls_of = Identify::of(chat, &deck);
        turn(&nodes, (&calls_of, calls / 2), (postgres, &nats)).await?;
        let mut turns = Vec::new();
        for _ in 0..rounds {
            turns.push(turn(&nodes, (&calls_of, calls), (postgres, &nats)).await?);
        }
        let spread = |at: usize| Spread::of(turns.iter().map(|turn| turn[at]).collect());
        let figure = |at: usize| format!("{:.0}", spread(at).median);
        let rate = spread(0);
        let range = format!("{:.0}–{:.0}", rate.min, rate.max);
        table.row(vec![count.to_string(), figure(0), range, figure(1), figure(2), figure(3)]);
        part.record(&format!("identify_{count}"), json!({ "rate_app_database_nats": turns }));
    }
    say(&table.text());
    if let (Some(chat), Some(node)) = (&chat, nodes.first()) {
        let used = (cpu_time(postgres.pid), cpu_time(nats.pid()));
        let watched = world.seconds(16, 60);
        let idle = idle(node, chat, (STREAMS, watched)).await?;
        let of = |now: Duration, then: Duration| now.saturating_sub(then).as_secs_f64() * 1e3;
        let (database, bus) =
            (of(cpu_time(postgres.pid), used.0), of(cpu_time(nats.pid()), used.1));
        say(&idle.text(STREAMS));
        say(&format!(
            "On that node of {MOST}; opening and watching them took {database:.0} ms of PostgreSQL and {bus:.0} ms of NATS\n"
        ));
        part.record("streams", idle.figures(STREAMS));
    }
    Ok(part)
}

async fn start_nats(program: &std::path::Path, folder: &TempDir) -> Outcome<(Program, String)> {
    let address = free_address()?;
    let mut command = Command::new(program);
    command.args(["--addr", "127.0.0.1", "--port", &address.port().to_string()]);
    let mut nats = Program::start(&mut command, &folder.path().join("log"))?;
    nats.listens(address).await?;
    Ok((nats, format!("nats://{address}")))
}

/// Calls a second; µs a call of all nodes, of `PostgreSQL` and of NATS.
async fn turn(
    nodes: &[Service],
    (calls, count): (&Arc<Identify>, usize),
    (postgres, nats): (&Postgres, &Program),
) -> Outcome<[f64; 4]> {
    let times = || {
        let app: Duration = nodes.iter().map(|node| cpu_time(node.program.pid())).sum();
        [app, cpu_time(postgres.pid), cpu_time(nats.pid())]
    };
    let load = Load {
        addresses: nodes.iter().map(|node| node.address).collect(),
        connections: 64,
        pace: Pace::AsAnswered,
        until: Until::Calls(count),
    };
    let before = times();
    let answered = load.run(calls.clone()).await?;
    let after = times();
    let each = |at: usize| after[at].saturating_sub(before[at]).as_secs_f64() * 1e6 / real(count);
    Ok([answered.rate(), each(0), each(1), each(2)])
}
