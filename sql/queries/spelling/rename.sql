-- Buildings get the right name of their estate or street.
-- param ids bigint[]: the buildings
-- param entity text: estate or street
-- param name text: what it is
UPDATE building SET estate = CASE WHEN %(entity)s = 'estate' THEN %(name)s ELSE estate END,
                    street = CASE WHEN %(entity)s = 'street' THEN %(name)s ELSE street END
WHERE id = ANY(%(ids)s);
