//! Passkeys, in the shapes that browsers read and write by themselves: `PublicKeyCredential.parseCreationOptionsFromJSON` and its like.
//!
//! Source: Web Authentication Level 3, section 5.1, "JSON serialization".

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::account::Operator;
use domain::passkey::{Assertion, CredentialId, Passkey, PasskeyAlgorithm, Registration};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::passkeys::{self, CHALLENGE_LASTS, NewPasskeyOptions, Proven};
use crate::app::second_factor::RecoveryCodes;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::dashboard::session::{SessionView, signed_in};
use crate::http::error::{ApiError, ErrorBody, created, no_content};
use crate::http::parts::InPath;
use crate::http::who::{AnyOperator, Guest, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(add))
        .routes(routes!(remove))
        .routes(routes!(begin_sign_in))
        .routes(routes!(sign_in))
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PasskeyView {
    id: String,
    name: String,
    created_at: String,
    #[schema(required)]
    last_used_at: Option<String>,
}

impl From<&Passkey> for PasskeyView {
    fn from(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.as_str().to_owned(),
            name: passkey.name.as_str().to_owned(),
            created_at: passkey.created_at.to_string(),
            last_used_at: passkey.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// What a browser makes a passkey by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreationOptionsView {
    rp: SiteView,
    user: UserView,
    challenge: String,
    #[serde(rename = "pubKeyCredParams")]
    algorithms: Vec<AlgorithmView>,
    timeout: u64,
    exclude_credentials: Vec<CredentialView>,
    authenticator_selection: SelectionView,
    attestation: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
struct SiteView {
    id: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserView {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct AlgorithmView {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CredentialView {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SelectionView {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

/// Devices are asked to find the passkey by themselves, and to make sure who is there.
const SELECTION: SelectionView = SelectionView {
    resident_key: "required",
    require_resident_key: true,
    user_verification: "required",
};
const KIND: &str = "public-key";
/// In milliseconds.
const TIMEOUT: u64 = CHALLENGE_LASTS.as_secs() * 1000;

impl CreationOptionsView {
    fn new(options: NewPasskeyOptions, operator: &Operator) -> Self {
        let algorithm = |one: PasskeyAlgorithm| AlgorithmView { kind: KIND, alg: one.number() };
        let credential =
            |id: CredentialId| CredentialView { kind: KIND, id: id.as_str().to_owned() };
        Self {
            rp: SiteView { id: options.site.id, name: "Zipchat".to_owned() },
            user: UserView {
                id: options.user.to_string(),
                name: operator.email.signed().to_owned(),
                display_name: operator.shown_name().to_owned(),
            },
            challenge: options.challenge,
            algorithms: PasskeyAlgorithm::ALL.map(algorithm).into(),
            timeout: TIMEOUT,
            exclude_credentials: options.exclude.into_iter().map(credential).collect(),
            authenticator_selection: SELECTION,
            attestation: "none",
        }
    }
}

/// Begins with a passkey: what a browser makes it by. 409 `passkeys_need_a_name` where the service is called by a number,
/// `too_many_passkeys` where there are 20.
#[utoipa::path(post, path = "/security/passkeys/options", operation_id = "begin_passkey", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = CreationOptionsView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
async fn begin(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { open, .. }): Recent<AnyOperator>,
) -> Result<Json<CreationOptionsView>, ApiError> {
    let options = passkeys::begin(&app, &open.operator).await?;
    Ok(Json(CreationOptionsView::new(options, &open.operator)))
}

/// A new passkey.
#[derive(Debug, Deserialize, ToSchema)]
struct NewPasskeyBody {
    /// What the operator calls it: 1 to 100 characters.
    name: String,
    credential: RegistrationView,
}

/// What a browser says of a new passkey: of its `RegistrationResponseJSON`, what is looked at.
#[derive(Debug, Deserialize, ToSchema)]
struct RegistrationView {
    id: String,
    response: RegistrationPartsView,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RegistrationPartsView {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    public_key: String,
    public_key_algorithm: i64,
}

/// A passkey that was added.
#[derive(Serialize, ToSchema)]
struct AddedPasskeyView {
    passkey: PasskeyView,
    /// Codes for when it is lost, each good once. They are shown this once; empty where there are codes already.
    recovery_codes: Vec<String>,
}

impl AddedPasskeyView {
    fn new(passkey: &Passkey, codes: Option<&RecoveryCodes>) -> Self {
        let recovery_codes = codes.map(|codes| codes.reveal().to_vec()).unwrap_or_default();
        Self { passkey: passkey.into(), recovery_codes }
    }
}

/// Adds a passkey, which signs in by itself from then on; 422 `passkey_refused`.
#[utoipa::path(post, path = "/security/passkeys", operation_id = "add_passkey", tag = "dashboard", security(("session" = [])),
    request_body = NewPasskeyBody,
    responses((status = 201, body = AddedPasskeyView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { actor, .. }): Recent<AnyOperator>,
    body: Body,
) -> Result<Response, ApiError> {
    let NewPasskeyBody { name, credential: RegistrationView { id, response } } =
        body::json(body).await?;
    let name = name.parse().map_err(|error| ApiError::invalid(format!("name: {error}")))?;
    let given = Registration {
        id: &id,
        client_data: &response.client_data,
        authenticator_data: &response.authenticator_data,
        public_key: &response.public_key,
        algorithm: response.public_key_algorithm,
    };
    let (passkey, codes) = passkeys::add(&app, &actor, name, &given).await?;
    Ok(created(AddedPasskeyView::new(&passkey, codes.as_ref())))
}

/// Removes a passkey; 409 `second_factor_required` where the account asks for a second factor and it is the last. One that is gone
/// already is no failure.
#[utoipa::path(delete, path = "/security/passkeys/{id}", operation_id = "remove_passkey", tag = "dashboard", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn remove(
    State(app): State<Arc<App>>,
    Recent(AnyOperator { actor, .. }): Recent<AnyOperator>,
    InPath(id): InPath<String>,
) -> Result<Response, ApiError> {
    if let Ok(id) = id.parse() {
        passkeys::remove(&app, &actor, &id).await?;
    }
    Ok(no_content())
}

/// What a browser asks for a passkey by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RequestOptionsView {
    challenge: String,
    rp_id: String,
    timeout: u64,
    user_verification: &'static str,
}

/// Begins to sign in by a passkey, or to prove anew who one is: what a browser asks for one by.
#[utoipa::path(post, path = "/session/passkey/options", operation_id = "begin_passkey_sign_in", tag = "dashboard",
    responses((status = 200, body = RequestOptionsView), (status = 409, body = ErrorBody)))]
async fn begin_sign_in(
    State(app): State<Arc<App>>,
    _: Guest,
) -> Result<Json<RequestOptionsView>, ApiError> {
    let (site, challenge) = passkeys::begin_proof(&app)?;
    let user_verification = SELECTION.user_verification;
    Ok(Json(RequestOptionsView { challenge, rp_id: site.id, timeout: TIMEOUT, user_verification }))
}

/// What a browser says when a passkey was used: of its `AuthenticationResponseJSON`, what is looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AuthenticationView {
    id: String,
    response: AuthenticationPartsView,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuthenticationPartsView {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

impl AuthenticationView {
    pub(super) fn proven(&self) -> Proven<'_> {
        let response = &self.response;
        Proven {
            id: &self.id,
            user_handle: response.user_handle.as_deref().unwrap_or_default(),
            assertion: Assertion {
                client_data: &response.client_data,
                authenticator_data: &response.authenticator_data,
                signature: &response.signature,
            },
        }
    }
}

/// Signs in by a passkey, which is proof enough by itself; 401 `wrong_passkey`.
#[utoipa::path(post, path = "/session/passkey", operation_id = "sign_in_by_passkey", tag = "dashboard", request_body = AuthenticationView,
    responses((status = 200, body = SessionView), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn sign_in(
    State(app): State<Arc<App>>,
    Guest(origin): Guest,
    body: Body,
) -> Result<Response, ApiError> {
    let credential: AuthenticationView = body::json(body).await?;
    Ok(signed_in(&app, &passkeys::sign_in(&app, &origin, &credential.proven()).await?))
}
