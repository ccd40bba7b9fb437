-- How far visits with coordinates of their own were from what they were to; too far is more than p_far metres beyond
-- the accuracies of both (of a telephone 30 m where the list does not say, 200 m at most).
-- needs: visit/stage
-- param far double: metres
UPDATE stage_visit s SET far_m = d.m, unconfirmed = d.m > %(far)s + LEAST(GREATEST(COALESCE(s.gps::double precision, 30), 0), 200) + COALESCE(d.accuracy_m, 0)
FROM (
    SELECT v.row_no, t.accuracy_m,
           ST_Distance(ST_SetSRID(ST_MakePoint(v.lon, v.lat), 4326)::geography, t.geom::geography) AS m
    FROM stage_visit v
    CROSS JOIN LATERAL (
        SELECT geom, accuracy_m FROM dwelling WHERE v.target = 'dwelling' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM household WHERE v.target = 'household' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM person WHERE v.target = 'person' AND id = v.target_id
        UNION ALL SELECT COALESCE(shape, geom), accuracy_m FROM building WHERE v.target = 'building' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM unit WHERE v.target = 'unit' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM estate WHERE v.target = 'estate' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM hazard WHERE v.target = 'hazard' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM hazard_source WHERE v.target = 'hazard_source' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM organisation WHERE v.target = 'organisation' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM component WHERE v.target = 'component' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM facility WHERE v.target = 'facility' AND id = v.target_id
        UNION ALL SELECT geom, accuracy_m FROM zone WHERE v.target = 'zone' AND id = v.target_id
        UNION ALL SELECT geom, NULL FROM cell_version WHERE v.target = 'cell'
                  AND cell_key = v.target_id AND valid @> app_today()) t
    WHERE v.located_by = 'survey' AND v.lon IS NOT NULL AND t.geom IS NOT NULL) d
WHERE d.row_no = s.row_no;
