-- One fact of the installation.
-- param key text: its name
SELECT value FROM meta WHERE key = %(key)s;
