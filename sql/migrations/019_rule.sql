-- What is to be done how often (走访巡查规则). A change is a new version that holds from a day on; the shipped rules come
-- from data/rules.csv.
CREATE TABLE rule (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{0,19}$'),
    area_key   bigint NOT NULL DEFAULT 0,
    version    integer NOT NULL,
    valid      daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
    since      date NOT NULL,
    name       text NOT NULL,
    name_en    text,
    target     text NOT NULL CHECK (target IN ('area', 'cell', 'estate', 'building', 'unit', 'dwelling', 'household',
                   'person', 'hazard', 'hazard_source', 'organisation', 'component', 'facility')),
    kinds       text[] NOT NULL DEFAULT '{}',
    activity   text[] NOT NULL CHECK (cardinality(activity) > 0),
    modes      text[] NOT NULL DEFAULT '{}',
    document   boolean NOT NULL,
    measure    text NOT NULL CHECK (measure IN ('times', 'minutes')),
    amount     integer NOT NULL CHECK (amount BETWEEN 1 AND 100000),
    period     text NOT NULL CHECK (period IN ('day', 'week', 'half-month', 'month', 'quarter', 'half-year', 'year',
                   'days', 'holiday', 'occurrence')),
    every      integer CHECK (every BETWEEN 1 AND 1000),
    holidays   text[] NOT NULL DEFAULT '{}',
    working    boolean NOT NULL,
    grace      integer CHECK (grace BETWEEN 0 AND 1000),
    rate       real NOT NULL CHECK (rate > 0 AND rate <= 1),
    origin     text NOT NULL,
    retired    boolean NOT NULL DEFAULT false,
    CONSTRAINT rule_one_a_day EXCLUDE USING gist (code WITH =, area_key WITH =, valid WITH &&),
    UNIQUE (code, area_key, version),
    CHECK ((period IN ('days', 'holiday', 'occurrence')) = (every IS NOT NULL)),
    CHECK ((period = 'holiday') = (cardinality(holidays) > 0))
);
COMMENT ON TABLE rule IS 'class=open: what is to be done for whom, how often';
COMMENT ON COLUMN rule.id IS 'public: number';
COMMENT ON COLUMN rule.code IS 'public: code';
COMMENT ON COLUMN rule.area_key IS 'public: holds in this area only; 0 everywhere';
COMMENT ON COLUMN rule.version IS 'public: version of the code in that area';
COMMENT ON COLUMN rule.valid IS 'public: days on which this version holds';
COMMENT ON COLUMN rule.since IS 'public: first day of the first version; every N days is counted from it';
COMMENT ON COLUMN rule.name IS 'public: name';
COMMENT ON COLUMN rule.name_en IS 'public: English name';
COMMENT ON COLUMN rule.target IS 'public: kind of target';
COMMENT ON COLUMN rule.kinds IS 'public: codes that narrow the targets; empty for all';
COMMENT ON COLUMN rule.activity IS 'public: codes (visit_activity) that count';
COMMENT ON COLUMN rule.modes IS 'public: codes (visit_mode) that count; empty for all';
COMMENT ON COLUMN rule.document IS 'public: only with a written record';
COMMENT ON COLUMN rule.measure IS 'public: times or minutes';
COMMENT ON COLUMN rule.amount IS 'public: how many of them in a window';
COMMENT ON COLUMN rule.period IS 'public: kind of window';
COMMENT ON COLUMN rule.every IS 'public: N of every N days, N days before a holiday or after an occurrence';
COMMENT ON COLUMN rule.holidays IS 'public: holidays';
COMMENT ON COLUMN rule.working IS 'public: N and grace are counted in working days, daily windows only on working days';
COMMENT ON COLUMN rule.grace IS 'public: days after the due day on which a visit still counts, as late; none for ever';
COMMENT ON COLUMN rule.rate IS 'public: target rate, 0 to 1';
COMMENT ON COLUMN rule.origin IS 'public: where it comes from';
COMMENT ON COLUMN rule.retired IS 'public: this version ends the rule';

-- What a visit was for, what was written down, and when the office learnt of it.
ALTER TABLE visit ADD COLUMN activity text, ADD COLUMN document text,
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN visit.activity IS 'internal: code (visit_activity); what it was for';
COMMENT ON COLUMN visit.document IS 'internal: number of the written record';
COMMENT ON COLUMN visit.recorded_at IS 'internal: when it was entered';
-- the owner is under row security like everybody else
SELECT set_config('app.scope', '{[0,9007199254740992)}', true), set_config('app.person_scope', '{[0,9007199254740992)}', true);
UPDATE visit SET activity = CASE WHEN target = 'cell' THEN 'patrol'
    WHEN target IN ('dwelling', 'household', 'person', 'building', 'unit') THEN 'visit' ELSE 'check' END;
