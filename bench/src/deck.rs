//! Visitors and customers, and what their shop signed about them; signed before anything is measured.

use std::error::Error;
use std::thread;

use domain::identity::key::{KeySize, Kid, SigningKeyPair};
use domain::time::Timestamp;
use domain::visitor::VisitorToken;

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The visitor's first token.
    pub(crate) visitor: String,
    /// What the shop signed about the customer.
    pub(crate) jwt: String,
}

/// Callers, and the key that their shop signs with.
#[derive(Debug)]
pub(crate) struct Deck {
    /// Each another visitor, and another customer.
    pub(crate) callers: Vec<Caller>,
    /// The public key, in PEM.
    pub(crate) public_key: String,
}

impl Deck {
    /// `count` callers, with tokens for the twelve hours from `now` on, signed by a key of 2048 bits.
    ///
    /// # Errors
    /// When the cryptography fails.
    pub(crate) fn deal(count: usize, now: Timestamp) -> Result<Self, Box<dyn Error>> {
        let pair = SigningKeyPair::generate(KeySize::Rsa2048)?;
        let kid = Kid::of(pair.public_key());
        let numbers: Vec<usize> = (0..count).collect();
        let share = count.div_ceil(thread::available_parallelism().map_or(1, usize::from));
        let parts = thread::scope(|scope| {
            let sign = |numbers: &[usize]| -> Result<Vec<Caller>, _> {
                numbers.iter().map(|number| caller(&pair, &kid, *number, now)).collect()
            };
            let threads: Vec<_> = numbers
                .chunks(share.max(1))
                .map(|numbers| scope.spawn(move || sign(numbers)))
                .collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        let mut callers = Vec::with_capacity(count);
        for part in parts {
            callers.extend(part.map_err(|_| "signing panicked")??);
        }
        Ok(Self { callers, public_key: pair.public_key().to_pem() })
    }
}

impl Caller {
    /// The body of an identify call, with this visitor token.
    pub(crate) fn body(&self, visitor: &str) -> String {
        format!(r#"{{"visitor_token":"{visitor}","jwt":"{}"}}"#, self.jwt)
    }

    /// The same with a signature that is not the shop's.
    pub(crate) fn forged(&self) -> String {
        let (signed, signature) = self.jwt.rsplit_once('.').unwrap_or_default();
        let mut signature = signature.to_owned();
        let other = if signature.starts_with('A') { "B" } else { "A" };
        signature.replace_range(..1, other);
        let jwt = format!("{signed}.{signature}");
        Self { jwt, ..self.clone() }.body(&self.visitor)
    }
}

/// A customer with a few free facts.
fn caller(
    pair: &SigningKeyPair,
    kid: &Kid,
    number: usize,
    now: Timestamp,
) -> Result<Caller, domain::identity::key::SigningKeyError> {
    let issued = now.as_millis() / 1000;
    let claims = format!(
        r#"{{"email":"jane.doe.{number}@example.com","first_name":"Jane","last_name":"Doe","additional_attributes":{{"user_id":{number},"plan":"premium"}},"iat":{issued},"exp":{}}}"#,
        issued + 12 * 3600
    );
    let visitor = VisitorToken::generate(now).reveal().to_owned();
    Ok(Caller { visitor, jwt: pair.sign(Some(kid), &claims)? })
}
