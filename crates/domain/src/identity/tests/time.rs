//! Section 2: time.

use std::time::Duration;

use super::*;
use crate::identity::check::Warning;

/// A token with the time `name` this many seconds from now.
#[track_caller]
fn check_offset(name: &str, offset: &str, expected: Result<(), Reason>) {
    let (whole, fraction) = offset.split_once('.').unwrap_or((offset, ""));
    let whole = NOW + whole.parse::<i64>().unwrap();
    let time = if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") };
    check_claims(&[(name, &time)], expected);
}

#[test]
fn exp_is_after_now_without_leeway() {
    check_offset("exp", "-1", Err(Reason::Expired));
    check_offset("exp", "0", Err(Reason::Expired));
    let iat = (NOW - 10).to_string();
    let at = |exp: &str| {
        let changes = [("iat", iat.as_str()), ("exp", exp)];
        judge(&keys(), &sign(HEADER, &payload(&changes)), &rules()).map(|_| ())
    };
    assert_eq!(at("1800000000"), Err(Reason::Expired));
    assert_eq!(at("1800000000.0"), Err(Reason::Expired));
    assert_eq!(at("1799999999.999"), Err(Reason::Expired));
    assert_eq!(at("1800000000.001"), Ok(()));
    assert_eq!(at("1800000001"), Ok(()));
    assert_eq!(at("1.800000001e9"), Ok(()));
    assert_eq!(at("1800000000.123456789"), Ok(()), "digits beyond a double do no harm in a time");
}

#[test]
fn iat_is_at_most_300_s_in_the_future() {
    check_offset("iat", "300", Ok(()));
    check_offset("iat", "300.0", Ok(()));
    check_offset("iat", "300.001", Err(Reason::IssuedInFuture));
    check_offset("iat", "301", Err(Reason::IssuedInFuture));
    check_offset("iat", "-1000", Ok(()));
}

#[test]
fn nbf_is_at_most_60_s_in_the_future() {
    check_offset("nbf", "60", Ok(()));
    check_offset("nbf", "60.001", Err(Reason::NotYetValid));
    check_offset("nbf", "61", Err(Reason::NotYetValid));
    check_offset("nbf", "-100000", Ok(()));
    check_claims(&[("nbf", "0")], Ok(()));
}

#[test]
fn exp_is_after_iat_and_nbf() {
    let check = |iat: i64, nbf: i64, exp: i64, expected| {
        let at = |offset: i64| (NOW + offset).to_string();
        check_claims(&[("iat", &at(iat)), ("nbf", &at(nbf)), ("exp", &at(exp))], expected);
    };
    check(100, 0, 101, Ok(()));
    check(100, 0, 100, Err(Reason::TimesOutOfOrder));
    check(101, 0, 100, Err(Reason::TimesOutOfOrder));
    check(0, 50, 51, Ok(()));
    check(0, 50, 50, Err(Reason::TimesOutOfOrder));
    check(0, 51, 50, Err(Reason::TimesOutOfOrder));
}

#[test]
fn a_time_is_a_number() {
    check_claims(&[("exp", "")], Err(Reason::ExpMissing));
    check_claims(&[("iat", "")], Err(Reason::IatMissing));
    check_claims(&[("nbf", "")], Ok(()));
    for name in ["exp", "iat", "nbf"] {
        for wrong in [
            "\"1800000000\"",
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "[1800000000]",
            "\"\"",
            "-1",
            "-0.5",
        ] {
            check_claims(&[(name, wrong)], Err(Reason::TimeWrongType));
        }
        for wrong in ["1e300", "-1e300", "1e20", "18446744073709551616000"] {
            check_claims(&[(name, wrong)], Err(Reason::TimeWrongType));
        }
    }
    check_claims(&[("exp", "0")], Err(Reason::Expired));
    check_claims(&[("iat", "-0.0"), ("exp", "1")], Err(Reason::Expired));
    check_claims(&[("exp", "1e999")], Err(Reason::PayloadMalformed));
}

#[test]
fn milliseconds_are_called_so() {
    for name in ["exp", "iat", "nbf"] {
        for wrong in [
            "1800000000000",
            "1800000000000.0",
            "1.8e12",
            "100000000000",
            "1800000000000000",
            "1800000000000000000",
        ] {
            check_claims(&[(name, wrong)], Err(Reason::Milliseconds));
        }
    }
    check_claims(&[("exp", "99999999999")], Err(Reason::LifetimeTooLong));
    check_claims(&[("iat", "99999999999")], Err(Reason::IssuedInFuture));
    // 2^53, and the next number.
    check_claims(&[("exp", "9007199254740992")], Err(Reason::Milliseconds));
    check_claims(&[("exp", "9007199254740993")], Err(Reason::Milliseconds));
}

#[test]
fn a_lifetime_is_at_most_366_days_and_the_chats_own() {
    const DAY: i64 = 86_400;
    check_offset("exp", &(366 * DAY).to_string(), Ok(()));
    check_offset("exp", &format!("{}.001", 366 * DAY), Err(Reason::LifetimeTooLong));
    check_offset("exp", &(366 * DAY + 1).to_string(), Err(Reason::LifetimeTooLong));
    let with = |limit: u64, exp: i64| {
        let rules = Rules { max_lifetime: Some(Duration::from_secs(limit)), ..rules() };
        let jwt = sign(HEADER, &payload(&[("exp", &(NOW + exp).to_string())]));
        judge(&keys(), &jwt, &rules).map(|_| ())
    };
    assert_eq!(with(300, 300), Ok(()));
    assert_eq!(with(300, 301), Err(Reason::LifetimeTooLong));
    assert_eq!(with(400 * 86_400, 366 * DAY), Ok(()));
    assert_eq!(with(400 * 86_400, 366 * DAY + 1), Err(Reason::LifetimeTooLong));
}

#[test]
fn a_lifetime_above_24_hours_is_warned_of() {
    let warnings = |exp: i64| accepted(&[("exp", &(NOW + exp).to_string())]).warnings;
    assert_eq!(warnings(86_400), []);
    assert_eq!(warnings(86_401), [Warning::LongLifetime]);
}

#[test]
fn nothing_issued_before_the_floor_is_accepted() {
    let with = |floor: f64, iat: &str| {
        let rules = Rules { not_before: Some(floor), ..rules() };
        judge(&keys(), &sign(HEADER, &payload(&[("iat", iat)])), &rules).map(|_| ())
    };
    assert_eq!(with(1_799_999_990.0, "1799999990"), Ok(()));
    assert_eq!(with(1_799_999_990.0, "1799999989"), Err(Reason::IssuedBeforeFloor));
    assert_eq!(with(1_799_999_990.5, "1799999990.25"), Err(Reason::IssuedBeforeFloor));
    assert_eq!(with(1_799_999_990.5, "1799999990.5"), Ok(()));
}

#[test]
fn fractions_are_compared_as_given_in_milliseconds_of_now() {
    let now = Timestamp::from_millis(NOW * 1000 + 123);
    let at = |changes: &[(&str, &str)]| {
        keys()
            .verify(&sign(HEADER, &payload(changes)), &rules(), now)
            .map(|_| ())
            .map_err(|error| error.reason)
    };
    assert_eq!(at(&[("exp", "1800000000.123")]), Err(Reason::Expired));
    assert_eq!(at(&[("exp", "1800000000.124")]), Ok(()));
    assert_eq!(at(&[("iat", "1800000300.123")]), Ok(()));
    assert_eq!(at(&[("iat", "1800000300.124")]), Err(Reason::IssuedInFuture));
    assert_eq!(at(&[("nbf", "1800000060.123")]), Ok(()));
    assert_eq!(at(&[("nbf", "1800000060.124")]), Err(Reason::NotYetValid));
}
