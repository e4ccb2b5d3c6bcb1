"""Dates with their weekday, times of 24 hours with their zone: as `core.clock.local_time` says."""

DATE_FORMAT = "D\xa0d\xa0M\xa0Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D\xa0d\xa0M\xa0Y, H:i\xa0e"
