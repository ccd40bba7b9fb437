-- Versions of the server and its extensions, encoding and locale.
SELECT current_setting('server_version_num')::integer AS server, postgis_lib_version() AS postgis,
       (SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension) AS extensions,
       pg_encoding_to_char(encoding) AS encoding, datctype AS locale
FROM pg_database WHERE datname = current_database();
