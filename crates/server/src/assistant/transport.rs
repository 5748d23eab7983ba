//! How a model is called: what rig-core sends goes out here, and what comes back is read only so far. The operator's address is trusted
//! to be called, private networks included, and not to be sane.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use reqwest::redirect::Policy;
use rig_core::http_client::{
    BoxedStream, Error, HttpClientExt, LazyBody, MultipartForm, Request, Response, Result,
    StreamingResponse,
};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The most bytes of one answer that are read. Each token comes in some 300 bytes of JSON, those of a model's thoughts too.
pub(crate) const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// The most bytes of an error that are read.
const MAX_ERROR: usize = 64 * 1024;
/// The most bytes between two ends of lines.
pub(crate) const MAX_LINE: usize = 256 * 1024;

/// Calls models.
#[derive(Debug, Clone)]
pub(super) struct Transport(Option<reqwest::Client>);

/// Why an answer was not read to its end. None of these names the address: it may have a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    /// No connection, or one that broke off before an answer.
    #[error("it cannot be reached")]
    NoConnection,
    /// The connection broke off.
    #[error("the connection broke off")]
    BrokenOff,
    /// More than is read.
    #[error("it sends more than {} MiB, or a line of more than {} KiB", MAX_ANSWER / 1024 / 1024, MAX_LINE / 1024)]
    TooMuch,
    /// The system's certificates cannot be read.
    #[error("TLS cannot be used here")]
    NoTls,
    /// The address cannot be called.
    #[error("its address cannot be called")]
    Address,
}

impl Transport {
    pub(super) fn new() -> Self {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            // Elsewhere somebody else would be shown the key.
            .redirect(Policy::none())
            .user_agent(concat!("zipchat/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(client.ok())
    }

    async fn call(&self, request: Request<Bytes>) -> Result<StreamingResponse> {
        let client = self.0.as_ref().ok_or_else(|| Error::instance(TransportError::NoTls))?;
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from))
            .map_err(|_| Error::instance(TransportError::Address))?;
        let answer = client.execute(request).await;
        let answer = answer.map_err(|_| Error::instance(TransportError::NoConnection))?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        let most = if answer.status().is_success() { MAX_ANSWER } else { MAX_ERROR };
        Ok(response.body(body(answer, most))?)
    }
}

/// What comes back, until it is too much.
fn body(answer: reqwest::Response, most: usize) -> BoxedStream {
    let chunks = stream::unfold(Some(answer), |answer| async {
        let mut answer = answer?;
        match answer.chunk().await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some(answer))),
            Ok(None) => None,
            Err(_) => Some((Err(Error::instance(TransportError::BrokenOff)), None)),
        }
    });
    Box::pin(Measured { chunks: Box::pin(chunks), left: most, line: 0 })
}

/// A body that ends with an error where it is too long, or has too long a line.
struct Measured<S> {
    chunks: Pin<Box<S>>,
    left: usize,
    line: usize,
}

impl<S: Stream<Item = Result<Bytes>>> Stream for Measured<S> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.chunks.as_mut().poll_next(context);
        let Poll::Ready(Some(Ok(chunk))) = &next else { return next };
        self.line = match chunk.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => chunk.len() - at,
            None => self.line + chunk.len(),
        };
        match self.left.checked_sub(chunk.len()) {
            Some(left) if self.line <= MAX_LINE => {
                self.left = left;
                next
            }
            _ => Poll::Ready(Some(Err(Error::instance(TransportError::TooMuch)))),
        }
    }
}

impl HttpClientExt for Transport {
    fn send<T, U>(
        &self,
        request: Request<T>,
    ) -> impl Future<Output = Result<Response<LazyBody<U>>>> + Send + 'static
    where
        T: Into<Bytes> + Send,
        U: From<Bytes> + Send + 'static,
    {
        let (transport, request) = (self.clone(), request.map(Into::into));
        async move {
            let (parts, mut chunks) = transport.call(request).await?.into_parts();
            let whole: LazyBody<U> = Box::pin(async move {
                let mut whole = Vec::new();
                while let Some(chunk) = chunks.next().await {
                    whole.extend_from_slice(&chunk?);
                }
                Ok(U::from(whole.into()))
            });
            Ok(Response::from_parts(parts, whole))
        }
    }

    fn send_multipart<U>(
        &self,
        _: Request<MultipartForm>,
    ) -> impl Future<Output = Result<Response<LazyBody<U>>>> + Send + 'static
    where
        U: From<Bytes> + Send + 'static,
    {
        // Pictures and recordings, which the assistant has none of.
        std::future::ready(Err(Error::instance(TransportError::Address)))
    }

    async fn send_streaming<T>(&self, request: Request<T>) -> Result<StreamingResponse>
    where
        T: Into<Bytes> + Send,
    {
        self.call(request.map(Into::into)).await
    }
}
