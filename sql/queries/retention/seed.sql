-- The shipped dates; what somebody set stays.
-- param rows jsonb: kind, days, basis
INSERT INTO retention (kind, days, basis)
SELECT r ->> 'kind', (r ->> 'days')::integer, r ->> 'basis' FROM jsonb_array_elements(%(rows)s) r
ON CONFLICT (kind) DO NOTHING;
