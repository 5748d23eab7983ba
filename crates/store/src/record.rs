//! The record of what happened to identities.

use domain::id::{ChatId, ConversationId, EntryId, LeadId, OperatorId, VisitorId};
use domain::identity::key::Kid;
use domain::record::{Chain, ChainHash, Entry, SealedEntry};
use domain::time::Timestamp;

use crate::database::sql;
use crate::rows::rows;
use crate::writes::Sql;
use crate::{ReadTx, Result, StoreError, WriteTx, Writes};

/// An entry, and its place in the chain once it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    /// The entry.
    pub entry: Entry,
    /// Its number and hash; `None` for the second or so until it is sealed.
    pub place: Option<(i64, ChainHash)>,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Copy)]
pub enum RecordOf<'a> {
    /// Those of a chat.
    Chat(&'a ChatId),
    /// Those about a customer.
    Customer(&'a ChatId, &'a LeadId),
    /// Those about a browser: a conversation has one.
    Visitor(&'a ChatId, &'a VisitorId),
}

/// The end of a chain, as it was sealed with the installation's secret key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHead {
    /// The last entry's number and hash.
    pub chain: Chain,
    /// The seal.
    pub seal: String,
}

/// The ends of the chains of the chats `$1`, of those which are what their heads say: the entry that the head names is there, and none
/// after it.
pub(crate) const WHOLE_HEADS: &str = "SELECT h.chat_id, h.seq, h.hash, h.seal
     FROM (SELECT value ->> 0 AS chat_id FROM jsonb_each($1)) AS r
     JOIN record_heads h ON h.chat_id = r.chat_id
     JOIN record_entries e ON e.chat_id = h.chat_id AND e.seq = h.seq AND e.hash = h.hash
     WHERE NOT EXISTS (SELECT 1 FROM record_entries x WHERE x.chat_id = h.chat_id AND x.seq > h.seq)";

pub(crate) struct HeadRow {
    chat_id: String,
    seq: i64,
    hash: String,
    seal: String,
}

impl HeadRow {
    /// A head in one line.
    pub(crate) fn of_line(line: &str) -> Result<Self> {
        let corrupt = || StoreError::corrupt("record_heads", "seq")(format!("no head {line:?}"));
        let mut columns = line.splitn(4, ' ').map(str::to_owned);
        let mut next = || columns.next().ok_or_else(corrupt);
        Ok(Self {
            chat_id: next()?,
            seq: next()?.parse().map_err(StoreError::corrupt("record_heads", "seq"))?,
            hash: next()?,
            seal: next()?,
        })
    }

    pub(crate) fn head(self) -> Result<(ChatId, RecordHead)> {
        let chat = self.chat_id.parse().map_err(StoreError::corrupt("record_heads", "chat_id"))?;
        let chain = Chain { seq: self.seq, hash: ChainHash::from_stored(self.hash) };
        Ok((chat, RecordHead { chain, seal: self.seal }))
    }
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    chat_id: String,
    id: String,
    seq: Option<i64>,
    hash: Option<String>,
    at: i64,
    kind: String,
    lead_id: Option<String>,
    visitor_id: Option<String>,
    conversation_id: Option<String>,
    kid: Option<String>,
    operator_id: Option<String>,
    reason: Option<String>,
    count: Option<i64>,
    request_id: Option<String>,
    origin: Option<String>,
}

impl ReadTx {
    /// The last `limit` entries of `of`, newest first. An entry's id begins with its time.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an entry.
    pub async fn record(&mut self, of: RecordOf<'_>, limit: i64) -> Result<Vec<RecordEntry>> {
        let (chat, about, query) = match of {
            RecordOf::Chat(chat) => (
                chat,
                None,
                "SELECT chat_id, id, seq, hash, at, kind, lead_id, visitor_id, conversation_id, kid, operator_id, reason,
                        count, request_id, origin
                 FROM record_entries WHERE chat_id = $1 AND ($2 IS NULL OR $2 = '') ORDER BY id DESC LIMIT $3",
            ),
            RecordOf::Customer(chat, lead) => (
                chat,
                Some(lead.as_str()),
                "SELECT chat_id, id, seq, hash, at, kind, lead_id, visitor_id, conversation_id, kid, operator_id, reason,
                        count, request_id, origin
                 FROM record_entries WHERE chat_id = $1 AND lead_id = $2 ORDER BY at DESC, id DESC LIMIT $3",
            ),
            RecordOf::Visitor(chat, visitor) => (
                chat,
                Some(visitor.as_str()),
                // A visitor is never another customer's than its first one's.
                "SELECT * FROM (
                    SELECT e.chat_id, e.id, e.seq, e.hash, e.at, e.kind, e.lead_id, e.visitor_id, e.conversation_id, e.kid,
                        e.operator_id, e.reason, e.count, e.request_id, e.origin
                    FROM record_entries e
                    WHERE e.chat_id = $1 AND e.visitor_id = $2
                        AND e.lead_id = (SELECT v.lead_id FROM visitors v WHERE v.chat_id = $1 AND v.id = $2)
                    ORDER BY e.at DESC, e.id DESC LIMIT $3
                 ) AS of_customer
                 UNION ALL
                 SELECT * FROM (
                    SELECT e.chat_id, e.id, e.seq, e.hash, e.at, e.kind, e.lead_id, e.visitor_id, e.conversation_id, e.kid,
                        e.operator_id, e.reason, e.count, e.request_id, e.origin
                    FROM record_entries e WHERE e.chat_id = $1 AND e.visitor_id = $2 AND e.lead_id IS NULL
                    ORDER BY e.at DESC, e.id DESC LIMIT $3
                 ) AS of_nobody
                 ORDER BY at DESC, id DESC LIMIT $3",
            ),
        };
        let rows: Vec<EntryRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(about).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(RecordEntry::try_from).collect()
    }

    /// The sealed entries of a chat after number `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an entry.
    pub async fn sealed_entries(
        &mut self,
        chat: &ChatId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<SealedEntry>> {
        let query = "SELECT chat_id, id, seq, hash, at, kind, lead_id, visitor_id, conversation_id, kid, operator_id, reason,
                            count, request_id, origin
                     FROM record_entries WHERE chat_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows: Vec<EntryRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(after).bind(limit).fetch_all(db).await?);
        let entries = rows.into_iter().map(RecordEntry::try_from);
        let sealed = entries.filter_map(|entry| match entry {
            Ok(RecordEntry { entry, place: Some((seq, hash)) }) => {
                Some(Ok(SealedEntry { entry, seq, hash }))
            }
            Ok(RecordEntry { place: None, .. }) => None,
            Err(error) => Some(Err(error)),
        });
        sealed.collect()
    }

    /// The entries of a chat that are not sealed yet, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an entry.
    pub async fn unsealed_entries(&mut self, chat: &ChatId, limit: i64) -> Result<Vec<Entry>> {
        let query = "SELECT chat_id, id, seq, hash, at, kind, lead_id, visitor_id, conversation_id, kid, operator_id, reason,
                            count, request_id, origin
                     FROM record_entries WHERE chat_id = $1 AND seq IS NULL ORDER BY at, id LIMIT $2";
        let rows: Vec<EntryRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(|row| RecordEntry::try_from(row).map(|entry| entry.entry)).collect()
    }

    /// How many entries of a chat are not sealed yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_unsealed(&mut self, chat: &ChatId) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM record_entries WHERE chat_id = $1 AND seq IS NULL";
        Ok(sql!(self, db => sqlx::query_scalar(query).bind(chat.as_str()).fetch_one(db).await?))
    }

    /// The chats that have entries which are not sealed yet.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no chat's id.
    pub async fn chats_with_unsealed(&mut self) -> Result<Vec<ChatId>> {
        let query = "SELECT DISTINCT chat_id FROM record_entries WHERE seq IS NULL";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query).fetch_all(db).await?);
        rows.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("record_entries", "chat_id")))
            .collect()
    }

    /// The end of a chat's chain; `None` before its first entry is sealed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_head(&mut self, chat: &ChatId) -> Result<Option<RecordHead>> {
        let query = "SELECT seq, hash, seal FROM record_heads WHERE chat_id = $1";
        let row: Option<(i64, String, String)> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_optional(db).await?);
        Ok(row.map(|(seq, hash, seal)| RecordHead {
            chain: Chain { seq, hash: ChainHash::from_stored(hash) },
            seal,
        }))
    }

    /// The chats that have a record, or should have.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no chat's id.
    pub async fn chats_with_record(&mut self) -> Result<Vec<ChatId>> {
        let query = "SELECT chat_id FROM record_entries UNION SELECT chat_id FROM record_heads
                     UNION SELECT chat_id FROM identification_keys ORDER BY chat_id";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query).fetch_all(db).await?);
        rows.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("record_entries", "chat_id")))
            .collect()
    }
}

impl WriteTx {
    /// Adds an entry to the record; it is sealed later.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn append_record(&mut self, entry: &Entry) -> Result<()> {
        let mut writes = Writes::default();
        writes.append_records([(entry, None)]);
        self.write(writes).await
    }

    /// Gives entries their places in the chains of their chats.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when another entry has one of the numbers.
    pub async fn seal_entries(&mut self, sealed: &[SealedEntry]) -> Result<()> {
        let columns = |one: &SealedEntry| {
            (one.entry.chat_id.to_string(), one.entry.id.to_string(), one.seq, one.hash.to_string())
        };
        let rows = rows(sealed.iter().map(columns));
        // Written so that neither planner goes through all that is not sealed, looking for each among the rows.
        let query = "UPDATE record_entries SET seq = r.seq, hash = r.hash
                     FROM (SELECT value ->> 0 AS chat_id, value ->> 1 AS id, CAST(value ->> 2 AS BIGINT) AS seq, value ->> 3 AS hash
                           FROM jsonb_each($1)) AS r
                     WHERE record_entries.chat_id = r.chat_id AND record_entries.id = r.id AND COALESCE(record_entries.seq, 0) = 0";
        sql!(self, db => sqlx::query(query).bind(rows).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps the end of a chat's chain.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_record_head(&mut self, chat: &ChatId, head: &RecordHead) -> Result<()> {
        let mut writes = Writes::default();
        writes.put_record_heads([(chat, head)]);
        self.write(writes).await
    }
}

impl Writes {
    /// Adds entries to the record, each with its place in the chain of its chat where it is sealed already; others are sealed later.
    /// [`StoreError::is_taken`] when another entry has one of the numbers.
    pub fn append_records<'e>(
        &mut self,
        entries: impl IntoIterator<Item = (&'e Entry, Option<(i64, &'e ChainHash)>)>,
    ) {
        let columns = |(entry, place): (&'e Entry, Option<(i64, &'e ChainHash)>)| {
            (
                entry.chat_id.as_str(),
                entry.id.as_str(),
                place.map(|(seq, _)| seq),
                place.map(|(_, hash)| hash.as_str()),
                entry.at.as_millis(),
                entry.kind.code(),
                entry.lead_id.as_ref().map(LeadId::as_str),
                entry.visitor_id.as_ref().map(VisitorId::as_str),
                entry.conversation_id.as_ref().map(ConversationId::as_str),
                entry.kid.as_ref().map(Kid::as_str),
                entry.operator_id.as_ref().map(OperatorId::as_str),
                entry.reason.as_deref(),
                entry.count,
                entry.request_id.as_deref(),
                entry.origin.as_deref(),
            )
        };
        let query = "INSERT INTO record_entries (chat_id, id, seq, hash, at, kind, lead_id, visitor_id, conversation_id, kid,
                                                 operator_id, reason, count, request_id, origin)
                     SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), value ->> 3, CAST(value ->> 4 AS BIGINT),
                            value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11,
                            CAST(value ->> 12 AS BIGINT), value ->> 13, value ->> 14
                     FROM jsonb_each($1)";
        self.add(Sql::Both(query), entries.into_iter().map(columns), None);
    }

    /// Keeps the ends of chats' chains.
    pub fn put_record_heads<'h>(
        &mut self,
        heads: impl IntoIterator<Item = (&'h ChatId, &'h RecordHead)>,
    ) {
        let columns = |(chat, head): (&'h ChatId, &'h RecordHead)| {
            (chat.as_str(), head.chain.seq, head.chain.hash.as_str(), head.seal.as_str())
        };
        let query = "INSERT INTO record_heads (chat_id, seq, hash, seal)
                     SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), value ->> 2, value ->> 3 FROM jsonb_each($1) WHERE TRUE
                     ON CONFLICT (chat_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, seal = excluded.seal";
        self.add(Sql::Both(query), heads.into_iter().map(columns), None);
    }
}

impl TryFrom<EntryRow> for RecordEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self> {
        fn id<T: std::str::FromStr>(text: Option<String>, column: &'static str) -> Result<Option<T>>
        where
            T::Err: std::error::Error + Send + Sync + 'static,
        {
            text.map(|text| text.parse().map_err(StoreError::corrupt("record_entries", column)))
                .transpose()
        }
        let entry = Entry {
            chat_id: row
                .chat_id
                .parse()
                .map_err(StoreError::corrupt("record_entries", "chat_id"))?,
            id: row.id.parse::<EntryId>().map_err(StoreError::corrupt("record_entries", "id"))?,
            at: Timestamp::from_millis(row.at),
            kind: row.kind.parse().map_err(StoreError::corrupt("record_entries", "kind"))?,
            lead_id: id(row.lead_id, "lead_id")?,
            visitor_id: id(row.visitor_id, "visitor_id")?,
            conversation_id: id(row.conversation_id, "conversation_id")?,
            kid: id(row.kid, "kid")?,
            operator_id: id(row.operator_id, "operator_id")?,
            reason: row.reason,
            count: row.count,
            request_id: row.request_id,
            origin: row.origin,
        };
        let place = row.seq.zip(row.hash.map(ChainHash::from_stored));
        Ok(Self { entry, place })
    }
}
