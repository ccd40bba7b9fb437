-- New subcells, and what belongs to each, also to those that go on.
-- needs: subcell/stage
-- param day date: first day
-- param user_id bigint: who
WITH made AS (
    INSERT INTO subcell (cell_key, number, name, born, created_by)
    SELECT DISTINCT cell_key, number, '第' || number || '微网格', %(day)s::date, %(user_id)s::bigint
    FROM stage_member WHERE known_id IS NULL
    RETURNING id, cell_key, number
)
INSERT INTO subcell_member (subcell_id, building_id, unit_no, cell_key)
SELECT COALESCE(t.known_id, m.id), t.building_id, t.unit_no, t.cell_key
FROM stage_member t
LEFT JOIN made m ON t.known_id IS NULL AND m.cell_key = t.cell_key AND m.number = t.number;
