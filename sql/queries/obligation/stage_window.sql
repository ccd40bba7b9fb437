-- Table of this transaction: windows of a rule.
CREATE TEMP TABLE stage_window (opens date NOT NULL, due date NOT NULL, until date) ON COMMIT DROP;
