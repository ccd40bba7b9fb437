-- The table of a draft's cells has served.
-- needs: division/stage
DROP TABLE stage_cell;
