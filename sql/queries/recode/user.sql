-- Accounts of the area, and officers' cells in it.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
-- param old text: the old number
-- param new text: the new number
UPDATE app_user u SET
    area_code = CASE WHEN starts_with(area_code, %(old)s) THEN %(new)s || substr(area_code, length(%(old)s) + 1)
                     ELSE area_code END,
    cells = ARRAY(SELECT CASE WHEN c >= %(lo)s AND c < %(hi)s THEN c + %(by)s ELSE c END
                  FROM unnest(cells) WITH ORDINALITY o(c, n) ORDER BY n)
WHERE starts_with(area_code, %(old)s)
   OR EXISTS (SELECT FROM unnest(cells) c WHERE c >= %(lo)s AND c < %(hi)s);
