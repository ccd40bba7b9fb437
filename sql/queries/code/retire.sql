-- Offer an entry no more, or again; records keep it.
-- param list text: which table
-- param code text: code
-- param retired boolean: no more
UPDATE code SET retired = %(retired)s WHERE list = %(list)s AND code = %(code)s;
