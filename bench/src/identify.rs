//! Identify calls: the service, its peers and the floor of HTTP in alternating rounds, on each database; and how far the service is
//! from what nothing on the same machine could be faster than.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::commits::{self, Share};
use crate::deck::Deck;
use crate::load::{Answered, Calls, Load, Pace, Until};
use crate::measure::{Spread, now, real};
use crate::peers::Peer;
use crate::program::{cpu_time, memory};
use crate::report::{Bound, Goal, Part, Table, ends, say};
use crate::targets::{Kind, Regulars, Target};
use crate::verify;
use crate::world::{Database, Outcome, World};

/// Connections of the closed loop.
const CONNECTIONS: usize = 64;
/// Calls a second at the same fixed rate for all.
const FIXED_RATE: f64 = 200.0;
const MIB: f64 = 1024.0 * 1024.0;

/// What one turn of a target came to; times in µs of processor a call, or ms on the wall.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Turn {
    /// µs of the program's processes.
    pub(crate) app: f64,
    /// µs of the database's.
    pub(crate) database: f64,
    rate: f64,
    p50: f64,
    p99: f64,
    resident_mib: f64,
    proportional_mib: f64,
    /// Writes that shared a flush, where it is known.
    rows_per_commit: Option<f64>,
}

impl Turn {
    fn total(&self) -> f64 {
        self.app + self.database
    }
}

/// All turns of a target.
#[derive(Debug)]
pub(crate) struct Row {
    /// What.
    pub(crate) kind: Kind,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its turns, one a round.
    pub(crate) turns: Vec<Turn>,
}

impl Row {
    /// Of what each turn came to.
    pub(crate) fn spread(&self, of: impl Fn(&Turn) -> f64) -> Spread {
        Spread::of(self.turns.iter().map(of).collect())
    }

    /// How many times as much as `other`, round by round.
    fn ratio(&self, other: &Self) -> Spread {
        let pairs = self.turns.iter().zip(&other.turns);
        Spread::of(pairs.map(|(this, that)| this.total() / that.total()).collect())
    }
}

/// What was measured on one database.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Which.
    pub(crate) database: Database,
    /// The service first, the floor last.
    pub(crate) rows: Vec<Row>,
    /// µs of the bare signature.
    bare: f64,
    /// Of batches of 64 and of 256.
    shares: [Share; 2],
}

/// Measures on both databases; a database or a peer that is not there is named.
///
/// # Errors
/// When the service, or a peer that runs, does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<(Part, Vec<Measured>)> {
    let deck = Arc::new(Deck::deal(world.pick(3_000, 16_000), now())?);
    let mut part = Part::new("identify");
    let mut all = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        say(&format!(
            "\nIdentify calls, {}: closed loop, {CONNECTIONS} connections, every call durable, half first calls and half repeated ones; {} rounds of {} calls\n",
            database.name(),
            world.pick(3, 7),
            world.pick(1_500, 4_000)
        ));
        if database == Database::Postgres && world.postgres.is_none() {
            say("not measured: there is no PostgreSQL\n");
            continue;
        }
        let targets = start(world, database, &deck).await?;
        let measured = Measured {
            database,
            rows: rounds(world, &targets).await?,
            bare: verify::bare()?,
            shares: shares(world, database).await?,
        };
        say(&measured.table());
        say(&measured.distance());
        let fixed = fixed_rates(world, &targets, &measured).await?;
        say(&fixed.text);
        say(&measured.goals(&fixed));
        part.record(database.name(), measured.figures(&fixed.figures));
        all.push(measured);
    }
    Ok((part, all))
}

/// Starts the service, the peers that there are, and the floor; each is checked and warmed up.
async fn start(world: &World, database: Database, deck: &Arc<Deck>) -> Outcome<Vec<Target>> {
    let mut targets = vec![Target::ours(world, database, deck).await?];
    let peers = if world.is_alone { &[] } else { Peer::on(database) };
    for peer in peers {
        match Target::peer(world, (*peer, database), deck).await {
            Ok(target) => targets.push(target),
            Err(why) => say(&format!("not measured: {}: {why}\n", peer.name())),
        }
    }
    targets.push(Target::floor(database, deck).await?);
    for target in &targets {
        target.check().await.map_err(|error| format!("{}: {error}", target.name()))?;
        let time = match target.kind {
            Kind::Peer(peer) if peer.warms_up() => world.seconds(4, 18),
            Kind::Ours | Kind::Peer(_) => world.seconds(2, 4),
            Kind::Floor => world.seconds(1, 1),
        };
        let calls = Arc::new(Regulars(target.calls.clone()));
        load(target, calls, Pace::AsAnswered, Until::Passed(time)).await?;
    }
    Ok(targets)
}

async fn load(
    target: &Target,
    calls: Arc<dyn Calls>,
    pace: Pace,
    until: Until,
) -> Outcome<Answered> {
    let addresses = vec![target.address];
    let load = Load { addresses, connections: CONNECTIONS, pace, until };
    Ok(load.run(calls).await.map_err(|error| format!("{}: {error}", target.name()))?)
}

/// Each target in every round; every other round goes through them backwards.
async fn rounds(world: &World, targets: &[Target]) -> Outcome<Vec<Row>> {
    let row = |target: &Target| Row { kind: target.kind, name: target.name(), turns: Vec::new() };
    let mut rows: Vec<Row> = targets.iter().map(row).collect();
    for round in 0..world.pick(3, 7) {
        for turn in 0..targets.len() {
            let at = if round % 2 == 0 { turn } else { targets.len() - 1 - turn };
            // The floor costs so little that the kernel's clock of 10 ms would be too coarse.
            let times = if targets[at].kind == Kind::Floor { 20 } else { 1 };
            let calls = Until::Calls(times * world.pick(1_500, 4_000));
            rows[at].turns.push(turn_of(world, &targets[at], Pace::AsAnswered, calls).await?);
        }
    }
    Ok(rows)
}

/// Processor time is read just before and just after.
async fn turn_of(world: &World, target: &Target, pace: Pace, until: Until) -> Outcome<Turn> {
    let database = world.postgres.as_ref().filter(|_| target.database == Database::Postgres);
    let database_time = || database.map_or(Duration::ZERO, |postgres| cpu_time(postgres.pid));
    let flushed = flushes(world, target).await?;
    let before = (cpu_time(target.pid()), database_time());
    let answered = load(target, target.calls.clone(), pace, until).await?;
    let after = (cpu_time(target.pid()), database_time());
    let memory = memory(target.pid());
    let flushed = flushes(world, target).await?.zip(flushed).map(|(after, before)| after - before);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / real(answered.calls);
    Ok(Turn {
        app: each(after.0.saturating_sub(before.0)),
        database: each(after.1.saturating_sub(before.1)),
        rate: answered.rate(),
        p50: answered.percentile(0.5),
        p99: answered.percentile(0.99),
        resident_mib: memory.resident / MIB,
        proportional_mib: memory.proportional / MIB,
        rows_per_commit: flushed
            .filter(|flushes| *flushes > 0.0)
            .map(|flushes| real(answered.calls) / flushes),
    })
}

/// How often what the service wrote was flushed to the disk so far, where that can be told.
async fn flushes(world: &World, target: &Target) -> Outcome<Option<f64>> {
    let Some(service) = target.service() else { return Ok(None) };
    match (target.database, &world.postgres) {
        (Database::Sqlite, _) => Ok(Some(service.metric("zipchat_database_commits_total").await?)),
        (Database::Postgres, Some(postgres)) => {
            // A process tells what it did at the end of a transaction, once a second at most: so there has to be one more.
            sleep(Duration::from_millis(1_200)).await;
            let calls = Arc::new(Regulars(target.calls.clone()));
            load(target, calls, Pace::AsAnswered, Until::Calls(8)).await?;
            sleep(Duration::from_millis(100)).await;
            Ok(postgres.flushes().await)
        }
        (Database::Postgres, None) => Ok(None),
    }
}

async fn shares(world: &World, database: Database) -> Outcome<[Share; 2]> {
    let rows = world.pick(10_240, 40_960);
    let mut shares = [Share { app: 0.0, database: 0.0 }; 2];
    for (share, size) in shares.iter_mut().zip([64, 256]) {
        *share = match (database, &world.postgres) {
            (Database::Postgres, Some(cluster)) => {
                commits::postgres(cluster, size, rows / size).await?
            }
            _ => commits::sqlite(size, rows / size).await?,
        };
    }
    Ok(shares)
}

/// What was measured at fixed rates.
struct Fixed {
    text: String,
    figures: Value,
    /// p50 in ms at the same rate, by target.
    p50: BTreeMap<&'static str, f64>,
    /// p99 in ms of the service at half of what it can do.
    p99: f64,
}

async fn fixed_rates(world: &World, targets: &[Target], measured: &Measured) -> Outcome<Fixed> {
    let half = measured.rows[0].spread(|turn| turn.rate).median / 2.0;
    let time = Until::Passed(world.seconds(2, 15));
    let mut table =
        Table::new(&["at a fixed rate", "calls/s", "p50 ms", "p99 ms", "app µs", "database µs"]);
    let (mut p50, mut figures, mut p99) = (BTreeMap::new(), Vec::new(), f64::NAN);
    let runs = targets.iter().map(|target| (target, FIXED_RATE)).chain([(&targets[0], half)]);
    for (target, rate) in runs {
        let turn = turn_of(world, target, Pace::ASecond(rate), time).await?;
        let figure = |figure: f64, decimals: usize| format!("{figure:.decimals$}");
        table.row(vec![
            target.name().to_owned(),
            figure(rate, 0),
            figure(turn.p50, 1),
            figure(turn.p99, 1),
            figure(turn.app, 0),
            figure(turn.database, 0),
        ]);
        // The last is the service at half of what it can do.
        p99 = turn.p99;
        p50.entry(target.name()).or_insert(turn.p50);
        figures.push(json!({ "name": target.name(), "rate": rate, "turn": turn }));
    }
    Ok(Fixed { text: format!("\n{}", table.text()), figures: Value::Array(figures), p50, p99 })
}

impl Measured {
    fn ours(&self) -> &Row {
        &self.rows[0]
    }

    fn floor(&self) -> f64 {
        self.rows.last().map_or(f64::NAN, |row| row.spread(|turn| turn.app).median)
    }

    /// What nothing on this machine could be faster than, with batches of 256: of the program alone, and in all.
    pub(crate) fn limit(&self) -> (f64, f64) {
        let [_, share] = self.shares;
        let app = self.bare + self.floor() + share.app;
        (app, app + share.database)
    }

    fn table(&self) -> String {
        let mut table = Table::new(&[
            "who",
            "µs in all",
            "min–max",
            "app",
            "database",
            "× Zipchat",
            "min–max",
            "calls/s",
            "p50 ms",
            "p99 ms",
            "RSS MiB",
            "PSS MiB",
            "rows/flush",
        ]);
        for row in &self.rows {
            let (total, ratio) = (row.spread(Turn::total), row.ratio(self.ours()));
            let median = |of: fn(&Turn) -> f64, decimals: usize| {
                format!("{:.decimals$}", row.spread(of).median)
            };
            let rows: Vec<f64> = row.turns.iter().filter_map(|turn| turn.rows_per_commit).collect();
            let rows = Spread::of(rows).median;
            table.row(vec![
                row.name.to_owned(),
                format!("{:.0}", total.median),
                ends(total, 0),
                median(|turn| turn.app, 0),
                median(|turn| turn.database, 0),
                format!("{:.2}", ratio.median),
                ends(ratio, 2),
                median(|turn| turn.rate, 0),
                median(|turn| turn.p50, 1),
                median(|turn| turn.p99, 1),
                median(|turn| turn.resident_mib, 0),
                median(|turn| turn.proportional_mib, 0),
                if rows.is_nan() { String::new() } else { format!("{rows:.1}") },
            ]);
        }
        table.text()
    }

    fn distance(&self) -> String {
        let ours = self.ours();
        let (app, total) = (ours.spread(|turn| turn.app).median, ours.spread(Turn::total).median);
        let (limit_app, limit) = self.limit();
        let mut table = Table::new(&["limit", "app µs", "database µs"]);
        let rows = [
            ("bare signature", self.bare, 0.0),
            ("HTTP alone", self.floor(), 0.0),
            ("two upserts, 64 a transaction", self.shares[0].app, self.shares[0].database),
            ("two upserts, 256 a transaction", self.shares[1].app, self.shares[1].database),
            ("limit (with 256)", limit_app, limit - limit_app),
            ("Zipchat", app, total - app),
        ];
        for (name, app, database) in rows {
            table.row(vec![name.to_owned(), format!("{app:.1}"), format!("{database:.1}")]);
        }
        format!("\n{}", table.text())
    }

    fn goals(&self, fixed: &Fixed) -> String {
        let ours = self.ours();
        let app = ours.spread(|turn| turn.app).median;
        let (limit_app, _) = self.limit();
        let rows: Vec<f64> = ours.turns.iter().filter_map(|turn| turn.rows_per_commit).collect();
        let peers = self.rows.iter().filter(|row| matches!(row.kind, Kind::Peer(_)));
        let fastest = peers.clone().filter_map(|row| fixed.p50.get(row.name)).copied();
        let smallest = peers.clone().map(|row| row.spread(|turn| turn.resident_mib).median);
        let memory = ours.spread(|turn| turn.resident_mib).median;
        let own_p50 = fixed.p50.get(ours.name).copied().unwrap_or(f64::NAN);
        let mut goals = vec![
            (
                "the program's time, of which the limit is this share",
                limit_app / app,
                Bound::AtLeast(self.share_wanted()),
            ),
            ("rows a flush at 64 connections", Spread::of(rows).median, Bound::AtLeast(8.0)),
            (
                "memory of the smallest peer, times ours",
                smallest.fold(f64::INFINITY, f64::min) / memory,
                Bound::AtLeast(3.0),
            ),
            (
                "p50 at 200/s, times the best peer's",
                own_p50 / fastest.fold(f64::INFINITY, f64::min),
                Bound::AtMost(1.0),
            ),
            (
                "p99 in ms at half of what it can do",
                fixed.p99,
                Bound::AtMost(5.0 * (0.5 + self.bare / 1e3)),
            ),
        ];
        if self.database == Database::Sqlite {
            goals.insert(
                0,
                (
                    "the program's time, times the bare signature",
                    app / self.bare,
                    Bound::AtMost(3.5),
                ),
            );
        }
        // Without peers there is nothing to compare with.
        goals.retain(|(_, reached, _)| reached.is_finite() && *reached > 0.0);
        let mut text: String = goals
            .iter()
            .map(|(what, reached, bound)| Goal { what, reached: *reached, bound: *bound }.text())
            .collect();
        for row in peers {
            let Kind::Peer(peer) = row.kind else { continue };
            let what = format!("{}, times ours", row.name);
            let bound = Bound::AtLeast(wanted(peer, self.database));
            text.push_str(&Goal { what: &what, reached: row.ratio(ours).median, bound }.text());
        }
        format!("\n{text}")
    }

    const fn share_wanted(&self) -> f64 {
        match self.database {
            Database::Sqlite => 0.65,
            Database::Postgres => 0.7,
        }
    }

    fn figures(&self, fixed: &Value) -> Value {
        let share = |share: &Share| json!({ "app": share.app, "database": share.database });
        let rows: Vec<Value> =
            self.rows.iter().map(|row| json!({ "name": row.name, "turns": row.turns })).collect();
        json!({
            "turns": rows,
            "fixed_rates": fixed,
            "limit": { "bare_signature": self.bare, "http_alone": self.floor(), "commits_of_64": share(&self.shares[0]),
                "commits_of_256": share(&self.shares[1]), "app": self.limit().0, "in_all": self.limit().1 },
        })
    }
}

/// How many times as much a peer is to take.
const fn wanted(peer: Peer, database: Database) -> f64 {
    match (peer, database) {
        (Peer::Fastify, Database::Sqlite) | (Peer::Express, Database::Postgres) => 6.0,
        (Peer::Fastify, Database::Postgres) => 4.0,
        (Peer::Express, Database::Sqlite) | (Peer::FastApi, _) => 10.0,
        (Peer::Sinatra, _) => 8.0,
    }
}
