"""Mutations of SQL: conditions, comparisons, locks, orders, values."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from lab.mutants.mutant import Edit
from lab.mutants.sql_text import CLAUSES, Word, begin_of, end_of, items_of, words_of

Words = list[Word]
INSTANT = "statement_timestamp"
NEGATED = {"=": "<>", "<>": "="}
WIDENED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
REVERSED = {"<": ">", "<=": ">", ">": "<", ">=": "<"}
SWAPPED = {
    "sum": "min",
    "min": "max",
    "max": "min",
    "bool_and": "bool_or",
    "bool_or": "bool_and",
    "least": "greatest",
    "greatest": "least",
}
LOCK = re.compile(
    r"FOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|KEY\s+SHARE|SHARE)(?:\s+OF\s+\w+)?(?:\s+SKIP\s+LOCKED)?"
)
PLAIN = re.compile(r"[\w.\"]+")
TABLE = re.compile(
    r'(?:(?<!DO )UPDATE|INSERT\s+INTO)\s+("?\w+"?)(?:\s+AS)?(?:\s+(?!SET\b|SELECT\b)(\w+))?'
)


def edits_of(sql: str) -> Iterator[Edit]:
    """Yields every mutation of a statement, in the order of the kinds below."""
    words = words_of(sql)
    for kind in KINDS:
        yield from kind(sql, words)


def _conditions(_: str, words: Words) -> Iterator[Edit]:
    """Drops a part of AND as if it were true, one of OR as if false; a lone one both ways."""
    for index, word in enumerate(words):
        if word.text in {"AND", "OR"}:
            truth = "true" if word.text == "AND" else "false"
            yield _replaced(words, begin_of(words, index), index, truth)
            yield _replaced(words, index + 1, end_of(words, index + 1), truth)
        if word.text in {"WHERE", "HAVING", "WHEN"} and not _is_value(words, index):
            end = end_of(words, index + 1)
            if end == len(words) or words[end].text not in {"AND", "OR"}:
                yield _replaced(words, index + 1, end, "true")
                if word.text == "WHEN":
                    yield _replaced(words, index + 1, end, "false")


def _is_value(words: Words, index: int) -> bool:
    """Returns whether this is the WHEN of a CASE that compares an expression with values."""
    around = [i for i in range(index) if words[i].depth == words[index].depth - 1]
    cases = [i for i in around if words[i].text == "CASE"]
    return words[index].text == "WHEN" and words[cases[-1] + 1].text != "WHEN"


def _comparisons(_: str, words: Words) -> Iterator[Edit]:
    """Makes equal unequal if that is a value; conditions are dropped instead. Moves a limit by one;
    for times, which are hardly ever equal, inverts the comparison."""
    skipped = {index for index, _, _ in _assignments(words)} | set(_equal_conditions(words))
    for index, word in enumerate(words):
        if word.text in NEGATED and index not in skipped:
            yield Edit(word.start, word.end, NEGATED[word.text])
        elif word.text in WIDENED:
            near = {each.text for each in words[max(index - 3, 0) : index + 2]}
            turned = REVERSED if INSTANT in near else WIDENED
            yield Edit(word.start, word.end, turned[word.text])


def _equal_conditions(words: Words) -> Iterator[int]:
    """Yields the index of each `=` that is part of WHERE, ON and the like."""
    for index, word in enumerate(words):
        if word.text in {"WHERE", "HAVING", "WHEN", "ON", "AND", "OR"} and index + 1 < len(words):
            span = [*range(index + 1, end_of(words, index + 1))]
            if word.text in {"AND", "OR"}:
                span = [*range(begin_of(words, index), index), *span]
            yield from (i for i in span if words[i].depth == word.depth)


def _negations(_: str, words: Words) -> Iterator[Edit]:
    for index, word in enumerate(words):
        if word.text in {"NOT", "DISTINCT"}:
            yield Edit(word.start, words[index + 1].start, "")
        if word.text == "IS" and words[index + 1].text == "NULL":
            yield Edit(word.end, word.end, " NOT")


def _locks(sql: str, _: Words) -> Iterator[Edit]:
    for found in LOCK.finditer(sql):
        yield Edit(found.start(), found.end(), "")


def _orders(_: str, words: Words) -> Iterator[Edit]:
    for index, word in enumerate(words):
        if word.text == "ORDER":
            items = list(items_of(words, index + 2, CLAUSES))
            yield _replaced(words, index, items[-1][1], "")


def _set_values(sql: str, words: Words) -> Iterator[Edit]:
    """Drops an assignment: the column keeps its value."""
    for equals, begin, end in _assignments(words):
        table, alias = [("", "seat"), *TABLE.findall(sql, 0, words[begin].start)][-1]
        column = words[begin].text
        yield _replaced(words, equals + 1, end, f"{alias or table}.{column}")


def _assignments(words: Words) -> Iterator[tuple[int, int, int]]:
    """Yields, for each `column = value` after SET or at the beginning of a fragment, the indices of
    `=`, of its begin and of its end."""
    lists = [index + 1 for index, word in enumerate(words) if word.text == "SET"]
    if words[1].text == "=":
        lists.append(0)
    for first in lists:
        for begin, end in items_of(words, first, frozenset({"FROM", "WHERE", "RETURNING"})):
            if end > begin + 1:  # else it is a fragment
                yield begin + 1, begin, end


def _functions(sql: str, words: Words) -> Iterator[Edit]:
    """Replaces an aggregate with another one, and `coalesce` with one of its arguments."""
    for index, word in enumerate(words[:-1]):
        if words[index + 1].text != "(":
            continue
        if other := SWAPPED.get(word.text):
            yield Edit(word.start, word.end, other)
        if word.text == "coalesce":
            items = list(items_of(words, index + 2, frozenset()))
            close = words[items[-1][1]].end
            for begin, end in items:
                only = sql[words[begin].start : words[end - 1].end]
                yield Edit(word.start, close, f"({only})")


def _values(_: str, words: Words) -> Iterator[Edit]:
    """Increments numbers, and changes literals that are not part of a comparison."""
    for before, word in pairwise(words):
        if word.text.isdigit():
            yield Edit(word.start, word.end, str(int(word.text) + 1))
        elif word.text.startswith("'") and before.text == "interval":
            more = re.sub(r"\d+", lambda number: str(int(number[0]) + 1), word.text)
            yield Edit(word.start, word.end, more)
        elif word.text.startswith("'") and before.text not in {"=", "<>", "->>", "->", "("}:
            yield Edit(word.start, word.end, "'other'")


def _sums(_: str, words: Words) -> Iterator[Edit]:
    for before, word in pairwise(words):
        if word.text in {"+", "-"} and before.text not in {"(", ","}:
            yield Edit(word.start, word.end, "-" if word.text == "+" else "+")


def _columns(sql: str, words: Words) -> Iterator[Edit]:
    """Swaps neighbours in a list of columns that is read by position."""
    for index, word in enumerate(words):
        if word.text != "SELECT" or (word.depth and words[index - 1].text != ")"):
            continue
        items = list(items_of(words, index + 1, frozenset({"FROM", "WHERE"})))
        spans = [(words[begin].start, words[end - 1].end) for begin, end in items if end > begin]
        for (a, b), (c, d) in pairwise(spans):
            one, other = sql[a:b], sql[c:d]
            if PLAIN.fullmatch(one) and PLAIN.fullmatch(other):
                yield Edit(a, d, other + sql[b:c] + one)


def _replaced(words: Words, begin: int, end: int, text: str) -> Edit:
    return Edit(words[begin].start, words[end - 1].end, text)


KINDS: tuple[Callable[[str, Words], Iterator[Edit]], ...] = (
    _conditions,
    _comparisons,
    _negations,
    _locks,
    _orders,
    _set_values,
    _functions,
    _values,
    _sums,
    _columns,
)
