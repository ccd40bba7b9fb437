-- Cells and months whose sums are worked out again.
CREATE TEMP TABLE stage_stale (cell_key bigint NOT NULL, month date NOT NULL) ON COMMIT DROP;
