"""The calls about movies."""
