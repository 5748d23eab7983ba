//! The peers: the same work with other languages' usual libraries. See `bench/peers/README.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::world::{Database, World};

/// A peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Node: Fastify, jose, better-sqlite3 or pg.
    Fastify,
    /// Node: Express 5, jsonwebtoken, better-sqlite3 or pg.
    Express,
    /// Python: `FastAPI`, `PyJWT`, sqlite3 or asyncpg, on uvicorn with uvloop.
    FastApi,
    /// Ruby: Sinatra, ruby-jwt, pg, on puma.
    Sinatra,
}

impl Peer {
    /// Those that keep things in `database`.
    pub(crate) const fn on(database: Database) -> &'static [Self] {
        match database {
            Database::Sqlite => &[Self::Fastify, Self::Express, Self::FastApi],
            Database::Postgres => &[Self::Fastify, Self::Express, Self::FastApi, Self::Sinatra],
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fastify => "Fastify",
            Self::Express => "Express",
            Self::FastApi => "FastAPI",
            Self::Sinatra => "Sinatra",
        }
    }

    /// Whether it gets faster for long, as V8 compiles it better and better.
    pub(crate) const fn warms_up(self) -> bool {
        matches!(self, Self::Fastify | Self::Express)
    }

    /// Installs what it needs, where that was not done yet, and answers how it is started.
    ///
    /// # Errors
    /// Why it cannot be measured here.
    pub(crate) fn command(self, world: &World) -> Result<Command, String> {
        let folder = world.root.join("bench/peers");
        match self {
            Self::Fastify => node(&folder.join("node"), "fastify.js"),
            Self::Express => node(&folder.join("node"), "express.js"),
            Self::FastApi => python(&folder.join("python"), &world.target.join("bench-python")),
            Self::Sinatra => ruby(&folder.join("ruby")),
        }
    }
}

fn node(folder: &Path, script: &str) -> Result<Command, String> {
    let done = folder.join("node_modules/.zipchat-bench");
    once(&done, &folder.join("package-lock.json"), || {
        // better-sqlite3 is C++: what npm does not find ready is compiled.
        let mut install = Command::new("npm");
        install.args(["ci", "--no-audit", "--no-fund", "--foreground-scripts"]).current_dir(folder);
        run(&mut install)
    })?;
    let mut command = Command::new("node");
    command.arg(folder.join(script)).env("NODE_ENV", "production");
    Ok(command)
}

fn python(folder: &Path, environment: &Path) -> Result<Command, String> {
    let requirements = folder.join("requirements.txt");
    once(&environment.join("zipchat-bench"), &requirements, || {
        run(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
        let mut install = Command::new(environment.join("bin/pip"));
        run(install.args(["install", "--quiet", "--requirement"]).arg(&requirements))
    })?;
    let mut command = Command::new(environment.join("bin/python"));
    command.arg(folder.join("app.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

fn ruby(folder: &Path) -> Result<Command, String> {
    let libraries = "require 'sinatra/base'; require 'puma'; require 'pg'; require 'jwt'";
    // The system's own first: it has the distribution's packages.
    let names = ["/usr/bin/ruby", "ruby"].map(PathBuf::from);
    let has_all = |ruby: &&PathBuf| run(Command::new(ruby).args(["-e", libraries])).is_ok();
    let ruby = names.iter().find(has_all);
    let ruby = ruby.ok_or("missing: ruby ruby-sinatra puma ruby-pg ruby-jwt (install with apt)")?;
    let mut command = Command::new(ruby);
    command.arg(folder.join("app.rb")).env("RACK_ENV", "production");
    Ok(command)
}

/// Does `work` unless it was done for the text in `source` as it is: `done` keeps a copy.
fn once(
    done: &Path,
    source: &Path,
    work: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let text = fs::read(source).map_err(|error| format!("{}: {error}", source.display()))?;
    if fs::read(done).is_ok_and(|before| before == text) {
        return Ok(());
    }
    work()?;
    fs::write(done, text).map_err(|error| format!("{}: {error}", done.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{name} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} failed: {}", text.trim().lines().last().unwrap_or("it said nothing")))
}
