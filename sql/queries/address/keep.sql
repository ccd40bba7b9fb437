-- Old rows into the audit, before they are changed; shapes as exact hexadecimal, so that an undo restores them.
-- param user_id bigint: who
-- param os_user text: login at the server
-- param batch_id bigint: the import
INSERT INTO audit (user_id, os_user, action, entity, row_id, batch_id, old)
SELECT %(user_id)s, %(os_user)s, 'import.change', 'address', e.id, %(batch_id)s,
       to_jsonb(e) || jsonb_build_object('geom', e.geom::text)
FROM stage_known k
JOIN address e ON e.id = k.id
WHERE k.changed;
