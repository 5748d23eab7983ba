-- no-transaction
-- What is about a visitor is about its one customer, and found by that one; this is for what is about nobody yet.
CREATE INDEX CONCURRENTLY IF NOT EXISTS record_entries_of_nobody ON record_entries (chat_id, visitor_id, at, id) WHERE lead_id IS NULL;
