//! A page says who its customer is, and proves it with a token that the merchant signed.
//!
//! A success is durable before it is answered. A refusal writes nothing.

use std::net::IpAddr;
use std::sync::Arc;

use domain::chat::WidgetToken;
use domain::id::VisitorId;
use domain::identity::Verified;
use domain::identity::decide::{Binding, Presented, Standing, decide};
use domain::identity::json::{Limits, parse_object};
use domain::identity::reason::{Reason, VerifyError};
use domain::lead::Lead;
use domain::settings::ReplayPolicy;
use domain::time::Timestamp;
use domain::visitor::{Identity, TokenHash, Visitor, VisitorToken};
use store::{Customer, ReadTx, Scope, StoreError, TokenRow, TokenState, WriteTx};

use crate::app::chats::KnownChat;
use crate::app::limits::TooMany;
use crate::app::{App, secrets};
use crate::bus::{Event, Topic};

/// The most bytes that the body of a call may have.
pub const MAX_BODY: usize = 32 * 1024;
/// How deep it may be nested, and how many members an object in it may have: unknown ones are ignored, and its length bounds them.
const BODY_LIMITS: Limits = Limits { depth: 100, members: MAX_BODY };

/// A call as it came.
#[derive(Debug)]
pub struct Request<'a> {
    /// The widget token in its path.
    pub widget_token: &'a str,
    /// Its body; `None` where it could not be read or was too long.
    pub body: Option<&'a [u8]>,
    /// The page's origin, where the call comes from a page.
    pub origin: Option<&'a str>,
    /// Where it comes from.
    pub address: IpAddr,
}

/// What became of the visitor's token.
#[derive(Debug)]
pub enum Identified {
    /// It goes on.
    SameToken,
    /// This one takes its place.
    NewToken(VisitorToken),
}

/// Why nobody was identified.
#[derive(Debug, thiserror::Error)]
pub enum IdentifyError {
    /// Something that the caller controls is wrong. The public is not told what.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database cannot decide now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body is not an object of JSON with a visitor token and a token, or is too long.
    Body,
    /// There is no such chat.
    UnknownChat,
    /// The page is not one of the chat's.
    Origin,
    /// The token, or the state of the chat.
    Token(VerifyError),
}

impl Refusal {
    /// A code for counts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::UnknownChat => "unknown_chat",
            Self::Origin => "origin_not_allowed",
            Self::Token(error) => error.reason.code(),
        }
    }
}

impl From<Refusal> for IdentifyError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<VerifyError> for IdentifyError {
    fn from(error: VerifyError) -> Self {
        Self::Refused(Refusal::Token(error))
    }
}

impl From<Reason> for IdentifyError {
    fn from(reason: Reason) -> Self {
        VerifyError::from(reason).into()
    }
}

/// Ties a customer to the visitor whose browser brings a valid token.
///
/// # Errors
/// [`IdentifyError`]; then nothing has changed.
pub async fn identify(app: &App, request: Request<'_>) -> Result<Identified, IdentifyError> {
    let outcome = attempt(app, &request).await;
    match &outcome {
        Ok(Identified::SameToken) => app.metrics.identified("same_token"),
        Ok(Identified::NewToken(_)) => app.metrics.identified("new_token"),
        Err(IdentifyError::Refused(refusal)) => {
            app.metrics.refused(refusal.code());
            let known = request.widget_token.parse::<WidgetToken>().is_ok();
            let chat = if known { request.widget_token } else { "?" };
            tracing::info!(reason = refusal.code(), chat, "identification refused");
        }
        Err(IdentifyError::TooMany(_)) => app.metrics.refused("rate_limited"),
        Err(IdentifyError::Store(_)) => app.metrics.refused("unavailable"),
    }
    outcome
}

async fn attempt(app: &App, request: &Request<'_>) -> Result<Identified, IdentifyError> {
    let Some((token, jwt)) = request.body.and_then(read_body) else {
        app.limits.identify(request.address, None)?;
        return Err(Refusal::Body.into());
    };
    // Before the chat is known, its public token stands for it.
    let widget_token: Option<WidgetToken> = request.widget_token.parse().ok();
    let known = match &widget_token {
        Some(widget_token) => app.chats.of_widget(&app.store, widget_token).await?,
        None => None,
    };
    let Some(known) = known else {
        app.limits.identify(request.address, None)?;
        return Err(Refusal::UnknownChat.into());
    };
    let hash = token.hash(&known.chat.id);
    app.limits.identify(request.address, Some(&hash))?;
    let verified = verify(app, &known, request.origin, &jwt)?;
    let call = Call { token: hash, jwt: secrets::hash(&jwt) };
    bind(app, &known, call, verified).await
}

/// What came with the call, as hashes.
struct Call {
    /// The visitor token.
    token: TokenHash,
    /// The signed token: its uses by several browsers are counted.
    jwt: String,
}

fn read_body(body: &[u8]) -> Option<(VisitorToken, String)> {
    let object = parse_object(str::from_utf8(body).ok()?, BODY_LIMITS).ok()?;
    let token = object.get("visitor_token")?.as_str()?.parse().ok()?;
    Some((token, object.get("jwt")?.as_str()?.to_owned()))
}

fn verify(
    app: &App,
    known: &KnownChat,
    origin: Option<&str>,
    jwt: &str,
) -> Result<Verified, IdentifyError> {
    let chat = &known.chat;
    if !chat.settings.allows_origin(origin) {
        return Err(Refusal::Origin.into());
    }
    if !chat.platform.has_identification() {
        return Err(Reason::ShopifyChat.into());
    }
    if !chat.identification.active {
        return Err(Reason::NotActive.into());
    }
    Ok(known.keys.verify(jwt, &known.rules(), app.clock.now())?)
}

async fn bind(
    app: &App,
    known: &Arc<KnownChat>,
    Call { token, jwt }: Call,
    verified: Verified,
) -> Result<Identified, IdentifyError> {
    let chat = &known.chat.id;
    let claims = &verified.claims;
    let seen = app.store.read().await?.visitor_token(chat, &token).await?;
    let visitor_id = seen.map_or_else(|| VisitorId::of_first_token(&token), |row| row.visitor_id);
    let mut tx = app
        .store
        .write(Scope::Customer {
            chat,
            visitor: &visitor_id,
            email: claims.email.key(),
            stable_id: claims.stable_id.as_ref(),
        })
        .await?;
    let now = app.clock.now();
    let presented = Found::read(&mut tx, known, &token, visitor_id, now).await?;
    let lead = put_customer(&mut tx, known, &verified, now).await?;
    if let Err(error) = app.limits.fan_out(chat, &jwt, presented.browser(), now) {
        tracing::warn!(%chat, kid = verified.kid.as_str(), "a token is used by too many browsers");
        return Err(error.into());
    }
    check_replay(&mut tx, known, &verified, presented.browser(), now).await?;
    let binding = decide(presented.as_presented(), &lead.id);
    let bound = Bound { known, verified: &verified, lead: &lead, now };
    let answer = bound.write(&mut tx, &token, &presented, binding).await?;
    tx.commit().await?;
    app.key_uses.count(chat, &verified.kid, now);
    app.bus.publish(&Topic::Visitor(chat.clone(), presented.id.clone()), Event::VisitorChanged);
    Ok(answer)
}

/// The presented visitor token, as far as it is known.
struct Found {
    id: VisitorId,
    row: Option<TokenRow>,
    visitor: Option<Visitor>,
    successor: Option<Visitor>,
    standing: Standing,
}

impl Found {
    async fn read(
        tx: &mut ReadTx,
        known: &KnownChat,
        token: &TokenHash,
        id: VisitorId,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let chat = &known.chat.id;
        let row = tx.visitor_token(chat, token).await?;
        let visitor = if row.is_some() { tx.visitor(chat, &id).await? } else { None };
        let successor = match row.as_ref().and_then(|row| row.successor_id.as_ref()) {
            Some(successor) => tx.visitor(chat, successor).await?,
            None => None,
        };
        let mut standing = Standing::Lapsed;
        if let Some(visitor) = &visitor
            && let Some(identity) = &visitor.identity
        {
            let lead = tx.lead(chat, &identity.lead_id).await?;
            standing = known.standing(visitor, lead.as_ref(), now);
        }
        Ok(Self { id, row, visitor, successor, standing })
    }

    fn as_presented(&self) -> Presented<'_> {
        let Some((row, visitor)) = self.row.as_ref().zip(self.visitor.as_ref()) else {
            return Presented::Unknown(&self.id);
        };
        match row.state {
            TokenState::Live => Presented::Live { visitor, standing: self.standing },
            TokenState::Replaced => {
                Presented::Replaced { visitor, successor: self.successor.as_ref() }
            }
            TokenState::Ended => Presented::Ended,
        }
    }

    /// The browser that presented it: its first visitor.
    fn browser(&self) -> &VisitorId {
        self.visitor.as_ref().map_or(&self.id, |visitor| &visitor.browser_id)
    }

    /// The visitor with this id, among those that were read.
    fn take(&self, id: &VisitorId) -> Option<Visitor> {
        [&self.visitor, &self.successor]
            .into_iter()
            .flatten()
            .find(|visitor| visitor.id == *id)
            .cloned()
    }
}

/// Finds or makes the customer, with what the token says.
async fn put_customer(
    tx: &mut WriteTx,
    known: &KnownChat,
    verified: &Verified,
    now: Timestamp,
) -> Result<Lead, IdentifyError> {
    let chat = &known.chat.id;
    let lead = match tx.customer(chat, &verified.claims).await? {
        Customer::Known(lead) if lead.refuses(&verified.claims) => {
            return Err(Reason::CustomerRevoked.into());
        }
        Customer::Known(lead) => lead.merged(&verified.claims, now),
        Customer::New => Lead::identified(chat.clone(), &verified.claims, now),
    };
    tx.put_lead(&lead).await?;
    Ok(lead)
}

async fn check_replay(
    tx: &mut WriteTx,
    known: &KnownChat,
    verified: &Verified,
    browser: &VisitorId,
    now: Timestamp,
) -> Result<(), IdentifyError> {
    let policy = known.chat.settings.identification.replay;
    if policy == ReplayPolicy::Off {
        return Ok(());
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "exp is at most 2^53 seconds, and too far is far enough"
    )]
    let expires_at = Timestamp::from_millis((verified.claims.expires_at * 1000.0) as i64);
    let others =
        tx.use_token(&known.chat.id, verified.use_id.as_str(), browser, expires_at, now).await?;
    if others > 0 {
        tracing::warn!(chat = %known.chat.id, kid = verified.kid.as_str(), others, "a token was used by more than one browser");
        if policy == ReplayPolicy::Refuse {
            return Err(Reason::Replayed.into());
        }
    }
    Ok(())
}

/// A customer who was proven, and is about to be tied to a visitor.
struct Bound<'a> {
    known: &'a KnownChat,
    verified: &'a Verified,
    lead: &'a Lead,
    now: Timestamp,
}

impl Bound<'_> {
    async fn write(
        &self,
        tx: &mut WriteTx,
        token: &TokenHash,
        presented: &Found,
        binding: Binding,
    ) -> Result<Identified, StoreError> {
        let chat = &self.known.chat.id;
        match binding {
            Binding::KeepToken => {
                let visitor = self.visitor(presented, presented.id.clone());
                tx.put_visitor(&visitor).await?;
                tx.tie_conversation(chat, &visitor.id, &self.lead.id).await?;
                Ok(Identified::SameToken)
            }
            Binding::NewToken { visitor } => {
                let visitor = self.visitor(presented, visitor);
                tx.put_visitor(&visitor).await?;
                tx.tie_conversation(chat, &visitor.id, &self.lead.id).await?;
                if presented.row.is_none() {
                    // A token that was never seen is remembered as replaced: it must not begin anew elsewhere.
                    tx.add_visitor_token(&visitor, token, self.now).await?;
                }
                // All of them, also another tab's: none may read more than when it was given.
                tx.replace_tokens_of_visitor(chat, &visitor.id, None).await?;
                self.token(tx, &visitor).await
            }
            Binding::AnotherToken { visitor } => {
                let visitor = self.visitor(presented, visitor);
                tx.put_visitor(&visitor).await?;
                self.token(tx, &visitor).await
            }
            Binding::NewVisitor => {
                let visitor = self.visitor(presented, VisitorId::new(self.now));
                tx.put_visitor(&visitor).await?;
                if presented.row.as_ref().is_some_and(|row| row.state == TokenState::Live) {
                    tx.replace_tokens_of_visitor(chat, &presented.id, Some(&visitor.id)).await?;
                }
                self.token(tx, &visitor).await
            }
        }
    }

    /// The visitor `id` with its new identity; a new visitor of the same browser where it was not known.
    fn visitor(&self, presented: &Found, id: VisitorId) -> Visitor {
        let known = presented.take(&id);
        let before = known.as_ref().and_then(|visitor| visitor.identity.as_ref());
        // An older token that comes late does not make the identity older.
        let issued_at = before
            .filter(|identity| identity.lead_id == self.lead.id)
            .map_or(self.verified.claims.issued_at, |identity| {
                identity.issued_at.max(self.verified.claims.issued_at)
            });
        let identity = Identity {
            lead_id: self.lead.id.clone(),
            kid: self.verified.kid.clone(),
            issued_at,
            identified_at: self.now,
            expires_at: self.now + self.known.chat.settings.identification.session_length(),
        };
        match known {
            Some(visitor) => Visitor { identity: Some(identity), ..visitor },
            None => Visitor {
                chat_id: self.known.chat.id.clone(),
                browser_id: presented.browser().clone(),
                id,
                identity: Some(identity),
                conversation_id: None,
                created_at: self.now,
            },
        }
    }

    async fn token(&self, tx: &mut WriteTx, visitor: &Visitor) -> Result<Identified, StoreError> {
        let token = VisitorToken::generate(self.now);
        tx.add_visitor_token(visitor, &token.hash(&self.known.chat.id), self.now).await?;
        Ok(Identified::NewToken(token))
    }
}
