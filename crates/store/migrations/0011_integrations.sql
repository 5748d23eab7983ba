-- Addresses that are told of events, each with a secret that signs what is sent.
CREATE TABLE webhooks (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret TEXT NOT NULL,
    paused_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id)
);

-- What is still to be sent, where `due_at` says when (it is also the end of a claim), and what became of the last ones. They name what
-- happened, and hold nothing of it. No key refers to the webhook: one that goes in the same instant must not refuse what happens.
CREATE TABLE webhook_deliveries (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    webhook_id TEXT NOT NULL,
    id TEXT NOT NULL,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    tried_at BIGINT,
    status BIGINT,
    problem TEXT,
    took_ms BIGINT,
    PRIMARY KEY (chat_id, webhook_id, id)
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;

-- What people call a key, and when it was used last: known to the minute.
ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
