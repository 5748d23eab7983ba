//! Looks at a page of the shop as a browser gets it: is the chat's tag in it, and does the page's policy let it work?

use std::time::Duration;

use domain::chat::Chat;
use reqwest::Url;
use scraper::{Html, Selector};

use crate::app::App;
use crate::outbound::pages::{PageAnswer, PageQuestion};
use crate::outbound::{Limits, OutboundError};

/// What looking at a page may cost.
const LIMITS: Limits = Limits { time: Duration::from_secs(10), size: 2 * 1024 * 1024 };
const LOADER: &str = "/widget/zipchat.js";
const PURCHASES: &str = "/widget/track_zipchat_purchase.js";

/// How good a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// As it should be.
    Good,
    /// The chat does not work, or not safely.
    Bad,
    /// Perhaps as it should be: it cannot be told from the page alone.
    Hint,
}

impl Grade {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Hint => "hint",
        }
    }
}

/// Something about the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about; it never changes.
    pub code: &'static str,
    /// How good it is.
    pub grade: Grade,
    /// In a sentence.
    pub message: &'static str,
    /// What was found, or what is to be added, to the letter.
    pub detail: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteCheck {
    /// Where the page is in the end.
    pub url: String,
    /// Its status.
    pub status: u16,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
}

/// What the page should have.
#[derive(Debug, Clone)]
struct Expected {
    /// Scheme, host and port of the service.
    origin: String,
    /// The chat's public name.
    widget_token: String,
}

/// Looks at the page at `url` for a chat.
///
/// # Errors
/// [`OutboundError`] where the page cannot be had.
pub async fn check_site(app: &App, chat: &Chat, url: &str) -> Result<SiteCheck, OutboundError> {
    let question = PageQuestion {
        url,
        accept: "text/html,application/xhtml+xml",
        etag: None,
        last_modified: None,
        may: &|_| true,
    };
    let page = app.outbound.page(&question, LIMITS).await?;
    let expected =
        Expected { origin: app.config.public_url(), widget_token: chat.widget_token.to_string() };
    let (url, status) = (page.url.to_string(), page.status);
    // Reading a page takes a while, and what it makes is of one thread.
    let findings = tokio::task::spawn_blocking(move || findings(&page, &expected)).await;
    Ok(SiteCheck { url, status, findings: findings.unwrap_or_default() })
}

/// A script that the page loads.
#[derive(Debug, PartialEq, Eq)]
struct Script {
    address: Url,
    nonce: Option<String>,
}

/// What the page has, as far as it matters here.
#[derive(Debug, Default)]
struct Seen {
    scripts: Vec<Script>,
    /// Policies in the page itself.
    policies: Vec<String>,
}

fn seen(page: &PageAnswer) -> Seen {
    let html = Html::parse_document(&String::from_utf8_lossy(&page.body));
    let all = |selector: &str| Selector::parse(selector).ok();
    let mut seen = Seen::default();
    if let Some(scripts) = all("script[src]") {
        seen.scripts = html
            .select(&scripts)
            .filter_map(|script| {
                let address = page.url.join(script.attr("src")?.trim()).ok()?;
                Some(Script { address, nonce: script.attr("nonce").map(str::to_owned) })
            })
            .collect();
    }
    if let Some(policies) = all("meta[http-equiv][content]") {
        let policies = html.select(&policies).filter(|meta| {
            let name = meta.attr("http-equiv").unwrap_or_default();
            name.eq_ignore_ascii_case("content-security-policy")
        });
        seen.policies =
            policies.filter_map(|meta| meta.attr("content").map(str::to_owned)).collect();
    }
    seen
}

fn findings(page: &PageAnswer, expected: &Expected) -> Vec<Finding> {
    let mut found = Vec::new();
    if !(200..300).contains(&page.status) {
        found.push(Finding {
            code: "status",
            grade: Grade::Bad,
            message: "The page does not answer as a page: give the address of one that customers see.",
            detail: Some(format!("status {}", page.status)),
        });
    }
    let seen = seen(page);
    let ours = |place: &str| {
        let of_place = seen.scripts.iter().filter(move |script| script.address.path() == place);
        of_place.collect::<Vec<_>>()
    };
    let tag = tag(&ours(LOADER), expected, &mut found);
    let text = String::from_utf8_lossy(&page.body);
    if let Some(tag) = tag {
        let header = page.policies.iter();
        for policy in header.chain(&seen.policies) {
            judge_policy(&Policy::parse(policy), page, tag, expected, &mut found);
        }
        if page.policies.is_empty() && seen.policies.is_empty() {
            found.push(good(
                "policy",
                "The page sends no Content-Security-Policy: nothing stands in the way.",
            ));
        } else if found.iter().all(|finding| finding.grade != Grade::Bad) {
            found.push(good("policy", "The page’s Content-Security-Policy lets the chat work."));
        }
    }
    found.push(if text.contains("Zipchat.identify") || text.contains("Zipchat?.identify") {
        good("identify", "The page hands a token to the chat.")
    } else {
        Finding {
            code: "identify",
            grade: Grade::Hint,
            message: "No call of Zipchat.identify stands in the page itself. It may be in a script that the page loads.",
            detail: None,
        }
    });
    if text.contains("PRIVATE KEY-----") {
        found.push(Finding {
            code: "private_key",
            grade: Grade::Bad,
            message: "A private key is in the page. Take it out, revoke it, and make a new one that only your backend has.",
            detail: None,
        });
    }
    if !ours(PURCHASES).is_empty() {
        found.push(good("purchases", "The page has the purchase tag, too."));
    }
    found
}

const fn good(code: &'static str, message: &'static str) -> Finding {
    Finding { code, grade: Grade::Good, message, detail: None }
}

/// The chat's tag among these scripts, and what is to be said of it.
fn tag<'s>(
    loaders: &[&'s Script],
    expected: &Expected,
    found: &mut Vec<Finding>,
) -> Option<&'s Script> {
    let id = |script: &Script| {
        let mut pairs = script.address.query_pairs();
        pairs.find(|(name, _)| name == "id").map(|(_, id)| id.into_owned())
    };
    let here = |script: &&&Script| script.address.origin().ascii_serialization() == expected.origin;
    let right = loaders.iter().filter(here);
    let right = right.copied().find(|script| id(script).as_deref() == Some(&expected.widget_token));
    let (grade, message, detail) = match (right, loaders.first()) {
        (Some(_), _) => (Grade::Good, "The chat’s tag is in the page.", None),
        (None, Some(other)) => (
            Grade::Bad,
            "A tag is in the page, but it is another chat’s, or loads from another service.",
            Some(other.address.to_string()),
        ),
        (None, None) => (
            Grade::Bad,
            "The chat’s tag is not in the page. If a tag manager puts it there, only a browser can see it: open the page and look above whether it was seen.",
            None,
        ),
    };
    found.push(Finding { code: "tag", grade, message, detail });
    right
}

/// A Content-Security-Policy.
struct Policy(Vec<(String, Vec<String>)>);

impl Policy {
    fn parse(text: &str) -> Self {
        let directives = text.split(';').filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace().map(str::to_owned);
            Some((words.next()?.to_ascii_lowercase(), words.collect()))
        });
        Self(directives.collect())
    }

    /// The first of `names` that the policy has, and its sources.
    fn effective(&self, names: &[&'static str]) -> Option<(&'static str, &[String])> {
        names.iter().find_map(|name| {
            let (_, sources) = self.0.iter().find(|(directive, _)| directive == name)?;
            Some((*name, sources.as_slice()))
        })
    }
}

fn judge_policy(
    policy: &Policy,
    page: &PageAnswer,
    tag: &Script,
    expected: &Expected,
    found: &mut Vec<Finding>,
) {
    let missing = |code, directive: &str, message| Finding {
        code,
        grade: Grade::Bad,
        message,
        detail: Some(format!("{directive} {}", expected.origin)),
    };
    if let Some((directive, sources)) =
        policy.effective(&["script-src-elem", "script-src", "default-src"])
    {
        let by_nonce = tag.nonce.as_ref().is_some_and(|nonce| {
            sources.iter().any(|source| *source == format!("'nonce-{nonce}'"))
        });
        // With it, the list of hosts means nothing.
        let strict = sources.iter().any(|source| source == "'strict-dynamic'");
        if !by_nonce && strict {
            found.push(Finding {
                code: "script_src",
                grade: Grade::Bad,
                message: "The page’s policy has 'strict-dynamic': give the tag the nonce that the page’s other scripts have.",
                detail: Some(format!("{directive} 'nonce-…'")),
            });
        } else if !by_nonce && !allows(sources, &tag.address, &page.url) {
            let directive = if directive == "default-src" { "script-src" } else { directive };
            found.push(missing("script_src", directive, "The page’s Content-Security-Policy keeps the chat’s script out. Add its host to this directive:"));
        }
    }
    if let Some((_, sources)) = policy.effective(&["connect-src", "default-src"])
        && !allows(sources, &tag.address, &page.url)
    {
        found.push(missing("connect_src", "connect-src", "The page’s Content-Security-Policy keeps the chat from its service. Add its host to this directive:"));
    }
}

/// Whether one of `sources` lets `address` through, on a page at `page`.
fn allows(sources: &[String], address: &Url, page: &Url) -> bool {
    sources.iter().any(|source| {
        let source = source.to_ascii_lowercase();
        match source.as_str() {
            "*" => true,
            "'self'" => address.origin() == page.origin(),
            source if source.starts_with('\'') => false,
            source => match source.strip_suffix(':') {
                Some(scheme) => {
                    scheme == address.scheme() || (scheme == "http" && address.scheme() == "https")
                }
                None => allows_host(source, address),
            },
        }
    })
}

/// Whether a source that names a host lets `address` through.
fn allows_host(source: &str, address: &Url) -> bool {
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, source),
    };
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host, format!("/{path}")),
        None => (rest, String::new()),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (host, None),
    };
    let ours = address.host_str().unwrap_or_default();
    let host_fits = match host.strip_prefix("*.") {
        Some(domain) => ours.strip_suffix(domain).is_some_and(|front| front.ends_with('.')),
        None => host == ours,
    };
    let scheme_fits = scheme.is_none_or(|scheme| {
        scheme == address.scheme() || (scheme == "http" && address.scheme() == "https")
    });
    let port_fits = match port {
        Some("*") => true,
        Some(port) => port.parse().ok() == address.port_or_known_default(),
        None => address.port().is_none(),
    };
    let path_fits = path.is_empty()
        || if path.ends_with('/') {
            address.path().starts_with(&path)
        } else {
            address.path() == path
        };
    host_fits && scheme_fits && port_fits && path_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = r#"<script src="https://chat.example/widget/zipchat.js?id=AbCdEfGhIjKlMnOpQrSt" defer></script>"#;

    fn codes(head: &str, policy: Option<&str>) -> Vec<(&'static str, Grade, Option<String>)> {
        let page = PageAnswer {
            status: 200,
            url: "https://shop.example/".parse().unwrap(),
            content_type: None,
            etag: None,
            last_modified: None,
            retry_after: None,
            policies: policy.map(str::to_owned).into_iter().collect(),
            body: format!(
                "<!doctype html><head>{head}</head><script>Zipchat.identify(token)</script>"
            )
            .into(),
        };
        let expected = Expected {
            origin: "https://chat.example".to_owned(),
            widget_token: "AbCdEfGhIjKlMnOpQrSt".to_owned(),
        };
        let found = findings(&page, &expected);
        found.into_iter().map(|one| (one.code, one.grade, one.detail)).collect()
    }

    fn bad(head: &str, policy: Option<&str>) -> Vec<(&'static str, Option<String>)> {
        let found = codes(head, policy).into_iter().filter(|(_, grade, _)| *grade == Grade::Bad);
        found.map(|(code, _, detail)| (code, detail)).collect()
    }

    #[test]
    fn a_page_that_has_the_tag_is_good() {
        assert_eq!(bad(TAG, None), []);
        assert!(
            codes(TAG, None).iter().any(|(code, grade, _)| *code == "tag" && *grade == Grade::Good)
        );
    }

    #[test]
    fn a_tag_that_is_missing_or_anothers_is_named() {
        assert_eq!(bad("", None), [("tag", None)]);
        let other = TAG.replace("AbCd", "XxXx");
        assert_eq!(bad(&other, None)[0].0, "tag");
        let elsewhere = TAG.replace("chat.example", "old.example");
        assert_eq!(bad(&elsewhere, None)[0].0, "tag");
    }

    #[test]
    fn the_directive_that_is_missing_is_named_with_what_to_add() {
        let check = |policy: &str, expected: &[(&'static str, &str)]| {
            let expected: Vec<_> =
                expected.iter().map(|(code, detail)| (*code, Some((*detail).to_owned()))).collect();
            assert_eq!(bad(TAG, Some(policy)), expected, "{policy}");
        };
        let (script, connect) = (
            ("script_src", "script-src https://chat.example"),
            ("connect_src", "connect-src https://chat.example"),
        );
        check("default-src 'self'", &[script, connect]);
        check("script-src 'self' https://chat.example; connect-src 'self'", &[connect]);
        check("script-src https://chat.example; connect-src https://chat.example", &[]);
        check("default-src 'self' chat.example", &[]);
        check("script-src https:; connect-src *", &[]);
        check("script-src https://*.example; connect-src https://chat.example:443", &[]);
        check("img-src 'none'", &[]);
        check("script-src 'none'", &[script]);
        check(
            "script-src https://chat.example/widget/; connect-src https://chat.example:8443",
            &[connect],
        );
        check(
            "script-src-elem 'self'; script-src *",
            &[("script_src", "script-src-elem https://chat.example")],
        );
        check(
            "script-src 'strict-dynamic' https://chat.example",
            &[("script_src", "script-src 'nonce-…'")],
        );
    }

    #[test]
    fn a_policy_in_the_page_and_a_nonce_count() {
        let meta =
            r#"<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-abc'">"#;
        assert_eq!(bad(&format!("{meta}{TAG}"), None)[0].0, "script_src");
        let with_nonce = TAG.replace("<script ", "<script nonce=\"abc\" ");
        assert_eq!(bad(&format!("{meta}{with_nonce}"), None), []);
    }

    #[test]
    fn a_private_key_in_the_page_is_found() {
        let key = "<script>const key = `-----BEGIN PRIVATE KEY-----`</script>";
        assert_eq!(bad(&format!("{TAG}{key}"), None), [("private_key", None)]);
    }
}
