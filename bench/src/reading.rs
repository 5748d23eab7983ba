//! What reading costs as a shop's past grows: pages of the inbox, of customers, and of single conversations, called as the dashboard and
//! the widget call them, one after the other.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::connection::Connection;
use crate::deck::Deck;
use crate::load::get;
use crate::measure::{Spread, now, real};
use crate::past::{EACH, Past, conversation};
use crate::program::cpu_time;
use crate::report::{Part, Table, say};
use crate::service::{Chat, Service};
use crate::world::{Database, Outcome, World};

/// What is called.
const PAGES: [Page; 6] = [
    Page::Inbox,
    Page::Earlier,
    Page::Verified,
    Page::Customers,
    Page::Conversation,
    Page::History,
];

/// A page that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The newest of the inbox.
    Inbox,
    /// One from anywhere in the past of the inbox.
    Earlier,
    /// The newest of the inbox, of customers only.
    Verified,
    /// The newest customers.
    Customers,
    /// A conversation, for an operator.
    Conversation,
    /// A visitor's own conversation, for the widget.
    History,
}

impl Page {
    const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox, newest",
            Self::Earlier => "inbox, anywhere",
            Self::Verified => "inbox, customers'",
            Self::Customers => "contacts",
            Self::Conversation => "conversation",
            Self::History => "history (widget)",
        }
    }
}

/// What reading came to with so many messages.
#[derive(Debug)]
pub(crate) struct Step {
    /// Messages in the database.
    pub(crate) messages: i64,
    /// Bytes on the disk.
    size: i64,
    /// What each page took.
    pub(crate) pages: Vec<Took>,
}

/// What a page took.
#[derive(Debug)]
pub(crate) struct Took {
    /// Its name.
    pub(crate) name: &'static str,
    /// ms on the wall, from the call to the whole answer.
    pub(crate) wall: Spread,
    p99: f64,
    /// µs of processor of the service and of the database.
    cpu: [f64; 2],
    /// Bytes of the largest answer.
    bytes: usize,
}

/// The growth on a database.
#[derive(Debug)]
pub(crate) struct Growth {
    /// Which.
    pub(crate) database: Database,
    /// Smallest first.
    pub(crate) steps: Vec<Step>,
}

/// What pages are called with.
struct Desk<'a> {
    service: &'a Service,
    chat: &'a Chat,
    cookie: String,
    past: Past,
}

/// Measures on both databases, at ten times as many messages each time.
///
/// # Errors
/// When the service does not answer as it should.
pub(crate) async fn run(world: &World) -> Outcome<(Part, Vec<Growth>)> {
    let mut part = Part::new("reading");
    let most = world.pick(10_000, 10_000_000);
    let mut all = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        if database == Database::Postgres && world.postgres.is_none() {
            say("Reading, PostgreSQL: not measured: there is none\n");
            continue;
        }
        let service = Service::start(world, database).await?;
        let chat = service.chat(&Deck::deal(1, now())?.public_key).await?;
        let mut desk = Desk {
            service: &service,
            chat: &chat,
            cookie: service.sign_in().await?,
            past: Past::open(service.database(), chat.id(), most / EACH).await?,
        };
        let (mut steps, mut messages, mut filled) = (Vec::new(), 10_000, 0);
        while messages <= most {
            say(&format!("{}: {messages} messages\n", database.name()));
            desk.past.fill(filled, messages / EACH).await?;
            desk.past.settle().await?;
            filled = messages / EACH;
            steps.push(desk.step(world, database, messages).await?);
            messages *= 10;
        }
        let growth = Growth { database, steps };
        say(&growth.table());
        part.record(database.name(), growth.figures());
        all.push(growth);
    }
    Ok((part, all))
}

impl Desk<'_> {
    async fn step(&mut self, world: &World, database: Database, messages: i64) -> Outcome<Step> {
        let (calls, conversations) = (world.pick(60, 300), messages / EACH);
        let mut pages = Vec::new();
        for page in PAGES {
            // The same numbers each time, and far apart.
            let numbers = (0..calls).map(|call| call * 7_919 * 104_729 % conversations);
            let mut requests = Vec::new();
            for number in numbers {
                requests.push(self.request(page, number).await?);
            }
            let cluster = world.postgres.as_ref().filter(|_| database == Database::Postgres);
            let used = || {
                let cluster = cluster.map_or(Duration::ZERO, |cluster| cpu_time(cluster.pid));
                [cpu_time(self.service.program.pid()), cluster]
            };
            let mut connection = Connection::open(self.service.address).await?;
            // The first finds nothing in any cache of the service.
            connection.call(requests[0].as_bytes()).await?.expect(200)?;
            let (before, mut walls, mut bytes) = (used(), Vec::new(), 0);
            for request in &requests {
                let began = Instant::now();
                let answer = connection.call(request.as_bytes()).await?;
                walls.push(began.elapsed().as_secs_f64() * 1e3);
                answer.expect(200)?;
                bytes = bytes.max(answer.body.len());
            }
            let after = used();
            let each = |at: usize| {
                let took: Duration = after[at].saturating_sub(before[at]);
                took.as_secs_f64() * 1e6 / real(requests.len())
            };
            pages.push(Took::new(page, walls, [each(0), each(1)], bytes));
        }
        Ok(Step { messages, size: self.past.size().await?, pages })
    }

    async fn request(&mut self, page: Page, number: i64) -> Outcome<String> {
        let api = format!("/api/v1/chats/{}", self.chat.id());
        let path = match page {
            Page::Inbox => format!("{api}/conversations"),
            Page::Earlier => {
                format!("{api}/conversations?until={}", self.past.time_of(number))
            }
            Page::Verified => format!("{api}/conversations?verified=true"),
            Page::Customers => format!("{api}/customers"),
            Page::Conversation => format!("{api}/conversations/{}", conversation(number)),
            Page::History => {
                let token = self.past.token(number).await?;
                let path = format!("/widget/{}/conversation", self.chat.widget_token);
                return Ok(get(&path, &format!("Authorization: Bearer {token}\r\n")));
            }
        };
        Ok(get(&path, &format!("Cookie: {}\r\n", self.cookie)))
    }
}

impl Took {
    fn new(page: Page, mut walls: Vec<f64>, cpu: [f64; 2], bytes: usize) -> Self {
        walls.sort_by(f64::total_cmp);
        let p99 = walls[walls.len() * 99 / 100];
        Self { name: page.name(), wall: Spread::of(walls), p99, cpu, bytes }
    }
}

impl Growth {
    fn table(&self) -> String {
        let mut table =
            Table::new(&["messages", "page", "p50 ms", "p99 ms", "app µs", "database µs", "kB"]);
        for step in &self.steps {
            for page in &step.pages {
                let [app, database] = page.cpu;
                table.row(vec![
                    step.messages.to_string(),
                    page.name.to_owned(),
                    format!("{:.2}", page.wall.median),
                    format!("{:.2}", page.p99),
                    format!("{app:.0}"),
                    format!("{database:.0}"),
                    format!("{:.1}", real(page.bytes) / 1e3),
                ]);
            }
        }
        let sizes: Vec<String> = self
            .steps
            .iter()
            .map(|step| format!("{} messages: {} MB", step.messages, step.size / 1_000_000))
            .collect();
        let name = self.database.name();
        format!(
            "\nReading, {name}: one call after the other\n\n{}\n{}\n",
            table.text(),
            sizes.join("; ")
        )
    }

    fn figures(&self) -> Value {
        let page = |page: &Took| {
            let [app, database] = page.cpu;
            let Spread { median, min, max } = page.wall;
            json!({
                "page": page.name, "p50_ms": median, "min_ms": min, "max_ms": max, "p99_ms": page.p99,
                "app": app, "database": database, "bytes": page.bytes
            })
        };
        let step = |step: &Step| {
            let pages: Vec<Value> = step.pages.iter().map(page).collect();
            json!({ "messages": step.messages, "bytes": step.size, "pages": pages })
        };
        self.steps.iter().map(step).collect()
    }
}
