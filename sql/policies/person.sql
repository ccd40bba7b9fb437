-- Class `person`: residents and their doors are seen and written by those whose duty they are: the person scope is empty
-- for analyst, administrator and auditor.
ALTER TABLE dwelling ENABLE ROW LEVEL SECURITY;
ALTER TABLE dwelling FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS person_scope ON dwelling;
CREATE POLICY person_scope ON dwelling
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));

ALTER TABLE household ENABLE ROW LEVEL SECURITY;
ALTER TABLE household FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS person_scope ON household;
CREATE POLICY person_scope ON household
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));

ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS person_scope ON person;
CREATE POLICY person_scope ON person
    USING (cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));

-- Rows of mixed tables that are about residents: the scope and the person scope must both hold.
DROP POLICY IF EXISTS person_scope ON visit;
CREATE POLICY person_scope ON visit AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON import_reject;
CREATE POLICY person_scope ON import_reject AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON attachment;
CREATE POLICY person_scope ON attachment AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON import_batch;
CREATE POLICY person_scope ON import_batch AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON job;
CREATE POLICY person_scope ON job AS RESTRICTIVE
    USING (NOT personal
           OR owner = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON history;
CREATE POLICY person_scope ON history AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON reconciliation;
CREATE POLICY person_scope ON reconciliation AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON difference;
CREATE POLICY person_scope ON difference AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON correction;
CREATE POLICY person_scope ON correction AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON review;
CREATE POLICY person_scope ON review AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON obligation;
CREATE POLICY person_scope ON obligation AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON visit_change;
CREATE POLICY person_scope ON visit_change AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON coverage_sum;
CREATE POLICY person_scope ON coverage_sum AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON proposal;
CREATE POLICY person_scope ON proposal AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON gap;
CREATE POLICY person_scope ON gap AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON gap_sum;
CREATE POLICY person_scope ON gap_sum AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
DROP POLICY IF EXISTS person_scope ON spotcheck_item;
CREATE POLICY person_scope ON spotcheck_item AS RESTRICTIVE
    USING (NOT personal
           OR cell_key <@ (SELECT NULLIF(current_setting('app.person_scope', true), '')::int8multirange));
