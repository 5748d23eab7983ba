//! Whether a key may go.

use std::time::Duration;

use super::*;

const HOUR: Duration = Duration::from_hours(1);

/// A key that was last used so many hours ago.
fn used(kid: &str, hours: Option<u32>) -> IdentificationKey {
    let last_used_at = hours.map(|hours| now() - HOUR * hours);
    let created_at = now() - HOUR * 100;
    IdentificationKey { created_at, last_used_at, ..key(&PAIR, kid, KeyState::Active) }
}

#[track_caller]
fn check(key: &IdentificationKey, others: &[IdentificationKey], safe: bool, says: &str) {
    let all = [std::slice::from_ref(key), others].concat();
    let retirement = key.retirement(&all, now());
    assert!(
        retirement.message.contains(says) && retirement.message.ends_with('.'),
        "{retirement:?}"
    );
    assert_eq!(retirement.safe, safe, "{retirement:?}");
}

#[test]
fn a_key_may_go_when_another_took_its_place() {
    let gone = IdentificationKey { state: KeyState::Retired, ..used("gone", Some(0)) };
    let lapsed = IdentificationKey { verifies_until: Some(now()), ..used("lapsed", Some(0)) };
    let revoked = IdentificationKey { state: KeyState::Revoked, ..used("revoked", Some(0)) };
    let grace = IdentificationKey { verifies_until: Some(now() + HOUR), ..gone.clone() };
    for others in [&[][..], &[gone.clone(), revoked.clone(), grace.clone(), lapsed.clone()]] {
        check(&used("old", Some(1)), others, false, "only active key");
        check(&used("old", None), others, false, "only active key");
    }
    let new = |hours| [used("new", hours)];
    check(&used("old", Some(1)), &new(None), false, "1 hour ago, and no other active key");
    check(&used("old", Some(1)), &new(Some(2)), false, "no other active key");
    check(
        &used("old", Some(23)),
        &new(Some(0)),
        false,
        "still used: it verified a token 23 hours ago",
    );
    check(
        &used("old", Some(24)),
        &new(Some(0)),
        true,
        "last token 24 hours ago, and the key new is",
    );
    check(&used("old", Some(72)), &new(Some(30)), true, "3 days ago");
    check(&used("old", None), &new(Some(90)), true, "never verified a token, and the key new is");
    check(&used("old", None), &new(None), false, "No active key has verified a token yet");
    check(&gone, &[], true, "verifies nothing");
    check(&grace, &[], false, "still signs with it");
    check(&IdentificationKey { last_used_at: None, ..grace }, &[], true, "grace time");
    let fresh = IdentificationKey { created_at: now() - HOUR, ..used("fresh", None) };
    check(&fresh, &new(Some(0)), false, "It is new");
    check(&revoked, &[], true, "revoked");
    check(&lapsed, &[], true, "for a week");
}
