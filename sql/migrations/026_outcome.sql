-- What comes of the outcome of a visit, and what was decided of what visits say of records.
ALTER TABLE code ADD COLUMN consequence text CHECK (consequence IN ('moved', 'vacant', 'wrong', 'refused'));
COMMENT ON COLUMN code.consequence IS 'public: of an outcome: it says moved away, vacant, wrong address (not found), or refused';
UPDATE code SET consequence = code WHERE list = 'visit_outcome' AND code IN ('moved', 'vacant', 'wrong', 'refused');

CREATE TABLE proposal (
    kind       text NOT NULL,
    target     text NOT NULL,
    target_id  bigint NOT NULL,
    cell_key   bigint NOT NULL,
    personal   boolean NOT NULL,
    day        date NOT NULL,
    decision   text NOT NULL CHECK (decision IN ('accepted', 'kept')),
    reason     text,
    decided_by bigint NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, target, target_id)
);
COMMENT ON TABLE proposal IS 'class=scope: what was decided of what visits say of a record';
COMMENT ON COLUMN proposal.kind IS 'internal: kind of gap that proposed it';
COMMENT ON COLUMN proposal.target IS 'internal: kind of the record';
COMMENT ON COLUMN proposal.target_id IS 'internal: record';
COMMENT ON COLUMN proposal.cell_key IS 'internal: cell';
COMMENT ON COLUMN proposal.personal IS 'internal: about a dwelling, household or person';
COMMENT ON COLUMN proposal.day IS 'internal: day of the visit that said so';
COMMENT ON COLUMN proposal.decision IS 'internal: the record was changed, or stays as it is';
COMMENT ON COLUMN proposal.reason IS 'personal: why it stays';
COMMENT ON COLUMN proposal.decided_by IS 'internal: user';
COMMENT ON COLUMN proposal.decided_at IS 'internal: when';
