-- What events, officers, visits (and what these were to), differences and questions are called.
-- param kinds text[]: event, officer, difference, review, visit
-- param ids bigint[]: their numbers, each beside its kind
SELECT k.target, k.id, n.name, n.place, n.lon, n.lat, n.of, n.of_id
FROM unnest(%(kinds)s::text[], %(ids)s::bigint[]) AS k (target, id)
CROSS JOIN LATERAL (
    SELECT e.title AS name, e.address AS place, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat,
           NULL::text AS of, NULL::bigint AS of_id
    FROM event e WHERE k.target = 'event' AND e.id = k.id
    UNION ALL SELECT concat_ws(' ', o.name, o.number), NULL, NULL, NULL, NULL, NULL FROM officer o
    WHERE k.target = 'officer' AND o.id = k.id
    UNION ALL SELECT r.name, d.what, NULL, NULL, NULL, NULL FROM difference d JOIN reconciliation r ON r.id = d.reconciliation_id
    WHERE k.target = 'difference' AND d.id = k.id
    UNION ALL SELECT concat_ws(' ', f.name, f.number), NULL, ST_X(w.geom), ST_Y(w.geom), w.target,
                     app_visited(w.target, w.target_id, w.cell_key)
    FROM visit w LEFT JOIN officer f ON f.id = w.officer_id WHERE k.target = 'visit' AND w.id = k.id
    UNION ALL SELECT v.text, NULL, NULL, NULL, NULL, NULL FROM review v WHERE k.target = 'review' AND v.id = k.id) n;
