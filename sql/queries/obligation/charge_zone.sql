-- The same for duty zones in place of it: whoever has a post on the zone, of whatever kind, otherwise who is in charge of
-- the cell. Of every cell that an obligation of a zone lies in.
-- needs: obligation/stage_held, obligation/stage_charge
WITH gone AS (
    DELETE FROM stage_charge
), pair AS (
    SELECT id AS zone_id, cell_key FROM zone
    UNION SELECT o.target_id, o.cell_key FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.target = 'zone'
), held AS (
    SELECT q.zone_id, q.cell_key, p.id, p.starts, s.stops, 0 AS far, p.cover, 0 AS place
    FROM pair q
    JOIN post p ON p.zone_id = q.zone_id
    JOIN officer o ON o.id = p.officer_id
    CROSS JOIN LATERAL (SELECT LEAST(COALESCE(p.ends + 1, 'infinity'), COALESCE(p.ended, 'infinity'),
                                     COALESCE(o.ended, 'infinity')) AS stops) s
    WHERE p.target = 'zone' AND p.merged_into IS NULL AND s.stops > p.starts
    UNION ALL
    SELECT q.zone_id, q.cell_key, h.id, h.starts, h.stops, 1, h.cover, h.place
    FROM pair q JOIN stage_held h ON h.cell_key = q.cell_key
), piece AS (
    SELECT zone_id, cell_key, day, lead(day) OVER (PARTITION BY zone_id, cell_key ORDER BY day) AS next
    FROM (SELECT zone_id, cell_key, starts AS day FROM held UNION SELECT zone_id, cell_key, stops FROM held) cut
)
INSERT INTO stage_charge (cell_key, target_id, starts, stops, post_id)
SELECT DISTINCT ON (s.zone_id, s.cell_key, s.day) s.cell_key, s.zone_id, s.day, s.next, h.id
FROM piece s
JOIN held h ON h.zone_id = s.zone_id AND h.cell_key = s.cell_key AND h.starts <= s.day AND h.stops > s.day
WHERE s.next IS NOT NULL
ORDER BY s.zone_id, s.cell_key, s.day, h.far, h.cover DESC, h.place, h.id;
