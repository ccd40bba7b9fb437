-- A draft.
-- param area_code text: the area that is divided
-- param lo bigint: its first key
-- param hi bigint: key after its last
-- param purpose text: basic or special
-- param name text: name
-- param method text: how it was made
-- param params jsonb: with which settings
-- param figures jsonb: loads, gaps, overlaps
-- param created_by bigint: user
INSERT INTO division (area_code, keys, purpose, name, method, params, figures, created_by)
VALUES (%(area_code)s, int8range(%(lo)s, %(hi)s), %(purpose)s, %(name)s, %(method)s, %(params)s, %(figures)s, %(created_by)s)
RETURNING id;
