//! Operators' passwords: what is asked of them, and how they are kept.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

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
            work(move || Ok(argon2()?.verify_password(attempt.as_bytes(), kept.as_str()).is_ok()))
                .await
        }
        None => hash_text(attempt).await.map(|_| false),
    };
    compared.unwrap_or_else(|error| {
        tracing::error!(%error, "a password could not be compared");
        false
    })
}

async fn hash_text(password: String) -> Result<String, HashError> {
    work(move || {
        let hash = argon2()?.hash_password(password.as_bytes()).map_err(|_| HashError)?;
        Ok(hash.to_string())
    })
    .await
}

/// Argon2id as OWASP's password storage cheat sheet has it at least: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Runs `hashing` away from the threads that serve requests.
async fn work<T: Send + 'static>(
    hashing: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let (done, outcome) = oneshot::channel();
    let job: Job = Box::new(move || {
        // Whoever hung up meanwhile needs no answer, and the work is dear.
        if !done.is_closed() {
            let _ = done.send(hashing());
        }
    });
    HASHERS.send(job).map_err(|_| HashError)?;
    outcome.await.map_err(|_| HashError)?
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads of their own, since each hash needs 19 MiB: on the runtime's pool, the allocator would keep that much for every thread
/// that ever hashed, and a flood of sign-ins would fill the memory.
static HASHERS: LazyLock<mpsc::Sender<Job>> = LazyLock::new(|| {
    let (jobs, queue) = mpsc::channel::<Job>();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..AT_ONCE {
        let queue = queue.clone();
        std::thread::spawn(move || {
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            while let Ok(job) = next() {
                job();
            }
        });
    }
    jobs
});

#[cfg(test)]
mod tests {
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
        assert!(!is_right("correct horsf", Some(kept.clone())).await);
        assert!(!is_right(&"x".repeat(2_000), Some(kept)).await);
        assert!(!is_right("correct horse", None).await);
        assert!(!is_right("correct horse", Some("not a hash".to_owned())).await);
    }
}
