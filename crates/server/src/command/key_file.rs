//! Files with keys, which may be secrets: meant to be, or by mistake.

use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

use domain::identity::key::{NamedKey, PublicKeyError};
use zeroize::Zeroizing;

use super::refusal::Refusal;

/// The longest file that is read as a key.
const MAX: usize = 64 * 1024;

/// What is in `file`, or on standard input where that is `-`; wiped when it is dropped.
pub(super) fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // Reserved at once: what grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX + 1));
    let result = if file == Path::new("-") {
        stdin().lock().take(MAX as u64 + 1).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(MAX as u64 + 1).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) if bytes.len() <= MAX => Ok(bytes),
        Ok(_) => Err(Refusal::new(format!("{}: longer than any key", file.display()))),
        Err(error) => Err(not_read(file, &error)),
    }
}

/// A key where its file belongs is not repeated, or it would stay on the screen and in the logs.
fn not_read(file: &Path, error: &std::io::Error) -> Refusal {
    match NamedKey::from_text(&file.to_string_lossy()) {
        Err(PublicKeyError::Private) | Ok(_) => {
            Refusal::new("this is a key: give the name of a file with it, or - for standard input")
        }
        Err(_) => Refusal::new(format!("{}: {error}", file.display())),
    }
}
