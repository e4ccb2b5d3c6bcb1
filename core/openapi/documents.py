"""Documents of the domain, as the OpenAPI schema has them."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_choice_field
from rest_framework.serializers import BaseSerializer, ChoiceField

from core.postgres.documents import Document, Field, Many


class DocumentOutput(BaseSerializer[Any]):
    """Stands for a document where the schema is told what a call answers; it renders nothing."""

    def __init__(self, document: Document, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.document = document
        self.shown_as = {"response": document.example}


class DocumentSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """The JSON Schema of a document; all of its fields are there always."""

    target_class = DocumentOutput

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        name: str = self.target.document.name
        return name

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        fields = self.target.document.fields
        shapes = {name: _shape(field, auto_schema) for name, field in fields.items()}
        return {"type": "object", "properties": shapes, "required": list(shapes)}


def _shape(field: Field | Document | Many, auto_schema: AutoSchema) -> dict[str, Any]:
    if isinstance(field, Many):
        return {"type": "array", "items": _shape(field.document, auto_schema)}
    if isinstance(field, Document):
        part: Any = DocumentOutput(field)
        reference: dict[str, Any] = auto_schema.resolve_serializer(part, "response").ref
        return reference
    if field.choices:
        shape: dict[str, Any] = build_choice_field(ChoiceField(field.choices))
        return shape
    return dict(field.shape)
