-- People are asked for and told so by mail, write notes that no visitor sees; and a hook may go while a lead is posted to it.

-- Who asked for a person, and why: `assistant`, `program` or `operator`.
ALTER TABLE conversations ADD COLUMN escalated_by TEXT;
ALTER TABLE conversations ADD COLUMN escalation_reason TEXT;

CREATE INDEX conversations_escalated ON conversations (chat_id, last_message_at) WHERE escalated_at IS NOT NULL;

-- The mail about the last escalation of a conversation. What it says and to whom is read when it is sent. `due_at` is also the end
-- of a claim; `taken` has hashes of the addresses that took it, so that none gets it twice.
CREATE TABLE escalation_mails (
    chat_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    escalated_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'needless')),
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    taken TEXT NOT NULL,
    problem TEXT,
    sent_at BIGINT,
    PRIMARY KEY (chat_id, conversation_id),
    FOREIGN KEY (chat_id, conversation_id) REFERENCES conversations (chat_id, id) ON DELETE CASCADE
);

CREATE INDEX escalation_mails_due ON escalation_mails (due_at) WHERE state = 'waiting';

-- What operators write for each other in a conversation.
CREATE TABLE notes (
    chat_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, conversation_id, id),
    UNIQUE (chat_id, conversation_id, client_id),
    FOREIGN KEY (chat_id, conversation_id) REFERENCES conversations (chat_id, id) ON DELETE CASCADE
);

-- The same table without a foreign key to its hook: a hook that goes in the same instant must not refuse a lead. A post whose hook
-- is gone is never made, and swept.
CREATE TABLE lead_posts_of_any (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    hook_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, hook_id, lead_id)
);

INSERT INTO lead_posts_of_any (chat_id, hook_id, lead_id, attempts, due_at, created_at)
SELECT chat_id, hook_id, lead_id, attempts, due_at, created_at FROM lead_posts;

DROP TABLE lead_posts;
ALTER TABLE lead_posts_of_any RENAME TO lead_posts;
CREATE INDEX lead_posts_due ON lead_posts (due_at);
CREATE INDEX lead_posts_of_lead ON lead_posts (chat_id, lead_id);
CREATE INDEX api_keys_of_chat ON api_keys (chat_id);
