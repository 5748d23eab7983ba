//! What becomes of a call, from what was read for it. Nothing is asked for here, and nothing is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::id::{ChatId, RequestId, VisitorId};
use domain::identity::Verified;
use domain::identity::decide::{Binding, Presented, Standing, decide};
use domain::identity::reason::Reason;
use domain::lead::Lead;
use domain::profile::Profile;
use domain::record::{Entry, EntryKind};
use domain::search::words_of_customer;
use domain::settings::ReplayPolicy;
use domain::time::Timestamp;
use domain::visitor::{Identity, TokenHash, Visitor, VisitorToken};
use domain::webhook::WebhookEvent;
use store::{Claimant, Claimed, Customer, SeenVisitor, TokenRow, TokenState};

use crate::app::chats::KnownChat;

/// A call whose token is good: a customer is about to be tied to a visitor.
#[derive(Debug)]
pub(super) struct Call {
    /// The chat.
    pub(super) known: Arc<KnownChat>,
    /// What the token says.
    pub(super) verified: Verified,
    /// What is kept of the visitor token that came with it.
    pub(super) token: TokenHash,
    /// A hash of the signed token: its uses by several browsers are counted.
    pub(super) jwt: String,
    /// The call's id.
    pub(super) request: RequestId,
    /// The page's origin, where it came from a page.
    pub(super) origin: Option<String>,
}

impl Call {
    /// What is asked about it.
    pub(super) fn claimant(&self) -> Claimant<'_> {
        let minds = self.known.chat.settings.identification.replay != ReplayPolicy::Off;
        Claimant {
            chat: &self.known.chat.id,
            claims: &self.verified.claims,
            token: Some(&self.token),
            use_id: minds.then(|| self.verified.use_id.as_str()),
        }
    }

    /// What no other call of the same batch may have, as far as the call itself says: the visitor token, the customer's email and id, and,
    /// where the chat minds who uses it, the signed token.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&ChatId, &'static str, &str)> {
        let Claimant { chat, claims, use_id, .. } = self.claimant();
        let keys = [
            Some(("token", self.token.as_str())),
            Some(("email", claims.email.key().as_str())),
            claims.stable_id.as_ref().map(|id| ("id", id.as_str())),
            use_id.map(|id| ("use", id)),
        ];
        keys.into_iter().flatten().map(move |(kind, key)| (chat, kind, key))
    }
}

/// The presented visitor token, as far as it is known.
#[derive(Debug)]
pub(super) struct Found {
    /// Its visitor, who need not be there yet.
    pub(super) id: VisitorId,
    /// The token.
    pub(super) row: Option<TokenRow>,
    /// Its visitor.
    pub(super) visitor: Option<SeenVisitor>,
    /// The visitor who went on in that browser, where that is another one.
    pub(super) successor: Option<SeenVisitor>,
}

/// What a call changes of the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nobody knew the customer before.
    New,
    /// More than times.
    Facts,
    /// When they were identified, and by which token.
    Times,
}

/// The customer as this call leaves it.
#[derive(Debug)]
pub(super) struct Proven {
    pub(super) lead: Lead,
    change: Change,
    /// Whether the customer's email is another one than before.
    email_changed: bool,
    /// What a new customer is found by.
    words: Option<BTreeSet<String>>,
    /// Whether the chat has hooks or webhooks.
    is_told: bool,
    /// When somebody in the same browser first typed the same email.
    typed_at: Option<Timestamp>,
}

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) lead: Lead,
    pub(super) change: Change,
    /// What a new customer is found by. Of one who was known, or whose email others have, it is looked for later.
    pub(super) words: Option<BTreeSet<String>>,
    /// Whether the chat has hooks or webhooks.
    pub(super) is_told: bool,
    /// When somebody in the same browser first typed the same email.
    pub(super) typed_at: Option<Timestamp>,
    /// Whose token was presented.
    pub(super) presented: VisitorId,
    /// The visitor that the customer is tied to.
    pub(super) visitor: Visitor,
    /// Whether of the visitor only the identity is to be written, which was the same customer's, and now ends no earlier.
    pub(super) is_renewed: bool,
    /// Whose tokens are replaced, and who goes on instead.
    pub(super) replaced: Option<(VisitorId, Option<VisitorId>)>,
    /// New tokens of the visitor.
    pub(super) tokens: Vec<(TokenHash, TokenState)>,
    /// The identity that ends: of whom, and when it would have lapsed.
    pub(super) ended: Option<(VisitorId, Timestamp)>,
    /// For the record.
    pub(super) entries: Vec<Entry>,
    /// What webhooks are told.
    pub(super) events: Vec<WebhookEvent>,
    /// Whether what the visitor said and typed is yet to become the customer's.
    pub(super) joins: bool,
    /// What takes the place of the visitor's token.
    pub(super) answer: Option<VisitorToken>,
}

impl Found {
    /// The browser that presented it: its first visitor.
    pub(super) fn browser(&self) -> &VisitorId {
        self.visitor.as_ref().map_or(&self.id, |seen| &seen.visitor.browser_id)
    }

    /// Who went on in that browser.
    pub(super) fn successor_id(&self) -> Option<&VisitorId> {
        self.row.as_ref()?.successor_id.as_ref()
    }

    fn as_presented(&self, known: &KnownChat, now: Timestamp) -> Presented<'_> {
        let Some((row, seen)) = self.row.as_ref().zip(self.visitor.as_ref()) else {
            return Presented::Unknown(&self.id);
        };
        let (visitor, standing) = (&seen.visitor, standing(known, seen, now));
        match row.state {
            TokenState::Live => Presented::Live { visitor, standing },
            TokenState::Replaced => {
                let successor = self.successor.as_ref();
                let successor =
                    successor.map(|other| (&other.visitor, self::standing(known, other, now)));
                Presented::Replaced { visitor, standing, successor }
            }
            TokenState::Ended => Presented::Ended,
        }
    }

    /// The visitor with this id, among those that were read.
    fn seen(&self, id: &VisitorId) -> Option<&SeenVisitor> {
        let both = self.visitor.iter().chain(&self.successor);
        both.into_iter().find(|seen| seen.visitor.id == *id)
    }
}

/// How the identity of a visitor stands.
fn standing(known: &KnownChat, seen: &SeenVisitor, now: Timestamp) -> Standing {
    seen.visitor.identity.as_ref().map_or(Standing::Lapsed, |identity| {
        identity.standing(&known.chat, known.keys.keys(), seen.customer_floor, now)
    })
}

/// The customer whom the call's token is about, with what the token says.
///
/// # Errors
/// [`Reason::CustomerRevoked`] when the merchant revoked that customer after the token was issued.
pub(super) fn prove(call: &Call, claimed: Claimed, now: Timestamp) -> Result<Proven, Reason> {
    let claims = &call.verified.claims;
    if claimed.floor.is_some_and(|floor| claims.issued_at < floor) {
        return Err(Reason::CustomerRevoked);
    }
    let Claimed { customer, shares_email, is_told, typed_at, .. } = claimed;
    let (lead, change, email_changed) = match customer {
        Customer::Known(lead) if lead.refuses(claims) => return Err(Reason::CustomerRevoked),
        Customer::Known(mut lead) => {
            let email = lead.email.key().clone();
            let change = if lead.merge(claims, now) { Change::Facts } else { Change::Times };
            let email_changed = *lead.email.key() != email;
            (*lead, change, email_changed)
        }
        Customer::New => {
            let lead = Lead::identified(call.known.chat.id.clone(), claims, now);
            (lead, Change::New, false)
        }
    };
    let words = (change == Change::New && !shares_email).then(|| {
        let fields = Profile::new(lead.clone(), Vec::new()).fields();
        words_of_customer(&lead, &fields)
    });
    Ok(Proven { lead, change, email_changed, words, is_told, typed_at })
}

/// Whether `others`, so many other browsers, used the token before, where the chat minds and yet allows it.
///
/// # Errors
/// [`Reason::Replayed`] where it does not allow it.
pub(super) fn is_replayed(call: &Call, others: i64) -> Result<bool, Reason> {
    let policy = call.known.chat.settings.identification.replay;
    if others == 0 || policy == ReplayPolicy::Off {
        return Ok(false);
    }
    tracing::warn!(chat = %call.known.chat.id, kid = call.verified.kid.as_str(), others, "a token was used by more than one browser");
    if policy == ReplayPolicy::Refuse { Err(Reason::Replayed) } else { Ok(true) }
}

impl Plan {
    /// Whether more is to be written than of any call.
    pub(super) fn is_rare(&self) -> bool {
        let tells = self.is_told && (self.change == Change::New || !self.events.is_empty());
        self.ended.is_some() || self.joins || tells
    }

    /// What is to be written so that the proven customer is tied to the visitor whom the call found.
    pub(super) fn new(call: &Call, found: &Found, proven: Proven, now: Timestamp) -> Self {
        let presented = found.as_presented(&call.known, now);
        let binding = decide(presented, &proven.lead.id);
        let id = match &binding {
            Binding::KeepToken => found.id.clone(),
            Binding::NewToken { visitor } | Binding::AnotherToken { visitor } => visitor.clone(),
            Binding::NewVisitor => VisitorId::new(now),
        };
        let seen = found.seen(&id);
        let says = seen.is_some_and(|seen| seen.writes_as_nobody || seen.has_typed);
        let was_identified = seen.is_some_and(|seen| seen.visitor.identity.is_some());
        let visitor = visitor(call, found, &proven.lead, id, now);
        let is_renewed = seen.is_some_and(|seen| is_renewed(&visitor, seen));
        let mut plan = Self {
            words: proven.words,
            visitor,
            is_renewed,
            change: proven.change,
            is_told: proven.is_told,
            typed_at: proven.typed_at,
            presented: found.id.clone(),
            replaced: None,
            tokens: Vec::new(),
            ended: None,
            entries: Vec::new(),
            events: Vec::new(),
            joins: says && matches!(binding, Binding::KeepToken | Binding::NewToken { .. }),
            answer: None,
            lead: proven.lead,
        };
        plan.renew_tokens(call, found, &binding, presented, now);
        plan.enter(call, proven.email_changed, was_identified, now);
        plan
    }

    fn renew_tokens(
        &mut self,
        call: &Call,
        found: &Found,
        binding: &Binding,
        presented: Presented<'_>,
        now: Timestamp,
    ) {
        match binding {
            Binding::KeepToken => return,
            Binding::NewToken { visitor } => {
                if found.row.is_none() {
                    // A token that was never seen is remembered as replaced: it must not begin anew elsewhere.
                    self.tokens.push((call.token.clone(), TokenState::Replaced));
                }
                // All of them, also another tab's: none may read more than when it was given.
                self.replaced = Some((visitor.clone(), None));
            }
            Binding::AnotherToken { .. } => {}
            Binding::NewVisitor => {
                if let Presented::Live { visitor, standing } = presented {
                    self.end(visitor, standing, now);
                    self.replaced = Some((visitor.id.clone(), Some(self.visitor.id.clone())));
                }
            }
        }
        let token = VisitorToken::generate(now);
        self.tokens.push((token.hash(&call.known.chat.id), TokenState::Live));
        self.answer = Some(token);
    }

    /// The identity of `before` ends, which belongs into the timeline of the customer who was there before.
    fn end(&mut self, before: &Visitor, standing: Standing, now: Timestamp) {
        let Some(identity) = &before.identity else { return };
        self.ended = Some((before.id.clone(), identity.expires_at));
        if standing == Standing::Holds {
            let entry = Entry {
                visitor_id: Some(before.id.clone()),
                conversation_id: before.conversation_id.clone(),
                ..Entry::new(before.chat_id.clone(), EntryKind::Switched, now)
            };
            self.entries.push(entry.about_customer(&identity.lead_id));
        }
    }

    /// For the record and for webhooks.
    fn enter(&mut self, call: &Call, email_changed: bool, was_identified: bool, now: Timestamp) {
        let chat = &call.known.chat.id;
        if self.change == Change::New && self.typed_at.is_none() {
            self.events.push(WebhookEvent::LeadCreated);
        }
        if !was_identified {
            self.events.push(WebhookEvent::CustomerIdentified);
        }
        if email_changed {
            let entry = Entry::new(chat.clone(), EntryKind::EmailChanged, now);
            self.entries.push(entry.about_customer(&self.lead.id).about_key(&call.verified.kid));
        }
        let kind = if was_identified { EntryKind::Refreshed } else { EntryKind::Identified };
        let entry = Entry {
            visitor_id: Some(self.visitor.id.clone()),
            conversation_id: self.visitor.conversation_id.clone(),
            kid: Some(call.verified.kid.clone()),
            request_id: Some(call.request.to_string()),
            origin: call.origin.clone(),
            ..Entry::new(chat.clone(), kind, now)
        };
        self.entries.push(entry.about_customer(&self.lead.id));
    }
}

/// Whether of `visitor`, which was `seen` before, only the identity is another, the same customer's, and ends no earlier.
fn is_renewed(visitor: &Visitor, seen: &SeenVisitor) -> bool {
    let identities = visitor.identity.as_ref().zip(seen.visitor.identity.as_ref());
    !seen.end_recorded
        && identities.is_some_and(|(now, before)| {
            now.lead_id == before.lead_id && now.expires_at >= before.expires_at
        })
}

/// The visitor `id` with its new identity; a new visitor of the same browser where it was not known.
fn visitor(call: &Call, found: &Found, lead: &Lead, id: VisitorId, now: Timestamp) -> Visitor {
    let known = found.seen(&id).map(|seen| seen.visitor.clone());
    let before = known.as_ref().and_then(|visitor| visitor.identity.as_ref());
    let claims = &call.verified.claims;
    // An older token that comes late does not make the identity older.
    let issued_at = before
        .filter(|identity| identity.lead_id == lead.id)
        .map_or(claims.issued_at, |identity| identity.issued_at.max(claims.issued_at));
    let chat = &call.known.chat;
    let identity = Some(Identity {
        lead_id: lead.id.clone(),
        kid: call.verified.kid.clone(),
        issued_at,
        identified_at: now,
        expires_at: now + chat.settings.identification.session_length(),
    });
    match known {
        Some(visitor) => Visitor { identity, ..visitor },
        None => Visitor {
            chat_id: chat.id.clone(),
            browser_id: found.browser().clone(),
            id,
            identity,
            conversation_id: None,
            created_at: now,
        },
    }
}
