//! `zipchat migrate`: the database's schema.

use std::process::ExitCode;

use serde_json::{Value, json};
use store::{Migration, PendingMigration, Store};

use super::{Outcome, print};
use crate::config::DatabaseConfig;

/// Exit code of `--check` where migrations are pending, and all may run while the service does.
const PENDING: u8 = 10;
/// Exit code of `--check` where some had better not.
const RISKY: u8 = 11;

/// The flags of `zipchat migrate`.
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    database: DatabaseConfig,

    /// Only say what is pending, and whether it may run while the service does; exit codes: 0 nothing is; 10 all of it may; 11 not all of
    /// it; 1 it cannot be told
    #[arg(long)]
    check: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(super) async fn run(self) -> Outcome {
        if self.check {
            return self.check().await;
        }
        let url = &self.database.database_url;
        let store = Store::open(url.reveal(), Migration::Apply).await?;
        store.close().await;
        if self.json {
            print::json(&json!({"database": url.to_string(), "status": "up_to_date"}))?;
        } else {
            print::line(&format!("{url}: the schema is up to date"));
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn check(self) -> Outcome {
        let url = &self.database.database_url;
        let pending = Store::pending_migrations(url.reveal()).await?;
        let (status, code) = match pending.as_slice() {
            [] => ("up_to_date", 0),
            all if all.iter().all(|one| one.risks.is_empty()) => ("pending", PENDING),
            _ => ("pending_with_risks", RISKY),
        };
        if self.json {
            let pending: Vec<Value> = pending.iter().map(shown).collect();
            let database = url.to_string();
            print::json(&json!({"database": database, "status": status, "pending": pending}))?;
        } else if pending.is_empty() {
            print::line(&format!("{url}: the schema is up to date"));
        } else {
            for one in &pending {
                print::line(&line(one));
            }
        }
        Ok(ExitCode::from(code))
    }
}

fn shown(one: &PendingMigration) -> Value {
    json!({"version": one.version, "name": one.name, "safe": one.risks.is_empty(), "risks": one.risks})
}

fn line(one: &PendingMigration) -> String {
    let begin = format!("{:04} {}", one.version, one.name);
    if one.risks.is_empty() {
        return format!("{begin}: may run while the service does");
    }
    let risks = one.risks.iter().map(|risk| format!("\n       {risk}"));
    format!("{begin}: stop the service, or expect it to wait{}", risks.collect::<String>())
}
