"""The PostgreSQL of development and tests, from a wheel."""
