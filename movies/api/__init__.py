"""The API for movies."""
