-- What a record was when its next change came: the first entry of the history from a number on.
-- param id bigint: number
-- param before bigint: entries of the history from this number on
SELECT h.old FROM history h
WHERE h.entity = {entity} AND h.row_id = %(id)s AND h.id >= %(before)s
ORDER BY h.id
LIMIT 1;
