//! TLS by the service itself: with the operator's own certificate, read again when its files change, or with one that an
//! authority gives to whoever answers at the domain (ACME, by TLS-ALPN-01: on the same port).

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, AcmeState, is_tls_alpn_challenge};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{Acceptor, ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::chain;

/// From the connection to the end of the handshake.
pub const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often it is looked whether the files of a certificate have changed.
const LOOK: Duration = Duration::from_secs(1);
/// Who gives certificates where nobody else is named.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Whether the service speaks TLS, and with which certificate.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TlsConfig {
    /// The certificate.
    #[arg(
        long,
        help = "Speak TLS with the certificate in this file (PEM, with its chain); it is read again when it changes",
        env = "ZIPCHAT_TLS_CERT",
        value_name = "FILE",
        value_parser = parse_path
    )]
    pub tls_cert: Option<PathBuf>,

    /// Its private key.
    #[arg(
        long,
        help = "The private key of ZIPCHAT_TLS_CERT (PEM)",
        env = "ZIPCHAT_TLS_KEY",
        value_name = "FILE",
        value_parser = parse_path
    )]
    pub tls_key: Option<PathBuf>,

    /// Domains to have certificates for.
    #[arg(
        long,
        help = "Speak TLS with a certificate from Let's Encrypt for these domains; the service must be reached at their port 443",
        env = "ZIPCHAT_TLS_DOMAINS",
        value_name = "DOMAIN,…",
        default_value = "",
        hide_default_value = true,
        value_parser = parse_domains
    )]
    pub tls_domains: Domains,

    /// Whom the authority may write to.
    #[arg(
        long,
        help = "Whom Let's Encrypt may write to about ZIPCHAT_TLS_DOMAINS",
        env = "ZIPCHAT_TLS_EMAIL",
        value_name = "EMAIL"
    )]
    pub tls_email: Option<String>,

    /// Where certificates are kept.
    #[arg(
        long,
        help = "The folder that certificates of ZIPCHAT_TLS_DOMAINS are kept in [default: acme beside the secret key file]",
        env = "ZIPCHAT_TLS_CACHE",
        value_name = "FOLDER",
        value_parser = parse_path
    )]
    pub tls_cache: Option<PathBuf>,

    /// Another authority.
    #[arg(
        long,
        help = "The ACME directory of another authority than Let's Encrypt, for ZIPCHAT_TLS_DOMAINS",
        env = "ZIPCHAT_ACME_DIRECTORY",
        value_name = "URL"
    )]
    pub acme_directory: Option<String>,
}

/// Domains. The name keeps clap from taking the list for several flags.
type Domains = Vec<String>;

#[expect(clippy::unnecessary_wraps, reason = "clap wants a parser that may fail")]
fn parse_path(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(PathBuf::from(text))
}

/// Domains, separated by commas; an empty text has none.
fn parse_domains(text: &str) -> Result<Domains, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let fits = name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.');
            let name = name.to_ascii_lowercase();
            fits.then_some(name).ok_or_else(|| {
                "expected domains as in chat.example.com, separated by commas, without *".to_owned()
            })
        })
        .collect()
}

/// Settings of TLS that do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsConfigError {
    /// One without the other.
    #[error(
        "ZIPCHAT_TLS_CERT and ZIPCHAT_TLS_KEY are the two files of one certificate: set both, or neither"
    )]
    HalfACertificate,
    /// Two ways.
    #[error(
        "ZIPCHAT_TLS_CERT has a certificate, and ZIPCHAT_TLS_DOMAINS asks for one: set one of them"
    )]
    TwoWays,
}

/// Where the certificate comes from.
enum Source<'c> {
    Files(&'c Path, &'c Path),
    Acme(&'c [String]),
}

impl TlsConfig {
    /// Refuses settings that do not go together.
    ///
    /// # Errors
    /// [`TlsConfigError`].
    pub fn check(&self) -> Result<(), TlsConfigError> {
        self.source().map(drop)
    }

    /// Whether the service speaks TLS.
    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self.source(), Ok(Some(_)))
    }

    fn source(&self) -> Result<Option<Source<'_>>, TlsConfigError> {
        let named =
            |path: &'_ Option<PathBuf>| path.as_ref().is_some_and(|it| !it.as_os_str().is_empty());
        match (&self.tls_cert, &self.tls_key, self.tls_domains.as_slice()) {
            _ if named(&self.tls_cert) != named(&self.tls_key) => {
                Err(TlsConfigError::HalfACertificate)
            }
            (Some(_), Some(_), [_, ..]) if named(&self.tls_cert) => Err(TlsConfigError::TwoWays),
            (Some(cert), Some(key), []) if named(&self.tls_cert) => {
                Ok(Some(Source::Files(cert, key)))
            }
            (_, _, domains @ [_, ..]) => Ok(Some(Source::Acme(domains))),
            _ => Ok(None),
        }
    }
}

/// Why the service does not speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Settings that do not go together.
    #[error(transparent)]
    Config(#[from] TlsConfigError),
    /// A file cannot be read, or the folder not be made.
    #[error("{0}")]
    File(PathBuf, #[source] io::Error),
    /// A file holds no PEM of its kind.
    #[error("{0} does not hold what it should, as PEM")]
    Pem(PathBuf, #[source] pem::Error),
    /// The certificate and its key.
    #[error("the certificate in ZIPCHAT_TLS_CERT and the key in ZIPCHAT_TLS_KEY will not do")]
    Certificate(#[source] rustls::Error),
    /// The library.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}

/// Makes TLS of connections.
#[derive(Debug)]
pub struct Tls {
    config: Arc<ServerConfig>,
    /// What an authority is shown that asks whether we answer at the domain.
    challenge: Option<Arc<ServerConfig>>,
    /// When no handshake is waited for any more.
    stop: CancellationToken,
}

impl Tls {
    /// TLS as `config` says, with what keeps its certificate up to date until `stop`; `None` where it is off. `beside` is the
    /// folder in which certificates are kept, where no other is named.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn start(
        config: &TlsConfig,
        beside: &Path,
        stop: &CancellationToken,
    ) -> Result<Option<Self>, TlsError> {
        let stop = stop.clone();
        Ok(Some(match config.source()? {
            None => return Ok(None),
            Some(Source::Files(cert, key)) => {
                let files = Arc::new(Files::read(cert, key)?);
                tokio::spawn(files.clone().follow(stop.clone()));
                Self { config: server_config(files)?, challenge: None, stop }
            }
            Some(Source::Acme(domains)) => {
                let state = acme(config, domains, beside)?;
                let challenge = state.challenge_rustls_config_with_provider(provider());
                let server = server_config(state.resolver())?;
                tokio::spawn(order(state, stop.clone()));
                Self { config: server, challenge: Some(challenge), stop }
            }
        }))
    }

    /// Reads the certificate's files once.
    ///
    /// # Errors
    /// As [`Tls::start`].
    pub fn try_files(config: &TlsConfig) -> Result<(), TlsError> {
        match config.source()? {
            Some(Source::Files(cert, key)) => certified_key(cert, key).map(drop),
            _ => Ok(()),
        }
    }

    /// The handshake, in which the client has `patience`; `None` where there is nothing more to say to it.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
        patience: Duration,
    ) -> Option<TlsStream<TcpStream>> {
        let shaken = tokio::select! {
            () = self.stop.cancelled() => return None,
            shaken = timeout(patience, self.shake(stream)) => shaken,
        };
        match shaken {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => None,
        }
    }

    async fn shake(&self, stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        match &self.challenge {
            Some(challenge) if is_tls_alpn_challenge(&hello.client_hello()) => {
                hello.into_stream(challenge.clone()).await?.shutdown().await?;
                Ok(None)
            }
            _ => hello.into_stream(self.config.clone()).await.map(Some),
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn server_config(certificates: Arc<dyn ResolvesServerCert>) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The operator's own certificate.
#[derive(Debug)]
struct Files {
    cert: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Files {
    fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(certified_key(cert, key)?));
        Ok(Self { cert: cert.to_owned(), key: key.to_owned(), current })
    }

    /// When the files were last changed, and how long they are.
    fn state(&self) -> [Option<(SystemTime, u64)>; 2] {
        [&self.cert, &self.key].map(|file| {
            let found = fs::metadata(file).ok()?;
            Some((found.modified().ok()?, found.len()))
        })
    }

    /// Reads the files again when they change. While they do not go together (one is written after the other), the last
    /// certificate stays.
    async fn follow(self: Arc<Self>, stop: CancellationToken) {
        let (mut seen, mut failed) = (self.state(), false);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let now = self.state();
            if now == seen && !failed {
                continue;
            }
            match certified_key(&self.cert, &self.key) {
                Ok(key) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                    tracing::info!(file = %self.cert.display(), "the certificate is read anew");
                    failed = false;
                }
                Err(error) => {
                    if now != seen {
                        tracing::warn!(
                            error = chain(&error),
                            "the new certificate will not do: the last one goes on"
                        );
                    }
                    failed = true;
                }
            }
            seen = now;
        }
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn certified_key(cert: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let read = |file: &Path| fs::read(file).map_err(|error| TlsError::File(file.to_owned(), error));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(cert)?).collect();
    let chain = chain.map_err(|error| TlsError::Pem(cert.to_owned(), error))?;
    if chain.is_empty() {
        return Err(TlsError::Pem(cert.to_owned(), pem::Error::NoItemsFound));
    }
    let private = PrivateKeyDer::from_pem_slice(&read(key)?)
        .map_err(|error| TlsError::Pem(key.to_owned(), error))?;
    CertifiedKey::from_der(chain, private, &aws_lc_rs::default_provider())
        .map_err(TlsError::Certificate)
}

/// Makes the folder, if it is not there, and lets nobody else in: private keys are in it, and the library asks for no mode.
fn keep_apart(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// What orders certificates, and renews them.
fn acme(
    config: &TlsConfig,
    domains: &[String],
    beside: &Path,
) -> Result<AcmeState<io::Error>, TlsError> {
    let named = config.tls_cache.as_ref().filter(|folder| !folder.as_os_str().is_empty());
    let folder = named.cloned().unwrap_or_else(|| beside.join("acme"));
    keep_apart(&folder).map_err(|error| TlsError::File(folder.clone(), error))?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let client = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let given = |text: &Option<String>| text.as_ref().filter(|text| !text.is_empty()).cloned();
    let contact = given(&config.tls_email).map(|email| format!("mailto:{email}"));
    let directory = given(&config.acme_directory).unwrap_or_else(|| LETS_ENCRYPT.to_owned());
    Ok(AcmeConfig::new_with_client_config(domains, Arc::new(client))
        .contact(contact)
        .directory(directory)
        .cache(DirCache::new(folder))
        .state())
}

/// Orders, keeps and renews, until `stop`. What fails is tried again by itself, later each time.
async fn order(mut state: AcmeState<io::Error>, stop: CancellationToken) {
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = state.next() => event,
        };
        match event {
            Some(Ok(event)) => tracing::info!(event = ?event, "certificate"),
            Some(Err(error)) => {
                tracing::warn!(error = chain(&error), "no certificate yet; trying again");
            }
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_comes_in_one_way() {
        let files = |cert: &str, key: &str, domains: &str| TlsConfig {
            tls_cert: Some(cert.into()),
            tls_key: Some(key.into()),
            tls_domains: parse_domains(domains).unwrap(),
            ..TlsConfig::default()
        };
        assert_eq!(files("c", "", "").check(), Err(TlsConfigError::HalfACertificate));
        assert_eq!(files("c", "k", "a.example").check(), Err(TlsConfigError::TwoWays));
        assert!(files("c", "k", "").is_on() && files("", "", "a.example").is_on());
        assert!(!files("", "", "").is_on() && !TlsConfig::default().is_on());
    }

    #[test]
    fn domains_are_names() {
        assert_eq!(
            parse_domains(" Chat.example.com,b.example ").unwrap(),
            ["chat.example.com", "b.example"]
        );
        assert!(
            parse_domains("*.example.com").is_err() && parse_domains("https://a.example").is_err()
        );
    }
}
