"""Browsers that contend for few seats on the whole program, and what the database says after it."""
