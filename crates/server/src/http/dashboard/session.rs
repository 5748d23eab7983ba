//! Signing in and out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::account::{Account, Operator, Role, SecondFactors};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::name_operator::name_operator;
use crate::app::sessions::{Proof, confirm as prove};
use crate::app::sign_in::{Credentials as Given, Outcome, SignedIn};
use crate::app::{App, sign_in};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::dashboard::passkeys::AuthenticationView;
use crate::http::error::{ApiError, ErrorBody, accepted, no_content};
use crate::http::who::{AnyOperator, CurrentOperator, Guest, session_cookie};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(create, read, update, delete)).routes(routes!(confirm))
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
struct Credentials {
    email: String,
    password: String,
    /// A code of an authenticator app, or a recovery code, where one was asked for.
    #[serde(default)]
    code: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    operator: OperatorView,
    account: AccountView,
    /// The account asks for a second factor, and the operator has none: until one is set up, nothing else can be done.
    second_factor_missing: bool,
    /// What the operator proves themselves with; where there is none, with the password.
    second_factors: FactorsView,
}

/// An operator.
#[derive(Debug, Serialize, ToSchema)]
struct OperatorView {
    id: String,
    email: String,
    /// What customers see.
    name: String,
    /// What was entered as that; else it is the email's part before the @.
    #[schema(required)]
    own_name: Option<String>,
    role: RoleView,
}

/// What an operator may do: everything; all about chats, keys included; read and answer conversations.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RoleView {
    Owner,
    Editor,
    Member,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Editor => Self::Editor,
            Role::Member => Self::Member,
        }
    }
}

impl From<RoleView> for Role {
    fn from(role: RoleView) -> Self {
        match role {
            RoleView::Owner => Self::Owner,
            RoleView::Editor => Self::Editor,
            RoleView::Member => Self::Member,
        }
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
struct AccountView {
    id: String,
    name: String,
}

/// The password is right, and not enough: one of these is asked for.
#[derive(Debug, Serialize, ToSchema)]
struct SecondFactorView {
    second_factor: FactorsView,
}

/// By what an operator can prove themselves beside the password. A recovery code goes where the code of an app would.
#[derive(Debug, Serialize, ToSchema)]
struct FactorsView {
    totp: bool,
    passkey: bool,
}

impl From<SecondFactors> for FactorsView {
    fn from(SecondFactors { totp, passkey }: SecondFactors) -> Self {
        Self { totp, passkey }
    }
}

impl SessionView {
    fn new(operator: &Operator, account: &Account, factors: SecondFactors) -> Self {
        Self {
            operator: OperatorView {
                id: operator.id.to_string(),
                email: operator.email.signed().to_owned(),
                name: operator.shown_name().to_owned(),
                own_name: operator.name.as_ref().map(|name| name.as_str().to_owned()),
                role: operator.role.into(),
            },
            account: AccountView { id: account.id.to_string(), name: account.name.to_string() },
            second_factor_missing: account.second_factor_required && !factors.any(),
            second_factors: factors.into(),
        }
    }
}

/// The answer to who has just signed in.
pub(super) fn signed_in(app: &App, signed_in: &SignedIn) -> Response {
    let SignedIn { token, operator, account, second_factors } = signed_in;
    let view = SessionView::new(operator, account, *second_factors);
    ([(header::SET_COOKIE, session_cookie(app, token.reveal()))], Json(view)).into_response()
}

/// Signs in: the session is a cookie. Whoever has a second factor is asked for it (202), and calls again with a `code`.
#[utoipa::path(post, path = "/session", operation_id = "sign_in", tag = "dashboard", request_body = Credentials,
    responses((status = 200, body = SessionView), (status = 202, body = SecondFactorView), (status = 401, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn create(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Response, ApiError> {
    let Credentials { email, password, code } = body::json(body).await?;
    let given = Given { email: &email, password: &password, code: code.as_deref() };
    match sign_in::sign_in(&app, &origin, given).await? {
        Outcome::SignedIn(new) => Ok(signed_in(&app, &new)),
        Outcome::SecondFactor(factors) => {
            Ok(accepted(SecondFactorView { second_factor: factors.into() }))
        }
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", operation_id = "show_session", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody)))]
async fn read(current: AnyOperator) -> Json<SessionView> {
    let open = current.open;
    Json(SessionView::new(&open.operator, &open.account, open.second_factors))
}

/// What an operator changes of themselves.
#[derive(Debug, Deserialize, ToSchema)]
struct ProfileBody {
    /// What customers see: 1 to 100 characters; null: the email's part before the @.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    name: Option<String>,
}

/// Changes one's own name.
#[utoipa::path(patch, path = "/session", operation_id = "change_profile", tag = "dashboard", security(("session" = [])),
    request_body = ProfileBody,
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn update(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
    body: Body,
) -> Result<Json<SessionView>, ApiError> {
    let ProfileBody { name } = body::json(body).await?;
    let name = name.map(|name| name.parse()).transpose();
    let name = name.map_err(|error| ApiError::invalid(format!("name: {error}")))?;
    let operator = name_operator(&app, &current.operator, name).await?;
    Ok(Json(SessionView::new(&operator, &current.account, current.second_factors)))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", operation_id = "sign_out", tag = "dashboard", security(("session" = [])),
    responses((status = 204), (status = 401, body = ErrorBody)))]
async fn delete(State(app): State<Arc<App>>, current: AnyOperator) -> Result<Response, ApiError> {
    sign_in::sign_out(&app, &current.actor, &current.token).await?;
    Ok(([(header::SET_COOKIE, session_cookie(&app, ""))], no_content()).into_response())
}

/// What an operator proves anew who they are with: one of the three. The password will do where there is no second factor.
#[derive(Debug, Deserialize, ToSchema)]
struct ProofBody {
    #[serde(default)]
    password: Option<String>,
    /// A code of an authenticator app, or a recovery code.
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    passkey: Option<AuthenticationView>,
}

/// Proves anew who one is, in the same session: for 15 minutes then, what asks for that goes.
#[utoipa::path(post, path = "/session/confirmation", operation_id = "confirm_session", tag = "dashboard", security(("session" = [])),
    request_body = ProofBody,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn confirm(
    State(app): State<Arc<App>>,
    AnyOperator { open, actor, .. }: AnyOperator,
    body: Body,
) -> Result<Response, ApiError> {
    let ProofBody { password, code, passkey } = body::json(body).await?;
    let proof = match (&password, &code, &passkey) {
        (Some(password), None, None) => Proof::Password(password),
        (None, Some(code), None) => Proof::Code(code),
        (None, None, Some(passkey)) => Proof::Passkey(passkey.proven()),
        _ => return Err(ApiError::invalid("send a password, a code or a passkey")),
    };
    prove(&app, &open, &actor, proof).await?;
    Ok(no_content())
}
