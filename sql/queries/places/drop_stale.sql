-- Places of records that are gone or say something else now.
DELETE FROM place
WHERE id IN (
    SELECT p.id FROM place p LEFT JOIN app_place_source() s ON s.kind = p.kind AND s.ref_id = p.ref_id AND s.mark = p.mark
    WHERE p.kind <> 'road' AND s.kind IS NULL
);
