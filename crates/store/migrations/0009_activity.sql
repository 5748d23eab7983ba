-- What is counted of a chat, by the hour since 1970 UTC, and the chats in which what is old is deleted.

-- `what` is a name of `domain::activity`. Counts name nobody, and stay when what was counted is deleted.
CREATE TABLE activity_counts (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    what TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (chat_id, hour, what)
);

CREATE INDEX activity_counts_old ON activity_counts (hour);
CREATE INDEX identification_counts_old ON identification_counts (hour);

-- Purchases that were credited to a conversation.
CREATE TABLE purchase_sums (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    currency TEXT NOT NULL,
    count BIGINT NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (chat_id, hour, currency)
);

CREATE INDEX purchase_sums_old ON purchase_sums (hour);

-- What can be told of the time before, without a look at all messages.
INSERT INTO activity_counts (chat_id, hour, what, count)
SELECT chat_id, created_at / 3600000, 'conversations.begun', COUNT(*) FROM conversations
GROUP BY chat_id, created_at / 3600000;

INSERT INTO activity_counts (chat_id, hour, what, count)
SELECT chat_id, created_at / 3600000, 'conversations.verified', COUNT(*) FROM conversations
WHERE lead_id IS NOT NULL GROUP BY chat_id, created_at / 3600000;

INSERT INTO activity_counts (chat_id, hour, what, count)
SELECT chat_id, created_at / 3600000, 'leads.verified', COUNT(*) FROM leads
GROUP BY chat_id, created_at / 3600000;

INSERT INTO activity_counts (chat_id, hour, what, count)
SELECT chat_id, created_at / 3600000, 'leads.typed', COUNT(*) FROM typed_leads
GROUP BY chat_id, created_at / 3600000;

-- A chat with a rule about what is old. `due_at` is when it is looked at next, and the end of a claim; the counts are those of the
-- last time that something was deleted.
CREATE TABLE retention_sweeps (
    chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    swept_at BIGINT,
    deleted_at BIGINT,
    conversations BIGINT NOT NULL,
    leads BIGINT NOT NULL
);

CREATE INDEX retention_sweeps_due ON retention_sweeps (due_at);
CREATE INDEX typed_leads_by_time ON typed_leads (chat_id, updated_at);
