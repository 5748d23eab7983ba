//! Errors as answers: the only file with status codes.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::identity::jwks::JwkSetError;
use domain::identity::key::PublicKeyError;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::app::activate_identification::ActivateError;
use crate::app::add_chat::AddChatError;
use crate::app::analytics::range::RangeError;
use crate::app::assign::AttendError;
use crate::app::change_customer::ChangeCustomerError;
use crate::app::change_keys::KeyError;
use crate::app::change_password::ChangePasswordError;
use crate::app::change_settings::ChangeSettingsError;
use crate::app::create_api_key::CreateApiKeyError;
use crate::app::erase_customer::EraseCustomerError;
use crate::app::export_customer::ExportCustomerError;
use crate::app::find_customer::FindCustomerError;
use crate::app::hooks::AddHookError;
use crate::app::identify::IdentifyError;
use crate::app::inspect_token::InspectError;
use crate::app::invitations::InvitationError;
use crate::app::jwks::JwksError;
use crate::app::knowledge::KnowledgeError;
use crate::app::limits::TooMany;
use crate::app::mark_read::MarkReadError;
use crate::app::members::MemberError;
use crate::app::part::PartError;
use crate::app::passkeys::PasskeysError;
use crate::app::record::VerifyRecordError;
use crate::app::revoke_customer::RevokeCustomerError;
use crate::app::rollout::SetModeError;
use crate::app::second_factor::SecondFactorError;
use crate::app::send_message::SendError;
use crate::app::sessions::ConfirmError;
use crate::app::shared_emails::DecideError;
use crate::app::sign_in::SignInError;
use crate::app::test_assistant::TrialError;
use crate::app::type_lead::TypeLeadError;
use crate::app::visit::VisitError;
use crate::app::webhooks::WebhookError;

/// An answer that says what went wrong.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<Duration>,
    source: Option<StoreError>,
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorDetail {
    /// A code that never changes.
    #[schema(example = "not_found")]
    code: &'static str,
    /// A sentence for people.
    message: String,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, source: None }
    }

    /// What was asked for does not exist, or is not for the caller to know of.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
    }

    /// What was sent cannot be taken; the message names the field.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message)
    }

    /// The caller is known, and may not do this.
    pub(crate) fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// Nobody is signed in to the dashboard.
    pub(crate) fn sign_in_required() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in_required", "sign in first")
    }

    /// It is too long ago that the operator proved who they are.
    pub(crate) fn step_up_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "step_up_required",
            "prove anew who you are: it was more than 15 minutes ago",
        )
    }

    /// The account asks for a second factor, and the operator has none yet.
    pub(crate) fn second_factor_setup_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "second_factor_setup_required",
            "this account asks for a second factor: set one up first",
        )
    }

    /// The API key is missing or wrong.
    pub(crate) fn api_key_invalid() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "api_key_invalid",
            "send Authorization: Bearer and a valid API key",
        )
    }

    /// The method does not exist here.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this address does not take that method",
        )
    }
}

impl ApiError {
    /// Only what is the service's own fault is a line of the log.
    fn log(&self) {
        if let Some(source) = &self.source {
            let source: &dyn std::error::Error = source;
            tracing::error!(
                error = source,
                cause = chain(source),
                code = self.code,
                "a call failed"
            );
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let error = ErrorDetail { code: self.code, message: self.message };
        let mut response = (self.status, Json(ErrorBody { error })).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds(wait));
        }
        response
    }
}

fn seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs().max(1))
}

/// An error's sources, each after the one that it caused.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut source = error.source();
    while let Some(error) = source {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let mut answer = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "this cannot be done just now; try again soon",
        );
        answer.retry_after = Some(Duration::from_secs(2));
        answer.source = Some(error);
        answer
    }
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        let mut answer =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", error.to_string());
        answer.retry_after = Some(error.retry_after);
        answer
    }
}

impl From<VisitError> for ApiError {
    fn from(error: VisitError) -> Self {
        let message = error.to_string();
        match error {
            VisitError::UnknownChat => Self::new(StatusCode::NOT_FOUND, "unknown_chat", message),
            VisitError::OriginNotAllowed => {
                Self::new(StatusCode::FORBIDDEN, "origin_not_allowed", message)
            }
            VisitError::TokenInvalid => {
                Self::new(StatusCode::UNAUTHORIZED, "visitor_token_invalid", message)
            }
            VisitError::TokenEnded | VisitError::TokenRevoked => {
                Self::new(StatusCode::UNAUTHORIZED, "visitor_token_ended", message)
            }
            VisitError::Store(error) => error.into(),
        }
    }
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::IdentificationRequired => {
                Self::new(StatusCode::FORBIDDEN, "identification_required", error.to_string())
            }
            SendError::TooMany(error) => error.into(),
            SendError::Visit(error) => error.into(),
            SendError::Store(error) => error.into(),
        }
    }
}

impl From<MarkReadError> for ApiError {
    fn from(error: MarkReadError) -> Self {
        match error {
            MarkReadError::TooMany(error) => error.into(),
            MarkReadError::Visit(error) => error.into(),
            MarkReadError::Store(error) => error.into(),
        }
    }
}

impl From<TypeLeadError> for ApiError {
    fn from(error: TypeLeadError) -> Self {
        match error {
            TypeLeadError::AlreadyVerified => {
                Self::new(StatusCode::CONFLICT, "already_verified", error.to_string())
            }
            TypeLeadError::TooMany(error) => error.into(),
            TypeLeadError::Visit(error) => error.into(),
            TypeLeadError::Store(error) => error.into(),
        }
    }
}

impl From<FindCustomerError> for ApiError {
    fn from(error: FindCustomerError) -> Self {
        match error {
            FindCustomerError::ChatUnknown | FindCustomerError::CustomerUnknown => {
                Self::not_found()
            }
            FindCustomerError::Several(_) => Self::invalid(error.to_string()),
            FindCustomerError::Store(error) => error.into(),
        }
    }
}

impl From<ExportCustomerError> for ApiError {
    fn from(error: ExportCustomerError) -> Self {
        match error {
            ExportCustomerError::CustomerUnknown => Self::not_found(),
            ExportCustomerError::Store(error) => error.into(),
        }
    }
}

impl From<EraseCustomerError> for ApiError {
    fn from(error: EraseCustomerError) -> Self {
        match error {
            EraseCustomerError::CustomerUnknown => Self::not_found(),
            EraseCustomerError::Store(error) => error.into(),
        }
    }
}

impl From<PartError> for ApiError {
    fn from(error: PartError) -> Self {
        match error {
            PartError::ConversationUnknown => Self::not_found(),
            PartError::NothingJoined => Self::invalid(error.to_string()),
            PartError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeCustomerError> for ApiError {
    fn from(error: ChangeCustomerError) -> Self {
        match error {
            ChangeCustomerError::CustomerUnknown => Self::not_found(),
            ChangeCustomerError::Signed(_) => Self::invalid(error.to_string()),
            ChangeCustomerError::Store(error) => error.into(),
        }
    }
}

impl From<SetModeError> for ApiError {
    fn from(error: SetModeError) -> Self {
        match error {
            SetModeError::ConfirmationRequired(_) => {
                Self::new(StatusCode::CONFLICT, "confirmation_required", error.to_string())
            }
            SetModeError::Settings(error) => error.into(),
            SetModeError::Store(error) => error.into(),
        }
    }
}

impl From<KnowledgeError> for ApiError {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::ChatUnknown | KnowledgeError::SourceUnknown => Self::not_found(),
            KnowledgeError::There => {
                Self::new(StatusCode::CONFLICT, "already_there", error.to_string())
            }
            KnowledgeError::TooMany | KnowledgeError::TooManyDocuments | KnowledgeError::Full => {
                Self::new(StatusCode::CONFLICT, "full", error.to_string())
            }
            KnowledgeError::Name(error) => Self::invalid(format!("name: {error}")),
            KnowledgeError::Address(error) => Self::invalid(format!("url: {error}")),
            KnowledgeError::Unreadable(_)
            | KnowledgeError::TooLarge
            | KnowledgeError::NoAddress => Self::invalid(error.to_string()),
            KnowledgeError::Store(error) => error.into(),
        }
    }
}

impl From<TrialError> for ApiError {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::CustomerUnknown => Self::not_found(),
            TrialError::Messages | TrialError::NotTried => Self::invalid(error.to_string()),
            TrialError::Setting(error) => Self::invalid(error.to_string()),
            TrialError::TooMany(error) => error.into(),
            TrialError::Store(error) => error.into(),
        }
    }
}

impl From<RangeError> for ApiError {
    fn from(error: RangeError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<ChangeSettingsError> for ApiError {
    fn from(error: ChangeSettingsError) -> Self {
        match error {
            ChangeSettingsError::ChatUnknown => Self::not_found(),
            ChangeSettingsError::Setting(error) => Self::invalid(error.to_string()),
            ChangeSettingsError::Store(error) => error.into(),
        }
    }
}

impl From<InspectError> for ApiError {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::ChatUnknown => Self::not_found(),
            InspectError::Store(error) => error.into(),
        }
    }
}

impl From<VerifyRecordError> for ApiError {
    fn from(error: VerifyRecordError) -> Self {
        match error {
            VerifyRecordError::ChatUnknown => Self::not_found(),
            VerifyRecordError::Store(error) => error.into(),
        }
    }
}

impl From<RevokeCustomerError> for ApiError {
    fn from(error: RevokeCustomerError) -> Self {
        match error {
            RevokeCustomerError::ChatUnknown | RevokeCustomerError::CustomerUnknown => {
                Self::not_found()
            }
            RevokeCustomerError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongCredentials => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                "the email or the password is wrong",
            ),
            SignInError::WrongCode => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_code", error.to_string())
            }
            SignInError::WrongPasskey => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_passkey", error.to_string())
            }
            SignInError::TooMany(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for ApiError {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::Wrong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_proof", error.to_string())
            }
            ConfirmError::PasswordAlone => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "second_factor_asked",
                error.to_string(),
            ),
            ConfirmError::TooMany(error) => error.into(),
            ConfirmError::Store(error) => error.into(),
        }
    }
}

impl From<SecondFactorError> for ApiError {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::WrongCode => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_code", error.to_string())
            }
            SecondFactorError::There => {
                Self::new(StatusCode::CONFLICT, "already_there", error.to_string())
            }
            SecondFactorError::Nothing => {
                Self::new(StatusCode::CONFLICT, "no_second_factor", error.to_string())
            }
            SecondFactorError::Required => {
                Self::new(StatusCode::CONFLICT, "second_factor_required", error.to_string())
            }
            SecondFactorError::NotBegun | SecondFactorError::Secret(_) => {
                Self::invalid(error.to_string())
            }
            SecondFactorError::TooMany(error) => error.into(),
            SecondFactorError::Store(error) => error.into(),
        }
    }
}

impl From<PasskeysError> for ApiError {
    fn from(error: PasskeysError) -> Self {
        let code = match error {
            PasskeysError::NoName => "passkeys_need_a_name",
            PasskeysError::There => "already_there",
            PasskeysError::TooManyPasskeys => "too_many_passkeys",
            PasskeysError::Required => "second_factor_required",
            PasskeysError::Refused(_) | PasskeysError::Challenge => {
                let message = error.to_string();
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, "passkey_refused", message);
            }
            PasskeysError::Store(error) => return error.into(),
        };
        Self::new(StatusCode::CONFLICT, code, error.to_string())
    }
}

impl From<MemberError> for ApiError {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Unknown => Self::not_found(),
            MemberError::LastOwner => {
                Self::new(StatusCode::CONFLICT, "last_owner", error.to_string())
            }
            MemberError::NoSecondFactor => {
                Self::new(StatusCode::CONFLICT, "no_second_factor", error.to_string())
            }
            MemberError::Store(error) => error.into(),
        }
    }
}

impl From<InvitationError> for ApiError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Unknown => {
                Self::new(StatusCode::NOT_FOUND, "invitation_invalid", error.to_string())
            }
            InvitationError::AlreadyOperator => {
                Self::new(StatusCode::CONFLICT, "already_there", error.to_string())
            }
            InvitationError::AlreadyInvited => {
                Self::new(StatusCode::CONFLICT, "already_invited", error.to_string())
            }
            InvitationError::Full => Self::new(StatusCode::CONFLICT, "full", error.to_string()),
            InvitationError::Hash(_) => Self::invalid(format!("password: {error}")),
            InvitationError::TooMany(error) => error.into(),
            InvitationError::Store(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for ApiError {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Wrong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_password", error.to_string())
            }
            ChangePasswordError::NotRecent => Self::step_up_required(),
            ChangePasswordError::Unknown => {
                Self::new(StatusCode::NOT_FOUND, "link_invalid", error.to_string())
            }
            ChangePasswordError::Hash(_) => Self::invalid(format!("password: {error}")),
            ChangePasswordError::TooMany(error) => error.into(),
            ChangePasswordError::Store(error) => error.into(),
        }
    }
}

impl From<AddChatError> for ApiError {
    fn from(error: AddChatError) -> Self {
        match error {
            AddChatError::Full => Self::new(StatusCode::CONFLICT, "full", error.to_string()),
            AddChatError::Store(error) => error.into(),
        }
    }
}

impl From<ActivateError> for ApiError {
    fn from(error: ActivateError) -> Self {
        match error {
            ActivateError::Store(error) => error.into(),
            ActivateError::ChatUnknown => Self::not_found(),
            refused => Self::invalid(refused.to_string()),
        }
    }
}

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Refused(error) => error.into(),
            KeyError::Store(error) => error.into(),
            KeyError::Unknown => Self::not_found(),
            KeyError::Grace => Self::invalid(format!("grace_seconds: {error}")),
            KeyError::Known(_) | KeyError::Elsewhere => {
                Self::invalid(format!("public_key: {error}"))
            }
            KeyError::Retired
            | KeyError::Revoked
            | KeyError::RetireRevoked
            | KeyError::KeepEnded => Self::invalid(error.to_string()),
        }
    }
}

impl From<JwksError> for ApiError {
    fn from(error: JwksError) -> Self {
        match error {
            JwksError::Refused(error) => error.into(),
            JwksError::Store(error) => error.into(),
            JwksError::Set(JwkSetError::Private) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "private_key", format!("url: {error}"))
            }
            error => Self::invalid(format!("url: {error}")),
        }
    }
}

impl From<PublicKeyError> for ApiError {
    fn from(error: PublicKeyError) -> Self {
        let code = if error == PublicKeyError::Private { "private_key" } else { "invalid" };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, format!("public_key: {error}"))
    }
}

impl From<AttendError> for ApiError {
    fn from(error: AttendError) -> Self {
        match error {
            AttendError::ConversationUnknown => Self::not_found(),
            AttendError::OperatorUnknown => Self::invalid(error.to_string()),
            AttendError::Store(error) => error.into(),
        }
    }
}

impl From<DecideError> for ApiError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::CustomerUnknown => Self::not_found(),
            DecideError::NothingShared => Self::invalid(error.to_string()),
            DecideError::Store(error) => error.into(),
        }
    }
}

/// Why an automation's call failed: in the one shape that it reads.
#[derive(Debug)]
pub(crate) enum ZapierError {
    /// The key is missing, wrong, or another chat's.
    Unauthorized,
    /// The body has no address.
    InvalidBody,
    /// The address is not posted to.
    Refused,
    /// Anything else.
    Other(ApiError),
}

impl<E: Into<ApiError>> From<E> for ZapierError {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Store(error) => error.into(),
            WebhookError::Unknown => Self::not_found(),
            WebhookError::Refused(error) => Self::invalid(format!("url: {error}")),
            WebhookError::TooMany => Self::invalid(error.to_string()),
        }
    }
}

impl From<CreateApiKeyError> for ApiError {
    fn from(error: CreateApiKeyError) -> Self {
        match error {
            CreateApiKeyError::Store(error) => error.into(),
            CreateApiKeyError::ChatUnknown => Self::not_found(),
            CreateApiKeyError::TooMany => Self::invalid(error.to_string()),
            CreateApiKeyError::Name => Self::invalid(format!("name: {error}")),
        }
    }
}

impl From<AddHookError> for ApiError {
    fn from(error: AddHookError) -> Self {
        match error {
            AddHookError::Store(error) => error.into(),
            AddHookError::Refused(_) | AddHookError::TooMany => Self::invalid(error.to_string()),
        }
    }
}

impl IntoResponse for ZapierError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Failed {
            message: String,
        }
        let refused = |status, message: &str| ApiError::new(status, "zapier", message);
        let error = match self {
            Self::Unauthorized => refused(StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::InvalidBody => refused(StatusCode::UNPROCESSABLE_ENTITY, "Invalid body"),
            Self::Refused => refused(StatusCode::UNPROCESSABLE_ENTITY, "Endpoint creation failed"),
            Self::Other(error) => error,
        };
        error.log();
        let ApiError { status, message, retry_after, .. } = error;
        let mut response = (status, Json(Failed { message })).into_response();
        if let Some(wait) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds(wait));
        }
        response
    }
}

/// The answer to an identify call that failed: the same bytes and headers, whatever the caller got wrong.
pub(crate) fn identify_refused(error: IdentifyError) -> Response {
    #[derive(Serialize)]
    struct Refused {
        success: bool,
    }
    let (status, wait) = match error {
        IdentifyError::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        IdentifyError::TooMany(error) | IdentifyError::Shared(error) => {
            (StatusCode::TOO_MANY_REQUESTS, Some(error.retry_after))
        }
        IdentifyError::Store(error) => {
            let source: &dyn std::error::Error = &error;
            tracing::error!(error = source, cause = chain(source), "identify could not decide");
            (StatusCode::SERVICE_UNAVAILABLE, Some(Duration::from_secs(2)))
        }
    };
    let mut response = (status, Json(Refused { success: false })).into_response();
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds(wait));
    }
    response
}

/// 201 with a body.
pub(crate) fn created(body: impl Serialize) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

/// 202 with a body: it was taken, and what comes of it is nobody's here to know.
pub(crate) fn accepted(body: impl Serialize) -> Response {
    (StatusCode::ACCEPTED, Json(body)).into_response()
}

/// 204 without one.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// 304: the caller has it already.
pub(crate) fn not_modified(headers: HeaderMap) -> Response {
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

/// 404 with a text of its own, where a browser asked for a file.
pub(crate) fn no_such_file(headers: HeaderMap, text: impl Into<String>) -> Response {
    (StatusCode::NOT_FOUND, headers, text.into()).into_response()
}

/// 503 with a text of its own: what was asked for is not there yet.
pub(crate) fn not_there_yet(headers: HeaderMap, text: impl Into<String>) -> Response {
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, headers, text.into()).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, seconds(Duration::from_secs(2)));
    response
}

/// 503 to any call while the service starts, in the shape that the call's answers have.
pub(crate) fn starting(path: &str) -> Response {
    const MESSAGE: &str = "the service is starting; try again soon";
    let body = if path.ends_with("/identify") {
        serde_json::json!({"success": false})
    } else if path.starts_with("/api/integrations/zapier/") {
        serde_json::json!({"message": MESSAGE})
    } else {
        serde_json::json!({"error": {"code": "unavailable", "message": MESSAGE}})
    };
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, seconds(Duration::from_secs(2)));
    response
}

/// 503 with a body that says why.
pub(crate) fn not_ready(body: impl Serialize) -> Response {
    let retry_after = [(header::RETRY_AFTER, seconds(Duration::from_secs(2)))];
    (StatusCode::SERVICE_UNAVAILABLE, retry_after, Json(body)).into_response()
}
