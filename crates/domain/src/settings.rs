//! What a merchant can set on a chat. The names outside are dotted: `identification.session`.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::appearance::AppearanceSettings;
use crate::lead::Email;

/// The settings of a chat. What is absent has its default, so that older rows are read by newer programs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Customer identification.
    pub identification: IdentificationSettings,
    /// The merchant's order endpoint.
    pub order_tracking: OrderTrackingSettings,
    /// The form that asks an unverified visitor who they are.
    pub lead_form: LeadFormSettings,
    /// The assistant.
    pub assistant: AssistantSettings,
    /// What the widget looks like and says.
    pub appearance: AppearanceSettings,
    /// When a person is asked for.
    pub escalation: EscalationSettings,
    /// How long things are kept.
    pub retention: RetentionSettings,
    /// Websites whose pages may call; empty: any.
    pub allowed_origins: Vec<String>,
}

/// Settings named `retention.…`. What is absent is kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RetentionSettings {
    /// For how many days a conversation is kept in which nothing is written any more.
    pub conversations: Option<u32>,
    /// For how many days it is kept what a visitor typed about itself, where nothing else comes of that visitor.
    pub leads: Option<u32>,
}

impl RetentionSettings {
    /// The days that can be set.
    pub const DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;

    fn set(&mut self, key: &str, value: &Value) -> Set {
        let expected = "a number of days from 1 to 3650, or null: kept for ever";
        let days = value.as_u64().and_then(|days| u32::try_from(days).ok());
        let days = days.filter(|days| Self::DAYS.contains(days));
        if days.is_none() && !value.is_null() {
            return Err(expected);
        }
        match key {
            "conversations" => self.conversations = days,
            _ => self.leads = days,
        }
        Ok(())
    }
}

/// Settings named `identification.…`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdentificationSettings {
    /// Who may chat.
    pub mode: IdentificationMode,
    /// The longest `exp − iat` that is accepted, in seconds: 300 to 31,622,400; absent: 366 days.
    pub max_lifetime: Option<u64>,
    /// How long an identity lasts after a verified token, in seconds: 900 to 86,400.
    pub session: u64,
    /// Whether a verified customer sees earlier verified conversations.
    pub history: bool,
    /// An `aud` that is accepted beside the widget token.
    pub audience: Option<String>,
    /// What happens when a second visitor uses a token.
    pub replay: ReplayPolicy,
    /// Tokens issued before this are refused, in Unix seconds.
    pub not_before: Option<f64>,
}

/// Who may chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentificationMode {
    /// Anyone.
    #[default]
    Observe,
    /// Verified customers only.
    Enforce,
}

impl IdentificationMode {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Enforce => "enforce",
        }
    }
}

/// What happens when a second visitor uses a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplayPolicy {
    /// Nothing.
    #[default]
    Off,
    /// It is recorded.
    Warn,
    /// It is refused.
    Refuse,
}

/// Settings named `order_tracking.…`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderTrackingSettings {
    /// Whether orders are looked up.
    pub enabled: bool,
    /// Where.
    pub connector: OrderConnector,
    /// The merchant's address for look-ups, http or https.
    pub endpoint: Option<String>,
    /// The key sent with a look-up, encrypted; never shown.
    pub api_key: Option<SealedSecret>,
    /// The address of the `WooCommerce` shop, http or https.
    pub woocommerce_url: Option<String>,
    /// Its consumer key, encrypted; never shown.
    pub woocommerce_key: Option<SealedSecret>,
    /// Its consumer secret, encrypted; never shown.
    pub woocommerce_secret: Option<SealedSecret>,
    /// What an order number looks like.
    pub order_number_example: Option<String>,
    /// Whether unverified visitors may look orders up by number and email.
    pub unverified: bool,
}

/// Where orders are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderConnector {
    /// At the merchant's own endpoint.
    #[default]
    Endpoint,
    /// At the REST API of a `WooCommerce` shop.
    WooCommerce,
}

/// The settings that are kept encrypted, and shown as set or not.
const SECRETS: [&str; 3] = [
    "order_tracking.api_key",
    "order_tracking.woocommerce_key",
    "order_tracking.woocommerce_secret",
];

/// A merchant's secret as it is kept: encrypted with the installation's secret key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(pub String);

/// Settings named `lead_form.…`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadFormSettings {
    /// When it is shown.
    pub mode: LeadFormMode,
    /// What it asks for.
    pub fields: Vec<LeadFormField>,
}

/// When the lead form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadFormMode {
    /// Never.
    #[default]
    Off,
    /// Before the first message can be written.
    BeforeChat,
    /// After the first message.
    AfterFirstMessage,
}

/// A field of the lead form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadFormField {
    /// Email; always asked for.
    Email,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Phone number.
    PhoneNumber,
    /// Consent to marketing by email.
    EmailMarketingConsent,
}

/// Settings named `assistant.…`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssistantSettings {
    /// What the merchant tells the assistant; at most 8,000 characters.
    pub instructions: String,
    /// Which of a customer's attributes the assistant may see; at most 50 names.
    pub visible_attributes: Vec<String>,
    /// Hosts that the assistant may link to beside the chat's own websites; at most 100.
    pub allowed_links: Vec<LinkHost>,
}

/// A host that links may lead to: `shop.example`, `*.shop.example` for what is below it, or one with its port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkHost(String);

/// Text that is not such a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host is written shop.example, *.shop.example or shop.example:8443")]
pub struct ParseLinkHostError;

impl LinkHost {
    /// Whether `host` is meant, as addresses write it: in lower case, by its ASCII form. `port` is none where it is the scheme's own.
    #[must_use]
    pub fn covers(&self, host: &str, port: Option<u16>) -> bool {
        let (wanted, wanted_port) = match self.0.rsplit_once(':') {
            Some((wanted, port)) => (wanted, port.parse().ok()),
            None => (self.0.as_str(), None),
        };
        let named = match wanted.strip_prefix("*.") {
            Some(above) => host.strip_suffix(above).is_some_and(|below| below.ends_with('.')),
            None => host == wanted,
        };
        named && port == wanted_port
    }
}

impl TryFrom<String> for LinkHost {
    type Error = ParseLinkHostError;

    fn try_from(text: String) -> Result<Self, ParseLinkHostError> {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text.as_str(), None),
        };
        let starred = host.starts_with("*.");
        let bare = host.strip_prefix("*.").unwrap_or(host);
        let ascii = idna::domain_to_ascii_strict(bare).map_err(|_| ParseLinkHostError)?;
        // A star before a name without a dot would be a whole top-level domain.
        let fits = !ascii.is_empty() && (!starred || ascii.contains('.'));
        let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if !fits || !port_fits {
            return Err(ParseLinkHostError);
        }
        let star = if starred { "*." } else { "" };
        Ok(Self(match port {
            Some(port) => format!("{star}{ascii}:{port}"),
            None => format!("{star}{ascii}"),
        }))
    }
}

impl From<LinkHost> for String {
    fn from(host: LinkHost) -> Self {
        host.0
    }
}

/// Settings named `escalation.…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EscalationSettings {
    /// Whether people are told by mail.
    pub mail: bool,
    /// Whom: at most 20 addresses; empty: the account's owners.
    pub emails: Vec<String>,
}

impl Default for EscalationSettings {
    fn default() -> Self {
        Self { mail: true, emails: Vec::new() }
    }
}

impl EscalationSettings {
    /// The most addresses.
    pub const MOST_EMAILS: usize = 20;

    fn set(&mut self, key: &str, value: Value) -> Set {
        if key == "mail" {
            self.mail = flag(&value)?;
            return Ok(());
        }
        let expected =
            "a list of at most 20 email addresses; an empty one means the account's owners";
        let emails: Vec<String> = serde_json::from_value(value).map_err(|_| expected)?;
        let parsed: Result<Vec<Email>, _> = emails.iter().map(|email| email.parse()).collect();
        let mut parsed = parsed.map_err(|_| expected)?;
        let mut seen = HashSet::new();
        parsed.retain(|email| seen.insert(email.key().clone()));
        if parsed.len() > Self::MOST_EMAILS {
            return Err(expected);
        }
        self.emails = parsed.iter().map(|email| email.signed().to_owned()).collect();
        Ok(())
    }
}

impl Default for IdentificationSettings {
    fn default() -> Self {
        Self {
            mode: IdentificationMode::Observe,
            max_lifetime: None,
            session: 7200,
            history: true,
            audience: None,
            replay: ReplayPolicy::Off,
            not_before: None,
        }
    }
}

impl IdentificationSettings {
    /// How long an identity lasts after a verified token.
    #[must_use]
    pub const fn session_length(&self) -> Duration {
        Duration::from_secs(self.session)
    }
}

/// Why a setting was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is no setting of that name.
    #[error("no setting is named {name:?}; the settings are {}", NAMES.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The value does not fit.
    #[error("{name} must be {expected}")]
    Invalid {
        /// The setting.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
}

/// The names of all settings.
pub const NAMES: [&str; 42] = [
    "allowed_origins",
    "appearance.accent",
    "appearance.accent_dark",
    "appearance.bubble_size",
    "appearance.icon",
    "appearance.language",
    "appearance.offset_block",
    "appearance.offset_inline",
    "appearance.panel_size",
    "appearance.placeholder",
    "appearance.questions",
    "appearance.side",
    "appearance.status",
    "appearance.theme",
    "appearance.title",
    "appearance.translations",
    "appearance.welcome",
    "assistant.allowed_links",
    "assistant.instructions",
    "assistant.visible_attributes",
    "escalation.emails",
    "escalation.mail",
    "identification.audience",
    "identification.history",
    "identification.max_lifetime",
    "identification.mode",
    "identification.not_before",
    "identification.replay",
    "identification.session",
    "lead_form.fields",
    "lead_form.mode",
    "order_tracking.api_key",
    "order_tracking.connector",
    "order_tracking.enabled",
    "order_tracking.endpoint",
    "order_tracking.order_number_example",
    "order_tracking.unverified",
    "order_tracking.woocommerce_key",
    "order_tracking.woocommerce_secret",
    "order_tracking.woocommerce_url",
    "retention.conversations",
    "retention.leads",
];

impl Settings {
    /// Whether a call from a page of `origin` is taken. Without an origin it comes from no page, and the list says nothing of it.
    #[must_use]
    pub fn allows_origin(&self, origin: Option<&str>) -> bool {
        let listed = |origin: &str| self.allowed_origins.iter().any(|allowed| allowed == origin);
        self.allowed_origins.is_empty() || origin.is_none_or(listed)
    }

    /// All settings by their names, as they may be shown: of a secret, whether it is set.
    #[must_use]
    pub fn shown(&self) -> Map<String, Value> {
        let all = serde_json::to_value(self).unwrap_or_default();
        let value = |name: &'static str| {
            let kept = all.pointer(&format!("/{}", name.replace('.', "/"))).cloned();
            let kept = kept.unwrap_or_default();
            let secret = SECRETS.contains(&name);
            (name.to_owned(), if secret { json!({ "set": !kept.is_null() }) } else { kept })
        };
        NAMES.into_iter().map(value).collect()
    }

    /// Changes the setting `name`. `seal` encrypts a secret for keeping.
    ///
    /// # Errors
    /// [`SettingError`]; nothing is changed then.
    pub fn set(
        &mut self,
        name: &str,
        value: Value,
        seal: impl FnOnce(&str) -> SealedSecret,
    ) -> Result<(), SettingError> {
        let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
            return Err(SettingError::Unknown { name: name.to_owned() });
        };
        let set = match name.split_once('.') {
            Some(("identification", key)) => self.identification.set(key, value),
            Some(("order_tracking", key)) => self.order_tracking.set(key, value, seal),
            Some(("appearance", key)) => self.appearance.set(key, value),
            Some(("escalation", key)) => self.escalation.set(key, value),
            Some(("lead_form", key)) => self.lead_form.set(key, value),
            Some(("retention", key)) => self.retention.set(key, &value),
            Some((_, key)) => self.assistant.set(key, value),
            None => origins(value).map(|origins| self.allowed_origins = origins),
        };
        set.map_err(|expected| SettingError::Invalid { name, expected })
    }
}

type Set = Result<(), &'static str>;

fn flag(value: &Value) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true or false")
}

/// A string of 1 to `max` characters without controls; `null` and the empty string are none.
fn text(value: Value, max: usize, expected: &'static str) -> Result<Option<String>, &'static str> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text)
            if text.chars().count() <= max && !text.chars().any(char::is_control) =>
        {
            Ok(Some(text))
        }
        _ => Err(expected),
    }
}

fn origins(value: Value) -> Result<Vec<String>, &'static str> {
    const EXPECTED: &str = "a list of at most 100 origins, each as a browser sends it: https://shop.example, without a path";
    let origins: Vec<String> = serde_json::from_value(value).map_err(|_| EXPECTED)?;
    let fits = |origin: &String| is_origin(origin);
    if origins.len() <= 100 && origins.iter().all(fits) { Ok(origins) } else { Err(EXPECTED) }
}

/// What stands before the path of an address: scheme, host and port.
fn host(address: &str) -> &str {
    let after = address.find("://").map_or(0, |at| at + 3);
    let end = address[after..].find(['/', '?', '#', '\\']).map_or(address.len(), |at| after + at);
    &address[..end]
}

/// Whether `text` is an origin as a browser sends it: `https://shop.example`, without a path.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.len() <= 255
            && host.bytes().all(|b| b.is_ascii_graphic())
            && !host.contains('/')
    })
}

impl IdentificationSettings {
    fn set(&mut self, key: &str, value: Value) -> Set {
        match key {
            "mode" => {
                self.mode = serde_json::from_value(value).map_err(|_| "observe or enforce")?;
            }
            "replay" => {
                self.replay = serde_json::from_value(value).map_err(|_| "off, warn or refuse")?;
            }
            "history" => self.history = flag(&value)?,
            "audience" => {
                self.audience = text(value, 255, "a string of at most 255 characters, or null")?;
            }
            "session" => {
                let fits = value.as_u64().filter(|seconds| (900..=86_400).contains(seconds));
                self.session =
                    fits.ok_or("a number of seconds from 900 (15 minutes) to 86400 (24 hours)")?;
            }
            "max_lifetime" if value.is_null() => self.max_lifetime = None,
            "max_lifetime" => {
                let fits = value.as_u64().filter(|seconds| (300..=31_622_400).contains(seconds));
                let expected =
                    "a number of seconds from 300 (5 minutes) to 31622400 (366 days), or null";
                self.max_lifetime = Some(fits.ok_or(expected)?);
            }
            _ if value.is_null() => self.not_before = None,
            _ => {
                let fits =
                    value.as_f64().filter(|seconds| (0.0..=253_402_300_799.0).contains(seconds));
                self.not_before =
                    Some(fits.ok_or("a time in Unix seconds (not milliseconds), or null")?);
            }
        }
        Ok(())
    }
}

impl OrderTrackingSettings {
    /// Forgets each secret whose address is on another host than it was in `before`, unless it is among the settings `named` anew:
    /// it was for that host, and whoever sets another must not be sent it.
    pub fn forget_secrets_of_others(&mut self, before: &Self, named: &[String]) {
        let is_named =
            |key: &str| named.iter().any(|name| name.strip_prefix("order_tracking.") == Some(key));
        let moved = |now: Option<&str>, then: Option<&str>| {
            then.is_some() && now.map(host) != then.map(host)
        };
        if moved(self.endpoint.as_deref(), before.endpoint.as_deref()) && !is_named("api_key") {
            self.api_key = None;
        }
        if moved(self.woocommerce_url.as_deref(), before.woocommerce_url.as_deref()) {
            if !is_named("woocommerce_key") {
                self.woocommerce_key = None;
            }
            if !is_named("woocommerce_secret") {
                self.woocommerce_secret = None;
            }
        }
    }

    fn set(&mut self, key: &str, value: Value, seal: impl FnOnce(&str) -> SealedSecret) -> Set {
        match key {
            "enabled" => self.enabled = flag(&value)?,
            "unverified" => self.unverified = flag(&value)?,
            "order_number_example" => {
                self.order_number_example =
                    text(value, 100, "a string of at most 100 characters, or null")?;
            }
            "connector" => {
                self.connector =
                    serde_json::from_value(value).map_err(|_| "endpoint or woocommerce")?;
            }
            "endpoint" => self.endpoint = address(value)?,
            "woocommerce_url" => self.woocommerce_url = address(value)?,
            _ => {
                let secret = text(value, 1_000, "a string of at most 1000 characters, or null")?;
                let sealed = secret.as_deref().map(seal);
                match key {
                    "woocommerce_key" => self.woocommerce_key = sealed,
                    "woocommerce_secret" => self.woocommerce_secret = sealed,
                    _ => self.api_key = sealed,
                }
            }
        }
        Ok(())
    }

    /// What is asked, where it is known: the endpoint, or the shop.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match self.connector {
            OrderConnector::Endpoint => self.endpoint.as_deref(),
            OrderConnector::WooCommerce => self.woocommerce_url.as_deref(),
        }
    }
}

fn address(value: Value) -> Result<Option<String>, &'static str> {
    const EXPECTED: &str = "an address that begins with http:// or https://, or null";
    let address = text(value, 2_000, EXPECTED)?;
    let fits = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if address.iter().all(fits) { Ok(address) } else { Err(EXPECTED) }
}

impl LeadFormSettings {
    /// What an unverified visitor is asked for who has not said who they are; `None` where they are not asked. `wrote`: whether
    /// they have written a message.
    #[must_use]
    pub fn asks(&self, wrote: bool) -> Option<Vec<LeadFormField>> {
        let now = match self.mode {
            LeadFormMode::Off => false,
            LeadFormMode::BeforeChat => true,
            LeadFormMode::AfterFirstMessage => wrote,
        };
        let others = self.fields.iter().filter(|field| **field != LeadFormField::Email);
        now.then(|| std::iter::once(LeadFormField::Email).chain(others.copied()).collect())
    }

    fn set(&mut self, key: &str, value: Value) -> Set {
        if key == "mode" {
            self.mode = serde_json::from_value(value)
                .map_err(|_| "off, before_chat or after_first_message")?;
            return Ok(());
        }
        let expected = "a list of email, first_name, last_name, phone_number, email_marketing_consent, each at most once";
        let fields: Vec<LeadFormField> = serde_json::from_value(value).map_err(|_| expected)?;
        let repeated = fields.iter().enumerate().any(|(at, field)| fields[..at].contains(field));
        if repeated {
            return Err(expected);
        }
        self.fields = fields;
        Ok(())
    }
}

impl AssistantSettings {
    fn set(&mut self, key: &str, value: Value) -> Set {
        if key == "instructions" {
            let expected = "a text of at most 8000 characters";
            let Value::String(text) = value else { return Err(expected) };
            if text.chars().count() > 8_000 || text.contains('\0') {
                return Err(expected);
            }
            self.instructions = text;
            return Ok(());
        }
        if key == "allowed_links" {
            let expected = "a list of at most 100 hosts, as in shop.example, *.shop.example or shop.example:8443";
            let hosts: Vec<LinkHost> = serde_json::from_value(value).map_err(|_| expected)?;
            if hosts.len() > 100 {
                return Err(expected);
            }
            self.allowed_links = hosts;
            return Ok(());
        }
        let expected = "a list of at most 50 names of attributes, each of 1 to 64 characters";
        let names: Vec<String> = serde_json::from_value(value).map_err(|_| expected)?;
        let fits = |name: &String| (1..=64).contains(&name.chars().count()) && !name.contains('\0');
        if names.len() > 50 || !names.iter().all(fits) {
            return Err(expected);
        }
        self.visible_attributes = names;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(name: &str, value: Value) -> Result<Settings, SettingError> {
        let mut settings = Settings::default();
        settings
            .set(name, value, |secret| SealedSecret(secret.chars().rev().collect()))
            .map(|()| settings)
    }

    #[test]
    fn shops_and_addresses_of_people_are_taken_as_they_can_be() {
        let check = |name: &str, value: Value, good: bool| {
            assert_eq!(set(name, value.clone()).is_ok(), good, "{name} = {value}");
        };
        check("order_tracking.connector", json!("woocommerce"), true);
        check("order_tracking.connector", json!("shopify"), false);
        check("order_tracking.woocommerce_url", json!("https://shop.example/wp"), true);
        check("order_tracking.woocommerce_url", json!("shop.example"), false);
        check("order_tracking.woocommerce_key", json!("ck_1"), true);
        check("order_tracking.woocommerce_secret", Value::Null, true);
        check("escalation.mail", json!(false), true);
        check("escalation.mail", json!("no"), false);
        check("escalation.emails", json!([]), true);
        check("escalation.emails", json!(["a@shop.example", "b@shop.example"]), true);
        check("escalation.emails", json!(["a@shop.example\r\nBcc: b@shop.example"]), false);
        check("escalation.emails", json!("a@shop.example"), false);
        let many = |count: usize| {
            json!((0..count).map(|n| format!("p{n}@shop.example")).collect::<Vec<_>>())
        };
        check("escalation.emails", many(20), true);
        check("escalation.emails", many(21), false);
    }

    #[test]
    fn values_at_the_edge_are_taken_and_values_beyond_it_refused() {
        let check = |name: &str, value: Value, good: bool| {
            assert_eq!(set(name, value.clone()).is_ok(), good, "{name} = {value}");
        };
        check("identification.mode", json!("enforce"), true);
        check("identification.mode", json!("Enforce"), false);
        check("identification.session", json!(900), true);
        check("identification.session", json!(899), false);
        check("identification.session", json!(86_400), true);
        check("identification.session", json!(86_401), false);
        check("identification.session", json!("7200"), false);
        check("identification.max_lifetime", json!(300), true);
        check("identification.max_lifetime", json!(299), false);
        check("identification.max_lifetime", Value::Null, true);
        check("identification.history", json!(0), false);
        check("identification.audience", json!("shop"), true);
        check("identification.audience", json!("a".repeat(256)), false);
        check("identification.replay", json!("refuse"), true);
        check("identification.not_before", json!(1_800_000_000), true);
        check("identification.not_before", json!(1_800_000_000_000_i64), false);
        check("order_tracking.endpoint", json!("https://shop.example/orders"), true);
        check("order_tracking.endpoint", json!("javascript:alert(1)"), false);
        check("lead_form.fields", json!(["email", "first_name"]), true);
        check("lead_form.fields", json!(["email", "email"]), false);
        check("lead_form.mode", json!("before_chat"), true);
        check("assistant.instructions", json!("Be kind."), true);
        check("assistant.instructions", json!("a".repeat(8_001)), false);
        check("assistant.visible_attributes", json!(["tier"]), true);
        for host in ["shop.example", "*.shop.example", "localhost:8788", "Bücher.example"] {
            check("assistant.allowed_links", json!([host]), true);
        }
        for wrong in [
            "",
            "*",
            "*.example",
            "https://shop.example",
            "shop.example/x",
            "a@b.example",
            "b.example:0",
            "*.*.b.example",
        ] {
            check("assistant.allowed_links", json!([wrong]), false);
        }
        check("assistant.allowed_links", json!(vec!["shop.example"; 101]), false);
        for name in ["retention.conversations", "retention.leads"] {
            check(name, json!(1), true);
            check(name, json!(3_650), true);
            check(name, Value::Null, true);
            check(name, json!(0), false);
            check(name, json!(3_651), false);
            check(name, json!(1.5), false);
            check(name, json!("90"), false);
        }
        check("allowed_origins", json!(["https://shop.example"]), true);
        check("allowed_origins", json!(["https://shop.example/"]), false);
        check("allowed_origins", json!(["shop.example"]), false);
        check("theme", json!("dark"), false);
    }

    #[test]
    fn a_link_host_covers_itself_or_with_a_star_what_is_below_it() {
        let check = |rule: &str, host: &str, port: Option<u16>, covered: bool| {
            let rule = LinkHost::try_from(rule.to_owned()).unwrap();
            assert_eq!(rule.covers(host, port), covered, "{rule:?} {host} {port:?}");
        };
        check("Shop.example", "shop.example", None, true);
        check("shop.example", "shop.example", Some(8443), false);
        check("shop.example", "www.shop.example", None, false);
        check("shop.example", "evilshop.example", None, false);
        check("*.shop.example", "a.b.shop.example", None, true);
        check("*.shop.example", "shop.example", None, false);
        check("*.shop.example", "evilshop.example", None, false);
        check("*.shop.example", "shop.example.evil.example", None, false);
        check("localhost:8788", "localhost", Some(8788), true);
        check("localhost:8788", "localhost", None, false);
        check("bücher.example", "xn--bcher-kva.example", None, true);
    }

    #[test]
    fn every_name_can_be_set_and_its_group_is_found() {
        for name in NAMES {
            let error = set(name, json!({"no": "setting is an object"})).unwrap_err();
            assert!(
                matches!(error, SettingError::Invalid { name: named, .. } if named == name),
                "{error}"
            );
        }
    }

    #[test]
    fn the_form_always_asks_for_the_email_and_first() {
        let asks = |mode: &str, wrote: bool| {
            let mut settings = set("lead_form.mode", json!(mode)).unwrap().lead_form;
            settings.fields = vec![LeadFormField::FirstName, LeadFormField::Email];
            settings.asks(wrote)
        };
        let both = Some(vec![LeadFormField::Email, LeadFormField::FirstName]);
        assert_eq!(asks("off", true), None);
        assert_eq!(asks("before_chat", false), both);
        assert_eq!(asks("before_chat", true), both);
        assert_eq!(asks("after_first_message", false), None);
        assert_eq!(asks("after_first_message", true), both);
    }

    #[test]
    fn a_list_of_origins_is_kept_to_and_no_list_allows_any() {
        let listed = set("allowed_origins", json!(["https://shop.example"])).unwrap();
        assert!(listed.allows_origin(Some("https://shop.example")));
        assert!(!listed.allows_origin(Some("https://evil.example")));
        assert!(!listed.allows_origin(Some("null")));
        assert!(listed.allows_origin(None));
        assert!(Settings::default().allows_origin(Some("https://any.example")));
    }

    #[test]
    fn a_secret_is_kept_sealed() {
        let settings = set("order_tracking.api_key", json!("abc")).unwrap();
        assert_eq!(settings.order_tracking.api_key, Some(SealedSecret("cba".to_owned())));
        assert!(!serde_json::to_string(&settings).unwrap().contains("abc"));
    }

    #[test]
    fn every_setting_is_shown_but_no_secret() {
        let settings = set("order_tracking.api_key", json!("abc")).unwrap();
        let shown = settings.shown();
        assert_eq!(shown.len(), NAMES.len());
        assert_eq!(shown["identification.session"], json!(7200));
        assert_eq!(shown["identification.mode"], json!("observe"));
        assert_eq!(shown["order_tracking.api_key"], json!({ "set": true }));
        assert_eq!(shown["allowed_origins"], json!([]));
    }

    #[test]
    fn settings_kept_by_an_older_program_are_read() {
        let settings: Settings =
            serde_json::from_str(r#"{"identification": {"session": 900}}"#).unwrap();
        assert_eq!(settings.identification.session, 900);
        assert!(settings.identification.history);
    }
}
