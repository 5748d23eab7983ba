//! A merchant brings a public key, lets one run out, or ends one at once.

use std::time::Duration;

use domain::audit::AuditKind;
use domain::id::ChatId;
use domain::identity::key::{IdentificationKey, KeySource, KeyState, Kid, NamedKey};
use domain::record::{Entry, EntryKind};
use store::{ReadTx, Scope, StoreError};

use crate::app::App;
use crate::app::activate_identification::{
    ActivateError, put_active, record_key, room_for_a_key, tell,
};
use crate::app::audit::{self, Actor, Deed};

/// How long a retired key goes on where nothing else is said.
pub const USUAL_GRACE: Duration = Duration::from_hours(24);
/// The longest that a retired key goes on.
pub const LONGEST_GRACE: Duration = Duration::from_hours(7 * 24);

/// Why a key was not added, retired or revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The chat is not there, takes no keys, or has no room for another.
    #[error(transparent)]
    Refused(#[from] ActivateError),
    /// There is no such key.
    #[error("the chat has no key of that name (kid)")]
    Unknown,
    /// The chat has it, and it is active.
    #[error("this key is already this chat's: it is the key {0}")]
    Known(Kid),
    /// The chat had it.
    #[error("this key was retired, and does not come back: make a new pair of keys")]
    Retired,
    /// The chat had it.
    #[error("this key was revoked, and does not come back: make a new pair of keys")]
    Revoked,
    /// Another chat of the installation has or had it.
    #[error("this key belongs to another chat: each chat needs a pair of keys of its own")]
    Elsewhere,
    /// A revoked key has nothing left to retire from.
    #[error("this key is revoked: it verifies nothing, and cannot be retired")]
    RetireRevoked,
    /// Its time is over, it never was retired, or its address gave it up.
    #[error(
        "only a key of your own that still verifies to the end of its grace time can be kept after all"
    )]
    KeepEnded,
    /// Longer than allowed.
    #[error("a retired key goes on for at most 7 days")]
    Grace,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Identities that a revoked key ended, of which the customers' timelines tell one by one; of more, the key's entry does.
const ENTERED: i64 = 1_000;

/// Accepts tokens signed with the private half of `key` from now on, and activates identification.
///
/// # Errors
/// [`KeyError`]; nothing is changed then.
pub async fn add_key(
    app: &App,
    id: &ChatId,
    key: NamedKey,
    by: Option<&Actor>,
) -> Result<Kid, KeyError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let keys = tx.identification_keys(id).await?;
    // What the chat knows of the key says more than that there is no room for it.
    let known = keys.iter().find(|known| known.public_key == key.public_key);
    match known.map(|known| (known.state, known)) {
        None => {}
        Some((KeyState::Active, known)) => return Err(KeyError::Known(known.kid.clone())),
        Some((KeyState::Retired, _)) => return Err(KeyError::Retired),
        Some((KeyState::Revoked, _)) => return Err(KeyError::Revoked),
    }
    let chat = room_for_a_key(&mut tx, id, now).await?;
    if tx.chat_of_key(&key.public_key).await?.is_some() {
        return Err(KeyError::Elsewhere);
    }
    let named = keys.iter().any(|known| known.kid == key.kid);
    let key = if named { NamedKey::from(key.public_key) } else { key };
    let key = IdentificationKey::new(id.clone(), key, KeySource::PublicKey, now);
    let added = tx.add_identification_key(&key).await;
    // Another chat may have got it since it was looked for.
    added.map_err(|error| if error.is_taken() { KeyError::Elsewhere } else { error.into() })?;
    record_key(&mut tx, &key, EntryKind::KeyAdded, by, now).await?;
    put_active(&mut tx, &chat, by, now).await?;
    let deed = Deed { kind: AuditKind::KeyAdded, subject: key.kid.as_str(), detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, kid = %key.kid, "key added");
    Ok(key.kid)
}

/// Lets a key verify for `grace` longer, and then no more. A key that is retired already is not kept longer by this.
///
/// # Errors
/// [`KeyError`]; nothing is changed then.
pub async fn retire_key(
    app: &App,
    id: &ChatId,
    kid: &Kid,
    grace: Duration,
    by: Option<&Actor>,
) -> Result<(), KeyError> {
    if grace > LONGEST_GRACE {
        return Err(KeyError::Grace);
    }
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let key = find(&mut tx, id, kid).await?;
    if key.state == KeyState::Revoked {
        return Err(KeyError::RetireRevoked);
    }
    if !key.verifies_at(now) && key.state == KeyState::Retired {
        return Ok(());
    }
    let end = now + grace;
    let end = key.verifies_until.map_or(end, |earlier| earlier.min(end));
    tx.put_key_state(id, kid, KeyState::Retired, Some(end)).await?;
    record_key(&mut tx, &key, EntryKind::KeyRetired, by, now).await?;
    tx.touch_chat(id, now).await?;
    let deed = Deed { kind: AuditKind::KeyRetired, subject: kid.as_str(), detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, %kid, grace = grace.as_secs(), "key retired");
    Ok(())
}

/// Takes a retirement back while the key still verifies: it then verifies on, as if nothing had been.
///
/// # Errors
/// [`KeyError`]; nothing is changed then.
pub async fn keep_key(
    app: &App,
    id: &ChatId,
    kid: &Kid,
    by: Option<&Actor>,
) -> Result<(), KeyError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let key = find(&mut tx, id, kid).await?;
    let may =
        key.state == KeyState::Retired && key.verifies_at(now) && key.source != KeySource::Jwks;
    if !may {
        return Err(KeyError::KeepEnded);
    }
    tx.put_key_state(id, kid, KeyState::Active, None).await?;
    record_key(&mut tx, &key, EntryKind::KeyKept, by, now).await?;
    tx.touch_chat(id, now).await?;
    let deed = Deed { kind: AuditKind::KeyKept, subject: kid.as_str(), detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::info!(chat = %id, %kid, "key kept after all");
    Ok(())
}

/// Ends a key for good, and every identity that it made.
///
/// # Errors
/// [`KeyError`]; nothing is changed then.
pub async fn revoke_key(
    app: &App,
    id: &ChatId,
    kid: &Kid,
    by: Option<&Actor>,
) -> Result<(), KeyError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(id)).await?;
    let key = find(&mut tx, id, kid).await?;
    if key.state == KeyState::Revoked {
        return Ok(());
    }
    tx.put_key_state(id, kid, KeyState::Revoked, None).await?;
    record_key(&mut tx, &key, EntryKind::KeyRevoked, by, now).await?;
    for visitor in tx.visitors_of_key(id, kid, now, ENTERED).await? {
        let Some(identity) = &visitor.identity else { continue };
        tx.record_end(id, &visitor.id, identity.expires_at).await?;
        let entry = Entry {
            visitor_id: Some(visitor.id.clone()),
            conversation_id: visitor.conversation_id.clone(),
            ..Entry::new(id.clone(), EntryKind::IdentityRevoked, now).by(by.map(Actor::id))
        };
        tx.append_record(&entry.about_customer(&identity.lead_id).about_key(kid)).await?;
    }
    tx.touch_chat(id, now).await?;
    let deed = Deed { kind: AuditKind::KeyRevoked, subject: kid.as_str(), detail: "" };
    audit::append(&mut tx, by, id, deed, now).await?;
    tx.commit().await?;
    tell(app, id);
    tracing::warn!(chat = %id, %kid, "key revoked");
    Ok(())
}

async fn find(tx: &mut ReadTx, id: &ChatId, kid: &Kid) -> Result<IdentificationKey, KeyError> {
    tx.chat(id).await?.ok_or(ActivateError::ChatUnknown)?;
    let keys = tx.identification_keys(id).await?;
    keys.into_iter().find(|key| key.kid == *kid).ok_or(KeyError::Unknown)
}
