//! What went on in a chat over a time, from counts that are kept by the hour: how long it takes depends on how long that time is, and not
//! on how many messages there were.

pub mod csv;
pub mod range;

use std::collections::BTreeMap;

use domain::activity::Counted;
use domain::id::ChatId;
use store::{Hours, ReadTx, StoreError, hour_of};

use crate::app::App;
use crate::app::analytics::range::Range;

/// Identifications that ended well.
pub const VERIFIED: &str = "identifications.verified";
/// What the names of refusals begin with; a reason's code follows.
pub const REFUSALS: &str = "refusals.";

/// What went on.
#[derive(Debug, Clone, PartialEq)]
pub struct Analytics {
    /// Counts, by name.
    pub series: Vec<Series>,
    /// Purchases, by currency.
    pub purchases: Vec<Purchases>,
}

/// One thing that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// One count for each step.
    pub counts: Vec<i64>,
    /// How many in the time before.
    pub before: i64,
}

/// What was bought in one currency, and credited to conversations.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchases {
    /// The currency.
    pub currency: String,
    /// How many in each step.
    pub counts: Vec<i64>,
    /// What they cost together, in each step.
    pub sums: Vec<f64>,
    /// How many in the time before.
    pub before: i64,
    /// What they cost together in the time before.
    pub sum_before: f64,
}

/// What went on in a chat in `range`, with what this node has counted and not written down yet.
///
/// # Errors
/// When the database cannot answer.
pub async fn read(app: &App, chat: &ChatId, range: &Range) -> Result<Analytics, StoreError> {
    let now = app.clock.now();
    let mut table = Table::new(range.steps());
    let mut sums = BTreeMap::new();
    let mut tx = app.store.read_replica().await?;
    for (first, hours) in range.segments() {
        table.add(&mut tx, chat, hours, |step| Place::Step(first + step)).await?;
        for row in tx.purchases_in(chat, hours).await? {
            let sum = of_currency(&mut sums, row.currency, range.steps());
            if let Some(at) =
                usize::try_from(first + row.step).ok().filter(|at| *at < range.steps())
            {
                sum.counts[at] += row.count;
                sum.sums[at] += row.total;
            }
        }
    }
    if let Some(hours) = range.before(now) {
        table.add(&mut tx, chat, hours, |_| Place::Before).await?;
        for row in tx.purchases_in(chat, hours).await? {
            let sum = of_currency(&mut sums, row.currency, range.steps());
            sum.before += row.count;
            sum.sum_before += row.total;
        }
    }
    drop(tx);
    for (hour, what, count) in app.activity.pending(chat) {
        table.count(what.code(), range.place(hour, now), count);
    }
    for (outcome, count) in app.attempts.pending_counts(chat) {
        table.count(&name_of(&outcome), range.place(hour_of(now), now), count);
    }
    Ok(Analytics { series: table.series(), purchases: sums.into_values().map(rounded).collect() })
}

/// Where a count belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To this step.
    Step(i64),
    /// To the time before.
    Before,
    /// To neither.
    Nowhere,
}

/// Counts by their names.
struct Table {
    steps: usize,
    rows: BTreeMap<String, (Vec<i64>, i64)>,
}

impl Table {
    /// With what is always told, be it nought.
    fn new(steps: usize) -> Self {
        let mut table = Self { steps, rows: BTreeMap::new() };
        for name in Counted::ALL.iter().map(|one| one.code()).chain([VERIFIED]) {
            table.count(name, Place::Nowhere, 0);
        }
        table
    }

    async fn add(
        &mut self,
        tx: &mut ReadTx,
        chat: &ChatId,
        hours: Hours,
        place: impl Fn(i64) -> Place,
    ) -> Result<(), StoreError> {
        for row in tx.activity(chat, hours).await? {
            self.count(&row.what, place(row.step), row.count);
        }
        for row in tx.identifications_in(chat, hours).await? {
            self.count(&name_of(&row.what), place(row.step), row.count);
        }
        Ok(())
    }

    fn count(&mut self, name: &str, place: Place, count: i64) {
        let steps = self.steps;
        let (counts, before) =
            self.rows.entry(name.to_owned()).or_insert_with(|| (vec![0; steps], 0));
        match place {
            Place::Step(at) => {
                if let Some(kept) = usize::try_from(at).ok().and_then(|at| counts.get_mut(at)) {
                    *kept += count;
                }
            }
            Place::Before => *before += count,
            Place::Nowhere => {}
        }
    }

    fn series(self) -> Vec<Series> {
        let series = |(name, (counts, before))| Series { name, counts, before };
        self.rows.into_iter().map(series).collect()
    }
}

/// The name of identifications that ended so.
fn name_of(outcome: &str) -> String {
    if outcome == "verified" { VERIFIED.to_owned() } else { format!("{REFUSALS}{outcome}") }
}

fn of_currency(
    sums: &mut BTreeMap<String, Purchases>,
    currency: String,
    steps: usize,
) -> &mut Purchases {
    sums.entry(currency).or_insert_with_key(|currency| Purchases {
        currency: currency.clone(),
        counts: vec![0; steps],
        sums: vec![0.0; steps],
        before: 0,
        sum_before: 0.0,
    })
}

/// Sums of amounts to the ten-thousandth: what is below it comes from adding up.
fn rounded(purchases: Purchases) -> Purchases {
    let round = |sum: f64| (sum * 10_000.0).round() / 10_000.0;
    Purchases {
        sums: purchases.sums.iter().copied().map(round).collect(),
        sum_before: round(purchases.sum_before),
        ..purchases
    }
}
