-- Take back the areas that an import brought in new.
-- param batch_id bigint: the import
DELETE FROM area a
WHERE a.batch_id = %(batch_id)s
  AND NOT EXISTS (SELECT FROM history x WHERE x.batch_id = %(batch_id)s AND x.entity = 'area' AND x.row_id = a.id);
