"""Moments as people at a theater say them."""

from django import template

from core.postgres.clock import local_time

register = template.Library()
register.filter("told_in", local_time)
