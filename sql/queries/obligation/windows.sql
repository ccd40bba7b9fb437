-- The windows of the rule, as arrays.
-- needs: obligation/stage_window
-- param opens date[]: first days
-- param due date[]: last days on time
-- param until date[]: last days late; none for ever
INSERT INTO stage_window SELECT * FROM unnest(%(opens)s::date[], %(due)s::date[], %(until)s::date[]);
