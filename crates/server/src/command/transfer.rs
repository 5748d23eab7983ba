//! `zipchat transfer`: from `SQLite` to `PostgreSQL`.

use std::process::ExitCode;

use serde_json::{Value, json};
use store::{Migration, Store, TransferProgress};

use super::refusal::Refusal;
use super::{Outcome, print};
use crate::config::DatabaseUrl;
use crate::lock::Lock;

/// The flags of `zipchat transfer`.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Copies everything in an SQLite database to an empty PostgreSQL database, and compares the two.\n\n\
    The service must be stopped, and both schemas be up to date (`zipchat migrate`). A transfer that was interrupted goes on \
    where it was when it is started again. Secrets in the database stay encrypted as they are: the service on PostgreSQL \
    needs the same secret key file."
)]
pub(super) struct Transfer {
    /// The database that is copied: sqlite:PATH
    #[arg(long, value_name = "URL")]
    from: DatabaseUrl,

    /// The one that it is copied to.
    #[arg(
        long,
        help = "The one that it is copied to: postgres://USER:PASSWORD@HOST/NAME",
        value_name = "URL",
        env = "ZIPCHAT_TRANSFER_TO",
        hide_env_values = true
    )]
    to: DatabaseUrl,

    /// Print JSON: `{from, to, secret_key_file, tables: [{name, rows, checksum}]}`
    #[arg(long)]
    json: bool,
}

impl Transfer {
    pub(super) async fn run(self) -> Outcome {
        let Some(file) = self.from.sqlite_file().filter(|_| self.to.sqlite_file().is_none()) else {
            return Err(Refusal::from(store::TransferError::Direction));
        };
        if !file.exists() {
            return Err(Refusal::new(format!("{}: there is no such file", file.display())));
        }
        let lock = Lock::take(file)?;
        let source = Store::open(self.from.reveal(), Migration::Check).await?;
        let target = Store::open(self.to.reveal(), Migration::Check).await?;
        let tables = store::transfer(&source, &target, say).await?;
        source.close().await;
        target.close().await;
        drop(lock);
        let key = file.with_file_name("secret.key");
        if self.json {
            let each = |table: &store::TransferredTable| json!({"name": table.name, "rows": table.rows, "checksum": table.checksum});
            let tables: Vec<Value> = tables.iter().map(each).collect();
            let (from, to) = (self.from.to_string(), self.to.to_string());
            let key = key.display().to_string();
            print::json(
                &json!({"from": from, "to": to, "secret_key_file": key, "tables": tables}),
            )?;
        } else {
            let rows: u64 = tables.iter().map(|table| table.rows).sum();
            let count = tables.len();
            print::line(&format!(
                "{}: {rows} rows in {count} tables, the same as in {}",
                self.to, self.from
            ));
            print::line(&format!(
                "now set ZIPCHAT_DATABASE_URL, and ZIPCHAT_SECRET_KEY_FILE={} (or where yours is): another key cannot read the secrets",
                key.display()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn say(progress: TransferProgress<'_>) {
    let TransferProgress { table, done, of, comparing } = progress;
    if comparing {
        print::remark(&format!("{table}: comparing {of} rows"));
    } else {
        print::remark(&format!("{table}: {done} of {of} rows"));
    }
}
