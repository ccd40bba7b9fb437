-- Fields in which a row of the roll says something else than the record that it is, and how far apart they lie. A number
-- of a house is the same however it is written, and a month in the roll is no other day than one of its days.
-- needs: stage, reconcile/stage
-- param columns text[]: columns that the roll has a say in
SELECT p.row_no, e.id, e.cell_key, e.xmin::text AS version,
       ARRAY(SELECT b.key FROM jsonb_each(j.base) b
             JOIN jsonb_each(j.roll) r ON r.key = b.key
             CROSS JOIN LATERAL (SELECT CASE j.roll -> 'date_precision' ->> b.key WHEN 'month' THEN 7 WHEN 'year' THEN 4 END) AS d (known)
             WHERE b.key = ANY (%(columns)s) AND r.value <> 'null' AND r.value <> '[]' AND r.value IS DISTINCT FROM b.value
               AND NOT (b.key IN ('building_no', 'housenumber', 'unit_no', 'room')
                        AND app_no(r.value #>> '{{}}') IS NOT DISTINCT FROM app_no(b.value #>> '{{}}'))
               AND (d.known IS NULL OR left(b.value #>> '{{}}', d.known) IS DISTINCT FROM left(r.value #>> '{{}}', d.known))
             ORDER BY b.key) AS fields,
       {elsewhere} AS elsewhere, s.lon AS roll_lon, s.lat AS roll_lat, {lonlat}
FROM stage_pair p
JOIN {stage} s ON s.row_no = p.row_no
JOIN {table} e ON e.id = p.id
CROSS JOIN LATERAL (SELECT to_jsonb(e) AS base, to_jsonb(s) AS roll) j
ORDER BY p.row_no;
