-- Households of people, or a household itself, in which nobody is left.
-- param people bigint[]: people who left
-- param household bigint: a household that is said to have moved; none
SELECT h.id FROM household h
WHERE h.ended IS NULL AND h.merged_into IS NULL
  AND (h.id = %(household)s OR h.id IN (SELECT household_id FROM person WHERE id = ANY(%(people)s)))
  AND NOT EXISTS (SELECT FROM person p WHERE p.household_id = h.id AND p.ended IS NULL AND p.merged_into IS NULL)
ORDER BY h.id;
