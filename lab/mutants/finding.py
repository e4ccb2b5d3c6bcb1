"""Finds all mutants of a module, in its Python and in the SQL in its strings."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lab.mutants import python, sql
from lab.mutants.mutant import BYTES, Edit, Key, Mutant, lines_around
from lab.mutants.python import Text
from lab.mutants.sql_text import is_fragment, is_query, is_statement

LITERAL = re.compile(r'[fr]?("""|")')
TOP = "module"


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Returns the mutants of `file`, a path below `root`, in the order of its lines."""
    source = (root / file).read_bytes().decode(BYTES)
    text, tree = Text(source), ast.parse(source.encode(BYTES))
    found = dict.fromkeys(_walk(tree, text, TOP, tree))
    same: Counter[tuple[str, str, str]] = Counter()
    mutants = []
    for within, edit in sorted(found, key=lambda each: each[1]):
        was, becomes = lines_around(source, edit)
        same[within, was, becomes] += 1
        key = Key(file, within, was, becomes, same[within, was, becomes])
        line = source.count("\n", 0, edit.start) + 1
        mutants.append(Mutant(key, line, edit, source, _statement(tree, text, line)))
    return mutants


def _statement(tree: ast.Module, text: Text, line: int) -> str:
    """Returns the module's top-level statement that this line is in."""
    begun = [node for node in tree.body if node.lineno <= line]
    return text.of(begun[-1]) if begun else ""


def _walk(node: ast.AST, text: Text, within: str, parent: ast.AST) -> Iterator[tuple[str, Edit]]:
    within = _name(node, within)
    if isinstance(node, ast.Constant | ast.JoinedStr):
        start = text.start(node)
        for edit in sql_edits(text.of(node)):
            yield within, Edit(edit.start + start, edit.end + start, edit.text)
        if isinstance(node, ast.JoinedStr):
            return
    yield from ((within, edit) for edit in python.edits_of(node, text, parent))
    for child in python.children(node):
        yield from _walk(child, text, within, node)


def _name(node: ast.AST, within: str) -> str:
    """Returns the name of the function, class or constant that the node is or is in."""
    name = within
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = node.name
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
    return name if within == TOP else within


def sql_edits(literal: str) -> Iterator[Edit]:
    """Yields the mutations of the SQL in a string literal, as edits of the literal."""
    opening = LITERAL.match(literal)
    if opening is None:
        return
    inner, start = literal[opening.end() : -len(opening[1])], opening.end()
    if is_statement(inner) or is_query(inner) or is_fragment(inner):
        for edit in sql.edits_of(inner):
            if inner[edit.start : edit.end] == edit.text:  # two equal values that change places
                continue
            yield Edit(edit.start + start, edit.end + start, edit.text)
