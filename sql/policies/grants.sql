-- What gridsvc_app may do at all; row security says with which rows. Nothing is granted that no code needs.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO gridsvc_app;
GRANT SELECT ON spatial_ref_sys, geometry_columns, geography_columns TO gridsvc_app;
GRANT SELECT ON meta, schema_migration TO gridsvc_app;
GRANT SELECT, UPDATE ON SEQUENCE ground_version TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON
    source, import_batch, area, cell, app_user, token, event_class, code, job TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    division, cell_version, base_feature, estate, building, address, event, rollup, rollup_delta,
    resident_group, unit, facility, component, organisation, hazard, hazard_source, zone, dwelling, household, person,
    officer, post, visit, subcell, subcell_member TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON attachment, column_map, reconciliation, difference, correction, review TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE (key) ON resident_figure TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON area_recode TO gridsvc_app;
GRANT SELECT, INSERT, DELETE ON place TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON place_alias TO gridsvc_app;
GRANT SELECT ON SEQUENCE place_id_seq TO gridsvc_app;
GRANT SELECT, INSERT, DELETE, UPDATE (cell_key) ON import_reject TO gridsvc_app;
GRANT DELETE ON area TO gridsvc_app;
GRANT SELECT, INSERT ON audit, audit_seal TO gridsvc_app;
GRANT SELECT, INSERT, DELETE, UPDATE (cell_key, old) ON history TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON upkeep, retention TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rule, obligation TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON visit_change TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON obligation_update TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE (cell_key), DELETE ON checkin TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON proposal TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON gap TO gridsvc_app;
GRANT SELECT, INSERT, DELETE ON gap_sum TO gridsvc_app;
GRANT SELECT, INSERT ON gap_update TO gridsvc_app;
GRANT SELECT, INSERT, DELETE ON coverage_sum, coverage_stale TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON coverage_day TO gridsvc_app;
GRANT SELECT, INSERT, UPDATE ON spotcheck, spotcheck_item TO gridsvc_app;
