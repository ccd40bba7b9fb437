-- New places into the base.
-- needs: places/stage
INSERT INTO place (kind, ref_id, mark, level, name, road, road2, number, house, first, last, label, area, accuracy_m, geom)
SELECT kind, ref_id, mark, level, COALESCE(name, ''), COALESCE(road, ''), COALESCE(road2, ''), COALESCE(number, ''),
       COALESCE(house, ''), first, last, COALESCE(label, ''), COALESCE(area, ''), accuracy_m,
       ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM stage_places;
