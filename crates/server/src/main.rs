//! The `zipchat` program.

use std::process::ExitCode;

use clap::Parser;
use server::command::Zipchat;

fn main() -> ExitCode {
    Zipchat::parse().run()
}
