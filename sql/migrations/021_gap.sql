-- What is missed, late or missing (漏访, 逾期, 不漏), found anew every two hours; data/gaps.csv has the
-- kinds, sql/queries/gapfind what each of them is.
CREATE TABLE gap (
    kind      text NOT NULL,
    target    text NOT NULL,
    target_id bigint NOT NULL,
    rule      text NOT NULL DEFAULT '',
    cell_key  bigint NOT NULL,
    personal  boolean NOT NULL,
    since     date NOT NULL,
    n         integer,
    PRIMARY KEY (kind, target, target_id, rule)
);
CREATE INDEX gap_key ON gap (cell_key, kind, target, target_id, rule);
COMMENT ON TABLE gap IS 'class=scope: what is missed, late or missing';
COMMENT ON COLUMN gap.kind IS 'internal: kind of gap';
COMMENT ON COLUMN gap.target IS 'internal: kind of what it is about';
COMMENT ON COLUMN gap.target_id IS 'internal: record, or key of a cell or area';
COMMENT ON COLUMN gap.rule IS 'internal: code of the rule that was missed';
COMMENT ON COLUMN gap.cell_key IS 'internal: cell, or area where there is none';
COMMENT ON COLUMN gap.personal IS 'internal: about a dwelling, household or person';
COMMENT ON COLUMN gap.since IS 'internal: since when, or first day on which it was found';
COMMENT ON COLUMN gap.n IS 'internal: how much: households, open tasks, square metres';

CREATE TABLE gap_update (
    day date NOT NULL,
    at  timestamptz PRIMARY KEY DEFAULT now()
);
COMMENT ON TABLE gap_update IS 'class=open: when the gaps were found anew';
COMMENT ON COLUMN gap_update.day IS 'public: day that counted as today';
COMMENT ON COLUMN gap_update.at IS 'public: when';
