use std::time::Duration;

use domain::audit::{AuditEntry, AuditKind, CallOrigin};
use domain::id::{AuditId, OperatorId};

use super::*;
use crate::AuditQuery;

both!(the_log_is_read_back_by_person_kind_and_time, store => {
    let chat = a_chat(&store).await;
    let (ada, bob) = (OperatorId::new(NOW), OperatorId::new(NOW));
    let mut tx = store.write(Scope::Account(&chat.account_id)).await.unwrap();
    let origin = CallOrigin::new("192.0.2.7".parse().unwrap(), "Firefox");
    let mut kept = Vec::new();
    for (minute, (who, kind)) in
        [(&ada, AuditKind::SignedIn), (&bob, AuditKind::SignedIn), (&ada, AuditKind::KeyMade), (&bob, AuditKind::KeyMade)]
            .into_iter()
            .zip(0_u64..)
            .map(|(one, minute)| (minute, one))
    {
        let entry = AuditEntry {
            operator_id: Some(who.clone()),
            operator_email: Some("a@shop.example".to_owned()),
            ..AuditEntry::new(chat.account_id.clone(), kind, NOW + Duration::from_mins(minute))
        };
        let entry = entry.in_chat(&chat.id).about("kid").with_detail("2048").from(&origin);
        tx.append_audit(&entry).await.unwrap();
        kept.push(entry);
    }
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let mut ask = async |query: AuditQuery, limit| tx.audit(&chat.account_id, &query, limit).await.unwrap();
    let newest_first = |which: &[usize]| which.iter().map(|at| kept[*at].clone()).collect::<Vec<_>>();
    let all = AuditQuery::default();
    assert_eq!(ask(all.clone(), 10).await, newest_first(&[3, 2, 1, 0]));
    assert_eq!(ask(all.clone(), 2).await, newest_first(&[3, 2]));
    let next = AuditQuery { before: Some(kept[2].id.clone()), ..all.clone() };
    assert_eq!(ask(next, 10).await, newest_first(&[1, 0]));
    let since = AuditQuery { since: Some(AuditId::first_at(NOW + Duration::from_mins(1))), ..all.clone() };
    assert_eq!(ask(since, 10).await, newest_first(&[3, 2, 1]));
    let of_ada = AuditQuery { operator: Some(ada), ..all.clone() };
    assert_eq!(ask(of_ada.clone(), 10).await, newest_first(&[2, 0]));
    let keys = AuditQuery { kind: Some(AuditKind::KeyMade), ..all.clone() };
    assert_eq!(ask(keys, 10).await, newest_first(&[3, 2]));
    let both = AuditQuery { kind: Some(AuditKind::KeyMade), ..of_ada };
    assert_eq!(ask(both, 10).await, newest_first(&[2]));
    assert_eq!(tx.audit(&AccountId::new(NOW), &all, 10).await.unwrap(), []);
});

both!(what_is_older_than_400_days_is_swept, store => {
    let chat = a_chat(&store).await;
    let mut tx = store.write(Scope::Housekeeping).await.unwrap();
    let entry = AuditEntry::new(chat.account_id.clone(), AuditKind::SignedIn, NOW);
    tx.append_audit(&entry).await.unwrap();
    for (days, left) in [(400, 1), (401, 0)] {
        tx.sweep(NOW + Duration::from_hours(24 * days)).await.unwrap();
        assert_eq!(tx.audit(&chat.account_id, &AuditQuery::default(), 10).await.unwrap().len(), left);
    }
});
