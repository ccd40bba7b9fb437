-- Attachments of a record, or one of them.
-- param entity text: kind of the record; null: any
-- param record_id bigint: the record; null: any
-- param id bigint: one attachment; null: all of the record
-- param sha256 bytea: the one with this hash; null: all
SELECT a.id, a.entity, a.record_id, a.name, a.media, a.size, a.created_by, a.created_at, a.personal
FROM attachment a
WHERE (%(id)s::bigint IS NULL OR a.id = %(id)s)
  AND (%(entity)s::text IS NULL OR a.entity = %(entity)s AND a.record_id = %(record_id)s)
  AND (%(sha256)s::bytea IS NULL OR a.sha256 = %(sha256)s)
ORDER BY a.id;
