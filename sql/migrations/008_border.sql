-- Records on a border between two areas are assigned again when either side is divided anew.
CREATE INDEX estate_alt ON estate (cell_alt) WHERE cell_alt IS NOT NULL;
CREATE INDEX building_alt ON building (cell_alt) WHERE cell_alt IS NOT NULL;
CREATE INDEX address_alt ON address (cell_alt) WHERE cell_alt IS NOT NULL;
CREATE INDEX event_alt ON event (cell_alt) WHERE cell_alt IS NOT NULL;
