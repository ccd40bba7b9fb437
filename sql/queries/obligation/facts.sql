-- What the visits make of the obligations: days or minutes that count, the day on which they were enough, and the last
-- visit that did not count.
-- needs: obligation/stage_hit, obligation/stage_fact
-- param minutes boolean: minutes are counted, not days
-- param amount integer: how many are enough
-- param modes text[]: modes that count; empty for all
-- param fulfil text[]: outcomes that count
-- param slow integer: days after which an entry is a late one
-- param document boolean: only with a written record
INSERT INTO stage_fact
WITH hit AS (
    SELECT k.target_id, k.opens, k.day, k.at, k.visit_id AS id, k.minutes, k.outcome, k.unconfirmed,
           (k.recorded_at AT TIME ZONE (SELECT app_zone()))::date - k.day > %(slow)s AS backdated,
           k.outcome = ANY(%(fulfil)s) AND (NOT %(document)s OR k.written OR EXISTS (
               SELECT FROM attachment a WHERE a.entity = 'visit' AND a.record_id = k.visit_id)) AS counts
    FROM stage_hit k
    WHERE (%(modes)s::text[] = '{}' OR k.mode = ANY(%(modes)s))),
day AS (
    SELECT target_id, opens, day, count(*) FILTER (WHERE counts) AS visits,
           CASE WHEN %(minutes)s THEN COALESCE(sum(minutes) FILTER (WHERE counts), 0)
                ELSE bool_or(counts)::integer END AS amount,
           count(*) FILTER (WHERE NOT counts) AS attempts, count(*) FILTER (WHERE counts AND unconfirmed) AS unconfirmed,
           count(*) FILTER (WHERE counts AND backdated) AS backdated,
           max(day) FILTER (WHERE NOT counts) AS tried_on,
           (array_agg(outcome ORDER BY at DESC, id DESC) FILTER (WHERE NOT counts))[1] AS tried
    FROM hit GROUP BY target_id, opens, day),
reached AS (
    SELECT *, sum(amount) OVER (PARTITION BY target_id, opens ORDER BY day) AS sum FROM day)
SELECT target_id, opens, max(sum)::integer, min(day) FILTER (WHERE sum >= %(amount)s), sum(visits)::integer,
       max(tried_on), (array_agg(tried ORDER BY day DESC) FILTER (WHERE tried_on IS NOT NULL))[1],
       sum(attempts)::integer, sum(unconfirmed)::integer, sum(backdated)::integer
FROM reached
GROUP BY target_id, opens;
