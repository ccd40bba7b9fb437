-- Content of an attachment.
-- param id bigint: number
SELECT a.media, a.name, a.body FROM attachment a WHERE a.id = %(id)s;
