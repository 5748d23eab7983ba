-- People of an account: they are invited and removed, have second factors, and what they do is written down.

ALTER TABLE accounts ADD COLUMN second_factor_required BOOLEAN NOT NULL DEFAULT FALSE;

-- Who was removed stays, for the names beside what they wrote; they have no email to sign in with, and no session.
ALTER TABLE operators ADD COLUMN removed_at BIGINT;
-- Wrong codes of second factors in a row, and until when none is looked at.
ALTER TABLE operators ADD COLUMN wrong_codes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operators ADD COLUMN codes_locked_until BIGINT;

-- Where there is none, the session is as old as it is.
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT;
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT;
CREATE INDEX sessions_of_operator ON sessions (account_id, operator_id);

CREATE TABLE invitations (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'member')),
    invited_by TEXT NOT NULL,
    mail TEXT NOT NULL CHECK (mail IN ('off', 'waiting', 'sent', 'failed')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email_key)
);

-- From the hash of a token to whom it lets in: the token itself is nowhere.
CREATE TABLE invitation_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    invitation_id TEXT NOT NULL,
    FOREIGN KEY (account_id, invitation_id) REFERENCES invitations (account_id, id) ON DELETE CASCADE
);

CREATE INDEX invitation_tokens_of ON invitation_tokens (account_id, invitation_id);

CREATE TABLE password_resets (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);

CREATE INDEX password_resets_of_operator ON password_resets (account_id, operator_id);

-- The secret is encrypted with the installation's key. Until a first code was given, it is no second factor yet.
CREATE TABLE totps (
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (account_id, operator_id),
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);

CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, operator_id, code_hash),
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);

-- In the order of the ids, which is that of time.
CREATE TABLE audit_entries (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    operator_id TEXT,
    operator_email TEXT,
    chat_id TEXT,
    subject TEXT,
    detail TEXT,
    address TEXT,
    agent TEXT,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX audit_entries_of_operator ON audit_entries (account_id, operator_id, id);
CREATE INDEX audit_entries_of_kind ON audit_entries (account_id, kind, id);
CREATE INDEX audit_entries_old ON audit_entries (at);
