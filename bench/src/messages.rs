//! Sending a message: kept and answered 201, and the built-in assistant's reply to each.

use std::sync::Arc;
use std::time::Duration;

use domain::visitor::VisitorToken;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::connection::Answer;
use crate::deck::Deck;
use crate::load::{Calls, Load, Pace, Until, post};
use crate::measure::{Spread, now, real};
use crate::program::cpu_time;
use crate::report::{Part, Table, ends, say};
use crate::service::{Chat, Service};
use crate::world::{Database, Outcome, World};

/// Messages of one visitor; one may send 30 a minute.
const EACH: usize = 4;
const CONNECTIONS: usize = 64;

/// Messages of visitors who were never seen.
#[derive(Debug)]
pub(crate) struct Messages {
    path: String,
    visitors: Vec<String>,
}

impl Messages {
    /// Of so many visitors.
    pub(crate) fn of(chat: &Chat, visitors: usize) -> Self {
        let path = format!("/widget/{}/messages", chat.widget_token);
        let visitor = |_| VisitorToken::generate(now()).reveal().to_owned();
        Self { path, visitors: (0..visitors).map(visitor).collect() }
    }

    /// The tokens of the visitors.
    pub(crate) fn visitors(&self) -> &[String] {
        &self.visitors
    }
}

impl Calls for Messages {
    fn request(&self, number: usize, into: &mut Vec<u8>) -> usize {
        let visitor = &self.visitors[number % self.visitors.len()];
        let body = format!(
            r#"{{"client_id":"{number}","text":"Where is my parcel? It was to come on Monday."}}"#
        );
        post(into, &self.path, &format!("Authorization: Bearer {visitor}\r\n"), &body);
        number
    }

    fn answered(&self, _: usize, answer: &Answer<'_>) -> Result<(), String> {
        answer.expect(201)
    }
}

/// Waits until the assistant has replied to all of `messages`.
///
/// # Errors
/// When it does not in a minute.
pub(crate) async fn until_replied(service: &Service, messages: usize) -> Outcome<()> {
    let began = Instant::now();
    while service.metric("zipchat_replies_total{outcome=\"done\"}").await? < real(messages) {
        if began.elapsed() > Duration::from_mins(1) {
            return Err("replies do not come".into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Measures on both databases.
///
/// # Errors
/// When the service does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("messages");
    let (rounds, calls) = (world.pick(3, 5), world.pick(800, 4_000));
    say(&format!(
        "\nMessages: closed loop, {CONNECTIONS} connections, {rounds} rounds of {calls}, each answered by the built-in assistant\n\n"
    ));
    let mut table =
        Table::new(&["database", "app µs", "min–max", "database µs", "sent/s", "p50 ms", "p99 ms"]);
    let deck = Deck::deal(1, now())?;
    for database in [Database::Sqlite, Database::Postgres] {
        if database == Database::Postgres && world.postgres.is_none() {
            say("PostgreSQL: not measured: there is none\n");
            continue;
        }
        let service = Service::start(world, database).await?;
        let chat = service.chat(&deck.public_key).await?;
        let mut turns = Turns::default();
        for round in 0..=rounds {
            let turn = turn(world, database, (&service, &chat), (calls, round)).await?;
            // The first is the warm-up.
            if round > 0 {
                turns.add(turn);
            }
        }
        part.record(database.name(), turns.figures());
        table.row(turns.row(database));
    }
    say(&table.text());
    Ok(part)
}

/// µs of the program and of the database a message, messages a second, p50 and p99 in ms; a turn each.
#[derive(Debug, Default)]
struct Turns([Vec<f64>; 5]);

impl Turns {
    fn add(&mut self, turn: [f64; 5]) {
        for (figures, figure) in self.0.iter_mut().zip(turn) {
            figures.push(figure);
        }
    }

    fn row(&self, database: Database) -> Vec<String> {
        let spreads = self.0.each_ref().map(|figures| Spread::of(figures.clone()));
        let [app, kept, rate, p50, p99] = spreads;
        let one = |spread: Spread, decimals: usize| format!("{:.decimals$}", spread.median);
        vec![
            database.name().to_owned(),
            one(app, 0),
            ends(app, 0),
            one(kept, 0),
            one(rate, 0),
            one(p50, 1),
            one(p99, 1),
        ]
    }

    fn figures(&self) -> serde_json::Value {
        let [app, database, rate, p50, p99] = &self.0;
        json!({ "app": app, "database": database, "rate": rate, "p50": p50, "p99": p99 })
    }
}

async fn turn(
    world: &World,
    database: Database,
    (service, chat): (&Service, &Chat),
    (calls, round): (usize, usize),
) -> Outcome<[f64; 5]> {
    let cluster = world.postgres.as_ref().filter(|_| database == Database::Postgres);
    let cluster_time = || cluster.map_or(Duration::ZERO, |cluster| cpu_time(cluster.pid));
    let messages = Arc::new(Messages::of(chat, calls / EACH));
    let before = (cpu_time(service.program.pid()), cluster_time());
    let load = Load {
        addresses: vec![service.address],
        connections: CONNECTIONS,
        pace: Pace::AsAnswered,
        until: Until::Calls(calls),
    };
    let answered = load.run(messages).await?;
    // What replying costs belongs to it.
    until_replied(service, calls * (round + 1)).await?;
    let after = (cpu_time(service.program.pid()), cluster_time());
    let each = |time: Duration| time.as_secs_f64() * 1e6 / real(calls);
    Ok([
        each(after.0.saturating_sub(before.0)),
        each(after.1.saturating_sub(before.1)),
        answered.rate(),
        answered.percentile(0.5),
        answered.percentile(0.99),
    ])
}
