-- Open differences of records that were just written by another difference of theirs: they are about the new state.
-- param id bigint: the comparison
-- param ids bigint[]: records
-- param versions text[]: their states now
UPDATE difference d SET version = v.version
FROM unnest(%(ids)s::bigint[], %(versions)s::text[]) AS v (id, version)
WHERE d.reconciliation_id = %(id)s AND d.record_id = v.id AND d.decision = 'open';
