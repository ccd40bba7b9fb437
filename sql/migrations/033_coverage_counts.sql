-- The counts of a row of sums as one value: a county of 2,000 cells is sent as one string of bytes, not as 70,000 numbers.
ALTER TABLE coverage_sum
    ADD COLUMN counts bytea NOT NULL GENERATED ALWAYS AS (
        int4send(done) || int4send(late) || int4send(excused) || int4send(not_found) || int4send(refused)
        || int4send(nobody) || int4send(due) || int4send(overdue) || int4send(recent) || int4send(visits)
        || int4send(attempts) || int4send(unconfirmed) || int4send(backdated) || int4send(targets) || int4send(covered)
        || float8send(asked)) STORED,
    ADD COLUMN share bytea NOT NULL GENERATED ALWAYS AS (
        int4send(done + late) || int4send(done + late + not_found + refused + nobody + due + overdue)) STORED;
COMMENT ON COLUMN coverage_sum.counts IS 'internal: the counts in the order of COUNTS of gridsvc.domain.obligations, then asked, each as it is sent';
COMMENT ON COLUMN coverage_sum.share IS 'internal: how many are fulfilled, of how many, each as it is sent';
