#!/bin/sh
# Run once by the database image: the owner of the schema, the login that row security binds, the database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$GRIDSVC_APP_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE gridsvc_owner NOLOGIN;
CREATE ROLE gridsvc_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE gridsvc OWNER gridsvc_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
