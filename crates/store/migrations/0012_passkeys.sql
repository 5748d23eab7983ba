-- What operators' devices prove by a signature. Their public keys are no secret.

CREATE TABLE passkeys (
    account_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    algorithm BIGINT NOT NULL,
    -- SubjectPublicKeyInfo, in base64url.
    public_key TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    -- No challenge is taken that is not later: each signature lets somebody in once.
    last_challenge_at BIGINT,
    PRIMARY KEY (account_id, operator_id, id),
    FOREIGN KEY (account_id, operator_id) REFERENCES operators (account_id, id) ON DELETE CASCADE
);
