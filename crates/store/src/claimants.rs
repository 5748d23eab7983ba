//! Whom tokens are about, and the browsers that bring them: all that decides about an identify call, in one question.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use domain::id::{ChatId, VisitorId};
use domain::identity::claims::CustomerClaims;
use domain::lead::{Lead, StableId, floor_key};
use domain::time::Timestamp;
use domain::visitor::{TokenHash, Visitor};

use crate::at_once::Columns;
use crate::database::{Wanted, sql};
use crate::leads::{EMAIL_ALONE, LeadRow};
use crate::record::{HeadRow, WHOLE_HEADS};
use crate::rows::in_place;
use crate::visitors::{VisitorRow, token_row};
use crate::writes::{RowsText, numbered, text};
use crate::{ReadTx, RecordHead, Result, Scope, SeenVisitor, Store, TokenRow, WriteTx};

/// Whose token claims something, and which browser brings it.
#[derive(Debug, Clone, Copy)]
pub struct Claimant<'a> {
    /// The chat.
    pub chat: &'a ChatId,
    /// What the token says.
    pub claims: &'a CustomerClaims,
    /// The visitor token that came with it.
    pub token: Option<&'a TokenHash>,
    /// By what the signed token is known, where the chat minds who else uses it.
    pub use_id: Option<&'a str>,
}

/// Whom a token's claims are about, among the customers of a chat.
#[derive(Debug, Clone, PartialEq)]
pub enum Customer {
    /// A customer already known.
    Known(Box<Lead>),
    /// Nobody yet.
    New,
}

/// What is known of whom a token's claims are about, and of the browser that brings it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// Who that is.
    pub customer: Customer,
    /// Their highest floor, in seconds, beside the customer's own: tokens of theirs that were issued before it are refused.
    pub floor: Option<f64>,
    /// Whether nobody knows the customer, and others have the same email.
    pub shares_email: bool,
    /// Whether the chat has hooks or webhooks.
    pub is_told: bool,
    /// When somebody in the claimant's browser first typed what names the same email.
    pub typed_at: Option<Timestamp>,
    /// The visitor token, if it was seen before.
    pub token: Option<TokenRow>,
    /// Its visitor.
    pub visitor: Option<SeenVisitor>,
    /// How many other browsers used the signed token, as far as that was recorded.
    pub other_uses: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct ClaimedRow {
    number: String,
    has_id: bool,
    shares_email: bool,
    floor: Option<f64>,
    is_told: bool,
    typed_at: Option<i64>,
    other_uses: i64,
    #[sqlx(flatten)]
    brought: BroughtRow,
    #[sqlx(flatten)]
    lead: LeadRow,
}

/// The visitor token and its visitor.
#[derive(Debug, sqlx::FromRow)]
struct BroughtRow {
    visitor_id: Option<String>,
    state: Option<String>,
    successor_id: Option<String>,
    browser_id: Option<String>,
    visitor_lead_id: Option<String>,
    kid: Option<String>,
    token_issued_at: Option<f64>,
    visitor_identified_at: Option<i64>,
    identity_expires_at: Option<i64>,
    visitor_created_at: Option<i64>,
    conversation_id: Option<String>,
    customer_floor: Option<f64>,
    writes_as_nobody: bool,
    has_typed: bool,
    end_recorded: bool,
}

/// A row for each claimant, with a lead without an id where there is none. `by_email` is the first with that email, those without a stable
/// id before the others: after a mark that says whether there are more, and one by which they are in this order.
const CLAIMED: &str = "WITH called AS (
        SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS stable_id, value ->> 2 AS email_key,
               value ->> 3 AS floor_key, value ->> 4 AS other_floor_key, value ->> 5 AS token_hash, value ->> 6 AS first_id,
               value ->> 7 AS use_id
        FROM jsonb_each($1)
     ), brought AS MATERIALIZED (
        SELECT c.*, t.visitor_id, t.state, t.successor_id, v.browser_id, v.lead_id AS visitor_lead_id, v.kid, v.token_issued_at,
            v.identified_at AS visitor_identified_at, v.identity_expires_at, v.created_at AS visitor_created_at,
            COALESCE(v.end_recorded, FALSE) AS end_recorded,
            COALESCE(v.browser_id, t.visitor_id, c.first_id) AS brought_by
        FROM called c
        LEFT JOIN visitor_tokens t ON t.chat_id = c.chat_id AND t.token_hash = c.token_hash
        LEFT JOIN visitors v ON v.chat_id = t.chat_id AND v.id = t.visitor_id
     ), found AS MATERIALIZED (
        SELECT q.*,
            (SELECT x.id FROM leads x WHERE x.chat_id = q.chat_id AND x.stable_id = q.stable_id) AS by_id,
            (SELECT CASE WHEN COUNT(*) > 1 THEN '+' ELSE '-' END || MIN(CASE WHEN x.stable_id IS NULL THEN '0' ELSE '1' END || x.id)
             FROM leads x WHERE x.chat_id = q.chat_id AND x.email_key = q.email_key) AS by_email,
            (SELECT MAX(b.not_before) FROM customer_floors b
             WHERE b.chat_id = q.chat_id AND (b.customer = q.floor_key OR b.customer = q.other_floor_key)) AS floor,
            EXISTS (SELECT 1 FROM hooks h WHERE h.chat_id = q.chat_id)
                OR EXISTS (SELECT 1 FROM webhooks w WHERE w.chat_id = q.chat_id AND w.paused_at IS NULL) AS is_told,
            (SELECT MIN(t.created_at) FROM typed_leads t
             JOIN visitors v ON v.chat_id = t.chat_id AND v.id = t.visitor_id
             WHERE t.chat_id = q.chat_id AND t.email_key = q.email_key AND v.browser_id = q.brought_by) AS typed_at,
            (SELECT COUNT(*) FROM token_uses u WHERE u.chat_id = q.chat_id AND u.use_id = q.use_id
                AND u.browser_id <> q.brought_by) AS other_uses
        FROM brought q
     )
     SELECT f.number, f.by_id IS NOT NULL AS has_id, COALESCE(substr(f.by_email, 1, 1) = '+', FALSE) AS shares_email,
            f.floor, f.is_told, f.typed_at, f.other_uses,
            f.visitor_id, f.state, f.successor_id, f.browser_id, f.visitor_lead_id, f.kid, f.token_issued_at, f.visitor_identified_at,
            f.identity_expires_at, f.visitor_created_at, c.id AS conversation_id, o.not_before AS customer_floor,
            c.id IS NOT NULL AND c.lead_id IS NULL AS writes_as_nobody, t.id IS NOT NULL AS has_typed, f.end_recorded,
            f.chat_id, COALESCE(l.id, '') AS id, l.stable_id, COALESCE(l.email, '') AS email, l.first_name, l.last_name,
            COALESCE(l.attributes, '') AS attributes, COALESCE(l.claims_issued_at, 0.0) AS claims_issued_at,
            l.not_before, COALESCE(l.identified_at, 0) AS identified_at, COALESCE(l.created_at, 0) AS created_at
     FROM found f
     LEFT JOIN leads l ON l.chat_id = f.chat_id AND l.id = COALESCE(f.by_id, substr(f.by_email, 3))
     LEFT JOIN conversations c ON c.chat_id = f.chat_id AND c.visitor_id = f.visitor_id
     LEFT JOIN leads o ON o.chat_id = f.chat_id AND o.id = f.visitor_lead_id
     LEFT JOIN typed_leads t ON t.chat_id = f.chat_id AND t.visitor_id = f.visitor_id";

/// The same, with the ends of the chains of the chats `$2` in the first row: a line each, of whose columns only the last may have spaces.
pub(crate) static CLAIMED_WITH_HEADS: LazyLock<String> = LazyLock::new(|| {
    let heads = numbered(WHOLE_HEADS, 1);
    format!(
        "SELECT c.*, CASE WHEN c.number = '0' THEN
            (SELECT string_agg(w.chat_id || ' ' || CAST(w.seq AS TEXT) || ' ' || w.hash || ' ' || w.seal, '\n') FROM ({heads}) AS w) END AS heads
         FROM ({CLAIMED}) AS c"
    )
});

/// What is known of some claimants, and the ends of the chains of their chats.
#[derive(Debug)]
pub struct Known(Vec<ClaimedWithHeads>);

#[derive(Debug, sqlx::FromRow)]
struct ClaimedWithHeads {
    #[sqlx(flatten)]
    claimed: ClaimedRow,
    heads: Option<String>,
}

/// A write about many claimants, as it begins.
#[derive(Debug)]
pub struct WriteAbout {
    /// The write.
    pub tx: WriteTx,
    /// What is known of each claimant; `None` of whom another write is about at this moment.
    pub claimed: Vec<Option<Claimed>>,
    /// The ends of the chains of those of their chats whose record this write may go on with.
    pub heads: HashMap<ChatId, RecordHead>,
}

impl Store {
    /// Starts a write about many claimants at once. It waits for none of them, so that one that is busy holds up nobody but itself.
    ///
    /// # Errors
    /// When no connection can be had in five seconds; [`StoreError::Corrupt`] when a row cannot be what it should.
    pub async fn write_about(&self, claimants: &[Claimant<'_>]) -> Result<WriteAbout> {
        let chats: BTreeSet<&ChatId> = claimants.iter().map(|it| it.chat).collect();
        let mut tx = self.write_many().await?;
        // Who has the chat may go on with its record; the others leave that for later.
        let of_chats = chats.iter().map(|chat| Wanted::Scope(Scope::Chat(chat)));
        let wanted: Vec<_> =
            claimants.iter().copied().map(Wanted::Claimant).chain(of_chats).collect();
        let mut free = tx.try_lock(&wanted).await?;
        let free_chats = free.split_off(claimants.len());
        let chats = chats.into_iter().zip(free_chats).filter(|(_, free)| *free);
        let chats: BTreeSet<&ChatId> = chats.map(|(chat, _)| chat).collect();
        let ours = || claimants.iter().zip(&free).filter(|(_, free)| **free);
        let asked: Vec<Claimant<'_>> = ours().map(|(it, _)| *it).collect();
        // After the locks were taken: what was read before may have changed since.
        let (claimed, heads) = if asked.is_empty() {
            (Vec::new(), HashMap::new())
        } else {
            tx.known(&Asked::new(&asked, &chats)).await?.of(&asked)?
        };
        let mut claimed = claimed.into_iter();
        let claimed = free.iter().map(|free| free.then(|| claimed.next()).flatten()).collect();
        Ok(WriteAbout { tx, claimed, heads })
    }
}

impl ReadTx {
    /// Whom a token's claims are about, and what is known of them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a lead.
    pub async fn claimed(&mut self, chat: &ChatId, claims: &CustomerClaims) -> Result<Claimed> {
        let claimant = Claimant { chat, claims, token: None, use_id: None };
        let mut claimed = self.claimed_by(&[claimant]).await?;
        claimed.pop().ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    async fn known(&mut self, asked: &Asked) -> Result<Known> {
        let query = CLAIMED_WITH_HEADS.as_str();
        Ok(Known(sql!(self, db => sqlx::query_as(query)
            .bind(&asked.claimants).bind(&asked.chats).fetch_all(db).await?)))
    }

    /// Whom the claims of each of some tokens are about, and what else has a say in what becomes of them.
    ///
    /// With a stable id: who has that id; or else who is known by that email alone, and is the only one with it. Without one:
    /// who is known by that email alone; or else the only customer with it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be what it should.
    pub async fn claimed_by(&mut self, claimants: &[Claimant<'_>]) -> Result<Vec<Claimed>> {
        let asked = asked(claimants);
        let rows: Vec<ClaimedRow> =
            sql!(self, db => sqlx::query_as(CLAIMED).bind(asked).fetch_all(db).await?);
        of_each(claimants, rows)
    }
}

impl<'a> Claimant<'a> {
    /// What a write about it is about. Without a visitor it is about the customer alone.
    #[must_use]
    pub fn scope(&self, visitor: Option<&'a VisitorId>) -> Scope<'a> {
        let (chat, email) = (self.chat, self.claims.email.key());
        let stable_id = self.claims.stable_id.as_ref();
        match visitor {
            Some(visitor) => Scope::Customer { chat, visitor, email, stable_id },
            None => Scope::Person { chat, email: Some(email), stable_id },
        }
    }
}

/// The parameters of [`CLAIMED_WITH_HEADS`].
#[derive(Debug)]
pub(crate) struct Asked {
    claimants: RowsText,
    chats: RowsText,
}

impl Asked {
    fn new(claimants: &[Claimant<'_>], chats: &BTreeSet<&ChatId>) -> Self {
        let chats = text(chats.iter().map(|chat| (chat.as_str(),)));
        Self { claimants: asked(claimants), chats }
    }

    /// About `claimants` and all of their chats.
    pub(crate) fn about(claimants: &[Claimant<'_>]) -> Self {
        Self::new(claimants, &claimants.iter().map(|it| it.chat).collect())
    }

    /// What `db` knows.
    pub(crate) fn answer(&self, db: &rusqlite::Connection) -> rusqlite::Result<Known> {
        let mut query = db.prepare_cached(&CLAIMED_WITH_HEADS)?;
        let (claimants, chats) = (self.claimants.get(), self.chats.get());
        let rows = query.query_map(&[("$1", claimants), ("$2", chats)], |row| {
            let mut columns = Columns::of(row);
            Ok(ClaimedWithHeads {
                claimed: ClaimedRow::read(&mut columns)?,
                heads: columns.next()?,
            })
        })?;
        rows.collect::<rusqlite::Result<_>>().map(Known)
    }
}

impl Known {
    /// What is known of each of `claimants`, who are those that were asked about, and the ends of the chains.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be what it should.
    pub fn of(
        self,
        claimants: &[Claimant<'_>],
    ) -> Result<(Vec<Claimed>, HashMap<ChatId, RecordHead>)> {
        let (mut rows, mut heads) = (Vec::with_capacity(self.0.len()), HashMap::new());
        for row in self.0 {
            for line in row.heads.iter().flat_map(|heads| heads.lines()) {
                heads.extend([HeadRow::of_line(line)?.head()?]);
            }
            rows.push(row.claimed);
        }
        Ok((of_each(claimants, rows)?, heads))
    }
}

/// Claimants as the parameter of [`CLAIMED`].
fn asked<'a>(claimants: &'a [Claimant<'a>]) -> RowsText {
    let columns = |it: &'a Claimant<'a>| {
        let email = it.claims.email.key().as_str();
        let stable_id = it.claims.stable_id.as_ref().map(StableId::as_str);
        let other_floor = match stable_id {
            Some(id) => floor_key(it.chat, "id", id),
            None => floor_key(it.chat, EMAIL_ALONE, email),
        };
        let floor = floor_key(it.chat, "email", email);
        let first = it.token.map(|token| VisitorId::of_first_token(token).to_string());
        let token = it.token.map(TokenHash::as_str);
        (it.chat.as_str(), stable_id, email, floor, other_floor, token, first, it.use_id)
    };
    text(claimants.iter().map(columns))
}

fn of_each(claimants: &[Claimant<'_>], rows: Vec<ClaimedRow>) -> Result<Vec<Claimed>> {
    let rows = rows.into_iter().map(|mut row| (std::mem::take(&mut row.number), Ok(row)));
    let rows = in_place(claimants.len(), rows)?;
    let of = |(it, row): (&Claimant<'_>, Option<ClaimedRow>)| {
        row.ok_or(sqlx::Error::RowNotFound)?.of(it)
    };
    claimants.iter().zip(rows).map(of).collect()
}

impl ClaimedRow {
    /// The next columns, in the order of [`CLAIMED`].
    fn read(columns: &mut Columns<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: columns.next()?,
            has_id: columns.next()?,
            shares_email: columns.next()?,
            floor: columns.next()?,
            is_told: columns.next()?,
            typed_at: columns.next()?,
            other_uses: columns.next()?,
            brought: BroughtRow::read(columns)?,
            lead: LeadRow::read(columns)?,
        })
    }

    /// What it says of a claimant.
    fn of(mut self, it: &Claimant<'_>) -> Result<Claimed> {
        let token = self.brought.token()?;
        let visitor = self.brought.visitor(it.chat)?;
        let is_known = !self.lead.id.is_empty();
        let by_email_alone = self.lead.stable_id.is_none();
        let is_theirs = match it.claims.stable_id {
            _ if self.has_id => true,
            // An id that nobody has is of whoever is known by the email alone, where that is nobody else's.
            Some(_) => by_email_alone && !self.shares_email,
            None => by_email_alone || !self.shares_email,
        };
        let shares_email = is_known && !is_theirs;
        let customer = if is_known && is_theirs {
            Customer::Known(Box::new(self.lead.try_into()?))
        } else {
            Customer::New
        };
        Ok(Claimed {
            customer,
            floor: self.floor,
            shares_email,
            is_told: self.is_told,
            typed_at: self.typed_at.map(Timestamp::from_millis),
            token,
            visitor,
            other_uses: self.other_uses,
        })
    }
}

impl BroughtRow {
    fn read(columns: &mut Columns<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            visitor_id: columns.next()?,
            state: columns.next()?,
            successor_id: columns.next()?,
            browser_id: columns.next()?,
            visitor_lead_id: columns.next()?,
            kid: columns.next()?,
            token_issued_at: columns.next()?,
            visitor_identified_at: columns.next()?,
            identity_expires_at: columns.next()?,
            visitor_created_at: columns.next()?,
            conversation_id: columns.next()?,
            customer_floor: columns.next()?,
            writes_as_nobody: columns.next()?,
            has_typed: columns.next()?,
            end_recorded: columns.next()?,
        })
    }

    fn token(&mut self) -> Result<Option<TokenRow>> {
        let Some((visitor, state)) = self.visitor_id.as_ref().zip(self.state.as_ref()) else {
            return Ok(None);
        };
        token_row(visitor, state, self.successor_id.take()).map(Some)
    }

    fn visitor(&mut self, chat: &ChatId) -> Result<Option<SeenVisitor>> {
        let (Some(id), Some(browser_id), Some(created_at)) =
            (self.visitor_id.take(), self.browser_id.take(), self.visitor_created_at)
        else {
            return Ok(None);
        };
        let row = VisitorRow {
            chat_id: chat.to_string(),
            id,
            browser_id,
            lead_id: self.visitor_lead_id.take(),
            kid: self.kid.take(),
            token_issued_at: self.token_issued_at,
            identified_at: self.visitor_identified_at,
            identity_expires_at: self.identity_expires_at,
            conversation_id: self.conversation_id.take(),
            created_at,
        };
        Ok(Some(SeenVisitor {
            visitor: Visitor::try_from(row)?,
            customer_floor: self.customer_floor,
            writes_as_nobody: self.writes_as_nobody,
            has_typed: self.has_typed,
            end_recorded: self.end_recorded,
        }))
    }
}
