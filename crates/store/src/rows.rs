//! Many rows in one parameter of a statement.
//!
//! They travel as an object of JSON whose members are the rows, each an array of its columns. `jsonb_each($1)`, which both databases
//! have, gives them back: `key` is the number of a row, and `value ->> 0` the text of its first column.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use sqlx::types::Json;

use crate::{Result, StoreError};

/// Rows as a parameter: tuples of columns.
#[derive(Debug)]
pub(crate) struct Rows<R>(Vec<R>);

/// `rows` as one parameter.
pub(crate) fn rows<R>(rows: impl IntoIterator<Item = R>) -> Json<Rows<R>> {
    Json(Rows(rows.into_iter().collect()))
}

impl<R: Serialize> Serialize for Rows<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (number, row) in self.0.iter().enumerate() {
            map.serialize_entry(&number, row)?;
        }
        map.end()
    }
}

/// What was found for some of `asked` rows, each in the place of the row that it was found for: `found` has its number as text.
///
/// # Errors
/// [`StoreError::Corrupt`] when the database answers a number that was not asked for.
pub(crate) fn in_place<T>(
    asked: usize,
    found: impl IntoIterator<Item = (String, Result<T>)>,
) -> Result<Vec<Option<T>>> {
    let mut places: Vec<Option<T>> = (0..asked).map(|_| None).collect();
    for (number, row) in found {
        let place = number.parse().ok().and_then(|number: usize| places.get_mut(number));
        let unknown = || StoreError::corrupt("jsonb_each", "key")(number.clone());
        *place.ok_or_else(unknown)? = Some(row?);
    }
    Ok(places)
}
