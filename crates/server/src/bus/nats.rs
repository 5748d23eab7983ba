//! The way to other nodes: core NATS, which forgets what nobody listens to at the moment. Nothing here holds up a request: what cannot
//! be told at once is dropped and counted, and whoever should have heard it looks by itself.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Subscriber};
use domain::id::ChatId;
use futures_util::StreamExt as _;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::peers::{Peers, SAYS};
use super::wire::{self, Told};
use super::{Bus, Event, Heard, Topic};
use crate::app::App;
use crate::app::secret_key::SecretKey;
use crate::app::secrets;
use crate::config::{NatsLogin, NatsUrl};

/// Messages that wait to be sent; beyond, they are dropped.
const WAITING: usize = 4_096;
/// What has waited for longer is old news.
const OLD: Duration = Duration::from_secs(5);
/// Messages that wait in the client, each way.
const IN_CLIENT: usize = 1_024;
/// How often NATS is asked whether it is there; when it has not answered three times, it is away.
const PING: Duration = Duration::from_secs(2);
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);
/// The longest pause before NATS is tried again.
const RETRY: Duration = Duration::from_secs(2);
/// How long NATS may take until the whole cluster knows what a node listens to.
const SETTLES: Duration = Duration::from_millis(300);
/// How often nodes tell each other what was counted against limits.
pub(crate) const SHARES: Duration = Duration::from_millis(100);
/// Counts that one message carries.
const MOST_SPENT: usize = 1_000;
/// Identify calls, and calls of integrations, that other nodes are told of in a second.
const MOST_ATTEMPTS: u32 = 100;
/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// The other nodes, by NATS.
#[derive(Debug)]
pub(super) struct Remote {
    url: NatsUrl,
    /// This node's name among them; another one each time it starts.
    node: String,
    /// What all subjects begin with.
    prefix: String,
    salt: [u8; 32],
    waiting: mpsc::Sender<Waiting>,
    /// Taken by [`run`].
    to_send: Mutex<Option<mpsc::Receiver<Waiting>>>,
    is_connected: watch::Sender<bool>,
    /// Topics that somebody began or ceased to listen to.
    touched: Mutex<HashSet<Topic>>,
    has_touched: Notify,
    peers: Mutex<Peers>,
    /// When the running second began, and how many attempts were told in it.
    attempts: Mutex<(Instant, u32)>,
    published: AtomicU64,
    received: AtomicU64,
    dropped: AtomicU64,
    unreadable: AtomicU64,
    /// Listeners are about to be told to look again.
    is_telling: AtomicBool,
    closing: CancellationToken,
    closed: CancellationToken,
}

/// A message that waits to be sent.
#[derive(Debug)]
struct Waiting {
    subject: String,
    bytes: Vec<u8>,
    since: Instant,
}

/// What was counted of what went between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Whether NATS answers.
    pub is_connected: bool,
    /// Nodes that are heard, this one included.
    pub nodes: usize,
    /// Messages given to NATS.
    pub published: u64,
    /// Messages of other nodes.
    pub received: u64,
    /// Messages that could not be told, or not be heard, in time.
    pub dropped: u64,
    /// Messages that could not be read.
    pub unreadable: u64,
}

impl Remote {
    pub(super) fn new(url: NatsUrl, key: &SecretKey) -> Self {
        let (waiting, to_send) = mpsc::channel(WAITING);
        let salt = *key.among_nodes();
        // Part of a hash of a hash: it tells nothing of the key, and two installations on one NATS do not hear each other.
        let name = secrets::hash(&format!("{salt:?}"));
        Self {
            url,
            node: secrets::letters(26),
            prefix: format!("zipchat.{}", &name[..16]),
            salt,
            waiting,
            to_send: Mutex::new(Some(to_send)),
            is_connected: watch::Sender::new(false),
            touched: Mutex::default(),
            has_touched: Notify::new(),
            peers: Mutex::default(),
            attempts: Mutex::new((Instant::now(), 0)),
            published: AtomicU64::new(0),
            received: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
            is_telling: AtomicBool::new(false),
            closing: CancellationToken::new(),
            closed: CancellationToken::new(),
        }
    }

    /// Tells other nodes, if that is possible now.
    pub(super) fn send(&self, topic: &Topic, told: &Told) {
        if matches!(topic, Topic::Attempts(_)) && !self.may_tell_attempt() {
            count(&self.dropped);
            return;
        }
        self.send_to(wire::subject(&self.prefix, topic), told);
    }

    pub(super) const fn salt(&self) -> [u8; 32] {
        self.salt
    }

    pub(super) fn touch(&self, topic: &Topic) {
        // Of these a node hears anyway: it remembers them.
        if !matches!(topic, Topic::Chat(_) | Topic::Attempts(_)) {
            lock(&self.touched).insert(topic.clone());
            self.has_touched.notify_one();
        }
    }

    /// Whether what happens on other nodes is told: NATS answers, and no node fell silent.
    pub(super) fn is_whole(&self) -> bool {
        self.is_connected() && !lock(&self.peers).misses_one(Instant::now())
    }

    pub(super) fn nodes(&self) -> usize {
        if self.is_connected() { 1 + lock(&self.peers).count(Instant::now()) } else { 1 }
    }

    pub(super) fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            is_connected: self.is_connected(),
            nodes: self.nodes(),
            published: read(&self.published),
            received: read(&self.received),
            dropped: read(&self.dropped),
            unreadable: read(&self.unreadable),
        }
    }

    /// Says goodbye and stops, if it ever began.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        if lock(&self.to_send).is_none() {
            let _ = timeout(2 * GOODBYE, self.closed.cancelled()).await;
        }
    }

    /// A flood of bad tokens is not to become one on every node: nobody reads that many.
    fn may_tell_attempt(&self) -> bool {
        let mut second = lock(&self.attempts);
        if second.0.elapsed() >= Duration::from_secs(1) {
            *second = (Instant::now(), 0);
        }
        second.1 += 1;
        second.1 <= MOST_ATTEMPTS
    }

    fn is_connected(&self) -> bool {
        *self.is_connected.borrow()
    }

    /// Where nodes speak to each other, and not to listeners.
    fn among(&self) -> String {
        format!("{}.nodes", self.prefix)
    }

    fn send_to(&self, subject: String, told: &Told) {
        let sent = self.is_connected()
            && wire::write(&self.node, told).is_some_and(|bytes| {
                let waiting = Waiting { subject, bytes, since: Instant::now() };
                self.waiting.try_send(waiting).is_ok()
            });
        if !sent {
            count(&self.dropped);
        }
    }

    /// What another node says in `bytes`; what is not for us to read is counted.
    fn read(&self, bytes: &[u8]) -> Option<(String, Told)> {
        match wire::read(bytes) {
            Ok((node, _)) if node == self.node => None,
            Ok(said) => {
                count(&self.received);
                Some(said)
            }
            Err(wire::Unreadable) => {
                count(&self.unreadable);
                None
            }
        }
    }
}

/// Tells other nodes and hears them, until the bus is closed. Without NATS in the configuration it ends at once.
pub async fn run(app: Arc<App>) {
    let Some(remote) = app.bus.remote() else { return };
    let Some(to_send) = lock(&remote.to_send).take() else { return };
    let (events, news) = mpsc::unbounded_channel();
    match options(remote, events).connect(remote.url.servers()).await {
        Ok(client) => {
            tokio::select! {
                () = remote.closing.cancelled() => {}
                () = speak(remote, &client, to_send) => {}
                () = listen(&app.bus, &client) => {}
                () = hear_of_all(&app, &client) => {}
                () = keep_company(&app, news) => {}
            }
            let _ = timeout(GOODBYE, say_goodbye(remote, &client)).await;
        }
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, "NATS cannot be used: see ZIPCHAT_NATS_URL");
        }
    }
    remote.is_connected.send_replace(false);
    remote.closed.cancel();
}

fn options(remote: &Remote, events: mpsc::UnboundedSender<async_nats::Event>) -> ConnectOptions {
    let options = ConnectOptions::new()
        .name("zipchat")
        .no_echo()
        .retry_on_initial_connect()
        .connection_timeout(CONNECT)
        .ping_interval(PING)
        .client_capacity(IN_CLIENT)
        .subscription_capacity(IN_CLIENT)
        .reconnect_delay_callback(|attempts| {
            let doubled = 10_u64.saturating_mul(1 << attempts.min(16));
            Duration::from_millis(doubled).min(RETRY)
        })
        .event_callback(move |event| {
            let events = events.clone();
            async move {
                let _ = events.send(event);
            }
        });
    match remote.url.login() {
        None => options,
        Some(NatsLogin::Token(token)) => options.token(token.clone()),
        Some(NatsLogin::Password(user, password)) => {
            options.user_and_password(user.clone(), password.clone())
        }
    }
}

/// Sends what waits. It alone waits for NATS.
async fn speak(remote: &Remote, client: &Client, mut to_send: mpsc::Receiver<Waiting>) {
    while let Some(Waiting { subject, bytes, since }) = to_send.recv().await {
        let is_news = since.elapsed() < OLD && remote.is_connected();
        if is_news && client.publish(subject, bytes.into()).await.is_ok() {
            count(&remote.published);
        } else {
            count(&remote.dropped);
        }
    }
}

async fn say_goodbye(remote: &Remote, client: &Client) {
    if let Some(bytes) = wire::write(&remote.node, &Told::Gone)
        && client.publish(remote.among(), bytes.into()).await.is_ok()
    {
        let _ = client.flush().await;
    }
}

/// Listens to the topics that somebody on this node listens to, and to no others.
async fn listen(bus: &Bus, client: &Client) {
    let Some(remote) = bus.remote() else { return };
    let mut heard: HashMap<Topic, Ear> = HashMap::new();
    let mut is_connected = remote.is_connected.subscribe();
    loop {
        remote.has_touched.notified().await;
        // What is asked of a client that is away piles up in it.
        if is_connected.wait_for(|is_connected| *is_connected).await.is_err() {
            return;
        }
        let touched = std::mem::take(&mut *lock(&remote.touched));
        let mut begun = Vec::new();
        for topic in touched {
            if !bus.listens_to(&topic) {
                heard.remove(&topic);
            } else if !heard.contains_key(&topic) {
                let subject = wire::subject(&remote.prefix, &topic);
                let Ok(subscriber) = client.subscribe(subject).await else { return };
                heard.insert(topic.clone(), Ear::open(bus, topic.clone(), subscriber));
                begun.push(topic);
            }
        }
        // Between a listener's look and NATS' word that it listens, something may have happened.
        if !begun.is_empty() {
            let bus = bus.clone();
            tokio::spawn(async move {
                sleep(SETTLES).await;
                for topic in &begun {
                    bus.publish_here(topic, Heard::Missed);
                }
            });
        }
    }
}

/// Hears one topic until it is dropped.
struct Ear(JoinHandle<()>);

impl Ear {
    fn open(bus: &Bus, topic: Topic, mut subscriber: Subscriber) -> Self {
        let bus = bus.clone();
        Self(tokio::spawn(async move {
            while let Some(message) = subscriber.next().await {
                hear(&bus, &topic, &message.payload);
            }
        }))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Passes on what another node tells listeners of `topic`.
fn hear(bus: &Bus, topic: &Topic, bytes: &[u8]) {
    let Some(remote) = bus.remote() else { return };
    let Some((_, told)) = remote.read(bytes) else { return };
    match Event::try_from(told) {
        Ok(event) => bus.publish_here(topic, Heard::Event(event)),
        Err(wire::Unreadable) => count(&remote.unreadable),
    }
}

/// Hears what every node hears: that settings and keys changed, what the merchant is shown of calls, and what nodes tell each other.
async fn hear_of_all(app: &App, client: &Client) {
    let Some(remote) = app.bus.remote() else { return };
    let chats = client.subscribe(format!("{}.chat.*", remote.prefix)).await;
    let attempts = client.subscribe(format!("{}.attempts.*", remote.prefix)).await;
    let nodes = client.subscribe(remote.among()).await;
    let (Ok(mut chats), Ok(mut attempts), Ok(mut nodes)) = (chats, attempts, nodes) else { return };
    loop {
        tokio::select! {
            Some(message) = chats.next() => {
                let topic = wire::topic(&remote.prefix, &message.subject);
                let Some(Topic::Chat(chat)) = topic else { continue };
                app.chats.forget(&chat);
                hear(&app.bus, &Topic::Chat(chat), &message.payload);
            }
            Some(message) = attempts.next() => {
                if let Some(Topic::Attempts(chat)) = wire::topic(&remote.prefix, &message.subject) {
                    hear_of_attempt(app, remote, chat, &message.payload);
                }
            }
            Some(message) = nodes.next() => {
                if let Some((node, told)) = remote.read(&message.payload) {
                    hear_node(app, remote, &node, told);
                }
            }
            else => return,
        }
    }
}

fn hear_of_attempt(app: &App, remote: &Remote, chat: ChatId, bytes: &[u8]) {
    let Some((_, told)) = remote.read(bytes) else { return };
    let Ok(event) = Event::try_from(told) else { return count(&remote.unreadable) };
    match &event {
        Event::Attempt(attempt) => app.attempts.hear(&chat, (**attempt).clone()),
        Event::PageSeen(origin, at) => app.sightings.hear(&chat, origin, *at),
        Event::Called(integration, call) => {
            app.calls.remember(&chat, *integration, (**call).clone());
        }
        _ => {}
    }
    app.bus.publish_here(&Topic::Attempts(chat), Heard::Event(event));
}

fn hear_node(app: &App, remote: &Remote, node: &str, told: Told) {
    match told {
        Told::Gone => lock(&remote.peers).gone(node),
        Told::Here => greet(remote, node),
        Told::Spent { round, spent } => {
            greet(remote, node);
            app.limits.debit(&spent, app.clock.now());
            // First what was counted here: who hears the second knows of the first.
            share(app, remote);
            remote.send_to(remote.among(), &Told::Counted { of: node.to_owned(), round });
        }
        Told::Counted { of, round } if of == remote.node => {
            app.limits.heard(lock(&remote.peers).counted(node, round, Instant::now()));
        }
        Told::Counted { .. } => {}
        _ => count(&remote.unreadable),
    }
}

/// A node is there; one that is new learns at once that it is not alone.
fn greet(remote: &Remote, node: &str) {
    if lock(&remote.peers).heard(node, Instant::now()) {
        remote.send_to(remote.among(), &Told::Here);
    }
}

/// Follows how NATS does, says that this node is there, and tells the others what it counted against limits.
async fn keep_company(app: &App, mut news: mpsc::UnboundedReceiver<async_nats::Event>) {
    let Some(remote) = app.bus.remote() else { return };
    let (mut says, mut shares) = (interval(SAYS), interval(SHARES));
    says.set_missed_tick_behavior(MissedTickBehavior::Delay);
    shares.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut was_whole, mut trouble) = (false, String::new());
    loop {
        tokio::select! {
            event = news.recv() => match event {
                Some(event) => follow(app, remote, &event, &mut trouble),
                None => return,
            },
            _ = says.tick() => {
                lock(&remote.peers).sweep(Instant::now());
                if remote.is_connected() {
                    remote.send_to(remote.among(), &Told::Here);
                }
                // Whoever was patient does not know yet that it must look by itself now.
                if was_whole && !remote.is_whole() {
                    tell_all_to_look(&app.bus);
                }
                was_whole = remote.is_whole();
            }
            _ = shares.tick() => share(app, remote),
        }
    }
}

fn share(app: &App, remote: &Remote) {
    let (round, spent) = app.limits.take_spent(remote.nodes());
    let mut chunks = spent.chunks(MOST_SPENT).peekable();
    while let Some(spent) = chunks.next() {
        // The round is heard when the last of it is.
        let round = if chunks.peek().is_none() { round } else { 0 };
        remote.send_to(remote.among(), &Told::Spent { round, spent: spent.to_vec() });
    }
}

/// `trouble`: why NATS was not reached when that was said last.
fn follow(app: &App, remote: &Remote, event: &async_nats::Event, trouble: &mut String) {
    match event {
        async_nats::Event::Connected => {
            tracing::info!("NATS answers: other nodes are heard");
            remote.is_connected.send_replace(true);
            trouble.clear();
            remote.send_to(remote.among(), &Told::Here);
            tell_all_to_look(&app.bus);
        }
        async_nats::Event::Disconnected | async_nats::Event::Closed => {
            if remote.is_connected.send_replace(false) {
                tracing::warn!(
                    "NATS is away: what other nodes do is seen some seconds later; trying on"
                );
            }
            tell_all_to_look(&app.bus);
        }
        async_nats::Event::SlowConsumer(_) => {
            count(&remote.dropped);
            tell_all_to_look(&app.bus);
        }
        async_nats::Event::ServerError(error) => {
            tracing::warn!(error = error as &dyn std::error::Error, "NATS refuses");
        }
        async_nats::Event::ClientError(error) => {
            // It tries every two seconds, and mostly fails for the same reason.
            let why = error.to_string();
            if why != *trouble {
                tracing::warn!(why, "NATS cannot be reached; trying on");
                *trouble = why;
            }
        }
        async_nats::Event::LameDuckMode | async_nats::Event::Draining => {}
    }
}

/// Tells every listener of this node to look again, when NATS knows what it listens to.
fn tell_all_to_look(bus: &Bus) {
    let Some(remote) = bus.remote() else { return };
    if remote.is_telling.swap(true, Ordering::AcqRel) {
        return;
    }
    let bus = bus.clone();
    tokio::spawn(async move {
        sleep(SETTLES).await;
        if let Some(remote) = bus.remote() {
            remote.is_telling.store(false, Ordering::Release);
        }
        bus.tell_all_to_look().await;
    });
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
