-- Whoever writes obligations, however many, leaves word of the cells and months whose sums are no longer right.
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

CREATE OR REPLACE TRIGGER obligation_changed_insert AFTER INSERT ON obligation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION obligation_changed();
CREATE OR REPLACE TRIGGER obligation_changed_delete AFTER DELETE ON obligation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION obligation_changed();
CREATE OR REPLACE TRIGGER obligation_changed_update AFTER UPDATE ON obligation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION obligation_changed_both();
