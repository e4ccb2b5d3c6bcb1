"""Dates with their weekday, times of 24 hours with their zone, as `local_time` writes them."""

DATE_FORMAT = "D\xa0d\xa0M\xa0Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D\xa0d\xa0M\xa0Y, H:i\xa0e"
