-- An old row into the history, before it is changed.
-- param user_id bigint: who
-- param action text: what is done
-- param id bigint: number
INSERT INTO history (user_id, action, entity, row_id, cell_key, personal, old)
SELECT %(user_id)s, %(action)s, {entity}, e.id, {key}, {is_personal}, to_jsonb(e) || jsonb_build_object({shapes})
FROM {table} e WHERE e.id = %(id)s;
