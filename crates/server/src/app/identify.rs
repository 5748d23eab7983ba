//! A page says who its customer is, and proves it with a token that the merchant signed.
//!
//! A success is durable before it is answered. A refusal writes nothing.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::activity::Counted;
use domain::chat::WidgetToken;
use domain::id::{LeadId, RequestId, VisitorId};
use domain::identity::Verified;
use domain::identity::check::Warning;
use domain::identity::decide::{Binding, Presented, Standing, decide};
use domain::identity::json::{Limits, parse_object};
use domain::identity::key::Kid;
use domain::identity::reason::{Reason, VerifyError};
use domain::lead::Lead;
use domain::record::{Entry, EntryKind};
use domain::settings::ReplayPolicy;
use domain::time::Timestamp;
use domain::visitor::{Identity, TokenHash, Visitor, VisitorToken};
use domain::webhook::WebhookEvent;
use store::{Customer, ReadTx, Scope, StoreError, TokenRow, TokenState, WriteTx};

use crate::app::attempts::{self, Attempt, Noted, Outcome};
use crate::app::chats::KnownChat;
use crate::app::join::join;
use crate::app::limits::TooMany;
use crate::app::{App, jwks, secrets};
use crate::bus::{Event, Topic};

/// The most bytes that the body of a call may have.
pub const MAX_BODY: usize = 32 * 1024;
/// The most characters of a page's origin that are kept.
const MAX_ORIGIN: usize = 300;
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
    /// Its id.
    pub id: RequestId,
}

/// A customer was tied to the visitor.
#[derive(Debug)]
pub struct Identified {
    /// What takes the place of the visitor's token; `None` where that goes on.
    pub token: Option<VisitorToken>,
    /// How long the identity holds, unless it is confirmed anew.
    pub expires_in: Duration,
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
    /// Too many browsers use the token.
    #[error("too many browsers use one token")]
    Shared(TooMany),
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

impl IdentifyError {
    /// A code for counts, logs and the merchant.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::TooMany(_) => "rate_limited",
            Self::Shared(_) => "token_shared",
            Self::Store(_) => "unavailable",
        }
    }
}

impl IdentifyError {
    /// What exactly is wrong with the token, where more is known.
    fn detail(&self) -> Option<&str> {
        match self {
            Self::Refused(Refusal::Token(error)) => error.detail.as_deref(),
            _ => None,
        }
    }
}

/// What is learned of a call on the way to its answer.
#[derive(Default)]
struct Learned {
    known: Option<Arc<KnownChat>>,
    token: Option<TokenHash>,
    jwt: Option<String>,
    kid: Option<Kid>,
    warnings: Vec<Warning>,
    lead_id: Option<LeadId>,
}

/// Ties a customer to the visitor whose browser brings a valid token.
///
/// # Errors
/// [`IdentifyError`]; then nothing has changed.
pub async fn identify(app: &Arc<App>, request: Request<'_>) -> Result<Identified, IdentifyError> {
    let mut learned = Learned::default();
    let result = attempt(app, &request, &mut learned).await;
    match &result {
        Ok(Identified { token: None, .. }) => app.metrics.identified("same_token"),
        Ok(Identified { token: Some(_), .. }) => app.metrics.identified("new_token"),
        Err(error) => app.metrics.refused(error.code()),
    }
    if let Err(IdentifyError::Refused(refusal)) = &result {
        let chat = learned.known.as_ref().map(|known| known.chat.widget_token.to_string());
        let chat = chat.as_deref().unwrap_or("?");
        tracing::info!(reason = refusal.code(), chat, request = %request.id, "identification refused");
    }
    tell_merchant(app, &request, learned, result.as_ref().err());
    result
}

/// The public is told nothing, so the merchant is told everything.
fn tell_merchant(
    app: &Arc<App>,
    request: &Request<'_>,
    learned: Learned,
    error: Option<&IdentifyError>,
) {
    let Learned { known: Some(known), token, jwt, kid, warnings, lead_id } = learned else {
        return;
    };
    let outcome = match error {
        None => Outcome::Verified,
        Some(IdentifyError::Refused(_)) => Outcome::Refused,
        Some(IdentifyError::TooMany(_) | IdentifyError::Shared(_)) => Outcome::Limited,
        Some(IdentifyError::Store(_)) => Outcome::Unavailable,
    };
    let attempt = Attempt {
        id: request.id.clone(),
        at: app.clock.now(),
        outcome,
        reason: error.map(|error| error.code().to_owned()),
        detail: error.and_then(IdentifyError::detail).map(str::to_owned),
        kid,
        origin: request.origin.map(|origin| origin.chars().take(MAX_ORIGIN).collect()),
        warnings,
        lead_id: lead_id.filter(|_| error.is_none()),
    };
    attempts::note(app, Noted { known, attempt, token, jwt });
}

async fn attempt(
    app: &Arc<App>,
    request: &Request<'_>,
    learned: &mut Learned,
) -> Result<Identified, IdentifyError> {
    let body = request.body.and_then(read_body);
    // Before the chat is known, its public token stands for it.
    let widget_token: Option<WidgetToken> = request.widget_token.parse().ok();
    learned.known = match &widget_token {
        Some(widget_token) => app.chats.of_widget(&app.store, widget_token).await?,
        None => None,
    };
    let Some((token, jwt)) = body else {
        app.limits.identify(request.address, None).await?;
        return Err(Refusal::Body.into());
    };
    let Some(known) = learned.known.clone() else {
        app.limits.identify(request.address, None).await?;
        return Err(Refusal::UnknownChat.into());
    };
    let hash = token.hash(&known.chat.id);
    learned.token = Some(hash.clone());
    app.limits.identify(request.address, Some(&hash)).await?;
    let (known, verified) = verify_anew(app, known, request.origin, &jwt).await;
    learned.known = Some(known.clone());
    let use_hash = secrets::hash(&jwt);
    learned.jwt = Some(jwt);
    let verified = verified?;
    learned.kid = Some(verified.kid.clone());
    learned.warnings.clone_from(&verified.warnings);
    let call = Call { token: hash, jwt: use_hash, request };
    bind(app, &known, call, verified, learned).await
}

/// What came with the call, as hashes.
struct Call<'r> {
    /// The visitor token.
    token: TokenHash,
    /// The signed token: its uses by several browsers are counted.
    jwt: String,
    /// The call itself.
    request: &'r Request<'r>,
}

fn read_body(body: &[u8]) -> Option<(VisitorToken, String)> {
    let object = parse_object(str::from_utf8(body).ok()?, BODY_LIMITS).ok()?;
    let token = object.get("visitor_token")?.as_str()?.parse().ok()?;
    Some((token, object.get("jwt")?.as_str()?.to_owned()))
}

/// Verifies `jwt`, with keys that are fetched again where it names one that is not known.
async fn verify_anew(
    app: &Arc<App>,
    known: Arc<KnownChat>,
    origin: Option<&str>,
    jwt: &str,
) -> (Arc<KnownChat>, Result<Verified, IdentifyError>) {
    let verified = verify(app, &known, origin, jwt);
    if let Err(IdentifyError::Refused(Refusal::Token(error))) = &verified
        && error.reason == Reason::WrongKey
        && let Some(known) = jwks::known_anew(app, &known, jwt).await
    {
        let verified = verify(app, &known, origin, jwt);
        return (known, verified);
    }
    (known, verified)
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
    Call { token, jwt, request }: Call<'_>,
    verified: Verified,
    learned: &mut Learned,
) -> Result<Identified, IdentifyError> {
    let chat = &known.chat.id;
    let claims = &verified.claims;
    let seen = app.store.glance().await?.visitor_token(chat, &token).await?;
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
    let lead = put_customer(&mut tx, known, &verified, presented.browser(), now).await?;
    if let Err(error) = app.limits.fan_out(chat, &jwt, presented.browser(), now) {
        tracing::warn!(%chat, kid = verified.kid.as_str(), "a token is used by too many browsers");
        return Err(IdentifyError::Shared(error));
    }
    if is_replayed(&mut tx, known, &verified, presented.browser(), now).await? {
        learned.warnings.push(Warning::Replayed);
    }
    let binding = decide(presented.as_presented(), &lead.id);
    let bound = Bound { known, verified: &verified, lead: &lead, request, now };
    let answer = bound.write(&mut tx, &token, &presented, binding).await?;
    tx.commit().await?;
    // Whoever is identified again was made earlier.
    if lead.created_at == lead.identified_at {
        app.activity.count(chat, Counted::VerifiedLeads, now);
    }
    learned.lead_id = Some(lead.id);
    app.key_uses.count(chat, &verified.kid, now);
    app.bus.publish(&Topic::Visitor(chat.clone(), presented.id.clone()), Event::VisitorChanged);
    let expires_in = known.chat.settings.identification.session_length();
    Ok(Identified { token: answer, expires_in })
}

/// The presented visitor token, as far as it is known.
struct Found {
    id: VisitorId,
    row: Option<TokenRow>,
    visitor: Option<Visitor>,
    successor: Option<(Visitor, Standing)>,
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
        let successor = match successor {
            Some(successor) => {
                let standing = standing(tx, known, &successor, now).await?;
                Some((successor, standing))
            }
            None => None,
        };
        let standing = match &visitor {
            Some(visitor) => standing(tx, known, visitor, now).await?,
            None => Standing::Lapsed,
        };
        Ok(Self { id, row, visitor, successor, standing })
    }

    fn as_presented(&self) -> Presented<'_> {
        let Some((row, visitor)) = self.row.as_ref().zip(self.visitor.as_ref()) else {
            return Presented::Unknown(&self.id);
        };
        match row.state {
            TokenState::Live => Presented::Live { visitor, standing: self.standing },
            TokenState::Replaced => {
                let successor =
                    self.successor.as_ref().map(|(visitor, standing)| (visitor, *standing));
                Presented::Replaced { visitor, standing: self.standing, successor }
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
        let successor = self.successor.as_ref().map(|(visitor, _)| visitor);
        [self.visitor.as_ref(), successor]
            .into_iter()
            .flatten()
            .find(|visitor| visitor.id == *id)
            .cloned()
    }
}

/// How the identity of `visitor` stands.
async fn standing(
    tx: &mut ReadTx,
    known: &KnownChat,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Standing, StoreError> {
    let Some(identity) = &visitor.identity else { return Ok(Standing::Lapsed) };
    let lead = tx.lead(&visitor.chat_id, &identity.lead_id).await?;
    Ok(known.standing(visitor, lead.as_ref(), now))
}

/// Finds or makes the customer, with what the token says.
async fn put_customer(
    tx: &mut WriteTx,
    known: &KnownChat,
    verified: &Verified,
    browser: &VisitorId,
    now: Timestamp,
) -> Result<Lead, IdentifyError> {
    let chat = &known.chat.id;
    let claims = &verified.claims;
    let floor = tx.customer_floor(chat, claims).await?;
    let refused = floor.is_some_and(|floor| claims.issued_at < floor);
    let known_before = tx.customer(chat, claims).await?;
    let is_new = matches!(known_before, Customer::New);
    let lead = match known_before {
        Customer::Known(lead) if refused || lead.refuses(claims) => {
            return Err(Reason::CustomerRevoked.into());
        }
        Customer::New if refused => return Err(Reason::CustomerRevoked.into()),
        Customer::Known(lead) => {
            let merged = lead.merged(claims, now);
            if merged.email != lead.email {
                let entry = Entry::new(chat.clone(), EntryKind::EmailChanged, now);
                let kid = &verified.kid;
                tx.append_record(&entry.about_customer(&lead.id).about_key(kid)).await?;
            }
            merged
        }
        Customer::New => Lead::identified(chat.clone(), claims, now),
    };
    tx.put_lead(&lead).await?;
    if is_new {
        // Whoever typed the same email here before is one lead, and was posted then.
        let before = tx.typed_in_browser(chat, browser, lead.email.key()).await?;
        tx.add_lead_posts(chat, &lead.id, before, now).await?;
        if before.is_none() {
            tx.add_deliveries(chat, WebhookEvent::LeadCreated, lead.id.as_str(), now).await?;
        }
    }
    Ok(lead)
}

/// Whether another browser used the token before, where the chat minds and yet allows it.
async fn is_replayed(
    tx: &mut WriteTx,
    known: &KnownChat,
    verified: &Verified,
    browser: &VisitorId,
    now: Timestamp,
) -> Result<bool, IdentifyError> {
    let policy = known.chat.settings.identification.replay;
    if policy == ReplayPolicy::Off {
        return Ok(false);
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
    Ok(others > 0)
}

/// A customer who was proven, and is about to be tied to a visitor.
struct Bound<'a> {
    known: &'a KnownChat,
    verified: &'a Verified,
    lead: &'a Lead,
    request: &'a Request<'a>,
    now: Timestamp,
}

impl Bound<'_> {
    async fn write(
        &self,
        tx: &mut WriteTx,
        token: &TokenHash,
        presented: &Found,
        binding: Binding,
    ) -> Result<Option<VisitorToken>, StoreError> {
        let chat = &self.known.chat.id;
        match binding {
            Binding::KeepToken => {
                let visitor = self.visitor(presented, presented.id.clone());
                tx.put_visitor(&visitor).await?;
                self.record(tx, &visitor, EntryKind::Refreshed).await?;
                join(tx, &visitor, &self.lead.id, self.now).await?;
                Ok(None)
            }
            Binding::NewToken { visitor } => {
                let again =
                    presented.take(&visitor).is_some_and(|before| before.identity.is_some());
                let visitor = self.visitor(presented, visitor);
                tx.put_visitor(&visitor).await?;
                let kind = if again { EntryKind::Refreshed } else { EntryKind::Identified };
                self.record(tx, &visitor, kind).await?;
                join(tx, &visitor, &self.lead.id, self.now).await?;
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
                self.record(tx, &visitor, EntryKind::Refreshed).await?;
                self.token(tx, &visitor).await
            }
            Binding::NewVisitor => {
                let visitor = self.visitor(presented, VisitorId::new(self.now));
                tx.put_visitor(&visitor).await?;
                self.record(tx, &visitor, EntryKind::Identified).await?;
                if presented.row.as_ref().is_some_and(|row| row.state == TokenState::Live) {
                    self.record_switch(tx, presented).await?;
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

    async fn token(
        &self,
        tx: &mut WriteTx,
        visitor: &Visitor,
    ) -> Result<Option<VisitorToken>, StoreError> {
        let token = VisitorToken::generate(self.now);
        tx.add_visitor_token(visitor, &token.hash(&self.known.chat.id), self.now).await?;
        Ok(Some(token))
    }

    async fn record(
        &self,
        tx: &mut WriteTx,
        visitor: &Visitor,
        kind: EntryKind,
    ) -> Result<(), StoreError> {
        if kind == EntryKind::Identified {
            let (chat, lead) = (&self.known.chat.id, self.lead.id.as_str());
            tx.add_deliveries(chat, WebhookEvent::CustomerIdentified, lead, self.now).await?;
        }
        let entry = Entry {
            visitor_id: Some(visitor.id.clone()),
            conversation_id: visitor.conversation_id.clone(),
            kid: Some(self.verified.kid.clone()),
            request_id: Some(self.request.id.to_string()),
            origin: self.request.origin.map(|origin| origin.chars().take(MAX_ORIGIN).collect()),
            ..Entry::new(self.known.chat.id.clone(), kind, self.now)
        };
        tx.append_record(&entry.about_customer(&self.lead.id)).await
    }

    /// In the timeline of the customer who was there before.
    async fn record_switch(&self, tx: &mut WriteTx, presented: &Found) -> Result<(), StoreError> {
        let Some(before) = &presented.visitor else { return Ok(()) };
        let Some(identity) = &before.identity else { return Ok(()) };
        tx.record_end(&before.chat_id, &before.id, identity.expires_at).await?;
        if presented.standing != Standing::Holds {
            return Ok(());
        }
        let entry = Entry {
            visitor_id: Some(before.id.clone()),
            conversation_id: before.conversation_id.clone(),
            ..Entry::new(before.chat_id.clone(), EntryKind::Switched, self.now)
        };
        tx.append_record(&entry.about_customer(&identity.lead_id)).await
    }
}
