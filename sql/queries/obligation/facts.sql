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
WITH hit AS MATERIALIZED (
    SELECT k.target_id, k.opens, k.day, k.at, k.visit_id AS id, k.minutes, k.outcome, k.unconfirmed,
           (k.recorded_at AT TIME ZONE (SELECT app_zone()))::date - k.day > %(slow)s AS backdated,
           k.outcome = ANY(%(fulfil)s) AND (NOT %(document)s OR k.written OR EXISTS (
               SELECT FROM attachment a WHERE a.entity = 'visit' AND a.record_id = k.visit_id)) AS counts
    FROM stage_hit k
    WHERE (%(modes)s::text[] = '{}' OR k.mode = ANY(%(modes)s))),
day AS (
    SELECT target_id, opens, day, count(*) AS visits,
           CASE WHEN %(minutes)s THEN COALESCE(sum(minutes), 0) ELSE 1 END AS amount,
           count(*) FILTER (WHERE unconfirmed) AS unconfirmed, count(*) FILTER (WHERE backdated) AS backdated
    FROM hit WHERE counts GROUP BY target_id, opens, day),
reached AS (
    SELECT *, sum(amount) OVER (PARTITION BY target_id, opens ORDER BY day) AS sum FROM day),
done AS (
    SELECT target_id, opens, max(sum)::integer AS done, min(day) FILTER (WHERE sum >= %(amount)s) AS fulfilled_on,
           sum(visits)::integer AS visits, sum(unconfirmed)::integer AS unconfirmed, sum(backdated)::integer AS backdated
    FROM reached GROUP BY target_id, opens),
tried AS (
    SELECT DISTINCT ON (target_id, opens) target_id, opens, day, outcome,
           count(*) OVER (PARTITION BY target_id, opens)::integer AS attempts
    FROM hit WHERE NOT counts ORDER BY target_id, opens, day DESC, at DESC, id DESC)
SELECT target_id, opens, COALESCE(d.done, 0), d.fulfilled_on, COALESCE(d.visits, 0), t.day, t.outcome,
       COALESCE(t.attempts, 0), COALESCE(d.unconfirmed, 0), COALESCE(d.backdated, 0)
FROM done d FULL JOIN tried t USING (target_id, opens);
