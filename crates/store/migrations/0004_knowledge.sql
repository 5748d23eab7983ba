-- What a chat's assistant may read up: where it comes from, and the documents with their passages.

-- Counted up whenever what can be found changes: an index that was made from an older state is not used.
CREATE TABLE knowledge (
    chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    version BIGINT NOT NULL
);

-- A text, a file, or an address with the pages there. `round` counts how often it was read; `listed` says whether in this round it is
-- known which pages there are.
CREATE TABLE knowledge_sources (
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'file', 'page', 'linked_pages', 'sitemap')),
    name TEXT NOT NULL,
    url TEXT,
    host TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'stopped')),
    claimed_until BIGINT,
    round BIGINT NOT NULL,
    listed BOOLEAN NOT NULL,
    note TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, id),
    CHECK ((url IS NULL) = (host IS NULL)),
    CHECK ((state = 'running') = (claimed_until IS NOT NULL))
);

CREATE INDEX knowledge_sources_unfinished ON knowledge_sources (state, changed_at) WHERE state IN ('waiting', 'running');
CREATE INDEX knowledge_sources_of_host ON knowledge_sources (host, state) WHERE state = 'running';

-- One text, file or page. `passages` is JSON; what was read stays while it is being read again.
CREATE TABLE knowledge_documents (
    chat_id TEXT NOT NULL,
    id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('found', 'read', 'failed')),
    reason TEXT,
    etag TEXT,
    last_modified TEXT,
    hash TEXT,
    bytes BIGINT NOT NULL,
    passage_count BIGINT NOT NULL,
    passages TEXT NOT NULL,
    round BIGINT NOT NULL,
    position BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (chat_id, id),
    UNIQUE (chat_id, source_id, address),
    FOREIGN KEY (chat_id, source_id) REFERENCES knowledge_sources (chat_id, id) ON DELETE CASCADE
);

CREATE INDEX knowledge_documents_of_source ON knowledge_documents (chat_id, source_id, round, state, position);
