-- A question, held until the transaction ends.
-- param id bigint: number
SELECT id, state FROM review WHERE id = %(id)s FOR UPDATE;
