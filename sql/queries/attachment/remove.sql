-- Take an attachment away.
-- param id bigint: number
DELETE FROM attachment WHERE id = %(id)s;
