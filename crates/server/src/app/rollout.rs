//! Who may chat: anyone, or verified customers only; and what that would have meant in the last day.

use std::collections::HashMap;
use std::time::Duration;

use domain::chat::Chat;
use domain::settings::IdentificationMode;
use domain::time::Timestamp;
use serde_json::Value;
use store::StoreError;

use crate::app::App;
use crate::app::audit::Actor;
use crate::app::change_settings::{Change, ChangeSettingsError, change_settings};

/// How far back a forecast looks.
pub const WINDOW: Duration = Duration::from_hours(24);
/// How long ago a token may have been verified last, for enforcing to need no confirmation.
const LATELY: Duration = Duration::from_hours(24 * 7);

/// What enforcing would have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Messages that visitors wrote.
    pub messages: i64,
    /// Those of them that were verified.
    pub verified_messages: i64,
    /// Visitors who wrote.
    pub visitors: i64,
    /// Who would have been turned away, and why; most messages first. A visitor is counted once.
    pub turned_away: Vec<TurnedAway>,
    /// When a token was verified last.
    pub last_verified_at: Option<Timestamp>,
    /// Whether enforcing must be confirmed: no token was verified in seven days.
    pub confirmation_required: bool,
}

/// Visitors who would have been turned away for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAway {
    /// A code; `app::attempts::explain` has it in words.
    pub reason: String,
    /// How many visitors.
    pub visitors: i64,
    /// How many messages.
    pub messages: i64,
}

/// Why the mode was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SetModeError {
    /// No token was verified lately: everybody would be turned away.
    #[error(
        "no token was verified in the last 7 days, so nobody could chat: confirm with the chat's name, {0:?}"
    )]
    ConfirmationRequired(String),
    /// The setting was not changed.
    #[error(transparent)]
    Settings(#[from] ChangeSettingsError),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What enforcing would have meant in the last 24 hours.
///
/// # Errors
/// When the database cannot answer.
pub async fn forecast(app: &App, chat: &Chat) -> Result<Forecast, StoreError> {
    let now = app.clock.now();
    let since = now - WINDOW;
    let mut tx = app.store.read().await?;
    let (messages, verified_messages, visitors) = tx.visitor_messages(&chat.id, since).await?;
    let refused: HashMap<_, _> = tx.refused_visitors(&chat.id, since).await?.into_iter().collect();
    let mut by_reason: HashMap<String, (i64, i64)> = HashMap::new();
    for writer in tx.unverified_writers(&chat.id, since).await? {
        let reason = match (writer.identified_at, refused.get(&writer.visitor_id)) {
            (Some(identified), _) if identified >= writer.last_at => "signed_in_later",
            (Some(_), _) => "lapsed",
            (None, Some(reason)) => reason,
            (None, None) => "no_token",
        };
        let sums = by_reason.entry(reason.to_owned()).or_insert((0, 0));
        *sums = (sums.0 + 1, sums.1 + writer.messages);
    }
    let mut turned_away: Vec<TurnedAway> = by_reason
        .into_iter()
        .map(|(reason, (visitors, messages))| TurnedAway { reason, visitors, messages })
        .collect();
    turned_away.sort_by(|one, other| {
        other.messages.cmp(&one.messages).then_with(|| one.reason.cmp(&other.reason))
    });
    let keys = tx.identification_keys(&chat.id).await?;
    let last_verified_at = keys.iter().filter_map(|key| key.last_used_at).max();
    let confirmation_required = last_verified_at.is_none_or(|last| now.since(last) > LATELY);
    let forecast = Forecast {
        messages,
        verified_messages,
        visitors,
        turned_away,
        last_verified_at,
        confirmation_required,
    };
    Ok(forecast)
}

/// Sets who may chat; open pages follow at once. `confirm` is what was typed to confirm it.
///
/// # Errors
/// [`SetModeError`]; nothing is changed then.
pub async fn set_mode(
    app: &App,
    chat: &Chat,
    mode: IdentificationMode,
    confirm: Option<&str>,
    actor: &Actor,
) -> Result<(), SetModeError> {
    // A key's last use is written down every few seconds only.
    crate::app::key_uses::flush(app).await;
    let confirmed = confirm.map(str::trim) == Some(chat.name.as_str());
    if mode == IdentificationMode::Enforce
        && chat.settings.identification.mode != mode
        && !confirmed
        && forecast(app, chat).await?.confirmation_required
    {
        return Err(SetModeError::ConfirmationRequired(chat.name.to_string()));
    }
    let change = Change {
        name: "identification.mode".to_owned(),
        value: Value::from(mode.as_str()),
        or_else: None,
    };
    change_settings(app, &chat.id, vec![change], Some(actor)).await?;
    Ok(())
}
