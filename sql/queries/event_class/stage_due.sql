-- Table of this transaction: new due instants of events.
CREATE TEMP TABLE stage_due (
    id bigint,
    due_at timestamptz
) ON COMMIT DROP;
