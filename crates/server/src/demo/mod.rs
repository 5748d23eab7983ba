//! `zipchat demo`: the service and a small shop, set up and ready. What is made on the first start is kept for the next.

mod shop;

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::account::{AccountName, ParseNameError, Role};
use domain::chat::Platform;
use domain::id::ChatId;
use domain::identity::key::KeySize;
use domain::knowledge::SourceKind;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Migration, Store, StoreError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::activate_identification::{ActivateError, activate};
use crate::app::add_chat::{NewChat, add_chat};
use crate::app::add_operator::{AddOperatorError, NewOperator, add_operator};
use crate::app::change_settings::{Change, ChangeSettingsError, change_settings};
use crate::app::knowledge::{self, KnowledgeError};
use crate::app::passwords::{ParsePasswordError, Password};
use crate::app::secret_key::{SecretKey, SecretKeyError, write_private};
use crate::app::{App, secrets};
use crate::clock::Clock;
use crate::config::{AssistantConfig, Config, ConfigError, DatabaseConfig};
use crate::demo::shop::Shop;
use crate::lock::{Lock, LockError};
use crate::serve::{Gate, Site, Workers};
use crate::{RunError, Service, run, serve};

/// The operator of the demo.
const EMAIL: &str = "demo@example.com";
/// What is kept of the setting-up.
const STATE: &str = "demo.json";
/// Where the shop has its private key, as a merchant would.
const PRIVATE_KEY: &str = "shop-private-key.pem";

/// The demo, set up.
#[derive(Debug)]
pub struct Demo {
    config: Config,
    service: TcpListener,
    shop_listener: TcpListener,
    shop: Arc<Shop>,
    welcome: Welcome,
}

/// What whoever started the demo wants to know.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// The shop's name.
    pub shop_name: &'static str,
    /// Where the shop is.
    pub shop_url: String,
    /// Where the service and its dashboard are.
    pub service_url: String,
    /// What the operator signs in with.
    pub email: &'static str,
    /// The operator's password.
    pub password: String,
    /// Where the data are.
    pub data: String,
    /// Who can sign in at the shop.
    pub customers: String,
}

/// What the first start made, for the next ones.
#[derive(Clone, Serialize, Deserialize)]
struct State {
    password: String,
    chat_id: String,
    widget_token: String,
    order_api_key: String,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file of the demo.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds half a demo.
    #[error(
        "{0} does not hold a whole demo: delete it to begin anew, or name another folder with --data"
    )]
    Half(PathBuf),
    /// The folder's name cannot be part of a database's address.
    #[error("{0} cannot be used for data: choose a folder without ?, % and # in its path")]
    Folder(PathBuf),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another demo runs on the same data.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The secret key.
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The operator.
    #[error(transparent)]
    Operator(#[from] AddOperatorError),
    /// The operator's password.
    #[error(transparent)]
    Password(#[from] ParsePasswordError),
    /// Keys.
    #[error(transparent)]
    Activate(#[from] ActivateError),
    /// Settings of the chat.
    #[error(transparent)]
    Settings(#[from] ChangeSettingsError),
    /// What its assistant reads up.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// A name of the demo.
    #[error(transparent)]
    Name(#[from] ParseNameError),
    /// The demo's email.
    #[error(transparent)]
    Email(#[from] domain::lead::ParseEmailError),
    /// The service.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What a model is told, where one is set.
const INSTRUCTIONS: &str = "You work for a small shop of house plants. Be warm and brief. Orders leave within two working days.";

impl Demo {
    /// Makes what is missing in `data`: an account, an operator, a chat, its keys and settings.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn set_up(
        data: &Path,
        service: TcpListener,
        shop: TcpListener,
    ) -> Result<Self, DemoError> {
        make_folder(data)?;
        let (service_url, shop_url) = (url(&service), url(&shop));
        let mut config = config(data, &service_url)?;
        config.outbound.allowed_private_targets = networks(&shop);
        let state = set_up(&config, data, &shop_url).await?;
        let welcome = Welcome {
            shop_name: shop::NAME,
            shop_url: shop_url.clone(),
            service_url: service_url.clone(),
            email: EMAIL,
            password: state.password,
            data: data.display().to_string(),
            customers: shop::first_names(),
        };
        let shop_made =
            Shop::new(service_url, state.widget_token, state.order_api_key, data.join(PRIVATE_KEY));
        Ok(Self { config, service, shop_listener: shop, shop: Arc::new(shop_made), welcome })
    }

    /// With a model in the place of the built-in assistant, where one is set.
    #[must_use]
    pub fn with_assistant(mut self, assistant: AssistantConfig) -> Self {
        self.config.assistant = assistant;
        self
    }

    /// What whoever started the demo wants to know.
    #[must_use]
    pub const fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Runs the service and the shop until `shutdown` is cancelled.
    ///
    /// # Errors
    /// [`DemoError::Run`].
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), DemoError> {
        let Self { config, service, shop_listener, shop, .. } = self;
        let gate = Arc::new(Gate::new(1_024, Vec::new()));
        let site = Arc::new(Site::new(shop::router(shop)));
        let here = Arc::new(Workers::here());
        let shop = tokio::spawn(serve::accept(shop_listener, site, gate, here, shutdown.clone()));
        let service = Service {
            config,
            migration: Migration::Apply,
            clock: Clock::default(),
            listener: service,
            shutdown: shutdown.clone(),
        };
        let outcome = run(service).await;
        // Where the service could not run, the shop ends with it.
        shutdown.cancel();
        // The service has given its own connections all the time there is.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(200), shop).await;
        Ok(outcome?)
    }
}

fn make_folder(data: &Path) -> Result<(), DemoError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.map_err(|source| DemoError::File { path: data.to_path_buf(), source })
}

/// The address for browsers: by name on this machine, as people type it.
fn url(listener: &TcpListener) -> String {
    let address = listener.local_addr().unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

fn config(data: &Path, service_url: &str) -> Result<Config, DemoError> {
    let folder = || DemoError::Folder(data.to_path_buf());
    let database_url =
        format!("sqlite:{}", data.join("zipchat.db").display()).parse().map_err(|_| folder())?;
    let public_url = Some(service_url.parse().map_err(|_| folder())?);
    let database = DatabaseConfig { database_url, secret_key_file: None };
    Ok(Config { public_url, database, ..Config::default() })
}

/// Where the shop is, on this machine: the service asks it about orders.
fn networks(shop: &TcpListener) -> Vec<IpNet> {
    let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let shop = shop.local_addr().map(|address| address.ip().to_canonical());
    here.into_iter().chain(shop).map(IpNet::from).collect()
}

/// Under the lock of a service, so that no two demos set up the same data.
async fn set_up(config: &Config, data: &Path, shop_url: &str) -> Result<State, DemoError> {
    let lock = config.database.database_url.sqlite_file().map(Lock::take).transpose()?;
    let secret_key = SecretKey::load_or_make(&config.database.key_file()?)?;
    let store = Store::open(config.database.database_url.reveal(), Migration::Apply).await?;
    let app = App::new(store, config.clone(), secret_key, Clock::default());
    let state = match read_state(data)? {
        Some(state) => state,
        None => first_start(&app, data).await?,
    };
    let chat: ChatId = state.chat_id.parse().map_err(|_| DemoError::Half(data.to_path_buf()))?;
    let Some(found) = app.store.read().await?.chat(&chat).await? else {
        return Err(DemoError::Half(data.to_path_buf()));
    };
    // The shop may be somewhere else than last time.
    let set = |name: &str, value: Value| Change { name: name.to_owned(), value, or_else: None };
    let endpoint = format!("{shop_url}/api/orders");
    let host = shop_url.split_once("://").map_or(shop_url, |(_, host)| host);
    let mut links: Vec<String> =
        found.settings.assistant.allowed_links.into_iter().map(String::from).collect();
    if !links.iter().any(|link| link == host) {
        links.push(host.to_owned());
    }
    let changes = vec![
        set("order_tracking.endpoint", json!(endpoint)),
        set("assistant.allowed_links", json!(links)),
    ];
    change_settings(&app, &chat, changes, None).await?;
    add_help(&app, &chat, shop_url).await?;
    app.store.close().await;
    drop(lock);
    Ok(state)
}

/// Has the assistant read up the shop's pages about delivery, returns and care; where they were last time, they are no more.
async fn add_help(app: &App, chat: &ChatId, shop_url: &str) -> Result<(), DemoError> {
    let sitemap = format!("{shop_url}/sitemap.xml");
    let sources = app.store.read().await?.sources(chat).await?;
    let mut there = false;
    for (source, _) in sources {
        let Some(address) = source.address.filter(|it| it.url.ends_with("/sitemap.xml")) else {
            continue;
        };
        if address.url == sitemap {
            there = true;
        } else {
            knowledge::remove(app, chat, &source.id).await?;
        }
    }
    if !there {
        knowledge::add_address(app, chat, &sitemap, SourceKind::Sitemap).await?;
    }
    Ok(())
}

fn read_state(data: &Path) -> Result<Option<State>, DemoError> {
    let path = data.join(STATE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            serde_json::from_str(&text).map(Some).map_err(|_| DemoError::Half(data.to_path_buf()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(DemoError::File { path, source }),
    }
}

/// Written last, [`STATE`] says that all the rest is there.
async fn first_start(app: &App, data: &Path) -> Result<State, DemoError> {
    let account: AccountName = shop::NAME.parse()?;
    let password = secrets::letters(16);
    let new = NewOperator {
        email: EMAIL.parse()?,
        name: Some("Demo".parse()?),
        role: Role::Owner,
        account: account.clone(),
        password: Password::parse(&password)?,
    };
    match add_operator(app, new).await {
        Err(AddOperatorError::EmailTaken) => return Err(DemoError::Half(data.to_path_buf())),
        outcome => outcome?,
    };
    let chat =
        add_chat(app, NewChat { name: shop::NAME.parse()?, platform: Platform::Custom, account })
            .await?;
    let activated = activate(app, &chat.id, KeySize::default(), None).await?;
    let order_api_key = secrets::letters(32);
    let set = |name: &str, value: Value| Change { name: name.to_owned(), value, or_else: None };
    let changes = vec![
        set("order_tracking.enabled", json!(true)),
        set("order_tracking.api_key", json!(order_api_key)),
        set("order_tracking.order_number_example", json!(shop::ORDER_NUMBER_EXAMPLE)),
        set("assistant.instructions", json!(INSTRUCTIONS)),
    ];
    change_settings(app, &chat.id, changes, None).await?;
    let state = State {
        password,
        chat_id: chat.id.to_string(),
        widget_token: chat.widget_token.to_string(),
        order_api_key,
    };
    let keep = |name: &str, text: &str| {
        let path = data.join(name);
        write_private(&path, text).map_err(|source| DemoError::File { path, source })
    };
    keep(PRIVATE_KEY, activated.private_key.reveal())?;
    keep(STATE, &format!("{:#}\n", json!(state)))?;
    Ok(state)
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("chat_id", &self.chat_id).finish_non_exhaustive()
    }
}
