"""Runs each generator on docs/openapi.yaml, two at a time, and says how long it took.

A generator fails if it warns, if what it made does not compile where a compiler is there, or if
one of its classes is empty: a type that it could not express. Then some of the clients buy.
"""

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.clients.programs import (
    GENERATOR,
    HERE,
    KOTLIN,
    OUT,
    SCHEMA,
    Failed,
    install,
    java,
    run,
)

# What openapi-generator says of itself, of every document of OpenAPI 3.1, of every example that is
# written in its place, and of names that a language reserves and that it therefore changes.
HARMLESS = re.compile(
    r"3\.1 support is still in beta|deprecated|Failed to get the schema name: null"
    r"|cannot be used as (a )?model name"
)

COMMENT = re.compile(r"^ *(//|/?\*).*", re.MULTILINE)
CAST = re.compile(r"\b(as|any)\b|@ts-|\w!\.")


def openapi_generator(name: str, empty: str, enum: str, *options: str) -> Path:
    """Where the client is. Raises `Failed` for a warning, an empty class, an enum that is none."""
    folder = OUT / name
    where = ("-i", SCHEMA, "-o", folder)
    said = java("-jar", GENERATOR, "generate", "-g", name, *where, *options).splitlines()
    warnings = [each for each in said if " WARN " in each or " ERROR " in each]
    complaints = [each for each in warnings if not HARMLESS.search(each)]
    for file in sorted(folder.rglob("*.*")):
        if "models" in str(file.parent).lower() or file.parent.name == "model":
            complaints += [f"{file}: {found}" for found in re.findall(empty, file.read_text())]
    if not any(re.search(enum, each.read_text()) for each in folder.rglob("*eat*tatus*num*.*")):
        complaints.append("SeatStatusEnum is no enum.")
    if complaints:
        raise Failed("\n".join(complaints))
    return folder


def kotlin() -> str:
    """Compiles the models; the calls need an HTTP library, which is not here."""
    options = ("library=jvm-okhttp4", "serializationLibrary=kotlinx_serialization")
    folder = openapi_generator(
        "kotlin",
        r"class \w+ \(\s*\)",
        "enum class SeatStatusEnum",
        f"--additional-properties={','.join(options)}",
    )
    compiler = next(KOTLIN.glob("kotlin-jupyter-kernel-*-all.jar"))
    libraries = [next(KOTLIN.glob(f"{name}-[0-9]*.jar")) for name in KOTLIN_LIBRARIES]
    java(
        *("-cp", compiler, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib"),
        *("-no-reflect", "-nowarn", "-d", OUT / "kotlin-classes"),
        *("-cp", os.pathsep.join(map(str, libraries))),
        *folder.glob("src/main/kotlin/**/models"),
    )
    return "its models compiled"


KOTLIN_LIBRARIES = (
    "kotlin-stdlib",
    "kotlinx-serialization-core-jvm",
    "kotlinx-serialization-json-jvm",
)
EMPTY_SWIFT = r"enum CodingKeys: \w+, CaseIterable \{\s*\}"


def swift(version: str) -> Callable[[], str]:
    def generate() -> str:
        openapi_generator(version, EMPTY_SWIFT, "enum SeatStatusEnum: String")
        return "generated"

    return generate


def dart() -> str:
    openapi_generator("dart", r"\n  \w+\(\{\s*\}\);", "enum SeatStatusEnum")
    return "generated"


def typescript_fetch() -> str:
    openapi_generator(
        "typescript-fetch",
        r"export interface \w+ \{\s*\}",
        "export const SeatStatusEnum = ",
        "--additional-properties=modelPropertyNaming=original",
    )
    return compiled("typescript-fetch")


def compiled(name: str) -> str:
    """Has tsc read a client, and what uses it, strictly."""
    run("tsc", "--project", HERE / f"tsconfig.{name}.json")
    return "compiled"


def hey_api() -> str:
    run("openapi-ts", "-i", SCHEMA, "-o", OUT / "hey-api", "--no-log-file")
    return compiled("hey-api")


def orval() -> str:
    run("orval", "--input", SCHEMA, "--output", OUT / "orval" / "api.ts", "--client", "fetch")
    return compiled("orval")


def openapi_typescript() -> str:
    """The types, and the code of docs/client.md with @moviebooking/api, which is built on them."""
    (OUT / "web").mkdir()
    run("openapi-typescript", SCHEMA, "--output", OUT / "web" / "api.d.ts")
    run(sys.executable, "-m", "tests.client_page", OUT / "web")
    return compiled("openapi-typescript")


def purchase() -> str:
    """What uses the TypeScript clients; no cast, no `any`."""
    sources = sorted((HERE / "purchase").glob("*.ts"))
    casts = [each.name for each in sources if CAST.search(COMMENT.sub("", each.read_text()))]
    if casts:
        raise Failed(f"There is a cast in {', '.join(casts)}.")
    said = compiled("purchase")
    bundle = ("--bundle", "--platform=node", "--format=esm", f"--outfile={OUT / 'journey.mjs'}")
    run("esbuild", HERE / "purchase" / "journey.ts", *bundle)
    return said


def journeys() -> str:
    run(sys.executable, "-m", "pytest", "--quiet", "--tb=short", HERE / "journeys.py")
    return "bought"


def openapi_python_client() -> str:
    """A Python client, and a program that uses it."""
    generate = (sys.executable, "-m", "openapi_python_client", "generate", "--path", SCHEMA)
    options = ("--config", HERE / "python.yml", "--meta", "none", "--fail-on-warning")
    run(*generate, *options, "--output-path", OUT / "moviebooking")
    strictly = ("--config-file", HERE / "mypy.ini", "--no-incremental")
    run(sys.executable, "-m", "mypy", *strictly, OUT / "moviebooking", HERE / "use.py")
    return "compiled"


GENERATORS: dict[str, Callable[[], str]] = {
    "openapi-generator kotlin": kotlin,
    "openapi-python-client": openapi_python_client,
    "openapi-generator typescript-fetch": typescript_fetch,
    "openapi-generator swift5": swift("swift5"),
    "openapi-generator swift6": swift("swift6"),
    "openapi-generator dart": dart,
    "hey-api": hey_api,
    "orval": orval,
    "openapi-typescript": openapi_typescript,
}


def installed() -> str:
    install()
    return "done"


def outcome(name: str, work: Callable[[], str]) -> bool:
    """Whether it went well; prints a line, and what is wrong."""
    began = time.monotonic()
    try:
        said, well = work(), True
    except Failed as failure:
        said, well = f"FAILED\n{failure}", False
    print(f"{name:36}{time.monotonic() - began:5.0f} s  {said}", flush=True)
    return well


def outcomes() -> Iterator[bool]:
    yield outcome("installing them", installed)
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(outcome, GENERATORS, GENERATORS.values())
    yield outcome("a purchase, with these types", purchase)
    yield outcome("journeys, on a server", journeys)


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    sys.exit(not all(list(outcomes())))
