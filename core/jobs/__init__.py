"""Jobs for the worker, in PostgreSQL, and the tidying that repeats by itself."""
