-- Places of records that are gone or say something else now.
-- param kinds text[]: kinds of records that are looked at
DELETE FROM place
WHERE id IN (
    SELECT p.id FROM place p LEFT JOIN (SELECT kind, ref_id, mark FROM app_place_source() WHERE kind = ANY(%(kinds)s)) s
        ON s.kind = p.kind AND s.ref_id = p.ref_id AND s.mark = p.mark
    WHERE p.kind = ANY(%(kinds)s) AND s.kind IS NULL
);
