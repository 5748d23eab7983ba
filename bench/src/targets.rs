//! Who answers identify calls: the service, its peers, and a program that only speaks HTTP.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use crate::connection::{Answer, Connection};
use crate::deck::Deck;
use crate::load::{Calls, post};
use crate::peers::Peer;
use crate::program::{Program, free_address};
use crate::service::{Chat, Service};
use crate::world::{Database, Outcome, World};

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The service.
    Ours,
    /// A peer.
    Peer(Peer),
    /// A server that reads the request and answers: the floor.
    Floor,
}

/// One of them, running.
#[derive(Debug)]
pub(crate) struct Target {
    /// What.
    pub(crate) kind: Kind,
    /// Where it keeps things; the floor keeps nothing.
    pub(crate) database: Database,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The calls that it gets.
    pub(crate) calls: Arc<Identify>,
    runs: Runs,
}

#[derive(Debug)]
enum Runs {
    Service(Service),
    // The folder goes after the program.
    Program(Program, #[expect(dead_code, reason = "removed when this is dropped")] TempDir),
}

/// Identify calls of a deck: callers come for the first time and again, half and half.
#[derive(Debug)]
pub(crate) struct Identify {
    path: String,
    deck: Arc<Deck>,
    /// What each visitor's token is now: the service gives new ones.
    tokens: Mutex<Vec<String>>,
    /// How many callers come again and again.
    regulars: usize,
    /// Who comes for the first time next.
    fresh: AtomicUsize,
}

impl Target {
    /// The service with a database of its own.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn ours(world: &World, database: Database, deck: &Arc<Deck>) -> Outcome<Self> {
        let service = Service::start(world, database).await?;
        let chat = service.chat(&deck.public_key).await?;
        let calls = Identify::of(&chat, deck);
        let address = service.address;
        let runs = Runs::Service(service);
        Ok(Self { kind: Kind::Ours, database, address, calls, runs })
    }

    /// A peer with a database of its own.
    ///
    /// # Errors
    /// Why it cannot be measured.
    pub(crate) async fn peer(
        world: &World,
        (peer, database): (Peer, Database),
        deck: &Arc<Deck>,
    ) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("zipchat-bench-").tempdir()?;
        let kept = match (database, &world.postgres) {
            (Database::Sqlite, _) => folder.path().join("peer.db").display().to_string(),
            // What follows the name is for our driver.
            (Database::Postgres, Some(postgres)) => {
                let url = postgres.database().await?;
                url.split('?').next().unwrap_or_default().to_owned()
            }
            (Database::Postgres, None) => return Err("there is no PostgreSQL".into()),
        };
        let mut command = peer.command(world)?;
        command.env("DATABASE", kept);
        Self::program(Kind::Peer(peer), database, (command, folder), deck).await
    }

    /// The floor.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn floor(database: Database, deck: &Arc<Deck>) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(crate::floor::WORD);
        Self::program(Kind::Floor, database, (command, tempfile::tempdir()?), deck).await
    }

    async fn program(
        kind: Kind,
        database: Database,
        (mut command, folder): (Command, TempDir),
        deck: &Arc<Deck>,
    ) -> Outcome<Self> {
        let (address, log) = (free_address()?, folder.path().join("log"));
        let key = folder.path().join("public.pem");
        fs::write(&key, &deck.public_key)?;
        command.env("PORT", address.port().to_string()).env("KEY", key);
        let mut program = Program::start(&mut command, &log)?;
        program.listens(address).await.map_err(|error| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            format!("{error}: {}", log.trim().lines().last().unwrap_or("it said nothing"))
        })?;
        let calls = Identify::new("/identify".to_owned(), deck);
        Ok(Self { kind, database, address, calls, runs: Runs::Program(program, folder) })
    }

    /// Its first process.
    pub(crate) fn pid(&self) -> u32 {
        match &self.runs {
            Runs::Service(service) => service.program.pid(),
            Runs::Program(program, _) => program.pid(),
        }
    }

    /// The service behind it, where it is ours.
    pub(crate) const fn service(&self) -> Option<&Service> {
        match &self.runs {
            Runs::Service(service) => Some(service),
            Runs::Program(..) => None,
        }
    }

    /// The service itself.
    pub(crate) fn into_service(self) -> Option<Service> {
        match self.runs {
            Runs::Service(service) => Some(service),
            Runs::Program(..) => None,
        }
    }

    /// What it is called.
    pub(crate) const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ours => "Zipchat",
            Kind::Peer(peer) => peer.name(),
            Kind::Floor => "HTTP alone",
        }
    }

    /// Makes sure that it accepts what it should and refuses a signature that is not the shop's.
    ///
    /// # Errors
    /// When it does not: then it does other work, and its time would mean nothing.
    pub(crate) async fn check(&self) -> Outcome<()> {
        if self.kind == Kind::Floor {
            return Ok(());
        }
        let caller = self.calls.deck.callers.last().ok_or("an empty deck")?;
        let mut connection = Connection::open(self.address).await?;
        for (body, status) in [(caller.body(&caller.visitor), 200), (caller.forged(), 422)] {
            let mut request = Vec::new();
            post(&mut request, &self.calls.path, "", &body);
            connection.call(&request).await?.expect(status)?;
        }
        Ok(())
    }
}

impl Identify {
    /// Calls of the service about `chat`.
    pub(crate) fn of(chat: &Chat, deck: &Arc<Deck>) -> Arc<Self> {
        Self::new(format!("/widget/{}/identify", chat.widget_token), deck)
    }

    fn new(path: String, deck: &Arc<Deck>) -> Arc<Self> {
        let tokens = deck.callers.iter().map(|caller| caller.visitor.clone()).collect();
        let regulars = Self::regulars(deck.callers.len());
        let (deck, tokens) = (deck.clone(), Mutex::new(tokens));
        Arc::new(Self { path, deck, tokens, regulars, fresh: AtomicUsize::new(regulars) })
    }

    /// How many of so many callers come again and again.
    const fn regulars(callers: usize) -> usize {
        callers / 8
    }

    /// Who calls with this number: each other call is somebody's first, for as long as there is anybody left.
    fn caller(&self, number: usize) -> usize {
        if number % 2 == 1 {
            let fresh = self.fresh.fetch_add(1, Ordering::Relaxed);
            if fresh < self.deck.callers.len() {
                return fresh;
            }
        }
        (number / 2) % self.regulars
    }
}

impl Calls for Identify {
    fn request(&self, number: usize, into: &mut Vec<u8>) -> usize {
        let caller = self.caller(number);
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let body = self.deck.callers[caller].body(&tokens[caller]);
        drop(tokens);
        post(into, &self.path, "", &body);
        caller
    }

    fn answered(&self, caller: usize, answer: &Answer<'_>) -> Result<(), String> {
        answer.expect(200)?;
        if let Some(token) = answer.header("zipchat-visitor-token") {
            let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            token.clone_into(&mut tokens[caller]);
        }
        Ok(())
    }
}

/// Regulars only: for a warm-up, which is to leave newcomers for later.
#[derive(Debug)]
pub(crate) struct Regulars(pub(crate) Arc<Identify>);

impl Calls for Regulars {
    fn request(&self, number: usize, into: &mut Vec<u8>) -> usize {
        self.0.request(number * 2, into)
    }

    fn answered(&self, caller: usize, answer: &Answer<'_>) -> Result<(), String> {
        self.0.answered(caller, answer)
    }
}
