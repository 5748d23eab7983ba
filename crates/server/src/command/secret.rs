//! `zipchat secret`: the key that merchants' secrets are encrypted with.

use std::process::ExitCode;

use serde_json::json;

use super::{Outcome, print};
use crate::app::secret_key::SecretKey;

/// `zipchat secret …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Secret {
    /// Print a new key: `zipchat secret new > FILE`, and keep a copy apart from the database
    New {
        /// Print JSON: `{secret_key}`
        #[arg(long)]
        json: bool,
    },
}

impl Secret {
    pub(super) fn run(self) -> Outcome {
        let Self::New { json } = self;
        let key = SecretKey::new_text();
        if json {
            print::json(&json!({"secret_key": key}))?;
        } else {
            print::line(&key);
        }
        Ok(ExitCode::SUCCESS)
    }
}
