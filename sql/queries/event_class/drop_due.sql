-- The table of new due instants has served.
-- needs: event_class/stage_due
DROP TABLE stage_due;
