-- Officers of a range who have no account, with the name of their area.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT o.id, o.name, o.number, a.name AS place
FROM officer o
LEFT JOIN area a ON a.key = o.cell_key AND a.valid @> app_today()
WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.user_id IS NULL AND o.merged_into IS NULL
  AND COALESCE(o.ended, 'infinity') > app_today()
ORDER BY o.cell_key, o.number, o.id;
