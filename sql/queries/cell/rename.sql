-- Names and own codes that a drawn division brings for cells that stay.
-- needs: cell/stage
UPDATE cell c SET name = COALESCE(s.name, c.name), code_alt = COALESCE(s.code_alt, c.code_alt),
    kind = s.kind
FROM stage_identity s
WHERE c.key = s.cell_key AND NOT s.is_new AND (s.name IS NOT NULL OR s.code_alt IS NOT NULL OR s.kind <> c.kind);
