-- Old rows into the audit, before they are changed; shapes as exact hexadecimal, so that an undo restores them.
-- needs: stage
-- param user_id bigint: who
-- param os_user text: login at the server
-- param batch_id bigint: the import
INSERT INTO audit (user_id, os_user, action, entity, row_id, batch_id, old)
SELECT %(user_id)s, %(os_user)s, 'import.change', {entity}, e.id, %(batch_id)s, to_jsonb(e) || jsonb_build_object({shapes})
FROM stage_known k
JOIN {table} e ON e.id = k.id
WHERE k.changed;
