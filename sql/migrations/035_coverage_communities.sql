-- Sums of communities stand beside those of their cells: the rules of a county are 100 communities, not 2,000 cells.
-- They belong to whoever sees the whole community (sql/policies/scope.sql). What there is is worked out anew.
ALTER TABLE coverage_sum DROP CONSTRAINT coverage_sum_grain_check;
ALTER TABLE coverage_sum ADD CONSTRAINT coverage_sum_grain_check
    CHECK (grain IN ('cell', 'post', 'rule', 'community', 'community_rule'));
COMMENT ON TABLE coverage_sum IS 'class=scope: obligations of a month counted by cell, and by post or rule in it; by community, and by rule in it';
COMMENT ON COLUMN coverage_sum.cell_key IS 'internal: cell, or area where there is none; of sums by community that community';
DELETE FROM coverage_day;
