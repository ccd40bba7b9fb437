-- Files that jobs have yet to read.
SELECT params ->> 'path' AS path FROM job WHERE state IN ('queued', 'running') AND params ->> 'path' IS NOT NULL;
