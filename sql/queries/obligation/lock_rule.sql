-- Updates of several rules at a time, each rule in one of them, and none while everything else is held (obligation/lock).
-- param rule_id integer: rule
SELECT pg_advisory_xact_lock_shared(7214011), pg_advisory_xact_lock(7214012, %(rule_id)s);
