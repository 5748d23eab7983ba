//! What becomes of a visitor.

use std::time::Duration;

use super::*;
use crate::chat::{Chat, Identification, Platform, WidgetToken};
use crate::id::{AccountId, LeadId, VisitorId};
use crate::identity::decide::{Binding, Presented, Standing, decide};
use crate::visitor::{Identity, Visitor};

fn visitor(customer: Option<&LeadId>) -> Visitor {
    let identity = customer.map(|lead| Identity {
        lead_id: lead.clone(),
        kid: "main".parse().unwrap(),
        issued_at: 0.0,
        identified_at: now(),
        expires_at: now(),
    });
    Visitor {
        chat_id: "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().unwrap(),
        id: VisitorId::new(now()),
        browser_id: VisitorId::new(now()),
        identity,
        conversation_id: None,
        created_at: now(),
    }
}

#[test]
fn a_visitor_becomes_a_customer_once() {
    use Standing::{Holds, Lapsed, Revoked};
    let (ann, bob) = (LeadId::new(now()), LeadId::new(now()));
    let (nobody, anns, bobs) = (visitor(None), visitor(Some(&ann)), visitor(Some(&bob)));
    let new_token = |visitor: &Visitor| Binding::NewToken { visitor: visitor.id.clone() };
    let another = |visitor: &Visitor| Binding::AnotherToken { visitor: visitor.id.clone() };
    let live = |visitor, standing| Presented::Live { visitor, standing };
    let replaced = |visitor, successor| Presented::Replaced {
        visitor,
        standing: Holds,
        successor: Option::map(successor, |successor| (successor, Holds)),
    };
    let once = |visitor, standing| Presented::Replaced { visitor, standing, successor: None };
    let succeeded = |visitor, successor, standing| Presented::Replaced {
        visitor,
        standing: Holds,
        successor: Some((successor, standing)),
    };
    // Ann is identified.
    let table = [
        (Presented::Unknown(&nobody.id), new_token(&nobody)),
        (live(&nobody, Lapsed), new_token(&nobody)),
        (live(&nobody, Holds), new_token(&nobody)),
        (live(&anns, Holds), Binding::KeepToken),
        (live(&anns, Lapsed), new_token(&anns)),
        (live(&anns, Revoked), Binding::NewVisitor),
        (live(&bobs, Revoked), Binding::NewVisitor),
        (live(&bobs, Holds), Binding::NewVisitor),
        (live(&bobs, Lapsed), Binding::NewVisitor),
        (replaced(&anns, None), another(&anns)),
        (replaced(&bobs, None), Binding::NewVisitor),
        (replaced(&nobody, None), Binding::NewVisitor),
        (replaced(&bobs, Some(&anns)), another(&anns)),
        (replaced(&anns, Some(&bobs)), another(&anns)),
        (replaced(&bobs, Some(&bobs)), Binding::NewVisitor),
        (replaced(&nobody, Some(&nobody)), Binding::NewVisitor),
        (once(&anns, Lapsed), new_token(&anns)),
        (once(&anns, Revoked), Binding::NewVisitor),
        (succeeded(&bobs, &anns, Lapsed), new_token(&anns)),
        (succeeded(&bobs, &anns, Revoked), Binding::NewVisitor),
        (Presented::Ended, Binding::NewVisitor),
    ];
    for (presented, expected) in table {
        assert_eq!(decide(presented, &ann), expected, "{presented:?}");
    }
}

fn a_chat() -> Chat {
    Chat {
        id: "chat_01jz3v5k8m2q4r6t7w9x0y1z2a".parse().unwrap(),
        account_id: AccountId::new(now()),
        name: "Shop".parse().unwrap(),
        platform: Platform::Custom,
        widget_token: WidgetToken::generate(),
        settings: crate::settings::Settings::default(),
        identification: Identification { active: true, ended_at: None },
        version: 1,
        created_at: now(),
    }
}

#[test]
fn an_identity_holds_lapses_or_is_revoked() {
    use KeyState::{Active, Retired};
    use Standing::{Holds, Lapsed, Revoked};
    let key = |state| super::key(&PAIR, "main", state);
    let check = |change: &dyn Fn(&mut Chat, &mut Identity), state, floor, expected| {
        let mut chat = a_chat();
        let mut identity = Identity {
            lead_id: LeadId::new(now()),
            kid: "main".parse().unwrap(),
            issued_at: 1_000.0,
            identified_at: now(),
            expires_at: now() + Duration::from_hours(2),
        };
        change(&mut chat, &mut identity);
        assert_eq!(identity.standing(&chat, &[key(state)], floor, now()), expected);
    };
    check(&|_, _| {}, Active, None, Holds);
    check(&|_, _| {}, Retired, None, Holds);
    check(&|_, _| {}, KeyState::Revoked, None, Revoked);
    check(&|_, _| {}, Active, Some(1_000.0), Holds);
    check(&|_, _| {}, Active, Some(1_000.5), Revoked);
    // A clock that is ahead dates a token after the moment at which it was taken back.
    let ahead = |_: &mut Chat, identity: &mut Identity| {
        identity.issued_at = now().as_seconds() + 200.0;
    };
    check(&ahead, Active, Some(now().as_seconds()), Holds);
    check(&ahead, Active, Some(now().as_seconds() + 0.001), Revoked);
    check(
        &|chat, _| chat.settings.identification.not_before = Some(1_001.0),
        Active,
        None,
        Revoked,
    );
    check(&|_, identity| identity.expires_at = now(), Active, None, Lapsed);
    check(&|chat, _| chat.identification.active = false, Active, None, Lapsed);
    check(&|chat, _| chat.identification.ended_at = Some(now()), Active, None, Lapsed);
    check(&|_, identity| identity.kid = "gone".parse().unwrap(), Active, None, Lapsed);
    // Time that passes brings no revoked token back.
    check(&|_, identity| identity.expires_at = now(), KeyState::Revoked, None, Revoked);
}
