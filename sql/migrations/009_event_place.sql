-- Events of a box are found by the keys of the ground in it (unit/keys_near), so the spatial index over all of them, a
-- quarter of the cost of storing one, is not needed. What lies outside every area has no ground: a small index of its own.
DROP INDEX event_geom;
CREATE INDEX event_outside ON event USING gist (geom) WHERE cell_key = 0;
