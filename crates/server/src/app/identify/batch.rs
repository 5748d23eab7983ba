//! Calls that arrive together are decided and written together: a handful of statements, and one commit, for all of them.
//!
//! Nobody waits for others to come. While one batch is written the next gathers by itself, so a call that comes alone is a batch of
//! one. In a batch no two calls are about the same visitor or the same customer: the later one waits for a next, and holds up nobody but
//! those who wait for the same. A call that cannot be kept is tried alone, and fails alone.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::activity::Counted;
use domain::id::{ChatId, LeadId, VisitorId};
use domain::settings::ReplayPolicy;
use domain::time::Timestamp;
use domain::visitor::VisitorToken;
use store::{
    Claimant, Claimed, Customer, Known, RecordHead, StoreError, TokenRow, TokenUse, WriteAbout,
    WriteTx, Writes,
};
use tokio::sync::oneshot;

use super::IdentifyError;
use super::plan::{Call, Change, Found, Plan, is_replayed, prove};
use crate::app::App;
use crate::app::join::join;
use crate::app::record;
use crate::bus::{Event, Topic};

/// The most calls in a batch. On `PostgreSQL` each takes up to four advisory locks, of which a server has some thousands for all.
const MOST: usize = 128;
/// How long a call waits to be decided. Longer than the database may take to say that it cannot.
const PATIENCE: Duration = Duration::from_secs(15);
/// After this, others need not wait for a batch to end: something that it needs is in use for long.
const SLOW: Duration = Duration::from_millis(250);

/// A customer was tied to a visitor, and that is kept.
#[derive(Debug)]
pub(super) struct Bound {
    /// What takes the place of the visitor's token; `None` where that goes on.
    pub(super) token: Option<VisitorToken>,
    /// The customer.
    pub(super) lead_id: LeadId,
    /// Whether other browsers used the signed token before.
    pub(super) is_replayed: bool,
}

type Answer = Result<Bound, IdentifyError>;

/// The calls that wait for the next batch.
#[derive(Debug, Default)]
pub struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    calls: VecDeque<Queued>,
    /// Whether somebody takes them.
    is_served: bool,
}

#[derive(Debug)]
struct Queued {
    call: Arc<Call>,
    answer: oneshot::Sender<Answer>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch; `None`, and nobody serves the queue any more, when there is none.
    fn next(&self) -> Option<Vec<Queued>> {
        let mut waiting = self.lock();
        let (mut batch, mut rest) = (Vec::new(), VecDeque::new());
        let mut touched = Touched::default();
        // For whom nobody waits any more, nothing is to be done.
        for one in waiting.calls.drain(..).filter(|one| !one.answer.is_closed()) {
            // What can be seen without the database: else a crowd of one customer's would be read again for each of them.
            let is_free = touched.touch(one.call.keys()) && batch.len() < MOST;
            if is_free { batch.push(one) } else { rest.push_back(one) }
        }
        waiting.calls = rest;
        waiting.is_served = !batch.is_empty();
        waiting.is_served.then_some(batch)
    }

    /// Puts calls at its end, or back at its front, and answers whether somebody has to serve it.
    fn put(&self, calls: Vec<Queued>, back: bool) -> bool {
        let mut waiting = self.lock();
        if back {
            calls.into_iter().rev().for_each(|call| waiting.calls.push_front(call));
        } else {
            waiting.calls.extend(calls);
        }
        !std::mem::replace(&mut waiting.is_served, true)
    }
}

/// Whom the calls of a batch are about, as hashes: where two are alike, a call waits that need not have.
#[derive(Debug, Default)]
struct Touched {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Touched {
    /// Adds `keys`, and answers whether none of them was there. Who comes after one that has to wait for a key waits for it, too.
    fn touch<K: Hash>(&mut self, keys: impl IntoIterator<Item = K>) -> bool {
        let keys: Vec<u64> = keys.into_iter().map(|key| self.hasher.hash_one(key)).collect();
        let is_free = keys.iter().all(|key| !self.hashes.contains(key));
        self.hashes.extend(keys);
        is_free
    }
}

/// Whoever serves the queue. Dropped without [`Served::end`], as by a panic, another takes it over.
struct Served(Option<Arc<App>>);

impl Served {
    fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(app) = self.0.take() {
            app.identifications.lock().is_served = false;
            put(&app, Vec::new(), true);
        }
    }
}

/// Ties the customer to the visitor, once that is durable.
pub(super) async fn bind(app: &Arc<App>, call: Call) -> Answer {
    let (answer, answered) = oneshot::channel();
    put(app, vec![Queued { call: Arc::new(call), answer }], false);
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err(StoreError::Commit("it took too long".to_owned()).into()),
    }
}

fn put(app: &Arc<App>, calls: Vec<Queued>, back: bool) {
    if app.identifications.put(calls, back) {
        app.tasks.spawn(serve(app.clone()));
    }
}

/// Takes batches until none is left.
async fn serve(app: Arc<App>) {
    let served = Served(Some(app.clone()));
    while let Some(calls) = app.identifications.next() {
        let mut batch = std::pin::pin!(run(&app, calls));
        if let Ok(again) = tokio::time::timeout(SLOW, &mut batch).await {
            app.identifications.put(again, true);
            continue;
        }
        // The queue goes to another, and this one sees its batch through.
        drop(served);
        let again = batch.await;
        put(&app, again, true);
        return;
    }
    served.end();
}

/// What became of a call in a batch.
enum Outcome {
    /// It is decided.
    Decided(Answer),
    /// It is about somebody whom an earlier call of the batch is about.
    Again,
    /// Another write is about the same visitor or customer.
    Busy,
    /// More is to be read or written than of any.
    Rare,
}

/// Sees a batch through, and answers which calls are to be in the next.
async fn run(app: &Arc<App>, queued: Vec<Queued>) -> Vec<Queued> {
    let calls: Vec<Arc<Call>> = queued.iter().map(|one| one.call.clone()).collect();
    let outcomes = match Box::pin(together(app, &calls)).await {
        Ok(outcomes) => outcomes,
        // One of them may be why.
        Err(error) if error.may_be_of_one_row() && calls.len() > 1 => {
            calls.iter().map(|_| Outcome::Busy).collect()
        }
        Err(error) if calls.len() == 1 => vec![Outcome::Decided(Err(error.into()))],
        Err(error) => {
            let why = std::error::Error::source(&error).map(|why| format!(": {why}"));
            let error = format!("{error}{}", why.unwrap_or_default());
            let failed = || Err(StoreError::Commit(error.clone()).into());
            calls.iter().map(|_| Outcome::Decided(failed())).collect()
        }
    };
    let mut again = Vec::new();
    for (one, outcome) in queued.into_iter().zip(outcomes) {
        match outcome {
            // Whoever called may have hung up.
            Outcome::Decided(answer) => drop(one.answer.send(answer)),
            Outcome::Again => again.push(one),
            Outcome::Busy | Outcome::Rare => {
                let app = app.clone();
                app.tasks.clone().spawn(async move {
                    let answer = alone(&app, &one.call).await;
                    drop(one.answer.send(answer));
                });
            }
        }
    }
    again
}

/// Decides and keeps the calls of a batch, each as far as nobody else is at it.
async fn together(app: &Arc<App>, calls: &[Arc<Call>]) -> Result<Vec<Outcome>, StoreError> {
    let Some(mut outcomes) = at_once(app, calls).await? else {
        return at_length(app, &calls.iter().map(|call| &**call).collect::<Vec<_>>()).await;
    };
    // What was decided is kept: these may fail by themselves.
    let rare = |place: &usize| matches!(outcomes[*place], Outcome::Rare);
    let places: Vec<usize> = (0..calls.len()).filter(rare).collect();
    if !places.is_empty() {
        let rare: Vec<&Call> = places.iter().map(|place| &*calls[*place]).collect();
        let rare = at_length(app, &rare).await.unwrap_or_default();
        let mut rare = rare.into_iter();
        for place in places {
            outcomes[place] = rare.next().unwrap_or(Outcome::Busy);
        }
    }
    Ok(outcomes)
}

/// The general way, on either database.
async fn at_length(app: &App, calls: &[&Call]) -> Result<Vec<Outcome>, StoreError> {
    let claimants: Vec<Claimant<'_>> = calls.iter().map(|call| call.claimant()).collect();
    let WriteAbout { mut tx, claimed, heads } = app.store.write_about(&claimants).await?;
    let free = |place: &usize| claimed[*place].is_some();
    let places: Vec<usize> = (0..calls.len()).filter(free).collect();
    let ours: Vec<&Call> = places.iter().map(|place| calls[*place]).collect();
    let claimed = claimed.into_iter().flatten().collect();
    let (decided, writes) = decide(app, &mut tx, &ours, claimed, heads).await?;
    tx.commit_with(writes).await?;
    let mut outcomes: Vec<Outcome> = calls.iter().map(|_| Outcome::Busy).collect();
    for (place, decided) in places.into_iter().zip(decided) {
        outcomes[place] = decided.kept(app, calls[place]);
    }
    Ok(outcomes)
}

/// With the decision on the database's own thread, of all calls but those of which more is to be read or written than of any. `None`
/// where there is no such thread.
async fn at_once(app: &Arc<App>, calls: &[Arc<Call>]) -> Result<Option<Vec<Outcome>>, StoreError> {
    if app.store.file().is_none() {
        return Ok(None);
    }
    let claimants: Vec<Claimant<'_>> = calls.iter().map(|call| call.claimant()).collect();
    let (of_app, of_calls) = (app.clone(), calls.to_vec());
    let decide = move |known: Known| {
        let calls: Vec<&Call> = of_calls.iter().map(|call| &**call).collect();
        let claimants: Vec<Claimant<'_>> = calls.iter().map(|call| call.claimant()).collect();
        let (claimed, heads) = known.of(&claimants)?;
        let (found, claimed) = find(&calls, claimed);
        let judged = judge(&of_app, &calls, &found, claimed, heads, Rare::LeftOut);
        Ok((judged.decided, judged.writes))
    };
    let decided = app.store.write_at_once(&claimants, decide).await?;
    let kept = |(decided, call): (Decided, &Arc<Call>)| decided.kept(app, call);
    Ok(decided.map(|decided| decided.into_iter().zip(calls).map(kept).collect()))
}

/// Decides and keeps one call, after whatever else is being written about its visitor and its customer.
async fn alone(app: &App, call: &Call) -> Answer {
    let chat = &call.known.chat.id;
    let row = app.store.glance().await?.visitor_token(chat, &call.token).await?;
    let visitor = visitor_of(call, row.as_ref());
    let mut tx = app.store.write(call.claimant().scope(Some(&visitor))).await?;
    let claimed = tx.claimed_by(&[call.claimant()]).await?;
    let (mut decided, writes) = decide(app, &mut tx, &[call], claimed, HashMap::new()).await?;
    tx.commit_with(writes).await?;
    match decided.pop().map(|decided| decided.kept(app, call)) {
        Some(Outcome::Decided(answer)) => answer,
        _ => Err(StoreError::Commit("it was not decided".to_owned()).into()),
    }
}

fn visitor_of(call: &Call, row: Option<&TokenRow>) -> VisitorId {
    row.map_or_else(|| VisitorId::of_first_token(&call.token), |row| row.visitor_id.clone())
}

/// What is to become of a call, once it is committed.
enum Decided {
    Planned(Box<Plan>, IsReplayed),
    Refused(IdentifyError),
    Again,
    Rare,
}

type IsReplayed = bool;

impl Decided {
    /// It was committed: others are told.
    fn kept(self, app: &App, call: &Call) -> Outcome {
        let (plan, is_replayed) = match self {
            Self::Planned(plan, is_replayed) => (plan, is_replayed),
            Self::Refused(error) => return Outcome::Decided(Err(error)),
            Self::Again => return Outcome::Again,
            Self::Rare => return Outcome::Rare,
        };
        let (chat, now) = (&call.known.chat.id, plan.lead.identified_at);
        if plan.change == Change::New {
            app.activity.count(chat, Counted::VerifiedLeads, now);
        }
        app.key_uses.count(chat, &call.verified.kid, now);
        let visitor = Topic::Visitor(chat.clone(), plan.presented.clone());
        app.bus.publish(&visitor, Event::VisitorChanged);
        let Plan { answer: token, lead, .. } = *plan;
        Outcome::Decided(Ok(Bound { token, lead_id: lead.id, is_replayed }))
    }
}

/// Decides about calls, whose scopes are this transaction's, and answers what is yet to be written of what comes of it.
async fn decide(
    app: &App,
    tx: &mut WriteTx,
    calls: &[&Call],
    claimed: Vec<Claimed>,
    heads: HashMap<ChatId, RecordHead>,
) -> Result<(Vec<Decided>, Writes), StoreError> {
    let (mut found, claimed) = find(calls, claimed);
    find_successors(tx, calls, &mut found).await?;
    let mut judged = judge(app, calls, &found, claimed, heads, Rare::Included);
    if judged.plans().any(Plan::is_rare) {
        // These build on what the others write.
        tx.write(std::mem::take(&mut judged.writes)).await?;
        for plan in judged.plans() {
            write_rare(tx, plan, judged.at).await?;
        }
    }
    Ok((judged.decided, judged.writes))
}

/// What is to become of some calls, and to be written of it, but for what is rare.
struct Judged {
    decided: Vec<Decided>,
    writes: Writes,
    at: Timestamp,
}

impl Judged {
    fn plans(&self) -> impl Iterator<Item = &Plan> {
        planned(&self.decided)
    }
}

fn planned(decided: &[Decided]) -> impl Iterator<Item = &Plan> {
    decided.iter().filter_map(|decided| match decided {
        Decided::Planned(plan, _) => Some(&**plan),
        Decided::Refused(_) | Decided::Again | Decided::Rare => None,
    })
}

/// Whether calls of which more is to be read or written than of any are decided, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rare {
    Included,
    LeftOut,
}

fn judge(
    app: &App,
    calls: &[&Call],
    found: &[Found],
    claimed: Vec<Claimed>,
    heads: HashMap<ChatId, RecordHead>,
    rare: Rare,
) -> Judged {
    let now = app.clock.now();
    let (mut touched, mut noted) = (Touched::default(), Vec::new());
    let mut decided = Vec::with_capacity(calls.len());
    for ((call, found), claimed) in calls.iter().zip(found).zip(claimed) {
        if !touched.touch(people(call, found, &claimed)) {
            decided.push(Decided::Again);
            continue;
        }
        if rare == Rare::LeftOut && found.successor_id().is_some() {
            decided.push(Decided::Rare);
            continue;
        }
        match plan(app, call, found, claimed, now) {
            Ok((plan, _)) if rare == Rare::LeftOut && plan.is_rare() => decided.push(Decided::Rare),
            Ok((plan, is_replayed)) => {
                noted.extend(token_use(call, found));
                decided.push(Decided::Planned(Box::new(plan), is_replayed));
            }
            Err(error) => decided.push(Decided::Refused(error)),
        }
    }
    let plans: Vec<&Plan> = planned(&decided).collect();
    let mut writes = writes(&plans, now);
    writes.use_tokens(noted, now);
    record::append(app, &mut writes, plans.iter().flat_map(|plan| &plan.entries), heads);
    Judged { decided, writes, at: now }
}

/// What is known of the visitors whose tokens were presented, taken out of what is known of the customers.
fn find(calls: &[&Call], mut claimed: Vec<Claimed>) -> (Vec<Found>, Vec<Claimed>) {
    let mut found: Vec<Found> = Vec::with_capacity(calls.len());
    for (call, claimed) in calls.iter().zip(&mut claimed) {
        let row = claimed.token.take();
        let id = visitor_of(call, row.as_ref());
        found.push(Found { id, row, visitor: claimed.visitor.take(), successor: None });
    }
    (found, claimed)
}

/// Where another customer signed in, and an old tab still brings the token from before.
async fn find_successors(
    tx: &mut WriteTx,
    calls: &[&Call],
    found: &mut [Found],
) -> Result<(), StoreError> {
    let asked: Vec<(usize, VisitorId)> = found
        .iter()
        .enumerate()
        .filter_map(|(place, found)| Some((place, found.successor_id()?.clone())))
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = asked.iter().map(|(place, id)| (&calls[*place].known.chat.id, id)).collect();
    let seen = tx.seen_visitors(&ids).await?;
    for ((place, _), seen) in asked.into_iter().zip(seen) {
        found[place].successor = seen;
    }
    Ok(())
}

/// Whom a call turned out to be about. What can be seen of it without the database was looked at before.
fn people<'a>(
    call: &'a Call,
    found: &'a Found,
    claimed: &'a Claimed,
) -> impl Iterator<Item = (&'a ChatId, &'a str)> {
    let successor = found.successor.as_ref().map(|seen| seen.visitor.id.as_str());
    let lead = match &claimed.customer {
        Customer::Known(lead) => Some(lead.id.as_str()),
        Customer::New => None,
    };
    let ids = [Some(found.id.as_str()), successor, lead].into_iter().flatten();
    ids.map(|id| (&call.known.chat.id, id))
}

fn plan(
    app: &App,
    call: &Call,
    found: &Found,
    claimed: Claimed,
    now: Timestamp,
) -> Result<(Plan, IsReplayed), IdentifyError> {
    let other_uses = claimed.other_uses;
    let proven = prove(call, claimed, now)?;
    let chat = &call.known.chat.id;
    if let Err(error) = app.limits.fan_out(chat, &call.jwt, found.browser(), now) {
        let kid = call.verified.kid.as_str();
        tracing::warn!(%chat, kid, "a token is used by too many browsers");
        return Err(IdentifyError::Shared(error));
    }
    let is_replayed = is_replayed(call, other_uses)?;
    Ok((Plan::new(call, found, proven, now), is_replayed))
}

/// The use of the signed token, where the chat minds who else uses it.
fn token_use<'a>(call: &'a Call, found: &'a Found) -> Option<TokenUse<'a>> {
    let chat = &call.known.chat;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "exp is at most 2^53 seconds, and too far is far enough"
    )]
    let expires_at = Timestamp::from_millis((call.verified.claims.expires_at * 1000.0) as i64);
    (chat.settings.identification.replay != ReplayPolicy::Off).then(|| TokenUse {
        chat: &chat.id,
        use_id: call.verified.use_id.as_str(),
        browser: found.browser(),
        expires_at,
    })
}

/// What all calls need.
fn writes(plans: &[&Plan], now: Timestamp) -> Writes {
    let mut writes = Writes::default();
    // Rows of a table are locked in one order, whoever writes them. Of tables PostgreSQL promises none here: what deadlocks is tried alone.
    let mut plans = plans.to_vec();
    plans.sort_by(|one, two| one.lead.id.cmp(&two.lead.id));
    let (same, changed): (Vec<&Plan>, Vec<&Plan>) =
        plans.iter().partition(|plan| plan.change == Change::Times);
    writes.put_leads(changed.iter().map(|plan| (&plan.lead, plan.words.is_none())));
    writes.confirm_leads(same.iter().map(|plan| &plan.lead));
    writes.index_new_customers(
        plans.iter().filter_map(|plan| Some((&plan.lead, plan.words.as_ref()?))),
    );
    let mut of_visitors = plans.clone();
    of_visitors.sort_by(|one, two| one.visitor.id.cmp(&two.visitor.id));
    let (renewed, changed): (Vec<&Plan>, Vec<&Plan>) =
        of_visitors.iter().partition(|plan| plan.is_renewed);
    writes.put_visitors(changed.iter().map(|plan| &plan.visitor));
    writes.renew_identities(renewed.iter().filter_map(|plan| {
        let visitor = &plan.visitor;
        Some((&visitor.chat_id, &visitor.id, visitor.identity.as_ref()?))
    }));
    writes.replace_tokens_of_visitors(plans.iter().filter_map(|plan| {
        let (visitor, successor) = plan.replaced.as_ref()?;
        Some((&plan.visitor.chat_id, visitor, successor.as_ref()))
    }));
    let tokens = plans
        .iter()
        .flat_map(|plan| plan.tokens.iter().map(|(token, state)| (&plan.visitor, token, *state)));
    writes.add_visitor_tokens(tokens, now);
    writes
}

/// What few calls need, see [`Plan::is_rare`].
async fn write_rare(tx: &mut WriteTx, plan: &Plan, now: Timestamp) -> Result<(), StoreError> {
    let (chat, lead) = (&plan.lead.chat_id, &plan.lead.id);
    if let Some((visitor, expires_at)) = &plan.ended {
        tx.record_end(chat, visitor, *expires_at).await?;
    }
    if plan.joins {
        join(tx, &plan.visitor, lead, now).await?;
    }
    if !plan.is_told {
        return Ok(());
    }
    if plan.change == Change::New {
        // Whoever typed the same email here before is one lead, and was posted then.
        tx.add_lead_posts(chat, lead, plan.typed_at, now).await?;
    }
    for event in &plan.events {
        tx.add_deliveries(chat, *event, lead.as_str(), now).await?;
    }
    Ok(())
}
