-- Targets are looked up by their number.
-- needs: target/stage
CREATE INDEX ON stage_target (id);
