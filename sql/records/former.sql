-- What a record was before each change, the newest first.
-- param id bigint: number
-- param before bigint: entries of the history below this number
-- param most int: how many
SELECT h.id, h.at, h.user_id, h.by_name, h.action, h.batch_id, b.file_name, h.cell_key, h.old
FROM history h
LEFT JOIN import_batch b ON b.id = h.batch_id
WHERE h.entity = {entity} AND h.row_id = %(id)s AND h.id < %(before)s
ORDER BY h.id DESC
LIMIT %(most)s;
