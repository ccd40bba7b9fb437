-- Class `scope`: rows of these tables are seen and written by whoever has their key. One (SELECT current_setting(…)) a
-- query, no function a row; an unset scope is NULL and means no rows (FINDINGS §1).
ALTER TABLE source ENABLE ROW LEVEL SECURITY;
ALTER TABLE source FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON source;
CREATE POLICY scope ON source
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE column_map ENABLE ROW LEVEL SECURITY;
ALTER TABLE column_map FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON column_map;
CREATE POLICY scope ON column_map
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE import_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_batch FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON import_batch;
CREATE POLICY scope ON import_batch
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE import_reject ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_reject FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON import_reject;
CREATE POLICY scope ON import_reject
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE reconciliation ENABLE ROW LEVEL SECURITY;
ALTER TABLE reconciliation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON reconciliation;
CREATE POLICY scope ON reconciliation
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE difference ENABLE ROW LEVEL SECURITY;
ALTER TABLE difference FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON difference;
CREATE POLICY scope ON difference
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON correction;
CREATE POLICY scope ON correction
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE review ENABLE ROW LEVEL SECURITY;
ALTER TABLE review FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON review;
CREATE POLICY scope ON review
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON event;
CREATE POLICY scope ON event
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE rollup ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollup FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON rollup;
CREATE POLICY scope ON rollup
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE rollup_delta ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollup_delta FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON rollup_delta;
CREATE POLICY scope ON rollup_delta
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE subcell ENABLE ROW LEVEL SECURITY;
ALTER TABLE subcell FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON subcell;
CREATE POLICY scope ON subcell
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE subcell_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE subcell_member FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON subcell_member;
CREATE POLICY scope ON subcell_member
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON organisation;
CREATE POLICY scope ON organisation
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE hazard ENABLE ROW LEVEL SECURITY;
ALTER TABLE hazard FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON hazard;
CREATE POLICY scope ON hazard
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE hazard_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE hazard_source FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON hazard_source;
CREATE POLICY scope ON hazard_source
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE zone ENABLE ROW LEVEL SECURITY;
ALTER TABLE zone FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON zone;
CREATE POLICY scope ON zone
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE officer ENABLE ROW LEVEL SECURITY;
ALTER TABLE officer FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON officer;
CREATE POLICY scope ON officer
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE post ENABLE ROW LEVEL SECURITY;
ALTER TABLE post FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON post;
CREATE POLICY scope ON post
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON visit;
CREATE POLICY scope ON visit
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

-- An officer sees who she is and which posts she has had, wherever that was: her scope comes from there.
DROP POLICY IF EXISTS own_read ON officer;
CREATE POLICY own_read ON officer FOR SELECT
    USING (user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint));
-- Whose post one sees is seen by name, also when she belongs elsewhere and only stands in: what she did here is hers. Seen,
-- not changed: her record is kept where she belongs.
DROP POLICY IF EXISTS posted_read ON officer;
CREATE POLICY posted_read ON officer FOR SELECT USING (EXISTS (SELECT FROM post p WHERE p.officer_id = officer.id));
DROP POLICY IF EXISTS own_read ON post;
CREATE POLICY own_read ON post FOR SELECT
    USING (officer_id = (SELECT NULLIF(current_setting('app.officer_id', true), '')::bigint));

-- A job belongs to its owner, and whoever has its area may watch it; it is only ever enqueued in one's own name.
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON job;
CREATE POLICY scope ON job
    USING (owner = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)
           OR cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange))
    WITH CHECK (owner = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)
                OR (SELECT current_setting('app.role', true)) = 'system');

ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON attachment;
CREATE POLICY scope ON attachment
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE history ENABLE ROW LEVEL SECURITY;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON history;
CREATE POLICY scope ON history
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE obligation ENABLE ROW LEVEL SECURITY;
ALTER TABLE obligation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON obligation;
CREATE POLICY scope ON obligation
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE visit_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_change FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON visit_change;
CREATE POLICY scope ON visit_change
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE coverage_sum ENABLE ROW LEVEL SECURITY;
ALTER TABLE coverage_sum FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON coverage_sum;
CREATE POLICY scope ON coverage_sum
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));
-- a sum of a community is for those who see all of it, and of residents for those whose duty all of them are
DROP POLICY IF EXISTS whole ON coverage_sum;
CREATE POLICY whole ON coverage_sum AS RESTRICTIVE
    USING (grain IN ('cell', 'post', 'rule')
           OR (int8range(cell_key, cell_key + 8192) <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange)
               AND (NOT personal OR int8range(cell_key, cell_key + 8192)
                    <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange))));

ALTER TABLE coverage_stale ENABLE ROW LEVEL SECURITY;
ALTER TABLE coverage_stale FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON coverage_stale;
CREATE POLICY scope ON coverage_stale
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE checkin ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkin FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON checkin;
CREATE POLICY scope ON checkin
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON proposal;
CREATE POLICY scope ON proposal
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE gap ENABLE ROW LEVEL SECURITY;
ALTER TABLE gap FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON gap;
CREATE POLICY scope ON gap
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE gap_sum ENABLE ROW LEVEL SECURITY;
ALTER TABLE gap_sum FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON gap_sum;
CREATE POLICY scope ON gap_sum
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE spotcheck ENABLE ROW LEVEL SECURITY;
ALTER TABLE spotcheck FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON spotcheck;
CREATE POLICY scope ON spotcheck
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));

ALTER TABLE spotcheck_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE spotcheck_item FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS scope ON spotcheck_item;
CREATE POLICY scope ON spotcheck_item
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.scope', true), '')::int8multirange));
