"""The only user of psycopg."""
