//! What becomes of a visitor.

use super::*;
use crate::id::{LeadId, VisitorId};
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
    use Standing::{Holds, Lapsed};
    let (ann, bob) = (LeadId::new(now()), LeadId::new(now()));
    let (nobody, anns, bobs) = (visitor(None), visitor(Some(&ann)), visitor(Some(&bob)));
    let new_token = |visitor: &Visitor| Binding::NewToken { visitor: visitor.id.clone() };
    let another = |visitor: &Visitor| Binding::AnotherToken { visitor: visitor.id.clone() };
    let live = |visitor, standing| Presented::Live { visitor, standing };
    let replaced = |visitor, successor| Presented::Replaced { visitor, successor };
    // Ann is identified.
    let table = [
        (Presented::Unknown(&nobody.id), new_token(&nobody)),
        (live(&nobody, Lapsed), new_token(&nobody)),
        (live(&nobody, Holds), new_token(&nobody)),
        (live(&anns, Holds), Binding::KeepToken),
        (live(&anns, Lapsed), new_token(&anns)),
        (live(&bobs, Holds), Binding::NewVisitor),
        (live(&bobs, Lapsed), Binding::NewVisitor),
        (replaced(&anns, None), another(&anns)),
        (replaced(&bobs, None), Binding::NewVisitor),
        (replaced(&nobody, None), Binding::NewVisitor),
        (replaced(&bobs, Some(&anns)), another(&anns)),
        (replaced(&anns, Some(&bobs)), another(&anns)),
        (replaced(&bobs, Some(&bobs)), Binding::NewVisitor),
        (replaced(&nobody, Some(&nobody)), Binding::NewVisitor),
        (Presented::Ended, Binding::NewVisitor),
    ];
    for (presented, expected) in table {
        assert_eq!(decide(presented, &ann), expected, "{presented:?}");
    }
}
