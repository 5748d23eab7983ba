//! One service on one `SQLite` file: two would answer past each other, and share none of what they remember.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The right to serve a database, until this is dropped or the process ends, however it does.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why this process may not serve a database.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another one does.
    #[error(
        "another zipchat serves {0}: a SQLite file has one service; stop the other, or give this one a file of its own"
    )]
    Taken(PathBuf),
    /// The file beside the database cannot be made.
    #[error("{path} cannot be made: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Lock {
    /// Takes the right to serve the database in `file`: a lock on a file beside it. Commands at the terminal need none.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(file: &Path) -> Result<Self, LockError> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let folder = path.parent().unwrap_or(Path::new(""));
        let opened = std::fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().create(true).truncate(false).write(true).open(&path));
        let opened = opened.map_err(|source| LockError::File { path: path.clone(), source })?;
        match opened.try_lock() {
            Ok(()) => Ok(Self { _file: opened }),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken(file.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(LockError::File { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_service_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/z.db");
        let first = Lock::take(&file).unwrap();
        assert!(matches!(Lock::take(&file), Err(LockError::Taken(path)) if path == file));
        drop(first);
        assert!(Lock::take(&file).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("data"), "a file").unwrap();
        let error = Lock::take(&folder.path().join("data/z.db")).unwrap_err();
        assert!(error.to_string().contains("data/z.db.lock"), "{error}");
    }
}
