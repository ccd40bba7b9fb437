-- How many people of the file another list has brought in already, by their identity number.
-- needs: person/stage
-- param source_id bigint: the list of the file
SELECT count(*) FROM stage_person s
WHERE s.id_hash IS NOT NULL
  AND EXISTS (SELECT FROM person p WHERE p.id_hash = s.id_hash AND p.source_id <> %(source_id)s AND p.ended IS NULL);
