-- Code tables: every list of words that records are described with. The shipped entries come from data/codes.csv; users
-- add their own, except to lists that are closed (service categories are an allow-list).
CREATE TABLE code (
    list      text NOT NULL,
    code      text NOT NULL CHECK (code ~ '^[0-9A-Za-z_]{1,20}$'),
    name      text NOT NULL CHECK (name <> ''),
    name_en   text,
    aliases   text[] NOT NULL DEFAULT '{}',
    min_age   smallint,
    max_age   smallint,
    graded    boolean NOT NULL DEFAULT false,
    sensitive boolean NOT NULL DEFAULT false,
    counts    boolean NOT NULL DEFAULT true,
    built_in  boolean NOT NULL DEFAULT false,
    retired   boolean NOT NULL DEFAULT false,
    origin    text,
    PRIMARY KEY (list, code),
    UNIQUE (list, name)
);
COMMENT ON TABLE code IS 'class=open: code tables';
COMMENT ON COLUMN code.list IS 'public: which table';
COMMENT ON COLUMN code.code IS 'public: code';
COMMENT ON COLUMN code.name IS 'public: name';
COMMENT ON COLUMN code.name_en IS 'public: English name';
COMMENT ON COLUMN code.aliases IS 'public: other words that lists use for it';
COMMENT ON COLUMN code.min_age IS 'public: from this age on (full years)';
COMMENT ON COLUMN code.max_age IS 'public: up to this age (full years)';
COMMENT ON COLUMN code.graded IS 'public: comes with a grade';
COMMENT ON COLUMN code.sensitive IS 'public: sensitive personal information: shown only where duty reaches';
COMMENT ON COLUMN code.counts IS 'public: of an outcome: the visit counts as done; of an end: the thing is gone';
COMMENT ON COLUMN code.built_in IS 'public: shipped with gridsvc';
COMMENT ON COLUMN code.retired IS 'public: not offered any more';
COMMENT ON COLUMN code.origin IS 'public: source';
