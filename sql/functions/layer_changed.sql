-- Tells every process that a layer changed, when the change is committed; tile caches listen.
CREATE OR REPLACE FUNCTION layer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gridsvc_layer', TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON area
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();
CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON cell_version
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();
CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON base_feature
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();
CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON building
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();
CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();
CREATE OR REPLACE TRIGGER layer_changed AFTER INSERT OR UPDATE OR DELETE ON app_user
    FOR EACH STATEMENT EXECUTE FUNCTION layer_changed();

-- Wakes a worker when a job is queued.
CREATE OR REPLACE FUNCTION job_queued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gridsvc_job', '');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER job_queued AFTER INSERT ON job
    FOR EACH STATEMENT EXECUTE FUNCTION job_queued();
