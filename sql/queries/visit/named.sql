-- Table of this transaction: what the keys that visits give are of: a record of a list of the area, a cell by its code, own
-- code or name, an area by its code or name. A key that two of a kind have names none.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
CREATE TEMP TABLE stage_named ON COMMIT DROP AS
SELECT k.target, k.word, min(k.id) AS id, min(k.ended) AS ended
FROM (
    SELECT 'cell' AS target, w.word, c.key AS id, c.ended FROM cell c
    CROSS JOIN LATERAL (VALUES (c.code), (c.code_alt), (c.name)) AS w (word)
    WHERE c.key >= %(lo)s AND c.key < %(hi)s AND (c.ended IS NULL OR w.word = c.code)
    UNION ALL SELECT 'area', w.word, a.key, NULL FROM area a CROSS JOIN LATERAL (VALUES (a.code), (a.name)) AS w (word)
    WHERE a.key >= %(lo)s AND a.key < %(hi)s AND a.valid @> app_today()
    UNION ALL SELECT 'hazard', source_key, COALESCE(merged_into, id), NULL FROM hazard
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'hazard_source', source_key, COALESCE(merged_into, id), NULL FROM hazard_source
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'organisation', source_key, COALESCE(merged_into, id), NULL FROM organisation
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'facility', source_key, COALESCE(merged_into, id), NULL FROM facility
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'component', source_key, COALESCE(merged_into, id), NULL FROM component
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'building', source_key, COALESCE(merged_into, id), NULL FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'estate', source_key, COALESCE(merged_into, id), NULL FROM estate
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'zone', source_key, COALESCE(merged_into, id), NULL FROM zone
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'dwelling', source_key, COALESCE(merged_into, id), NULL FROM dwelling
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'household', source_key, COALESCE(merged_into, id), NULL FROM household
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
    UNION ALL SELECT 'person', source_key, COALESCE(merged_into, id), NULL FROM person
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
) k
WHERE k.word IN (SELECT target_key FROM stage_visit)
GROUP BY k.target, k.word HAVING count(DISTINCT k.id) = 1;
