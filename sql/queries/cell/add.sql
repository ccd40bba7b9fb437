-- New cells.
-- needs: cell/stage
-- param area_code text: the area
-- param day date: first day
INSERT INTO cell (key, area_code, code, code_alt, name, kind, born)
SELECT cell_key, %(area_code)s, code, code_alt, name, kind, %(day)s FROM stage_identity WHERE is_new ORDER BY cell_key;
