-- A full roll beside the base (账账相符): what differs waits until somebody accepts it or keeps what is here.
CREATE TABLE reconciliation (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key    bigint NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    file_name   text NOT NULL,
    file_sha256 text NOT NULL,
    source_crs  text NOT NULL,
    day_first   boolean NOT NULL,
    mapping     jsonb NOT NULL,
    counts      jsonb NOT NULL,
    personal    boolean NOT NULL,
    created_by  bigint NOT NULL,
    by_name     text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE reconciliation IS 'class=scope: comparisons of a full roll with the base';
COMMENT ON COLUMN reconciliation.id IS 'internal: number';
COMMENT ON COLUMN reconciliation.cell_key IS 'internal: key of the area of the roll';
COMMENT ON COLUMN reconciliation.kind IS 'internal: kind of record';
COMMENT ON COLUMN reconciliation.name IS 'internal: list that new records go to';
COMMENT ON COLUMN reconciliation.file_name IS 'internal: name of the file, without its folder';
COMMENT ON COLUMN reconciliation.file_sha256 IS 'internal: SHA-256 of the file';
COMMENT ON COLUMN reconciliation.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN reconciliation.day_first IS 'internal: the file writes 31/12/2026';
COMMENT ON COLUMN reconciliation.mapping IS 'internal: field to column';
COMMENT ON COLUMN reconciliation.counts IS 'internal: rows, the same, missing, extra, moved, different, rejected';
COMMENT ON COLUMN reconciliation.personal IS 'internal: it is about residents';
COMMENT ON COLUMN reconciliation.created_by IS 'internal: user';
COMMENT ON COLUMN reconciliation.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN reconciliation.created_at IS 'internal: when';

CREATE TABLE difference (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reconciliation_id bigint NOT NULL REFERENCES reconciliation ON DELETE CASCADE,
    cell_key          bigint NOT NULL,
    personal          boolean NOT NULL,
    what              text NOT NULL CHECK (what IN ('missing', 'extra', 'moved', 'different')),
    record_id         bigint,
    version           text,
    row_no            bigint,
    fields            text[] NOT NULL DEFAULT '{}',
    row               jsonb,
    decision          text NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'accepted', 'kept')),
    decided_by        bigint,
    decided_at        timestamptz,
    batch_id          bigint
);
CREATE INDEX difference_reconciliation ON difference (reconciliation_id, decision, what, id);
COMMENT ON TABLE difference IS 'class=scope: one difference between a roll and the base';
COMMENT ON COLUMN difference.id IS 'internal: number';
COMMENT ON COLUMN difference.reconciliation_id IS 'internal: the comparison';
COMMENT ON COLUMN difference.cell_key IS 'internal: key of the record, for an extra row of the area of the roll';
COMMENT ON COLUMN difference.personal IS 'internal: it is about residents';
COMMENT ON COLUMN difference.what IS 'internal: missing in the roll, extra in the roll, moved, different';
COMMENT ON COLUMN difference.record_id IS 'internal: record in the base';
COMMENT ON COLUMN difference.version IS 'internal: state that the record was compared in';
COMMENT ON COLUMN difference.row_no IS 'internal: row of the roll';
COMMENT ON COLUMN difference.fields IS 'internal: fields that differ';
COMMENT ON COLUMN difference.row IS 'personal: the row of the roll, sealed where it is about residents';
COMMENT ON COLUMN difference.decision IS 'internal: open, accepted (the roll is right), kept (the base is right)';
COMMENT ON COLUMN difference.decided_by IS 'internal: user';
COMMENT ON COLUMN difference.decided_at IS 'internal: when';
COMMENT ON COLUMN difference.batch_id IS 'internal: import that wrote what was accepted';

-- What an officer found wrong in a record; it waits for 同意 or 退回 of whoever may edit it.
CREATE TABLE correction (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key   bigint NOT NULL,
    personal   boolean NOT NULL,
    entity     text NOT NULL,
    record_id  bigint NOT NULL,
    version    text NOT NULL,
    fields     jsonb NOT NULL,
    note       text,
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'returned')),
    reason     text,
    created_by bigint NOT NULL,
    by_name    text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_by bigint,
    decided_name text,
    decided_at timestamptz
);
CREATE INDEX correction_open ON correction (cell_key) WHERE state = 'open';
COMMENT ON TABLE correction IS 'class=scope: corrections that wait for a decision, and those decided';
COMMENT ON COLUMN correction.id IS 'internal: number';
COMMENT ON COLUMN correction.cell_key IS 'internal: key of the record';
COMMENT ON COLUMN correction.personal IS 'internal: it is about residents';
COMMENT ON COLUMN correction.entity IS 'internal: kind of record';
COMMENT ON COLUMN correction.record_id IS 'internal: record';
COMMENT ON COLUMN correction.version IS 'internal: state that the record was read in';
COMMENT ON COLUMN correction.fields IS 'personal: field to new value, sealed where it is about residents';
COMMENT ON COLUMN correction.note IS 'personal: why';
COMMENT ON COLUMN correction.state IS 'internal: open, approved, returned';
COMMENT ON COLUMN correction.reason IS 'internal: why it was returned';
COMMENT ON COLUMN correction.created_by IS 'internal: user';
COMMENT ON COLUMN correction.created_at IS 'internal: when';
COMMENT ON COLUMN correction.decided_by IS 'internal: user';
COMMENT ON COLUMN correction.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN correction.decided_name IS 'internal: what that user was called then';
COMMENT ON COLUMN correction.decided_at IS 'internal: when';
