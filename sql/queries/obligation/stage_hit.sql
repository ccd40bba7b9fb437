-- Table of this transaction: visits that may close them, with what is asked of them, so that each is read once.
CREATE TEMP TABLE stage_hit (
    target_id   bigint NOT NULL,
    opens       date NOT NULL,
    visit_id    bigint NOT NULL,
    day         date NOT NULL,
    at          timestamptz NOT NULL,
    mode        text NOT NULL,
    minutes     integer,
    outcome     text NOT NULL,
    unconfirmed boolean,
    recorded_at timestamptz NOT NULL,
    written     boolean NOT NULL
) ON COMMIT DROP;
