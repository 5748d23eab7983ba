-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970 UTC; `iat` and floors are seconds, with fractions.
-- Whatever belongs to a chat has chat_id as the first column of its keys, whatever belongs to an account has account_id.
-- Look-up tables from one unique text to its tenant are the exception: operator_emails, widget_tokens, sessions, api_keys,
-- key_fingerprints.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE operators (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'member')),
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE operator_emails (
    email_key TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);

CREATE TABLE chats (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL CHECK (platform IN ('custom', 'woocommerce', 'magento', 'prestashop', 'bigcommerce', 'shopify')),
    widget_token TEXT NOT NULL,
    settings TEXT NOT NULL,
    identification_active BOOLEAN NOT NULL,
    identities_ended_at BIGINT,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX chats_of_account ON chats (account_id, created_at);
CREATE INDEX chats_changed ON chats (changed_at);

CREATE TABLE widget_tokens (
    widget_token TEXT NOT NULL PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE
);

CREATE TABLE identification_keys (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'retired', 'revoked')),
    verifies_until BIGINT,
    created_at BIGINT NOT NULL,
    verified BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (chat_id, kid)
);

CREATE TABLE key_fingerprints (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    chat_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    FOREIGN KEY (chat_id, kid) REFERENCES identification_keys (chat_id, kid) ON DELETE CASCADE
);

CREATE TABLE api_keys (
    key_hash TEXT NOT NULL PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    integration TEXT NOT NULL CHECK (integration IN ('backend', 'zapier')),
    created_at BIGINT NOT NULL
);

CREATE TABLE leads (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    stable_id TEXT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    attributes TEXT NOT NULL,
    claims_issued_at DOUBLE PRECISION NOT NULL,
    not_before DOUBLE PRECISION,
    identified_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id)
);

-- A stable id is one customer; an email without a stable id is one customer; an email with stable ids may be several.
CREATE UNIQUE INDEX leads_by_stable_id ON leads (chat_id, stable_id) WHERE stable_id IS NOT NULL;
CREATE UNIQUE INDEX leads_by_email_alone ON leads (chat_id, email_key) WHERE stable_id IS NULL;
CREATE INDEX leads_by_email ON leads (chat_id, email_key);

CREATE TABLE visitors (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    browser_id TEXT NOT NULL,
    lead_id TEXT,
    kid TEXT,
    token_issued_at DOUBLE PRECISION,
    identified_at BIGINT,
    identity_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    FOREIGN KEY (chat_id, lead_id) REFERENCES leads (chat_id, id),
    CHECK ((lead_id IS NULL) = (kid IS NULL) AND (lead_id IS NULL) = (identity_expires_at IS NULL)
        AND (lead_id IS NULL) = (token_issued_at IS NULL) AND (lead_id IS NULL) = (identified_at IS NULL))
);

CREATE INDEX visitors_of_lead ON visitors (chat_id, lead_id);

CREATE TABLE visitor_tokens (
    chat_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'replaced', 'ended')),
    successor_id TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, token_hash),
    FOREIGN KEY (chat_id, visitor_id) REFERENCES visitors (chat_id, id) ON DELETE CASCADE,
    FOREIGN KEY (chat_id, successor_id) REFERENCES visitors (chat_id, id)
);

CREATE INDEX visitor_tokens_of_visitor ON visitor_tokens (chat_id, visitor_id);

CREATE TABLE token_uses (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    use_id TEXT NOT NULL,
    browser_id TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, use_id, browser_id)
);

CREATE INDEX token_uses_expired ON token_uses (expires_at);

CREATE TABLE conversations (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    lead_id TEXT,
    last_seq BIGINT NOT NULL,
    preview TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    UNIQUE (chat_id, visitor_id),
    FOREIGN KEY (chat_id, visitor_id) REFERENCES visitors (chat_id, id),
    FOREIGN KEY (chat_id, lead_id) REFERENCES leads (chat_id, id)
);

CREATE INDEX conversations_by_time ON conversations (chat_id, last_message_at);
CREATE INDEX conversations_of_lead ON conversations (chat_id, lead_id);

CREATE TABLE messages (
    chat_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    id TEXT NOT NULL,
    client_id TEXT,
    author TEXT NOT NULL CHECK (author IN ('visitor', 'assistant', 'operator')),
    operator_id TEXT,
    text TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, conversation_id, seq),
    FOREIGN KEY (chat_id, conversation_id) REFERENCES conversations (chat_id, id) ON DELETE CASCADE,
    CHECK ((author = 'operator') = (operator_id IS NOT NULL))
);

CREATE UNIQUE INDEX messages_by_client_id ON messages (chat_id, conversation_id, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE replies (
    chat_id TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    answers BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    claimed_until BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    FOREIGN KEY (chat_id, conversation_id) REFERENCES conversations (chat_id, id) ON DELETE CASCADE,
    CHECK ((state = 'running') = (claimed_until IS NOT NULL))
);

CREATE INDEX replies_unfinished ON replies (state, created_at);
CREATE INDEX replies_of_conversation ON replies (chat_id, conversation_id, answers);
