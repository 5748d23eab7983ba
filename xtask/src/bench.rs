//! `cargo xtask bench`: the benchmarks of `bench/`.

use std::process::ExitCode;

use crate::install::Need;
use crate::postgres::{Durability, Postgres};
use crate::say::{say, step};
use crate::trouble::Result;
use crate::{build, child, install, workspace};

/// Builds the service and the benchmarks as a release is built, and runs them with `words`; they print what they measured.
///
/// They get a `PostgreSQL` of their own that loses nothing in a power cut, the message bus's program and a browser. What is missing is not measured,
/// and they say so. A goal that is not met is no failure: how far one machine can be trusted is for its reader to judge.
///
/// # Errors
/// When they cannot be built, or could not measure.
pub(crate) fn bench(words: &[String]) -> Result<ExitCode> {
    build::build()?;
    step("Compiling", "the benchmarks, in the release profile");
    let mut compile = workspace::cargo();
    compile.args(["build", "--release", "--package", "bench"]);
    child::run(&mut compile)?.good("cargo build --release")?;
    install::ensure(&[Need::Postgres, Need::Nats, Need::HeadlessShell, Need::Chromium])?;
    let postgres =
        match Need::Postgres.get().and_then(|bin| Postgres::start(&bin, Durability::Full)) {
            Ok(postgres) => Some(postgres),
            Err(trouble) => {
                say(&format!("warning: {trouble}"));
                None
            }
        };
    step("Measuring", "nothing else should run on this machine meanwhile");
    let mut bench =
        std::process::Command::new(workspace::binary("release")?.with_file_name("bench"));
    bench.args(words).current_dir(workspace::root());
    if let Some(postgres) = &postgres {
        bench.env("BENCH_POSTGRES_URL", postgres.url());
        bench.env("BENCH_POSTGRES_PID", postgres.pid().to_string());
    }
    if let Some(nats) = Need::Nats.find() {
        bench.env("BENCH_NATS_SERVER", nats);
    }
    if let Some(chromium) = Need::Chromium.find() {
        bench.env("CHROMIUM", chromium);
    }
    child::run(&mut bench)?.good("the benchmark")?;
    Ok(ExitCode::SUCCESS)
}
