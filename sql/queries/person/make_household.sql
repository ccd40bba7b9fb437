-- Households that rows of a list of people name and that nobody has brought in yet.
-- needs: person/stage
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO household (number, head, dwelling_id, geom, cell_key, cell_alt, assign_status, located_by,
    source_id, source_key, source_crs, batch_id)
SELECT DISTINCT ON (h.key) s.household_no, CASE WHEN s.relation = '01' THEN s.name END, s.dwelling_id,
       ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.cell_key, s.cell_alt, s.assign_status, s.located_by,
       %(source_id)s, md5(h.key), %(source_crs)s, %(batch_id)s
FROM stage_person s
CROSS JOIN LATERAL (SELECT app_home(s.dwelling_id, s.household_no) AS key) h
WHERE s.household_id IS NULL AND h.key IS NOT NULL
ORDER BY h.key, (s.relation = '01') DESC NULLS LAST, s.row_no
ON CONFLICT (source_id, source_key) DO NOTHING;
