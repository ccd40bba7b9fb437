-- What the visits make of the obligations: days or minutes that count, the day on which they were enough, and the last
-- visit that did not count.
-- needs: obligation/stage_work, obligation/stage_hit
-- param rule_id integer: rule
-- param minutes boolean: minutes are counted, not days
-- param amount integer: how many are enough
-- param modes text[]: modes that count; empty for all
-- param fulfil text[]: outcomes that count
-- param document boolean: only with a written record
UPDATE obligation o SET done = n.done, fulfilled_on = n.fulfilled_on, visits = n.visits, tried_on = n.tried_on,
    tried = n.tried
FROM (
    WITH hit AS (
        SELECT k.target_id, k.opens, v.day, v.at, v.id, v.minutes, v.outcome,
               v.outcome = ANY(%(fulfil)s) AND (NOT %(document)s OR v.document IS NOT NULL OR EXISTS (
                   SELECT FROM attachment a WHERE a.entity = 'visit' AND a.record_id = v.id)) AS counts
        FROM stage_hit k JOIN visit v ON v.id = k.visit_id
        WHERE (%(modes)s::text[] = '{}' OR v.mode = ANY(%(modes)s)) AND v.ended IS NULL AND v.merged_into IS NULL),
    day AS (
        SELECT target_id, opens, day, count(*) FILTER (WHERE counts) AS visits,
               CASE WHEN %(minutes)s THEN COALESCE(sum(minutes) FILTER (WHERE counts), 0)
                    ELSE bool_or(counts)::integer END AS amount,
               max(day) FILTER (WHERE NOT counts) AS tried_on,
               (array_agg(outcome ORDER BY at DESC, id DESC) FILTER (WHERE NOT counts))[1] AS tried
        FROM hit GROUP BY target_id, opens, day),
    reached AS (
        SELECT *, sum(amount) OVER (PARTITION BY target_id, opens ORDER BY day) AS sum FROM day)
    SELECT w.target_id, w.opens, COALESCE(max(r.sum), 0)::integer AS done,
           min(r.day) FILTER (WHERE r.sum >= %(amount)s) AS fulfilled_on, COALESCE(sum(r.visits), 0)::integer AS visits,
           max(r.tried_on) AS tried_on,
           (array_agg(r.tried ORDER BY r.day DESC) FILTER (WHERE r.tried_on IS NOT NULL))[1] AS tried
    FROM stage_work w LEFT JOIN reached r ON r.target_id = w.target_id AND r.opens = w.opens
    GROUP BY w.target_id, w.opens) n
WHERE o.rule_id = %(rule_id)s AND o.target_id = n.target_id AND o.opens = n.opens
  AND (o.done, o.fulfilled_on, o.visits, o.tried_on, o.tried)
      IS DISTINCT FROM (n.done, n.fulfilled_on, n.visits, n.tried_on, n.tried);
