"""Lets time pass in tests by making stored times older; the clock is the database's."""

from datetime import timedelta

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import DateTimeField, F, Model

FAR = timedelta(days=36525)
OURS = (
    "core",
    "users",
    "movies",
    "theaters",
    "shows",
    "pricing",
    "bookings",
    "payments",
    "admission",
)


NEVER_CHANGED = ("payments.ledgerentry", "payments.receipt")


def let_pass(span: timedelta) -> None:
    """Shifts every stored time of every row into the past by `span`."""
    for model in apps.get_models():
        if model._meta.app_label in OURS and model._meta.label_lower not in NEVER_CHANGED:
            _shift(model, span)


def _shift(model: type[Model], span: timedelta) -> None:
    """Shifts a table's times; in two steps if rows must not overlap, even in between."""
    times = [
        field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)
    ]
    excludes = any(isinstance(each, ExclusionConstraint) for each in model._meta.constraints)
    for step in (FAR, span - FAR) if excludes else (span,):
        if times:
            model._default_manager.update(**{name: F(name) - step for name in times})
