//! Keys from an address: the JWK Set that a merchant publishes, and what it makes of a chat's keys.

use std::time::Duration;

use super::json::{self, Json, Limits, Object};
use super::key::{
    IdentificationKey, KeySource, KeyState, Kid, MOST_KEYS, NamedKey, PublicKey, PublicKeyError,
};
use crate::id::ChatId;
use crate::time::Timestamp;

/// The longest set, in bytes.
pub const MAX_SET: usize = 64 * 1024;
/// The most keys that a set may have, of whatever kind.
pub const MAX_SET_KEYS: usize = 20;
/// How long keys verify after the last time that their address gave them.
pub const KEPT: Duration = Duration::from_hours(7 * 24);

/// How deep a set may be, and how many members an object in it may have: its keys may carry their certificates.
const LIMITS: Limits = Limits { depth: 5, members: 64 };

/// What a JWK Set holds.
///
/// Source: RFC 7517, section 5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwkSet {
    /// The keys that verify RS256, each once, in the order of the set.
    pub keys: Vec<NamedKey>,
    /// The others.
    pub unusable: Vec<Unusable>,
}

/// A key of a set that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Its name as in the set, or else its place there.
    pub name: String,
    /// Why.
    pub why: PublicKeyError,
}

/// Why a text is not a JWK Set that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwkSetError {
    /// Too long.
    #[error("the key set has more than {MAX_SET} bytes")]
    TooLarge,
    /// Not an object of JSON, or one that means two things.
    #[error("this is not a JWK Set, which is JSON as in {{\"keys\": [...]}}")]
    NotJson,
    /// No `keys`.
    #[error("this is JSON, but not a JWK Set: it has no list of \"keys\"")]
    NoKeys,
    /// Too many keys.
    #[error("the key set has {0} keys; at most {MAX_SET_KEYS} are read")]
    TooMany(usize),
    /// A private or secret key, which must not be published.
    #[error(
        "there is a private key in this key set: take it off the address at once, and make another"
    )]
    Private,
}

impl JwkSet {
    /// Reads a JWK Set of at most [`MAX_SET`] bytes and [`MAX_SET_KEYS`] keys. Keys that are not for verifying RS256 are left out,
    /// each with why. A name that another key of the set has does not count: such a key is named after its thumbprint.
    ///
    /// # Errors
    /// [`JwkSetError`], none of which quotes the text; one private key makes the whole set unfit.
    pub fn parse(text: &str) -> Result<Self, JwkSetError> {
        if text.len() > MAX_SET {
            return Err(JwkSetError::TooLarge);
        }
        let set = json::parse_object(text, LIMITS).map_err(|_| JwkSetError::NotJson)?;
        let Some(Json::Array(jwks)) = set.get("keys") else { return Err(JwkSetError::NoKeys) };
        if jwks.len() > MAX_SET_KEYS {
            return Err(JwkSetError::TooMany(jwks.len()));
        }
        let mut parsed = Self { keys: Vec::new(), unusable: Vec::new() };
        for (place, jwk) in (1..).zip(jwks) {
            let read = match jwk {
                Json::Object(jwk) => NamedKey::from_jwk_object(jwk),
                _ => Err(PublicKeyError::NotRsa),
            };
            match read {
                Ok(key) => parsed.add(key),
                Err(PublicKeyError::Private) => return Err(JwkSetError::Private),
                Err(why) => parsed.unusable.push(Unusable { name: name(jwk, place), why }),
            }
        }
        Ok(parsed)
    }

    fn add(&mut self, key: NamedKey) {
        if self.keys.iter().any(|other| other.public_key == key.public_key) {
            return;
        }
        let taken = self.keys.iter().any(|other| other.kid == key.kid);
        self.keys.push(if taken { NamedKey::from(key.public_key) } else { key });
    }
}

impl NamedKey {
    /// The key of a JWK, with the name that it has there, if it can be one: a name is shown to people, and none is that of another
    /// key without a name.
    pub(super) fn from_jwk_object(jwk: &Object<'_>) -> Result<Self, PublicKeyError> {
        let public_key = PublicKey::from_jwk_object(jwk)?;
        let own = Kid::of(&public_key);
        let kid = jwk.get("kid").and_then(Json::as_str).filter(|kid| is_name(kid, &own));
        Ok(Self { kid: kid.and_then(|kid| kid.parse().ok()).unwrap_or(own), public_key })
    }
}

fn is_name(kid: &str, own: &Kid) -> bool {
    let shown =
        |c: char| c.is_ascii_graphic() || c == ' ' || (!c.is_ascii() && c.is_alphanumeric());
    let encoded = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_thumbprint = kid.len() == own.as_str().len() && kid.bytes().all(encoded);
    kid.chars().all(shown) && (!is_thumbprint || kid == own.as_str())
}

/// What a key of a set is called to the merchant.
fn name(jwk: &Json<'_>, place: usize) -> String {
    let kid = match jwk {
        Json::Object(jwk) => jwk.get("kid").and_then(Json::as_str),
        _ => None,
    };
    kid.map_or_else(
        || format!("number {place}"),
        |kid| format!("{:?}", kid.chars().take(64).collect::<String>()),
    )
}

/// Where a chat's keys are fetched from, and how that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksSource {
    /// The chat.
    pub chat_id: ChatId,
    /// The address.
    pub url: String,
    /// When it was last asked.
    pub attempted_at: Option<Timestamp>,
    /// When it last gave a key set.
    pub fetched_at: Option<Timestamp>,
    /// What was wrong then: the fetch, or keys that could not be taken.
    pub error: Option<String>,
    /// Since when this is the chat's address.
    pub created_at: Timestamp,
}

impl JwksSource {
    /// Until when the keys are good for should the address not answer again.
    #[must_use]
    pub fn kept_until(&self) -> Option<Timestamp> {
        self.fetched_at.map(|at| at + KEPT)
    }
}

/// What a fetched set makes of a chat's keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// New keys, named so that no other key of the chat has the name.
    pub add: Vec<NamedKey>,
    /// Keys that the chat has from the address, and that verify for another while.
    pub renew: Vec<Kid>,
    /// Keys that had left the set, and came back.
    pub revive: Vec<Kid>,
    /// Keys that left the set: they verify nothing from now on.
    pub retire: Vec<Kid>,
    /// Keys of the set that are not used.
    pub left_out: Vec<(Kid, LeftOut)>,
}

/// Why a key of the set is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// There are as many as a chat may have.
    NoRoom,
    /// The merchant retired it here.
    Retired,
    /// The merchant revoked it.
    Revoked,
    /// Another chat has it.
    Elsewhere,
}

impl LeftOut {
    /// It in words, after the key's name.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoRoom => "does not fit: a chat has at most 3 keys that verify",
            Self::Retired => "was retired here, and stays so",
            Self::Revoked => "was revoked here, and stays so",
            Self::Elsewhere => "belongs to another chat",
        }
    }
}

impl JwksSource {
    /// What the `set` that was fetched at `now` makes of `keys`, all of the chat. `elsewhere` says which keys belong to other chats.
    ///
    /// The set is the truth about the keys that came from it: they go when they leave it, at once, and a key that comes back verifies
    /// again. What the merchant retired or revoked here stays so.
    #[must_use]
    pub fn changes(
        &self,
        keys: &[IdentificationKey],
        set: &[NamedKey],
        elsewhere: impl Fn(&PublicKey) -> bool,
        now: Timestamp,
    ) -> Changes {
        let leaves = |key: &&IdentificationKey| {
            key.source == KeySource::Jwks
                && key.state == KeyState::Active
                && set.iter().all(|one| one.public_key != key.public_key)
        };
        let stay = keys.iter().filter(|key| key.verifies_at(now) && !leaves(key)).count();
        let mut room = Room(MOST_KEYS.saturating_sub(stay));
        let mut changes = Changes {
            retire: keys.iter().filter(leaves).map(|key| key.kid.clone()).collect(),
            ..Changes::default()
        };
        for one in set {
            let Some(key) = keys.iter().find(|key| key.public_key == one.public_key) else {
                match elsewhere(&one.public_key) {
                    true => changes.left_out.push((one.kid.clone(), LeftOut::Elsewhere)),
                    false if room.take() => changes.add(one, keys),
                    false => changes.left_out.push((one.kid.clone(), LeftOut::NoRoom)),
                }
                continue;
            };
            let kid = key.kid.clone();
            match self.outlook(key) {
                Outlook::Settled => {}
                Outlook::Renew if key.verifies_at(now) || room.take() => changes.renew.push(kid),
                Outlook::Revive if room.take() => changes.revive.push(kid),
                Outlook::Renew | Outlook::Revive => changes.left_out.push((kid, LeftOut::NoRoom)),
                Outlook::LeftOut(why) => changes.left_out.push((kid, why)),
            }
        }
        changes
    }

    /// What becomes of a key that the chat has, and that is in the set.
    fn outlook(&self, key: &IdentificationKey) -> Outlook {
        match (key.source, key.state) {
            (_, KeyState::Revoked) => Outlook::LeftOut(LeftOut::Revoked),
            (KeySource::Jwks, KeyState::Active) => Outlook::Renew,
            (_, KeyState::Active) => Outlook::Settled,
            // Keys that leave the set get no grace time, not even one of nothing; what was retired otherwise does, or is older.
            (KeySource::Jwks, KeyState::Retired)
                if key.verifies_until.is_none() && key.created_at >= self.created_at =>
            {
                Outlook::Revive
            }
            (_, KeyState::Retired) => Outlook::LeftOut(LeftOut::Retired),
        }
    }
}

impl Changes {
    /// Adds a key under its own name, or under its thumbprint where another key of the chat has that name.
    fn add(&mut self, key: &NamedKey, keys: &[IdentificationKey]) {
        let mut names = keys.iter().map(|key| &key.kid).chain(self.add.iter().map(|key| &key.kid));
        let taken = names.any(|kid| *kid == key.kid);
        self.add.push(if taken { key.public_key.clone().into() } else { key.clone() });
    }
}

/// How many more keys a chat may have.
struct Room(usize);

impl Room {
    fn take(&mut self) -> bool {
        let some = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        some
    }
}

enum Outlook {
    /// It has it from elsewhere.
    Settled,
    Renew,
    Revive,
    LeftOut(LeftOut),
}
