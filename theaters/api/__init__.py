"""The API for theaters and screens."""
