-- Old rows into the history, before they are changed; shapes as exact hexadecimal, so that an undo restores them.
-- needs: stage
-- param user_id bigint: who
-- param batch_id bigint: the import
INSERT INTO history (user_id, action, entity, row_id, batch_id, cell_key, personal, old)
SELECT %(user_id)s, 'import.change', {entity}, e.id, %(batch_id)s, {key}, {is_personal},
       to_jsonb(e) || jsonb_build_object({shapes})
FROM stage_known k
JOIN {table} e ON e.id = k.id
WHERE k.changed;
