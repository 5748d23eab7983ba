//! Mail, given to the one server that the operator names.
//!
//! Texts of others enter a mail in two places only: in a body, where they are escaped, and in headers that are built from parsed
//! addresses and encoded by the library. A line break in a name or an address ends no header.

pub mod account;
mod address;
pub mod escalation;

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use domain::lead::Email;
use domain::time::Timestamp;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::Config;

use address::{Security, deliverable};
pub use address::{Sender, SmtpUrl};

/// How long one step of a conversation with the server may take.
const STEP: Duration = Duration::from_secs(10);
/// How long a mail may take.
pub const WHOLE: Duration = Duration::from_secs(30);

/// A mail, without whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// Whom an answer goes to, where that is somebody other than the sender.
    pub reply_to: Option<Email>,
    /// The same for the same mail, so that a mailbox can tell that it has it already.
    pub id: String,
    /// When it is written.
    pub at: Timestamp,
}

/// Why a mail was not taken. No address is in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Nobody named a server.
    #[error("no mail server is set (ZIPCHAT_SMTP_URL)")]
    NotSetUp,
    /// No mailbox can have this address.
    #[error("the address cannot be written to")]
    Address,
    /// The server refuses for good.
    #[error("the mail server refuses ({0})")]
    Refused(u16),
    /// The server refuses for now.
    #[error("the mail server refuses for now ({0})")]
    Busy(u16),
    /// Too slow.
    #[error("the mail server did not answer in time")]
    Slow,
    /// No TLS, or not with that certificate.
    #[error("the mail server could not be talked to by TLS: {0}")]
    Tls(String),
    /// No connection, or no SMTP.
    #[error("the mail server could not be talked to: {0}")]
    Unreachable(String),
}

impl MailError {
    /// A code for counts, for what is kept, and for the dashboard.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::NotSetUp => "not_set_up".to_owned(),
            Self::Address => "address".to_owned(),
            Self::Refused(status) | Self::Busy(status) => format!("smtp_{status}"),
            Self::Slow => "slow".to_owned(),
            Self::Tls(_) => "tls".to_owned(),
            Self::Unreachable(_) => "unreachable".to_owned(),
        }
    }

    /// Whether trying again later is of no use.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Address | Self::Refused(500..))
    }

    /// How the operator mends it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotSetUp => {
                "set ZIPCHAT_SMTP_URL to your mail server, smtps://USER:PASSWORD@HOST"
            }
            Self::Address => "give an address as in ada@example.com",
            Self::Refused(530..=538) => {
                "see that user and password in ZIPCHAT_SMTP_URL are right; write %40 for an @ in them"
            }
            Self::Refused(_) => {
                "see that the server lets ZIPCHAT_SMTP_FROM send, and knows whom it is for"
            }
            Self::Busy(_) => "the server asks for patience: it is tried again by itself",
            Self::Slow => {
                "see that the host and the port in ZIPCHAT_SMTP_URL are right, and that no firewall is between"
            }
            Self::Tls(_) => {
                "smtps:// is TLS from the start (port 465), smtp:// is STARTTLS (port 587); the certificate must be for the host that \
                 is named. For a server in your own network without TLS, add ?tls=none"
            }
            Self::Unreachable(_) => {
                "see that the mail server runs, and that the host and the port in ZIPCHAT_SMTP_URL are right"
            }
        }
    }
}

/// The way to the mail server.
#[derive(Debug)]
pub struct Mail {
    server: Option<SmtpUrl>,
    from: Mailbox,
    /// What the service is called where it calls.
    host: String,
    /// Made when it is first needed: it reads all certificates of the system.
    transport: OnceLock<Result<AsyncSmtpTransport<Tokio1Executor>, MailError>>,
}

impl Mail {
    /// As `config` has it.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let host = address::host_of(&config.public_url());
        let named = config.mail.smtp_from.as_ref().and_then(Sender::mailbox);
        Self {
            server: config.mail.smtp_url.clone().filter(|url| !url.is_empty()),
            from: named.unwrap_or_else(|| address::default_sender(&host)),
            host,
            transport: OnceLock::new(),
        }
    }

    /// Whether a server is named.
    #[must_use]
    pub const fn is_set_up(&self) -> bool {
        self.server.is_some()
    }

    /// Whom mail is from.
    #[must_use]
    pub fn sender(&self) -> String {
        self.from.to_string()
    }

    /// The server without user and password, where one is named.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        self.server.as_ref().map(ToString::to_string)
    }

    /// Talks to the server, and sends nothing.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn test(&self) -> Result<(), MailError> {
        let transport = self.transport()?;
        let answers = tokio::time::timeout(WHOLE, transport.test_connection()).await;
        let answers = answers.map_err(|_| MailError::Slow)?.map_err(|error| explain(&error))?;
        let silent = || MailError::Unreachable("it does not answer NOOP".to_owned());
        answers.then_some(()).ok_or_else(silent)
    }

    /// Gives a mail for one address to the server, and waits until that has taken it.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, to: &Email, letter: &Letter) -> Result<(), MailError> {
        let transport = self.transport()?;
        let message = self.message(to, letter)?;
        let sent = tokio::time::timeout(WHOLE, transport.send(message)).await;
        sent.map_err(|_| MailError::Slow)?.map(drop).map_err(|error| explain(&error))
    }

    fn message(&self, to: &Email, letter: &Letter) -> Result<Message, MailError> {
        let to = deliverable(to).ok_or(MailError::Address)?;
        let at = SystemTime::UNIX_EPOCH
            + Duration::from_millis(u64::try_from(letter.at.as_millis()).unwrap_or(0));
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::from(to))
            .subject(one_line(&letter.subject))
            .date(at)
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(AutoSubmitted);
        if let Some(reply_to) = letter.reply_to.as_ref().and_then(deliverable) {
            message = message.reply_to(Mailbox::from(reply_to));
        }
        let both = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        message.multipart(both).map_err(|_| MailError::Address)
    }

    fn transport(&self) -> Result<&AsyncSmtpTransport<Tokio1Executor>, MailError> {
        let Some(server) = &self.server else { return Err(MailError::NotSetUp) };
        let made = self.transport.get_or_init(|| Ok(self.builder(server)?.build()));
        made.as_ref().map_err(Clone::clone)
    }

    fn builder(&self, server: &SmtpUrl) -> Result<AsyncSmtpTransportBuilder, MailError> {
        let parameters = || {
            TlsParameters::new(server.host().to_owned())
                .map_err(|error| MailError::Tls(error.to_string()))
        };
        let tls = match server.security() {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::IfOffered => Tls::Opportunistic(parameters()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host())
            .port(server.port())
            .tls(tls)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(self.host.clone()));
        if let Some((user, password)) = server.credentials() {
            builder = builder.credentials(Credentials::new(user.to_owned(), password.to_owned()));
        }
        Ok(builder)
    }
}

/// A subject is one line, whatever is in it.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// What `error` means, without what the server says: that may name an address.
fn explain(error: &lettre::transport::smtp::Error) -> MailError {
    let status = error.status().map_or(0, u16::from);
    if error.is_permanent() {
        MailError::Refused(status)
    } else if error.is_transient() {
        MailError::Busy(status)
    } else if error.is_timeout() {
        MailError::Slow
    } else {
        let text = crate::chain(error);
        // A connection that is TLS from the start fails as a connection, whatever is wrong with its TLS.
        let tls =
            error.is_tls() || ["certificate", "corrupt message"].iter().any(|it| text.contains(it));
        if tls { MailError::Tls(text) } else { MailError::Unreachable(text) }
    }
}

/// Says that no person wrote it, so that no absence is announced in answer. Source: RFC 3834, section 5.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// An address as a mailbox has it, for tests of other modules.
#[cfg(test)]
pub(crate) fn written(config: &Config, to: &Email, letter: &Letter) -> String {
    let message = Mail::new(config).message(to, letter).unwrap();
    String::from_utf8(message.formatted()).unwrap()
}
