-- Which record of the base each row of a roll is: by its key in the same list, otherwise by what makes such a record what
-- it is, the surest first; what fits several fits none.
-- needs: stage, reconcile/stage
-- param source_id bigint: the list of the roll, if it is known
-- param lo bigint: first key of the area
-- param hi bigint: key after the last
INSERT INTO stage_pair (row_no, id)
WITH base AS (
    SELECT e.* FROM {table} e
    WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND (e.ended IS NULL OR e.ended > app_today())
),
found AS (
    SELECT s.row_no, e.id, 0 AS rank FROM {stage} s
    JOIN base e ON e.source_id = %(source_id)s AND e.source_key = s.source_key
    UNION ALL SELECT s.row_no, e.id, 1 FROM {stage} s JOIN base e ON {same_1}
    UNION ALL SELECT s.row_no, e.id, 2 FROM {stage} s JOIN base e ON {same_2}
    UNION ALL SELECT s.row_no, e.id, 3 FROM {stage} s JOIN base e ON {same_3}
    UNION ALL SELECT s.row_no, e.id, 4 FROM {stage} s JOIN base e ON {same_4}
),
best AS (
    SELECT row_no, id, rank,
           rank() OVER (PARTITION BY row_no ORDER BY rank) AS of_row,
           rank() OVER (PARTITION BY id ORDER BY rank) AS of_record
    FROM (SELECT row_no, id, min(rank) AS rank FROM found GROUP BY row_no, id) f
),
mutual AS (
    SELECT row_no, id, count(*) OVER (PARTITION BY row_no) AS rows, count(*) OVER (PARTITION BY id) AS records
    FROM best WHERE of_row = 1 AND of_record = 1
)
SELECT row_no, id FROM mutual WHERE rows = 1 AND records = 1;
