-- Old rows into the history, before they are ended, those that are still in the state they were compared in.
-- param user_id bigint: who
-- param action text: what is done
-- param ids bigint[]: numbers
-- param versions text[]: the state of each
INSERT INTO history (user_id, action, entity, row_id, cell_key, personal, old)
SELECT %(user_id)s, %(action)s, {entity}, e.id, {key}, {is_personal}, to_jsonb(e) || jsonb_build_object({shapes})
FROM unnest(%(ids)s::bigint[], %(versions)s::text[]) AS v (id, version)
JOIN {table} e ON e.id = v.id AND e.xmin::text = v.version;
