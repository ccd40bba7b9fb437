-- Sums of obligations by month, so that the month of a county is answered at once. A sum is worked out from the
-- obligations by sql/functions/app_task_sums.sql, for one day that counts as today (coverage_day); what changed since is
-- in coverage_stale and read from the obligations themselves.
CREATE TABLE coverage_sum (
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    grain       text NOT NULL CHECK (grain IN ('cell', 'post', 'rule')),
    cell_key    bigint NOT NULL,
    part        bigint NOT NULL,
    personal    boolean NOT NULL,
    done        integer NOT NULL,
    late        integer NOT NULL,
    excused     integer NOT NULL,
    not_found   integer NOT NULL,
    refused     integer NOT NULL,
    nobody      integer NOT NULL,
    due         integer NOT NULL,
    overdue     integer NOT NULL,
    recent      integer NOT NULL,
    visits      integer NOT NULL,
    attempts    integer NOT NULL,
    unconfirmed integer NOT NULL,
    backdated   integer NOT NULL,
    asked       double precision NOT NULL,
    targets     integer NOT NULL,
    covered     integer NOT NULL,
    PRIMARY KEY (grain, month, cell_key, part, personal)
);
COMMENT ON TABLE coverage_sum IS 'class=scope: obligations of a month counted by cell, and by post or rule in it';
COMMENT ON COLUMN coverage_sum.month IS 'internal: first day of the month in which they are due';
COMMENT ON COLUMN coverage_sum.grain IS 'internal: what they are counted by';
COMMENT ON COLUMN coverage_sum.cell_key IS 'internal: cell, or area where there is none';
COMMENT ON COLUMN coverage_sum.part IS 'internal: post (0: nobody), version of a rule, or 0';
COMMENT ON COLUMN coverage_sum.personal IS 'internal: for a dwelling, household or person';
COMMENT ON COLUMN coverage_sum.done IS 'internal: how many are done on time';
COMMENT ON COLUMN coverage_sum.late IS 'internal: done late';
COMMENT ON COLUMN coverage_sum.excused IS 'internal: excused';
COMMENT ON COLUMN coverage_sum.not_found IS 'internal: not found';
COMMENT ON COLUMN coverage_sum.refused IS 'internal: refused';
COMMENT ON COLUMN coverage_sum.nobody IS 'internal: nobody''s';
COMMENT ON COLUMN coverage_sum.due IS 'internal: due';
COMMENT ON COLUMN coverage_sum.overdue IS 'internal: overdue';
COMMENT ON COLUMN coverage_sum.recent IS 'internal: fulfilled in the last seven days';
COMMENT ON COLUMN coverage_sum.visits IS 'internal: visits that count';
COMMENT ON COLUMN coverage_sum.attempts IS 'internal: visits that do not';
COMMENT ON COLUMN coverage_sum.unconfirmed IS 'internal: visits that count but were far from the target';
COMMENT ON COLUMN coverage_sum.backdated IS 'internal: visits that count but were entered days later';
COMMENT ON COLUMN coverage_sum.asked IS 'internal: how many have to be fulfilled to reach the rates asked for';
COMMENT ON COLUMN coverage_sum.targets IS 'internal: targets of those that are not excused';
COMMENT ON COLUMN coverage_sum.covered IS 'internal: of them with one fulfilled';

CREATE TABLE coverage_stale (
    cell_key bigint NOT NULL,
    month    date NOT NULL
);
CREATE INDEX coverage_stale_key ON coverage_stale (cell_key);
COMMENT ON TABLE coverage_stale IS 'class=scope: cells and months whose sums are to be worked out again';
COMMENT ON COLUMN coverage_stale.cell_key IS 'internal: cell or area';
COMMENT ON COLUMN coverage_stale.month IS 'internal: first day of the month';

CREATE TABLE coverage_day (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    day date NOT NULL
);
COMMENT ON TABLE coverage_day IS 'class=open: the day that counted as today when the sums were worked out';
COMMENT ON COLUMN coverage_day.one IS 'public: there is one row';
COMMENT ON COLUMN coverage_day.day IS 'public: that day';
