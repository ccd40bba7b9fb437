-- Table of this transaction for the counts of a month.
CREATE TEMP TABLE stage_figure ON COMMIT DROP AS
SELECT level, key, category, total, done FROM resident_figure WITH NO DATA;
