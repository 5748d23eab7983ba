//! Logs: lines to standard error, JSON unless a person is looking. They hold ids and reasons, no secrets and no personal data.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// The library that speaks to models could log what is said to them, and what they say; the one that speaks to NATS, each attempt.
const SILENT: [&str; 3] = ["rig=off", "rig_core=off", "async_nats=off"];

/// Begins to log what passes `filter`, as in `info` or `info,server=debug`. Once it has begun, it stays as it is.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(filter: &str) -> Result<(), ParseError> {
    let mut filter = EnvFilter::builder().parse(filter)?;
    for silent in SILENT {
        filter = filter.add_directive(silent.parse()?);
    }
    let terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal);
    // A test that starts two services has a subscriber already; that one goes on.
    let _ = if terminal {
        lines.compact().try_init()
    } else {
        lines.json().flatten_event(true).with_current_span(false).try_init()
    };
    Ok(())
}
