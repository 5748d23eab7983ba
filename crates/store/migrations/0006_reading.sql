-- How far a visitor has read: the number of the last message that was on their screen.

ALTER TABLE conversations ADD COLUMN read_seq BIGINT NOT NULL DEFAULT 0;
