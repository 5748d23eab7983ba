-- no-transaction
-- visitors_to_look_at has taken its place.
DROP INDEX CONCURRENTLY IF EXISTS visitors_lapsing;
