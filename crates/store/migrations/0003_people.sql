-- People who answer in the assistant's place, hooks that are told of new leads, and what was bought.

ALTER TABLE operators ADD COLUMN name TEXT;

-- Who answers instead of the assistant, and when a person was last asked for.
ALTER TABLE conversations ADD COLUMN assignee_id TEXT;
ALTER TABLE conversations ADD COLUMN escalated_at BIGINT;
ALTER TABLE conversations ADD COLUMN escalation_resolved_at BIGINT;

-- Addresses of the merchant that new leads are posted to.
CREATE TABLE hooks (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    UNIQUE (chat_id, url)
);

-- Posts that are still to be made. They name the lead and hold nothing of it. `due_at` is also the end of a claim.
CREATE TABLE lead_posts (
    chat_id TEXT NOT NULL,
    hook_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, hook_id, lead_id),
    FOREIGN KEY (chat_id, hook_id) REFERENCES hooks (chat_id, id) ON DELETE CASCADE
);

CREATE INDEX lead_posts_due ON lead_posts (due_at);
CREATE INDEX lead_posts_of_lead ON lead_posts (chat_id, lead_id);

-- Orders, each counted once. Of one that is nobody's conversation's only the id is kept, for as long as the shop may tell of it again.
CREATE TABLE purchases (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    order_id TEXT NOT NULL,
    conversation_id TEXT,
    details TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, order_id),
    FOREIGN KEY (chat_id, conversation_id) REFERENCES conversations (chat_id, id) ON DELETE CASCADE,
    CHECK ((conversation_id IS NULL) = (details IS NULL))
);

CREATE INDEX purchases_of_conversation ON purchases (chat_id, conversation_id, created_at);
CREATE INDEX purchases_of_nobody ON purchases (created_at) WHERE conversation_id IS NULL;
