//! Pages of the web. Beside what holds for every call: they may be packed by gzip, whoever asked for that, and are unpacked only as far
//! as was said; a redirection is followed on the same host, where the page that it leads to may be read.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use flate2::read::GzDecoder;
use reqwest::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Response, Url};

use super::{
    Limits, MOST_REDIRECTIONS, Outbound, OutboundError, Target, destination, explain, location,
};

/// The longest header that is kept of an answer.
const MAX_HEADER: usize = 512;
/// The longest policy that is kept.
const MAX_POLICY: usize = 8 * 1024;

/// A page that is wanted.
pub struct PageQuestion<'a> {
    /// Where.
    pub url: &'a str,
    /// What is taken.
    pub accept: &'static str,
    /// What its host called the version that is there already.
    pub etag: Option<&'a str>,
    /// When that changed.
    pub last_modified: Option<&'a str>,
    /// Whether an address may be asked for.
    pub may: &'a (dyn Fn(&Url) -> bool + Sync),
}

impl fmt::Debug for PageQuestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageQuestion").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A page, or what came instead.
#[derive(Clone, PartialEq, Eq)]
pub struct PageAnswer {
    /// Its status.
    pub status: u16,
    /// Where it is in the end.
    pub url: Url,
    /// What it says that it is.
    pub content_type: Option<String>,
    /// What its host calls this version.
    pub etag: Option<String>,
    /// When it changed.
    pub last_modified: Option<String>,
    /// The policies that it is sent with, each of at most 8 KiB.
    pub policies: Vec<String>,
    /// After how long it may be asked for again.
    pub retry_after: Option<Duration>,
    /// Its body, unpacked.
    pub body: Vec<u8>,
}

impl fmt::Debug for PageAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageAnswer({}, {} bytes)", self.status, self.body.len())
    }
}

impl Outbound {
    /// Reads a page. Redirections are followed on its own scheme, host and port.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn page(
        &self,
        question: &PageQuestion<'_>,
        limits: Limits,
    ) -> Result<PageAnswer, OutboundError> {
        let target = self.parse(question.url)?;
        let slow = OutboundError::Slow(limits.time.as_secs());
        let answer =
            tokio::time::timeout(limits.time, self.follow_page(target, question, limits.size));
        answer.await.unwrap_or(Err(slow))
    }

    async fn follow_page(
        &self,
        mut target: Target,
        question: &PageQuestion<'_>,
        size: usize,
    ) -> Result<PageAnswer, OutboundError> {
        for _ in 0..=MOST_REDIRECTIONS {
            let url = target.url.clone();
            if !(question.may)(&url) {
                return Err(OutboundError::Robots);
            }
            let answer = self.send_page(target, question).await?;
            if !answer.status().is_redirection() || answer.status() == 304 {
                return whole(answer, size).await;
            }
            let next = location(&answer).filter(|next| next.origin() == url.origin());
            let Some(next) = next else {
                return Err(OutboundError::Redirect(destination(&answer)));
            };
            target = self.judge(next)?;
        }
        Err(OutboundError::Redirects)
    }

    async fn send_page(
        &self,
        target: Target,
        question: &PageQuestion<'_>,
    ) -> Result<Response, OutboundError> {
        let Target { url, host, secure } = target;
        let client = if secure { &self.secure } else { &self.plain };
        let client = client.get_or_init(|| self.client(secure)).as_ref();
        let mut call = client.ok_or(OutboundError::NoTls)?.get(url).header(ACCEPT, question.accept);
        for (name, value) in
            [(IF_NONE_MATCH, question.etag), (IF_MODIFIED_SINCE, question.last_modified)]
        {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                call = call.header(name, value);
            }
        }
        call.send().await.map_err(|error| explain(&error, host, secure))
    }
}

/// The answer with its body.
async fn whole(mut answer: Response, size: usize) -> Result<PageAnswer, OutboundError> {
    let headers = answer.headers().clone();
    let packed = match text(&headers, CONTENT_ENCODING).as_deref() {
        None | Some("identity") => false,
        Some("gzip" | "x-gzip") => true,
        Some(_) => return Err(OutboundError::Encoded),
    };
    if answer.content_length().is_some_and(|length| length > size as u64) {
        return Err(OutboundError::TooLarge(size));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| OutboundError::Broken)? {
        if body.len() + chunk.len() > size {
            return Err(OutboundError::TooLarge(size));
        }
        body.extend_from_slice(&chunk);
    }
    if packed {
        let unpacked = tokio::task::spawn_blocking(move || unpack(&body, size)).await;
        body = unpacked.map_err(|_| OutboundError::Broken)??;
    }
    let retry_after = text(&headers, RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    Ok(PageAnswer {
        status: answer.status().as_u16(),
        url: answer.url().clone(),
        content_type: text(&headers, CONTENT_TYPE),
        etag: text(&headers, ETAG),
        last_modified: text(&headers, LAST_MODIFIED),
        policies: policies(&headers),
        retry_after: retry_after.map(Duration::from_secs),
        body,
    })
}

fn policies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CONTENT_SECURITY_POLICY).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    // More than one may stand in a header, with commas between them.
    let policies =
        values.filter(|value| value.len() <= MAX_POLICY).flat_map(|value| value.split(','));
    policies.map(|policy| policy.trim().to_owned()).collect()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (value.len() <= MAX_HEADER).then(|| value.to_owned())
}

/// What is packed, as far as it has at most `size` bytes.
fn unpack(packed: &[u8], size: usize) -> Result<Vec<u8>, OutboundError> {
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(packed).take(size as u64 + 1).read_to_end(&mut unpacked);
    read.map_err(|_| OutboundError::Broken)?;
    if unpacked.len() > size { Err(OutboundError::TooLarge(size)) } else { Ok(unpacked) }
}
