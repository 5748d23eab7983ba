//! A command that was refused: one clear line.

use std::process::ExitCode;

use super::print;
use crate::chain;

/// Why a command did nothing.
#[derive(Debug)]
pub(super) struct Refusal(String);

impl Refusal {
    pub(super) fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }

    /// Says why, and gives the exit code.
    pub(super) fn say(self) -> ExitCode {
        print::error(&self.0);
        ExitCode::FAILURE
    }
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(chain(&error))
    }
}
