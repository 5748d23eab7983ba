//! The installation's secret key: what merchants' secrets are encrypted with before they are kept.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::settings::SealedSecret;

use crate::app::secrets;

/// What begins every sealed text, so that another form can follow one day.
const FORM: &str = "v1:";

/// The key. A secret: it does not print.
pub struct SecretKey {
    key: RandomizedNonceKey,
    /// Of the same secret, and does not give it away.
    among_nodes: [u8; 32],
}

/// Why there is no secret key, or no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    /// The text is not a key.
    #[error("a secret key is one line of base64 of 32 bytes, as `zipchat secret new` prints it")]
    Malformed,
    /// The file has something else.
    #[error(
        "{0} does not hold a secret key: one line of base64 of 32 bytes, as `zipchat secret new` prints it"
    )]
    NotAKey(PathBuf),
    /// The file cannot be read or made.
    #[error("the secret key {path} cannot be {verb}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Read or made.
        verb: &'static str,
        /// Why.
        source: io::Error,
    },
    /// Sealed with another key, for another place, or damaged.
    #[error("a secret cannot be opened: it was encrypted with another secret key, or is damaged")]
    CannotOpen,
}

impl SecretKey {
    /// The text of a new key.
    #[must_use]
    pub fn new_text() -> String {
        STANDARD.encode(secrets::bytes::<32>())
    }

    /// A new key that is nowhere kept, for tests.
    ///
    /// # Errors
    /// Never, where the cryptography works.
    pub fn random() -> Result<Self, SecretKeyError> {
        Self::parse(&Self::new_text())
    }

    /// Reads the text of a key.
    ///
    /// # Errors
    /// [`SecretKeyError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, SecretKeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SecretKeyError::Malformed)?;
        // The algorithm refuses any other length than 32.
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes)
            .map_err(|_| SecretKeyError::Malformed)?;
        let among_nodes = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), b"among nodes");
        let among_nodes = among_nodes.as_ref().try_into().map_err(|_| SecretKeyError::Malformed)?;
        Ok(Self { key, among_nodes })
    }

    /// What the nodes of one installation have in common and others do not know: 32 bytes.
    #[must_use]
    pub const fn among_nodes(&self) -> &[u8; 32] {
        &self.among_nodes
    }

    /// Reads the key in `file`.
    ///
    /// # Errors
    /// [`SecretKeyError::File`] when it cannot be read, [`SecretKeyError::NotAKey`] when it holds something else.
    pub fn load(file: &Path) -> Result<Self, SecretKeyError> {
        let text = fs::read_to_string(file).map_err(|source| failed(file, "read", source))?;
        Self::parse(&text).map_err(|_| SecretKeyError::NotAKey(file.to_path_buf()))
    }

    /// Reads the key in `file`, after making it where there is none: only its owner may read it.
    ///
    /// # Errors
    /// As [`SecretKey::load`].
    pub fn load_or_make(file: &Path) -> Result<Self, SecretKeyError> {
        if !file.exists() {
            make(file).map_err(|source| failed(file, "made", source))?;
        }
        Self::load(file)
    }

    /// Encrypts `secret` for keeping at `place`, as in `chat_…/order_tracking.api_key`. It opens only there, so that no secret
    /// can be moved into another merchant's row.
    ///
    /// # Panics
    /// When the cryptography of the system fails.
    #[must_use]
    pub fn seal(&self, place: &str, secret: &str) -> SealedSecret {
        let mut sealed = secret.as_bytes().to_vec();
        let nonce = self.key.seal_in_place_append_tag(Aad::from(place), &mut sealed);
        // To keep the secret in the clear instead would be worse than to stop.
        let nonce = nonce.expect("AES-256-GCM-SIV encrypts");
        let bytes = [nonce.as_ref().as_slice(), &sealed].concat();
        SealedSecret(format!("{FORM}{}", STANDARD.encode(bytes)))
    }

    /// The secret that was sealed for `place`.
    ///
    /// # Errors
    /// [`SecretKeyError::CannotOpen`].
    pub fn open(&self, place: &str, sealed: &SealedSecret) -> Result<String, SecretKeyError> {
        let text = sealed.0.strip_prefix(FORM).ok_or(SecretKeyError::CannotOpen)?;
        let mut bytes = STANDARD.decode(text).map_err(|_| SecretKeyError::CannotOpen)?;
        let (nonce, rest) =
            bytes.split_at_mut_checked(NONCE_LEN).ok_or(SecretKeyError::CannotOpen)?;
        let nonce =
            Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretKeyError::CannotOpen)?;
        let opened = self.key.open_in_place(nonce, Aad::from(place), rest);
        let opened = opened.map_err(|_| SecretKeyError::CannotOpen)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SecretKeyError::CannotOpen)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

fn failed(file: &Path, verb: &'static str, source: io::Error) -> SecretKeyError {
    SecretKeyError::File { path: file.to_path_buf(), verb, source }
}

/// Makes the file whole or not at all; where another process was faster, its key stays.
fn make(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let written = write_private(&draft, &format!("{}\n", SecretKey::new_text()));
    let linked = written.and_then(|()| fs::hard_link(&draft, file));
    let _ = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && file.exists() => Ok(()),
        outcome => outcome,
    }
}

/// Writes a new file that only its owner may read, down to the disk.
pub(crate) fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_was_sealed_opens_in_its_place_only() {
        let (key, other) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        let sealed = key.seal("chat_1/api_key", "s3cret");
        assert_eq!(key.open("chat_1/api_key", &sealed).unwrap(), "s3cret");
        assert!(key.open("chat_2/api_key", &sealed).is_err());
        assert!(other.open("chat_1/api_key", &sealed).is_err());
        assert!(!sealed.0.contains("s3cret"));
        assert_ne!(sealed, key.seal("chat_1/api_key", "s3cret"));
    }

    #[test]
    fn damaged_secrets_do_not_open() {
        let key = SecretKey::random().unwrap();
        for text in
            ["", "v1:", "v1:AAAA", "v2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "v1:!", "s3cret"]
        {
            assert!(key.open("p", &SealedSecret(text.to_owned())).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_is_32_bytes_of_base64_and_does_not_print() {
        let text = SecretKey::new_text();
        assert!(SecretKey::parse(&format!("{text}\n")).is_ok());
        assert!(!format!("{:?}", SecretKey::parse(&text).unwrap()).contains(&text));
        for wrong in ["", "short", "AAAAAAAAAAAAAAAAAAAAAA=="] {
            assert!(SecretKey::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/secret.key");
        let key = SecretKey::load_or_make(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let sealed = key.seal("p", "s");
        assert_eq!(SecretKey::load_or_make(&file).unwrap().open("p", &sealed).unwrap(), "s");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        assert!(matches!(SecretKey::load(&file), Err(SecretKeyError::File { .. })));
        fs::write(&file, "hello").unwrap();
        assert!(matches!(SecretKey::load_or_make(&file), Err(SecretKeyError::NotAKey(_))));
    }
}
