-- Whose account it is: the one officer with this number that has none.
-- param number text: number of service
-- param user_id bigint: account
UPDATE officer SET user_id = %(user_id)s
WHERE id = (SELECT min(id) FROM officer WHERE number = %(number)s AND ended IS NULL AND merged_into IS NULL
            HAVING count(*) = 1)
  AND user_id IS NULL;
