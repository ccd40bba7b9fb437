-- Changes whenever places were worked out.
SELECT last_value FROM place_id_seq;
