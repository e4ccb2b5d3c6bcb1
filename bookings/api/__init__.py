"""The calls about bookings."""
