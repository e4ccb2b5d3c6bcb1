"""The API of the door."""
