-- Buildings of an area whose estate or street is written one way, each with the building that has the same number under
-- the other name, if there is one.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param entity text: estate or street
-- param written text: as it was written
-- param name text: what it is
SELECT b.id, min(o.id) AS keep
FROM building b
LEFT JOIN building o ON o.id <> b.id AND o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.kind = 'building'
    AND o.ended IS NULL AND CASE WHEN %(entity)s = 'estate'
        THEN app_door(o.estate, o.building_no, NULL, NULL) = app_door(%(name)s, b.building_no, NULL, NULL)
        ELSE app_door(NULL, NULL, o.street, o.housenumber) = app_door(NULL, NULL, %(name)s, b.housenumber) END
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.kind = 'building' AND b.ended IS NULL
  AND upper(normalize(CASE WHEN %(entity)s = 'estate' THEN b.estate ELSE b.street END, NFKC)) = upper(%(written)s)
GROUP BY b.id
ORDER BY b.id;
