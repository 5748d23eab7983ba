//! Verifying a customer's token: ours, the bare signature beneath it, and the usual library on the same cryptography.

use std::error::Error;
use std::hint::black_box;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::key::{
    IdentificationKey, KeySize, KeySource, Kid, NamedKey, PublicKey, SigningKeyPair,
};
use domain::identity::{KeySet, Rules};
use domain::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::measure::{ROUNDS, TURN, Times, Way, measure, now};
use crate::report::{Bound, Goal, Table, ends};

/// Rows of [`Times`], in the order of the ways.
const BARE: usize = 0;
const OURS: usize = 1;
const PEER: usize = 2;

const EMAIL: &str = "jane.doe@example.com";

/// What the peer reads a token into: the same members, checked for their types only.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "being filled is their work")]
struct Claims {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    additional_attributes: Option<serde_json::Map<String, serde_json::Value>>,
    iat: f64,
    exp: f64,
}

/// A signed token, and all that verifies it, parsed beforehand.
struct Subject {
    token: String,
    signing_input: usize,
    signature: Vec<u8>,
    bare: ParsedPublicKey,
    keys: KeySet,
    rules: Rules,
    now: Timestamp,
    peer: DecodingKey,
    validation: Validation,
}

/// Measures with keys of 2048, 3072 and 4096 bits; the goals are for 2048, where everything but the signature weighs most.
///
/// # Errors
/// When a way does not verify what it should, or verifies what it should not.
pub(crate) fn run() -> Result<String, Box<dyn Error>> {
    let mut table =
        Table::new(&["RSA key, way", "µs", "min–max", "× bare", "min–max", "× ours", "min–max"]);
    let mut text = String::new();
    let mut goals = String::new();
    for size in [KeySize::Rsa2048, KeySize::Rsa3072, KeySize::Rsa4096] {
        let subject = Subject::new(size)?;
        let times = subject.measure()?;
        let bits = subject.keys.keys().first().map_or(0, |key| key.public_key.bits());
        for (at, way) in subject.ways().iter().enumerate() {
            table.row(row(bits, way, &times, at));
        }
        if size == KeySize::default() {
            text = subject.heading();
            goals = goals_of(&times);
        }
    }
    Ok(format!("{text}\n{}\n{goals}", table.text()))
}

/// What the bare signature of 2048 bits costs in µs: what the identify call is compared with.
///
/// # Errors
/// As [`run`].
pub(crate) fn bare() -> Result<f64, Box<dyn Error>> {
    let subject = Subject::new(KeySize::Rsa2048)?;
    Ok(measure(&subject.ways()[..1])?.of(BARE).median)
}

fn row(bits: usize, way: &Way<'_>, times: &Times, at: usize) -> Vec<String> {
    let time = times.of(at);
    let mut cells =
        vec![format!("{bits}, {}", way.name), format!("{:.1}", time.median), ends(time, 1)];
    for other in [BARE, OURS] {
        let ratio = times.ratio(at, other);
        cells.extend([format!("{:.2}", ratio.median), ends(ratio, 2)]);
    }
    cells
}

fn goals_of(times: &Times) -> String {
    let goals = [
        Goal {
            what: "ours, times the bare signature (RSA-2048)",
            reached: times.ratio(OURS, BARE).median,
            bound: Bound::AtMost(1.15),
        },
        Goal {
            what: "jsonwebtoken, times ours (RSA-2048)",
            reached: times.ratio(PEER, OURS).median,
            bound: Bound::AtLeast(1.2),
        },
    ];
    goals.iter().map(Goal::text).collect()
}

impl Subject {
    fn new(size: KeySize) -> Result<Self, Box<dyn Error>> {
        let pair = SigningKeyPair::generate(size)?;
        let public = pair.public_key();
        let kid = Kid::of(public);
        // The peer reads the system's clock by itself, so the token must be of today.
        let now = now();
        let token = pair.sign(Some(&kid), &claims(now))?;
        let (signing_input, signature) = token.rsplit_once('.').ok_or("a token has three parts")?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_nbf = true;
        Ok(Self {
            signing_input: signing_input.len(),
            signature: URL_SAFE_NO_PAD.decode(signature)?,
            bare: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.spki_der())?,
            keys: KeySet::new(vec![key(public.clone(), kid, now)?]),
            rules: Rules::default(),
            now,
            peer: DecodingKey::from_rsa_components(&public.n(), &public.e())?,
            validation,
            token,
        })
    }

    /// Measures, once it is sure that every way refuses a token of which one letter of the payload was changed.
    fn measure(&self) -> Result<Times, Box<dyn Error>> {
        let at = self.signing_input - 1;
        let other = if self.token.as_bytes()[at] == b'0' { "9" } else { "0" };
        let mut changed = self.token.clone();
        changed.replace_range(at..=at, other);
        if self.bare(&changed) || self.ours(&changed) || self.peer(&changed) {
            return Err("a changed token was accepted".into());
        }
        Ok(measure(&self.ways())?)
    }

    fn ways(&self) -> [Way<'_>; 3] {
        let token = &self.token;
        [
            Way { name: "bare aws-lc-rs", work: Box::new(|| self.bare(black_box(token))) },
            Way { name: "ours", work: Box::new(|| self.ours(black_box(token))) },
            Way { name: "jsonwebtoken", work: Box::new(|| self.peer(black_box(token))) },
        ]
    }

    /// The signature alone: nothing is decoded or read.
    fn bare(&self, token: &str) -> bool {
        let signing_input = &token.as_bytes()[..self.signing_input];
        self.bare.verify_sig(signing_input, &self.signature).is_ok()
    }

    fn ours(&self, token: &str) -> bool {
        let verified = self.keys.verify(token, &self.rules, self.now);
        black_box(&verified).as_ref().is_ok_and(|it| it.claims.email.signed() == EMAIL)
    }

    fn peer(&self, token: &str) -> bool {
        let decoded = decode::<Claims>(token, &self.peer, &self.validation);
        black_box(&decoded).as_ref().is_ok_and(|it| it.claims.email == EMAIL)
    }

    fn heading(&self) -> String {
        format!(
            "Verifying a token of {} bytes, of which {} are signed: thread CPU time of one, {ROUNDS} alternating rounds of {} ms\n",
            self.token.len(),
            self.signing_input,
            TURN.as_millis()
        )
    }
}

/// A customer with a few free facts, for the hour from `now` on.
fn claims(now: Timestamp) -> String {
    let issued = now.as_millis() / 1000;
    format!(
        r#"{{"email":"{EMAIL}","first_name":"Jane","last_name":"Doe","additional_attributes":{{"user_id":48213,"plan":"premium"}},"iat":{issued},"exp":{}}}"#,
        issued + 3600
    )
}

fn key(
    public_key: PublicKey,
    kid: Kid,
    now: Timestamp,
) -> Result<IdentificationKey, Box<dyn Error>> {
    let chat = "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse()?;
    let key = NamedKey { kid, public_key };
    Ok(IdentificationKey::new(chat, key, KeySource::PublicKey, now))
}
