-- What was drawn, as the form has it.
-- param id bigint: the spot check
SELECT i.id, i.cell_key, i.target, i.target_id, i.visit_day, o.name AS officer, o.number, v.activity, v.mode, v.outcome,
       i.result, i.note, i.checked_on
FROM spotcheck_item i
LEFT JOIN visit v ON v.id = i.visit_id
LEFT JOIN officer o ON o.id = i.officer_id
WHERE i.spotcheck_id = %(id)s
ORDER BY o.number, i.visit_day, i.id;
