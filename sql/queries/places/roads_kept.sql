-- What the named roads were when their places were worked out.
SELECT mark FROM place WHERE kind = 'road' LIMIT 1;
