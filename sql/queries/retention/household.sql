-- Households that ended before a day and that nobody is in any more.
-- param before date: the day
DELETE FROM household h WHERE h.ended < %(before)s AND NOT EXISTS (SELECT FROM person p WHERE p.household_id = h.id);
