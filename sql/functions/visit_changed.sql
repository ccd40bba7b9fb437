-- Whoever writes visits, however many, leaves word of what they were to: the obligations are worked out again for it.
-- A visit that only got another cell, as all do when a division changes, says nothing new of a door or a firm.
CREATE OR REPLACE FUNCTION visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO visit_change (cell_key, target, target_id, day, activity, personal)
    SELECT DISTINCT cell_key, target, app_visited(target, target_id, cell_key), day, activity, personal
    FROM changed WHERE app_visited(target, target_id, cell_key) IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION visit_changed_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO visit_change (cell_key, target, target_id, day, activity, personal)
    SELECT DISTINCT v.cell_key, v.target, app_visited(v.target, v.target_id, v.cell_key), v.day, v.activity, v.personal
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    CROSS JOIN LATERAL (VALUES (o.cell_key, o.target, o.target_id, o.day, o.activity, o.personal),
                               (n.cell_key, n.target, n.target_id, n.day, n.activity, n.personal)
                       ) AS v (cell_key, target, target_id, day, activity, personal)
    WHERE app_visited(v.target, v.target_id, v.cell_key) IS NOT NULL
      AND ((o.target, o.target_id, o.at, o.activity, o.mode, o.outcome, o.minutes, o.document, o.ended, o.merged_into)
           IS DISTINCT FROM
           (n.target, n.target_id, n.at, n.activity, n.mode, n.outcome, n.minutes, n.document, n.ended, n.merged_into)
           OR o.target IN ('cell', 'area') AND o.cell_key <> n.cell_key);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER visit_changed_insert AFTER INSERT ON visit
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
CREATE OR REPLACE TRIGGER visit_changed_delete AFTER DELETE ON visit
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_changed();
CREATE OR REPLACE TRIGGER visit_changed_update AFTER UPDATE ON visit
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION visit_changed_both();

-- A photo or sheet that comes later, or is taken away, makes a visit a written record or none.
CREATE OR REPLACE FUNCTION visit_documented() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO visit_change (cell_key, target, target_id, day, activity, personal)
    SELECT DISTINCT v.cell_key, v.target, app_visited(v.target, v.target_id, v.cell_key), v.day, v.activity, v.personal
    FROM changed a JOIN visit v ON v.id = a.record_id
    WHERE a.entity = 'visit' AND app_visited(v.target, v.target_id, v.cell_key) IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER visit_documented_insert AFTER INSERT ON attachment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_documented();
CREATE OR REPLACE TRIGGER visit_documented_delete AFTER DELETE ON attachment
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION visit_documented();
