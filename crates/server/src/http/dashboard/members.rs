//! The people of an account, and who was asked to join.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::account::OperatorName;
use domain::id::{InvitationId, OperatorId};
use domain::lead::Email;
use serde::{Deserialize, Serialize};
use store::{Invitation, Member};
use utoipa::ToSchema;

use super::session::{RoleView, signed_in};
use crate::app::App;
use crate::app::invitations::{self, Invited};
use crate::app::members::{self, SecondFactorRule};
use crate::app::passwords::Password;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created, no_content};
use crate::http::parts::InPath;
use crate::http::who::{AccountOwner, CurrentOperator, Guest, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(change, remove))
        .routes(routes!(list_invitations, invite))
        .routes(routes!(renew))
        .routes(routes!(withdraw))
        .routes(routes!(look_up))
        .routes(routes!(accept))
        .routes(routes!(set_rule))
}

/// One of an account's people.
#[derive(Debug, Serialize, ToSchema)]
struct MemberView {
    id: String,
    email: String,
    /// What customers see.
    name: String,
    role: RoleView,
    /// Whether they have a second factor.
    second_factor: bool,
    created_at: String,
    /// When they were last there, to some minutes; null where they are signed in nowhere.
    #[schema(required)]
    last_seen_at: Option<String>,
}

/// The people.
#[derive(Debug, Serialize, ToSchema)]
struct MembersView {
    members: Vec<MemberView>,
    /// Whether everybody needs a second factor.
    second_factor_required: bool,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            id: member.operator.id.to_string(),
            email: member.operator.email.signed().to_owned(),
            name: member.operator.shown_name().to_owned(),
            role: member.operator.role.into(),
            second_factor: member.has_second_factor,
            created_at: member.operator.created_at.to_string(),
            last_seen_at: member.last_seen_at.map(|at| at.to_string()),
        }
    }
}

/// The people of the account.
#[utoipa::path(get, path = "/members", operation_id = "list_members", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = MembersView), (status = 401, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
) -> Result<Json<MembersView>, ApiError> {
    let members = members::list(&app, &current.account).await?;
    Ok(Json(MembersView {
        members: members.into_iter().map(MemberView::from).collect(),
        second_factor_required: current.account.second_factor_required,
    }))
}

/// What a member may do.
#[derive(Debug, Deserialize, ToSchema)]
struct RoleBody {
    role: RoleView,
}

/// Changes what a member may do. The last owner stays one (409 `last_owner`).
#[utoipa::path(patch, path = "/members/{id}", operation_id = "change_member", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)), request_body = RoleBody,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(
    State(app): State<Arc<App>>,
    Recent(owner): Recent<AccountOwner>,
    InPath(id): InPath<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let RoleBody { role } = body::json(body).await?;
    let id: OperatorId = id.parse().map_err(|_| ApiError::not_found())?;
    members::change_role(&app, &owner.actor, &id, role.into()).await?;
    Ok(no_content())
}

/// Removes a member: their sessions end at once, and what they wrote stays. The last owner stays (409 `last_owner`).
#[utoipa::path(delete, path = "/members/{id}", operation_id = "remove_member", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
async fn remove(
    State(app): State<Arc<App>>,
    Recent(owner): Recent<AccountOwner>,
    InPath(id): InPath<String>,
) -> Result<Response, ApiError> {
    let id: OperatorId = id.parse().map_err(|_| ApiError::not_found())?;
    members::remove(&app, &owner.actor, &id).await?;
    Ok(no_content())
}

/// Somebody was asked to join.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationView {
    id: String,
    email: String,
    role: RoleView,
    created_at: String,
    expires_at: String,
    /// Whether it has lapsed.
    expired: bool,
    /// `off`: there is no mail server; `waiting`, `sent`, `failed`.
    mail: &'static str,
}

/// Who was asked to join.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationsView {
    invitations: Vec<InvitationView>,
    /// Whether there is a mail server.
    mail: bool,
}

/// An invitation, with the link that lets in by it: this once.
#[derive(Debug, Serialize, ToSchema)]
struct InvitedView {
    invitation: InvitationView,
    link: String,
}

impl InvitationView {
    fn new(app: &App, invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.signed().to_owned(),
            role: invitation.role.into(),
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
            expired: app.clock.now() >= invitation.expires_at,
            mail: invitation.mail.as_str(),
        }
    }
}

impl InvitedView {
    fn new(app: &App, invited: &Invited) -> Self {
        let invitation = InvitationView::new(app, &invited.invitation);
        Self { invitation, link: invited.link().to_owned() }
    }
}

/// Who was asked to join, the newest first.
#[utoipa::path(get, path = "/invitations", operation_id = "list_invitations", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = InvitationsView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list_invitations(
    State(app): State<Arc<App>>,
    owner: AccountOwner,
) -> Result<Json<InvitationsView>, ApiError> {
    let invitations = app.store.read().await?.invitations(&owner.account.id).await?;
    let invitations = invitations.iter().map(|one| InvitationView::new(&app, one)).collect();
    Ok(Json(InvitationsView { invitations, mail: app.mail.is_set_up() }))
}

/// Who is asked to join.
#[derive(Debug, Deserialize, ToSchema)]
struct InviteBody {
    email: String,
    role: RoleView,
}

/// Asks somebody to join. The link that lets in is in the answer, this once; it is mailed where there is a mail server.
#[utoipa::path(post, path = "/invitations", operation_id = "invite", tag = "dashboard", security(("session" = [])),
    request_body = InviteBody,
    responses((status = 201, body = InvitedView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn invite(
    State(app): State<Arc<App>>,
    Recent(owner): Recent<AccountOwner>,
    body: Body,
) -> Result<Response, ApiError> {
    let InviteBody { email, role } = body::json(body).await?;
    let email = email.trim().parse::<Email>();
    let email = email.map_err(|error| ApiError::invalid(format!("email: {error}")))?;
    let invited = invitations::invite(&app, &owner.actor, email, role.into()).await?;
    Ok(created(InvitedView::new(&app, &invited)))
}

/// Makes a new link for an invitation, and mails it again; the old one is worth nothing any more.
#[utoipa::path(post, path = "/invitations/{id}/renewals", operation_id = "renew_invitation", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 201, body = InvitedView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn renew(
    State(app): State<Arc<App>>,
    Recent(owner): Recent<AccountOwner>,
    InPath(id): InPath<String>,
) -> Result<Response, ApiError> {
    let id: InvitationId = id.parse().map_err(|_| ApiError::not_found())?;
    let invited = invitations::renew(&app, &owner.actor, &id).await?;
    Ok(created(InvitedView::new(&app, &invited)))
}

/// Withdraws an invitation. One that is gone already is no failure.
#[utoipa::path(delete, path = "/invitations/{id}", operation_id = "withdraw_invitation", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn withdraw(
    State(app): State<Arc<App>>,
    owner: AccountOwner,
    InPath(id): InPath<String>,
) -> Result<Response, ApiError> {
    let id: InvitationId = id.parse().map_err(|_| ApiError::not_found())?;
    invitations::withdraw(&app, &owner.actor, &id).await?;
    Ok(no_content())
}

/// The token of an invitation's link.
#[derive(Deserialize, ToSchema)]
struct TokenBody {
    token: String,
}

/// To what an invitation lets in.
#[derive(Debug, Serialize, ToSchema)]
struct InvitedTo {
    account: String,
    email: String,
    role: RoleView,
}

/// To what the token of an invitation lets in; 404 `invitation_invalid` where it does not.
#[utoipa::path(post, path = "/invitations/lookup", operation_id = "look_up_invitation", tag = "dashboard", request_body = TokenBody,
    responses((status = 200, body = InvitedTo), (status = 404, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn look_up(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Json<InvitedTo>, ApiError> {
    let TokenBody { token } = body::json(body).await?;
    let (invitation, account) = invitations::find(&app, &origin, &token).await?;
    Ok(Json(InvitedTo {
        account: account.name.to_string(),
        email: invitation.email.signed().to_owned(),
        role: invitation.role.into(),
    }))
}

/// Who joins.
#[derive(Deserialize, ToSchema)]
struct AcceptBody {
    token: String,
    /// What customers see.
    name: String,
    password: String,
}

/// Joins by an invitation, and signs in.
#[utoipa::path(post, path = "/invitations/acceptances", operation_id = "accept_invitation", tag = "dashboard", request_body = AcceptBody,
    responses((status = 200, body = super::session::SessionView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn accept(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Response, ApiError> {
    let AcceptBody { token, name, password } = body::json(body).await?;
    let name = name
        .parse::<OperatorName>()
        .map_err(|error| ApiError::invalid(format!("name: {error}")))?;
    let password = Password::parse(&password);
    let password = password.map_err(|error| ApiError::invalid(format!("password: {error}")))?;
    let new = invitations::accept(&app, &origin, &token, (name, password)).await?;
    Ok(signed_in(&app, &new))
}

/// Whether everybody needs a second factor.
#[derive(Debug, Deserialize, ToSchema)]
struct RuleBody {
    required: bool,
}

/// Sets whether everybody in the account needs a second factor: who has none is asked to set one up before anything else.
#[utoipa::path(put, path = "/members/second_factor", operation_id = "require_second_factor", tag = "dashboard", security(("session" = [])),
    request_body = RuleBody,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn set_rule(
    State(app): State<Arc<App>>,
    Recent(owner): Recent<AccountOwner>,
    body: Body,
) -> Result<Response, ApiError> {
    let RuleBody { required } = body::json(body).await?;
    let rule = if required { SecondFactorRule::Required } else { SecondFactorRule::Optional };
    members::set_rule(&app, &owner.actor, rule).await?;
    Ok(no_content())
}
