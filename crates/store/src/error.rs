//! What goes wrong with a database.

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

use crate::postgres;

/// What goes wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is out of reach, full, busy or refuses: nothing was kept; it may work later.
    #[error("the database did not answer as it should")]
    Database(#[source] sqlx::Error),
    /// The same, of a file of `SQLite`'s that is written to at once.
    #[error("the database did not answer as it should")]
    File(#[from] rusqlite::Error),
    /// The database answers, and takes no writes: it is a standby, or was made one. It may work later, there or at its successor.
    #[error("the database takes no writes: it is a standby, or set to read only")]
    ReadOnly,
    /// A commit that many writes shared failed: none of them was kept; it may work later.
    #[error("the database could not keep the write: {0}")]
    Commit(String),
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The schema is older than this program, which was told not to change it.
    #[error("the database's schema is not up to date: run `zipchat migrate`")]
    Outdated,
    /// The schema is newer than this program.
    #[error(
        "the database's schema was made by a newer zipchat: use that one, or restore an older backup"
    )]
    TooNew,
    /// The address is neither `sqlite:` nor `postgres:`.
    #[error("ZIPCHAT_DATABASE_URL must begin with sqlite: or postgres://")]
    Address,
    /// `SQLite` is older than 3.51.3, which may lose writes.
    #[error("this SQLite is {0}; 3.51.3 or newer is needed")]
    SqliteTooOld(String),
    /// A row holds what no row can mean.
    #[error("{table}.{column} holds what it cannot")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What was wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|it| it == "25006") => {
                Self::ReadOnly
            }
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether a connection was lost, so that another one may do; and with it whatever was not committed on it.
    pub(crate) fn is_lost_connection(&self) -> bool {
        match self {
            Self::ReadOnly => true,
            Self::Database(error) => postgres::loses_connection(error),
            _ => false,
        }
    }

    /// Whether one row may be why, so that it may go well with others: a value or a constraint that it broke, a deadlock that it ended, or
    /// a row that cannot be read.
    #[must_use]
    pub fn may_be_of_one_row(&self) -> bool {
        let error = match self {
            Self::Database(sqlx::Error::Database(error)) => error,
            Self::File(error) => {
                return error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
            }
            _ => return matches!(self, Self::Corrupt { .. }),
        };
        let of_row =
            |code: &str| code.starts_with("22") || code.starts_with("23") || code == "40P01";
        error.is_unique_violation()
            || error.is_foreign_key_violation()
            || error.is_check_violation()
            || error.code().is_some_and(|code| of_row(&code) && code.len() == 5)
    }

    /// Whether a row was refused because its key is taken.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => error.is_unique_violation(),
            Self::File(error) => error.sqlite_error().is_some_and(|error| {
                let keys = [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE];
                keys.contains(&error.extended_code)
            }),
            _ => false,
        }
    }

    /// Whether only the operator can mend it: waiting, as for a database that is away, would not.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::TooNew
            | Self::Outdated
            | Self::Address
            | Self::SqliteTooOld(_)
            | Self::Database(sqlx::Error::Configuration(_)) => true,
            // SQLite: a file that cannot be opened, and one that is no database.
            Self::Database(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| code == "14" || code == "26")
            }
            Self::File(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::CannotOpen | ErrorCode::NotADatabase)
            ),
            _ => false,
        }
    }

    /// For a row's column that cannot be read: use with `map_err`.
    pub(crate) fn corrupt<E>(table: &'static str, column: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Corrupt { table, column, source: source.into() }
    }
}
