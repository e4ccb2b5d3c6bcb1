"""The API for bookings."""
