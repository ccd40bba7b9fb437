-- Table of this transaction: what the visits make of the obligations that have any.
CREATE TEMP TABLE stage_fact (
    target_id    bigint NOT NULL,
    opens        date NOT NULL,
    done         integer NOT NULL,
    fulfilled_on date,
    visits       integer NOT NULL,
    tried_on     date,
    tried        text,
    attempts     integer NOT NULL,
    unconfirmed  integer NOT NULL,
    backdated    integer NOT NULL
) ON COMMIT DROP;
