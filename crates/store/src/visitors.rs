//! Browsers, and what proves to be them.

use std::collections::BTreeSet;

use domain::id::{ChatId, LeadId, VisitorId};
use domain::identity::key::Kid;
use domain::time::Timestamp;
use domain::visitor::{Identity, TokenHash, Visitor};

use crate::database::{RENEW_IDENTITIES, sql};
use crate::rows::{in_place, rows};
use crate::writes::Sql;
use crate::{ReadTx, Result, StoreError, WriteTx, Writes};

/// Whether a visitor token still proves anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Live,
    /// Another took its place when its visitor was verified.
    Replaced,
    /// Its visitor logged out or began a new conversation.
    Ended,
}

/// What is known of a visitor token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Whose it is or was.
    pub visitor_id: VisitorId,
    /// Whether it still proves anything.
    pub state: TokenState,
    /// The visitor that took its visitor's place, when another customer signed in.
    pub successor_id: Option<VisitorId>,
}

/// A visitor, with what else has a say in what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenVisitor {
    /// The visitor.
    pub visitor: Visitor,
    /// The floor of the customer that it was last proven to be, in seconds.
    pub customer_floor: Option<f64>,
    /// Whether its conversation is no customer's.
    pub writes_as_nobody: bool,
    /// Whether it typed something about itself.
    pub has_typed: bool,
    /// Whether the record says that its last identity ended.
    pub end_recorded: bool,
}

/// A use of a signed token by a browser.
#[derive(Debug, Clone, Copy)]
pub struct TokenUse<'a> {
    /// The chat.
    pub chat: &'a ChatId,
    /// By what the token is known.
    pub use_id: &'a str,
    /// The browser.
    pub browser: &'a VisitorId,
    /// When the token expires.
    pub expires_at: Timestamp,
}

/// A visitor whose identity may have lapsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapsingVisitor {
    /// The chat.
    pub chat_id: ChatId,
    /// The visitor.
    pub id: VisitorId,
    /// When it lapses.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(crate) struct VisitorRow {
    pub(crate) chat_id: String,
    pub(crate) id: String,
    pub(crate) browser_id: String,
    pub(crate) lead_id: Option<String>,
    pub(crate) kid: Option<String>,
    pub(crate) token_issued_at: Option<f64>,
    pub(crate) identified_at: Option<i64>,
    pub(crate) identity_expires_at: Option<i64>,
    pub(crate) conversation_id: Option<String>,
    pub(crate) created_at: i64,
}

#[derive(sqlx::FromRow)]
struct SeenRow {
    number: String,
    #[sqlx(flatten)]
    visitor: VisitorRow,
    customer_floor: Option<f64>,
    writes_as_nobody: bool,
    has_typed: bool,
    end_recorded: bool,
}

impl ReadTx {
    /// How many identities a key made that hold at `now`, counted as far as `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_identities_of_key(
        &mut self,
        chat: &ChatId,
        kid: &Kid,
        now: Timestamp,
        most: i64,
    ) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM visitors
                        WHERE chat_id = $1 AND kid = $2 AND end_recorded = FALSE AND identity_expires_at > $3 LIMIT $4) held";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(kid.as_str()).bind(now.as_millis()).bind(most).fetch_one(db).await?))
    }

    /// What is known of a visitor token, or `None` where it was never seen.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a token's.
    pub async fn visitor_token(
        &mut self,
        chat: &ChatId,
        token: &TokenHash,
    ) -> Result<Option<TokenRow>> {
        let query = "SELECT visitor_id, state, successor_id FROM visitor_tokens WHERE chat_id = $1 AND token_hash = $2";
        let row: Option<(String, String, Option<String>)> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(token.as_str()).fetch_optional(db).await?);
        row.map(|(visitor, state, successor)| token_row(&visitor, &state, successor)).transpose()
    }

    /// Each of some visitors, with what else is known of it; `None` for those that are not there.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a visitor.
    pub async fn seen_visitors(
        &mut self,
        ids: &[(&ChatId, &VisitorId)],
    ) -> Result<Vec<Option<SeenVisitor>>> {
        let rows = rows(ids.iter().map(|(chat, id)| (chat.as_str(), id.as_str())));
        let query = "SELECT r.number, v.chat_id, v.id, v.browser_id, v.lead_id, v.kid, v.token_issued_at, v.identified_at,
                            v.identity_expires_at, c.id AS conversation_id, v.created_at, l.not_before AS customer_floor,
                            c.id IS NOT NULL AND c.lead_id IS NULL AS writes_as_nobody, t.id IS NOT NULL AS has_typed, v.end_recorded
                     FROM (SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS id FROM jsonb_each($1)) AS r
                     JOIN visitors v ON v.chat_id = r.chat_id AND v.id = r.id
                     LEFT JOIN conversations c ON c.chat_id = v.chat_id AND c.visitor_id = v.id
                     LEFT JOIN leads l ON l.chat_id = v.chat_id AND l.id = v.lead_id
                     LEFT JOIN typed_leads t ON t.chat_id = v.chat_id AND t.visitor_id = v.id";
        let found: Vec<SeenRow> =
            sql!(self, db => sqlx::query_as(query).bind(rows).fetch_all(db).await?);
        let seen = |row: SeenRow| {
            let seen = Visitor::try_from(row.visitor).map(|visitor| SeenVisitor {
                visitor,
                customer_floor: row.customer_floor,
                writes_as_nobody: row.writes_as_nobody,
                has_typed: row.has_typed,
                end_recorded: row.end_recorded,
            });
            (row.number, seen)
        };
        in_place(ids.len(), found.into_iter().map(seen))
    }

    /// How many browsers used a signed token, as far as that was recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_token_uses(&mut self, chat: &ChatId, use_id: &str) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM token_uses WHERE chat_id = $1 AND use_id = $2";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(use_id).fetch_one(db).await?))
    }

    /// Visitors of all chats of whom it is time to look whether their identity lapsed, which the record does not say yet; at most
    /// `limit`. Of those whose identity lapses later, [`WriteTx::look_later`] has it looked at then.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a visitor.
    pub async fn lapsing_visitors(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<LapsingVisitor>> {
        let query = "SELECT chat_id, id, identity_expires_at FROM visitors
                     WHERE end_recorded = FALSE AND look_at <= $1 AND identity_expires_at IS NOT NULL ORDER BY look_at LIMIT $2";
        let rows: Vec<(String, String, i64)> = sql!(self, db => sqlx::query_as(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter()
            .map(|(chat, id, expires_at)| {
                Ok(LapsingVisitor {
                    chat_id: chat.parse().map_err(StoreError::corrupt("visitors", "chat_id"))?,
                    id: id.parse().map_err(StoreError::corrupt("visitors", "id"))?,
                    expires_at: Timestamp::from_millis(expires_at),
                })
            })
            .collect()
    }

    /// The visitors that were last proven to be `lead`, newest proof first, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a visitor.
    pub async fn visitors_of_lead(&mut self, chat: &ChatId, lead: &LeadId) -> Result<Vec<Visitor>> {
        let query = "SELECT v.chat_id, v.id, v.browser_id, v.lead_id, v.kid, v.token_issued_at, v.identified_at,
                            v.identity_expires_at, c.id AS conversation_id, v.created_at
                     FROM visitors v
                     LEFT JOIN conversations c ON c.chat_id = v.chat_id AND c.visitor_id = v.id
                     WHERE v.chat_id = $1 AND v.lead_id = $2
                     ORDER BY v.identified_at DESC, v.id DESC LIMIT 100";
        let rows: Vec<VisitorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Visitor::try_from).collect()
    }

    /// All visitors that were last proven to be `lead`; after the one with the id `after`, by id, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a visitor.
    pub async fn visitors_of_customer(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        after: Option<&VisitorId>,
        limit: i64,
    ) -> Result<Vec<Visitor>> {
        let query = "SELECT v.chat_id, v.id, v.browser_id, v.lead_id, v.kid, v.token_issued_at, v.identified_at,
                            v.identity_expires_at, c.id AS conversation_id, v.created_at
                     FROM visitors v
                     LEFT JOIN conversations c ON c.chat_id = v.chat_id AND c.visitor_id = v.id
                     WHERE v.chat_id = $1 AND v.lead_id = $2 AND v.id > $3
                     ORDER BY v.id LIMIT $4";
        let rows: Vec<VisitorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(after.map_or("", VisitorId::as_str)).bind(limit)
            .fetch_all(db).await?);
        rows.into_iter().map(Visitor::try_from).collect()
    }

    /// The visitor `id` of `chat`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a visitor.
    pub async fn visitor(&mut self, chat: &ChatId, id: &VisitorId) -> Result<Option<Visitor>> {
        let query = "SELECT v.chat_id, v.id, v.browser_id, v.lead_id, v.kid, v.token_issued_at, v.identified_at,
                            v.identity_expires_at, c.id AS conversation_id, v.created_at
                     FROM visitors v
                     LEFT JOIN conversations c ON c.chat_id = v.chat_id AND c.visitor_id = v.id
                     WHERE v.chat_id = $1 AND v.id = $2";
        let row: Option<VisitorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Visitor::try_from).transpose()
    }
}

impl WriteTx {
    /// Keeps a visitor, or the newer form of one already kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_visitor(&mut self, visitor: &Visitor) -> Result<()> {
        let mut writes = Writes::default();
        writes.put_visitors([visitor]);
        self.write(writes).await
    }

    /// Has it looked at visitors of a chat when their identity lapses, as that is now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look_later(&mut self, chat: &ChatId, visitors: &[VisitorId]) -> Result<()> {
        let query = "UPDATE visitors SET look_at = visitors.identity_expires_at
                     FROM (SELECT value ->> 0 AS chat_id, value ->> 1 AS id FROM jsonb_each($1)) AS r
                     WHERE visitors.chat_id = r.chat_id AND visitors.id = r.id AND visitors.end_recorded = FALSE";
        let visitors = rows(visitors.iter().map(|id| (chat.as_str(), id.as_str())));
        sql!(self, db => sqlx::query(query).bind(visitors).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Takes the end of a visitor's identity, the one that lapses at `expires_at`, for recorded. Answers whether it was not yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_end(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let query = "UPDATE visitors SET end_recorded = TRUE
                     WHERE chat_id = $1 AND id = $2 AND identity_expires_at = $3 AND end_recorded = FALSE";
        let changed = sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(visitor.as_str()).bind(expires_at.as_millis())
            .execute(db).await.map(|done| done.rows_affected())?);
        Ok(changed > 0)
    }

    /// Keeps a new live token of a visitor.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when the token was seen before.
    pub async fn add_visitor_token(
        &mut self,
        visitor: &Visitor,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<()> {
        let mut writes = Writes::default();
        writes.add_visitor_tokens([(visitor, token, TokenState::Live)], now);
        self.write(writes).await
    }

    /// Ends every live token of a visitor.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_tokens_of_visitor(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
    ) -> Result<()> {
        let query = "UPDATE visitor_tokens SET state = 'ended'
                     WHERE chat_id = $1 AND visitor_id = $2 AND state = 'live'";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(visitor.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ends every token of every visitor that was last proven to be `lead`, for good, and answers whose were.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no visitor's id.
    pub async fn end_tokens_of_customer(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
    ) -> Result<BTreeSet<VisitorId>> {
        let query = "UPDATE visitor_tokens SET state = 'ended', successor_id = NULL
                     WHERE chat_id = $1 AND state <> 'ended'
                       AND visitor_id IN (SELECT id FROM visitors WHERE chat_id = $1 AND lead_id = $2)
                     RETURNING visitor_id";
        let ids: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(lead.as_str()).fetch_all(db).await?);
        ids.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("visitor_tokens", "visitor_id")))
            .collect()
    }

    /// Ends for good every token of visitors whose identity began before `floor`, in seconds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_tokens_identified_before(&mut self, chat: &ChatId, floor: f64) -> Result<()> {
        let query = "UPDATE visitor_tokens SET state = 'ended', successor_id = NULL
                     WHERE chat_id = $1 AND state <> 'ended' AND visitor_id IN
                        (SELECT id FROM visitors WHERE chat_id = $1
                            AND (token_issued_at < $2 OR CAST(identified_at AS DOUBLE PRECISION) < $2 * 1000))";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(floor).execute(db).await.map(drop)?);
        Ok(())
    }

    /// The visitors whose identity a key made, and does not end by itself before `now`, that the record does not say have ended: at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a visitor.
    pub async fn visitors_of_key(
        &mut self,
        chat: &ChatId,
        kid: &Kid,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Visitor>> {
        let query = "SELECT v.chat_id, v.id, v.browser_id, v.lead_id, v.kid, v.token_issued_at, v.identified_at,
                            v.identity_expires_at, c.id AS conversation_id, v.created_at
                     FROM visitors v
                     LEFT JOIN conversations c ON c.chat_id = v.chat_id AND c.visitor_id = v.id
                     WHERE v.chat_id = $1 AND v.kid = $2 AND v.end_recorded = FALSE AND v.identity_expires_at > $3
                     ORDER BY v.identified_at DESC, v.id DESC LIMIT $4";
        let rows: Vec<VisitorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(kid.as_str()).bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Visitor::try_from).collect()
    }

    /// Forgets which signed tokens a browser used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_token_uses(&mut self, chat: &ChatId, browser: &VisitorId) -> Result<()> {
        let query = "DELETE FROM token_uses WHERE chat_id = $1 AND browser_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(browser.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Marks every live token of a visitor as replaced; where its browser goes on as another visitor, that one is remembered.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_tokens_of_visitor(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
        successor: Option<&VisitorId>,
    ) -> Result<()> {
        let mut writes = Writes::default();
        writes.replace_tokens_of_visitors([(chat, visitor, successor)]);
        self.write(writes).await
    }
}

impl Writes {
    /// Keeps visitors, or the newer forms of those already kept; none is there twice.
    pub fn put_visitors<'v>(&mut self, visitors: impl IntoIterator<Item = &'v Visitor>) {
        let columns = |visitor: &'v Visitor| {
            let identity = visitor.identity.as_ref();
            (
                visitor.chat_id.as_str(),
                visitor.id.as_str(),
                visitor.browser_id.as_str(),
                identity.map(|identity| identity.lead_id.as_str()),
                identity.map(|identity| identity.kid.as_str()),
                identity.map(|identity| identity.issued_at),
                identity.map(|identity| identity.identified_at.as_millis()),
                identity.map(|identity| identity.expires_at.as_millis()),
                visitor.created_at.as_millis(),
                identity.is_none(),
            )
        };
        let query = "INSERT INTO visitors (chat_id, id, browser_id, lead_id, kid, token_issued_at, identified_at,
                                           identity_expires_at, look_at, created_at, end_recorded)
                     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, CAST(value ->> 5 AS DOUBLE PRECISION),
                            CAST(value ->> 6 AS BIGINT), CAST(value ->> 7 AS BIGINT), COALESCE(CAST(value ->> 7 AS BIGINT), 0),
                            CAST(value ->> 8 AS BIGINT), CAST(value ->> 9 AS BOOLEAN)
                     FROM jsonb_each($1) WHERE TRUE
                     ON CONFLICT (chat_id, id) DO UPDATE SET
                        lead_id = excluded.lead_id, kid = excluded.kid, token_issued_at = excluded.token_issued_at,
                        identified_at = excluded.identified_at, identity_expires_at = excluded.identity_expires_at,
                        look_at = excluded.look_at, end_recorded = excluded.end_recorded";
        self.add(Sql::Both(query), visitors.into_iter().map(columns), None);
    }

    /// Keeps identities of visitors who are there, are proven to be the same customers again, and stay so no shorter than before: of all
    /// that is indexed nothing changes, and nothing is written.
    pub fn renew_identities<'v>(
        &mut self,
        renewed: impl IntoIterator<Item = (&'v ChatId, &'v VisitorId, &'v Identity)>,
    ) {
        let columns = |(chat, visitor, identity): (&'v ChatId, &'v VisitorId, &'v Identity)| {
            (
                chat.as_str(),
                visitor.as_str(),
                identity.kid.as_str(),
                identity.issued_at,
                identity.identified_at.as_millis(),
                identity.expires_at.as_millis(),
            )
        };
        self.add(RENEW_IDENTITIES, renewed.into_iter().map(columns), None);
    }

    /// Keeps new tokens of visitors.
    /// [`StoreError::is_taken`] when one of them was seen before.
    pub fn add_visitor_tokens<'t>(
        &mut self,
        tokens: impl IntoIterator<Item = (&'t Visitor, &'t TokenHash, TokenState)>,
        now: Timestamp,
    ) {
        let columns = |(visitor, token, state): (&'t Visitor, &'t TokenHash, TokenState)| {
            (visitor.chat_id.as_str(), token.as_str(), visitor.id.as_str(), state.as_str())
        };
        let query = "INSERT INTO visitor_tokens (chat_id, token_hash, visitor_id, state, successor_id, created_at)
                     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, NULL, $2 FROM jsonb_each($1)";
        self.add(Sql::Both(query), tokens.into_iter().map(columns), Some(now.as_millis()));
    }

    /// The same for many visitors, each with its successor.
    pub fn replace_tokens_of_visitors<'v>(
        &mut self,
        visitors: impl IntoIterator<Item = (&'v ChatId, &'v VisitorId, Option<&'v VisitorId>)>,
    ) {
        let columns =
            |(chat, visitor, successor): (&'v ChatId, &'v VisitorId, Option<&'v VisitorId>)| {
                (chat.as_str(), visitor.as_str(), successor.map(VisitorId::as_str))
            };
        let query = "UPDATE visitor_tokens SET state = 'replaced', successor_id = r.successor_id
                     FROM (SELECT value ->> 0 AS chat_id, value ->> 1 AS visitor_id, value ->> 2 AS successor_id
                           FROM jsonb_each($1)) AS r
                     WHERE visitor_tokens.chat_id = r.chat_id AND visitor_tokens.visitor_id = r.visitor_id
                        AND visitor_tokens.state = 'live'";
        self.add(Sql::Both(query), visitors.into_iter().map(columns), None);
    }

    /// Records that browsers used signed tokens, unless that is recorded.
    pub fn use_tokens<'t>(&mut self, uses: impl IntoIterator<Item = TokenUse<'t>>, now: Timestamp) {
        let columns = |it: TokenUse<'t>| {
            (it.chat.as_str(), it.use_id, it.browser.as_str(), it.expires_at.as_millis())
        };
        let query = "INSERT INTO token_uses (chat_id, use_id, browser_id, first_used_at, expires_at)
                     SELECT value ->> 0, value ->> 1, value ->> 2, $2, CAST(value ->> 3 AS BIGINT) FROM jsonb_each($1) WHERE TRUE
                     ON CONFLICT (chat_id, use_id, browser_id) DO NOTHING";
        self.add(Sql::Both(query), uses.into_iter().map(columns), Some(now.as_millis()));
    }
}

impl TokenState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
        }
    }
}

pub(crate) fn token_row(visitor: &str, state: &str, successor: Option<String>) -> Result<TokenRow> {
    let all = [TokenState::Live, TokenState::Replaced, TokenState::Ended];
    let state = all.into_iter().find(|one| one.as_str() == state).ok_or_else(|| {
        StoreError::corrupt("visitor_tokens", "state")(format!("no state {state:?}"))
    })?;
    Ok(TokenRow {
        visitor_id: visitor.parse().map_err(StoreError::corrupt("visitor_tokens", "visitor_id"))?,
        state,
        successor_id: successor
            .map(|id| id.parse().map_err(StoreError::corrupt("visitor_tokens", "successor_id")))
            .transpose()?,
    })
}

impl TryFrom<VisitorRow> for Visitor {
    type Error = StoreError;

    fn try_from(row: VisitorRow) -> Result<Self> {
        let identity = match (
            row.lead_id,
            row.kid,
            row.token_issued_at,
            row.identified_at,
            row.identity_expires_at,
        ) {
            (Some(lead), Some(kid), Some(issued_at), Some(identified), Some(expires)) => {
                Some(Identity {
                    lead_id: lead.parse().map_err(StoreError::corrupt("visitors", "lead_id"))?,
                    kid: kid.parse().map_err(StoreError::corrupt("visitors", "kid"))?,
                    issued_at,
                    identified_at: Timestamp::from_millis(identified),
                    expires_at: Timestamp::from_millis(expires),
                })
            }
            _ => None,
        };
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("visitors", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("visitors", "id"))?,
            browser_id: row
                .browser_id
                .parse()
                .map_err(StoreError::corrupt("visitors", "browser_id"))?,
            identity,
            conversation_id: row
                .conversation_id
                .map(|id| id.parse().map_err(StoreError::corrupt("conversations", "id")))
                .transpose()?,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
