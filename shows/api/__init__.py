"""The calls about shows, seats and holds."""
