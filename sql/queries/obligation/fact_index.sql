-- Facts are looked up by their obligation.
-- needs: obligation/stage_fact
CREATE INDEX ON stage_fact (target_id, opens);
