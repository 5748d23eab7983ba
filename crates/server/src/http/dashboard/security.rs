//! What an operator proves themselves with, and where they are signed in.

use std::fmt::Write;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::totp::TotpSecret;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use store::Session;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::change_password;
use crate::app::passkeys;
use crate::app::passwords::Password;
use crate::app::second_factor::{self, RecoveryCodes};
use crate::app::sessions;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::dashboard::passkeys::PasskeyView;
use crate::http::error::{ApiError, ErrorBody, accepted, no_content};
use crate::http::parts::InPath;
use crate::http::who::{AnyOperator, Guest, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(end_others))
        .routes(routes!(end))
        .routes(routes!(begin_totp, remove_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(renew_codes))
        .routes(routes!(change_password, reset_password))
        .routes(routes!(request_reset))
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
struct OwnSessionView {
    id: String,
    /// What the browser said it is.
    agent: String,
    created_at: String,
    /// When somebody was last there, to some minutes.
    last_seen_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// What an operator proves themselves with, and where they are signed in.
#[derive(Debug, Serialize, ToSchema)]
struct SecurityView {
    /// Whether there is an authenticator app.
    totp: bool,
    passkeys: Vec<PasskeyView>,
    /// Whether browsers make passkeys for the address that the service is called by: not for numbers.
    passkeys_possible: bool,
    /// Recovery codes that are left.
    recovery_codes: i64,
    /// Whether the account asks for a second factor.
    second_factor_required: bool,
    sessions: Vec<OwnSessionView>,
}

impl OwnSessionView {
    fn new(session: &Session, current: &Session) -> Self {
        Self {
            id: sessions::name_of(session).to_owned(),
            agent: session.agent.clone(),
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            current: session.token_hash == current.token_hash,
        }
    }
}

/// What one proves oneself with, and where one is signed in.
#[utoipa::path(get, path = "/security", operation_id = "show_security", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = SecurityView), (status = 401, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    AnyOperator { open, actor, .. }: AnyOperator,
) -> Result<Json<SecurityView>, ApiError> {
    let factors = second_factor::of(&app, &actor.operator).await?;
    let sessions = sessions::list(&app, &actor).await?;
    let passkeys = passkeys::list(&app, &actor.operator).await?;
    let left = app.store.read().await?.count_recovery_codes(&actor.operator).await?;
    Ok(Json(SecurityView {
        totp: factors.totp,
        passkeys: passkeys.iter().map(PasskeyView::from).collect(),
        passkeys_possible: passkeys::begin_proof(&app).is_ok(),
        recovery_codes: left,
        second_factor_required: open.account.second_factor_required,
        sessions: sessions.iter().map(|one| OwnSessionView::new(one, &open.session)).collect(),
    }))
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
struct EndedView {
    ended: u64,
}

/// Ends all other sessions of one's own.
#[utoipa::path(delete, path = "/sessions", operation_id = "end_other_sessions", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = EndedView), (status = 401, body = ErrorBody)))]
async fn end_others(
    State(app): State<Arc<App>>,
    AnyOperator { open, actor, .. }: AnyOperator,
) -> Result<Json<EndedView>, ApiError> {
    let ended = sessions::end_others(&app, &actor, &open.session).await?;
    Ok(Json(EndedView { ended }))
}

/// Ends one of one's own sessions. One that is gone already is no failure.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "end_session", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)), responses((status = 204), (status = 401, body = ErrorBody)))]
async fn end(
    State(app): State<Arc<App>>,
    AnyOperator { actor, .. }: AnyOperator,
    InPath(id): InPath<String>,
) -> Result<Response, ApiError> {
    sessions::end(&app, &actor, &id).await?;
    Ok(no_content())
}

/// A new secret for an authenticator app. It is no second factor until a code of it was given.
#[derive(Serialize, ToSchema)]
struct TotpView {
    /// In base 32, to be typed.
    secret: String,
    /// What the picture says.
    uri: String,
    picture: PictureView,
}

/// A QR code.
#[derive(Serialize, ToSchema)]
struct PictureView {
    /// Squares along each side, without a border.
    size: usize,
    /// The dark ones, as the path of an SVG in which a square is 1 by 1.
    path: String,
}

impl PictureView {
    /// What cannot be drawn is typed.
    fn new(text: &str) -> Self {
        let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
            return Self { size: 0, path: String::new() };
        };
        let size = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == qrcode::Color::Dark {
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h1v1h-1z", at % size, at / size);
            }
        }
        Self { size, path }
    }
}

impl TotpView {
    fn new(secret: &TotpSecret, account: &str, email: &str) -> Self {
        let uri = secret.uri(&format!("Zipchat ({account})"), email);
        Self { secret: secret.reveal(), picture: PictureView::new(&uri), uri }
    }
}

/// Begins with an authenticator app: 409 `already_there` where there is one.
#[utoipa::path(post, path = "/security/totp", operation_id = "begin_totp", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = TotpView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
async fn begin_totp(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { open, .. }): Recent<AnyOperator>,
) -> Result<Json<TotpView>, ApiError> {
    let secret = second_factor::begin_totp(&app, &open.operator).await?;
    let account = open.account.name.as_str();
    Ok(Json(TotpView::new(&secret, account, open.operator.email.signed())))
}

/// A code.
#[derive(Deserialize, ToSchema)]
struct CodeBody {
    code: String,
}

/// Codes for when the app is lost, each good once. They are shown this once; empty where there are codes already.
#[derive(Serialize, ToSchema)]
struct CodesView {
    recovery_codes: Vec<String>,
}

impl From<Option<RecoveryCodes>> for CodesView {
    fn from(codes: Option<RecoveryCodes>) -> Self {
        Self { recovery_codes: codes.map(|codes| codes.reveal().to_vec()).unwrap_or_default() }
    }
}

/// Ends what was begun, by a first code; 422 `wrong_code`.
#[utoipa::path(post, path = "/security/totp/confirmation", operation_id = "confirm_totp", tag = "dashboard", security(("session" = [])),
    request_body = CodeBody,
    responses((status = 200, body = CodesView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn confirm_totp(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { actor, .. }): Recent<AnyOperator>,
    body: Body,
) -> Result<Json<CodesView>, ApiError> {
    let CodeBody { code } = body::json(body).await?;
    Ok(Json(second_factor::confirm_totp(&app, &actor, &code).await?.into()))
}

/// Removes the authenticator app; 409 `second_factor_required` where the account asks for one and it is the last.
#[utoipa::path(delete, path = "/security/totp", operation_id = "remove_totp", tag = "dashboard", security(("session" = [])),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn remove_totp(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { actor, .. }): Recent<AnyOperator>,
) -> Result<Response, ApiError> {
    second_factor::remove_totp(&app, &actor).await?;
    Ok(no_content())
}

/// Makes new recovery codes; the old ones are worth nothing any more.
#[utoipa::path(post, path = "/security/recovery_codes", operation_id = "renew_recovery_codes", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = CodesView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn renew_codes(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { actor, .. }): Recent<AnyOperator>,
) -> Result<Json<CodesView>, ApiError> {
    Ok(Json(Some(second_factor::renew_codes(&app, &actor).await?).into()))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
struct PasswordBody {
    /// The present one.
    current: String,
    /// At least 10 characters, and not among the first that are tried.
    new: String,
}

fn new_password(text: &str, name: &str) -> Result<Password, ApiError> {
    Password::parse(text).map_err(|error| ApiError::invalid(format!("{name}: {error}")))
}

/// Changes one's own password, and ends all other sessions; 422 `wrong_password`.
#[utoipa::path(post, path = "/password", operation_id = "change_password", tag = "dashboard", security(("session" = [])),
    request_body = PasswordBody,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn change_password(
    State(app): State<Arc<App>>,
    AnyOperator { open, actor, .. }: AnyOperator,
    body: Body,
) -> Result<Response, ApiError> {
    let PasswordBody { current, new } = body::json(body).await?;
    let new = new_password(&new, "new")?;
    change_password::change(&app, &open, &actor, (&current, &new)).await?;
    Ok(no_content())
}

/// Who has forgotten their password.
#[derive(Deserialize, ToSchema)]
struct EmailBody {
    email: String,
}

/// Whether there is a mail server that a link could be sent by.
#[derive(Debug, Serialize, ToSchema)]
struct ResetView {
    mail: bool,
}

/// Mails a link to a new password, where somebody signs in with that email. The answer is the same for all, and comes before.
#[utoipa::path(post, path = "/password/resets", operation_id = "request_password_reset", tag = "dashboard", request_body = EmailBody,
    responses((status = 202, body = ResetView), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn request_reset(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Response, ApiError> {
    let EmailBody { email } = body::json(body).await?;
    change_password::request_reset(&app, &origin, &email).await?;
    Ok(accepted(ResetView { mail: app.mail.is_set_up() }))
}

/// A new password, by the token of a link.
#[derive(Deserialize, ToSchema)]
struct ResetBody {
    token: String,
    password: String,
}

/// Sets a new password by a mailed link, and ends all sessions; 404 `link_invalid` where it was used or has lapsed.
#[utoipa::path(put, path = "/password", operation_id = "reset_password", tag = "dashboard", request_body = ResetBody,
    responses((status = 204), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn reset_password(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Response, ApiError> {
    let ResetBody { token, password } = body::json(body).await?;
    let password = new_password(&password, "password")?;
    change_password::reset(&app, &origin, &token, &password).await?;
    Ok(no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_corners_of_a_qr_code() {
        let picture = PictureView::new("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let far = picture.size - 1;
        assert!(picture.path.starts_with("M0 0h1v1h-1z"), "{}", picture.path);
        assert!(picture.path.contains(&format!("M{far} 0h1v1h-1z")), "{}", picture.path);
        assert!(!picture.path.contains("M1 1h1v1h-1z"), "{}", picture.path);
    }
}
