-- Whether a number is or was in use: by an area, or by cells.
-- param lo bigint: first key of the number
-- param hi bigint: key after its last
-- param code text: the number
SELECT EXISTS (SELECT FROM area WHERE key >= %(lo)s AND key < %(hi)s)
       OR EXISTS (SELECT FROM cell WHERE key >= %(lo)s AND key < %(hi)s)
       OR EXISTS (SELECT FROM area_recode WHERE starts_with(old_code, %(code)s)) AS used;
