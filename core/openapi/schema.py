"""The OpenAPI schema: what drf-spectacular finds in the code, and what a rule can add to it.

- A docstring's first sentence is the summary of its operation, the rest the description.
- A view names its own failures with `@fails(…)`; those that follow from its permissions, its
  path and its body are added by rule, each with the example that its class gives.
- A serializer shows itself by example with `@example(…)`.

What holds for every answer, and the addresses outside of the API, are in core.openapi.components.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance, is_list_serializer
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.permissions import SAFE_METHODS, AllowAny

from core import failures
from core.failures import Failure
from core.http import idempotency
from core.http.fields import Shaped, StrictText, Verbatim
from core.http.versions import IF_MATCH
from core.openapi import components
from core.openapi.parameters import UnknownParameter
from core.postgres.documents import ID
from core.text import InvisibleCharacters
from core.versions import PreconditionFailed

Method = TypeVar("Method", bound=Callable[..., Any])
Serializer = TypeVar("Serializer", bound=type[Any])
Direction = Literal["request", "response"]

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="A new UUID for each thing that the customer wants, the same one whenever that "
    "has to be sent again: it has one effect and one answer for at least 24 hours. A refusal "
    "frees the key. Such as `0b6b1a1e-6d0f-4c0c-9d1c-2f5f3f0f7a51`.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what you have. Browsers send it by themselves.",
)
IDEMPOTENT = (
    idempotency.InvalidIdempotencyKey,
    idempotency.IdempotencyKeyReused,
    idempotency.IdempotencyKeyInUse,
)


def fails(*failures: type[Failure]) -> Callable[[Method], Method]:
    """Names the failures that a view's method can answer with, beside those added by rule."""

    def name_them(method: Method) -> Method:
        method.fails = failures  # type: ignore[attr-defined]
        return method

    return name_them


def answers_with(*headers: str, statuses: Iterable[int]) -> list[OpenApiParameter]:
    """Says, among the parameters of an operation, which headers its answers have."""
    return [
        OpenApiParameter(
            name,
            components.HEADERS[name]["schema"],
            OpenApiParameter.HEADER,
            description=components.HEADERS[name]["description"],
            response=list(statuses),
        )
        for name in headers
    ]


def example(**values: Mapping[str, Any]) -> Callable[[Serializer], Serializer]:
    """What a serializer looks like as a `request`, as a `change` (PATCH) and as a `response`."""

    def keep_them(serializer: Serializer) -> Serializer:
        serializer.shown_as = {**getattr(serializer, "shown_as", {}), **values}
        return serializer

    return keep_them


class ShapedField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Asks our own fields what they take."""

    target_class = Shaped
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        shape: dict[str, Any] = self.target.shape(direction)
        return shape


class DocumentedSchema(AutoSchema):
    """Adds to each operation what the module's rules say."""

    has_body = False

    def get_auth(self) -> list[dict[str, Any]]:
        """None where none is needed, though a bad token is refused there, too."""
        asks_for_one = failures.NotAuthenticated in self._named_failures()
        if not asks_for_one and not self._needs_token():
            return []
        return [way for way in super().get_auth() if way]

    def get_summary(self) -> str:
        return self._sentences()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        """Ends with whom the call is for, where not everybody who is logged in may make it."""
        permissions = self.view.get_permissions() if self._needs_token() else []
        whom = [getattr(permission, "message", "") for permission in permissions]
        return " ".join(filter(None, [self._sentences()[1], *whom]))

    def _sentences(self) -> tuple[str, str]:
        text = " ".join(super().get_description().split())
        first, _, rest = text.partition(". ")
        return first, rest

    def _get_serializer_name(
        self, serializer: Any, direction: Direction, bypass_extensions: bool = False
    ) -> str:
        """`HoldInput` becomes `HoldRequest`, `HoldOutput` `Hold`: names for generated clients."""
        name = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return re.sub("(Input|Output)(?=(Request)?$)", "", name)

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        """An answer has all of its members always."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response":
            members = shape["properties"]
            shape["required"] = list(members)
            for name, member in members.items():
                member.pop("readOnly", None)  # requests have components of their own
                if member.keys() == {"allOf"}:
                    (member,) = member["allOf"]  # noqa: PLW2901
                elif "oneOf" in member:
                    member = self._object_or_null(member["oneOf"][0]["$ref"])  # noqa: PLW2901
                members[name] = dict(ID) if name == "id" else member
        return shape

    def _object_or_null(self, reference: str) -> dict[str, Any]:
        """The component itself, or null: generators make nothing of a reference or null."""
        name = reference.rpartition("/")[2]
        shape: dict[str, Any] = self.registry[name, ResolvedComponent.SCHEMA].schema
        return {**shape, "type": ["object", "null"]}

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        """A field of ours has said all of it."""
        if not isinstance(field, Shaped):
            super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]

    def get_override_parameters(self) -> list[Any]:
        """Also the version that a change expects, or that the client has."""
        asked = list(super().get_override_parameters())
        if self._is_kept():
            asked.append(IF_NONE_MATCH)
        return [*asked, IF_MATCH] if self._has_version(self.method) else asked

    def _is_kept(self) -> bool:
        """Whether clients keep the answer and ask whether it is still current."""
        return self.method == "GET" and getattr(self.view, "is_kept", False)

    def _is_idempotent(self) -> bool:
        """Whether the operation takes an `Idempotency-Key`."""
        method = getattr(self.view, self.method.lower(), None)
        return IDEMPOTENT[0] in getattr(method, "fails", ())

    def _has_version(self, *methods: str) -> bool:
        """Whether one of the methods is refused for a row that was changed since."""
        found = [getattr(self.view, method.lower(), None) for method in methods]
        return any(PreconditionFailed in getattr(each, "fails", ()) for each in found)

    def _get_request_body(self, direction: Direction = "request") -> Any:
        """Also that of a DELETE whose view asks for one."""
        method = self.method
        if method == "DELETE" and not hasattr(self.view, "get_serializer"):
            self.method = "POST"
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        self.method = method
        self.has_body = bool(body)
        return body

    def _get_examples(
        self,
        serializer: Any,
        direction: Direction,
        media_type: str,
        status_code: str | None = None,
        extras: list[OpenApiExample] | None = None,
    ) -> Any:
        kind = serializer.child if is_list_serializer(serializer) else serializer
        shown = getattr(kind, "shown_as", {})
        use = "change" if direction == "request" and self.method == "PATCH" else direction
        value = shown.get(use, shown.get(direction))
        added = [] if value is None else [OpenApiExample("Example", value)]
        return super()._get_examples(  # type: ignore[no-untyped-call]
            serializer, direction, media_type, status_code, [*(extras or []), *added]
        )

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        own = ["X-Request-ID", "Idempotent-Replayed"] if self._is_idempotent() else ["X-Request-ID"]
        for body in bodies.values():
            body["description"] = body["description"] or "Done"
            body["headers"] = components.header(*body.get("headers", ()), *own)
        if self._is_kept():
            kept = components.header("ETag", "Cache-Control")
            bodies["200"]["headers"] |= kept
            kept = kept | components.header("X-Request-ID")
            bodies["304"] = {"description": components.NOT_MODIFIED, "headers": kept}
        if "200" in bodies and self._has_version("PATCH"):
            bodies["200"]["headers"] |= components.VERSION
        by_status: dict[int, list[type[Failure]]] = {}
        for failure in self._failures():
            by_status.setdefault(failure.status, []).append(failure)
        for usual in components.EVERYWHERE.values():
            if usual[0].status in by_status:
                by_status[usual[0].status].extend(usual)
        for status, kinds in sorted(by_status.items()):
            bodies[str(status)] = components.refusal(kinds, self.registry)
        return components.refusals_of_every_call(self.registry) | bodies

    def _failures_of_roles(self) -> Iterable[type[Failure]]:
        for permission in self.view.get_permissions():
            if type(permission).__name__ != "IsAuthenticated":
                yield failures.PermissionDenied
            yield from getattr(permission, "fails", ())

    def _named_failures(self) -> Iterable[type[Failure]]:
        """Those that the view's method names."""
        named: Iterable[type[Failure]] = getattr(
            getattr(self.view, self.method.lower()), "fails", ()
        )
        return named

    def _failures(self) -> Iterable[type[Failure]]:
        yield from self._named_failures()
        if self._needs_token():
            yield failures.NotAuthenticated
            yield from self._failures_of_roles()
        has_pages = hasattr(self.view, "paginate_queryset")
        is_list = self.method == "GET" and has_pages and self._is_list_view()
        if "{" in self.path or is_list:
            yield failures.NotFound
        if getattr(self.view, "takes_any_bytes", False):
            yield failures.PayloadTooLarge
        else:
            yield from self._failures_of_body()
        if is_list:
            yield from (failures.InvalidInput, failures.AddressTooLong)
        if self.view.authentication_classes:
            yield Failure.by_code["token_not_valid"]
            if self.method not in SAFE_METHODS:
                yield Failure.by_code["cross_origin"]
        yield failures.BadRequest
        yield UnknownParameter

    def _failures_of_body(self) -> Iterable[type[Failure]]:
        if self.has_body:
            yield failures.InvalidInput
        if self.has_body and self._takes_text():
            yield InvisibleCharacters
        if self.has_body or self._is_idempotent():
            yield from (
                failures.MalformedJSON,
                failures.PayloadTooLarge,
                failures.UnsupportedMediaType,
            )

    def _takes_text(self) -> bool:
        """Whether people write something in the body that others will read."""
        serializer: Any = force_instance(self.get_request_serializer())  # type: ignore[no-untyped-call]
        kind = getattr(serializer, "fields", {})
        fields = [getattr(field, "child", field) for field in kind.values() if not field.read_only]
        return any(isinstance(f, StrictText) and not isinstance(f, Verbatim) for f in fields)

    def _needs_token(self) -> bool:
        permissions = self.view.get_permissions()
        if any(isinstance(permission, AllowAny) for permission in permissions):
            return False
        is_public = any(getattr(permission, "is_public", False) for permission in permissions)
        return not (is_public and self.method == "GET")
