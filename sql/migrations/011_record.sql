-- What every kind of record has in common; a pattern for the tables below, gone at the end of this file.
CREATE TABLE record_common (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key      bigint NOT NULL,
    cell_alt      bigint,
    assign_status text,
    located_by    text,
    accuracy_m    real,
    ended         date,
    end_reason    text,
    merged_into   bigint,
    source_id     bigint NOT NULL,
    source_key    text NOT NULL,
    source_crs    text NOT NULL,
    batch_id      bigint NOT NULL,
    UNIQUE (source_id, source_key)
);
CREATE INDEX ON record_common (cell_key);
CREATE INDEX ON record_common (batch_id);
COMMENT ON COLUMN record_common.id IS 'internal: number';
COMMENT ON COLUMN record_common.cell_key IS 'internal: cell, or area where there is no cell; 0 outside every area';
COMMENT ON COLUMN record_common.cell_alt IS 'internal: second candidate';
COMMENT ON COLUMN record_common.assign_status IS 'internal: inside, border, overlap, outside; none without a place';
COMMENT ON COLUMN record_common.located_by IS 'internal: how the place was found';
COMMENT ON COLUMN record_common.accuracy_m IS 'internal: metres';
COMMENT ON COLUMN record_common.ended IS 'internal: first day on which it is no more';
COMMENT ON COLUMN record_common.end_reason IS 'internal: code of the reason (end_reason)';
COMMENT ON COLUMN record_common.merged_into IS 'internal: the record that this one turned out to be';
COMMENT ON COLUMN record_common.source_id IS 'internal: list';
COMMENT ON COLUMN record_common.source_key IS 'internal: key in the list';
COMMENT ON COLUMN record_common.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN record_common.batch_id IS 'internal: import that wrote it last';

CREATE TABLE resident_group (
    name       text NOT NULL,
    number     text,
    households integer,
    geom       geometry(Geometry, 4326),
    LIKE record_common INCLUDING ALL
);
CREATE INDEX resident_group_geom ON resident_group USING gist (geom);
COMMENT ON TABLE resident_group IS 'class=open: groups of residents (村民小组, 居民小组)';
COMMENT ON COLUMN resident_group.name IS 'public: name';
COMMENT ON COLUMN resident_group.number IS 'public: number in its community';
COMMENT ON COLUMN resident_group.households IS 'public: households as reported';
COMMENT ON COLUMN resident_group.geom IS 'public: shape or place';

CREATE TABLE unit (
    building_id bigint,
    unit_no     text NOT NULL,
    floors      smallint,
    dwellings   integer,
    geom        geometry(Point, 4326),
    LIKE record_common INCLUDING ALL
);
CREATE INDEX unit_building ON unit (building_id, unit_no);
COMMENT ON TABLE unit IS 'class=open: stairwells of buildings';
COMMENT ON COLUMN unit.building_id IS 'public: building';
COMMENT ON COLUMN unit.unit_no IS 'public: number in the building';
COMMENT ON COLUMN unit.floors IS 'public: floors';
COMMENT ON COLUMN unit.dwellings IS 'public: dwellings as built';
COMMENT ON COLUMN unit.geom IS 'public: place; none when only the area is known';

CREATE TABLE facility (
    name     text NOT NULL,
    class    text NOT NULL,
    address  text,
    phone    text,
    hours    text,
    capacity integer,
    operator text,
    geom     geometry(Point, 4326),
    LIKE record_common INCLUDING ALL
);
CREATE INDEX facility_geom ON facility USING gist (geom);
COMMENT ON TABLE facility IS 'class=open: places that serve people';
COMMENT ON COLUMN facility.name IS 'public: name';
COMMENT ON COLUMN facility.class IS 'public: code (facility_class)';
COMMENT ON COLUMN facility.address IS 'public: address';
COMMENT ON COLUMN facility.phone IS 'public: public telephone';
COMMENT ON COLUMN facility.hours IS 'public: opening hours';
COMMENT ON COLUMN facility.capacity IS 'public: people, beds or seats';
COMMENT ON COLUMN facility.operator IS 'public: who runs it';
COMMENT ON COLUMN facility.geom IS 'public: place; none when only the area is known';

CREATE TABLE component (
    name      text,
    class     text NOT NULL,
    address   text,
    owner     text,
    condition text,
    built_on  date,
    geom      geometry(Point, 4326),
    date_precision jsonb,
    LIKE record_common INCLUDING ALL
);
CREATE INDEX component_geom ON component USING gist (geom);
COMMENT ON TABLE component IS 'class=open: fixed public things';
COMMENT ON COLUMN component.name IS 'public: name';
COMMENT ON COLUMN component.class IS 'public: code (component_class)';
COMMENT ON COLUMN component.address IS 'public: where';
COMMENT ON COLUMN component.owner IS 'public: body in charge';
COMMENT ON COLUMN component.condition IS 'public: condition as reported';
COMMENT ON COLUMN component.built_on IS 'public: in place since';
COMMENT ON COLUMN component.date_precision IS 'internal: dates that are only a month or a year';
COMMENT ON COLUMN component.geom IS 'public: place; none when only the area is known';

CREATE TABLE organisation (
    name        text NOT NULL,
    class       text NOT NULL,
    credit_code text,
    address     text,
    contact     text,
    phone       text,
    employees   integer,
    opened_on   date,
    building_id bigint,
    geom        geometry(Point, 4326),
    date_precision jsonb,
    LIKE record_common INCLUDING ALL
);
COMMENT ON TABLE organisation IS 'class=scope: firms, shops, schools, bodies';
COMMENT ON COLUMN organisation.name IS 'internal: name';
COMMENT ON COLUMN organisation.class IS 'internal: code (organisation_class)';
COMMENT ON COLUMN organisation.credit_code IS 'internal: 统一社会信用代码';
COMMENT ON COLUMN organisation.address IS 'internal: address';
COMMENT ON COLUMN organisation.contact IS 'personal: person to ask for';
COMMENT ON COLUMN organisation.phone IS 'personal: telephone of that person';
COMMENT ON COLUMN organisation.employees IS 'internal: people working there';
COMMENT ON COLUMN organisation.opened_on IS 'internal: since';
COMMENT ON COLUMN organisation.building_id IS 'internal: building';
COMMENT ON COLUMN organisation.date_precision IS 'internal: dates that are only a month or a year';
COMMENT ON COLUMN organisation.geom IS 'internal: place; none when only the area is known';

CREATE TABLE hazard (
    title       text,
    class       text NOT NULL,
    grade       text NOT NULL,
    state       text NOT NULL,
    description text,
    address     text,
    found_on    date NOT NULL,
    due_on      date,
    responsible text,
    closed_on   date,
    building_id bigint,
    geom        geometry(Point, 4326),
    date_precision jsonb,
    LIKE record_common INCLUDING ALL
);
COMMENT ON TABLE hazard IS 'class=scope: hazards that were found and are being mended';
COMMENT ON COLUMN hazard.title IS 'internal: what';
COMMENT ON COLUMN hazard.class IS 'internal: code (hazard_class)';
COMMENT ON COLUMN hazard.grade IS 'internal: code (hazard_grade)';
COMMENT ON COLUMN hazard.state IS 'internal: code (hazard_state)';
COMMENT ON COLUMN hazard.description IS 'personal: free text, may name somebody';
COMMENT ON COLUMN hazard.address IS 'internal: place in words';
COMMENT ON COLUMN hazard.found_on IS 'internal: found on';
COMMENT ON COLUMN hazard.due_on IS 'internal: to be mended by';
COMMENT ON COLUMN hazard.responsible IS 'personal: who has to mend it';
COMMENT ON COLUMN hazard.closed_on IS 'internal: closed on';
COMMENT ON COLUMN hazard.building_id IS 'internal: building';
COMMENT ON COLUMN hazard.date_precision IS 'internal: dates that are only a month or a year';
COMMENT ON COLUMN hazard.geom IS 'internal: place; none when only the area is known';

CREATE TABLE hazard_source (
    name         text NOT NULL,
    class        text NOT NULL,
    grade        text,
    address      text,
    organisation text,
    contact      text,
    phone        text,
    building_id  bigint,
    geom         geometry(Point, 4326),
    LIKE record_common INCLUDING ALL
);
COMMENT ON TABLE hazard_source IS 'class=scope: the register of sources of danger';
COMMENT ON COLUMN hazard_source.name IS 'internal: name';
COMMENT ON COLUMN hazard_source.class IS 'internal: code (hazard_source_class)';
COMMENT ON COLUMN hazard_source.grade IS 'internal: code (source_grade)';
COMMENT ON COLUMN hazard_source.address IS 'internal: place in words';
COMMENT ON COLUMN hazard_source.organisation IS 'internal: who runs it';
COMMENT ON COLUMN hazard_source.contact IS 'personal: person to ask for';
COMMENT ON COLUMN hazard_source.phone IS 'personal: telephone of that person';
COMMENT ON COLUMN hazard_source.building_id IS 'internal: building';
COMMENT ON COLUMN hazard_source.geom IS 'internal: place; none when only the area is known';

CREATE TABLE dwelling (
    building_id bigint,
    unit_no     text,
    room        text,
    address     text,
    floor       smallint,
    area_m2     real,
    use         text,
    use_from    date,
    use_to      date,
    geom        geometry(Point, 4326),
    date_precision jsonb,
    LIKE record_common INCLUDING ALL
);
CREATE INDEX dwelling_door ON dwelling (building_id, unit_no, room);
COMMENT ON TABLE dwelling IS 'class=person: dwellings; a door belongs to whoever lives behind it';
COMMENT ON COLUMN dwelling.building_id IS 'internal: building';
COMMENT ON COLUMN dwelling.unit_no IS 'internal: stairwell';
COMMENT ON COLUMN dwelling.room IS 'personal: number of the door';
COMMENT ON COLUMN dwelling.address IS 'personal: address as it came, where no building is known';
COMMENT ON COLUMN dwelling.floor IS 'internal: floor';
COMMENT ON COLUMN dwelling.area_m2 IS 'internal: floor area';
COMMENT ON COLUMN dwelling.use IS 'internal: code (dwelling_use)';
COMMENT ON COLUMN dwelling.use_from IS 'internal: used so since';
COMMENT ON COLUMN dwelling.use_to IS 'internal: used so until (a lease, for example)';
COMMENT ON COLUMN dwelling.date_precision IS 'internal: dates that are only a month or a year';
COMMENT ON COLUMN dwelling.geom IS 'internal: place; none when only the area is known';

CREATE TABLE household (
    number      text,
    head        text,
    dwelling_id bigint,
    geom        geometry(Point, 4326),
    LIKE record_common INCLUDING ALL
);
CREATE INDEX household_dwelling ON household (dwelling_id);
COMMENT ON TABLE household IS 'class=person: households';
COMMENT ON COLUMN household.number IS 'personal: number of the household';
COMMENT ON COLUMN household.head IS 'personal: name of its head';
COMMENT ON COLUMN household.dwelling_id IS 'internal: dwelling';
COMMENT ON COLUMN household.geom IS 'internal: place; none when only the area is known';

CREATE TABLE person (
    name               text NOT NULL,
    sex                text,
    birth              date,
    id_no              bytea,
    id_hash            bytea,
    phone              bytea,
    phone_hash         bytea[],
    relation           text,
    residence          text,
    registered_address text,
    moved_in           date,
    categories         jsonb NOT NULL DEFAULT '[]',
    household_id       bigint,
    dwelling_id        bigint,
    geom               geometry(Point, 4326),
    date_precision jsonb,
    LIKE record_common INCLUDING ALL
);
CREATE INDEX person_id_hash ON person (id_hash) WHERE id_hash IS NOT NULL;
CREATE INDEX person_phone_hash ON person USING gin (phone_hash);
CREATE INDEX person_household ON person (household_id);
CREATE INDEX person_dwelling ON person (dwelling_id);
COMMENT ON TABLE person IS 'class=person: residents and their service categories';
COMMENT ON COLUMN person.name IS 'personal: name';
COMMENT ON COLUMN person.sex IS 'personal: code (sex)';
COMMENT ON COLUMN person.birth IS 'personal: date of birth';
COMMENT ON COLUMN person.id_no IS 'sensitive: identity number, encrypted';
COMMENT ON COLUMN person.id_hash IS 'sensitive: its HMAC, for looking it up';
COMMENT ON COLUMN person.phone IS 'sensitive: telephone, encrypted';
COMMENT ON COLUMN person.phone_hash IS 'sensitive: HMAC of each of them';
COMMENT ON COLUMN person.relation IS 'personal: code (relation) to the head of the household';
COMMENT ON COLUMN person.residence IS 'personal: code (residence)';
COMMENT ON COLUMN person.registered_address IS 'personal: where the household is registered';
COMMENT ON COLUMN person.moved_in IS 'personal: lives here since';
COMMENT ON COLUMN person.categories IS 'sensitive: service categories with grade and dates';
COMMENT ON COLUMN person.household_id IS 'internal: household';
COMMENT ON COLUMN person.dwelling_id IS 'internal: dwelling she lives in';
COMMENT ON COLUMN person.date_precision IS 'internal: dates that are only a month or a year';
COMMENT ON COLUMN person.geom IS 'internal: place; none when only the area is known';

DROP TABLE record_common;

-- The kinds that were there before: they end and turn out to be doubles like the others.
ALTER TABLE estate ADD COLUMN ended date, ADD COLUMN end_reason text, ADD COLUMN merged_into bigint;
ALTER TABLE building ADD COLUMN ended date, ADD COLUMN end_reason text, ADD COLUMN merged_into bigint;
ALTER TABLE address ADD COLUMN ended date, ADD COLUMN end_reason text, ADD COLUMN merged_into bigint;
COMMENT ON COLUMN estate.ended IS 'public: first day on which it is no more';
COMMENT ON COLUMN estate.end_reason IS 'public: code of the reason (end_reason)';
COMMENT ON COLUMN estate.merged_into IS 'public: the record that this one turned out to be';
COMMENT ON COLUMN building.ended IS 'public: first day on which it is no more';
COMMENT ON COLUMN building.end_reason IS 'public: code of the reason (end_reason)';
COMMENT ON COLUMN building.merged_into IS 'public: the record that this one turned out to be';
COMMENT ON COLUMN address.ended IS 'public: first day on which it is no more';
COMMENT ON COLUMN address.end_reason IS 'public: code of the reason (end_reason)';
COMMENT ON COLUMN address.merged_into IS 'public: the record that this one turned out to be';

-- Rejected rows of lists of people are as personal as the people.
ALTER TABLE import_reject ADD COLUMN personal boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN import_reject.personal IS 'internal: the row is about a dwelling, household or person';
ALTER TABLE import_reject ALTER COLUMN personal DROP DEFAULT;
