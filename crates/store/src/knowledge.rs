//! What a chat's assistant may read up: sources, documents, and their passages.

use domain::id::{ChatId, DocumentId, SourceId};
use domain::knowledge::{Address, Document, DocumentState, Passage, Progress, Source, SourceState};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// How much a chat may read up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct KnowledgeTotals {
    /// How many sources.
    pub sources: i64,
    /// How many documents.
    pub documents: i64,
    /// How many passages.
    pub passages: i64,
    /// How many bytes of text.
    pub bytes: i64,
}

/// A source that one node reads alone until a moment, which tells its claim from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceClaim {
    /// The chat.
    pub chat_id: ChatId,
    /// The source.
    pub source_id: SourceId,
    /// Until when.
    pub until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SourceRow {
    chat_id: String,
    id: String,
    kind: String,
    name: String,
    url: Option<String>,
    host: Option<String>,
    state: String,
    claimed_until: Option<i64>,
    round: i64,
    listed: bool,
    note: Option<String>,
    created_at: i64,
    changed_at: i64,
}

#[derive(sqlx::FromRow)]
struct DocumentRow {
    chat_id: String,
    id: String,
    source_id: String,
    address: String,
    title: String,
    state: String,
    reason: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    hash: Option<String>,
    bytes: i64,
    passage_count: i64,
    round: i64,
    position: i64,
    read_at: Option<i64>,
}

impl ReadTx {
    /// How often what a chat may read up has changed: 0 where there never was anything.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn knowledge_version(&mut self, chat: &ChatId) -> Result<i64> {
        let query = "SELECT version FROM knowledge WHERE chat_id = $1";
        let version: Option<i64> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).fetch_optional(db).await?);
        Ok(version.unwrap_or(0))
    }

    /// How much a chat may read up.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn knowledge_totals(&mut self, chat: &ChatId) -> Result<KnowledgeTotals> {
        let query = "SELECT (SELECT COUNT(*) FROM knowledge_sources WHERE chat_id = $1) AS sources,
                            COUNT(*) AS documents, CAST(COALESCE(SUM(passage_count), 0) AS BIGINT) AS passages,
                            CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes
                     FROM knowledge_documents WHERE chat_id = $1";
        Ok(sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_one(db).await?))
    }

    /// A chat's sources, the newest first, each with how far it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a source.
    pub async fn sources(&mut self, chat: &ChatId) -> Result<Vec<(Source, Progress)>> {
        let query = "SELECT chat_id, id, kind, name, url, host, state, claimed_until, round, listed, note, created_at, changed_at
                     FROM knowledge_sources WHERE chat_id = $1 ORDER BY id DESC";
        let rows: Vec<SourceRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        let mut sources = Vec::with_capacity(rows.len());
        for row in rows {
            let source = Source::try_from(row)?;
            let progress = self.progress(&source).await?;
            sources.push((source, progress));
        }
        Ok(sources)
    }

    /// A source, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a source.
    pub async fn source(&mut self, chat: &ChatId, id: &SourceId) -> Result<Option<Source>> {
        let query = "SELECT chat_id, id, kind, name, url, host, state, claimed_until, round, listed, note, created_at, changed_at
                     FROM knowledge_sources WHERE chat_id = $1 AND id = $2";
        let row: Option<SourceRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Source::try_from).transpose()
    }

    /// How far a source is, in its present round.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn progress(&mut self, source: &Source) -> Result<Progress> {
        let query = "SELECT COUNT(*) FILTER (WHERE round = $3), COUNT(*) FILTER (WHERE round = $3 AND state = 'read'),
                            COUNT(*) FILTER (WHERE round = $3 AND state = 'failed'),
                            CAST(COALESCE(SUM(passage_count), 0) AS BIGINT), CAST(COALESCE(SUM(bytes), 0) AS BIGINT)
                     FROM knowledge_documents WHERE chat_id = $1 AND source_id = $2";
        let row: (i64, i64, i64, i64, i64) = sql!(self, db => sqlx::query_as(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(source.round).fetch_one(db).await?);
        let (found, read, failed, passages, bytes) = row;
        Ok(Progress { found, read, failed, passages, bytes })
    }

    /// A source's documents from `offset` on, at most `limit`: those that failed first, then by their place.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a document.
    pub async fn documents(
        &mut self,
        source: &Source,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Document>> {
        let query = "SELECT chat_id, id, source_id, address, title, state, reason, etag, last_modified, hash, bytes, passage_count,
                            round, position, read_at
                     FROM knowledge_documents WHERE chat_id = $1 AND source_id = $2
                     ORDER BY CASE state WHEN 'failed' THEN 0 ELSE 1 END, position, id LIMIT $3 OFFSET $4";
        let rows: Vec<DocumentRow> = sql!(self, db => sqlx::query_as(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(limit).bind(offset)
            .fetch_all(db).await?);
        rows.into_iter().map(Document::try_from).collect()
    }

    /// A document, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a document.
    pub async fn document(&mut self, chat: &ChatId, id: &DocumentId) -> Result<Option<Document>> {
        let query = "SELECT chat_id, id, source_id, address, title, state, reason, etag, last_modified, hash, bytes, passage_count,
                            round, position, read_at
                     FROM knowledge_documents WHERE chat_id = $1 AND id = $2";
        let row: Option<DocumentRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Document::try_from).transpose()
    }

    /// The next document of a source's present round that is to be read, or `None` where all were.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a document.
    pub async fn next_document(&mut self, source: &Source) -> Result<Option<Document>> {
        let query = "SELECT chat_id, id, source_id, address, title, state, reason, etag, last_modified, hash, bytes, passage_count,
                            round, position, read_at
                     FROM knowledge_documents WHERE chat_id = $1 AND source_id = $2 AND round = $3 AND state = 'found'
                     ORDER BY position, id LIMIT 1";
        let row: Option<DocumentRow> = sql!(self, db => sqlx::query_as(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(source.round)
            .fetch_optional(db).await?);
        row.map(Document::try_from).transpose()
    }

    /// All that can be found in a chat: each document's id and title, and its passages.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no passages.
    pub async fn all_passages(
        &mut self,
        chat: &ChatId,
    ) -> Result<Vec<(DocumentId, String, Vec<Passage>)>> {
        let query = "SELECT id, title, passages FROM knowledge_documents WHERE chat_id = $1 AND passage_count > 0 ORDER BY id";
        let rows: Vec<(String, String, String)> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter()
            .map(|(id, title, passages)| {
                let id = id.parse().map_err(StoreError::corrupt("knowledge_documents", "id"))?;
                Ok((id, title, read_passages(&passages)?))
            })
            .collect()
    }

    /// The passages of a document; none where it is gone.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row has no passages.
    pub async fn passages(&mut self, chat: &ChatId, id: &DocumentId) -> Result<Vec<Passage>> {
        let query = "SELECT passages FROM knowledge_documents WHERE chat_id = $1 AND id = $2";
        let row: Option<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map_or_else(|| Ok(Vec::new()), |passages| read_passages(&passages))
    }

    /// Sources that are to be read, or whose reader's claim has lapsed at `now`; at most `limit`, those that wait longest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a source.
    pub async fn unclaimed_sources(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Source>> {
        // Of a host that is being read none, or they would stand in the way of all others.
        let query = "SELECT chat_id, id, kind, name, url, host, state, claimed_until, round, listed, note, created_at, changed_at
                     FROM knowledge_sources s
                     WHERE state IN ('waiting', 'running') AND (claimed_until IS NULL OR claimed_until <= $1)
                       AND NOT EXISTS (SELECT 1 FROM knowledge_sources o
                                       WHERE o.host = s.host AND o.state = 'running' AND o.claimed_until > $1)
                     ORDER BY changed_at, id LIMIT $2";
        let rows: Vec<SourceRow> = sql!(self, db => sqlx::query_as(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Source::try_from).collect()
    }
}

impl WriteTx {
    /// Counts up what changed of what a chat may read up: every index made before is out of date.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch_knowledge(&mut self, chat: &ChatId) -> Result<()> {
        let query = "INSERT INTO knowledge (chat_id, version) VALUES ($1, 1)
                     ON CONFLICT (chat_id) DO UPDATE SET version = knowledge.version + 1";
        sql!(self, db => sqlx::query(query).bind(chat.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a new source.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_source(&mut self, source: &Source) -> Result<()> {
        let query = "INSERT INTO knowledge_sources (chat_id, id, kind, name, url, host, state, claimed_until, round, listed, note,
                                                    created_at, changed_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let (url, host) = source.address.as_ref().map(|it| (&it.url, &it.host)).unzip();
        sql!(self, db => sqlx::query(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(source.kind.as_str())
            .bind(source.name.as_str()).bind(url).bind(host).bind(source.state.as_str())
            .bind(source.claimed_until.map(Timestamp::as_millis)).bind(source.round).bind(source.listed)
            .bind(&source.note).bind(source.created_at.as_millis()).bind(source.changed_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a source with its documents, and answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_source(&mut self, chat: &ChatId, id: &SourceId) -> Result<bool> {
        let query = "DELETE FROM knowledge_sources WHERE chat_id = $1 AND id = $2";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Has a source read again from the beginning, unless it is being read or waits for it; answers whether it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_round(
        &mut self,
        chat: &ChatId,
        id: &SourceId,
        now: Timestamp,
    ) -> Result<bool> {
        let query = "UPDATE knowledge_sources
                     SET state = 'waiting', round = round + 1, listed = FALSE, note = NULL, changed_at = $3
                     WHERE chat_id = $1 AND id = $2 AND url IS NOT NULL AND state NOT IN ('waiting', 'running')";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).bind(now.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Stops reading a source, if it is being read or waits for it; answers whether it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stop_source(
        &mut self,
        chat: &ChatId,
        id: &SourceId,
        now: Timestamp,
    ) -> Result<bool> {
        let query =
            "UPDATE knowledge_sources SET state = 'stopped', claimed_until = NULL, changed_at = $3
                     WHERE chat_id = $1 AND id = $2 AND state IN ('waiting', 'running')";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).bind(now.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Claims a source until `until`, and answers it; `None` where another reads it or its host, or it need not be read any more.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a source.
    pub async fn claim_source(
        &mut self,
        source: &Source,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<(Source, SourceClaim)>> {
        // The conditions are in the statement that writes, so that of two nodes one loses.
        let query = "UPDATE knowledge_sources SET state = 'running', claimed_until = $3, changed_at = $4
                     WHERE chat_id = $1 AND id = $2 AND state IN ('waiting', 'running')
                       AND (claimed_until IS NULL OR claimed_until <= $4)
                       AND NOT EXISTS (SELECT 1 FROM knowledge_sources o
                                       WHERE o.host = knowledge_sources.host AND o.state = 'running' AND o.claimed_until > $4)
                     RETURNING chat_id, id, kind, name, url, host, state, claimed_until, round, listed, note, created_at, changed_at";
        let row: Option<SourceRow> = sql!(self, db => sqlx::query_as(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(until.as_millis()).bind(now.as_millis())
            .fetch_optional(db).await?);
        let source = row.map(Source::try_from).transpose()?;
        Ok(source.map(|source| {
            let (chat_id, source_id) = (source.chat_id.clone(), source.id.clone());
            (source, SourceClaim { chat_id, source_id, until })
        }))
    }

    /// Renews a claim until `until`, and answers it; `None` where it is lost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn renew_source(
        &mut self,
        claim: &SourceClaim,
        until: Timestamp,
    ) -> Result<Option<SourceClaim>> {
        let query = "UPDATE knowledge_sources SET claimed_until = $3
                     WHERE chat_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $4";
        let renewed = sql!(self, db => sqlx::query(query)
            .bind(claim.chat_id.as_str()).bind(claim.source_id.as_str()).bind(until.as_millis())
            .bind(claim.until.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?);
        Ok(renewed.then(|| SourceClaim { until, ..claim.clone() }))
    }

    /// Writes down that it is known which pages a claimed source has, with a note where there is one to make.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_listed(&mut self, claim: &SourceClaim, note: Option<&str>) -> Result<()> {
        let query =
            "UPDATE knowledge_sources SET listed = TRUE, note = $3 WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(claim.chat_id.as_str()).bind(claim.source_id.as_str()).bind(note)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ends a claim and gives the source another state; a note replaces the one that there is. Answers whether the claim held.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_claim(
        &mut self,
        claim: &SourceClaim,
        state: SourceState,
        note: Option<&str>,
        now: Timestamp,
    ) -> Result<bool> {
        let query = "UPDATE knowledge_sources SET state = $4, claimed_until = NULL, note = COALESCE($5, note), changed_at = $6
                     WHERE chat_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(claim.chat_id.as_str()).bind(claim.source_id.as_str()).bind(claim.until.as_millis())
            .bind(state.as_str()).bind(note).bind(now.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Has a page of a source read in this round, at this place. One that is there already keeps what was read of it, and one that was
    /// found in this round before stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find_document(
        &mut self,
        source: &Source,
        address: &str,
        position: i64,
        now: Timestamp,
    ) -> Result<()> {
        let query = "INSERT INTO knowledge_documents (chat_id, id, source_id, address, title, state, bytes, passage_count, passages,
                                                      round, position)
                     VALUES ($1, $2, $3, $4, '', 'found', 0, 0, '[]', $5, $6)
                     ON CONFLICT (chat_id, source_id, address) DO UPDATE
                     SET state = 'found', reason = NULL, round = excluded.round, position = excluded.position
                     WHERE knowledge_documents.round < excluded.round";
        let id = DocumentId::new(now);
        sql!(self, db => sqlx::query(query)
            .bind(source.chat_id.as_str()).bind(id.as_str()).bind(source.id.as_str()).bind(address)
            .bind(source.round).bind(position).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a document with its passages, or the newer form of one already kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_document(&mut self, document: &Document, passages: &[Passage]) -> Result<()> {
        let text = serde_json::to_string(passages)
            .map_err(StoreError::corrupt("knowledge_documents", "passages"))?;
        let query = "INSERT INTO knowledge_documents (chat_id, id, source_id, address, title, state, reason, etag, last_modified,
                                                      hash, bytes, passage_count, passages, round, position, read_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                     ON CONFLICT (chat_id, id) DO UPDATE
                     SET title = excluded.title, state = excluded.state, reason = excluded.reason, etag = excluded.etag,
                         last_modified = excluded.last_modified, hash = excluded.hash, bytes = excluded.bytes,
                         passage_count = excluded.passage_count, passages = excluded.passages, read_at = excluded.read_at";
        let count = i64::try_from(passages.len()).unwrap_or(i64::MAX);
        sql!(self, db => sqlx::query(query)
            .bind(document.chat_id.as_str()).bind(document.id.as_str()).bind(document.source_id.as_str())
            .bind(&document.address).bind(&document.title).bind(document.state.as_str()).bind(&document.reason)
            .bind(&document.etag).bind(&document.last_modified).bind(&document.hash).bind(document.bytes).bind(count)
            .bind(&text).bind(document.round).bind(document.position).bind(document.read_at.map(Timestamp::as_millis))
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Gives a document another state, and leaves what was read of it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_document_state(
        &mut self,
        document: &Document,
        state: DocumentState,
        reason: Option<&str>,
        read_at: Option<Timestamp>,
    ) -> Result<()> {
        let query = "UPDATE knowledge_documents SET state = $3, reason = $4, read_at = COALESCE($5, read_at)
                     WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(document.chat_id.as_str()).bind(document.id.as_str()).bind(state.as_str()).bind(reason)
            .bind(read_at.map(Timestamp::as_millis)).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a source's documents that were not found in its present round, and answers how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_documents_of_earlier_rounds(&mut self, source: &Source) -> Result<u64> {
        let query =
            "DELETE FROM knowledge_documents WHERE chat_id = $1 AND source_id = $2 AND round < $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(source.chat_id.as_str()).bind(source.id.as_str()).bind(source.round)
            .execute(db).await.map(|done| done.rows_affected())?))
    }
}

fn read_passages(text: &str) -> Result<Vec<Passage>> {
    serde_json::from_str(text).map_err(StoreError::corrupt("knowledge_documents", "passages"))
}

impl TryFrom<SourceRow> for Source {
    type Error = StoreError;

    fn try_from(row: SourceRow) -> Result<Self> {
        const TABLE: &str = "knowledge_sources";
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt(TABLE, "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt(TABLE, "id"))?,
            kind: row.kind.parse().map_err(StoreError::corrupt(TABLE, "kind"))?,
            name: row.name.parse().map_err(StoreError::corrupt(TABLE, "name"))?,
            address: row.url.zip(row.host).map(|(url, host)| Address { url, host }),
            state: row.state.parse().map_err(StoreError::corrupt(TABLE, "state"))?,
            claimed_until: row.claimed_until.map(Timestamp::from_millis),
            round: row.round,
            listed: row.listed,
            note: row.note,
            created_at: Timestamp::from_millis(row.created_at),
            changed_at: Timestamp::from_millis(row.changed_at),
        })
    }
}

impl TryFrom<DocumentRow> for Document {
    type Error = StoreError;

    fn try_from(row: DocumentRow) -> Result<Self> {
        const TABLE: &str = "knowledge_documents";
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt(TABLE, "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt(TABLE, "id"))?,
            source_id: row.source_id.parse().map_err(StoreError::corrupt(TABLE, "source_id"))?,
            address: row.address,
            title: row.title,
            state: row.state.parse().map_err(StoreError::corrupt(TABLE, "state"))?,
            reason: row.reason,
            etag: row.etag,
            last_modified: row.last_modified,
            hash: row.hash,
            bytes: row.bytes,
            passages: row.passage_count,
            round: row.round,
            position: row.position,
            read_at: row.read_at.map(Timestamp::from_millis),
        })
    }
}
