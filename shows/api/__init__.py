"""The API for shows, seats and holds."""
