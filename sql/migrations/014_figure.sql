-- Published counts of people: one hierarchy, one month-end, categories singly, small counts withheld before they are
-- written. Nothing in it can be worked out back to fewer than ten, so it is open to whoever is logged in. A month that
-- was published is not computed again: two versions of it would tell what is between them.
CREATE TABLE resident_figure (
    month    date NOT NULL CHECK (month = date_trunc('month', month)),
    level    smallint NOT NULL CHECK (level IN (0, 6, 9, 12)),
    key      bigint NOT NULL,
    category text NOT NULL,
    total    integer,
    done     integer,
    PRIMARY KEY (month, level, key, category)
);
COMMENT ON TABLE resident_figure IS 'class=open: published counts of people, k-anonymous';
COMMENT ON COLUMN resident_figure.month IS 'public: as they were at the end of this month';
COMMENT ON COLUMN resident_figure.level IS 'public: 0 a cell, otherwise the digits of the area';
COMMENT ON COLUMN resident_figure.key IS 'public: cell or area';
COMMENT ON COLUMN resident_figure.category IS 'public: people, homes, or a service category';
COMMENT ON COLUMN resident_figure.total IS 'public: how many; none when withheld';
COMMENT ON COLUMN resident_figure.done IS 'public: how many of them were reached in the month; none when withheld';

-- Counts, rejects and reports of lists of people are as personal as the people.
ALTER TABLE import_batch ADD COLUMN personal boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN import_batch.personal IS 'internal: the list is about dwellings, households, people or visits to them';
ALTER TABLE job ADD COLUMN personal boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN job.personal IS 'internal: its result is about dwellings, households, people or visits to them';

-- How long what is kept for a reason stays after the reason is gone; the shipped dates come from data/retention.csv.
CREATE TABLE retention (
    kind  text PRIMARY KEY,
    days  integer NOT NULL CHECK (days >= 1),
    basis text NOT NULL
);
COMMENT ON TABLE retention IS 'class=open: days that things are kept';
COMMENT ON COLUMN retention.kind IS 'public: what';
COMMENT ON COLUMN retention.days IS 'public: days after its end';
COMMENT ON COLUMN retention.basis IS 'public: why so long';
