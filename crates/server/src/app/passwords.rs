//! Operators' passwords: what is asked of them, and how they are kept.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use crate::app::secrets;

/// The fewest characters.
const FEWEST: usize = 10;
/// The most bytes: a hash of more would only cost time.
const MOST: usize = 1_000;

/// What is tried first by whoever guesses, among what is long enough.
const COMMON: [&str; 24] = [
    "0123456789",
    "1234567890",
    "1234567891",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "9876543210",
    "abcdefghij",
    "changeme123",
    "iloveyou123",
    "letmein123",
    "motdepasse",
    "password01",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertzuiop",
    "zipchat123",
];

/// How many passwords are hashed at once.
const AT_ONCE: usize = 2;

/// A password that fits. It does not print.
#[derive(Clone)]
pub struct Password(String);

/// Why a password does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePasswordError {
    /// Too few characters.
    #[error("a password has at least {FEWEST} characters")]
    TooShort,
    /// Too many.
    #[error("a password has at most {MOST} bytes")]
    TooLong,
    /// One of those that are tried first, or one character again and again.
    #[error("this password is among the first that are tried: choose another")]
    Common,
}

/// The hash could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

impl Password {
    /// Reads a new password: 10 characters or more, and not one of the most common.
    ///
    /// # Errors
    /// [`ParsePasswordError`].
    pub fn parse(text: &str) -> Result<Self, ParsePasswordError> {
        let folded = text.to_lowercase();
        let mut letters = folded.chars();
        let first = letters.next();
        if text.chars().count() < FEWEST {
            Err(ParsePasswordError::TooShort)
        } else if text.len() > MOST {
            Err(ParsePasswordError::TooLong)
        } else if COMMON.contains(&folded.as_str()) || letters.all(|letter| Some(letter) == first) {
            Err(ParsePasswordError::Common)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// What is kept of a password, as a PHC string.
///
/// # Errors
/// [`HashError`].
pub async fn hash(password: &Password) -> Result<String, HashError> {
    hash_text(password.0.clone()).await
}

/// Whether `attempt` is the password of which `kept` is the hash. Where there is none, it is not, after the same work: the time
/// does not tell who has an account.
pub async fn is_right(attempt: &str, kept: Option<String>) -> bool {
    // Longer than any password may be, it is none; the empty one is none either.
    let attempt = if attempt.len() > MOST { String::new() } else { attempt.to_owned() };
    let compared = match kept {
        Some(kept) => {
            work(move |memory| Ok(matches(&attempt, &kept, memory).unwrap_or(false))).await
        }
        None => hash_text(attempt).await.map(|_| false),
    };
    compared.unwrap_or_else(|error| {
        tracing::error!(%error, "a password could not be compared");
        false
    })
}

async fn hash_text(password: String) -> Result<String, HashError> {
    work(move |memory| {
        let salt = Salt::new(&secrets::bytes::<16>()).map_err(|_| HashError)?;
        let params = params()?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(|_| HashError)?,
            hash: Some(output(&password, &salt, params, memory)?),
            salt: Some(salt),
        };
        Ok(hash.to_string())
    })
    .await
}

fn matches(attempt: &str, kept: &str, memory: &mut Memory) -> Result<bool, HashError> {
    let kept = PasswordHash::new(kept).map_err(|_| HashError)?;
    let params = Params::try_from(&kept).map_err(|_| HashError)?;
    let (Some(salt), Some(hash)) = (kept.salt, kept.hash) else { return Err(HashError) };
    // This comparison takes the same time wherever they differ.
    Ok(kept.algorithm == Algorithm::Argon2id.ident()
        && output(attempt, &salt, params, memory)? == hash)
}

/// Argon2id as OWASP's password storage cheat sheet has it at least: 19 MiB, two passes, one lane.
fn params() -> Result<Params, HashError> {
    Params::new(19_456, 2, 1, None).map_err(|_| HashError)
}

fn output(
    password: &str,
    salt: &Salt,
    params: Params,
    memory: &mut Memory,
) -> Result<Output, HashError> {
    let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
    memory.resize(params.block_count(), Block::new());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut hash, memory)
        .map_err(|_| HashError)?;
    Output::new(&hash).map_err(|_| HashError)
}

/// What a hash is computed in: 19 MiB. Each thread that hashes keeps one and uses it again, since an allocator that is asked for so
/// much so often keeps many times that.
type Memory = Vec<Block>;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Runs `hashing` away from the threads that serve requests.
async fn work<T: Send + 'static>(
    hashing: impl FnOnce(&mut Memory) -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let (done, outcome) = oneshot::channel();
    let job: Job = Box::new(move |memory| {
        // Whoever hung up meanwhile needs no answer, and the work is dear.
        if !done.is_closed() {
            let _ = done.send(hashing(memory));
        }
    });
    HASHERS.send(job).map_err(|_| HashError)?;
    outcome.await.map_err(|_| HashError)?
}

/// The threads that hash, and nothing else.
static HASHERS: LazyLock<mpsc::Sender<Job>> = LazyLock::new(|| {
    let (jobs, queue) = mpsc::channel::<Job>();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..AT_ONCE {
        let queue = queue.clone();
        std::thread::spawn(move || {
            let mut memory = Memory::new();
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            while let Ok(job) = next() {
                job(&mut memory);
            }
        });
    }
    jobs
});

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier;

    use super::*;

    #[test]
    fn short_long_and_common_passwords_are_refused() {
        let check = |text: &str, expected: Option<ParsePasswordError>| {
            assert_eq!(Password::parse(text).err(), expected, "{text}");
        };
        check("correct horse", None);
        check("123456789", Some(ParsePasswordError::TooShort));
        check("ééééééééé", Some(ParsePasswordError::TooShort));
        check("Password123", Some(ParsePasswordError::Common));
        check("aaaaaaaaaaaa", Some(ParsePasswordError::Common));
        check(&"ab".repeat(501), Some(ParsePasswordError::TooLong));
    }

    #[test]
    fn common_passwords_are_sorted_and_long_enough_to_matter() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|password| password.chars().count() >= FEWEST));
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let kept = hash(&Password::parse("correct horse").unwrap()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_right("correct horse", Some(kept.clone())).await);
        assert!(Argon2::default().verify_password(b"correct horse", kept.as_str()).is_ok());
        assert!(!is_right("correct horsf", Some(kept.clone())).await);
        assert!(!is_right(&"x".repeat(2_000), Some(kept)).await);
        assert!(!is_right("correct horse", None).await);
        assert!(!is_right("correct horse", Some("not a hash".to_owned())).await);
    }
}
