//! Traces, for whoever collects them by OpenTelemetry: one span a request and one a reply. They hold ids, routes and
//! outcomes; no secrets and no personal data.

use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, Response, Uri};
use domain::conversation::Reply;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::runtime::Handle;
use tracing::Span;

/// What spans are told apart from events of the log by.
pub(crate) const TARGET: &str = "zipchat_traces";
/// How long one call of the collector may take.
const CALL: Duration = Duration::from_secs(5);
/// The longest answer of a collector that is read.
const MOST_ANSWER: usize = 64 * 1024;
/// How long the end waits for the last spans to be taken.
const LAST: Duration = Duration::from_secs(2);

/// Whether and where traces go.
#[derive(Debug, Clone, clap::Args)]
pub struct TracesConfig {
    /// Where traces are collected.
    #[arg(
        long,
        help = "Where OpenTelemetry traces are sent by OTLP over HTTP, as in http://localhost:4318; without it there are none",
        env = "ZIPCHAT_OTLP_ENDPOINT",
        value_name = "URL",
        hide_env_values = true
    )]
    pub otlp_endpoint: Option<OtlpEndpoint>,

    /// How many of them.
    #[arg(
        long,
        help = "Which part of all traces is sent, from 0 to 1",
        env = "ZIPCHAT_OTLP_RATIO",
        value_name = "RATIO",
        default_value = "1"
    )]
    pub otlp_ratio: Ratio,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self { otlp_endpoint: None, otlp_ratio: Ratio(1.0) }
    }
}

/// The address that spans are posted to; empty where none is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtlpEndpoint(String);

impl FromStr for OtlpEndpoint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected the collector's address, as in http://localhost:4318";
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        let trimmed = text.trim_end_matches('/');
        let uri: Uri = trimmed.parse().map_err(|_| EXPECTED)?;
        let plain =
            uri.query().is_none() && uri.authority().is_some_and(|it| !it.as_str().contains('@'));
        if !matches!(uri.scheme_str(), Some("http" | "https")) || !plain {
            return Err(EXPECTED);
        }
        let base = trimmed.strip_suffix("/v1/traces").unwrap_or(trimmed);
        Ok(Self(format!("{base}/v1/traces")))
    }
}

/// A part of a whole, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio(f64);

impl FromStr for Ratio {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = if text.is_empty() { "1" } else { text };
        let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.map(Self).ok_or("expected a number from 0 to 1, as in 0.05")
    }
}

/// Why no traces can be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// What calls the collector.
    #[error("the collector cannot be called")]
    Client(#[from] reqwest::Error),
    /// What makes calls of spans.
    #[error(transparent)]
    Exporter(#[from] ExporterBuildError),
}

/// Batches are made on a thread of their own, which waits for each call; the call itself is made where all others are.
#[derive(Debug)]
struct Collector {
    client: Client,
    runtime: Handle,
}

impl Collector {
    fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder().timeout(CALL).redirect(Policy::none()).build()?;
        Ok(Self { client, runtime: Handle::current() })
    }
}

async fn call(client: Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let mut answer = client.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MOST_ANSWER {
            return Err("the collector's answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(Bytes::from(body));
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    Ok(response)
}

impl HttpClient for Collector {
    fn send_bytes<'c, 'a>(
        &'c self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>
    where
        'c: 'a,
        Self: 'a,
    {
        let called = self.runtime.spawn(call(self.client.clone(), request));
        Box::pin(async { called.await? })
    }
}

/// Sends spans on in batches.
#[derive(Debug)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// What sends spans as `config` says, from the runtime that this is called on; nothing where no collector is named.
    ///
    /// # Errors
    /// [`TracesError`].
    pub fn new(config: &TracesConfig) -> Result<Self, TracesError> {
        let Some(endpoint) = config.otlp_endpoint.as_ref().filter(|it| !it.0.is_empty()) else {
            return Ok(Self(None));
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new()?)
            .with_endpoint(&endpoint.0)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(CALL)
            .build()?;
        let sampler =
            Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.otlp_ratio.0)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler)
            .with_resource(Resource::builder().with_service_name("zipchat").build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// What makes spans, where they are sent anywhere.
    pub(crate) fn tracer(&self) -> Option<SdkTracer> {
        self.0.as_ref().map(|provider| provider.tracer("zipchat"))
    }

    /// Sends what is left, and ends. It waits for the collector, at most two seconds.
    pub async fn end(self) {
        let Some(provider) = self.0 else { return };
        // The exporter's thread is waited for, so not here.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces were not taken");
        }
    }
}

/// A request on `route`, as it is written in the list of routes.
pub(crate) fn request(method: &Method, route: &str, id: &str) -> Span {
    tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = method.as_str(),
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        zipchat.request_id = id,
    )
}

/// `span`'s request was answered.
pub(crate) fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The writing of `reply`.
pub(crate) fn reply(reply: &Reply) -> Span {
    tracing::info_span!(
        target: TARGET,
        "reply",
        otel.status_code = tracing::field::Empty,
        zipchat.chat = %reply.chat_id,
        zipchat.reply = %reply.id,
    )
}

/// What the current span is about has failed.
pub(crate) fn failed() {
    Span::current().record("otel.status_code", "ERROR");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_base() {
        let read = |text: &str| text.parse::<OtlpEndpoint>().map(|endpoint| endpoint.0);
        assert_eq!(read("http://c:4318"), Ok("http://c:4318/v1/traces".to_owned()));
        assert_eq!(read("https://c/otlp/"), Ok("https://c/otlp/v1/traces".to_owned()));
        assert_eq!(read("https://c/v1/traces"), Ok("https://c/v1/traces".to_owned()));
        assert_eq!(read(""), Ok(String::new()));
        for wrong in ["c:4318", "grpc://c", "http://user:pass@c", "http://c?key=1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_ratio_is_a_part_of_a_whole() {
        let read = |text: &str| text.parse::<Ratio>().map(|ratio| ratio.0);
        assert_eq!(read("0.25"), Ok(0.25));
        assert_eq!(read(""), Ok(1.0));
        for wrong in ["2", "-0.1", "NaN", "half"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
