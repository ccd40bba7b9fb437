-- Keeps rollup_delta equal to the events by construction: whoever writes events, however many, appends what changed.
-- A large insert that finds nobody folding writes straight into the rollup: what it would append would only have to
-- be folded next. The lock is the folder's (rollup/lock) and lasts until the transaction ends.
CREATE OR REPLACE FUNCTION event_rollup_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM new_rows) > 50000 AND pg_try_advisory_xact_lock(7214003) THEN
        INSERT INTO rollup AS r (cell_key, class_id, month, n)
        SELECT cell_key, class_id, date_trunc('month', day)::date, count(*) FROM new_rows
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (cell_key, class_id, month) DO UPDATE SET n = r.n + excluded.n;
    ELSE
        INSERT INTO rollup_delta (cell_key, class_id, month, n)
        SELECT cell_key, class_id, date_trunc('month', day)::date, count(*) FROM new_rows GROUP BY 1, 2, 3;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION event_rollup_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rollup_delta (cell_key, class_id, month, n)
    SELECT cell_key, class_id, date_trunc('month', day)::date, -count(*) FROM old_rows GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION event_rollup_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rollup_delta (cell_key, class_id, month, n)
    SELECT cell_key, class_id, month, sum(n)
    FROM (SELECT cell_key, class_id, date_trunc('month', day)::date AS month, 1 AS n FROM new_rows
          UNION ALL
          SELECT cell_key, class_id, date_trunc('month', day)::date, -1 FROM old_rows) x
    GROUP BY 1, 2, 3
    HAVING sum(n) <> 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER event_rollup_insert AFTER INSERT ON event
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION event_rollup_new();
CREATE OR REPLACE TRIGGER event_rollup_delete AFTER DELETE ON event
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION event_rollup_old();
CREATE OR REPLACE TRIGGER event_rollup_update AFTER UPDATE ON event
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION event_rollup_both();
