-- Records of the lists of an area that got the place of a decision for their address have none again, and lie where they
-- did before. Not those that are in a building, nor those of a list for which the same text was decided, too.
-- param id bigint: the question
-- param lo bigint: first key of the area of the list
-- param hi bigint: key after the last
-- param address text: as it is written
-- param lon double: degrees
-- param lat double: degrees
-- param located_by text[]: how the decision says that a place was found
WITH gone AS (
    SELECT e.id, s.cell_key, b.old
    FROM {table} e
    JOIN source s ON s.id = e.source_id AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
    LEFT JOIN LATERAL (SELECT h.old FROM history h
                       WHERE h.entity = {entity} AND h.row_id = e.id AND h.action = 'review.place'
                       ORDER BY h.id DESC LIMIT 1) b ON true
    WHERE e.address = %(address)s AND e.geom = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
      AND e.located_by = ANY(%(located_by)s) AND to_jsonb(e) ->> 'building_id' IS NULL
      AND NOT EXISTS (SELECT FROM review q WHERE q.what = 'address' AND q.text = e.address AND q.cell_key = s.cell_key
                      AND q.id <> %(id)s AND q.state IN ('accepted', 'corrected', 'taught')))
UPDATE {table} e SET geom = NULL, cell_key = COALESCE((g.old ->> 'cell_key')::bigint, g.cell_key), cell_alt = NULL,
    assign_status = g.old ->> 'assign_status', located_by = g.old ->> 'located_by', accuracy_m = NULL{no_h3}
FROM gone g
WHERE e.id = g.id;
