-- A building that somebody placed by hand keeps its place when its list comes again without one, whatever its
-- address says.
-- needs: building/stage, import/stage_known
-- param source_id bigint: the list
UPDATE stage_building s SET lon = ST_X(b.geom), lat = ST_Y(b.geom), cell_key = b.cell_key, cell_alt = b.cell_alt,
    assign_status = b.assign_status, h3 = b.h3, located_by = b.located_by, accuracy_m = b.accuracy_m
FROM building b
WHERE b.source_id = %(source_id)s AND b.source_key = s.source_key AND b.located_by = 'manual'
  AND (s.lon IS NULL OR s.located_by <> 'survey');
