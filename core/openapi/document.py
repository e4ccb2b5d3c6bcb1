"""The OpenAPI document of the repository, which `make openapi` writes, as the server uses it."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import yaml

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
PLACE_IN_PATH = re.compile(r"<[^>]*>|\{[^}]*\}")
Names = frozenset[str]


class Text:
    """One form of the document as it goes over the wire."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.zipped = gzip.compress(body)
        self.etag = f'W/"{sha256(body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True)
class Document:
    """Both forms, and for each path and method the names of its query parameters."""

    json: Text
    yaml: Text
    query_parameters: Mapping[str, Mapping[str, Names]]


@cache
def document() -> Document:
    """Read the file once per process; a server does so before it forks."""
    text = FILE.read_bytes()
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    parameters = {
        _shape(path): {method.upper(): _in_query(each) for method, each in operations.items()}
        for path, operations in content["paths"].items()
    }
    return Document(Text(orjson.dumps(content)), Text(text), parameters)


@cache
def query_parameters(route: str) -> Mapping[str, Names] | None:
    """Return names by method of a route such as `api/v1/shows/<id:pk>/`; None if not in the API."""
    return document().query_parameters.get(_shape(f"/{route}"))


def _shape(path: str) -> str:
    """Return the path without the names of its parameters, which Django writes differently."""
    return PLACE_IN_PATH.sub("{}", path)


def _in_query(operation: Mapping[str, Any]) -> Names:
    return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
