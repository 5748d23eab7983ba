//! A service that is started: how long until it is ready, and what it takes when nobody calls.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::deck::Deck;
use crate::load::{Load, Pace, Until};
use crate::measure::{Spread, now};
use crate::program::{cpu_time, memory};
use crate::report::{Bound, Goal, Part, say};
use crate::targets::Target;
use crate::world::{Database, Outcome, World};

/// How often it is started.
const STARTS: usize = 11;
/// Customers in the database that it is started on.
const CUSTOMERS: usize = 2_000;
const MIB: f64 = 1024.0 * 1024.0;

/// Measures on an `SQLite` file with some customers in it.
///
/// # Errors
/// When the service does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("start");
    let deck = Arc::new(Deck::deal(CUSTOMERS, now())?);
    let target = Target::ours(world, Database::Sqlite, &deck).await?;
    let load = Load {
        addresses: vec![target.address],
        connections: 64,
        pace: Pace::AsAnswered,
        until: Until::Calls(CUSTOMERS),
    };
    load.run(target.calls.clone()).await?;
    let place = target.into_service().ok_or("a service")?.stop();
    let mut times = Vec::new();
    for _ in 1..STARTS {
        let began = Instant::now();
        drop(place.start().await?);
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let began = Instant::now();
    let service = place.start().await?;
    times.push(began.elapsed().as_secs_f64() * 1e3);
    sleep(Duration::from_secs(3)).await;
    let (used, watched) = (cpu_time(service.program.pid()), world.seconds(5, 30));
    sleep(watched).await;
    let used = cpu_time(service.program.pid()).saturating_sub(used);
    let idle = memory(service.program.pid());
    let milliseconds = used.as_secs_f64() * 1e3 / watched.as_secs_f64();
    let spread = Spread::of(times.clone());
    say(&format!(
        "\nStart on an existing SQLite file, {STARTS} times: ready after {:.0} ms ({:.0}–{:.0}), stopping the one before not included\nIdle: {:.1} MiB resident ({:.1} MiB PSS), {milliseconds:.1} ms of processor a second\n",
        spread.median,
        spread.min,
        spread.max,
        idle.resident / MIB,
        idle.proportional / MIB
    ));
    let goal = Goal {
        what: "MiB of memory when idle",
        reached: idle.resident / MIB,
        bound: Bound::AtMost(15.0),
    };
    say(&format!("\n{}", goal.text()));
    part.record("ready_ms", json!(times));
    part.record("idle", json!({ "resident_mib": idle.resident / MIB, "proportional_mib": idle.proportional / MIB, "cpu_ms_per_second": milliseconds }));
    Ok(part)
}
