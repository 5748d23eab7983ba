//! The script that every page of a shop asks for: sent whole, and only confirmed to be the one that the browser has.

use std::sync::Arc;

use serde_json::json;

use crate::connection::{Answer, Connection};
use crate::deck::Deck;
use crate::load::{Calls, Load, Pace, Until, get};
use crate::measure::{Spread, now, real};
use crate::program::cpu_time;
use crate::report::{Part, Table, ends, say};
use crate::service::Service;
use crate::world::{Database, Outcome, World};

#[derive(Debug)]
struct Fetch {
    request: String,
    status: u16,
}

impl Calls for Fetch {
    fn request(&self, _: usize, into: &mut Vec<u8>) -> usize {
        into.extend_from_slice(self.request.as_bytes());
        0
    }

    fn answered(&self, _: usize, answer: &Answer<'_>) -> Result<(), String> {
        answer.expect(self.status)
    }
}

/// Measures with and without `If-None-Match`.
///
/// # Errors
/// When the service does not do what it should.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("loader");
    let service = Service::start(world, Database::Sqlite).await?;
    let chat = service.chat(&Deck::deal(1, now())?.public_key).await?;
    let path = format!("/widget/zipchat.js?id={}", chat.widget_token);
    let whole = get(&path, "Accept-Encoding: br\r\n");
    let mut connection = Connection::open(service.address).await?;
    let answer = connection.call(whole.as_bytes()).await?;
    answer.expect(200)?;
    let tag = answer.header("etag").ok_or("the loader has no ETag")?;
    let size = answer.body.len();
    let confirmed = get(&path, &format!("Accept-Encoding: br\r\nIf-None-Match: {tag}\r\n"));
    let ways = [("whole (200)", whole, 200), ("confirmed (304)", confirmed, 304)];
    let (rounds, calls) = (world.pick(3, 5), world.pick(4_000, 20_000));
    let mut costs = [Vec::new(), Vec::new()];
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (at, (_, request, status)) in ways.iter().enumerate() {
            let fetch = Fetch { request: request.clone(), status: *status };
            let addresses = vec![service.address];
            let until = Until::Calls(calls);
            let load = Load { addresses, connections: 64, pace: Pace::AsAnswered, until };
            let used = cpu_time(service.program.pid());
            let answered = load.run(Arc::new(fetch)).await?;
            let used = cpu_time(service.program.pid()).saturating_sub(used);
            costs[at].push(used.as_secs_f64() * 1e6 / real(calls));
            rates[at].push(answered.rate());
        }
    }
    say(&format!(
        "\nThe loader ({size} bytes, brotli): closed loop, 64 connections, {rounds} rounds of {calls}\n\n"
    ));
    let mut table = Table::new(&["way", "µs", "min–max", "calls/s"]);
    for (at, (name, ..)) in ways.iter().enumerate() {
        let (cost, rate) = (Spread::of(costs[at].clone()), Spread::of(rates[at].clone()));
        let figures = [format!("{:.0}", cost.median), ends(cost, 0), format!("{:.0}", rate.median)];
        table.row([vec![(*name).to_owned()], figures.to_vec()].concat());
        part.record(name, json!({ "app": costs[at], "rate": rates[at] }));
    }
    say(&table.text());
    part.record("bytes", json!(size));
    Ok(part)
}
