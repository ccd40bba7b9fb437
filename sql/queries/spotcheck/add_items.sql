-- What was drawn.
-- param id bigint: the spot check
-- param cells bigint[]: cells or areas
-- param personal boolean[]: about residents
-- param targets text[]: kinds of target
-- param ids bigint[]: targets
-- param visits bigint[]: visits
-- param days date[]: their days
-- param officers bigint[]: who made them
INSERT INTO spotcheck_item (spotcheck_id, cell_key, personal, target, target_id, visit_id, visit_day, officer_id)
SELECT %(id)s, u.* FROM unnest(%(cells)s::bigint[], %(personal)s::boolean[], %(targets)s::text[], %(ids)s::bigint[],
                               %(visits)s::bigint[], %(days)s::date[], %(officers)s::bigint[]) u;
