-- Empty the table of records and cells for the next kind.
-- needs: place/stage
TRUNCATE stage_place;
