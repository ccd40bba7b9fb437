-- Sums that are worked out again: of cells, and of the communities that they lie in.
-- needs: coverage/stage
DELETE FROM coverage_sum s
USING (SELECT month, unnest(ARRAY['cell', 'post', 'rule']) AS grain, cell_key AS key FROM stage_stale
       UNION
       SELECT month, unnest(ARRAY['community', 'community_rule']), cell_key / 8192 * 8192 FROM stage_stale) t
WHERE s.grain = t.grain AND s.month = t.month AND s.cell_key = t.key;
