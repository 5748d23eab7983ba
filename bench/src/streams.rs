//! Event streams: taking one up where it ended, and ten thousand on which nothing happens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::visitor::VisitorToken;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::deck::Deck;
use crate::load::{Load, Pace, Until, get};
use crate::measure::{Spread, now, real};
use crate::messages::{Messages, until_replied};
use crate::program::{cpu_time, memory};
use crate::report::{Bound, Goal, Part, say};
use crate::service::{Chat, Service};
use crate::world::{Database, Outcome, World};

/// Streams that are open at once.
const IDLE: usize = 10_000;
/// Sources that they come from: 127.0.0.2 and on.
const SOURCES: usize = 8;
/// Streams that are being opened at once.
const AT_ONCE: usize = 64;
/// Conversations that streams are taken up in, and messages of each visitor in them.
const CONVERSATIONS: usize = 200;
const MESSAGES: usize = 5;

/// Measures both, on `SQLite`.
///
/// # Errors
/// When the service does not do what it should, or this process may not open as many files.
pub(crate) async fn run(world: &World) -> Outcome<Part> {
    let mut part = Part::new("streams");
    let deck = Deck::deal(1, now())?;
    let service = Service::start(world, Database::Sqlite).await?;
    let chat = service.chat(&deck.public_key).await?;
    let resumed = resume(world, &service, &chat).await?;
    part.record("resume", resumed);
    drop(service);
    let service = Service::start(world, Database::Sqlite).await?;
    let chat = service.chat(&deck.public_key).await?;
    raise_file_limit(2 * IDLE)?;
    let idle = idle(&service, &chat, (IDLE, world.seconds(16, 60))).await?;
    say(&idle.text(IDLE));
    let goal = Goal {
        what: "kB of memory an idle stream",
        reached: idle.kilobytes,
        bound: Bound::AtMost(12.0),
    };
    say(&format!("\n{}", goal.text()));
    part.record("idle", idle.figures(IDLE));
    Ok(part)
}

/// What open streams take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    /// kB of resident memory, each.
    pub(crate) kilobytes: f64,
    /// ms of processor a second, of a thousand.
    pub(crate) milliseconds: f64,
    seconds: f64,
}

impl Idle {
    /// In words.
    pub(crate) fn text(&self, streams: usize) -> String {
        format!(
            "\n{streams} idle event streams, opened in {:.1} s: {:.1} kB of memory each; {:.1} ms of processor a second for each thousand\n",
            self.seconds, self.kilobytes, self.milliseconds
        )
    }

    /// In figures.
    pub(crate) fn figures(&self, streams: usize) -> Value {
        json!({ "streams": streams, "kilobytes_each": self.kilobytes, "cpu_ms_per_second_per_thousand": self.milliseconds })
    }
}

/// Opens `streams` of visitors who were never seen, and watches them for `time`.
///
/// # Errors
/// When one is not answered.
pub(crate) async fn idle(
    service: &Service,
    chat: &Chat,
    (streams, time): (usize, Duration),
) -> Outcome<Idle> {
    // The first use of each part is not what a stream takes.
    drop(open(service.address, chat, AT_ONCE).await?);
    sleep(Duration::from_secs(1)).await;
    let pid = service.program.pid();
    let (before, began) = (memory(pid).resident, Instant::now());
    let open = open(service.address, chat, streams).await?;
    let seconds = began.elapsed().as_secs_f64();
    sleep(Duration::from_secs(2)).await;
    let (used, began) = (cpu_time(pid), Instant::now());
    sleep(time).await;
    let used = cpu_time(pid).saturating_sub(used).as_secs_f64();
    let after = memory(pid).resident;
    let watched = began.elapsed().as_secs_f64();
    let listening = service.metric("zipchat_event_streams_open").await?;
    if listening < real(streams) {
        return Err(format!("{listening} streams are open instead of {streams}").into());
    }
    drop(open);
    Ok(Idle {
        kilobytes: (after - before) / 1e3 / real(streams),
        milliseconds: used * 1e3 / watched / (real(streams) / 1e3),
        seconds,
    })
}

async fn open(address: SocketAddr, chat: &Chat, streams: usize) -> Outcome<Vec<Connection>> {
    let mut open = Vec::with_capacity(streams);
    let mut opening = JoinSet::new();
    for at in 0..streams {
        if opening.len() == AT_ONCE
            && let Some(opened) = opening.join_next().await
        {
            open.push(opened??);
        }
        let request = events(chat, VisitorToken::generate(now()).reveal(), "");
        let last = u8::try_from(2 + at % SOURCES)?;
        let source = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
        opening.spawn(async move {
            let mut connection = Connection::from(address, Some(source)).await?;
            connection.follow(request.as_bytes(), b": begun").await.map(|()| connection)
        });
    }
    while let Some(opened) = opening.join_next().await {
        open.push(opened??);
    }
    Ok(open)
}

fn events(chat: &Chat, visitor: &str, headers: &str) -> String {
    let path = format!("/widget/{}/events", chat.widget_token);
    get(&path, &format!("Authorization: Bearer {visitor}\r\n{headers}"))
}

/// A stream to take up: the request, and what comes last of what was missed.
struct Missed {
    request: String,
    mark: String,
}

async fn resume(world: &World, service: &Service, chat: &Chat) -> Outcome<Value> {
    let missed = Arc::new(missed(service, chat).await?);
    let (rounds, calls) = (world.pick(3, 5), world.pick(1_000, 4_000));
    let (mut costs, mut medians) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let used = cpu_time(service.program.pid());
        let mut times = take_up(service.address, &missed, calls).await?;
        let used = cpu_time(service.program.pid()).saturating_sub(used);
        costs.push(used.as_secs_f64() * 1e6 / real(calls));
        times.sort_by(f64::total_cmp);
        medians.push(times[times.len() / 2]);
    }
    let (cost, median) = (Spread::of(costs.clone()), Spread::of(medians.clone()));
    say(&format!(
        "\nResuming an event stream (a new connection, {MESSAGES} messages missed), {rounds} rounds of {calls}, {AT_ONCE} at once: {:.0} µs of processor ({:.0}–{:.0}), p50 {:.1} ms\n",
        cost.median, cost.min, cost.max, median.median
    ));
    Ok(json!({ "app": costs, "p50": medians }))
}

/// Has visitors write, and the assistant reply; half of it is missed.
async fn missed(service: &Service, chat: &Chat) -> Outcome<Vec<Missed>> {
    let messages = Arc::new(Messages::of(chat, CONVERSATIONS));
    let all = CONVERSATIONS * MESSAGES;
    let load = Load {
        addresses: vec![service.address],
        connections: 16,
        pace: Pace::AsAnswered,
        until: Until::Calls(all),
    };
    load.run(messages.clone()).await?;
    until_replied(service, all).await?;
    let mut connection = Connection::open(service.address).await?;
    let mut missed = Vec::with_capacity(CONVERSATIONS);
    for visitor in messages.visitors() {
        let path = format!("/widget/{}/conversation", chat.widget_token);
        let request = get(&path, &format!("Authorization: Bearer {visitor}\r\n"));
        let answer = connection.call(request.as_bytes()).await?;
        answer.expect(200)?;
        let view: Value = serde_json::from_slice(answer.body)?;
        let id = view["conversation"]["id"].as_str().ok_or("no conversation")?;
        let count = view["messages"].as_array().map_or(0, Vec::len);
        let before = count.checked_sub(MESSAGES).ok_or("too few messages")?;
        let header = format!("Last-Event-ID: {id}.{before}\r\n");
        let request = events(chat, visitor, &header);
        missed.push(Missed { request, mark: format!("{id}.{count}\n") });
    }
    Ok(missed)
}

/// Takes up so many streams; says how long each took, in ms, until all that was missed had come.
async fn take_up(
    address: SocketAddr,
    missed: &Arc<Vec<Missed>>,
    calls: usize,
) -> Outcome<Vec<f64>> {
    let mut times = Vec::with_capacity(calls);
    let mut running = JoinSet::new();
    for at in 0..calls {
        if running.len() == AT_ONCE
            && let Some(ended) = running.join_next().await
        {
            times.push(ended??);
        }
        let missed = missed.clone();
        running.spawn(async move {
            let (one, began) = (&missed[at % missed.len()], Instant::now());
            let mut connection = Connection::open(address).await?;
            connection.follow(one.request.as_bytes(), one.mark.as_bytes()).await?;
            Ok::<f64, std::io::Error>(began.elapsed().as_secs_f64() * 1e3)
        });
    }
    while let Some(ended) = running.join_next().await {
        times.push(ended??);
    }
    Ok(times)
}

/// Lets this process open so many files.
fn raise_file_limit(wanted: usize) -> Outcome<()> {
    let wanted = u64::try_from(wanted)?;
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let maximum = maximum.map(|most| most.max(wanted));
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
        .map_err(|error| format!("this process may not open {wanted} files: {error}").into())
}
