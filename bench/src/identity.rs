//! How long it takes until what a merchant or a customer ends has ended, seen from outside; and whether the time of a refusal
//! tells its cause. A service in this process, on `SQLite` in a temporary folder, and real HTTP.
//!
//! Time on the wall: what is measured is waiting, for the service to notice and for the disk.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use domain::chat::{Chat, Platform};
use domain::identity::key::{KeySize, SigningKeyPair};
use domain::lead::Email;
use domain::visitor::VisitorToken;
use reqwest::{Client, Response};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use server::Service;
use server::app::App;
use server::app::activate_identification::{activate, deactivate};
use server::app::add_chat::{NewChat, add_chat};
use server::app::change_keys::revoke_key;
use server::app::revoke_customer::revoke_customer;
use server::app::secret_key::SecretKey;
use server::clock::Clock;
use server::config::Config;
use store::{KnownBy, Migration, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::measure::Spread;
use crate::report::{Bound, Goal, Table, ends};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A running service, and another process's way in.
struct World {
    url: String,
    client: Client,
    commands: Arc<App>,
    clock: Clock,
    /// How often each refusal is asked for.
    refusals: usize,
    /// How often each end is waited for.
    ends: usize,
}

/// A chat and the merchant's half of its key.
struct Shop {
    chat: Chat,
    key: SigningKeyPair,
}

/// Milliseconds on a clock that never goes back.
fn now() -> f64 {
    let time = clock_gettime(ClockId::Monotonic);
    #[expect(clippy::cast_precision_loss, reason = "seconds since the machine started")]
    let seconds = time.tv_sec as f64;
    #[expect(clippy::cast_precision_loss, reason = "below 2^30")]
    let rest = time.tv_nsec as f64;
    seconds * 1e3 + rest / 1e6
}

/// Measures both.
///
/// # Errors
/// When the service does not do what it should.
pub(crate) fn run(bench: &crate::world::World) -> Outcome<String> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let folder = tempfile::tempdir()?;
        let times = (bench.pick(25, 201), bench.pick(3, 11));
        let world = World::start(folder.path(), times).await?;
        let mut text = refusals(&world).await?;
        text.push_str(&endings(&world).await?);
        Ok(text)
    })
}

impl World {
    async fn start(folder: &std::path::Path, (refusals, ends): (usize, usize)) -> Outcome<Self> {
        let database = format!("sqlite:{}", folder.join("bench.db").display());
        let mut config =
            Config { identify_per_address: 0, identify_per_visitor: 0, ..Config::default() };
        config.database.database_url = database.parse()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let clock = Clock::default();
        let service = Service {
            config: config.clone(),
            migration: Migration::Apply,
            clock: clock.clone(),
            listener,
            shutdown: CancellationToken::new(),
        };
        tokio::spawn(server::run(service));
        let client = Client::builder().no_proxy().build()?;
        while !client.get(format!("{url}/readyz")).send().await?.status().is_success() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let store = Store::open(config.database.database_url.reveal(), Migration::Check).await?;
        let key = SecretKey::load(&config.database.key_file()?)?;
        let commands = App::new(store, config, key, clock.clone());
        Ok(Self { url, client, commands, clock, refusals, ends })
    }

    async fn shop(&self) -> Outcome<Shop> {
        let new = NewChat {
            account: "bench".parse()?,
            name: "Shop".parse()?,
            platform: Platform::Custom,
        };
        let chat = add_chat(&self.commands, new).await?;
        let made = activate(&self.commands, &chat.id, KeySize::default(), None).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(Shop { chat, key: SigningKeyPair::from_pem(made.private_key.reveal())? })
    }

    fn claims(&self) -> Value {
        let now = self.clock.now().as_millis() / 1000;
        json!({ "email": "ada@shop.example", "iat": now, "exp": now + 3600 })
    }

    async fn identify(&self, shop: &Shop, jwt: &str) -> Outcome<Response> {
        let token = VisitorToken::generate(self.clock.now());
        let url = format!("{}/widget/{}/identify", self.url, shop.chat.widget_token);
        let body = json!({ "visitor_token": token.reveal(), "jwt": jwt }).to_string();
        Ok(self.client.post(url).body(body).send().await?)
    }
}

/// What is wrong with a token, and one that it is wrong with.
fn wrong_tokens(world: &World, shop: &Shop, other: &Shop) -> Outcome<Vec<(&'static str, String)>> {
    let good = world.claims();
    let seconds = good["iat"].as_i64().unwrap_or_default();
    let sign = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        shop.key.sign(None, &claims.to_string())
    };
    let parts = |header: &str| shop.key.sign_parts(header, &good.to_string());
    let valid = shop.key.sign(None, &good.to_string())?;
    Ok(vec![
        ("malformed", "hello".to_owned()),
        ("truncated", valid[..valid.len() - 40].to_owned()),
        ("wrong algorithm", parts(r#"{"alg":"HS256"}"#)?),
        ("header not allowed", parts(r#"{"alg":"RS256","jku":"https://x"}"#)?),
        ("wrong key", other.key.sign(None, &good.to_string())?),
        ("expired", sign("exp", json!(seconds - 1))?),
        ("issued in the future", sign("iat", json!(seconds + 900))?),
        ("email missing", sign("email", Value::Null)?),
        ("attributes too large", sign("additional_attributes", json!({"a": "x".repeat(9000)}))?),
        ("wrong audience", sign("aud", json!("other"))?),
    ])
}

async fn refusals(world: &World) -> Outcome<String> {
    let (shop, other) = (world.shop().await?, world.shop().await?);
    let mut causes = wrong_tokens(world, &shop, &other)?;
    let revoked = KnownBy::Email("ada@shop.example".parse::<Email>()?.key().clone());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    causes.push(("customer revoked", shop.key.sign(None, &world.claims().to_string())?));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    revoke_customer(&world.commands, &shop.chat.id, &revoked, None).await?;
    let count = world.refusals;
    let mut times = vec![Vec::with_capacity(count); causes.len()];
    for _ in 0..count {
        for (at, (name, jwt)) in causes.iter().enumerate() {
            let began = now();
            let answer = world.identify(&shop, jwt).await?;
            let body = answer.text().await?;
            times[at].push(now() - began);
            if body != r#"{"success":false}"# {
                return Err(format!("{name}: {body}").into());
            }
        }
    }
    let mut table = Table::new(&["refusal", "ms", "min–max"]);
    let mut medians = Vec::new();
    for ((name, _), times) in causes.iter().zip(times) {
        let spread = Spread::of(times);
        medians.push(spread.median);
        table.row(vec![(*name).to_owned(), format!("{:.2}", spread.median), ends(spread, 2)]);
    }
    let reached = medians.iter().copied().fold(f64::MIN, f64::max)
        - medians.iter().copied().fold(f64::MAX, f64::min);
    let goal = Goal {
        what: "the medians of all causes differ by, in ms",
        reached,
        bound: Bound::AtMost(5.0),
    };
    Ok(format!("\nRefusals, {count} of each, in turn\n\n{}\n{}", table.text(), goal.text()))
}

/// What ends an identity.
#[derive(Clone, Copy)]
enum Ending {
    LogOut,
    Customer,
    Key,
    Deactivation,
}

async fn endings(world: &World) -> Outcome<String> {
    let endings = [
        ("logout: the stream closes", Ending::LogOut, 1_000.0),
        ("customer revoked by another process: the stream closes", Ending::Customer, 5_000.0),
        ("key revoked by another process: the stream closes", Ending::Key, 1_000.0),
        ("deactivated by another process: the stream tells", Ending::Deactivation, 1_000.0),
    ];
    let mut table = Table::new(&["what", "ms", "min–max"]);
    let mut goals = String::new();
    for (name, ending, bound) in endings {
        let mut times = Vec::with_capacity(world.ends);
        for _ in 0..world.ends {
            times.push(end_once(world, ending).await?);
        }
        let spread = Spread::of(times);
        table.row(vec![name.to_owned(), format!("{:.0}", spread.median), ends(spread, 0)]);
        let goal = Goal { what: name, reached: spread.max, bound: Bound::AtMost(bound) };
        goals.push_str(&goal.text());
    }
    let rotation = rotation(world).await?;
    table.row(vec![
        "key added by another process: its tokens are accepted".to_owned(),
        format!("{:.0}", rotation.median),
        ends(rotation, 0),
    ]);
    Ok(format!("\nEnds, {} of each\n\n{}\n{goals}", world.ends, table.text()))
}

/// The milliseconds from an end being asked for until the customer's stream shows it.
async fn end_once(world: &World, ending: Ending) -> Outcome<f64> {
    let shop = world.shop().await?;
    let answer = world.identify(&shop, &shop.key.sign(None, &world.claims().to_string())?).await?;
    let token = answer.headers()["zipchat-visitor-token"].to_str()?.to_owned();
    let base = format!("{}/widget/{}", world.url, shop.chat.widget_token);
    let call = world.client.get(format!("{base}/events")).bearer_auth(&token);
    let mut stream = call.send().await?.error_for_status()?;
    // Out of the second in which the token was issued.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let (app, chat) = (&world.commands, &shop.chat.id);
    let began = now();
    match ending {
        Ending::LogOut => {
            let call = world.client.post(format!("{base}/logout")).bearer_auth(&token);
            call.send().await?.error_for_status()?;
        }
        Ending::Customer => {
            let by = KnownBy::Email("ada@shop.example".parse::<Email>()?.key().clone());
            revoke_customer(app, chat, &by, None).await?;
        }
        Ending::Key => {
            let kid = domain::identity::key::Kid::of(shop.key.public_key());
            revoke_key(app, chat, &kid, None).await?;
        }
        Ending::Deactivation => drop(deactivate(app, chat, None).await?),
    }
    while let Some(chunk) = stream.chunk().await? {
        if chunk.starts_with(b"event: visitor") {
            break;
        }
    }
    Ok(now() - began)
}

async fn rotation(world: &World) -> Outcome<Spread> {
    let mut times = Vec::with_capacity(world.ends);
    for _ in 0..world.ends {
        let mut shop = world.shop().await?;
        let made = activate(&world.commands, &shop.chat.id, KeySize::default(), None).await?;
        let began = now();
        shop.key = SigningKeyPair::from_pem(made.private_key.reveal())?;
        let jwt = shop.key.sign(None, &world.claims().to_string())?;
        while !world.identify(&shop, &jwt).await?.status().is_success() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        times.push(now() - began);
    }
    Ok(Spread::of(times))
}
