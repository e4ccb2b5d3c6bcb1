"""A web process: how it starts, what its server refuses, and whether it is well."""
