-- One audit row.
-- param user_id bigint: who
-- param os_user text: login at the server
-- param action text: what
-- param entity text: table
-- param row_id bigint: row
-- param batch_id bigint: import
-- param detail jsonb: with which values
INSERT INTO audit (user_id, os_user, action, entity, row_id, batch_id, detail)
VALUES (%(user_id)s, %(os_user)s, %(action)s, %(entity)s, %(row_id)s, %(batch_id)s, %(detail)s);
