use domain::id::LeadId;
use domain::identity::claims::CustomerClaims;
use domain::lead::{Attributes, Lead};
use domain::visitor::VisitorToken;

use super::*;
use crate::{Claimant, Customer, KnownBy, WriteTx, Writes};

pub(super) fn claims(email: &str, stable_id: Option<&str>, issued_at: f64) -> CustomerClaims {
    CustomerClaims {
        email: email.parse().unwrap(),
        stable_id: stable_id.map(|id| id.parse().unwrap()),
        first_name: Some("Ada".parse().unwrap()),
        last_name: None,
        attributes: Some(Attributes::from_stored(r#"{"tier":"gold","n":7}"#).unwrap()),
        issued_at,
        expires_at: issued_at + 60.0,
        not_before: None,
        issuer: None,
        jti: None,
    }
}

/// Identifies a customer as the service does, and answers who it was.
async fn identify(tx: &mut WriteTx, chat: &ChatId, claims: &CustomerClaims) -> LeadId {
    let lead = match tx.claimed(chat, claims).await.unwrap().customer {
        Customer::Known(mut lead) => {
            lead.merge(claims, NOW);
            *lead
        }
        Customer::New => Lead::identified(chat.clone(), claims, NOW),
    };
    tx.put_lead(&lead).await.unwrap();
    lead.id
}

both!(a_lead_is_read_back_as_it_was_written, store => {
    let chat = a_chat(&store).await;
    let lead = Lead::identified(chat.id.clone(), &claims("Ada@Shop.example", Some("7"), 1_800_000_000.25), NOW);
    let mut tx = store.write(Scope::Chat(&chat.id)).await.unwrap();
    tx.put_lead(&lead).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.lead(&chat.id, &lead.id).await.unwrap(), Some(lead));
    let other = LeadId::new(NOW);
    assert_eq!(tx.lead(&chat.id, &other).await.unwrap(), None);
});

both!(a_stable_id_is_one_customer_and_its_email_may_change, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let first = identify(&mut tx, &chat, &claims("old@shop.example", Some("7"), 10.0)).await;
    let second = identify(&mut tx, &chat, &claims("new@shop.example", Some("7"), 11.0)).await;
    assert_eq!(first, second);
    let kept = tx.lead(&chat, &first).await.unwrap().unwrap();
    assert_eq!(kept.email.signed(), "new@shop.example");
    // The old email is nobody's now.
    let third = identify(&mut tx, &chat, &claims("old@shop.example", None, 12.0)).await;
    assert_ne!(first, third);
});

both!(one_email_with_two_ids_is_two_customers_who_share_nothing, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let one = identify(&mut tx, &chat, &claims("a@shop.example", Some("1"), 10.0)).await;
    let lead = tx.lead(&chat, &one).await.unwrap().unwrap();
    assert!(!tx.shares_email(&lead).await.unwrap());
    let two = identify(&mut tx, &chat, &claims("A@shop.example", Some("2"), 10.0)).await;
    assert_ne!(one, two);
    assert!(tx.shares_email(&lead).await.unwrap());
    // Which of the two a token without an id means cannot be told: it is a customer of its own.
    let none = identify(&mut tx, &chat, &claims("a@shop.example", None, 10.0)).await;
    assert!(none != one && none != two);
    assert_eq!(identify(&mut tx, &chat, &claims("a@shop.example", None, 11.0)).await, none);
    // And a third id does not become that one.
    let three = identify(&mut tx, &chat, &claims("a@shop.example", Some("3"), 12.0)).await;
    assert!(three != none && three != one && three != two);
});

both!(a_customer_known_by_email_gains_the_id_that_comes_first, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let one = identify(&mut tx, &chat, &claims("a@shop.example", None, 10.0)).await;
    assert_eq!(identify(&mut tx, &chat, &claims("a@shop.example", Some("1"), 11.0)).await, one);
    assert_eq!(identify(&mut tx, &chat, &claims("a@shop.example", None, 12.0)).await, one);
    assert_eq!(tx.lead(&chat, &one).await.unwrap().unwrap().stable_id.unwrap().as_str(), "1");
});

both!(an_older_token_changes_nothing, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let id = identify(&mut tx, &chat, &claims("a@shop.example", Some("1"), 20.0)).await;
    let mut older = claims("old@shop.example", Some("1"), 19.0);
    older.first_name = Some("Eve".parse().unwrap());
    assert_eq!(identify(&mut tx, &chat, &older).await, id);
    let kept = tx.lead(&chat, &id).await.unwrap().unwrap();
    assert_eq!((kept.email.signed(), kept.first_name.unwrap().as_str()), ("a@shop.example", "Ada"));
    // Even one that was decided on before the newer was kept.
    let mut stale = Lead::identified(chat.clone(), &older, NOW);
    stale.id = id.clone();
    tx.put_lead(&stale).await.unwrap();
    assert_eq!(tx.lead(&chat, &id).await.unwrap().unwrap().email.signed(), "a@shop.example");
});

both!(a_customer_of_one_chat_is_nobody_in_another, store => {
    let (one, two) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let known = claims("a@shop.example", Some("1"), 10.0);
    let mut tx = store.write(Scope::Chat(&one)).await.unwrap();
    let id = identify(&mut tx, &one, &known).await;
    assert_eq!(tx.claimed(&two, &known).await.unwrap().customer, Customer::New);
    assert_eq!(tx.lead(&two, &id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(floors_rise_and_do_not_fall, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let known = claims("ada@shop.example", Some("7"), 10.0);
    let lead = identify(&mut tx, &chat, &known).await;
    let by_email = KnownBy::Email(known.email.key().clone());
    let by_id = KnownBy::Id("7".parse().unwrap());
    for by in [&by_email, &by_id] {
        let found = tx.leads_known_by(&chat, by).await.unwrap();
        assert_eq!(found.iter().map(|found| &found.id).collect::<Vec<_>>(), [&lead]);
    }
    let floor_of = async |tx: &mut WriteTx, claims| tx.claimed(&chat, claims).await.unwrap().floor;
    assert_eq!(floor_of(&mut tx, &known).await, None);
    tx.raise_customer_floor(&chat, &by_id, 20.5).await.unwrap();
    tx.raise_customer_floor(&chat, &by_id, 15.0).await.unwrap();
    tx.raise_customer_floor(&chat, &by_email, 12.0).await.unwrap();
    assert_eq!(floor_of(&mut tx, &known).await, Some(20.5));
    let without_id = claims("ada@shop.example", None, 10.0);
    assert_eq!(floor_of(&mut tx, &without_id).await, Some(12.0));
    // Tokens with an id, and those of other emails, are not those with an email alone.
    tx.raise_floor_of_email_alone(&chat, without_id.email.key(), 30.0).await.unwrap();
    assert_eq!(floor_of(&mut tx, &without_id).await, Some(30.0));
    assert_eq!(floor_of(&mut tx, &known).await, Some(20.5));
    assert_eq!(floor_of(&mut tx, &claims("bob@shop.example", None, 1.0)).await, None);
    let floor = async |tx: &mut WriteTx| tx.lead(&chat, &lead).await.unwrap().unwrap().not_before;
    tx.raise_lead_floor(&chat, &lead, 20.0).await.unwrap();
    tx.raise_lead_floor(&chat, &lead, 19.0).await.unwrap();
    assert_eq!(floor(&mut tx).await, Some(20.0));
    // A later token of the customer leaves it as it is.
    identify(&mut tx, &chat, &claims("ada@shop.example", Some("7"), 30.0)).await;
    assert_eq!(floor(&mut tx).await, Some(20.0));
});

both!(customers_are_listed_newest_first_and_removed_when_nothing_names_them, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut ids = Vec::new();
    for number in 1..=3 {
        let email = format!("a{number}@shop.example");
        let lead = Lead::identified(chat.clone(), &claims(&email, None, 10.0), Timestamp::from_millis(number));
        tx.put_lead(&lead).await.unwrap();
        ids.push(lead.id);
    }
    ids.reverse();
    let listed = |leads: Vec<Lead>| leads.into_iter().map(|lead| lead.id).collect::<Vec<_>>();
    assert_eq!(listed(tx.leads(&chat, 10, 0).await.unwrap()), ids);
    assert_eq!(listed(tx.leads(&chat, 1, 1).await.unwrap()), ids[1..2]);
    let known: domain::lead::Email = "A1@shop.example".parse().unwrap();
    assert!(tx.is_customers_email(&chat, known.key()).await.unwrap());
    let mut visitor = super::visitors::a_visitor(&mut tx, &chat).await;
    visitor.identity = Some(domain::visitor::Identity {
        lead_id: ids[2].clone(),
        kid: a_key(&chat).kid,
        issued_at: 10.0,
        identified_at: NOW,
        expires_at: NOW,
    });
    tx.put_visitor(&visitor).await.unwrap();
    visitor.identity = None;
    tx.put_visitor(&visitor).await.unwrap();
    tx.delete_lead(&chat, &ids[2]).await.unwrap();
    assert!(!tx.is_customers_email(&chat, known.key()).await.unwrap());
    assert_eq!(tx.leads(&chat, 10, 0).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
});

both!(claims_of_many_are_looked_at_at_once, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let first = identify(&mut tx, &chat, &claims("a@shop.example", Some("1"), 10.0)).await;
    let twins = [claims("b@shop.example", Some("2"), 10.0), claims("B@shop.example", Some("3"), 10.0)];
    let second = identify(&mut tx, &chat, &twins[0]).await;
    identify(&mut tx, &chat, &twins[1]).await;
    let visitor = super::visitors::a_visitor(&mut tx, &chat).await;
    let typed = super::hooks::a_typed_lead(&chat, visitor.id.clone());
    tx.put_typed_lead(&typed).await.unwrap();
    tx.add_hook(&super::hooks::a_hook(&chat, "https://hooks.example/1")).await.unwrap();
    let [token, stranger] = [(); 2].map(|()| VisitorToken::generate(NOW).hash(&chat));
    tx.add_visitor_token(&visitor, &token, NOW).await.unwrap();
    let token = Some(&token);
    let of = |chat, claims, token| Claimant { chat, claims, token, use_id: None };
    let (by_id, by_email) = (claims("new@shop.example", Some("1"), 11.0), claims("a@shop.example", None, 11.0));
    let (of_twins, unknown) = (claims("b@shop.example", None, 11.0), claims("c@shop.example", Some("9"), 11.0));
    let typist = claims(typed.email.signed(), None, 11.0);
    let claimed = tx.claimed_by(&[
        of(&chat, &unknown, token),
        of(&chat, &by_id, None),
        of(&other, &by_id, None),
        of(&chat, &by_email, token),
        of(&chat, &of_twins, None),
        of(&chat, &twins[0], None),
        of(&chat, &typist, token),
        of(&chat, &typist, Some(&stranger)),
    ]).await.unwrap();
    let customers: Vec<Option<LeadId>> = claimed.iter().map(|one| match &one.customer {
        Customer::Known(lead) => Some(lead.id.clone()),
        Customer::New => None,
    }).collect();
    let (first, second) = (Some(first), Some(second));
    assert_eq!(customers, [None, first.clone(), None, first, None, second, None, None]);
    let shared: Vec<bool> = claimed.iter().map(|one| one.shares_email).collect();
    assert_eq!(shared, [false, false, false, false, true, false, false, false]);
    let told: Vec<bool> = claimed.iter().map(|one| one.is_told).collect();
    assert_eq!(told, [true, true, false, true, true, true, true, true]);
    let typed: Vec<_> = claimed.iter().map(|one| one.typed_at).collect();
    assert_eq!(typed, [None, None, None, None, None, None, Some(NOW), None]);
    let visitors: Vec<bool> = claimed.iter().map(|one| one.visitor.as_ref().is_some_and(|seen| seen.visitor == visitor)).collect();
    assert_eq!(visitors, [true, false, false, true, false, false, true, false]);
    assert!(claimed.iter().all(|one| one.token.is_some() == one.visitor.is_some()));
});

// The time at which a token was issued is compared for being older, so not the last bit of it may change on the way.
both!(fractions_of_seconds_are_kept_to_the_last_bit, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap())
    };
    let all = (0..400).map(|_| 1_700_000_000.0 + next() / 16.0 + next() / 1e10);
    let times: Vec<f64> = all.chain([0.1, 1e-9, 253_402_300_799.999, 9_007_199_254_740_991.0]).collect();
    let leads: Vec<Lead> = times.iter().enumerate().map(|(number, issued_at)| {
        let claims = claims(&format!("a{number}@shop.example"), None, *issued_at);
        Lead::identified(chat.clone(), &claims, NOW)
    }).collect();
    let mut writes = Writes::default();
    writes.put_leads(leads.iter().map(|lead| (lead, true)));
    tx.write(writes).await.unwrap();
    for lead in leads {
        let kept = tx.lead(&chat, &lead.id).await.unwrap().unwrap();
        assert_eq!(kept.claims_issued_at.to_bits(), lead.claims_issued_at.to_bits(), "{}", lead.claims_issued_at);
    }
});

both!(a_lead_is_read_back_as_it_was_written_whatever_it_is_called, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut named = claims("o'neil+x@shop.example", Some("{\"a\":[1]}"), 10.0);
    named.first_name = Some("007".parse().unwrap());
    named.last_name = Some("null \\u0041 \u{1F331} \"x\" $1 é".parse().unwrap());
    let lead = Lead::identified(chat.clone(), &named, NOW);
    tx.put_lead(&lead).await.unwrap();
    assert_eq!(tx.lead(&chat, &lead.id).await.unwrap(), Some(lead));
});

both!(many_leads_are_read_in_the_order_in_which_they_were_asked_for, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let one = identify(&mut tx, &chat, &claims("a@shop.example", Some("1"), 10.0)).await;
    let twin = identify(&mut tx, &chat, &claims("A@shop.example", Some("2"), 10.0)).await;
    let alone = identify(&mut tx, &chat, &claims("b@shop.example", Some("3"), 10.0)).await;
    let asked = [(&chat, &alone), (&other, &one), (&chat, &twin), (&chat, &one)];
    let found = tx.leads_with_ids(&asked).await.unwrap();
    let ids: Vec<_> = found.iter().map(|lead| lead.as_ref().map(|lead| &lead.id)).collect();
    assert_eq!(ids, [Some(&alone), None, Some(&twin), Some(&one)]);
    let (a, b) = ("a@shop.example".parse::<domain::lead::Email>().unwrap(), found[0].as_ref().unwrap().email.clone());
    let asked = [
        (&chat, a.key(), Some(&one)),
        (&chat, b.key(), Some(&alone)),
        (&chat, b.key(), None),
        (&other, b.key(), None),
    ];
    assert_eq!(tx.are_customers_emails(&asked).await.unwrap(), [true, false, true, false]);
    let leads: Vec<Lead> = found.into_iter().flatten().collect();
    let entered = domain::profile::EnteredField {
        value: domain::profile::FieldValue::parse(domain::profile::FieldName::FirstName, "Grace").unwrap(),
        by: domain::profile::EnteredBy::Operator(domain::id::OperatorId::new(NOW)),
        at: NOW,
    };
    tx.put_field(&chat, &twin, &entered).await.unwrap();
    let profiles = tx.profiles(leads.clone()).await.unwrap();
    let names: Vec<usize> = profiles.iter().map(|profile| {
        profile.fields().iter().filter(|field| field.value == "Grace").count()
    }).collect();
    assert_eq!(names, [0, 1, 0]);
    assert_eq!(profiles.iter().map(domain::profile::Profile::lead).collect::<Vec<_>>(), leads.iter().collect::<Vec<_>>());
});
