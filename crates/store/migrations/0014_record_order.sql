-- no-transaction
-- The ids of entries begin with their times, and are in order by the primary key already.
DROP INDEX CONCURRENTLY IF EXISTS record_entries_by_time;
