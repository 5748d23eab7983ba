-- no-transaction
-- Whose tokens name a visitor as successor is looked for whenever visitors are removed, and by SQLite whenever several are added at once.
CREATE INDEX CONCURRENTLY IF NOT EXISTS visitor_tokens_by_successor ON visitor_tokens (chat_id, successor_id) WHERE successor_id IS NOT NULL;
