-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS visitors_to_look_at ON visitors (look_at) WHERE end_recorded = FALSE;
