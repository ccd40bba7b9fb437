-- Old versions into the history before they are corrected or closed.
-- needs: area/stage
-- param user_id bigint: who
-- param batch_id bigint: the import
INSERT INTO history (user_id, action, entity, row_id, batch_id, cell_key, personal, old)
SELECT %(user_id)s, 'import.change', 'area', a.id, %(batch_id)s, 0, false,
       to_jsonb(a) || jsonb_build_object('geom', a.geom::text)
FROM stage_area s
JOIN area a ON a.id = s.known_id
WHERE s.changed;
