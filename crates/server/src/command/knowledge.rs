//! `zipchat knowledge`: what a chat's assistant may read up.

use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use domain::id::{ChatId, SourceId};
use domain::knowledge::{MAX_FILE, Source, SourceKind};
use serde_json::json;

use super::refusal::Refusal;
use super::{Outcome, open_to_call, print};
use crate::app::App;
use crate::app::knowledge::{self, KnowledgeError};
use crate::app::search_knowledge::{MOST_EXCERPTS, search};
use crate::config::{DatabaseConfig, OutboundConfig};
use crate::http::knowledge::{ExcerptView, SourceView};

/// `zipchat knowledge …`
#[derive(Debug, clap::Subcommand)]
pub(super) enum Knowledge {
    /// Add a text, a file or an address; addresses are read by the running service
    Add(Add),
    /// List texts, files and addresses, and how far each was read
    List(Of),
    /// Say what the assistant would find for a question
    Search(Search),
    /// Remove a text, a file or an address with all that was read there
    Remove(One),
    /// Have the running service read an address again, or all
    Recrawl(Recrawl),
}

/// Which chat, and where it is kept.
#[derive(Debug, clap::Args)]
pub(super) struct Of {
    /// The chat
    #[arg(long, value_name = "ID")]
    chat: ChatId,

    #[command(flatten)]
    outbound: OutboundConfig,

    #[command(flatten)]
    database: DatabaseConfig,

    /// Print JSON: what the dashboard's API answers
    #[arg(long)]
    json: bool,
}

/// The flags of `zipchat knowledge add`.
#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = false, args = ["text", "file", "url"])]
pub(super) struct Add {
    /// A file with plain text or Markdown that is added as a text; - is standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,

    /// A PDF, Markdown, HTML or text file, at most 10 MiB
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// An address
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The address is a sitemap's: its pages are meant
    #[arg(long, requires = "url")]
    sitemap: bool,

    /// The pages of the same host that it links to are meant, too
    #[arg(long, requires = "url", conflicts_with = "sitemap")]
    links: bool,

    /// What it is called [default: the file's name]
    #[arg(long, conflicts_with = "url")]
    name: Option<String>,

    #[command(flatten)]
    of: Of,
}

/// The flags of `zipchat knowledge search`.
#[derive(Debug, clap::Args)]
pub(super) struct Search {
    /// What a customer might ask
    #[arg(value_name = "QUESTION")]
    question: String,

    #[command(flatten)]
    of: Of,
}

/// The flags of `zipchat knowledge remove`.
#[derive(Debug, clap::Args)]
pub(super) struct One {
    /// The text, file or address, as listed
    #[arg(long, value_name = "ID")]
    source: SourceId,

    #[command(flatten)]
    of: Of,
}

/// The flags of `zipchat knowledge recrawl`.
#[derive(Debug, clap::Args)]
pub(super) struct Recrawl {
    /// The address, as listed [default: all]
    #[arg(long, value_name = "ID")]
    source: Option<SourceId>,

    #[command(flatten)]
    of: Of,
}

impl Knowledge {
    pub(super) async fn run(self) -> Outcome {
        let Of { chat, outbound, database, json } = match &self {
            Self::Add(Add { of, .. })
            | Self::Search(Search { of, .. })
            | Self::Remove(One { of, .. })
            | Self::Recrawl(Recrawl { of, .. })
            | Self::List(of) => of,
        };
        let (chat, json) = (chat.clone(), *json);
        let app = open_to_call(database.clone(), outbound.clone()).await?;
        let outcome = match app.store.read().await?.chat(&chat).await? {
            None => Err(Refusal::new("there is no such chat")),
            Some(_) => match self {
                Self::Add(add) => add.run(&app, &chat, json).await,
                Self::List(_) => list(&app, &chat, json).await,
                Self::Search(Search { question, .. }) => found(&app, &chat, &question, json).await,
                Self::Remove(One { source, .. }) => remove(&app, &chat, &source, json).await,
                Self::Recrawl(Recrawl { source, .. }) => recrawl(&app, &chat, source, json).await,
            },
        };
        app.store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self, app: &App, chat: &ChatId, json: bool) -> Result<(), Refusal> {
        let source = self.add(app, chat).await?;
        say(app, &source, json).await
    }

    async fn add(self, app: &App, chat: &ChatId) -> Result<Source, Refusal> {
        let own = |file: &Path| file.file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(url) = self.url {
            let kind = match (self.sitemap, self.links) {
                (true, _) => SourceKind::Sitemap,
                (_, true) => SourceKind::LinkedPages,
                _ => SourceKind::Page,
            };
            return Ok(knowledge::add_address(app, chat, &url, kind).await?);
        }
        let file = self.text.as_ref().or(self.file.as_ref());
        let file = file.ok_or_else(|| Refusal::new("give --text, --file or --url"))?;
        let name = self.name.or_else(|| own(file)).unwrap_or_default();
        let bytes = read(file)?;
        if self.file.is_some() {
            return Ok(knowledge::add_file(app, chat, &name, &bytes).await?);
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| Refusal::new(format!("{}: not UTF-8; try --file", file.display())))?;
        Ok(knowledge::add_text(app, chat, &name, &text).await?)
    }
}

/// What is in a file, or on standard input where that is `-`.
fn read(file: &Path) -> Result<Vec<u8>, Refusal> {
    let most = MAX_FILE as u64 + 1;
    let mut bytes = Vec::new();
    let result = if file == Path::new("-") {
        stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) if bytes.len() > MAX_FILE => Err(KnowledgeError::TooLarge.into()),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Refusal::new(format!("{}: {error}", file.display()))),
    }
}

async fn say(app: &App, source: &Source, json: bool) -> Result<(), Refusal> {
    let view = SourceView::of(app, source).await?;
    if json {
        return print::json(&view);
    }
    print::line(&in_words(&view));
    Ok(())
}

fn in_words(view: &SourceView) -> String {
    let SourceView { id, kind, name, state, note, found, read, failed, passages, .. } = view;
    let note = note.as_ref().map_or_else(String::new, |note| format!("\n  {note}"));
    format!(
        "{id}  {state:<7}  {kind:<12}  {read}/{found} read, {failed} failed, {passages} passages  {name}{note}"
    )
}

async fn list(app: &App, chat: &ChatId, json: bool) -> Result<(), Refusal> {
    let sources = app.store.read().await?.sources(chat).await?;
    let views: Vec<SourceView> =
        sources.iter().map(|(source, progress)| SourceView::new(source, progress)).collect();
    if json {
        return print::json(&json!({ "sources": views }));
    }
    for view in &views {
        print::line(&in_words(view));
    }
    Ok(())
}

async fn found(app: &App, chat: &ChatId, question: &str, json: bool) -> Result<(), Refusal> {
    let excerpts = search(app, chat, question, MOST_EXCERPTS).await?;
    let views: Vec<ExcerptView> = excerpts.iter().map(ExcerptView::from).collect();
    if json {
        return print::json(&json!({ "excerpts": views }));
    }
    if views.is_empty() {
        print::remark("nothing is found");
    }
    for ExcerptView { title, heading, url, page, text, share } in views {
        let page = page.map_or_else(String::new, |page| format!(", page {page}"));
        let heading = if heading.is_empty() { heading } else { format!(", {heading}") };
        let url = url.map_or_else(String::new, |url| format!("  {url}"));
        print::line(&format!("{share} of 100: {title}{heading}{page}{url}\n{text}\n"));
    }
    Ok(())
}

async fn remove(app: &App, chat: &ChatId, source: &SourceId, json: bool) -> Result<(), Refusal> {
    knowledge::remove(app, chat, source).await?;
    if json {
        return print::json(&json!({ "removed": source.as_str() }));
    }
    print::line("removed");
    Ok(())
}

async fn recrawl(
    app: &App,
    chat: &ChatId,
    source: Option<SourceId>,
    json: bool,
) -> Result<(), Refusal> {
    let begun = match source {
        Some(source) => {
            let source = knowledge::recrawl(app, chat, &source).await?;
            return say(app, &source, json).await;
        }
        None => knowledge::recrawl_all(app, chat).await?,
    };
    if json {
        return print::json(&json!({ "begun": begun }));
    }
    print::line(&format!("{begun} addresses are read again"));
    Ok(())
}
