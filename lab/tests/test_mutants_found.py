"""Which faults are planted, and that each has a stable name."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from lab.mutants.equivalents import stale
from lab.mutants.finding import mutants_of, sql_edits
from lab.mutants.mutant import Mutant, applied
from lab.mutants.sql_text import PARAMETER, is_query, is_statement
from lab.mutants.targets import TARGETS
from lab.mutants.workshop import ROOT

SAMPLE = '''
BOOK = """
SELECT min(price) FROM seat
WHERE show = %(show)s AND held_until > statement_timestamp()  -- größer
ORDER BY id FOR UPDATE
"""
LAPSED = "seat.status = 'selected' AND seat.held_until <= statement_timestamp()"
AVAILABLE = f"status = 'available', {NOT_HELD}"
MOST = 4


@transaction.atomic
def book(user: "int | None", *, seats: int = 1) -> None:
    lock_user(user)
    if user is None or seats > MOST:
        raise TooMany
    Seat.objects.filter(show=user, held_until__gt=StatementTime()).order_by("id").update()
'''
PLANTED = [
    ("BOOK", "SELECT min(price) FROM seat", "SELECT max(price) FROM seat"),
    ("BOOK", "WHERE show = %(show)s AND held", "WHERE true AND held"),
    ("BOOK", "> statement_timestamp() -- größer", "< statement_timestamp() -- größer"),
    ("BOOK", "held_until > statement_timestamp() -- größer", "true -- größer"),
    ("BOOK", "ORDER BY id FOR UPDATE", "ORDER BY id"),
    ("BOOK", "ORDER BY id FOR UPDATE", "FOR UPDATE"),
    ("LAPSED", "seat.status = 'selected' AND", "true AND"),
    ("LAPSED", "<= statement_timestamp()", "> statement_timestamp()"),
    ("AVAILABLE", "status = 'available'", "status = seat.status"),
    ("MOST", "MOST = 4", "MOST = 5"),
    ("book", "@transaction.atomic", ""),
    ("book", "seats: int = 1)", "seats: int = 2)"),
    ("book", "lock_user(user)", "pass"),
    ("book", "if user is None or seats > MOST:", "if True:"),
    ("book", "if user is None or seats > MOST:", "if False:"),
    ("book", "if user is None or seats > MOST:", "if False or seats > MOST:"),
    ("book", "if user is None or seats > MOST:", "if user is None or seats >= MOST:"),
    ("book", '.order_by("id").update()', ".update()"),
    ("book", "held_until__gt=StatementTime()", "held_until__lt=StatementTime()"),
    ("book", "filter(show=user, held_until__gt", "filter(held_until__gt"),
]


def found(directory: Path, source: str) -> list[Mutant]:
    (directory / "sample.py").write_text(source)
    return mutants_of(directory, "sample.py")


@pytest.mark.parametrize(("within", "was", "becomes"), PLANTED, ids=str)
def test_it_plants(tmp_path: Path, within: str, was: str, becomes: str) -> None:
    changes = [(m.key.within, m.key.was, m.key.becomes) for m in found(tmp_path, SAMPLE)]
    assert any(
        name == within and was in before and after == before.replace(was, becomes)
        for name, before, after in changes
    )


def test_it_leaves_annotations_and_comments_alone(tmp_path: Path) -> None:
    for mutant in found(tmp_path, SAMPLE):
        assert "int | None" in mutant.program()


def test_keys_stay_when_lines_move(tmp_path: Path) -> None:
    before = [mutant.key for mutant in found(tmp_path, SAMPLE)]
    moved = found(tmp_path, f"import os\n\n\n{SAMPLE}\n\ndef other() -> None:\n    more()\n")
    assert [mutant.key for mutant in moved][: len(before)] == before
    assert len(set(before)) == len(before)


def test_equal_lines_in_one_place_are_numbered(tmp_path: Path) -> None:
    keys = [m.key for m in found(tmp_path, "def f():\n    stop()\n    stop()\n")]
    assert [(key.was, key.nth) for key in keys] == [("stop()", 1), ("stop()", 2)]


def test_a_listed_mutant_that_no_longer_exists_is_reported(tmp_path: Path) -> None:
    mutants = found(tmp_path, SAMPLE)
    gone = mutants[0].key._replace(was="SELECT sum(price) FROM seat")
    elsewhere = gone._replace(file="other.py")
    assert stale([mutants[1].key, gone, elsewhere], mutants, ["sample.py"]) == [gone]


@pytest.mark.parametrize("file", TARGETS)
def test_every_mutant_of_the_program_can_be_read(file: str) -> None:
    mutants = mutants_of(ROOT, file)
    assert len(mutants) > 5
    for mutant in mutants:
        assert mutant.program() != (ROOT / file).read_text()
        ast.parse(mutant.program())


@pytest.mark.parametrize(
    "file", [file for target in TARGETS.values() for s in target for file in s]
)
def test_the_tests_that_must_notice_exist(file: str) -> None:
    assert (ROOT / file).is_file()


@pytest.mark.django_db
@pytest.mark.parametrize("file", TARGETS)
def test_every_statement_that_is_mutated_still_parses(file: str) -> None:
    module = import_module(file.removesuffix(".py").replace("/", "."))
    for literal in literals((ROOT / file).read_text()):
        for edit in sql_edits(literal):
            parse(eval(applied(literal, edit), vars(module)))


def literals(source: str) -> list[str]:
    strings = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant | ast.JoinedStr)
    ]
    return [ast.get_source_segment(source, node) or "" for node in strings]


def parse(sql: str) -> None:
    """PL/pgSQL reads a statement's grammar without asking for its tables."""
    plain = PARAMETER.sub("NULL", sql)
    if is_query(plain):
        plain = f"WITH {plain} SELECT true"
    statement = plain if is_statement(plain) else f"PERFORM {plain}"
    with connection.cursor() as cursor:
        cursor.execute(f"DO $do$ BEGIN RETURN; {statement}; END $do$")
