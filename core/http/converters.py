"""Path converters: what an id in an address may look like."""

from django.urls import register_converter

from core.http.fields import MAX_ID


class IdConverter:
    """`<id:pk>`: a positive integer that fits a bigint, in its only spelling; else 404."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValueError("larger than any id")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")
