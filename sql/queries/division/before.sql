-- The division that another one took the place of; one that came and went on that same day counts.
-- param division_id bigint: the other one
SELECT b.id FROM division d
JOIN division b ON b.area_code = d.area_code AND b.purpose = 'basic' AND b.status = 'retired'
               AND b.published_at < d.published_at AND (upper(b.valid) = lower(d.valid) OR isempty(b.valid))
WHERE d.id = %(division_id)s
ORDER BY b.published_at DESC LIMIT 1;
