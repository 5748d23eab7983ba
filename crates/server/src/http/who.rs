//! Who is calling. A handler that takes one of these cannot run for anybody else: the value is the authority.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use domain::account::{Account, Operator, SecondFactors};
use domain::audit::CallOrigin;
use domain::chat::Chat;
use domain::id::ChatId;
use serde::Deserialize;
use store::{Integration, OpenSession, Session};

use crate::app::audit::Actor;
use crate::app::limits::{TooMany, client_address};
use crate::app::sessions::RECENT;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::app::{App, create_api_key, secrets, sign_in};
use crate::http::calls;
use crate::http::error::{ApiError, ZapierError};
use crate::http::parts::{InPath, InQuery};

/// The name of the dashboard's session cookie over HTTPS: browsers then keep it to this host.
const SECURE_COOKIE: &str = "__Host-zipchat_session";
/// Its name over plain HTTP, where browsers refuse the other.
const PLAIN_COOKIE: &str = "zipchat_session";

/// Where a call comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// A visitor, proven by the token that came with the call.
#[derive(Debug)]
pub(crate) struct ThisVisitor(pub(crate) CurrentVisitor);

/// Where a call comes from, and what its browser says it is.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) CallOrigin);

/// Where a request of who is nobody yet comes from: of the dashboard's own pages, or of a program, and never of another site's page.
#[derive(Debug)]
pub(crate) struct Guest(pub(crate) CallOrigin);

/// An operator who is signed in to the dashboard, whether or not they have the second factor that their account asks for: for what
/// must be possible before.
#[derive(Debug)]
pub(crate) struct AnyOperator {
    pub(crate) open: OpenSession,
    /// The operator, and where they call from.
    pub(crate) actor: Actor,
    /// The session's token.
    pub(crate) token: String,
}

/// An operator who is signed in to the dashboard.
#[derive(Debug)]
pub(crate) struct CurrentOperator {
    pub(crate) operator: Operator,
    pub(crate) account: Account,
    /// The session's token.
    pub(crate) token: String,
    /// The operator, and where they call from.
    pub(crate) actor: Actor,
    pub(crate) second_factors: SecondFactors,
    session: Session,
}

/// An operator who may let people in, and remove them.
#[derive(Debug)]
pub(crate) struct AccountOwner {
    pub(crate) account: Account,
    pub(crate) actor: Actor,
    session: Session,
}

/// An operator who may make chats, and see who did what.
#[derive(Debug)]
pub(crate) struct AccountEditor {
    pub(crate) account: Account,
    pub(crate) actor: Actor,
}

/// An operator, and a chat of the operator's account.
#[derive(Debug)]
pub(crate) struct ChatReader {
    pub(crate) operator: Operator,
    pub(crate) chat: Chat,
}

/// An operator who may change a chat, and the chat.
#[derive(Debug)]
pub(crate) struct ChatAdmin {
    pub(crate) operator: Operator,
    pub(crate) chat: Chat,
    /// The operator, and where they call from.
    pub(crate) actor: Actor,
    session: Session,
}

/// Somebody who has proven who they are within the last [`RECENT`]: for what a session that was left open must not do.
#[derive(Debug)]
pub(crate) struct Recent<T>(pub(crate) T);

/// Whose session is known.
pub(crate) trait InSession {
    /// The session.
    fn session(&self) -> &Session;
}

impl InSession for AnyOperator {
    fn session(&self) -> &Session {
        &self.open.session
    }
}

impl InSession for CurrentOperator {
    fn session(&self) -> &Session {
        &self.session
    }
}

impl InSession for AccountOwner {
    fn session(&self) -> &Session {
        &self.session
    }
}

impl InSession for ChatAdmin {
    fn session(&self) -> &Session {
        &self.session
    }
}

/// A merchant's program, and the chat that its key belongs to.
#[derive(Debug, Clone)]
pub(crate) struct BackendKey {
    pub(crate) chat: Chat,
}

/// A merchant's automation, and the chat that its key belongs to.
#[derive(Debug, Clone)]
pub(crate) struct ZapierKey {
    pub(crate) chat: Chat,
}

/// The page's origin, where a call comes from a page.
pub(crate) fn origin(headers: &HeaderMap) -> Option<&str> {
    // What is no text is no origin of anybody's list, but it is an origin.
    headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("?"))
}

/// The token after `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let forwarded =
            parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        Ok(Self(client_address(peer, forwarded, &app.config.trusted_proxies)))
    }
}

impl FromRequestParts<Arc<App>> for ThisVisitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Widget {
            widget_token: String,
        }
        let path = InPath::<Widget>::from_request_parts(parts, app).await;
        let InPath(path) = path.map_err(|_| VisitError::UnknownChat)?;
        let known = visit::chat(app, &path.widget_token, origin(&parts.headers)).await?;
        Ok(Self(visit::visitor(app, known, bearer(&parts.headers)).await?))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self(CallOrigin::new(address, agent.unwrap_or_default())))
    }
}

impl FromRequestParts<Arc<App>> for Guest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        same_site(&app.config.public_url(), &parts.method, &parts.headers)?;
        let Ok(Caller(origin)) = Caller::from_request_parts(parts, app).await;
        Ok(Self(origin))
    }
}

impl FromRequestParts<Arc<App>> for AnyOperator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        same_site(&app.config.public_url(), &parts.method, &parts.headers)?;
        let token = session_token(app, &parts.headers).ok_or_else(ApiError::sign_in_required)?;
        let token = token.to_owned();
        let open = sign_in::open_session(app, &token).await?;
        let open = open.ok_or_else(ApiError::sign_in_required)?;
        let Ok(Caller(origin)) = Caller::from_request_parts(parts, app).await;
        let actor = Actor { operator: open.operator.clone(), origin };
        Ok(Self { open, actor, token })
    }
}

impl FromRequestParts<Arc<App>> for CurrentOperator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let AnyOperator { open, actor, token } =
            AnyOperator::from_request_parts(parts, app).await?;
        if open.account.second_factor_required && !open.second_factors.any() {
            return Err(ApiError::second_factor_setup_required());
        }
        let OpenSession { operator, account, session, second_factors } = open;
        Ok(Self { operator, account, token, actor, second_factors, session })
    }
}

impl FromRequestParts<Arc<App>> for AccountOwner {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let current = CurrentOperator::from_request_parts(parts, app).await?;
        if !current.operator.role.may_manage_people() {
            return Err(ApiError::forbidden("only owners may do this"));
        }
        let CurrentOperator { account, actor, session, .. } = current;
        Ok(Self { account, actor, session })
    }
}

impl FromRequestParts<Arc<App>> for AccountEditor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let current = CurrentOperator::from_request_parts(parts, app).await?;
        if !current.operator.role.may_change_chats() {
            return Err(ApiError::forbidden("only owners and editors may do this"));
        }
        Ok(Self { account: current.account, actor: current.actor })
    }
}

impl ChatAdmin {
    /// For what asks for recent proof only in some cases; where all do, it is [`Recent`].
    pub(crate) fn proven_lately(&self, app: &App) -> Result<(), ApiError> {
        proven_lately(&self.session, app)
    }
}

fn proven_lately(session: &Session, app: &App) -> Result<(), ApiError> {
    if app.clock.now().since(session.authenticated_at) >= RECENT {
        return Err(ApiError::step_up_required());
    }
    Ok(())
}

impl<T> FromRequestParts<Arc<App>> for Recent<T>
where
    T: FromRequestParts<Arc<App>, Rejection = ApiError> + InSession + Send,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let who = T::from_request_parts(parts, app).await?;
        proven_lately(who.session(), app)?;
        Ok(Self(who))
    }
}

impl FromRequestParts<Arc<App>> for ChatReader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let (current, chat) = operator_and_chat(parts, app).await?;
        Ok(Self { operator: current.operator, chat })
    }
}

impl FromRequestParts<Arc<App>> for ChatAdmin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let (current, chat) = operator_and_chat(parts, app).await?;
        if !current.operator.role.may_change_chats() {
            return Err(ApiError::forbidden("your role may read this chat, not change it"));
        }
        let CurrentOperator { operator, actor, session, .. } = current;
        Ok(Self { operator, chat, actor, session })
    }
}

async fn operator_and_chat(
    parts: &mut Parts,
    app: &Arc<App>,
) -> Result<(CurrentOperator, Chat), ApiError> {
    #[derive(Deserialize)]
    struct InChat {
        chat_id: String,
    }
    let current = CurrentOperator::from_request_parts(parts, app).await?;
    let InPath(path) = InPath::<InChat>::from_request_parts(parts, app).await?;
    let id: ChatId = path.chat_id.parse().map_err(|_| ApiError::not_found())?;
    // Read from the store, not remembered: the dashboard shows what is.
    let chat = app.store.read().await?.chat(&id).await?;
    let chat = chat.filter(|chat| chat.account_id == current.operator.account_id);
    Ok((current, chat.ok_or_else(ApiError::not_found)?))
}

impl FromRequestParts<Arc<App>> for BackendKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct InChat {
            chat_id: Option<String>,
        }
        let key = bearer(&parts.headers).ok_or_else(ApiError::api_key_invalid)?;
        let chat = create_api_key::chat_of_key(app, key, Integration::Backend)
            .await?
            .ok_or_else(ApiError::api_key_invalid)?;
        let InPath(path) = InPath::<InChat>::from_request_parts(parts, app).await?;
        match path.chat_id {
            Some(asked_for) if asked_for != chat.id.as_str() => Err(ApiError::not_found()),
            _ => {
                calls::is_of(parts, &chat.id);
                Ok(Self { chat })
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for ZapierKey {
    type Rejection = ZapierError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ZapierError> {
        #[derive(Deserialize)]
        struct Proof {
            chat_id: String,
            api_key: String,
        }
        let query = InQuery::<Proof>::from_request_parts(parts, app).await;
        let InQuery(Proof { chat_id, api_key }) = query.map_err(|_| ZapierError::Unauthorized)?;
        let now = app.clock.now();
        let allowance = app.limits.backend_call(&secrets::hash(&api_key), now).await;
        if !allowance.allowed {
            return Err(TooMany { retry_after: allowance.reset.since(now) }.into());
        }
        let chat = create_api_key::chat_of_key(app, &api_key, Integration::Zapier).await?;
        let chat = chat.filter(|chat| chat.id.as_str() == chat_id);
        let chat = chat.ok_or(ZapierError::Unauthorized)?;
        calls::is_of(parts, &chat.id);
        Ok(Self { chat })
    }
}

/// The session token in a call's cookies.
fn session_token<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie_name(app)).map(|(_, value)| value)
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { SECURE_COOKIE } else { PLAIN_COOKIE }
}

/// The cookie that keeps a session, or ends it where `token` is empty.
pub(crate) fn session_cookie(app: &App, token: &str) -> String {
    let seconds = if token.is_empty() { 0 } else { sign_in::SESSION.as_secs() };
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    format!(
        "{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        cookie_name(app)
    )
}

/// Refuses what another site makes an operator's browser send: writes must come from the dashboard itself.
fn same_site(public_url: &str, method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let text =
        |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // Forms cannot send JSON, or a file as it is, and scripts of other sites must ask first, which nobody answers here.
    let is_json = text(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.starts_with("application/json") || kind == "application/octet-stream"
    });
    let is_here = match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin" || site == "none",
        // Browsers that do not say it send the origin, and programs neither. A proxy may have changed the host.
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), _) if origin == public_url => true,
            (Some(origin), Some(host)) => {
                origin.split_once("://").is_some_and(|(_, from)| from == host)
            }
            (origin, _) => origin.is_none(),
        },
    };
    if is_json && is_here {
        Ok(())
    } else {
        Err(ApiError::forbidden(
            "send Content-Type: application/json, from the dashboard's own pages",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_must_come_from_the_dashboard_itself() {
        let check = |headers: &[(&'static str, &'static str)], good: bool| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (header::HeaderName::from_static(name), (*value).parse().unwrap())
                })
                .collect();
            assert_eq!(
                same_site("https://chat.example", &Method::POST, &headers).is_ok(),
                good,
                "{headers:?}"
            );
        };
        let json = ("content-type", "application/json");
        check(&[json], true);
        check(&[], false);
        check(&[("content-type", "text/plain")], false);
        check(&[("content-type", "application/octet-stream")], true);
        check(
            &[("content-type", "application/octet-stream"), ("sec-fetch-site", "cross-site")],
            false,
        );
        check(&[json, ("sec-fetch-site", "same-origin")], true);
        check(&[json, ("sec-fetch-site", "cross-site")], false);
        check(&[json, ("sec-fetch-site", "same-site")], false);
        check(&[json, ("origin", "https://chat.example"), ("host", "chat.example")], true);
        check(&[json, ("origin", "https://chat.example"), ("host", "127.0.0.1:8787")], true);
        check(&[json, ("origin", "https://evil.example"), ("host", "chat.example")], false);
        check(&[json, ("origin", "null"), ("host", "chat.example")], false);
    }

    #[test]
    fn a_bearer_token_is_found() {
        let check = |value: &'static str, expected: Option<&str>| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(bearer(&headers), expected, "{value}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer abc", Some("abc"));
        check("Basic abc", None);
        check("abc", None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
