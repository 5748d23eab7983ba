//! What the operator sets: `ZIPCHAT_…` variables, each also a flag of `serve`.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use axum::http::Uri;
use axum::http::uri::Authority;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;

use crate::assistant::model::ProviderName;
use crate::documents::reader::this_program;
use crate::mail::{Sender, SmtpUrl};
use crate::serve::{TlsConfig, TlsConfigError};
use crate::traces::TracesConfig;

/// What the operator sets. Absent variables have the defaults that `zipchat serve --help` lists.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// The address and port to listen on
    #[arg(
        long,
        env = "ZIPCHAT_LISTEN",
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8787"
    )]
    pub listen: SocketAddr,

    /// Where browsers reach the service.
    #[arg(
        long,
        help = "Where browsers reach the service, as in https://chat.example.com [default: http:// and the address above]",
        env = "ZIPCHAT_PUBLIC_URL",
        value_name = "URL"
    )]
    pub public_url: Option<PublicUrl>,

    /// Where the database is and which secret key goes with it.
    #[command(flatten)]
    pub database: DatabaseConfig,

    /// A server that follows the database.
    #[arg(
        long,
        help = "A PostgreSQL replica of the database, where lists, searches, counts and files are read: postgres://USER:PASSWORD@HOST/NAME",
        env = "ZIPCHAT_DATABASE_READ_URL",
        value_name = "URL",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true
    )]
    pub database_read_url: ReadUrl,

    /// Where nodes hear from each other.
    #[arg(
        long,
        help = "Where nodes hear from each other: NATS servers, as in nats://USER:PASSWORD@n1:4222,nats://n2:4222 (tls:// for TLS); only with PostgreSQL",
        env = "ZIPCHAT_NATS_URL",
        value_name = "URL,…",
        hide_env_values = true
    )]
    pub nats_url: Option<NatsUrl>,

    /// Who writes the assistant's replies.
    #[command(flatten)]
    pub assistant: AssistantConfig,

    /// Networks of proxies whose word about the client is believed.
    #[arg(
        long,
        help = "Networks of proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8,fd00::/8",
        env = "ZIPCHAT_TRUSTED_PROXIES",
        value_name = "CIDR,…",
        default_value = "",
        hide_default_value = true,
        value_parser = parse_networks
    )]
    pub trusted_proxies: Networks,

    /// Whom merchants may make the service call.
    #[command(flatten)]
    pub outbound: OutboundConfig,

    /// How mail is sent.
    #[command(flatten)]
    pub mail: MailConfig,

    /// TLS by the service itself.
    #[command(flatten)]
    pub tls: TlsConfig,

    /// Where traces go.
    #[command(flatten)]
    pub traces: TracesConfig,

    /// How often a minute one visitor may identify; 0 is no limit
    #[arg(long, env = "ZIPCHAT_IDENTIFY_PER_VISITOR", value_name = "N", default_value_t = 10)]
    pub identify_per_visitor: u32,

    /// How often a minute one address may identify; 0 is no limit
    #[arg(long, env = "ZIPCHAT_IDENTIFY_PER_ADDRESS", value_name = "N", default_value_t = 300)]
    pub identify_per_address: u32,

    /// The program that documents are read by: this one, but in tests.
    #[arg(skip = this_program())]
    pub reader: PathBuf,

    /// What is logged to standard error: error, warn, info, debug, or a filter as in info,server=debug
    #[arg(long, env = "ZIPCHAT_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,
}

/// Whom merchants may make the service call: what commands that call them need, too.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OutboundConfig {
    /// Private networks that addresses of merchants may lie in.
    #[arg(
        long,
        help = "Private networks that merchants' addresses (JWKS, order endpoints) may lie in, as in 10.1.0.0/16; there http:// will do, too",
        env = "ZIPCHAT_ALLOWED_PRIVATE_TARGETS",
        value_name = "CIDR,…",
        default_value = "",
        hide_default_value = true,
        value_parser = parse_networks
    )]
    pub allowed_private_targets: Networks,
}

/// How mail is sent: what commands that send some need, too.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct MailConfig {
    /// The server that mail is given to.
    #[arg(
        long,
        help = "The server that mail is given to, as in smtps://USER:PASSWORD@mail.example.com or smtp://mail.example.com:587 (STARTTLS); without one no mail is sent",
        env = "ZIPCHAT_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<SmtpUrl>,

    /// Whom mail is from.
    #[arg(
        long,
        help = "Whom mail is from, as in Tea shop <chat@example.com> [default: Zipchat <zipchat@HOST>, HOST being the public address's]",
        env = "ZIPCHAT_SMTP_FROM",
        value_name = "SENDER"
    )]
    pub smtp_from: Option<Sender>,
}

/// Who writes the assistant's replies.
#[derive(Debug, Clone, clap::Args)]
pub struct AssistantConfig {
    /// The provider.
    #[arg(
        long,
        help = "Who writes the assistant's replies: built-in, openai (and whatever speaks its chat completions), anthropic, gemini, ollama, …",
        env = "ZIPCHAT_ASSISTANT_PROVIDER",
        value_name = "NAME",
        default_value = "built-in"
    )]
    pub assistant_provider: AssistantProvider,

    /// Where the model is.
    #[arg(
        long,
        help = "Where the model is, as in http://localhost:11434/v1 [default: the provider's own]",
        env = "ZIPCHAT_ASSISTANT_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub assistant_url: Option<AssistantUrl>,

    /// The provider's key.
    #[arg(
        long,
        help = "The provider's key; a model of your own may need none",
        env = "ZIPCHAT_ASSISTANT_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub assistant_key: Option<AssistantKey>,

    /// The model's name.
    #[arg(
        long,
        help = "The model's name, as the provider calls it",
        env = "ZIPCHAT_ASSISTANT_MODEL",
        value_name = "NAME"
    )]
    pub assistant_model: Option<String>,
}

/// Where the database is and which secret key goes with it: what commands beside `serve` need, too.
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseConfig {
    /// The database.
    #[arg(
        long,
        help = "The database: sqlite:PATH, or postgres://USER:PASSWORD@HOST/NAME",
        env = "ZIPCHAT_DATABASE_URL",
        value_name = "URL",
        default_value = "sqlite:data/zipchat.db",
        hide_env_values = true
    )]
    pub database_url: DatabaseUrl,

    /// The file of the key that merchants' secrets are encrypted with.
    #[arg(
        long,
        help = SECRET_KEY_HELP,
        env = "ZIPCHAT_SECRET_KEY_FILE",
        value_name = "FILE",
        value_parser = parse_path
    )]
    pub secret_key_file: Option<PathBuf>,
}

const SECRET_KEY_HELP: &str = "The file of the key that merchants' secrets are encrypted with; required with PostgreSQL \
                               [default with SQLite: secret.key beside the database, made on first start]";

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8787)),
            public_url: None,
            database: DatabaseConfig::default(),
            database_read_url: ReadUrl::default(),
            nats_url: None,
            assistant: AssistantConfig::default(),
            trusted_proxies: Vec::new(),
            outbound: OutboundConfig::default(),
            mail: MailConfig::default(),
            tls: TlsConfig::default(),
            traces: TracesConfig::default(),
            identify_per_visitor: 10,
            identify_per_address: 300,
            reader: this_program(),
            log: "info".to_owned(),
        }
    }
}

impl Default for AssistantConfig {
    fn default() -> Self {
        Self {
            assistant_provider: AssistantProvider::BuiltIn,
            assistant_url: None,
            assistant_key: None,
            assistant_model: None,
        }
    }
}

impl AssistantConfig {
    /// The model's name, where one is set.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.assistant_model.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// All of the key, where one is set, for whoever calls the model.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.assistant_key.as_ref().map(|key| key.0.trim()).filter(|key| !key.is_empty())
    }

    /// All of the address, where one is set, for whoever calls the model.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.assistant_url.as_ref().map(|url| url.0.as_str()).filter(|url| !url.is_empty())
    }

    /// Refuses what could never answer.
    fn check(&self) -> Result<(), ConfigError> {
        let AssistantProvider::Model(provider) = &self.assistant_provider else { return Ok(()) };
        if self.model().is_none() {
            return Err(ConfigError::ModelMissing);
        }
        // At an address of one's own there may be no keys.
        if self.key().is_none() && self.url().is_none() && provider.needs_key() {
            return Err(ConfigError::KeyMissing);
        }
        Ok(())
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            database_url: DatabaseUrl("sqlite:data/zipchat.db".to_owned()),
            secret_key_file: None,
        }
    }
}

/// Settings that do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// `SQLite` is one file on one machine.
    #[error(
        "ZIPCHAT_NATS_URL is for several nodes on one PostgreSQL; SQLite serves one node: unset it, or use PostgreSQL"
    )]
    NatsWithSqlite,
    /// A file has no replica.
    #[error(
        "ZIPCHAT_DATABASE_READ_URL is a replica of a PostgreSQL; SQLite has none: unset it, or use PostgreSQL"
    )]
    ReadUrlWithSqlite,
    /// Nodes cannot each make a key of their own.
    #[error(
        "PostgreSQL needs ZIPCHAT_SECRET_KEY_FILE: make one with `zipchat secret new > FILE`, and keep a copy apart from the database"
    )]
    SecretKeyMissing,
    /// A provider has many.
    #[error(
        "ZIPCHAT_ASSISTANT_PROVIDER is set and ZIPCHAT_ASSISTANT_MODEL is not: name the model, as the provider calls it"
    )]
    ModelMissing,
    /// It would refuse every call.
    #[error(
        "ZIPCHAT_ASSISTANT_PROVIDER needs ZIPCHAT_ASSISTANT_KEY: the key that the provider gave you"
    )]
    KeyMissing,
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsConfigError),
}

impl Config {
    /// Refuses settings that do not go together.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn check(&self) -> Result<(), ConfigError> {
        // Files of settings name what they leave empty.
        if self.nats().is_some() && self.database.database_url.sqlite_file().is_some() {
            return Err(ConfigError::NatsWithSqlite);
        }
        let sqlite = self.database.database_url.sqlite_file().is_some();
        if sqlite && self.database_read_url.url().is_some() {
            return Err(ConfigError::ReadUrlWithSqlite);
        }
        self.assistant.check()?;
        self.tls.check()?;
        self.database.key_file().map(drop)
    }

    /// Where nodes hear from each other, where that is set.
    #[must_use]
    pub fn nats(&self) -> Option<&NatsUrl> {
        self.nats_url.as_ref().filter(|url| !url.servers.is_empty())
    }

    /// Where browsers reach the service, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) if !url.0.is_empty() => url.0.clone(),
            _ => match self.tls.tls_domains.first() {
                Some(domain) => format!("https://{domain}"),
                None if self.tls.is_on() => format!("https://{}", self.listen),
                None => format!("http://{}", self.listen),
            },
        }
    }

    /// Whether browsers reach the service by TLS: then cookies are for TLS only.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Whether `address` is a proxy whose word about the client is believed.
    #[must_use]
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}

impl DatabaseConfig {
    /// The file of the secret key.
    ///
    /// # Errors
    /// [`ConfigError::SecretKeyMissing`] with `PostgreSQL` and no file named.
    pub fn key_file(&self) -> Result<PathBuf, ConfigError> {
        let named = self.secret_key_file.as_ref().filter(|file| !file.as_os_str().is_empty());
        match (named, self.database_url.sqlite_file()) {
            (Some(file), _) => Ok(file.clone()),
            (None, Some(database)) => Ok(database.with_file_name("secret.key")),
            (None, None) => Err(ConfigError::SecretKeyMissing),
        }
    }
}

/// Where browsers reach the service: scheme, host and perhaps a port, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected http:// or https://, a host and perhaps a port, without a path: https://chat.example.com";
        if text.is_empty() {
            // As good as not set.
            return Ok(Self(String::new()));
        }
        let trimmed = text.trim_end_matches('/');
        let uri: Uri = trimmed.parse().map_err(|_| EXPECTED)?;
        let scheme = uri.scheme_str().unwrap_or_default();
        let authority = uri.authority().map(Authority::as_str).unwrap_or_default();
        let bare = uri.path() == "/" && uri.query().is_none() && !authority.contains('@');
        if !matches!(scheme, "http" | "https") || authority.is_empty() || !bare {
            return Err(EXPECTED.to_owned());
        }
        // As browsers write an origin.
        Ok(Self(format!("{scheme}://{}", authority.to_ascii_lowercase())))
    }
}

/// Where the database is. What may be secret in it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// All of it, for whoever connects.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The file, where it is `SQLite`.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<&Path> {
        self.0
            .strip_prefix("sqlite:")
            .map(|path| Path::new(path.strip_prefix("//").unwrap_or(path)))
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty()
                || path.starts_with(':')
                || path.contains(['?', '%', '#'])
                || path.ends_with('/')
            {
                return Err("after sqlite: comes the path of a file, without ?, % or #".to_owned());
            }
            return Ok(Self(text.to_owned()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(text.to_owned()));
        }
        Err("expected sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME".to_owned())
    }
}

/// Without user, password and parameters.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sqlite_file().is_some() {
            return f.write_str(&self.0);
        }
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", ""));
        let rest = rest.split('?').next().unwrap_or_default();
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        write!(f, "{scheme}://{host}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Where a replica of the database is, or that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadUrl(Option<DatabaseUrl>);

impl ReadUrl {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> Option<&DatabaseUrl> {
        self.0.as_ref()
    }
}

impl FromStr for ReadUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let url: DatabaseUrl = text.parse()?;
        match url.sqlite_file() {
            None => Ok(Self(Some(url))),
            Some(_) => Err("expected postgres://USER:PASSWORD@HOST/NAME".to_owned()),
        }
    }
}

/// Where nodes hear from each other. What may be secret in it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsUrl {
    servers: Vec<String>,
    login: Option<NatsLogin>,
}

/// Who a node is to NATS. A secret: it does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum NatsLogin {
    /// A user and a password.
    Password(String, String),
    /// A token alone.
    Token(String),
}

impl NatsUrl {
    /// The servers, as in `nats://n1:4222`, without what is secret.
    #[must_use]
    pub fn servers(&self) -> &[String] {
        &self.servers
    }

    /// Who this node is, to each of them; `None` where they do not ask.
    #[must_use]
    pub const fn login(&self) -> Option<&NatsLogin> {
        self.login.as_ref()
    }
}

impl FromStr for NatsUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected servers as in nats://n1:4222,nats://n2:4222, or tls://…, with USER:PASSWORD@ or TOKEN@ before the host";
        let (mut servers, mut login) = (Vec::new(), None);
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let one = if one.contains("://") { one.to_owned() } else { format!("nats://{one}") };
            let url = reqwest::Url::parse(&one).map_err(|_| EXPECTED)?;
            let host = url.host_str().filter(|host| !host.is_empty()).ok_or(EXPECTED)?;
            let bare = matches!(url.path(), "" | "/") && url.query().is_none();
            if !matches!(url.scheme(), "nats" | "tls") || !bare {
                return Err(EXPECTED.to_owned());
            }
            let port = url.port().unwrap_or(4222);
            servers.push(format!("{}://{host}:{port}", url.scheme()));
            // All servers of a cluster know the same nodes, also those that are not named here.
            login = login.or(NatsLogin::of(&url).map_err(|_| EXPECTED)?);
        }
        Ok(Self { servers, login })
    }
}

impl NatsLogin {
    /// Who `url` names, if anybody; an error where that cannot be read.
    fn of(url: &reqwest::Url) -> Result<Option<Self>, std::str::Utf8Error> {
        let plain = |text: &str| percent_decode_str(text).decode_utf8().map(String::from);
        Ok(match (plain(url.username())?, url.password()) {
            (user, Some(password)) => Some(Self::Password(user, plain(password)?)),
            (token, None) if !token.is_empty() => Some(Self::Token(token)),
            _ => None,
        })
    }
}

impl fmt::Debug for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NatsUrl({})", self.servers.join(","))
    }
}

impl fmt::Debug for NatsLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NatsLogin(***)")
    }
}

/// Who writes the assistant's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssistantProvider {
    /// The one that is part of the service: no model, no network.
    BuiltIn,
    /// A provider of models.
    Model(ProviderName),
}

impl AssistantProvider {
    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Model(provider) => provider.as_str(),
        }
    }
}

impl FromStr for AssistantProvider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "built-in" | "" => Ok(Self::BuiltIn),
            name => ProviderName::parse(name).map(Self::Model).ok_or_else(|| {
                format!(
                    "expected built-in, or a provider of models: {}",
                    ProviderName::all().join(", ")
                )
            }),
        }
    }
}

/// Where a model is. What may be secret in it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct AssistantUrl(String);

impl FromStr for AssistantUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected the base of the API, as in https://api.openai.com/v1 or http://localhost:11434/v1";
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        let trimmed = text.trim_end_matches('/');
        let uri: Uri = trimmed.parse().map_err(|_| EXPECTED)?;
        let http = matches!(uri.scheme_str(), Some("http" | "https"));
        let bare =
            uri.query().is_none() && uri.authority().is_some_and(|it| !it.as_str().contains('@'));
        // Whoever gives the whole address means its base.
        let root =
            ["/chat/completions", "/messages"].iter().find_map(|path| trimmed.strip_suffix(path));
        if http && bare { Ok(Self(root.unwrap_or(trimmed).to_owned())) } else { Err(EXPECTED) }
    }
}

/// Without anything but scheme and host.
impl fmt::Display for AssistantUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        write!(f, "{scheme}://{}", rest.split('/').next().unwrap_or_default())
    }
}

impl fmt::Debug for AssistantUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssistantUrl({self})")
    }
}

/// The key of a provider. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct AssistantKey(String);

impl FromStr for AssistantKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.trim().bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err("a key has no spaces or control characters")
        }
    }
}

impl fmt::Debug for AssistantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssistantKey(***)")
    }
}

/// A path; an empty one, unlike clap's own parser.
#[expect(clippy::unnecessary_wraps, reason = "clap wants a parser that may fail")]
fn parse_path(text: &str) -> Result<PathBuf, Infallible> {
    Ok(PathBuf::from(text))
}

/// Networks. The name keeps clap from taking the list for several flags.
pub type Networks = Vec<IpNet>;

/// Networks and addresses, separated by commas; an empty text has none.
fn parse_networks(text: &str) -> Result<Networks, String> {
    let parse = |text: &str| {
        let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
        text.parse().ok().or_else(address)
    };
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let networks: Option<Networks> = entries.map(parse).collect();
    networks.ok_or_else(|| "expected networks as in 10.0.0.0/8, separated by commas".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    fn parse(flags: &[&str]) -> Result<Config, String> {
        let words = std::iter::once(&"zipchat").chain(flags);
        Flags::try_parse_from(words).map(|flags| flags.config).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_those_of_the_flags() {
        assert_eq!(format!("{:?}", parse(&[]).unwrap()), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_public_url_is_an_origin() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = text.parse::<PublicUrl>().ok();
            assert_eq!(parsed.as_ref().map(PublicUrl::as_str), expected, "{text}");
        };
        check("https://chat.example.com", Some("https://chat.example.com"));
        check("https://Chat.Example.com/", Some("https://chat.example.com"));
        check("http://localhost:8787", Some("http://localhost:8787"));
        check("http://[::1]:8787", Some("http://[::1]:8787"));
        check("chat.example.com", None);
        check("ftp://chat.example.com", None);
        check("https://chat.example.com/zipchat", None);
        check("https://chat.example.com?x", None);
        check("https://user@chat.example.com", None);
        check("/", None);
    }

    #[test]
    fn a_database_is_a_file_or_postgres() {
        let file =
            |text: &str| text.parse::<DatabaseUrl>().unwrap().sqlite_file().map(Path::to_path_buf);
        assert_eq!(file("sqlite:data/zipchat.db"), Some(PathBuf::from("data/zipchat.db")));
        assert_eq!(
            file("sqlite:///var/lib/zipchat.db"),
            Some(PathBuf::from("/var/lib/zipchat.db"))
        );
        assert_eq!(file("postgres://zipchat:secret@db/zipchat"), None);
        for wrong in [
            "",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:x.db?mode=ro",
            "mysql://db/x",
            "data/zipchat.db",
        ] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn passwords_do_not_print() {
        let flags = [
            "--database-url=postgres://zip:pa@ss@db:5432/zip?password=pass",
            "--database-read-url=postgres://zip:pass@replica/zip",
            "--nats-url=nats://u:pass@n",
            "--smtp-url=smtps://zip:pass@mail.example",
            "--assistant-key=passkey",
            "--assistant-url=https://model.example/password/v1",
        ];
        let config = parse(&flags).unwrap();
        let printed = format!("{config:?}");
        assert!(!printed.contains("pass") && !printed.contains("zip:"), "{printed}");
        assert_eq!(config.database.database_url.to_string(), "postgres://db:5432/zip");
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let check = |flags: &[&str]| parse(flags).unwrap().check();
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&["--nats-url=nats://n"]), Err(ConfigError::NatsWithSqlite));
        let nodes = ["--database-url=postgres://d/z", "--secret-key-file=k", "--nats-url=nats://n"];
        assert_eq!(check(&nodes), Ok(()));
        let replica = "--database-read-url=postgres://r/z";
        assert_eq!(check(&[replica]), Err(ConfigError::ReadUrlWithSqlite));
        assert_eq!(
            check(&["--database-url=postgres://d/z", "--secret-key-file=k", replica]),
            Ok(())
        );
        assert!(parse(&["--database-read-url=sqlite:x.db"]).is_err());
        assert_eq!(check(&["--database-url=postgres://d/z"]), Err(ConfigError::SecretKeyMissing));
        assert_eq!(check(&["--database-url=postgres://d/z", "--secret-key-file=k"]), Ok(()));
        let model = |flags: &[&str]| parse(flags).unwrap().check();
        assert_eq!(model(&["--assistant-provider=openai"]), Err(ConfigError::ModelMissing));
        let openai = ["--assistant-provider=openai", "--assistant-model=m"];
        assert_eq!(model(&openai), Err(ConfigError::KeyMissing));
        assert_eq!(model(&[&openai[..], &["--assistant-key=k"]].concat()), Ok(()));
        assert_eq!(model(&[&openai[..], &["--assistant-url=http://10.0.0.1/v1"]].concat()), Ok(()));
        assert_eq!(model(&["--assistant-provider=ollama", "--assistant-model=m"]), Ok(()));
        assert!(parse(&["--assistant-provider=opnai"]).unwrap_err().contains("openai"));
        assert!(parse(&["--assistant-url=localhost:11434"]).is_err());
        assert!(parse(&["--assistant-url=https://u:p@model.example/v1"]).is_err());
    }

    #[test]
    fn what_is_set_to_nothing_is_not_set() {
        let empty = [
            "--public-url=",
            "--database-read-url=",
            "--nats-url=",
            "--smtp-url=",
            "--smtp-from=",
            "--secret-key-file=",
            "--trusted-proxies=",
            "--allowed-private-targets=",
            "--assistant-provider=",
            "--assistant-url=",
            "--assistant-key=",
            "--assistant-model=",
            "--tls-cert=",
            "--tls-key=",
            "--tls-domains=",
            "--tls-email=",
            "--tls-cache=",
            "--acme-directory=",
            "--otlp-endpoint=",
            "--otlp-ratio=",
        ];
        let config = parse(&empty).unwrap();
        assert_eq!(config.check(), Ok(()));
        assert_eq!(config.public_url(), "http://127.0.0.1:8787");
        assert!(!config.is_https() && config.trusted_proxies.is_empty() && !config.tls.is_on());
        assert!(config.outbound.allowed_private_targets.is_empty());
        assert_eq!(config.database.key_file(), Ok(PathBuf::from("data/secret.key")));
    }

    #[test]
    fn nats_is_servers_and_perhaps_who_one_is() {
        let read = |text: &str| text.parse::<NatsUrl>().unwrap();
        let two = read("nats://us%40er:pa%3Ass@n1, tls://[::1]:4333");
        assert_eq!(two.servers(), ["nats://n1:4222", "tls://[::1]:4333"]);
        assert_eq!(two.login(), Some(&NatsLogin::Password("us@er".into(), "pa:ss".into())));
        let token = read("n1:4111,s3cret@n2");
        assert_eq!(token.servers(), ["nats://n1:4111", "nats://n2:4222"]);
        assert_eq!(token.login(), Some(&NatsLogin::Token("s3cret".into())));
        assert!(!format!("{token:?} {:?}", token.login()).contains("s3cret"));
        assert_eq!(read("nats://n1").login(), None);
        for wrong in ["https://n1", "nats://", "ws://n1", "nats://n1/path", "nats://n1?tls=1"] {
            assert!(wrong.parse::<NatsUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn with_tls_of_its_own_the_service_is_at_its_domain() {
        let config = parse(&["--tls-domains=chat.example.com,c.example.com"]).unwrap();
        assert!(config.public_url() == "https://chat.example.com" && config.is_https());
        let files = ["--tls-cert=c", "--tls-key=k", "--listen=0.0.0.0:443"];
        assert_eq!(parse(&files).unwrap().public_url(), "https://0.0.0.0:443");
        let half = parse(&["--tls-cert=c"]).unwrap().check();
        assert_eq!(half, Err(ConfigError::Tls(TlsConfigError::HalfACertificate)));
    }

    #[test]
    fn proxies_are_networks_or_addresses() {
        let config = parse(&["--trusted-proxies=10.0.0.0/8,fd00::/8,192.0.2.1"]).unwrap();
        let trusts = |address: &str| config.is_trusted_proxy(address.parse().unwrap());
        assert!(
            trusts("10.1.2.3")
                && trusts("fd00::1")
                && trusts("192.0.2.1")
                && trusts("::ffff:10.0.0.1")
        );
        assert!(!trusts("192.0.2.2") && !trusts("127.0.0.1"));
        assert!(parse(&["--trusted-proxies=proxy.example"]).is_err());
    }
}
