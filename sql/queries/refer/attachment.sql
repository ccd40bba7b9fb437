-- Attachments of a record that turned out to be another one go to that one; what it has already stays behind.
-- param target text: kind of the record
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE attachment a SET record_id = %(keep)s
WHERE a.entity = %(target)s AND a.record_id = %(other)s
  AND NOT EXISTS (SELECT FROM attachment b WHERE b.entity = a.entity AND b.record_id = %(keep)s AND b.sha256 = a.sha256);
