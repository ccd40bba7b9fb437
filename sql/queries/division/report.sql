-- What the printed table says of each cell in force in a range: what is in it, and who is in charge of it.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT c.key, c.code, c.code_alt, c.name, c.kind, c.area_code, v.area_m2, v.load, ST_AsBinary(v.geom) AS wkb,
       b.buildings, b.households, b.estates, b.loose, p.people, app_in_charge(c.key, NULL, %(day)s) AS posts
FROM cell c
JOIN cell_version v ON v.cell_key = c.key AND v.valid @> %(day)s::date AND v.kind = 'basic'
CROSS JOIN LATERAL (
    SELECT count(*) AS buildings, COALESCE(sum(households), 0) AS households,
           array_agg(DISTINCT estate) FILTER (WHERE estate <> '') AS estates,
           (array_agg(DISTINCT COALESCE(name, street || COALESCE(housenumber, '')))
            FILTER (WHERE COALESCE(estate, '') = '' AND COALESCE(name, street) IS NOT NULL))[1:6] AS loose
    FROM building WHERE cell_key = c.key AND kind = 'building' AND ended IS NULL AND merged_into IS NULL
) b
CROSS JOIN LATERAL (
    SELECT count(*) AS people FROM person WHERE cell_key = c.key AND ended IS NULL AND merged_into IS NULL
) p
WHERE c.key >= %(lo)s AND c.key < %(hi)s AND c.ended IS NULL
ORDER BY c.key;
