//! Where mail goes, and from whom it comes.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use domain::lead::Email;
use lettre::Address;
use lettre::message::Mailbox;
use reqwest::Url;

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the start.
    Tls,
    /// TLS after a greeting, or no mail.
    StartTls,
    /// TLS where the server offers it: for one on the same machine.
    IfOffered,
    /// None, by the operator's own word.
    None,
}

/// The server that mail is given to. Its password does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    security: Security,
    /// Empty where none is named.
    host: String,
    port: u16,
    credentials: Option<(String, String)>,
}

const EXPECTED: &str = "expected smtps://USER:PASSWORD@HOST (TLS) or smtp://USER:PASSWORD@HOST (STARTTLS), perhaps with a port; \
                        ?tls=none for a server without TLS";

impl SmtpUrl {
    /// Whether none is named: files of settings name what they leave empty.
    pub(super) const fn is_empty(&self) -> bool {
        self.host.is_empty()
    }

    pub(super) const fn security(&self) -> Security {
        self.security
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }

    /// Whether a password goes over the network for all to read.
    #[must_use]
    pub fn shows_password(&self) -> bool {
        self.credentials.is_some() && self.security == Security::None && !is_local(&self.host)
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            let (host, port) = (String::new(), 0);
            return Ok(Self { security: Security::None, host, port, credentials: None });
        }
        let url = Url::parse(text).map_err(|_| EXPECTED)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let bare = matches!(url.path(), "" | "/") && url.fragment().is_none() && !host.is_empty();
        let (security, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", None | Some("tls=required")) if !is_local(&host) => (Security::StartTls, 587),
            ("smtp", Some("tls=required")) => (Security::StartTls, 587),
            ("smtp", None) => (Security::IfOffered, 25),
            ("smtp", Some("tls=none")) => (Security::None, 25),
            _ => return Err(EXPECTED.to_owned()),
        };
        if !bare {
            return Err(EXPECTED.to_owned());
        }
        let user = decoded(url.username()).ok_or(EXPECTED)?;
        let password = decoded(url.password().unwrap_or_default()).ok_or(EXPECTED)?;
        let credentials = (!user.is_empty()).then_some((user, password));
        Ok(Self { security, host, port: url.port().unwrap_or(port), credentials })
    }
}

/// Without user and password.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// `text` with its `%40`s read; `None` where one of them is none.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whom mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(Option<Mailbox>);

impl Sender {
    pub(super) fn mailbox(&self) -> Option<Mailbox> {
        self.0.clone()
    }
}

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXPECTED: &str =
            "expected an address, perhaps with a name: Tea shop <chat@example.com>";
        if text.is_empty() {
            return Ok(Self(None));
        }
        if text.chars().any(char::is_control) {
            return Err(EXPECTED.to_owned());
        }
        text.parse().map(|mailbox| Self(Some(mailbox))).map_err(|_| EXPECTED.to_owned())
    }
}

/// The host in an address of the service, without its port.
pub(super) fn host_of(public_url: &str) -> String {
    let url = Url::parse(public_url).ok();
    // A mail is from a domain, and few servers take one from a bare address.
    let named = |host: &&str| host.trim_matches(['[', ']']).parse::<IpAddr>().is_err();
    let host = url.as_ref().and_then(Url::host_str).filter(named).unwrap_or("localhost");
    host.to_owned()
}

/// Whom mail is from where nobody said so.
pub(super) fn default_sender(host: &str) -> Mailbox {
    let address = Address::new("zipchat", host).or_else(|_| Address::new("zipchat", "localhost"));
    let address = address.unwrap_or_else(|_| Address::new_dangerous("zipchat", "localhost"));
    Mailbox::new(Some("Zipchat".to_owned()), address)
}

/// The address that mail for `email` is given to: with its domain as the network knows it.
pub(super) fn deliverable(email: &Email) -> Option<Address> {
    let (local, _) = email.signed().rsplit_once('@')?;
    let (_, domain) = email.key().as_str().rsplit_once('@')?;
    Address::new(local, domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_its_address() {
        let check = |text: &str, expected: Option<(Security, &str, u16)>| {
            let parsed = text.parse::<SmtpUrl>().ok();
            let found = parsed.as_ref().map(|url| (url.security, url.host.as_str(), url.port));
            assert_eq!(found, expected, "{text}");
        };
        check("smtps://mail.example.com", Some((Security::Tls, "mail.example.com", 465)));
        check(
            "smtps://u:p@mail.example.com:4650/",
            Some((Security::Tls, "mail.example.com", 4650)),
        );
        check("smtp://mail.example.com", Some((Security::StartTls, "mail.example.com", 587)));
        check(
            "smtp://mail.example.com:25?tls=none",
            Some((Security::None, "mail.example.com", 25)),
        );
        check("smtp://127.0.0.1:1025", Some((Security::IfOffered, "127.0.0.1", 1025)));
        check("smtp://[::1]:1025", Some((Security::IfOffered, "::1", 1025)));
        check("smtp://localhost?tls=required", Some((Security::StartTls, "localhost", 587)));
        check("smtp://mail.example.com?tls=maybe", None);
        check("smtps://mail.example.com?tls=none", None);
        check("smtp://mail.example.com/path", None);
        check("mail.example.com:25", None);
        check("https://mail.example.com", None);
        check("smtp://", None);
    }

    #[test]
    fn a_password_may_have_any_character_and_does_not_print() {
        let url: SmtpUrl =
            "smtps://zip%40shop.example:p%3A%2F%C3%A9@mail.example.com".parse().unwrap();
        assert_eq!(url.credentials(), Some(("zip@shop.example", "p:/é")));
        assert_eq!(
            format!("{url:?} {url}"),
            "SmtpUrl(smtps://mail.example.com:465) smtps://mail.example.com:465"
        );
        assert!(!url.shows_password());
        let open: SmtpUrl = "smtp://u:p@mail.example.com?tls=none".parse().unwrap();
        assert!(open.shows_password());
    }

    #[test]
    fn a_sender_is_one_address() {
        for good in
            ["chat@example.com", "Tea shop <chat@example.com>", "\"Tea, shop\" <chat@example.com>"]
        {
            assert!(good.parse::<Sender>().unwrap().mailbox().is_some(), "{good}");
        }
        for bad in ["chat", "a@b.example, c@d.example", "x\r\nBcc: e@f.example <a@b.example>"] {
            assert!(bad.parse::<Sender>().is_err(), "{bad}");
        }
        assert_eq!(
            default_sender("chat.example.com").to_string(),
            "Zipchat <zipchat@chat.example.com>"
        );
        assert_eq!(host_of("https://chat.example.com:8443"), "chat.example.com");
    }

    #[test]
    fn mail_goes_to_the_domain_as_the_network_knows_it() {
        let of =
            |text: &str| deliverable(&text.parse().unwrap()).map(|address| address.to_string());
        assert_eq!(of("Ada@Bücher.example"), Some("Ada@xn--bcher-kva.example".to_owned()));
        assert_eq!(of("ada+tea@shop.example"), Some("ada+tea@shop.example".to_owned()));
    }
}
