-- Table of this transaction: what buildings of an area are called by; a name that two buildings have names none.
-- param lo bigint: first key
-- param hi bigint: key after the last
CREATE TEMP TABLE stage_door ON COMMIT DROP AS
SELECT d.door, min(d.id) AS id
FROM (SELECT id, app_door(estate, building_no, NULL, NULL) AS door FROM building
      WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
      UNION ALL
      SELECT id, app_door(NULL, NULL, street, housenumber) FROM building
      WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL) d
WHERE d.door IS NOT NULL
GROUP BY d.door
HAVING count(*) = 1;
