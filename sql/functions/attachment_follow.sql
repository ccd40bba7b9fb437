-- Attachments follow their records: into another cell, and away.
CREATE OR REPLACE FUNCTION attachment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE attachment a SET cell_key = n.cell_key
    FROM new_rows n
    WHERE a.entity = TG_TABLE_NAME AND a.record_id = n.id AND a.cell_key <> n.cell_key;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION attachment_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM attachment a USING old_rows o WHERE a.entity = TG_TABLE_NAME AND a.record_id = o.id;
    RETURN NULL;
END $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['event', 'building', 'estate', 'resident_group', 'unit', 'facility', 'component',
                             'organisation', 'hazard', 'hazard_source', 'zone', 'dwelling', 'household', 'person',
                             'visit']
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER attachment_moved AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION attachment_moved()', t);
        EXECUTE format('CREATE OR REPLACE TRIGGER attachment_gone AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
                       'FOR EACH STATEMENT EXECUTE FUNCTION attachment_gone()', t);
    END LOOP;
END $$;
