-- Old versions into the audit before they are corrected or closed.
-- needs: area/stage
-- param user_id bigint: who
-- param os_user text: login at the server
-- param batch_id bigint: the import
INSERT INTO audit (user_id, os_user, action, entity, row_id, batch_id, old)
SELECT %(user_id)s, %(os_user)s, 'import.change', 'area', a.id, %(batch_id)s,
       to_jsonb(a) || jsonb_build_object('geom', a.geom::text)
FROM stage_area s
JOIN area a ON a.id = s.known_id
WHERE s.changed;
