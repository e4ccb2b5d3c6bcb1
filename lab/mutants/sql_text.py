"""SQL as a list of words with their depth in parentheses, which is all that the mutations need."""

import re
from collections.abc import Iterator
from typing import NamedTuple

STATEMENT = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")
QUERY = re.compile(r"\s*\w+ AS MATERIALIZED \(")
FRAGMENT = re.compile(r"[\s(]*([\w.]+ (=|<|>|<=|>=) |coalesce\()")
PARAMETER = re.compile(r"%\(\w+\)s|%s")
WORD = re.compile(
    r"""--[^\n]*
    | (?P<token>
        '(?:[^']|'')*'                  # a literal
      | "[^"]*"                         # a quoted name
      | %\(\w+\)s | %s                  # a parameter
      | \{(?:[^{}]|\{[^{}]*\})*\}       # what an f-string puts in
      | [A-Za-z_]\w* | \d+
      | :: | ->> | -> | <= | >= | <> | \|\|
      | [^\s\w]
    )""",
    re.VERBOSE,
)
CLAUSES = frozenset(
    {"SELECT", "FROM", "WHERE", "HAVING", "GROUP", "ORDER", "LIMIT", "FOR", "RETURNING", "UNION"}
    | {"JOIN", "LEFT", "CROSS", "ON", "USING", "SET", "VALUES", "WITH", "AS"}
    | {"AND", "OR", "WHEN", "THEN", "ELSE"}
)


class Word(NamedTuple):
    """A word of a statement, its position, and in how many parentheses and CASEs it is."""

    text: str
    start: int
    end: int
    depth: int


def is_statement(text: str) -> bool:
    """Returns whether a string is an SQL statement."""
    return STATEMENT.match(text) is not None


def is_query(text: str) -> bool:
    """Returns whether a string is one of the queries of a statement: `name AS MATERIALIZED (…)`."""
    return QUERY.match(text) is not None


def is_fragment(text: str) -> bool:
    """Returns whether a string is a condition, a value or assignments, inserted into statements."""
    return FRAGMENT.match(text) is not None


def words_of(sql: str) -> list[Word]:
    """Returns all words; parentheses, CASE and END have the depth around them."""
    return list(_words(sql))


def _words(sql: str) -> Iterator[Word]:
    depth = 0
    for found in WORD.finditer(sql):
        text = found["token"]
        if text is None:
            continue
        if text in {")", "]", "END"}:
            depth -= 1
        yield Word(text, found.start(), found.end(), depth)
        if text in {"(", "[", "CASE"}:
            depth += 1


def end_of(words: list[Word], begin: int, stops: frozenset[str] = CLAUSES) -> int:
    """Returns the index after the expression that begins at `begin` and that a clause, a comma or
    a `)` ends."""
    for index in range(begin, len(words)):
        word = words[index]
        beside = word.depth == words[begin].depth and word.text in {*stops, ",", ";"}
        if beside or word.depth < words[begin].depth:
            return index
    return len(words)


def begin_of(words: list[Word], end: int) -> int:
    """Returns the index at which the expression that ends before `end` begins."""
    depth = words[end].depth
    for index in range(end - 1, -1, -1):
        word = words[index]
        if word.depth < depth or (word.depth == depth and word.text in {*CLAUSES, ","}):
            return index + 1
    return 0


def items_of(words: list[Word], begin: int, stops: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yields the indices of begin and end of each item of a list that begins at `begin`."""
    while True:
        end = end_of(words, begin, stops)
        yield begin, end
        if end >= len(words) or words[end].text != "," or words[end].depth != words[begin].depth:
            return
        begin = end + 1
