//! What `deploy/` says about the service is true of it.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::{Map, Value};

use super::tree::Tree;

/// Metrics of others that alerts ask for: Prometheus's own, and `node_exporter`'s.
const OF_OTHERS: [&str; 3] = ["up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"];

/// Files in which the service's port is written.
const WITH_PORT: [&str; 8] = [
    "deploy/Caddyfile",
    "deploy/Containerfile",
    "deploy/compose.yaml",
    "deploy/kubernetes/configmap.yaml",
    "deploy/kubernetes/deployment.yaml",
    "deploy/nginx.conf",
    "deploy/prometheus/scrape.yaml",
    "deploy/systemd/zipchat.env",
];

/// Where it is written for how long the service may take to end, and after which word.
const PATIENCE: [(&str, &str); 3] = [
    ("deploy/compose.yaml", "stop_grace_period:"),
    ("deploy/kubernetes/deployment.yaml", "terminationGracePeriodSeconds:"),
    ("deploy/systemd/zipchat.service", "TimeoutStopSec="),
];

/// Paths that are not for the public.
const NOT_PUBLIC: [&str; 3] = ["healthz", "metrics", "readyz"];

/// Each file begins by saying what it is; what is JSON is JSON, and no YAML is indented by tabs.
pub(super) fn files_are_sound(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.under("deploy/", &[""]) {
        let kind = Path::new(path).extension().and_then(OsStr::to_str);
        if kind == Some("json") {
            if let Err(error) = serde_json::from_str::<Value>(text) {
                wrong.push(format!("{path}: {error}"));
            }
        } else if !text.starts_with("# ") {
            wrong.push(format!("{path} does not begin with a comment that says what it is"));
        }
        if kind == Some("yaml") && text.contains('\t') {
            wrong.push(format!("{path}: YAML is indented by spaces"));
        }
    }
    wrong
}

/// Settings, the port and the time to end are those of the service.
pub(super) fn settings_are_there(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let known: String = tree.under("crates/server/src/", &[".rs"]).map(|(_, text)| text).collect();
    for (path, text) in tree.under("deploy/", &[""]) {
        for name in words(text).filter(|word| word.starts_with("ZIPCHAT_")) {
            if !known.contains(&format!("\"{name}\"")) {
                wrong.push(format!("{path}: the service has no setting {name}"));
            }
        }
    }
    let config = tree.text("crates/server/src/config.rs").unwrap_or_default();
    let listen = config.lines().find_map(|line| line.trim().strip_prefix("default_value = \"127."));
    let port = listen.map(|rest| rest.trim_end_matches('"').rsplit(':').next().unwrap_or(rest));
    for path in WITH_PORT {
        let text = tree.text(path).unwrap_or_default();
        if port.is_none_or(|port| !words(text).any(|word| word == port)) {
            wrong.push(format!("{path} does not have the service's port"));
        }
    }
    let drain = tree
        .text("crates/server/src/lib.rs")
        .and_then(|text| number_after(text, "const DRAIN: Duration = Duration::from_millis("));
    for (path, word) in PATIENCE {
        let seconds = tree.text(path).and_then(|text| number_after(text, word));
        if seconds.zip(drain).is_none_or(|(seconds, drain)| seconds * 1000 <= drain) {
            wrong.push(format!("{path}: {word} is not longer than the service takes to end"));
        }
    }
    wrong
}

/// What the dashboard and the alerts ask for is counted by the service.
pub(super) fn metrics_are_there(tree: &Tree) -> Vec<String> {
    let source = tree.text("crates/server/src/metrics.rs").unwrap_or_default();
    let known = |name: &str| source.contains(&format!("\"{name}\""));
    let mut wrong = Vec::new();
    for (path, text) in tree.under("deploy/", &[".yaml", ".json"]) {
        if !path.starts_with("deploy/grafana/") && !path.starts_with("deploy/prometheus/") {
            continue;
        }
        let mut rest = text;
        for name in words(text) {
            rest = rest.split_once(name).map_or("", |(_, after)| after);
            let asked = rest.starts_with(['{', '[']) || name.starts_with("zipchat_");
            // A histogram is asked for by what it is made of.
            let whole = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end));
            let there = known(name) || whole.is_some_and(known) || OF_OTHERS.contains(&name);
            if asked && !there {
                wrong.push(format!("{path}: the service has no metric {name}"));
            }
        }
    }
    wrong
}

/// What is public has a path to the service, and nothing else has.
pub(super) fn paths_are_public(tree: &Tree) -> Vec<String> {
    const INGRESS: &str = "deploy/kubernetes/ingress.yaml";
    let ingress = tree.text(INGRESS).unwrap_or_default();
    let described = tree.text("docs/openapi.json").unwrap_or_default();
    let described: Value = serde_json::from_str(described).unwrap_or_default();
    let mut first: Vec<&str> = Vec::new();
    first.extend(
        described["paths"].as_object().into_iter().flat_map(Map::keys).map(|path| segment(path)),
    );
    // Pages are not described.
    for (_, text) in tree.under("crates/server/src/http/", &["assets.rs", "preview.rs"]) {
        let lines = text.lines().map(str::trim);
        first.extend(lines.filter_map(|line| line.strip_prefix(".route(\"")).map(segment));
    }
    first.sort_unstable();
    first.dedup();
    let mut wrong = Vec::new();
    for segment in first {
        let led = ingress.contains(&format!("path: /{segment},"));
        if led == NOT_PUBLIC.contains(&segment) {
            let what = if led { "leads to /" } else { "has no path for /" };
            wrong.push(format!("{INGRESS} {what}{segment}"));
        }
    }
    wrong
}

/// The first part of `path`.
fn segment(path: &str) -> &str {
    path.trim_start_matches('/').split(['/', '"']).next().unwrap_or_default()
}

/// Words as programs write them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    parts.filter(|word| !word.is_empty())
}

/// The number after `word`.
fn number_after(text: &str, word: &str) -> Option<u64> {
    let (_, rest) = text.split_once(word)?;
    let digits = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '_');
    digits.filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Tree, files_are_sound, metrics_are_there, paths_are_public, settings_are_there};

    #[test]
    fn a_file_that_is_none_is_named() {
        let tree = Tree::of(&[
            ("deploy/a.json", "{"),
            ("deploy/b.yaml", "# What it is.\na:\n\t- b\n"),
            ("deploy/c.conf", "server {}\n"),
        ]);
        assert_eq!(files_are_sound(&tree).len(), 3);
    }

    #[test]
    fn a_setting_that_is_not_there_is_named() {
        let tree = Tree::of(&[
            (
                "crates/server/src/config.rs",
                "env = \"ZIPCHAT_LISTEN\",\ndefault_value = \"127.0.0.1:87\"\n",
            ),
            ("crates/server/src/lib.rs", "const DRAIN: Duration = Duration::from_millis(9_500);\n"),
            ("deploy/systemd/zipchat.env", "# ZIPCHAT_LISTEN\nZIPCHAT_LISTN=127.0.0.1:87\n"),
            ("deploy/systemd/zipchat.service", "TimeoutStopSec=9\n"),
        ]);
        let wrong = settings_are_there(&tree);
        assert!(wrong[0].contains("ZIPCHAT_LISTN"), "{wrong:?}");
        assert!(!wrong.iter().any(|line| line.contains("zipchat.env does not")), "{wrong:?}");
        assert!(wrong.iter().any(|line| line.contains("TimeoutStopSec")), "{wrong:?}");
    }

    #[test]
    fn a_metric_that_is_not_there_is_named() {
        let tree = Tree::of(&[
            ("crates/server/src/metrics.rs", "\"zipchat_a_total\" \"zipchat_b_seconds\""),
            (
                "deploy/prometheus/alerts.yaml",
                "rate(zipchat_a_total{x=\"1\"}[5m]) zipchat_b_seconds_bucket up{}\n",
            ),
            ("deploy/grafana/a.json", "zipchat_c zipchta_a_total{job=\\\"zipchat\\\"}"),
        ]);
        let wrong = metrics_are_there(&tree);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }

    #[test]
    fn a_path_that_leads_nowhere_is_named() {
        let tree = Tree::of(&[
            ("docs/openapi.json", "{\"paths\": {\"/api/x\": {}, \"/metrics\": {}, \"/y\": {}}}"),
            ("crates/server/src/http/assets.rs", "    .route(\"/new/{z}\", x)\n"),
            ("deploy/kubernetes/ingress.yaml", "{ path: /api, }\n{ path: /metrics, }\n"),
        ]);
        let wrong = paths_are_public(&tree);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
    }
}
