//! A time that is looked at: days of an operator's calendar, or hours.

use domain::time::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use store::{Hours, hour_of};

use crate::app::analytics::Place;

/// The most days that one look takes: counts are kept as long.
pub const MOST_DAYS: i64 = 400;
/// Up to so many hours are told hour by hour; what is longer, day by day.
pub const MOST_HOURS: i64 = 72;
/// What is looked at where nothing is said: today, and the days before.
const USUAL_DAYS: i64 = 7;
/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;

/// A time, in steps. A step begins with the first whole hour of it: where a zone is off by half an hour, an hour belongs to the day in
/// which it begins.
#[derive(Debug, Clone)]
pub struct Range {
    zone: TimeZone,
    step: Step,
    /// The hours, since 1970 UTC, that the steps begin with, and the one after the last.
    edges: Vec<i64>,
    /// The hour that the time before begins with.
    before: i64,
}

/// How long a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An hour.
    Hour,
    /// A day of the calendar.
    Day,
}

impl Step {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

/// Why this is no time to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// No zone.
    #[error("zone must be the name of a time zone, as in Europe/Berlin")]
    Zone,
    /// Neither days nor moments.
    #[error("from and to must both be days, as in 2026-01-31, or both be times by RFC 3339")]
    Form,
    /// It ends before it begins.
    #[error("from must not be after to")]
    Order,
    /// Too long.
    #[error("from and to must be at most {MOST_DAYS} days apart")]
    TooLong,
}

/// What is asked for, as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The first day, or the beginning.
    pub from: Option<&'a str>,
    /// The last day, or the end.
    pub to: Option<&'a str>,
    /// Whose days.
    pub zone: Option<&'a str>,
}

impl Range {
    /// Reads what is asked for. Days are both included; of moments, the hours that they are in. Without either, it is the last seven days.
    ///
    /// # Errors
    /// [`RangeError`].
    pub fn parse(asked: Asked<'_>, now: Timestamp) -> Result<Self, RangeError> {
        let zone = match asked.zone {
            Some(name) => TimeZone::get(name).map_err(|_| RangeError::Zone)?,
            None => TimeZone::UTC,
        };
        match (asked.from, asked.to) {
            (None, None) => {
                let today = day_of(now.as_millis(), &zone)?;
                Self::of_days(zone, today.saturating_sub((USUAL_DAYS - 1).days()), today)
            }
            (Some(from), Some(to)) => match (from.parse::<Date>(), to.parse::<Date>()) {
                // A moment can be read as a day, too.
                (Ok(from_day), Ok(to_day)) if from.len() <= 10 && to.len() <= 10 => {
                    Self::of_days(zone, from_day, to_day)
                }
                _ => {
                    let from = Timestamp::parse(from).map_err(|_| RangeError::Form)?;
                    let to = Timestamp::parse(to).map_err(|_| RangeError::Form)?;
                    Self::of_moments(zone, from, to)
                }
            },
            _ => Err(RangeError::Form),
        }
    }

    fn of_days(zone: TimeZone, from: Date, to: Date) -> Result<Self, RangeError> {
        if from > to {
            return Err(RangeError::Order);
        }
        let days = i64::from((to - from).get_days()) + 1;
        if days > MOST_DAYS {
            return Err(RangeError::TooLong);
        }
        let end = add(to, 1.day())?;
        let before = first_hour(add(from, (-days).days())?, &zone)?;
        let edges = edges(&zone, (first_hour(from, &zone)?, first_hour(end, &zone)?))?;
        Ok(Self { step: step_of(&edges), edges, zone, before })
    }

    fn of_moments(zone: TimeZone, from: Timestamp, to: Timestamp) -> Result<Self, RangeError> {
        if from >= to {
            return Err(RangeError::Order);
        }
        let (first, last) =
            (hour_of(from), to.as_millis().saturating_add(HOUR - 1).div_euclid(HOUR));
        if last - first > MOST_DAYS * 24 {
            return Err(RangeError::TooLong);
        }
        let edges = edges(&zone, (first, last))?;
        Ok(Self { step: step_of(&edges), edges, zone, before: first - (last - first) })
    }

    /// How many steps it has.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.edges.len() - 1
    }

    /// How long a step is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The name of the zone whose days are meant.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// When each step begins, and the last one ends, by RFC 3339 with the zone's offset.
    #[must_use]
    pub fn moments(&self) -> Vec<String> {
        self.edges.iter().map(|hour| written(*hour, &self.zone)).collect()
    }

    /// When the time before begins, likewise.
    #[must_use]
    pub fn begins_before(&self) -> String {
        written(self.before, &self.zone)
    }

    /// The steps as hours, each time as many of one length as follow each other: with the number of the first.
    #[must_use]
    pub fn segments(&self) -> Vec<(i64, Hours)> {
        let mut segments: Vec<(i64, Hours)> = Vec::new();
        for (at, pair) in (0..).zip(self.edges.windows(2)) {
            let &[from, to] = pair else { continue };
            match segments.last_mut() {
                Some((_, hours)) if hours.step == to - from => hours.to = to,
                _ => segments.push((at, Hours { from, to, step: to - from })),
            }
        }
        segments
    }

    /// The hours of the time before, as far into it as `now` is into this one: what has just begun is not compared with what is over.
    #[must_use]
    pub fn before(&self, now: Timestamp) -> Option<Hours> {
        let (first, last) = (self.edges.first().copied()?, self.edges.last().copied()?);
        let gone = last.min(hour_of(now) + 1) - first;
        let to = (self.before + gone).min(first);
        (gone > 0).then_some(Hours { from: self.before, to, step: (to - self.before).max(1) })
    }

    /// Where an hour belongs.
    #[must_use]
    pub fn place(&self, hour: i64, now: Timestamp) -> Place {
        let within = |hours: Hours| (hours.from..hours.to).contains(&hour);
        let step = self.edges.windows(2).position(|pair| (pair[0]..pair[1]).contains(&hour));
        match step.and_then(|step| i64::try_from(step).ok()) {
            Some(step) => Place::Step(step),
            None if self.before(now).is_some_and(within) => Place::Before,
            None => Place::Nowhere,
        }
    }
}

/// Hour by hour where that is not too many, or else the days of the zone, of which the first and the last may be cut.
fn edges(zone: &TimeZone, (first, last): (i64, i64)) -> Result<Vec<i64>, RangeError> {
    if last - first <= MOST_HOURS {
        return Ok((first..=last).collect());
    }
    let mut edges = vec![first];
    let mut day = day_of(first * HOUR, zone)?;
    loop {
        day = add(day, 1.day())?;
        let hour = first_hour(day, zone)?;
        if hour >= last {
            break;
        }
        if edges.last().is_some_and(|before| hour > *before) {
            edges.push(hour);
        }
    }
    edges.push(last);
    Ok(edges)
}

fn step_of(edges: &[i64]) -> Step {
    let hourly = edges.windows(2).all(|pair| pair[1] - pair[0] == 1);
    if hourly { Step::Hour } else { Step::Day }
}

fn add(day: Date, span: Span) -> Result<Date, RangeError> {
    day.checked_add(span).map_err(|_| RangeError::Form)
}

fn day_of(millis: i64, zone: &TimeZone) -> Result<Date, RangeError> {
    let moment = jiff::Timestamp::from_millisecond(millis).map_err(|_| RangeError::Form)?;
    Ok(zone.to_datetime(moment).date())
}

/// The first hour that begins on a day.
fn first_hour(day: Date, zone: &TimeZone) -> Result<i64, RangeError> {
    let midnight = day.to_zoned(zone.clone()).map_err(|_| RangeError::Form)?;
    let millis = midnight.timestamp().as_millisecond();
    Ok(millis.saturating_add(HOUR - 1).div_euclid(HOUR))
}

fn written(hour: i64, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(hour * HOUR) {
        Ok(moment) => moment.display_with_offset(zone.to_offset(moment)).to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-30T10:20:00Z";

    fn range(from: &str, to: &str, zone: &str) -> Result<Range, RangeError> {
        let asked = Asked { from: Some(from), to: Some(to), zone: Some(zone) };
        Range::parse(asked, Timestamp::parse(NOW).unwrap())
    }

    #[test]
    fn days_are_those_of_the_zone_also_where_a_clock_is_changed() {
        let october = range("2026-10-23", "2026-10-27", "Europe/Berlin").unwrap();
        assert_eq!((october.step(), october.steps()), (Step::Day, 5));
        let moments = october.moments();
        assert_eq!(moments[0], "2026-10-23T00:00:00+02:00");
        assert_eq!(moments[3], "2026-10-26T00:00:00+01:00");
        assert_eq!(moments[5], "2026-10-28T00:00:00+01:00");
        let steps: Vec<(i64, i64)> =
            october.segments().iter().map(|(first, hours)| (*first, hours.step)).collect();
        assert_eq!(steps, [(0, 24), (2, 25), (3, 24)]);
        assert_eq!(october.begins_before(), "2026-10-18T00:00:00+02:00");
    }

    #[test]
    fn what_is_short_is_told_by_the_hour() {
        let day = range("2026-11-29", "2026-11-30", "Asia/Kolkata").unwrap();
        assert_eq!((day.step(), day.steps()), (Step::Hour, 48));
        assert_eq!(day.moments()[0], "2026-11-29T00:30:00+05:30");
        let hours = range("2026-11-29T10:20:00Z", NOW, "UTC").unwrap();
        assert_eq!((hours.step(), hours.steps()), (Step::Hour, 25));
        assert_eq!(hours.segments().len(), 1);
    }

    #[test]
    fn what_has_just_begun_is_compared_with_as_much_of_the_time_before() {
        let week = range("2026-11-24", "2026-11-30", "UTC").unwrap();
        let now = Timestamp::parse(NOW).unwrap();
        let before = week.before(now).unwrap();
        assert_eq!(before.to - before.from, 6 * 24 + 11);
        let over = range("2026-11-02", "2026-11-08", "UTC").unwrap().before(now).unwrap();
        assert_eq!(over.to - over.from, 7 * 24);
        assert_eq!(range("2026-12-02", "2026-12-08", "UTC").unwrap().before(now), None);
    }

    #[test]
    fn an_hour_has_its_place() {
        let week = range("2026-11-24", "2026-11-30", "UTC").unwrap();
        let now = Timestamp::parse(NOW).unwrap();
        let place = |at: &str| week.place(hour_of(Timestamp::parse(at).unwrap()), now);
        assert_eq!(place(NOW), Place::Step(6));
        assert_eq!(place("2026-11-24T00:00:00Z"), Place::Step(0));
        assert_eq!(place("2026-11-23T10:59:00Z"), Place::Before);
        assert_eq!(place("2026-11-23T11:00:00Z"), Place::Nowhere);
        assert_eq!(place("2026-10-01T00:00:00Z"), Place::Nowhere);
    }

    #[test]
    fn what_cannot_be_looked_at_is_refused() {
        let check = |from: &str, to: &str, zone: &str, error: RangeError| {
            assert_eq!(range(from, to, zone).unwrap_err(), error, "{from} {to} {zone}");
        };
        check("2026-11-24", "2026-11-30", "Mars/Olympus", RangeError::Zone);
        check("yesterday", "2026-11-30", "UTC", RangeError::Form);
        check("2026-11-24", NOW, "UTC", RangeError::Form);
        check("2026-11-30", "2026-11-24", "UTC", RangeError::Order);
        check(NOW, NOW, "UTC", RangeError::Order);
        check("2025-01-01", "2026-11-30", "UTC", RangeError::TooLong);
        check("2025-01-01T00:00:00Z", NOW, "UTC", RangeError::TooLong);
        assert_eq!(range("2025-10-27", "2026-11-30", "UTC").unwrap().steps(), 400);
        let usual = Range::parse(Asked::default(), Timestamp::parse(NOW).unwrap()).unwrap();
        assert_eq!((usual.steps(), usual.zone()), (7, "UTC"));
    }
}
