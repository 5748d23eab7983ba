-- What the team's inbox and its table of contacts ask for, by index; who has seen what; and which customers share an email.

-- How far a message of a person's came: to a page of the visitor's. NULL of `seen_seq`: it began before that was kept.
ALTER TABLE conversations ADD COLUMN delivered_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN seen_seq BIGINT;

-- Up to which message a conversation can be found by its words. Whatever is not yet is found by the index below, what was there
-- before this migration included.
ALTER TABLE conversations ADD COLUMN indexed_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN search_due BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE typed_leads ADD COLUMN search_due BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX conversations_to_index ON conversations (chat_id, id) WHERE indexed_seq < last_seq;
CREATE INDEX leads_to_index ON leads (chat_id, id) WHERE search_due = TRUE;
CREATE INDEX typed_leads_to_index ON typed_leads (chat_id, id) WHERE search_due = TRUE;

-- Each view of the inbox is read from its place in one of these, in order, and nothing is sorted.
DROP INDEX conversations_by_time;
DROP INDEX conversations_escalated;
CREATE INDEX conversations_by_time ON conversations (chat_id, last_message_at, id);
CREATE INDEX conversations_needing_person ON conversations (chat_id, last_message_at, id)
    WHERE escalated_at IS NOT NULL AND (escalation_resolved_at IS NULL OR escalation_resolved_at < escalated_at);
CREATE INDEX conversations_of_assignee ON conversations (chat_id, assignee_id, last_message_at, id)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX conversations_of_customers ON conversations (chat_id, last_message_at, id) WHERE lead_id IS NOT NULL;
CREATE INDEX conversations_of_nobody ON conversations (chat_id, last_message_at, id) WHERE lead_id IS NULL;

DROP INDEX leads_by_email;
CREATE INDEX leads_by_email ON leads (chat_id, email_key, id);
DROP INDEX typed_leads_by_email;
CREATE INDEX typed_leads_by_email ON typed_leads (chat_id, email_key, id);

-- Customers whose email another customer has, too, and what the team says of them. Nothing of the customers follows from it.
CREATE TABLE shared_emails (
    chat_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    decision TEXT CHECK (decision IN ('apart', 'same')),
    decided_at BIGINT,
    operator_id TEXT,
    PRIMARY KEY (chat_id, lead_id),
    FOREIGN KEY (chat_id, lead_id) REFERENCES leads (chat_id, id) ON DELETE CASCADE,
    CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (operator_id IS NULL))
);

CREATE INDEX shared_emails_undecided ON shared_emails (chat_id, lead_id) WHERE decision IS NULL;
