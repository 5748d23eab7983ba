//! Statements that write, and go to the database in one trip: one after the other to `SQLite`, as one statement to `PostgreSQL`.

use rusqlite::named_params;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Database, Encode, Postgres, Sqlite, Type};

use crate::rows::rows;

/// Rows as a parameter, as text.
pub(crate) type RowsText = Json<Box<RawValue>>;

/// What is to be written in one trip, see [`crate::WriteTx::write`].
///
/// On `PostgreSQL` no statement sees the rows of another, though a row may refer to one of another's. So none changes what another adds.
#[derive(Debug, Default)]
pub struct Writes(Vec<Statement>);

#[derive(Debug)]
struct Statement {
    sql: Sql,
    rows: RowsText,
    number: Option<i64>,
}

/// The text of a statement: `$1` are its rows, and `$2` its number, where it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sql {
    /// The same for both databases.
    Both(&'static str),
    /// One for each.
    Each {
        /// For `SQLite`.
        sqlite: &'static str,
        /// For `PostgreSQL`.
        postgres: &'static str,
    },
}

impl Writes {
    /// Whether there is nothing to write.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a statement about `all`, unless that is nothing.
    pub(crate) fn add<R: Serialize>(
        &mut self,
        sql: Sql,
        all: impl IntoIterator<Item = R>,
        number: Option<i64>,
    ) {
        let mut all = all.into_iter().peekable();
        if all.peek().is_some() {
            self.0.push(Statement { sql, rows: text(all), number });
        }
    }

    /// For `SQLite`: all statements, one after the other.
    pub(crate) fn on_sqlite(self) -> Query<'static, Sqlite, <Sqlite as Database>::Arguments> {
        let mut all = String::new();
        let mut given = 0;
        for one in &self.0 {
            all += &numbered(one.on_sqlite(), given);
            all += "; ";
            given += one.parameters();
        }
        self.bound(sqlx::query(AssertSqlSafe(all)))
    }

    /// Writes all of them to a file of `SQLite`'s, here and now.
    pub(crate) fn write_to(&self, db: &rusqlite::Connection) -> rusqlite::Result<()> {
        for one in &self.0 {
            let mut statement = db.prepare_cached(one.on_sqlite())?;
            let rows = one.rows.get();
            match &one.number {
                Some(number) => statement.execute(named_params! { "$1": rows, "$2": number })?,
                None => statement.execute(named_params! { "$1": rows })?,
            };
        }
        Ok(())
    }

    /// For `PostgreSQL`: one statement that has the others beside it.
    pub(crate) fn on_postgres(self) -> Query<'static, Postgres, <Postgres as Database>::Arguments> {
        let (mut beside, mut last) = (Vec::new(), String::new());
        let mut given = 0;
        for (place, one) in self.0.iter().enumerate() {
            let (Sql::Both(sql) | Sql::Each { postgres: sql, .. }) = one.sql;
            let sql = numbered(sql, given);
            given += one.parameters();
            if place + 1 < self.0.len() {
                beside.push(format!("w{place} AS ({sql})"));
            } else {
                last = sql;
            }
        }
        let all =
            if beside.is_empty() { last } else { format!("WITH {} {last}", beside.join(", ")) };
        self.bound(sqlx::query(AssertSqlSafe(all)))
    }

    fn bound<D>(self, query: Query<'static, D, D::Arguments>) -> Query<'static, D, D::Arguments>
    where
        D: Database,
        RowsText: Encode<'static, D> + Type<D>,
        i64: Encode<'static, D> + Type<D>,
    {
        self.0.into_iter().fold(query, |query, one| {
            let query = query.bind(one.rows);
            match one.number {
                Some(number) => query.bind(number),
                None => query,
            }
        })
    }
}

impl Statement {
    const fn on_sqlite(&self) -> &'static str {
        let (Sql::Both(sql) | Sql::Each { sqlite: sql, .. }) = self.sql;
        sql
    }

    const fn parameters(&self) -> usize {
        if self.number.is_some() { 2 } else { 1 }
    }
}

/// `all` as the text of a parameter.
pub(crate) fn text<R: Serialize>(all: impl IntoIterator<Item = R>) -> RowsText {
    Json(to_raw_value(&rows(all)).expect("columns are texts, numbers and truths"))
}

/// `sql` with its parameters after so many others.
pub(crate) fn numbered(sql: &str, others: usize) -> String {
    if others == 0 {
        return sql.to_owned();
    }
    let mut parts = sql.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let number = number.parse::<usize>().map_or(0, |number| number + others);
        format!("{all}${number}{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_on() {
        assert_eq!(numbered("a $1, $2 b $1", 0), "a $1, $2 b $1");
        assert_eq!(numbered("a $1, $2 b $1", 9), "a $10, $11 b $10");
    }

    #[test]
    fn statements_about_nothing_are_left_out() {
        let mut writes = Writes::default();
        writes.add(Sql::Both("x $1"), [] as [(i64,); 0], None);
        assert!(writes.is_empty());
        writes.add(Sql::Both("x $1"), [(1,)], None);
        assert!(!writes.is_empty());
    }
}
