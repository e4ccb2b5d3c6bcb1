"""Two OpenAPI schemas compared: what a client of the old one meets in the new one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

ADDED = {
    "operation": "clients do not call what they do not know",
    "parameter": "it may be left out",
    "member of a request": "it may be left out",
    "value in a request": "nobody has to send it",
    "status": "clients treat one that they do not know by its class",
    "header": "clients do not read what they do not know",
    "member of an answer": "answers are open: clients pass over what they do not know",
    "value in an answer": "states and kinds are open sets",
    "alternative in an answer": "codes are open sets: each union has a fallback",
}
# How far a value may go, and whether more of it takes more.
LIMITS = {
    "maximum": True,
    "maxLength": True,
    "maxItems": True,
    "minimum": False,
    "minLength": False,
    "minItems": False,
}
Part = Mapping[str, Any]


class Change(NamedTuple):
    """What is different where; `rule` is that of `ADDED` which allows it, None if it breaks."""

    where: str
    what: str
    rule: str | None = None
    name: str = ""


def changes(old: Part, new: Part) -> list[Change]:
    """All differences between two schemas that a client can notice."""
    return list(dict.fromkeys(_Comparison(old, new).run()))


class _Comparison:
    def __init__(self, old: Part, new: Part) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()

    def run(self) -> Iterator[Change]:
        before, after = _operations(self.old), _operations(self.new)
        for where in before.keys() - after.keys():
            yield Change(where, "the operation is gone")
        for where in after.keys() - before.keys():
            yield Change(where, "new", "operation", after[where]["operationId"])
        for where in sorted(before.keys() & after.keys()):
            yield from self._operation(where, before[where], after[where])

    def _operation(self, where: str, old: Part, new: Part) -> Iterator[Change]:
        if old["operationId"] != new["operationId"]:
            yield Change(where, f"it was called {old['operationId']}")
        if new.get("security") and not old.get("security"):
            yield Change(where, "it needs a token now")
        yield from self._parameters(where, _parameters(old), _parameters(new))
        yield from self._body(where, old.get("requestBody", {}), new.get("requestBody", {}))
        yield from self._responses(where, old["responses"], new["responses"])

    def _parameters(self, where: str, old: Part, new: Part) -> Iterator[Change]:
        for name in old.keys() - new.keys():
            yield Change(f"{where} ?{name}", "the parameter is gone")
        for name in new.keys() - old.keys():
            is_needed = new[name].get("required", False)
            yield Change(f"{where} ?{name}", "new", None if is_needed else "parameter", name)
        for name in old.keys() & new.keys():
            if new[name].get("required") and not old[name].get("required"):
                yield Change(f"{where} ?{name}", "it is required now")
            shapes = (old[name]["schema"], new[name]["schema"])
            yield from self._shape(f"{where} ?{name}", *shapes, in_answer=False)

    def _body(self, where: str, old: Part, new: Part) -> Iterator[Change]:
        if new.get("required") and not old.get("required"):
            yield Change(where, "a body is required now")
        yield from self._content(f"{where} request", old, new, in_answer=False)

    def _responses(self, where: str, old: Part, new: Part) -> Iterator[Change]:
        for status in old.keys() - new.keys():
            yield Change(f"{where} {status}", "the answer is gone")
        for status in new.keys() - old.keys():
            yield Change(f"{where} {status}", "new", "status", status)
        for status in old.keys() & new.keys():
            before = _resolved(self.old, old[status])[0]
            after = _resolved(self.new, new[status])[0]
            yield from _headers(f"{where} {status}", before, after)
            yield from self._content(f"{where} {status}", before, after, in_answer=True)

    def _content(self, where: str, old: Part, new: Part, *, in_answer: bool) -> Iterator[Change]:
        before, after = old.get("content", {}), new.get("content", {})
        for kind in before.keys() - after.keys():
            yield Change(where, f"{kind} is gone")
        for kind in before.keys() & after.keys():
            shapes = (before[kind]["schema"], after[kind]["schema"])
            yield from self._shape(where, *shapes, in_answer=in_answer)

    def _shape(self, where: str, old: Part, new: Part, *, in_answer: bool) -> Iterator[Change]:
        old, was = _resolved(self.old, old)
        new, now = _resolved(self.new, new)
        if was and now:
            where = now
            if (was, now, in_answer) in self.seen:
                return
            self.seen.add((was, now, in_answer))
        yield from _value(where, old, new, in_answer=in_answer)
        yield from self._members(where, old, new, in_answer=in_answer)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self._shape(f"{where}[]", old[part], new[part], in_answer=in_answer)
        yield from self._alternatives(where, old, new)

    def _members(self, where: str, old: Part, new: Part, *, in_answer: bool) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        had, has = set(old.get("required", ())), set(new.get("required", ()))
        for name in before.keys() - after.keys():
            yield Change(f"{where}.{name}", "the member is gone")
        for name in after.keys() - before.keys():
            rule = "member of an answer" if in_answer else "member of a request"
            breaks = not in_answer and name in has
            yield Change(f"{where}.{name}", "new", None if breaks else rule, name)
        for name in before.keys() & after.keys():
            if in_answer and name in had - has:
                yield Change(f"{where}.{name}", "it may be absent now")
            if not in_answer and name in has - had:
                yield Change(f"{where}.{name}", "it is required now")
            shapes = (before[name], after[name])
            yield from self._shape(f"{where}.{name}", *shapes, in_answer=in_answer)

    def _alternatives(self, where: str, old: Part, new: Part) -> Iterator[Change]:
        before, after = _names(old), _names(new)
        for name in before.keys() - after.keys():
            yield Change(where, f"{name} is gone")
        for name in after.keys() - before.keys():
            code = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Problem")).lower()
            yield Change(where, f"{name} is new", "alternative in an answer", code)
        for name in before.keys() & after.keys():
            yield from self._shape(where, before[name], after[name], in_answer=True)


def _value(where: str, old: Part, new: Part, *, in_answer: bool) -> Iterator[Change]:
    had, has = _types(old), _types(new)
    if not (has <= had if in_answer else had <= has):
        yield Change(where, f"{sorted(had)} became {sorted(has)}")
    for key in ("format", "pattern"):
        if old.get(key) != new.get(key) and (in_answer or new.get(key)):
            yield Change(where, f"{key} {old.get(key)} became {new.get(key)}")
    yield from _choices(where, old, new, in_answer=in_answer)
    if not in_answer:
        yield from _limits(where, old, new)


def _choices(where: str, old: Part, new: Part, *, in_answer: bool) -> Iterator[Change]:
    had, has = (set(each["enum"]) if "enum" in each else None for each in (old, new))
    if had is None or has is None:
        if (had is None) != (has is None) and (in_answer or has is not None):
            yield Change(where, f"the choices {had} became {has}")
        return
    for value in had - has:
        yield Change(where, f"{value} is gone")
    for value in has - had:
        rule = "value in an answer" if in_answer else "value in a request"
        yield Change(where, f"{value} is new", rule, str(value))


def _limits(where: str, old: Part, new: Part) -> Iterator[Change]:
    for key, more_takes_more in LIMITS.items():
        had, has = old.get(key), new.get(key)
        if has is not None and (had is None or (has < had if more_takes_more else has > had)):
            yield Change(where, f"{key} {had} became {has}")


def _headers(where: str, old: Part, new: Part) -> Iterator[Change]:
    before, after = old.get("headers", {}), new.get("headers", {})
    for name in before.keys() - after.keys():
        yield Change(where, f"the header {name} is gone")
    for name in after.keys() - before.keys():
        yield Change(where, f"the header {name} is new", "header", name)


def _operations(schema: Part) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }


def _parameters(operation: Part) -> dict[str, Any]:
    return {each["name"]: each for each in operation.get("parameters", ())}


def _names(shape: Part) -> dict[str, Part]:
    return {str(each.get("$ref", each)).rpartition("/")[2]: each for each in shape.get("anyOf", ())}


def _types(shape: Part) -> set[str]:
    kind = shape.get("type", "object" if "properties" in shape else "")
    return set(kind) if isinstance(kind, list) else {kind}


def _resolved(schema: Part, part: Part) -> tuple[Part, str]:
    """What a reference leads to, and its name; the part itself has none."""
    name = ""
    while "$ref" in part:
        section, name = part["$ref"].split("/")[-2:]
        part = schema["components"][section][name]
    return part, name
