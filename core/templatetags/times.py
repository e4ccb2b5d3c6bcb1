"""Moments as people at a theater say them."""

from django import template

from core.postgres.clock import local_time

register = template.Library()
register.filter("in_zone", local_time)
