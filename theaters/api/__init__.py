"""The calls about theaters and screens."""
