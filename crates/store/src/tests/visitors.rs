use std::time::Duration;

use domain::id::VisitorId;
use domain::lead::Lead;
use domain::visitor::{Identity, TokenHash, Visitor, VisitorToken};

use super::*;
use crate::{Claimant, LapsingVisitor, TokenRow, TokenState, TokenUse, WriteTx, Writes};

/// A visitor whom nobody keeps yet.
pub(super) fn a_new_visitor(chat: &ChatId) -> Visitor {
    let id = VisitorId::new(NOW);
    Visitor {
        chat_id: chat.clone(),
        browser_id: id.clone(),
        id,
        identity: None,
        conversation_id: None,
        created_at: NOW,
    }
}

pub(super) async fn a_visitor(tx: &mut WriteTx, chat: &ChatId) -> Visitor {
    let visitor = a_new_visitor(chat);
    tx.put_visitor(&visitor).await.unwrap();
    visitor
}

/// That of `lead`, since [`NOW`].
fn an_identity(chat: &ChatId, lead: &Lead, expires_at: Timestamp) -> Identity {
    Identity {
        lead_id: lead.id.clone(),
        kid: a_key(chat).kid,
        issued_at: 10.0,
        identified_at: NOW,
        expires_at,
    }
}

both!(a_visitor_and_its_identity_are_read_back, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let mut visitor = a_visitor(&mut tx, &chat).await;
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor.clone()));
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    visitor.identity = Some(Identity {
        lead_id: lead.id,
        kid: a_key(&chat).kid,
        issued_at: 1_799_999_999.5,
        identified_at: NOW,
        expires_at: NOW + Duration::from_hours(2),
    });
    tx.put_visitor(&visitor).await.unwrap();
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor.clone()));
    assert_eq!(tx.visitor(&ChatId::new(NOW), &visitor.id).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(a_token_is_live_until_it_is_replaced_or_ended, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (visitor, next) = (a_visitor(&mut tx, &chat).await, a_visitor(&mut tx, &chat).await);
    let [one, two, three, unseen] = [(); 4].map(|()| VisitorToken::generate(NOW).hash(&chat));
    let row = |state, successor_id| Some(TokenRow { visitor_id: visitor.id.clone(), state, successor_id });
    tx.add_visitor_token(&visitor, &one, NOW).await.unwrap();
    assert_eq!(tx.visitor_token(&chat, &one).await.unwrap(), row(TokenState::Live, None));
    tx.replace_tokens_of_visitor(&chat, &visitor.id, None).await.unwrap();
    assert_eq!(tx.visitor_token(&chat, &one).await.unwrap(), row(TokenState::Replaced, None));
    tx.add_visitor_token(&visitor, &two, NOW).await.unwrap();
    tx.replace_tokens_of_visitor(&chat, &visitor.id, Some(&next.id)).await.unwrap();
    assert_eq!(tx.visitor_token(&chat, &two).await.unwrap(), row(TokenState::Replaced, Some(next.id.clone())));
    tx.add_visitor_token(&visitor, &three, NOW).await.unwrap();
    tx.end_tokens_of_visitor(&chat, &visitor.id).await.unwrap();
    assert_eq!(tx.visitor_token(&chat, &three).await.unwrap(), row(TokenState::Ended, None));
    // What was replaced before stays so: a second tab is still to find its way.
    assert_eq!(tx.visitor_token(&chat, &one).await.unwrap(), row(TokenState::Replaced, None));
    assert_eq!(tx.visitor_token(&chat, &two).await.unwrap(), row(TokenState::Replaced, Some(next.id)));
    assert_eq!(tx.visitor_token(&chat, &unseen).await.unwrap(), None);
    assert_eq!(tx.visitor_token(&ChatId::new(NOW), &one).await.unwrap(), None);
    tx.commit().await.unwrap();
});

both!(a_signed_token_used_by_another_browser_is_noticed, store => {
    let chat = a_chat(&store).await.id;
    let claims = super::leads::claims("a@shop.example", None, 10.0);
    let tokens = [(); 2].map(|()| VisitorToken::generate(NOW).hash(&chat));
    let (one, two) = (VisitorId::of_first_token(&tokens[0]), VisitorId::of_first_token(&tokens[1]));
    let expires_at = NOW + Duration::from_mins(1);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let of = |use_id, browser| TokenUse { chat: &chat, use_id, browser, expires_at };
    let uses = [of("jti:1", &one), of("jti:1", &two), of("jti:2", &two)];
    let asked = [("jti:1", &tokens[0]), ("jti:1", &tokens[1]), ("jti:2", &tokens[1])]
        .map(|(use_id, token)| Claimant { chat: &chat, claims: &claims, token: Some(token), use_id: Some(use_id) });
    let others = async |tx: &mut WriteTx| {
        let claimed = tx.claimed_by(&asked).await.unwrap();
        claimed.iter().map(|one| one.other_uses).collect::<Vec<_>>()
    };
    let note = async |tx: &mut WriteTx, uses: &[TokenUse<'_>]| {
        let mut writes = Writes::default();
        writes.use_tokens(uses.iter().copied(), NOW);
        tx.write(writes).await.unwrap();
    };
    assert_eq!(others(&mut tx).await, [0, 0, 0]);
    note(&mut tx, &uses[..1]).await;
    note(&mut tx, &uses[..1]).await;
    assert_eq!(others(&mut tx).await, [0, 1, 0]);
    note(&mut tx, &uses).await;
    assert_eq!(others(&mut tx).await, [1, 1, 0]);
    assert_eq!(tx.count_token_uses(&chat, "jti:1").await.unwrap(), 2);
    tx.forget_token_uses(&chat, &one).await.unwrap();
    assert_eq!(others(&mut tx).await, [1, 0, 0]);
    tx.sweep(expires_at).await.unwrap();
    assert_eq!(others(&mut tx).await, [0, 0, 0]);
    tx.commit().await.unwrap();
});

both!(many_tokens_and_visitors_are_read_in_the_order_in_which_they_were_asked_for, store => {
    let (chat, other) = (a_chat(&store).await.id, a_chat(&store).await.id);
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    tx.raise_lead_floor(&chat, &lead.id, 7.5).await.unwrap();
    let writing = super::conversations::a_conversation(&mut tx, &chat).await;
    let mut visitors = Vec::new();
    for number in 0..12 {
        let mut visitor = a_visitor(&mut tx, &chat).await;
        if number == 3 {
            visitor.identity = Some(Identity {
                lead_id: lead.id.clone(),
                kid: a_key(&chat).kid,
                issued_at: 10.0,
                identified_at: NOW,
                expires_at: NOW,
            });
        }
        if number == 5 {
            visitor = tx.visitor(&chat, &writing.visitor_id).await.unwrap().unwrap();
        }
        visitors.push(visitor);
    }
    let mut writes = Writes::default();
    writes.put_visitors(&visitors);
    let hashes: Vec<TokenHash> =
        visitors.iter().map(|_| VisitorToken::generate(NOW).hash(&chat)).collect();
    // The second half has none.
    let tokens = visitors[..6].iter().zip(&hashes).map(|(visitor, token)| (visitor, token, TokenState::Live));
    writes.add_visitor_tokens(tokens, NOW);
    tx.write(writes).await.unwrap();
    let mut writes = Writes::default();
    let replaced = [(&chat, &visitors[1].id, None), (&chat, &visitors[2].id, Some(&visitors[3].id))];
    writes.replace_tokens_of_visitors(replaced);
    tx.write(writes).await.unwrap();
    let typed = super::hooks::a_typed_lead(&chat, visitors[4].id.clone());
    tx.put_typed_lead(&typed).await.unwrap();

    let mut rows = Vec::new();
    for hash in &hashes {
        rows.push(tx.visitor_token(&chat, hash).await.unwrap());
    }
    let found: Vec<_> = rows.iter().map(|row| row.as_ref().map(|row| &row.visitor_id)).collect();
    let expected: Vec<_> = visitors.iter().enumerate().map(|(at, it)| (at < 6).then_some(&it.id)).collect();
    assert_eq!(found, expected);
    let states: Vec<_> = rows.iter().flatten().map(|row| (row.state, row.successor_id.as_ref())).collect();
    let (live, replaced) = ((TokenState::Live, None), TokenState::Replaced);
    assert_eq!(states, [live, (replaced, None), (replaced, Some(&visitors[3].id)), live, live, live]);
    assert_eq!(tx.visitor_token(&other, &hashes[0]).await.unwrap(), None);
    let asked = [(&chat, &visitors[5].id), (&chat, &visitors[4].id), (&other, &visitors[4].id)];
    assert_eq!(tx.typed_leads(&asked).await.unwrap(), [None, Some(typed), None]);

    let asked: Vec<_> = visitors.iter().map(|visitor| (&chat, &visitor.id)).collect();
    let stranger = (&other, &visitors[0].id);
    let seen = tx.seen_visitors(&[&asked[..], &[stranger]].concat()).await.unwrap();
    assert_eq!(seen.len(), 13);
    assert_eq!(seen[12], None);
    for (number, seen) in seen.into_iter().flatten().enumerate() {
        assert_eq!(seen.visitor, visitors[number]);
        assert_eq!(seen.customer_floor, (number == 3).then_some(7.5));
        assert_eq!((seen.has_typed, seen.writes_as_nobody), (number == 4, number == 5), "{number}");
    }
});

both!(the_end_of_an_identity_is_recorded_once, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    let mut visitor = a_visitor(&mut tx, &chat).await;
    let expires_at = NOW + Duration::from_hours(2);
    visitor.identity = Some(an_identity(&chat, &lead, expires_at));
    tx.put_visitor(&visitor).await.unwrap();
    assert_eq!(tx.visitors_of_lead(&chat, &lead.id).await.unwrap(), [visitor.clone()]);
    assert!(tx.lapsing_visitors(NOW, 9).await.unwrap().is_empty());
    let lapsing = LapsingVisitor { chat_id: chat.clone(), id: visitor.id.clone(), expires_at };
    assert_eq!(tx.lapsing_visitors(expires_at, 9).await.unwrap(), [lapsing]);
    assert!(!tx.record_end(&chat, &visitor.id, NOW).await.unwrap());
    let kid = a_key(&chat).kid;
    let of_key = tx.visitors_of_key(&chat, &kid, NOW, 9).await.unwrap();
    assert_eq!(of_key, std::slice::from_ref(&visitor));
    assert!(tx.visitors_of_key(&chat, &kid, expires_at, 9).await.unwrap().is_empty());
    assert_eq!(tx.count_identities_of_key(&chat, &kid, NOW, 9).await.unwrap(), 1);
    assert_eq!(tx.count_identities_of_key(&chat, &kid, NOW, 0).await.unwrap(), 0);
    assert_eq!(tx.count_identities_of_key(&chat, &kid, expires_at, 9).await.unwrap(), 0);
    assert!(tx.record_end(&chat, &visitor.id, expires_at).await.unwrap());
    assert!(tx.visitors_of_key(&chat, &kid, NOW, 9).await.unwrap().is_empty());
    assert!(!tx.record_end(&chat, &visitor.id, expires_at).await.unwrap());
    assert!(tx.lapsing_visitors(expires_at, 9).await.unwrap().is_empty());
    let [seen] = tx.seen_visitors(&[(&chat, &visitor.id)]).await.unwrap().try_into().unwrap();
    assert!(seen.unwrap().end_recorded);
});

both!(an_identity_that_is_renewed_is_looked_at_when_it_was_to_lapse_and_again_when_it_does, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    let (mut visitor, other) = (a_visitor(&mut tx, &chat).await, a_visitor(&mut tx, &chat).await);
    let first = NOW + Duration::from_hours(2);
    let identity = an_identity(&chat, &lead, first);
    visitor.identity = Some(identity.clone());
    tx.put_visitor(&visitor).await.unwrap();

    let later = NOW + Duration::from_hours(3);
    let renewed = Identity { issued_at: 20.5, identified_at: NOW + Duration::from_hours(1), expires_at: later, ..identity };
    visitor.identity = Some(renewed.clone());
    let mut writes = Writes::default();
    writes.renew_identities([(&chat, &visitor.id, &renewed)]);
    tx.write(writes).await.unwrap();
    assert_eq!(tx.visitor(&chat, &visitor.id).await.unwrap(), Some(visitor.clone()));
    assert_eq!(tx.visitor(&chat, &other.id).await.unwrap(), Some(other));

    let lapsing = [LapsingVisitor { chat_id: chat.clone(), id: visitor.id.clone(), expires_at: later }];
    assert_eq!(tx.lapsing_visitors(first, 9).await.unwrap(), lapsing);
    tx.look_later(&chat, std::slice::from_ref(&visitor.id)).await.unwrap();
    assert!(tx.lapsing_visitors(first, 9).await.unwrap().is_empty());
    assert_eq!(tx.lapsing_visitors(later, 9).await.unwrap(), lapsing);
});

both!(an_identity_that_is_renewed_while_its_end_is_recorded_goes_on, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    let mut visitor = a_visitor(&mut tx, &chat).await;
    let (first, later) = (NOW + Duration::from_hours(2), NOW + Duration::from_hours(4));
    let identity = an_identity(&chat, &lead, first);
    visitor.identity = Some(identity.clone());
    tx.put_visitor(&visitor).await.unwrap();
    tx.commit().await.unwrap();
    // SQLite lets one write after the other.
    if store.postgres_pool().is_none() {
        return;
    }
    let mut sweep = store.write(Scope::Chat(&chat)).await.unwrap();
    assert!(sweep.record_end(&chat, &visitor.id, first).await.unwrap());
    let renewed = Identity { expires_at: later, ..identity };
    let renewing = tokio::spawn({
        let (store, chat, id) = (store.clone(), chat.clone(), visitor.id.clone());
        async move {
            let tx = store.write(Scope::Visitor(&chat, &id)).await.unwrap();
            let mut writes = Writes::default();
            writes.renew_identities([(&chat, &id, &renewed)]);
            tx.commit_with(writes).await.unwrap();
        }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!renewing.is_finished(), "it waits for the row");
    sweep.commit().await.unwrap();
    renewing.await.unwrap();
    let mut tx = store.read().await.unwrap();
    let found = tx.lapsing_visitors(later, 9).await.unwrap();
    assert_eq!(found, [LapsingVisitor { chat_id: chat, id: visitor.id, expires_at: later }]);
});

both!(every_token_of_a_customer_ends_for_good, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await.id;
    let mut theirs = Vec::new();
    for _ in 0..3 {
        let mut visitor = a_visitor(&mut tx, &chat).await;
        visitor.identity = Some(Identity {
            lead_id: lead.clone(),
            kid: a_key(&chat).kid,
            issued_at: 10.0,
            identified_at: NOW,
            expires_at: NOW,
        });
        tx.put_visitor(&visitor).await.unwrap();
        theirs.push(visitor);
    }
    theirs.sort_by(|one, two| one.id.cmp(&two.id));
    let stranger = a_visitor(&mut tx, &chat).await;
    let [one, two, other] = [(); 3].map(|()| VisitorToken::generate(NOW).hash(&chat));
    tx.add_visitor_token(&theirs[0], &one, NOW).await.unwrap();
    tx.replace_tokens_of_visitor(&chat, &theirs[0].id, Some(&theirs[1].id)).await.unwrap();
    tx.add_visitor_token(&theirs[1], &two, NOW).await.unwrap();
    tx.add_visitor_token(&stranger, &other, NOW).await.unwrap();
    let ended = tx.end_tokens_of_customer(&chat, &lead).await.unwrap();
    assert_eq!(ended.into_iter().collect::<Vec<_>>(), [theirs[0].id.clone(), theirs[1].id.clone()]);
    for token in [one, two] {
        let row = tx.visitor_token(&chat, &token).await.unwrap().unwrap();
        assert_eq!((row.state, row.successor_id), (TokenState::Ended, None));
    }
    assert_eq!(tx.visitor_token(&chat, &other).await.unwrap().unwrap().state, TokenState::Live);
    assert!(tx.end_tokens_of_customer(&chat, &lead).await.unwrap().is_empty());
    assert_eq!(tx.visitors_of_customer(&chat, &lead, None, 2).await.unwrap(), theirs[..2]);
    let after = Some(&theirs[1].id);
    assert_eq!(tx.visitors_of_customer(&chat, &lead, after, 2).await.unwrap(), theirs[2..]);
    tx.commit().await.unwrap();
});

both!(tokens_of_identities_from_before_a_floor_end, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let lead = super::conversations::a_lead(&mut tx, &chat, "a@shop.example").await;
    let now = NOW.as_seconds();
    // Issued and identified; a floor at `now` ends the first two.
    let table = [(now - 1.0, 0, true), (now + 99.0, -1_000, true), (now, 0, false)];
    for (issued_at, ms, ended) in table {
        let mut visitor = a_visitor(&mut tx, &chat).await;
        visitor.identity = Some(Identity {
            lead_id: lead.id.clone(),
            kid: a_key(&chat).kid,
            issued_at,
            identified_at: Timestamp::from_millis(NOW.as_millis() + ms),
            expires_at: NOW + Duration::from_hours(2),
        });
        tx.put_visitor(&visitor).await.unwrap();
        let token = VisitorToken::generate(NOW).hash(&chat);
        tx.add_visitor_token(&visitor, &token, NOW).await.unwrap();
        tx.end_tokens_identified_before(&chat, now).await.unwrap();
        let state = tx.visitor_token(&chat, &token).await.unwrap().unwrap().state;
        assert_eq!(state == TokenState::Ended, ended, "{issued_at} {ms}");
    }
});
