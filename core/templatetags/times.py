"""Times in the zone of a theater."""

from django import template

from core.postgres.clock import local_time

register = template.Library()
register.filter("in_zone", local_time)
