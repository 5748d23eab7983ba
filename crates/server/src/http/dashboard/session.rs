//! Signing in and out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use domain::account::{Account, Operator, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::name_operator::name_operator;
use crate::app::{App, sign_in};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, no_content};
use crate::http::who::{ClientAddress, CurrentOperator, same_site, session_cookie};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(create, read, update, delete))
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
struct Credentials {
    email: String,
    password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
struct SessionView {
    operator: OperatorView,
    account: AccountView,
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
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RoleView {
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

/// An account.
#[derive(Debug, Serialize, ToSchema)]
struct AccountView {
    id: String,
    name: String,
}

impl SessionView {
    fn new(operator: &Operator, account: &Account) -> Self {
        Self {
            operator: OperatorView {
                id: operator.id.to_string(),
                email: operator.email.signed().to_owned(),
                name: operator.shown_name().to_owned(),
                own_name: operator.name.as_ref().map(|name| name.as_str().to_owned()),
                role: operator.role.into(),
            },
            account: AccountView { id: account.id.to_string(), name: account.name.to_string() },
        }
    }
}

/// Signs in: the session is a cookie.
#[utoipa::path(post, path = "/session", operation_id = "sign_in", tag = "dashboard", request_body = Credentials,
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn create(
    State(app): State<Arc<App>>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    same_site(&app.config.public_url(), &Method::POST, &headers)?;
    let Credentials { email, password } = body::json(body).await?;
    let signed_in = sign_in::sign_in(&app, address, &email, &password).await?;
    let cookie = session_cookie(&app, signed_in.token.reveal());
    Ok((
        [(header::SET_COOKIE, cookie)],
        Json(SessionView::new(&signed_in.operator, &signed_in.account)),
    )
        .into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", operation_id = "show_session", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody)))]
async fn read(current: CurrentOperator) -> Json<SessionView> {
    Json(SessionView::new(&current.operator, &current.account))
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
    Ok(Json(SessionView::new(&operator, &current.account)))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", operation_id = "sign_out", tag = "dashboard", security(("session" = [])),
    responses((status = 204), (status = 401, body = ErrorBody)))]
async fn delete(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
) -> Result<Response, ApiError> {
    sign_in::sign_out(&app, &current.token).await?;
    Ok(([(header::SET_COOKIE, session_cookie(&app, ""))], no_content()).into_response())
}
