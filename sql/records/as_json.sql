-- A record as the history would keep it now.
-- param id bigint: number
SELECT to_jsonb(e) || jsonb_build_object({shapes}) AS now FROM {table} e WHERE e.id = %(id)s;
