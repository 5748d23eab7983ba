//! What is counted, for `/metrics`. Labels are codes and routes, never what a visitor sent.

use std::fmt;
use std::time::Duration;

use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
    core::Collector,
};
use store::{ReplicaReport, ReplicaState, WriteCounts};

use crate::bus::Counts;

/// The counters of one service.
pub struct Metrics {
    registry: Registry,
    identify: IntCounterVec,
    refused: IntCounterVec,
    messages: IntCounterVec,
    replies: IntCounterVec,
    lead_posts: IntCounterVec,
    webhook_deliveries: IntCounterVec,
    escalation_mails: IntCounterVec,
    order_look_ups: IntCounterVec,
    requests: IntCounterVec,
    durations: HistogramVec,
    connections: IntGauge,
    shed: IntCounter,
    commits: IntCounter,
    writes: IntCounter,
    replica_reads: IntCounterVec,
    replica_follows: IntGauge,
    streams: IntGauge,
    memory: IntGauge,
    files: IntGauge,
    bus_connected: IntGauge,
    bus_nodes: IntGauge,
    bus_messages: IntCounterVec,
}

/// A thing that is open until this is dropped.
#[derive(Debug)]
pub struct Open(IntGauge);

impl Open {
    fn new(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::new();
        let metrics = Self {
            identify: counters("zipchat_identify_total", "Identify calls by outcome", &["outcome"]),
            refused: counters(
                "zipchat_identify_refused_total",
                "Refused tokens by reason",
                &["reason"],
            ),
            messages: counters("zipchat_messages_total", "Messages kept, by author", &["author"]),
            replies: counters("zipchat_replies_total", "Replies ended, by outcome", &["outcome"]),
            lead_posts: counters("zipchat_lead_posts_total", "Posts to hooks", &["outcome"]),
            webhook_deliveries: counters(
                "zipchat_webhook_deliveries_total",
                "Attempts to tell webhooks of events",
                &["outcome"],
            ),
            escalation_mails: counters(
                "zipchat_escalation_mails_total",
                "Attempts to tell people by mail that they are asked for, by how the mail stands after",
                &["state"],
            ),
            order_look_ups: counters(
                "zipchat_order_look_ups_total",
                "Look-ups of orders, by outcome",
                &["outcome"],
            ),
            requests: counters(
                "zipchat_http_requests_total",
                "Requests answered",
                &["route", "status"],
            ),
            durations: durations(),
            connections: gauge("zipchat_connections_open", "Connections now open"),
            shed: counter(
                "zipchat_connections_shed_total",
                "Connections closed at once, for too many",
            ),
            commits: counter("zipchat_database_commits_total", "Commits of SQLite's file"),
            writes: counter("zipchat_database_writes_total", "Writes kept by those commits"),
            replica_reads: counters("zipchat_replica_reads_total", "Reads for replica", &["on"]),
            replica_follows: gauge("zipchat_replica_follows", "Whether the replica was read"),
            streams: gauge("zipchat_event_streams_open", "Event streams now open"),
            memory: gauge("process_resident_memory_bytes", "Memory in use"),
            files: gauge("process_open_fds", "Open files and sockets"),
            bus_connected: gauge("zipchat_bus_connected", "Whether NATS answers"),
            bus_nodes: gauge("zipchat_bus_nodes", "Nodes that are heard, this one included"),
            bus_messages: counters(
                "zipchat_bus_messages_total",
                "Messages between nodes, by what became of them",
                &["outcome"],
            ),
            registry,
        };
        metrics.register_all(build());
        metrics
    }
}

fn build() -> IntGauge {
    let program = Opts::new("zipchat_build_info", "Which program this is");
    made(IntGauge::with_opts(program.const_label("version", env!("CARGO_PKG_VERSION"))))
}

fn durations() -> HistogramVec {
    let buckets =
        vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let options = HistogramOpts::new(
        "zipchat_http_request_duration_seconds",
        "Time to the head of the answer",
    );
    made(HistogramVec::new(options.buckets(buckets), &["route"]))
}

impl Metrics {
    fn register_all(&self, build: IntGauge) {
        build.set(1);
        self.register(build);
        for gauge in [
            &self.connections,
            &self.replica_follows,
            &self.streams,
            &self.memory,
            &self.files,
            &self.bus_connected,
            &self.bus_nodes,
        ] {
            self.register(gauge.clone());
        }
        for counters in [
            &self.identify,
            &self.refused,
            &self.messages,
            &self.replies,
            &self.lead_posts,
            &self.webhook_deliveries,
            &self.escalation_mails,
            &self.order_look_ups,
            &self.requests,
            &self.bus_messages,
            &self.replica_reads,
        ] {
            self.register(counters.clone());
        }
        self.register(self.durations.clone());
        for counter in [&self.shed, &self.commits, &self.writes] {
            self.register(counter.clone());
        }
    }

    /// Where reads have been, as the store has counted them.
    pub fn replica(&self, report: &ReplicaReport) {
        let follows = report.state == ReplicaState::Follows;
        self.replica_follows.set(i64::from(follows));
        for (on, count) in [("replica", report.reads), ("primary", report.fallbacks)] {
            let counter = self.replica_reads.with_label_values(&[on]);
            counter.inc_by(count.saturating_sub(counter.get()));
        }
    }

    /// How many writes shared how many commits, as the store has counted them.
    pub fn writes(&self, counts: WriteCounts) {
        self.commits.inc_by(counts.commits.saturating_sub(self.commits.get()));
        self.writes.inc_by(counts.writes.saturating_sub(self.writes.get()));
    }

    /// An identify call that succeeded, by what became of the visitor token: `same_token`, `new_token`.
    pub fn identified(&self, outcome: &str) {
        self.identify.with_label_values(&[outcome]).inc();
    }

    /// An identify call that was refused, by the reason's code.
    pub fn refused(&self, code: &str) {
        self.identify.with_label_values(&["refused"]).inc();
        self.refused.with_label_values(&[code]).inc();
    }

    /// A message was kept, by `visitor`, `assistant` or `operator`.
    pub fn message(&self, author: &str) {
        self.messages.with_label_values(&[author]).inc();
    }

    /// A reply ended: `done` or `failed`.
    pub fn reply(&self, outcome: &str) {
        self.replies.with_label_values(&[outcome]).inc();
    }

    /// A post to a hook ended: `done`, `failed` or `given_up`.
    pub fn lead_post(&self, outcome: &str) {
        self.lead_posts.with_label_values(&[outcome]).inc();
    }

    /// A webhook was told of an event: `done`, `failed` (and tried again) or `given_up`.
    pub fn webhook_delivery(&self, outcome: &str) {
        self.webhook_deliveries.with_label_values(&[outcome]).inc();
    }

    /// A mail about an escalation was tried: it is `waiting`, `sent`, `failed` or `needless` now.
    pub fn escalation_mail(&self, state: &str) {
        self.escalation_mails.with_label_values(&[state]).inc();
    }

    /// An order was looked up: `found`, `not_found`, `unfit`, `failed` or `resting`.
    pub fn order_look_up(&self, outcome: &str) {
        self.order_look_ups.with_label_values(&[outcome]).inc();
    }

    /// A request was answered, on `route` as it is written in the list of routes.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[route, &status.to_string()]).inc();
        self.durations.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// An event stream began; it ends when the answer is dropped.
    #[must_use]
    pub fn stream_opened(&self) -> Open {
        Open::new(&self.streams)
    }

    /// How many connections are open, and how many were closed at once.
    pub fn connections(&self, open: usize, shed: u64) {
        self.connections.set(i64::try_from(open).unwrap_or(i64::MAX));
        self.shed.inc_by(shed.saturating_sub(self.shed.get()));
    }

    /// How it goes between nodes: `published`, `received`, `dropped` and `unreadable` messages.
    pub fn bus(&self, counts: &Counts) {
        self.bus_connected.set(i64::from(counts.is_connected));
        self.bus_nodes.set(i64::try_from(counts.nodes).unwrap_or(i64::MAX));
        for (outcome, count) in [
            ("published", counts.published),
            ("received", counts.received),
            ("dropped", counts.dropped),
            ("unreadable", counts.unreadable),
        ] {
            let counter = self.bus_messages.with_label_values(&[outcome]);
            counter.inc_by(count.saturating_sub(counter.get()));
        }
    }

    /// All of it as Prometheus text.
    #[must_use]
    pub fn text(&self) -> String {
        self.look_at_the_process();
        let mut text = String::new();
        // Only a metric without a value could fail, and there is none.
        let _ = TextEncoder::new().encode_utf8(&self.registry.gather(), &mut text);
        text
    }

    /// Memory and files, as Linux tells them; elsewhere they stay zero.
    fn look_at_the_process(&self) {
        if let Ok(statm) = std::fs::read_to_string("/proc/self/statm") {
            let pages =
                statm.split(' ').nth(1).and_then(|pages| pages.parse::<i64>().ok()).unwrap_or(0);
            let page = i64::try_from(rustix::param::page_size()).unwrap_or(4096);
            self.memory.set(pages.saturating_mul(page));
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.files.set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
    }

    fn register(&self, collector: impl Collector + 'static) {
        made(self.registry.register(Box::new(collector)));
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    made(IntCounterVec::new(Opts::new(name, help), labels))
}

fn counter(name: &str, help: &str) -> IntCounter {
    made(IntCounter::new(name, help))
}

fn gauge(name: &str, help: &str) -> IntGauge {
    made(IntGauge::new(name, help))
}

/// Names and labels are written above, so the first start shows one that is not allowed.
fn made<T>(outcome: prometheus::Result<T>) -> T {
    outcome.expect("the names of metrics are valid and differ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told() {
        let metrics = Metrics::default();
        metrics.identified("first");
        metrics.refused("expired");
        metrics.request("/healthz", 200, Duration::from_millis(3));
        let stream = metrics.stream_opened();
        metrics.connections(2, 5);
        metrics.connections(2, 7);
        metrics.writes(WriteCounts { commits: 2, writes: 9 });
        metrics.writes(WriteCounts { commits: 3, writes: 20 });
        let text = metrics.text();
        let has = |line: &str| assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        has("zipchat_identify_total{outcome=\"first\"} 1");
        has("zipchat_identify_total{outcome=\"refused\"} 1");
        has("zipchat_identify_refused_total{reason=\"expired\"} 1");
        has("zipchat_http_requests_total{route=\"/healthz\",status=\"200\"} 1");
        has("zipchat_event_streams_open 1");
        has("zipchat_connections_open 2");
        has("zipchat_connections_shed_total 7");
        has("zipchat_database_commits_total 3");
        has("zipchat_database_writes_total 20");
        drop(stream);
        assert!(metrics.text().contains("zipchat_event_streams_open 0"));
    }
}
