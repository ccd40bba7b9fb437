-- The newest version of a rule in an area.
-- param code text: rule
-- param area_key bigint: area; 0 everywhere
SELECT id, code, version, valid, lower(valid) AS valid_from, since, retired
FROM rule WHERE code = %(code)s AND area_key = %(area_key)s
ORDER BY version DESC LIMIT 1;
