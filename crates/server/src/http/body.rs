//! Reading what was sent, up to a limit.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::http::error::ApiError;

/// The most bytes that a call's body may have, where nothing else is said: 4,000 characters of text, escaped, fit.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// A body that was not read yet.
#[derive(Debug)]
pub(crate) struct Body(axum::body::Body);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(request.into_body()))
    }
}

/// The whole body.
///
/// # Errors
/// When it is longer than `limit`, breaks off, or takes too long.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body.0, limit).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ApiError::invalid(format!("the body must have at most {limit} bytes")))
        }
        Err(_) => Err(ApiError::invalid("the body broke off")),
    }
}

/// The body as JSON, whatever its `Content-Type` says.
///
/// # Errors
/// When it is none, or not of the shape that is asked for; the message names the field.
pub(crate) async fn json<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let bytes = read(body, MAX_BODY).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::invalid(format!("the body is not as it should be: {error}")))
}
