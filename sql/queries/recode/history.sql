-- Rows as they were before a change: they are undone into the area as it is numbered now.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE history SET
    cell_key = CASE WHEN cell_key >= %(lo)s AND cell_key < %(hi)s THEN cell_key + %(by)s ELSE cell_key END,
    old = old
        || CASE WHEN (old ->> 'cell_key')::bigint >= %(lo)s AND (old ->> 'cell_key')::bigint < %(hi)s
                THEN jsonb_build_object('cell_key', (old ->> 'cell_key')::bigint + %(by)s) ELSE '{}' END
        || CASE WHEN (old ->> 'cell_alt')::bigint >= %(lo)s AND (old ->> 'cell_alt')::bigint < %(hi)s
                THEN jsonb_build_object('cell_alt', (old ->> 'cell_alt')::bigint + %(by)s) ELSE '{}' END
WHERE (cell_key >= %(lo)s AND cell_key < %(hi)s)
   OR ((old ->> 'cell_key')::bigint >= %(lo)s AND (old ->> 'cell_key')::bigint < %(hi)s)
   OR ((old ->> 'cell_alt')::bigint >= %(lo)s AND (old ->> 'cell_alt')::bigint < %(hi)s);
