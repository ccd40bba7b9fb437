-- Table of this transaction: what the households of an area are called by.
-- param lo bigint: first key
-- param hi bigint: key after the last
CREATE TEMP TABLE stage_home ON COMMIT DROP AS
SELECT app_home(dwelling_id, number) AS home, min(id) AS id
FROM household
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND app_home(dwelling_id, number) IS NOT NULL
GROUP BY 1;
