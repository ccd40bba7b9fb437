-- Names of estates and streets that buildings of an area have.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT 'estate' AS entity, estate AS name FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL AND estate IS NOT NULL
UNION
SELECT 'estate', name FROM estate WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL
UNION
SELECT 'street', street FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL AND street IS NOT NULL;
