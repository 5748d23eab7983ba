//! TLS by the service itself: with files of a certificate, and with an authority that gives one.

use std::net::{SocketAddr, TcpListener as Port};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client, StatusCode, Version};
use serde_json::json;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// A port that is free now.
pub(crate) fn free_port() -> SocketAddr {
    Port::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The program as it is served, with a database of its own; it ends with the test.
pub(crate) fn serve(folder: &Path, listen: SocketAddr, settings: &[(&str, &str)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_zipchat"))
        .arg("serve")
        .env_clear()
        .env("ZIPCHAT_LISTEN", listen.to_string())
        .env("ZIPCHAT_DATABASE_URL", format!("sqlite:{}/test.db", folder.display()))
        .envs(settings.iter().copied())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Whoever trusts this authority alone.
fn client(authority: &str) -> Client {
    let authority = Certificate::from_pem(authority.as_bytes()).unwrap();
    Client::builder().no_proxy().tls_certs_only([authority]).build().unwrap()
}

/// Asks until there is an answer that the client trusts.
async fn ready(client: &Client, url: &str) -> reqwest::Response {
    let begun = Instant::now();
    loop {
        match client.get(url).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => return answer,
            other => assert!(begun.elapsed() < Duration::from_secs(30), "{other:?}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn write(folder: &Path, made: &CertifiedKey) {
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.key_pair.serialize_pem()).unwrap();
}

fn certificate() -> CertifiedKey {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

#[tokio::test]
async fn a_certificate_in_files_is_served_and_read_anew_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (certificate(), certificate());
    write(folder.path(), &first);
    let listen = free_port();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let settings =
        [("ZIPCHAT_TLS_CERT", cert.to_str().unwrap()), ("ZIPCHAT_TLS_KEY", key.to_str().unwrap())];
    let _service = serve(folder.path(), listen, &settings);
    let url = format!("https://localhost:{}/readyz", listen.port());
    let answer = ready(&client(&first.cert.pem()), &url).await;
    assert_eq!(answer.version(), Version::HTTP_11);
    let login = url.replace("/readyz", "/login");
    let login = client(&first.cert.pem()).get(login).send().await.unwrap();
    assert_eq!(login.headers()["strict-transport-security"], "max-age=31536000");
    assert!(client(&second.cert.pem()).get(&url).send().await.is_err());
    // Half of a change is none.
    std::fs::write(&cert, second.cert.pem()).unwrap();
    sleep(Duration::from_millis(1_500)).await;
    ready(&client(&first.cert.pem()), &url).await;
    write(folder.path(), &second);
    ready(&client(&second.cert.pem()), &url).await;
    assert!(client(&first.cert.pem()).get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_certificate_that_is_none_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &certificate());
    std::fs::write(folder.path().join("other.pem"), certificate().key_pair.serialize_pem())
        .unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("other.pem"));
    let settings =
        [("ZIPCHAT_TLS_CERT", cert.to_str().unwrap()), ("ZIPCHAT_TLS_KEY", key.to_str().unwrap())];
    let ended = serve(folder.path(), free_port(), &settings).wait().await.unwrap();
    assert_eq!(ended.code(), Some(1));
}

/// With pebble, Let's Encrypt's authority for tests, where `TEST_PEBBLE` names the program.
#[tokio::test]
async fn an_authority_gives_a_certificate_to_whoever_answers_at_the_domain() {
    let Ok(pebble) = std::env::var("TEST_PEBBLE") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "TEST_PEBBLE must be set in CI: use `cargo xtask test`"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let own = certificate();
    write(folder.path(), &own);
    let (authority, management, listen) = (free_port(), free_port(), free_port());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let config = json!({ "pebble": {
        "listenAddress": authority.to_string(),
        "managementListenAddress": management.to_string(),
        "certificate": file("cert.pem"),
        "privateKey": file("key.pem"),
        "httpPort": 1,
        "tlsPort": listen.port(),
        "ocspResponderURL": "",
    }});
    std::fs::write(file("pebble.json"), config.to_string()).unwrap();
    let _authority = Command::new(pebble)
        .args(["-config", &file("pebble.json")])
        .env("PEBBLE_VA_NOSLEEP", "1")
        // It refuses some nonces on purpose; that is tried again a while later.
        .env("PEBBLE_WFE_NONCEREJECT", "0")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let trusting = client(&own.cert.pem());
    let root = format!("https://localhost:{}/roots/0", management.port());
    let root = ready(&trusting, &root).await.text().await.unwrap();
    let directory = format!("https://localhost:{}/dir", authority.port());
    let trusted = file("cert.pem");
    let settings = [
        ("ZIPCHAT_TLS_DOMAINS", "localhost"),
        ("ZIPCHAT_TLS_EMAIL", "ada@example.com"),
        ("ZIPCHAT_ACME_DIRECTORY", directory.as_str()),
        ("SSL_CERT_FILE", trusted.as_str()),
    ];
    std::fs::create_dir(file("acme")).unwrap();
    let service = serve(folder.path(), listen, &settings);
    let url = format!("https://localhost:{}/readyz", listen.port());
    ready(&client(&root), &url).await;
    // Kept for the next start, for its owner's eyes only.
    let kept = std::fs::metadata(folder.path().join("acme")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&kept.permissions()) & 0o777, 0o700);
    drop(service);
}
