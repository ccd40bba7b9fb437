-- Whether a visit was where its target is, and what obligations know of doubtful visits.
ALTER TABLE visit ADD COLUMN far_m real, ADD COLUMN unconfirmed boolean;
COMMENT ON COLUMN visit.far_m IS 'internal: metres from its target; none where it has no coordinates of its own';
COMMENT ON COLUMN visit.unconfirmed IS 'internal: further away than the accuracies of both allow';
ALTER TABLE obligation ADD COLUMN attempts integer NOT NULL DEFAULT 0, ADD COLUMN unconfirmed integer NOT NULL DEFAULT 0,
    ADD COLUMN backdated integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN obligation.attempts IS 'internal: visits that do not count';
COMMENT ON COLUMN obligation.unconfirmed IS 'internal: visits that count but were far from the target';
COMMENT ON COLUMN obligation.backdated IS 'internal: visits that count but were entered days later';
