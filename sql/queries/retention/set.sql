-- Another date for a kind.
-- param kind text: what
-- param days integer: days after its end
-- param basis text: why
UPDATE retention SET days = %(days)s, basis = %(basis)s WHERE kind = %(kind)s;
