-- Whoever writes gaps, however many, leaves word of how many more or fewer there are.
CREATE OR REPLACE FUNCTION gap_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gap_sum (cell_key, kind, personal, gaps)
    SELECT cell_key, kind, personal, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed GROUP BY cell_key, kind, personal;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gap_counted_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gap_sum (cell_key, kind, personal, gaps)
    SELECT cell_key, kind, personal, sum(n)
    FROM (SELECT cell_key, kind, personal, -1 AS n FROM old_rows
          UNION ALL
          SELECT cell_key, kind, personal, 1 FROM new_rows) AS both_rows
    GROUP BY cell_key, kind, personal HAVING sum(n) <> 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER gap_counted_insert AFTER INSERT ON gap
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION gap_counted();
CREATE OR REPLACE TRIGGER gap_counted_delete AFTER DELETE ON gap
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION gap_counted();
CREATE OR REPLACE TRIGGER gap_counted_update AFTER UPDATE ON gap
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gap_counted_both();
