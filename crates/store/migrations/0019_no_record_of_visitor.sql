-- no-transaction
DROP INDEX CONCURRENTLY IF EXISTS record_entries_of_visitor;
