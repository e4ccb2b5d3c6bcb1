"""Holds as customers send them."""

from typing import Any

from rest_framework import serializers

from core.http.fields import DistinctLabels
from core.openapi.schema import example
from shows import labels


@example(request={"seats": ["A1", "A2"]})
class HoldInput(serializers.Serializer[Any]):
    seats = DistinctLabels(**labels.RULES, help_text='Labels from the seat map, such as "A1".')
