"""The calls about accounts."""
