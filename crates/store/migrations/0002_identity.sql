-- Keys from several sources, who is who, the record, and what is counted of identifications.

ALTER TABLE identification_keys ADD COLUMN source TEXT NOT NULL DEFAULT 'generated'
    CHECK (source IN ('generated', 'public_key', 'jwks'));
ALTER TABLE identification_keys ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identification_keys ADD COLUMN first_used_at BIGINT;

-- Where a chat's keys are fetched from, and how that went last.
CREATE TABLE jwks_sources (
    chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    attempted_at BIGINT,
    fetched_at BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL
);

-- Whether the record says that the visitor's identity ended. Each new identity sets it to false.
ALTER TABLE visitors ADD COLUMN end_recorded BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX visitors_lapsing ON visitors (identity_expires_at) WHERE end_recorded = FALSE;

-- How many messages were there when the conversation was tied to its customer.
ALTER TABLE conversations ADD COLUMN joined_seq BIGINT;
ALTER TABLE conversations ADD COLUMN joined_at BIGINT;

-- What a visitor who is not verified says about itself. Nobody vouches for it.
CREATE TABLE typed_leads (
    chat_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    phone_number TEXT,
    email_marketing_consent BOOLEAN,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    UNIQUE (chat_id, visitor_id),
    FOREIGN KEY (chat_id, visitor_id) REFERENCES visitors (chat_id, id) ON DELETE CASCADE
);

CREATE INDEX typed_leads_by_email ON typed_leads (chat_id, email_key);

-- What is known of a customer beside what was signed: typed before signing in, or entered by an operator.
CREATE TABLE lead_fields (
    chat_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('typed', 'operator')),
    value TEXT NOT NULL,
    visitor_id TEXT,
    operator_id TEXT,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, lead_id, name, source),
    FOREIGN KEY (chat_id, lead_id) REFERENCES leads (chat_id, id) ON DELETE CASCADE,
    CHECK ((source = 'typed') = (visitor_id IS NOT NULL) AND (source = 'operator') = (operator_id IS NOT NULL))
);

-- What happened to identities. An entry is sealed within seconds: it then has a number, and a hash that covers the one before it.
-- It names people by ids only, and nothing refers to their rows, so that it outlives them.
CREATE TABLE record_entries (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    seq BIGINT CHECK (seq > 0),
    hash TEXT,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    lead_id TEXT,
    visitor_id TEXT,
    conversation_id TEXT,
    kid TEXT,
    operator_id TEXT,
    reason TEXT,
    count BIGINT,
    request_id TEXT,
    origin TEXT,
    PRIMARY KEY (chat_id, id),
    CHECK ((seq IS NULL) = (hash IS NULL))
);

CREATE UNIQUE INDEX record_entries_by_seq ON record_entries (chat_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX record_entries_unsealed ON record_entries (chat_id, at, id) WHERE seq IS NULL;
CREATE INDEX record_entries_by_time ON record_entries (chat_id, at, id);
CREATE INDEX record_entries_of_lead ON record_entries (chat_id, lead_id, at, id);
CREATE INDEX record_entries_of_visitor ON record_entries (chat_id, visitor_id, at, id);

-- A chat with keys has a record: that of chats which had keys before begins with their activation.
INSERT INTO record_entries (chat_id, id, at, kind)
SELECT id, 'rec_' || substr(id, 6), created_at, 'activated' FROM chats
WHERE id IN (SELECT chat_id FROM identification_keys);

-- The last sealed entry of each chat, sealed in turn with the installation's secret key.
CREATE TABLE record_heads (
    chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);

-- How many identifications ended how, by the hour. `outcome` is 'verified', or the code of a refusal.
CREATE TABLE identification_counts (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (chat_id, hour, outcome)
);

-- Pages of the shop that something is wrong with, as the widget reports them.
CREATE TABLE page_reports (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    page TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (chat_id, kind, page)
);

-- Tokens of these customers that were issued before this, in seconds, are refused: also of customers who are not known yet.
-- `customer` is a hash, so that a floor may stay when the customer's data is erased.
CREATE TABLE customer_floors (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    customer TEXT NOT NULL,
    not_before DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (chat_id, customer)
);
