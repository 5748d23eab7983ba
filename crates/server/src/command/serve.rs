//! `zipchat serve`: the service.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::ExitCode;

use store::Migration;
use tokio::net::TcpListener;

use super::refusal::Refusal;
use super::{Outcome, signals};
use crate::clock::Clock;
use crate::config::Config;
use crate::{Service, logging, run, serve};

/// The flags of `zipchat serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,

    /// Leave the database's schema as it is; refuse to serve where it is not up to date
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(super) async fn run(self) -> Outcome {
        let Self { config, no_migrate } = self;
        let traces = logging::start(&config.log, &config.traces)?;
        config.check()?;
        let listener = listen(config.listen, "--listen (ZIPCHAT_LISTEN)")?;
        let migration = if no_migrate { Migration::Check } else { Migration::Apply };
        let shutdown = signals::shutdown()?;
        let served =
            run(Service { config, migration, clock: Clock::default(), listener, shutdown }).await;
        traces.end().await;
        served?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Listens, or says in one line why not. `setting` is what chooses the address.
pub(super) fn listen(address: SocketAddr, setting: &str) -> Result<TcpListener, Refusal> {
    serve::listen(address).map_err(|error| {
        Refusal::new(match error.kind() {
            ErrorKind::AddrInUse => {
                format!("{address} is in use by another program: end that one, or choose another address with {setting}")
            }
            ErrorKind::PermissionDenied => {
                format!("{address} needs rights that this user has not: choose a port from 1024 with {setting}")
            }
            ErrorKind::AddrNotAvailable => {
                format!("{address} is no address of this machine: choose another with {setting}")
            }
            _ => format!("cannot listen on {address}: {error}"),
        })
    })
}
