"""The committed OpenAPI document is what the code makes, and what a server serves."""

import gzip
import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer2
from rest_framework.test import APIClient

from core.openapi.document import FILE

SCHEMA = "/api/v1/schema/"
YAML = ("application/yaml", "application/vnd.oai.openapi")
JSON = ("application/json", "application/vnd.oai.openapi+json")


def test_the_document_is_what_the_code_makes() -> None:
    made: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    written = OpenApiYamlRenderer2().render(made)  # type: ignore[no-untyped-call]
    assert written == FILE.read_bytes(), "docs/openapi.yaml is out of date: make openapi"


def test_a_server_does_not_load_what_makes_it() -> None:
    loaded = "import sys, core.wsgi; print('drf_spectacular.generators' in sys.modules)"
    command = [sys.executable, "-c", loaded]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=True)
    assert done.stdout == b"False\n"


@pytest.mark.parametrize("media_type", YAML)
def test_it_is_served_as_it_is(anyone: APIClient, media_type: str) -> None:
    answer = anyone.get(SCHEMA, HTTP_ACCEPT=media_type)
    assert answer.headers["Content-Type"] == media_type
    assert answer.content == FILE.read_bytes()


@pytest.mark.parametrize("media_type", JSON)
def test_it_is_served_as_json(anyone: APIClient, media_type: str) -> None:
    answer = anyone.get(SCHEMA, HTTP_ACCEPT=media_type)
    assert answer.headers["Content-Type"] == media_type
    assert json.loads(answer.content) == yaml.safe_load(FILE.read_bytes())


@pytest.mark.parametrize("media_type", [*JSON, *YAML])
def test_a_client_that_has_it_gets_nothing_anew(anyone: APIClient, media_type: str) -> None:
    zipped = anyone.get(SCHEMA, HTTP_ACCEPT=media_type, HTTP_ACCEPT_ENCODING="gzip")
    assert {"Accept", "Accept-Encoding"} <= set(zipped.headers["Vary"].split(", "))
    assert zipped.headers["Cache-Control"] == "no-cache"
    plain = anyone.get(SCHEMA, HTTP_ACCEPT=media_type)
    assert gzip.decompress(zipped.content) == plain.content
    etag = zipped.headers["ETag"]
    assert plain.headers["ETag"] == etag
    again = anyone.get(SCHEMA, HTTP_ACCEPT=media_type, HTTP_IF_NONE_MATCH=etag)
    assert again.status_code == 304
    assert again.content == b""
