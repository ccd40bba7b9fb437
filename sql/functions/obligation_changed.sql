-- Whoever changes obligations, however many, leaves word of the cells and months whose sums are no longer right. New ones
-- are marked by the statement that follows them (sql/queries/coverage/mark.sql): a trigger would keep a copy of millions.
CREATE OR REPLACE FUNCTION obligation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO coverage_stale (cell_key, month)
    SELECT DISTINCT cell_key, date_trunc('month', due)::date FROM changed;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION obligation_changed_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO coverage_stale (cell_key, month)
    SELECT DISTINCT cell_key, date_trunc('month', due)::date FROM old_rows
    UNION
    SELECT cell_key, date_trunc('month', due)::date FROM new_rows;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS obligation_changed_insert ON obligation;
CREATE OR REPLACE TRIGGER obligation_changed_delete AFTER DELETE ON obligation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION obligation_changed();
CREATE OR REPLACE TRIGGER obligation_changed_update AFTER UPDATE ON obligation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION obligation_changed_both();
