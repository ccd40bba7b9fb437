-- Posts on cells that end without a successor end with them: those that have begun get their last day, the others are
-- ended as entries.
-- param keys bigint[]: the cells
-- param day date: day after their last
UPDATE post SET ends = CASE WHEN starts < %(day)s THEN %(day)s::date - 1 ELSE ends END,
                ended = CASE WHEN starts >= %(day)s THEN %(day)s::date ELSE ended END
WHERE target = 'cell' AND cell_key = ANY(%(keys)s) AND ended IS NULL AND (ends IS NULL OR ends >= %(day)s);
