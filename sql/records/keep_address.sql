-- Old rows into the history, before records get the place that was decided for their address.
-- param user_id bigint: who
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param address text: as it is written
INSERT INTO history (user_id, action, entity, row_id, cell_key, personal, old)
SELECT %(user_id)s, 'review.place', {entity}, e.id, {key}, {is_personal}, to_jsonb(e) || jsonb_build_object({shapes})
FROM {table} e
WHERE e.address = %(address)s AND e.geom IS NULL AND e.cell_key >= %(lo)s AND e.cell_key < %(hi)s;
