-- The households that this import has made.
-- needs: link/homes
-- param batch_id bigint: the import
INSERT INTO stage_home (home, id)
SELECT app_home(dwelling_id, number), id FROM household
WHERE batch_id = %(batch_id)s AND app_home(dwelling_id, number) IS NOT NULL;
