-- The table of records and cells has served.
-- needs: place/stage
DROP TABLE stage_place;
