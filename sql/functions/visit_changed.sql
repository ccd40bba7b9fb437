-- Whoever writes visits, however many, leaves word of what they were to: the obligations are worked out again for it.
-- A patrol is to the cell that it was in, a meeting to the area.
CREATE OR REPLACE FUNCTION visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO visit_change (cell_key, target, target_id, day)
    SELECT DISTINCT cell_key, target,
           CASE target WHEN 'cell' THEN cell_key WHEN 'area' THEN cell_key / 8192 * 8192 ELSE target_id END, day
    FROM changed WHERE target_id IS NOT NULL OR target IN ('cell', 'area');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER visit_changed_insert AFTER INSERT ON visit
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
CREATE OR REPLACE TRIGGER visit_changed_delete AFTER DELETE ON visit
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
CREATE OR REPLACE TRIGGER visit_changed_from AFTER UPDATE ON visit
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
CREATE OR REPLACE TRIGGER visit_changed_to AFTER UPDATE ON visit
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
