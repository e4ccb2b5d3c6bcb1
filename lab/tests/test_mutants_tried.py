"""A mutant is put into a running program, and the tests of its file notice it or not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

from lab.mutants.grafting import graft
from lab.mutants.mutant import BYTES, Edit, Key, Mutant, Verdict
from lab.mutants.report import Report
from lab.mutants.targets import Target
from lab.mutants.workshop import ROOT, BrokenWorkshop, workshop

PROGRAM = """
from functools import cache, wraps
MOST = 4

def twice(function):
    @wraps(function)
    def call():
        return 2 * function()
    return call

def plain():
    return MOST

@twice
def decorated():
    return 1

@cache
def cached():
    return 1

class Refusal(Exception):
    status = 404

    @property
    def reason(self):
        return "none"

def refuse():
    raise Refusal
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ModuleType]:
    module = ModuleType("mutants_program")
    module.__file__ = str(tmp_path / "program.py")
    exec(PROGRAM, vars(module))
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def become(program: ModuleType, changes: dict[str, str]) -> None:
    source = PROGRAM
    for was, becomes in changes.items():
        assert was in source
        source = source.replace(was, becomes)
    graft(program, source)


def test_functions_that_others_imported_behave_like_the_mutant(program: ModuleType) -> None:
    plain, decorated, cached = program.plain, program.decorated, program.cached
    become(program, {"return 1": "return 3", "MOST = 4": "MOST = 5"})
    assert (plain(), decorated(), cached()) == (5, 6, 3)
    assert program.plain is plain


def test_a_dropped_decorator_is_dropped_wherever_the_function_was_imported(
    program: ModuleType,
) -> None:
    other = ModuleType("mutants_other")
    vars(other)["decorated"] = program.decorated
    sys.modules[other.__name__] = other
    become(program, {"@twice\n": ""})
    del sys.modules[other.__name__]
    assert (program.decorated(), vars(other)["decorated"]()) == (1, 1)


def test_classes_stay_what_others_catch(program: ModuleType) -> None:
    refusal = program.Refusal
    become(program, {"status = 404": "status = 405", 'return "none"': 'return "some"'})
    with pytest.raises(refusal):
        program.refuse()
    assert (refusal.status, refusal().reason) == (405, "some")


def test_the_report_counts_all_but_equivalents() -> None:
    mutants = [
        Mutant(Key("a.py", "f", f"was {n}", "becomes"), n, Edit(0, 0, ""), "") for n in range(4)
    ]
    report = Report(dict(zip(mutants, Verdict, strict=False)), [mutants[3]])
    assert report.table().splitlines()[-1] == "| all | 1 | 1 | 1 | 1 | 33.3 |"
    assert report.survivors() == (
        "TIMED OUT: a.py:1 in f\n  - was 1\n  + becomes\n\n"
        "NOT NOTICED: a.py:2 in f\n  - was 2\n  + becomes"
    )


FILE = "core/throttling.py"
TEST = "core/tests/test_throttling.py"


def planted(was: str, becomes: str) -> Mutant:
    source = (ROOT / FILE).read_bytes().decode(BYTES)
    start = source.index(was)
    edit = Edit(start, start + len(was), becomes)
    return Mutant(Key(FILE, "", was, becomes), 1, edit, source)


def test_a_fault_is_noticed_and_what_changes_nothing_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.mutants.workshop.TARGETS", {FILE: Target((TEST,), ())})
    database = settings.DATABASES["default"]
    host = str(database["HOST"]).replace("/", "%2F")
    url = f"postgresql://{database['USER']}@{host}:{database['PORT']}/mutants_of_{database['NAME']}"
    with workshop(tmp_path / "log", url, [TEST], {}) as made:
        made.wait()
        verdict, test = made.use_cases_notice(planted("if counted > most:", "if counted >= most:"))
        assert verdict is Verdict.NOTICED
        assert test.startswith(f"{TEST}::")
        same = made.use_cases_notice(planted("if counted > most:", "if most < counted:"))
        assert same == (Verdict.MISSED, "")


def test_a_workshop_that_dies_reports_its_last_output(tmp_path: Path) -> None:
    nowhere = "postgresql://nowhere/x"
    with (
        pytest.raises(BrokenWorkshop, match="no/such/test"),
        workshop(tmp_path / "log", nowhere, ["no/such/test.py"], {}) as made,
    ):
        made.wait()
