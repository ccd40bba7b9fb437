-- Rule × target × window (任务). What closes one is worked out from the visits; docs/coverage.md has the definitions.
CREATE TABLE obligation (
    rule_id      integer NOT NULL,
    target_id    bigint NOT NULL,
    opens        date NOT NULL,
    due          date NOT NULL CHECK (due >= opens),
    until        date CHECK (until >= due),
    cell_key     bigint NOT NULL,
    post_id      bigint,
    personal     boolean NOT NULL,
    done         integer NOT NULL DEFAULT 0,
    fulfilled_on date,
    visits       integer NOT NULL DEFAULT 0,
    tried_on     date,
    tried        text,
    excused_on   date,
    excuse       text,
    excused_by   bigint,
    PRIMARY KEY (rule_id, target_id, opens)
);
CREATE INDEX obligation_key ON obligation (cell_key, due);
COMMENT ON TABLE obligation IS 'class=scope: what is to be done for one target in one window';
COMMENT ON COLUMN obligation.rule_id IS 'internal: version of a rule';
COMMENT ON COLUMN obligation.target_id IS 'internal: record, or key of a cell or area';
COMMENT ON COLUMN obligation.opens IS 'internal: first day';
COMMENT ON COLUMN obligation.due IS 'internal: last day on time';
COMMENT ON COLUMN obligation.until IS 'internal: last day on which it can be done late; none for ever';
COMMENT ON COLUMN obligation.cell_key IS 'internal: cell, or area where there is none';
COMMENT ON COLUMN obligation.post_id IS 'internal: post in charge; none when nobody is';
COMMENT ON COLUMN obligation.personal IS 'internal: for a dwelling, household or person';
COMMENT ON COLUMN obligation.done IS 'internal: days or minutes that count';
COMMENT ON COLUMN obligation.fulfilled_on IS 'internal: day on which it was done';
COMMENT ON COLUMN obligation.visits IS 'internal: visits that count';
COMMENT ON COLUMN obligation.tried_on IS 'internal: day of the last visit that does not count';
COMMENT ON COLUMN obligation.tried IS 'internal: its outcome, code (visit_outcome)';
COMMENT ON COLUMN obligation.excused_on IS 'internal: excused on';
COMMENT ON COLUMN obligation.excuse IS 'personal: why';
COMMENT ON COLUMN obligation.excused_by IS 'internal: user';

-- Targets whose visits changed since the obligations were worked out; filled by a trigger, emptied by the next update.
CREATE TABLE visit_change (
    cell_key  bigint NOT NULL,
    target    text NOT NULL,
    target_id bigint NOT NULL,
    day       date NOT NULL,
    activity  text,
    personal  boolean NOT NULL
);
COMMENT ON TABLE visit_change IS 'class=scope: visits written since the last update of obligations';
COMMENT ON COLUMN visit_change.cell_key IS 'internal: cell of the visit';
COMMENT ON COLUMN visit_change.target IS 'internal: kind of target';
COMMENT ON COLUMN visit_change.target_id IS 'internal: target';
COMMENT ON COLUMN visit_change.day IS 'internal: day of the visit';
COMMENT ON COLUMN visit_change.activity IS 'internal: code (visit_activity)';
COMMENT ON COLUMN visit_change.personal IS 'internal: a dwelling, household or person was visited';

CREATE TABLE obligation_update (
    day date PRIMARY KEY,
    at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE obligation_update IS 'class=open: days that the obligations were brought up to date with';
COMMENT ON COLUMN obligation_update.day IS 'public: day that counted as today';
COMMENT ON COLUMN obligation_update.at IS 'public: when';
