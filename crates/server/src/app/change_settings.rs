//! A chat's settings change, all of them or none.

use domain::audit::AuditKind;
use domain::id::ChatId;
use domain::record::{Entry, EntryKind};
use domain::settings::{SettingError, Settings};
use domain::time::Timestamp;
use serde_json::{Map, Value};
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::app::retention::GRACE;
use crate::bus::{Event, Topic};

/// What the names of settings begin with that have things deleted.
const RETENTION: &str = "retention.";

/// A setting and its new value.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// As in `identification.session`.
    pub name: String,
    /// The value.
    pub value: Value,
    /// What is meant where the value does not fit: a terminal cannot tell the text `1001` from the number.
    pub or_else: Option<Value>,
}

/// Why no setting was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSettingsError {
    /// There is no such chat.
    #[error("there is no such chat")]
    ChatUnknown,
    /// A name is unknown or a value does not fit.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes a chat's settings; of two changes to one setting, the later counts.
///
/// # Errors
/// [`ChangeSettingsError`]; nothing is changed then.
pub async fn change_settings(
    app: &App,
    id: &ChatId,
    changes: Vec<Change>,
    by: Option<&Actor>,
) -> Result<Settings, ChangeSettingsError> {
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let chat = tx.chat(id).await?.ok_or(ChangeSettingsError::ChatUnknown)?;
    let before = chat.settings;
    let mut settings = before.clone();
    let names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
    for Change { name, value, or_else } in changes {
        let seal = |secret: &str| app.secret_key.seal(&place(id, &name), secret);
        if let Err(error) = settings.set(&name, value, seal) {
            let Some(value) = or_else else { return Err(error.into()) };
            settings.set(&name, value, seal).map_err(|_| error)?;
        }
    }
    if by.is_some() {
        // Whoever is at the terminal has the secret key, too.
        settings.order_tracking.forget_secrets_of_others(&before.order_tracking, &names);
    }
    let now = app.clock.now();
    tx.put_settings(id, &settings, now).await?;
    if let Some(floor) = settings.identification.not_before
        && names.iter().any(|name| name == "identification.not_before")
    {
        // Taking the floor back does not bring them back.
        tx.end_tokens_identified_before(id, floor).await?;
    }
    if names.iter().any(|name| name.starts_with(RETENTION)) {
        // Not at once: until then it can be taken back.
        tx.put_retention_due(id, now + GRACE).await?;
    }
    for entry in entries(id, &names, &settings, now) {
        tx.append_record(&entry.by(by.map(Actor::id))).await?;
    }
    let deed = Deed { kind: AuditKind::SettingsChanged, subject: "", detail: &names.join(", ") };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    app.chats.forget(id);
    app.bus.publish(&Topic::Chat(id.clone()), Event::ChatChanged);
    tracing::info!(chat = %id, settings = names.join(","), "settings changed");
    Ok(settings)
}

/// Whether `changes` say where orders are looked up, or with which secrets: who may do that learns of customers' orders.
#[must_use]
pub fn say_where_orders_are(settings: &Settings, changes: &Map<String, Value>) -> bool {
    const DEAR: [&str; 5] =
        ["endpoint", "api_key", "woocommerce_url", "woocommerce_key", "woocommerce_secret"];
    let shown = settings.shown();
    changes.iter().any(|(name, value)| {
        let is_dear = name.strip_prefix("order_tracking.").is_some_and(|key| DEAR.contains(&key));
        is_dear && shown.get(name) != Some(value)
    })
}

/// What the record is told: that who may chat changed, and which other settings of identification did.
fn entries(chat: &ChatId, names: &[String], settings: &Settings, now: Timestamp) -> Vec<Entry> {
    const MODE: &str = "identification.mode";
    let entry =
        |kind, reason| Entry { reason: Some(reason), ..Entry::new(chat.clone(), kind, now) };
    let mut entries = Vec::new();
    if names.iter().any(|name| name == MODE) {
        let mode = settings.identification.mode.as_str().to_owned();
        entries.push(entry(EntryKind::ModeChanged, mode));
    }
    let of_identification = |name: &&String| {
        name.as_str() != MODE
            && (name.starts_with("identification.")
                || name.starts_with(RETENTION)
                || name.as_str() == "allowed_origins")
    };
    let others: Vec<&str> = names.iter().filter(of_identification).map(String::as_str).collect();
    if !others.is_empty() {
        entries.push(entry(EntryKind::SettingsChanged, others.join(", ")));
    }
    entries
}

/// Where the secret of a chat's setting `name` is kept: it opens nowhere else.
#[must_use]
pub fn place(chat: &ChatId, name: &str) -> String {
    format!("{chat}/{name}")
}

#[cfg(test)]
mod tests {
    use domain::chat::Platform;
    use serde_json::json;
    use store::{Migration, Store};

    use super::*;
    use crate::app::add_chat::{NewChat, add_chat};
    use crate::app::secret_key::SecretKey;
    use crate::clock::Clock;
    use crate::config::Config;

    fn change(name: &str, value: Value, or_else: Option<Value>) -> Change {
        Change { name: name.to_owned(), value, or_else }
    }

    #[tokio::test]
    async fn all_settings_change_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("z.db").display());
        let store = Store::open(&url, Migration::Apply).await.unwrap();
        let key = SecretKey::random().unwrap();
        let app = App::new(store, Config::default(), key, Clock::default());
        let (name, account) = ("Shop".parse().unwrap(), "Shop".parse().unwrap());
        let new = NewChat { name, platform: Platform::Custom, account };
        let id = add_chat(&app, new).await.unwrap().id;

        let session = || change("identification.session", json!(900), None);
        let wrong = change("identification.mode", json!("never"), None);
        let refused = change_settings(&app, &id, vec![session(), wrong], None).await;
        assert!(matches!(refused, Err(ChangeSettingsError::Setting(_))));
        let kept = app.store.read().await.unwrap().chat(&id).await.unwrap().unwrap().settings;
        assert_eq!(kept, Settings::default());

        let example = "order_tracking.order_number_example";
        let key = "order_tracking.api_key";
        let changes = vec![
            session(),
            change(example, json!(1001), Some(json!("1001"))),
            change(key, json!("s3cret"), None),
        ];
        let now = change_settings(&app, &id, changes, None).await.unwrap();
        assert_eq!(now.identification.session, 900);
        assert_eq!(now.order_tracking.order_number_example.as_deref(), Some("1001"));
        let sealed = now.order_tracking.api_key.unwrap();
        assert_eq!(app.secret_key.open(&place(&id, key), &sealed).unwrap(), "s3cret");
    }
}
