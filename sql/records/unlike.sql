-- Fields in which a row of the roll says something else than the record that it is, and how far apart they lie.
-- needs: stage, reconcile/stage
-- param columns text[]: columns that the roll has a say in
SELECT p.row_no, e.id, e.cell_key, e.xmin::text AS version,
       ARRAY(SELECT b.key FROM jsonb_each(to_jsonb(e)) b
             JOIN jsonb_each(to_jsonb(s)) r ON r.key = b.key
             WHERE b.key = ANY (%(columns)s) AND r.value <> 'null' AND r.value <> '[]' AND r.value IS DISTINCT FROM b.value
               AND NOT (b.key IN ('building_no', 'housenumber', 'unit_no', 'room')
                        AND app_no(r.value #>> '{{}}') IS NOT DISTINCT FROM app_no(b.value #>> '{{}}'))
             ORDER BY b.key) AS fields,
       {elsewhere} AS elsewhere, s.lon AS roll_lon, s.lat AS roll_lat, {lonlat}
FROM stage_pair p
JOIN {stage} s ON s.row_no = p.row_no
JOIN {table} e ON e.id = p.id
ORDER BY p.row_no;
