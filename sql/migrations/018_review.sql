-- What nobody could tell for certain and somebody has to decide, once: a spelling of an estate or street in a ledger,
-- or an address with several places it may be, or none.
CREATE TABLE review (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key    bigint NOT NULL,
    personal    boolean NOT NULL,
    what        text NOT NULL CHECK (what IN ('spelling', 'address')),
    entity      text NOT NULL,
    text        text NOT NULL,
    records     integer NOT NULL,
    candidates  jsonb NOT NULL,
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'corrected', 'taught', 'dismissed')),
    answer      jsonb,
    created_by  bigint NOT NULL,
    by_name     text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    created_at  timestamptz NOT NULL DEFAULT now(),
    decided_by  bigint,
    decided_name text,
    decided_at  timestamptz,
    UNIQUE (cell_key, what, entity, text)
);
COMMENT ON TABLE review IS 'class=scope: spellings and addresses to decide, and those decided';
COMMENT ON COLUMN review.id IS 'internal: number';
COMMENT ON COLUMN review.cell_key IS 'internal: key of the area of the list it came with';
COMMENT ON COLUMN review.personal IS 'internal: the text is about residents';
COMMENT ON COLUMN review.what IS 'internal: spelling, address';
COMMENT ON COLUMN review.entity IS 'internal: estate or street of a spelling; kind of record that has the address, or file';
COMMENT ON COLUMN review.text IS 'personal: as it was written';
COMMENT ON COLUMN review.records IS 'internal: records or rows that say so';
COMMENT ON COLUMN review.candidates IS 'internal: what it may be, the likeliest first';
COMMENT ON COLUMN review.state IS 'internal: open, accepted (a candidate), corrected (another place), taught, dismissed';
COMMENT ON COLUMN review.answer IS 'internal: what it is';
COMMENT ON COLUMN review.created_by IS 'internal: user';
COMMENT ON COLUMN review.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN review.created_at IS 'internal: when';
COMMENT ON COLUMN review.decided_by IS 'internal: user';
COMMENT ON COLUMN review.decided_name IS 'internal: what that user was called then';
COMMENT ON COLUMN review.decided_at IS 'internal: when';
