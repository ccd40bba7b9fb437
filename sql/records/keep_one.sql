-- An old row into the audit, before it is changed.
-- param user_id bigint: who
-- param os_user text: login at the server
-- param action text: what is done
-- param detail jsonb: with which values
-- param id bigint: number
INSERT INTO audit (user_id, os_user, action, entity, row_id, detail, old)
SELECT %(user_id)s, %(os_user)s, %(action)s, {entity}, e.id, %(detail)s, to_jsonb(e) || jsonb_build_object({shapes})
FROM {table} e WHERE e.id = %(id)s;
