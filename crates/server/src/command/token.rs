//! `zipchat token`: sign a customer's token to try, see what is wrong with one.

use std::fmt::Write;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::diagnosis::Outcome as CheckOutcome;
use domain::identity::key::{Kid, SigningKeyError, SigningKeyPair};
use domain::identity::reason::Reason;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Outcome, key_file, open_existing, print};
use crate::app::inspect_token::{Inspected, inspect_token};
use crate::clock::Clock;
use crate::config::DatabaseConfig;

/// `zipchat token …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Token {
    /// Sign a token as a merchant's backend does; `iat` is now
    Sign(Sign),
    /// Say what is right and wrong with the token on standard input
    #[command(after_help = inspect_help())]
    Inspect(Inspect),
}

/// The flags of `zipchat token sign`.
#[derive(Debug, clap::Args)]
pub(super) struct Sign {
    /// The private key: a PEM file or - for standard input, also one with \n for line breaks or quotes around it
    // A key itself, pasted here, is refused by us: clap would repeat it.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    key: PathBuf,

    /// The customer's email
    #[arg(long)]
    email: String,

    /// The customer's first name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,

    /// The customer's last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,

    /// More about the customer: a JSON object
    #[arg(long, value_name = "JSON", value_parser = parse_object)]
    attributes: Option<Map<String, Value>>,

    /// How long the token is valid: 30s, 15m, 1h, 7d
    #[arg(long, default_value = "1h", value_parser = parse_duration)]
    ttl: Duration,

    /// Print JSON: `{token}`
    #[arg(long)]
    json: bool,
}

/// The flags of `zipchat token inspect`.
#[derive(Debug, clap::Args)]
pub(super) struct Inspect {
    /// The chat that the token is for
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: `{valid, reason, checks, claims, stored}`
    #[arg(long)]
    json: bool,
}

impl Token {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Sign(command) => command.run(),
            Self::Inspect(command) => command.run().await,
        }
    }
}

impl Sign {
    fn run(self) -> Outcome {
        let bytes = key_file::read(&self.key)?;
        let refuse = |error: &dyn std::fmt::Display| {
            Refusal::new(format!("{}: {error}", self.key.display()))
        };
        let text = str::from_utf8(&bytes).map_err(|_| refuse(&SigningKeyError::NotRsa))?;
        let pair = SigningKeyPair::from_pem(text).map_err(|error| refuse(&error))?;
        let token = pair.sign(Some(&Kid::of(pair.public_key())), &self.claims().to_string())?;
        if self.json {
            print::json(&json!({"token": token}))?;
        } else {
            print::line(&token);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn claims(&self) -> Value {
        let issued_at = Clock::default().now().as_millis() / 1000;
        let lifetime = i64::try_from(self.ttl.as_secs()).unwrap_or(i64::MAX);
        let mut claims = json!({"email": self.email, "iat": issued_at, "exp": issued_at.saturating_add(lifetime)});
        if let Some(name) = &self.first_name {
            claims["first_name"] = name.as_str().into();
        }
        if let Some(name) = &self.last_name {
            claims["last_name"] = name.as_str().into();
        }
        if let Some(attributes) = &self.attributes {
            claims["additional_attributes"] = Value::Object(attributes.clone());
        }
        claims
    }
}

impl Inspect {
    async fn run(self) -> Outcome {
        let Self { chat, database, json } = self;
        let mut text = Vec::new();
        // More than any token may have is enough to say that it is too long.
        std::io::stdin().lock().take(1 << 20).read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        // A shell ends its output with a line break, and that is not the token's.
        let token = text.strip_suffix('\n').unwrap_or(&text);
        let token = token.strip_suffix('\r').unwrap_or(token);
        let app = open_existing(database).await?;
        let inspected = inspect_token(&app, &chat, token).await;
        app.store.close().await;
        let inspected = inspected?;
        let diagnosis = &inspected.diagnosis;
        if json {
            print::json(&inspected.to_json())?;
        } else {
            print::line(&in_words(&inspected)?);
        }
        Ok(diagnosis.reason.map_or(ExitCode::SUCCESS, |reason| ExitCode::from(reason.exit_code())))
    }
}

fn in_words(inspected: &Inspected) -> Result<String, Refusal> {
    let Inspected { diagnosis, stored } = inspected;
    let mut text = String::new();
    for check in &diagnosis.checks {
        let mark = match check.outcome {
            CheckOutcome::Passed => "ok  ",
            CheckOutcome::Failed => "FAIL",
            CheckOutcome::Skipped => "-   ",
        };
        // The names of checks are known to whoever reads the JSON.
        let name = serde_json::to_value(check.name)?;
        let detail = check.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        writeln!(text, "{mark}  {}{detail}", name.as_str().unwrap_or_default())?;
    }
    for warning in &diagnosis.warnings {
        writeln!(text, "note  {}", warning.message)?;
    }
    if let Some(claims) = &diagnosis.claims {
        writeln!(text, "\nIt says:\n{}", plain(&serde_json::to_string_pretty(claims)?))?;
    }
    match diagnosis.reason {
        None => {
            text.push_str("\nThe token is valid.");
            if let Some(stored) = stored {
                let who = if stored.known { "the known customer" } else { "a new customer" };
                write!(text, "\nIt identifies {who} {}", stored.lead.email.signed())?;
                let id = stored.lead.stable_id.as_ref();
                id.map_or(Ok(()), |id| write!(text, " with the id {}", id.as_str()))?;
                write!(text, ", for {} s.", stored.expires_in.as_secs())?;
                let stored = serde_json::to_string_pretty(&inspected.to_json()["stored"])?;
                write!(text, "\nWhat would be stored:\n{}", plain(&stored))?;
            }
        }
        Some(reason) => {
            write!(text, "\n{} ({})\n{}", reason.message(), reason.code(), reason.remedy())?;
        }
    }
    Ok(text)
}

/// Without what a terminal would obey: whoever wrote the token wrote this.
fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn inspect_help() -> String {
    let mut text =
        "Exit codes: 0 valid; 1 not inspected; 2 wrong usage; and for each reason:\n".to_owned();
    for reason in Reason::ALL {
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "  {}  {:<26} {}", reason.exit_code(), reason.code(), reason.message());
    }
    text
}

fn parse_object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("expected a JSON object: {error}"))
}

/// A number and its unit, from a second to ten years.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a number and s, m, h or d, as in 1h".to_owned();
    let unit = text.chars().next_back().ok_or_else(expected)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(expected()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| expected())?;
    let seconds = number.checked_mul(seconds).filter(|seconds| (1..=315_360_000).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| "expected 1 second to 10 years".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        let check = |text: &str, seconds: Option<u64>| {
            assert_eq!(parse_duration(text).ok(), seconds.map(Duration::from_secs), "{text}");
        };
        check("30s", Some(30));
        check("15m", Some(900));
        check("1h", Some(3_600));
        check("7d", Some(604_800));
        for wrong in ["", "h", "1", "1w", "-1h", "0s", "1.5h", "99999999999999999999d", "1é"] {
            check(wrong, None);
        }
    }

    #[test]
    fn every_reason_has_an_exit_code_of_its_own() {
        let mut codes: Vec<u8> = Reason::ALL.iter().map(|reason| reason.exit_code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
        assert!(codes.iter().all(|code| *code > 2));
        let help = inspect_help();
        assert!(Reason::ALL.iter().all(|reason| help.contains(reason.code())));
    }
}
