-- Who is in charge of what from when to when: somebody who stands in before the holder, then the order of the kinds,
-- then the lower number.
-- needs: obligation/stage_held, obligation/stage_charge
INSERT INTO stage_charge (cell_key, starts, stops, post_id)
SELECT DISTINCT ON (s.cell_key, s.day) s.cell_key, s.day, s.next, h.id
FROM (SELECT cell_key, day, lead(day) OVER (PARTITION BY cell_key ORDER BY day) AS next
      FROM (SELECT cell_key, starts AS day FROM stage_held UNION SELECT cell_key, stops FROM stage_held) cut) s
JOIN stage_held h ON h.cell_key = s.cell_key AND h.starts <= s.day AND h.stops > s.day
WHERE s.next IS NOT NULL
ORDER BY s.cell_key, s.day, h.cover DESC, h.place, h.id;
