//! Logs: lines to standard error, JSON unless a person is looking. They hold ids and reasons, no secrets and no personal data.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::traces::{self, Traces, TracesConfig, TracesError};

/// What never becomes a line. The library that speaks to models could log what is said to them, and what they say; the one that
/// speaks to NATS, each attempt. Spans are for traces; what becomes of certificates is told by `serve/tls.rs`.
const SILENT: [&str; 5] =
    ["rig=off", "rig_core=off", "async_nats=off", "rustls_acme=warn", "zipchat_traces=off"];

/// Why nothing is logged.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter cannot be read.
    #[error("ZIPCHAT_LOG")]
    Filter(#[from] ParseError),
    /// Traces cannot be sent.
    #[error("ZIPCHAT_OTLP_ENDPOINT")]
    Traces(#[from] TracesError),
}

/// Begins to log what passes `filter`, as in `info` or `info,server=debug`, and to send traces as `config` says. Once it has
/// begun, it stays as it is; what is returned is to be ended last.
///
/// # Errors
/// [`LoggingError`].
pub fn start(filter: &str, config: &TracesConfig) -> Result<Traces, LoggingError> {
    let mut filter = EnvFilter::builder().parse(filter)?;
    for silent in SILENT {
        filter = filter.add_directive(silent.parse()?);
    }
    let traces = Traces::new(config)?;
    let spans = traces.tracer().map(|tracer| {
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(traces::TARGET, Level::INFO))
    });
    let terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(terminal);
    let lines = if terminal {
        lines.compact().boxed()
    } else {
        lines.json().flatten_event(true).with_current_span(false).boxed()
    };
    // A test that starts two services has a subscriber already; that one goes on.
    let _ = tracing_subscriber::registry().with(spans).with(lines.with_filter(filter)).try_init();
    Ok(traces)
}
