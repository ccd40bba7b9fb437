-- A record whose shape is known keeps it when its list comes again with a point inside it only, as a table has it.
-- needs: stage
-- param source_id bigint: the list
UPDATE {stage} s SET {kept_shape}
FROM {table} e
WHERE e.source_id = %(source_id)s AND e.source_key = s.source_key
  AND ST_Dimension(s.{shape}) = 0 AND ST_Dimension(e.{shape}) > 0
  AND ST_DWithin(s.{shape}, e.{shape}, 0.00001);  -- degrees, about a metre: a point on a line is on it but for rounding
