//! The chats lately asked for, with their keys parsed: verifying a token needs no database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::chat::{Chat, WidgetToken};
use domain::id::ChatId;
use domain::identity::decide::Standing;
use domain::identity::{KeySet, Rules};
use domain::lead::Lead;
use domain::time::Timestamp;
use domain::visitor::{Identity, Visitor};
use store::{ReadTx, Store, StoreError};
use tokio::time::Instant;

/// How long a chat is believed to be as it was read, should no word of a change arrive.
const FRESH: Duration = Duration::from_secs(5);
/// How many chats are remembered.
const MOST: usize = 10_000;

/// A chat with its keys.
#[derive(Debug)]
pub struct KnownChat {
    /// The chat.
    pub chat: Chat,
    /// Its keys, parsed.
    pub keys: KeySet,
    /// Whether some of them are fetched from an address.
    pub has_jwks: bool,
}

impl KnownChat {
    async fn read(tx: &mut ReadTx, chat: Chat) -> Result<Self, StoreError> {
        let keys = KeySet::new(tx.identification_keys(&chat.id).await?);
        let has_jwks = tx.jwks_source(&chat.id).await?.is_some();
        Ok(Self { chat, keys, has_jwks })
    }

    /// What a token for this chat must keep to.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let settings = &self.chat.settings.identification;
        let mut audiences = vec![self.chat.widget_token.to_string()];
        audiences.extend(settings.audience.clone());
        Rules {
            max_lifetime: settings.max_lifetime.map(Duration::from_secs),
            audiences,
            not_before: settings.not_before,
        }
    }

    /// How the identity of `visitor` stands at `now`; `customer` is whom it was proven to be, where that is known.
    #[must_use]
    pub fn standing(&self, visitor: &Visitor, customer: Option<&Lead>, now: Timestamp) -> Standing {
        let of_customer =
            |identity: &&Identity| customer.is_some_and(|customer| customer.id == identity.lead_id);
        let Some(identity) = visitor.identity.as_ref().filter(of_customer) else {
            return Standing::Lapsed;
        };
        let floor = customer.and_then(|customer| customer.not_before);
        identity.standing(&self.chat, self.keys.keys(), floor, now)
    }

    /// Whether `visitor` is verified as `customer` at `now`.
    #[must_use]
    pub fn verifies(&self, visitor: &Visitor, customer: &Lead, now: Timestamp) -> bool {
        self.standing(visitor, Some(customer), now) == Standing::Holds
    }
}

/// The chats lately asked for.
#[derive(Debug, Default)]
pub struct Chats(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    by_id: HashMap<ChatId, (Arc<KnownChat>, Instant)>,
    by_widget: HashMap<WidgetToken, ChatId>,
    /// Counts what was forgotten, so that a read that began before a change is not remembered after it.
    forgotten: u64,
}

impl Chats {
    /// The chat whose pages carry `token`, or `None` where there is none.
    ///
    /// # Errors
    /// When it must be read and the database cannot.
    pub async fn of_widget(
        &self,
        store: &Store,
        token: &WidgetToken,
    ) -> Result<Option<Arc<KnownChat>>, StoreError> {
        let (fresh, forgotten) = {
            let remembered = self.lock();
            let id = remembered.by_widget.get(token);
            (id.and_then(|id| remembered.fresh(id)), remembered.forgotten)
        };
        if fresh.is_some() {
            return Ok(fresh);
        }
        let mut tx = store.read().await?;
        let Some(chat) = tx.chat_of_widget(token).await? else { return Ok(None) };
        Ok(Some(self.remember(KnownChat::read(&mut tx, chat).await?, forgotten)))
    }

    /// The chat `id`, or `None` where there is none.
    ///
    /// # Errors
    /// When it must be read and the database cannot.
    pub async fn by_id(
        &self,
        store: &Store,
        id: &ChatId,
    ) -> Result<Option<Arc<KnownChat>>, StoreError> {
        let (fresh, forgotten) = {
            let remembered = self.lock();
            (remembered.fresh(id), remembered.forgotten)
        };
        if fresh.is_some() {
            return Ok(fresh);
        }
        let mut tx = store.read().await?;
        let Some(chat) = tx.chat(id).await? else { return Ok(None) };
        Ok(Some(self.remember(KnownChat::read(&mut tx, chat).await?, forgotten)))
    }

    /// Reads a chat anew when it is next asked for: call it after a change.
    pub fn forget(&self, id: &ChatId) {
        let mut remembered = self.lock();
        remembered.by_id.remove(id);
        remembered.forgotten += 1;
    }

    /// The version of a chat that is remembered.
    #[must_use]
    pub fn version(&self, id: &ChatId) -> Option<i64> {
        self.lock().by_id.get(id).map(|(known, _)| known.chat.version)
    }

    fn remember(&self, known: KnownChat, forgotten: u64) -> Arc<KnownChat> {
        let known = Arc::new(known);
        let mut remembered = self.lock();
        if remembered.forgotten == forgotten {
            if remembered.by_id.len() >= MOST {
                remembered.by_id.clear();
                remembered.by_widget.clear();
            }
            remembered.by_widget.insert(known.chat.widget_token.clone(), known.chat.id.clone());
            remembered.by_id.insert(known.chat.id.clone(), (known.clone(), Instant::now()));
        }
        known
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn fresh(&self, id: &ChatId) -> Option<Arc<KnownChat>> {
        let (known, read_at) = self.by_id.get(id)?;
        (read_at.elapsed() < FRESH).then(|| known.clone())
    }
}
