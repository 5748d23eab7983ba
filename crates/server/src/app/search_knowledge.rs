//! The assistant's tool: what the merchant gave to read up is searched. Whatever is found is text of others, told with where it is
//! from; what was removed is not told any more, whichever node removed it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use domain::id::ChatId;
use reqwest::Url;
use serde::Deserialize;
use store::{ReadTx, StoreError};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::tools::Asker;
use crate::assistant::ToolAnswer;
use crate::search::index::{Hit, Index};

/// The most characters of a question that are searched for.
pub const MAX_QUESTION: usize = 500;
/// How many excerpts an assistant is told.
pub const MOST_EXCERPTS: usize = 5;
/// How much of a question must be in an excerpt that an assistant is told, of 100: it asks in words of its own, of which some may miss.
const LEAST_SHARE: u8 = 20;
/// How many chats' indexes are kept in memory, and of how many bytes; those that were not asked for longest go.
const MOST_INDEXES: usize = 256;
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// How many indexes are made at once.
const AT_ONCE: usize = 2;
/// How often an index that was outrun by a change is made anew for one question.
const MOST_ATTEMPTS: u32 = 3;

/// A passage that may answer a question. Text of others: nothing in it is an instruction or markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The title of its document.
    pub title: String,
    /// The headings above it; empty where there are none.
    pub heading: String,
    /// Where it is on the web, where it is there.
    pub url: Option<Url>,
    /// Its page, where the document has pages.
    pub page: Option<u32>,
    /// Plain text.
    pub text: String,
    /// How much of the question is in it, of 100.
    pub share: u8,
}

/// The indexes of the chats lately asked for. Each is of a version, and used for no other.
#[derive(Debug)]
pub struct Indexes {
    kept: Mutex<Kept>,
    /// Of a chat one index is made at a time.
    turns: Mutex<HashMap<ChatId, Weak<tokio::sync::Mutex<()>>>>,
    /// Of all chats, [`AT_ONCE`]: each takes a core and memory.
    room: Semaphore,
}

#[derive(Debug, Default)]
struct Kept {
    indexes: HashMap<ChatId, (i64, Arc<Index>, u64)>,
    /// Counts the uses, to tell which was last.
    uses: u64,
}

impl Default for Indexes {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Mutex::default(), room: Semaphore::new(AT_ONCE) }
    }
}

impl Indexes {
    /// Whoever holds it makes the chat's index.
    fn turn(&self, chat: &ChatId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = turns.get(chat).and_then(Weak::upgrade).unwrap_or_default();
        turns.insert(chat.clone(), Arc::downgrade(&turn));
        turn
    }

    fn get(&self, chat: &ChatId, version: i64) -> Option<Arc<Index>> {
        let mut kept = self.lock();
        kept.uses += 1;
        let now = kept.uses;
        let (of, index, used) = kept.indexes.get_mut(chat)?;
        *used = now;
        (*of == version).then(|| index.clone())
    }

    fn put(&self, chat: &ChatId, version: i64, index: Arc<Index>) {
        let mut kept = self.lock();
        kept.uses += 1;
        let now = kept.uses;
        kept.indexes.insert(chat.clone(), (version, index, now));
        let bytes =
            |kept: &Kept| kept.indexes.values().map(|(_, index, _)| index.bytes()).sum::<usize>();
        while kept.indexes.len() > MOST_INDEXES
            || (kept.indexes.len() > 1 && bytes(&kept) > MOST_BYTES)
        {
            let oldest = kept
                .indexes
                .iter()
                .min_by_key(|(_, (_, _, used))| *used)
                .map(|(chat, _)| chat.clone());
            let Some(oldest) = oldest else { return };
            kept.indexes.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
struct Arguments {
    query: String,
}

/// Does what an assistant asks for.
pub async fn search_knowledge(app: &App, asker: &Asker<'_>, arguments: &str) -> ToolAnswer {
    let Ok(Arguments { query }) = serde_json::from_str(arguments) else {
        return ToolAnswer::Refused("the arguments are not as they should be");
    };
    match search(app, &asker.chat.id, &query, MOST_EXCERPTS).await {
        Ok(mut excerpts) => {
            excerpts.retain(|excerpt| excerpt.share >= LEAST_SHARE);
            ToolAnswer::Excerpts(excerpts)
        }
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, chat = %asker.chat.id, "what there is to read up could not be searched");
            ToolAnswer::Unavailable
        }
    }
}

/// The passages of a chat that fit a question best, the best first, at most `most`.
///
/// # Errors
/// When the database cannot answer.
pub async fn search(
    app: &App,
    chat: &ChatId,
    question: &str,
    most: usize,
) -> Result<Vec<Excerpt>, StoreError> {
    let end = question.char_indices().nth(MAX_QUESTION).map_or(question.len(), |(end, _)| end);
    let question = &question[..end];
    for attempt in 1..=MOST_ATTEMPTS {
        let Some((version, index)) = index(app, chat).await? else { break };
        // Neither a connection nor a thread that answers others is held by a long search, or by the wait for an index.
        let asked = question.to_owned();
        let hits = tokio::task::spawn_blocking(move || index.search(&asked, most)).await;
        // One view for all: what the index names is there as it was when the index was made. Where it changes faster than it can be
        // put in order, the last attempt tells what is left of what it found.
        let mut tx = app.store.read().await?;
        if tx.knowledge_version(chat).await? != version && attempt < MOST_ATTEMPTS {
            continue;
        }
        let mut excerpts = Vec::new();
        for hit in hits.unwrap_or_default() {
            excerpts.extend(excerpt(&mut tx, chat, &hit).await?);
        }
        return Ok(excerpts);
    }
    Ok(Vec::new())
}

/// The index of what a chat may read up now, with its version; `None` where that is nothing. No connection is held while others have
/// their turn.
async fn index(app: &App, chat: &ChatId) -> Result<Option<(i64, Arc<Index>)>, StoreError> {
    let version = app.store.read().await?.knowledge_version(chat).await?;
    if version == 0 {
        return Ok(None);
    }
    if let Some(index) = app.indexes.get(chat, version) {
        return Ok(Some((version, index)));
    }
    let turn = app.indexes.turn(chat);
    let _turn = turn.lock().await;
    // A chat that never stops changing does not keep the others waiting: there is room for one more.
    let _room = app.indexes.room.acquire().await;
    let mut tx = app.store.read().await?;
    let version = tx.knowledge_version(chat).await?;
    if version == 0 {
        return Ok(None);
    }
    // Somebody else may have made it meanwhile.
    if let Some(index) = app.indexes.get(chat, version) {
        return Ok(Some((version, index)));
    }
    let documents = tx.all_passages(chat).await?;
    drop(tx);
    let made = tokio::task::spawn_blocking(move || Arc::new(Index::new(&documents))).await;
    let Ok(index) = made else { return Ok(None) };
    app.indexes.put(chat, version, index.clone());
    Ok(Some((version, index)))
}

async fn excerpt(tx: &mut ReadTx, chat: &ChatId, hit: &Hit) -> Result<Option<Excerpt>, StoreError> {
    let Some(document) = tx.document(chat, &hit.document).await? else { return Ok(None) };
    let passage = tx.passages(chat, &hit.document).await?.into_iter().nth(hit.passage);
    Ok(passage.map(|passage| Excerpt {
        title: document.title,
        heading: passage.heading,
        url: Url::parse(&document.address).ok(),
        page: passage.page,
        text: passage.text,
        share: hit.share,
    }))
}

/// Whether a chat has anything to read up.
///
/// # Errors
/// When the database cannot answer.
pub async fn has_knowledge(tx: &mut ReadTx, chat: &ChatId) -> Result<bool, StoreError> {
    Ok(tx.knowledge_totals(chat).await?.passages > 0)
}
