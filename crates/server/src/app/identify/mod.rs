//! A page says who its customer is, and proves it with a token that the merchant signed.
//!
//! A success is durable before it is answered. A refusal writes nothing.

mod batch;
mod plan;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::chat::WidgetToken;
use domain::id::{LeadId, RequestId};
use domain::identity::Verified;
use domain::identity::check::Warning;
use domain::identity::json::{Limits, parse_object};
use domain::identity::key::Kid;
use domain::identity::reason::{Reason, VerifyError};
use domain::visitor::{TokenHash, VisitorToken};
use store::StoreError;

use self::plan::Call;
use crate::app::attempts::{self, Attempt, Noted, Outcome};
use crate::app::chats::KnownChat;
use crate::app::limits::TooMany;
use crate::app::{App, jwks, secrets};

pub use self::batch::Queue;

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
        origin: request.origin.map(kept_origin),
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
    let expires_in = known.chat.settings.identification.session_length();
    let call = Call {
        known,
        verified,
        token: hash,
        jwt: use_hash,
        request: request.id.clone(),
        origin: request.origin.map(kept_origin),
    };
    let bound = batch::bind(app, call).await?;
    if bound.is_replayed {
        learned.warnings.push(Warning::Replayed);
    }
    learned.lead_id = Some(bound.lead_id);
    Ok(Identified { token: bound.token, expires_in })
}

/// As much of a page's origin as is kept.
fn kept_origin(origin: &str) -> String {
    origin.chars().take(MAX_ORIGIN).collect()
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
