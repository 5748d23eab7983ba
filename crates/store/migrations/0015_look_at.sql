-- When the sweep looks whether an identity has lapsed: at or before the time when it lapses. That moves with every identification, and
-- what is indexed should not. Rows of 0 are looked at, and put right, in the first sweeps.
ALTER TABLE visitors ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;
