//! Reading what was sent, up to a limit.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use domain::identity::json::{Limits, parse_object};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use zeroize::{Zeroize, Zeroizing};

use crate::http::error::ApiError;

/// The most bytes that a call's body may have, where nothing else is said: 4,000 characters of text, escaped, fit.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// How deep it may be nested, and how many members an object in it may have.
const LIMITS: Limits = Limits { depth: 16, members: 64 };

/// A body that was not read yet.
#[derive(Debug)]
pub(crate) struct Body {
    body: axum::body::Body,
    /// Whether it says that it is compressed or the like.
    encoded: bool,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let encoding = request.headers().get(header::CONTENT_ENCODING);
        let encoded = encoding.is_some_and(|encoding| encoding != "identity");
        Ok(Self { body: request.into_body(), encoded })
    }
}

/// The whole body.
///
/// # Errors
/// When it is encoded, longer than `limit`, breaks off, or takes too long.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    if body.encoded {
        return Err(ApiError::invalid("send the body as it is, without Content-Encoding"));
    }
    match Limited::new(body.body, limit).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ApiError::invalid(format!("the body must have at most {limit} bytes")))
        }
        Err(_) => Err(ApiError::invalid("the body broke off")),
    }
}

/// The body as an object of JSON, whatever its `Content-Type` says, by the parser that tokens are read with: nothing is read in
/// two ways.
///
/// # Errors
/// When it is none, or not of the shape that is asked for; the message names the field.
pub(crate) async fn json<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    json_up_to(body, MAX_BODY).await
}

/// The same, of at most `limit` bytes.
///
/// # Errors
/// When it is none, or not of the shape that is asked for; the message names the field.
pub(crate) async fn json_up_to<T: DeserializeOwned>(
    body: Body,
    limit: usize,
) -> Result<T, ApiError> {
    parse(&read(body, limit).await?)
}

/// The same; `None` where nothing was sent.
///
/// # Errors
/// When something else was sent, or not of the shape that is asked for.
pub(crate) async fn json_or_nothing<T: DeserializeOwned>(
    body: Body,
) -> Result<Option<T>, ApiError> {
    let bytes = read(body, MAX_BODY).await?;
    if bytes.is_empty() { Ok(None) } else { parse(&bytes).map(Some) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = str::from_utf8(bytes).map_err(|_| ApiError::invalid("the body is not UTF-8"))?;
    let object = parse_object(text, LIMITS)
        .map_err(|error| ApiError::invalid(format!("the body is not as it should be: {error}")))?;
    serde_path_to_error::deserialize(object.to_value()).map_err(|error| {
        let (field, reason) = (error.path().to_string(), without_value(error.inner().to_string()));
        // A field that is missing is named by the reason.
        let field = if field == "." { String::new() } else { format!("{field}: ") };
        ApiError::invalid(format!("{field}{reason}"))
    })
}

/// The text of the member `name` of a body, which may turn out to be a secret: it is wiped, and no answer quotes it.
///
/// # Errors
/// When the body is no object of JSON with that text.
pub(crate) async fn secret(body: Body, name: &str) -> Result<Zeroizing<String>, ApiError> {
    let bytes = read(body, MAX_BODY).await?;
    let text = str::from_utf8(&bytes).map_err(|_| ApiError::invalid("the body is not UTF-8"))?;
    let member = parse_object(text, LIMITS).ok().and_then(|object| object.into_string(name));
    let member = member.map(Zeroizing::new);
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.zeroize();
    }
    member.ok_or_else(|| ApiError::invalid(format!("{name}: expected an object with this text")))
}

/// What was sent may be a secret that was put into the wrong field: it is not said again.
fn without_value(reason: String) -> String {
    let quoted = reason.starts_with("invalid type: ") || reason.starts_with("invalid value: ");
    match (quoted, reason.rfind(", expected ")) {
        (true, Some(at)) => {
            let kind: String = reason.chars().take_while(|c| *c != '"' && *c != '`').collect();
            let kind = kind.get(..at.min(kind.len())).unwrap_or_default().trim_end();
            format!("{kind}{}", &reason[at..])
        }
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_repeat_what_was_sent() {
        let check = |reason: &str, expected: &str| {
            assert_eq!(without_value(reason.to_owned()), expected);
        };
        check(
            "invalid type: string \"secret, expected x\", expected u64",
            "invalid type: string, expected u64",
        );
        check(
            "invalid type: integer `7`, expected a string",
            "invalid type: integer, expected a string",
        );
        check("invalid type: null, expected a string", "invalid type: null, expected a string");
        check("missing field `text`", "missing field `text`");
    }
}
