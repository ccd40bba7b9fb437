CREATE TABLE app_user (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login         text NOT NULL UNIQUE CHECK (login = lower(login) AND login <> ''),
    name          text NOT NULL,
    role          text NOT NULL CHECK
        (role IN ('officer', 'community', 'street', 'county', 'analyst', 'auditor', 'admin', 'system')),
    area_code     text,
    cells         bigint[] NOT NULL DEFAULT '{}',
    password_hash text,
    disabled      boolean NOT NULL DEFAULT false,
    demo          boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    signed_in_at  timestamptz,
    failures      smallint NOT NULL DEFAULT 0,
    locked_until  timestamptz
);
COMMENT ON TABLE app_user IS 'class=own: who may sign in, and as what';
COMMENT ON COLUMN app_user.id IS 'internal: number';
COMMENT ON COLUMN app_user.login IS 'internal: login';
COMMENT ON COLUMN app_user.name IS 'internal: name';
COMMENT ON COLUMN app_user.role IS 'internal: role';
COMMENT ON COLUMN app_user.area_code IS 'internal: own area';
COMMENT ON COLUMN app_user.cells IS 'internal: keys of an officer''s cells';
COMMENT ON COLUMN app_user.password_hash IS 'sensitive: argon2 hash';
COMMENT ON COLUMN app_user.disabled IS 'internal: may not sign in';
COMMENT ON COLUMN app_user.demo IS 'internal: has a button on the demo''s login page';
COMMENT ON COLUMN app_user.created_at IS 'internal: when';
COMMENT ON COLUMN app_user.signed_in_at IS 'internal: last time';
COMMENT ON COLUMN app_user.failures IS 'internal: wrong passwords since';
COMMENT ON COLUMN app_user.locked_until IS 'internal: no sign-in before';

CREATE TABLE token (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    bigint NOT NULL REFERENCES app_user,
    name       text NOT NULL,
    hash       bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX token_user ON token (user_id);
COMMENT ON TABLE token IS 'class=own: tokens for scripts and notebooks';
COMMENT ON COLUMN token.id IS 'internal: number';
COMMENT ON COLUMN token.user_id IS 'internal: whose';
COMMENT ON COLUMN token.name IS 'internal: what for';
COMMENT ON COLUMN token.hash IS 'sensitive: SHA-256 of the token';
COMMENT ON COLUMN token.created_at IS 'internal: when';
COMMENT ON COLUMN token.expires_at IS 'internal: until';
COMMENT ON COLUMN token.revoked_at IS 'internal: taken back';

CREATE TABLE audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id  bigint NOT NULL,
    os_user  text,
    action   text NOT NULL,
    entity   text,
    row_id   bigint,
    batch_id bigint,
    detail   jsonb
);
CREATE INDEX audit_batch ON audit (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX audit_row ON audit (entity, row_id) WHERE row_id IS NOT NULL;
CREATE INDEX audit_user ON audit (user_id, id DESC);
COMMENT ON TABLE audit IS 'class=own: who did what; only ever added to';
COMMENT ON COLUMN audit.id IS 'internal: number';
COMMENT ON COLUMN audit.at IS 'internal: when';
COMMENT ON COLUMN audit.user_id IS 'internal: who';
COMMENT ON COLUMN audit.os_user IS 'internal: login at the server, for local commands';
COMMENT ON COLUMN audit.action IS 'internal: what';
COMMENT ON COLUMN audit.entity IS 'internal: table';
COMMENT ON COLUMN audit.row_id IS 'internal: row';
COMMENT ON COLUMN audit.batch_id IS 'internal: import';
COMMENT ON COLUMN audit.detail IS 'internal: with which values';

-- Rows as they were before a change: for the history of a record and for undoing an import. Seen by whoever sees the
-- record, so it stands beside the audit, which is for administrator and auditor.
CREATE TABLE history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id  bigint NOT NULL,
    by_name  text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    action   text NOT NULL,
    entity   text NOT NULL,
    row_id   bigint NOT NULL,
    batch_id bigint,
    cell_key bigint NOT NULL,
    personal boolean NOT NULL,
    old      jsonb NOT NULL
);
CREATE INDEX history_batch ON history (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX history_row ON history (entity, row_id);
COMMENT ON TABLE history IS 'class=scope: rows as they were before they were changed';
COMMENT ON COLUMN history.id IS 'internal: number';
COMMENT ON COLUMN history.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN history.at IS 'internal: when it was changed';
COMMENT ON COLUMN history.user_id IS 'internal: by whom';
COMMENT ON COLUMN history.action IS 'internal: how';
COMMENT ON COLUMN history.entity IS 'internal: table';
COMMENT ON COLUMN history.row_id IS 'internal: row';
COMMENT ON COLUMN history.batch_id IS 'internal: import';
COMMENT ON COLUMN history.cell_key IS 'internal: cell that the record lay in';
COMMENT ON COLUMN history.personal IS 'internal: the record is about a dwelling, household or person';
COMMENT ON COLUMN history.old IS 'sensitive: the row before the change';

-- Hashes over rows of the audit, each with the one before it, so that taking away or changing a row shows. Rows are
-- sealed by their numbers after they were committed, never inside the transaction that writes them: a chain in there
-- would make everybody wait for an import.
CREATE TABLE audit_seal (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ids       int8multirange NOT NULL,
    rows      bigint NOT NULL,
    previous  bytea,
    hash      bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE audit_seal IS 'class=own: seals of the audit';
COMMENT ON COLUMN audit_seal.id IS 'internal: number';
COMMENT ON COLUMN audit_seal.ids IS 'internal: numbers of the rows under it';
COMMENT ON COLUMN audit_seal.rows IS 'internal: how many';
COMMENT ON COLUMN audit_seal.previous IS 'internal: the seal before it';
COMMENT ON COLUMN audit_seal.hash IS 'internal: SHA-256 over that seal and the rows';
COMMENT ON COLUMN audit_seal.sealed_at IS 'internal: when';

-- When work that comes round was last done.
CREATE TABLE upkeep (
    task   text PRIMARY KEY,
    ran_at timestamptz NOT NULL
);
COMMENT ON TABLE upkeep IS 'class=open: when work that comes round was last done';
COMMENT ON COLUMN upkeep.task IS 'public: which';
COMMENT ON COLUMN upkeep.ran_at IS 'public: when';

CREATE TABLE job (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL,
    params       jsonb NOT NULL,
    owner        bigint NOT NULL,
    cell_key     bigint NOT NULL,
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    step         text NOT NULL DEFAULT '',
    progress     real NOT NULL DEFAULT 0,
    cancel       boolean NOT NULL DEFAULT false,
    attempts     smallint NOT NULL DEFAULT 0,
    result       jsonb,
    error        jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    started_at   timestamptz,
    heartbeat_at timestamptz,
    finished_at  timestamptz
);
CREATE INDEX job_queue ON job (id) WHERE state IN ('queued', 'running');
CREATE INDEX job_owner ON job (owner, id DESC);
COMMENT ON TABLE job IS 'class=scope: background work, seen by its owner and by whoever has its area';
COMMENT ON COLUMN job.id IS 'internal: number';
COMMENT ON COLUMN job.kind IS 'internal: what';
COMMENT ON COLUMN job.params IS 'internal: with which settings';
COMMENT ON COLUMN job.owner IS 'internal: user under whose rights it runs';
COMMENT ON COLUMN job.cell_key IS 'internal: key of its area';
COMMENT ON COLUMN job.state IS 'internal: queued, running, done, failed, cancelled';
COMMENT ON COLUMN job.step IS 'internal: what it is doing';
COMMENT ON COLUMN job.progress IS 'internal: 0 to 1';
COMMENT ON COLUMN job.cancel IS 'internal: asked to stop';
COMMENT ON COLUMN job.attempts IS 'internal: times started';
COMMENT ON COLUMN job.result IS 'internal: what came out';
COMMENT ON COLUMN job.error IS 'internal: what went wrong, as problem+json';
COMMENT ON COLUMN job.created_at IS 'internal: when';
COMMENT ON COLUMN job.started_at IS 'internal: when';
COMMENT ON COLUMN job.heartbeat_at IS 'internal: last sign of life';
COMMENT ON COLUMN job.finished_at IS 'internal: when';

-- Whoever sits at the server itself, and gridsvc's own work; nobody can sign in as it. Always number 1.
INSERT INTO app_user (login, name, role) VALUES ('system', '系统 System', 'system');
