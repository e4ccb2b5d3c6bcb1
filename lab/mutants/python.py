"""Mutations of Python: conditions, comparisons, calls, assignments, constants."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from lab.mutants.mutant import Edit

TURNED = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
}
LIMITS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
REVERSED = {
    "lt": "gt",
    "lte": "gt",
    "gt": "lt",
    "gte": "lt",
    "<": ">",
    "<=": ">",
    ">": "<",
    ">=": "<",
}
LOOKUP = re.compile(r"(\w+__)(lte?|gte?)")
INSTANT = re.compile(r"StatementTime|time\.time")
NARROWED = {"filter", "exclude", "order_by", "select_for_update", "live", "where_may"}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
ATOMIC = "transaction.atomic"
EXCHANGED = ast.Name, ast.Attribute, ast.Subscript, ast.Call
CONDITIONS = ast.If, ast.IfExp, ast.While, ast.BoolOp, ast.comprehension
EXAMPLES = {"example", "examples", "EXAMPLES", "ANOTHER_TICKET", "description", "digits", "members"}
TYPING = {"cast", "TypeVar"}


class Text:
    """A module's source, and the positions of its nodes."""

    def __init__(self, source: str) -> None:
        self.source = source
        lengths = [len(line) for line in source.splitlines(keepends=True)]
        self.starts = [sum(lengths[:number]) for number in range(len(lengths))]

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def of(self, node: ast.expr | ast.stmt) -> str:
        return self.source[self.start(node) : self.end(node)]

    def becomes(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        return Edit(self.start(node), self.end(node), text)


def edits_of(node: ast.AST, text: Text, parent: ast.AST) -> Iterator[Edit]:
    """Yields every mutation of this node itself, without those of its children."""
    for kind, mutate in KINDS:
        if isinstance(node, kind):
            yield from mutate(node, text)
    if isinstance(node, ast.UnaryOp) and not isinstance(parent, CONDITIONS):
        yield from _sign(node, text)
    if isinstance(node, ast.Compare):
        yield from _comparison(node, text, is_dropped=isinstance(parent, CONDITIONS))
    if isinstance(node, ast.Raise) and not (isinstance(parent, ast.If) and parent.body == [node]):
        yield text.becomes(node, "pass")


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Yields children that run: no annotations, arguments of decorators or documented examples."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TYPING:
        return
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in EXAMPLES:
        return
    if isinstance(node, ast.keyword) and node.arg in EXAMPLES:
        return
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns", "decorator_list", "bases", "type_params"}:
            values = value if isinstance(value, list) else [value]
            yield from (each for each in values if isinstance(each, ast.AST))


def _comparison(node: ast.Compare, text: Text, *, is_dropped: bool) -> Iterator[Edit]:
    """Inverts it; if the whole condition is dropped as well, only moves limits."""
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        begin, end = text.end(left), text.start(right)
        sign, other = TURNED[type(operator)]
        if sign in REVERSED and INSTANT.search(text.of(left) + text.of(right)):
            other = REVERSED[sign]
        if sign in REVERSED or not is_dropped:
            yield Edit(begin, end, text.source[begin:end].replace(sign, other))
        left = right


def _parts(node: ast.BoolOp, text: Text) -> Iterator[Edit]:
    """Drops a part of `and` as if it were true, one of `or` as if it were false."""
    for value in node.values:
        yield text.becomes(value, "True" if isinstance(node.op, ast.And) else "False")


def _condition(node: ast.If | ast.IfExp | ast.While, text: Text) -> Iterator[Edit]:
    yield text.becomes(node.test, "False")
    if not isinstance(node.test, ast.NamedExpr) and not isinstance(node, ast.While):
        yield text.becomes(node.test, "True")


def _loop(node: ast.comprehension, text: Text) -> Iterator[Edit]:
    for test in node.ifs:
        yield text.becomes(test, "True")


def _sign(node: ast.UnaryOp, text: Text) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield text.becomes(node, text.of(node.operand))


def _sum(node: ast.BinOp, text: Text) -> Iterator[Edit]:
    if isinstance(node.op, ast.Add | ast.Sub):
        begin, end = text.end(node.left), text.start(node.right)
        signs = "+-" if isinstance(node.op, ast.Add) else "-+"
        yield Edit(begin, end, text.source[begin:end].replace(*signs))


def _constant(node: ast.Constant, text: Text) -> Iterator[Edit]:
    if isinstance(node.value, bool):
        yield text.becomes(node, str(not node.value))
    elif isinstance(node.value, int):
        yield text.becomes(node, str(node.value + 1))


def _statement(node: ast.stmt, text: Text) -> Iterator[Edit]:
    """Drops a statement that is executed for its effect."""
    calls = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if calls or isinstance(node, ast.AugAssign | ast.Delete):
        yield text.becomes(node, "pass")
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple):
        yield text.becomes(node, "pass")


def _call(node: ast.Call, text: Text) -> Iterator[Edit]:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in NARROWED:
        yield Edit(text.end(function.value), text.end(node), "")
    if isinstance(function, ast.Name) and function.id in SWAPPED:
        yield text.becomes(function, SWAPPED[function.id])
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in {"filter", "exclude", "Q"}:
        yield from _lookups(node.keywords, text)
    yield from _exchanged([each.value for each in node.keywords if each.arg], text)


def _lookups(keywords: Sequence[ast.keyword], text: Text) -> Iterator[Edit]:
    for number, keyword in enumerate(keywords):
        start = text.starts[keyword.lineno - 1] + keyword.col_offset
        end = text.end(keyword.value)
        if len(keywords) > 1:
            last = number == len(keywords) - 1
            before = text.end(keywords[number - 1].value)
            after = text.starts[keywords[number + 1].lineno - 1] if not last else 0
            after += keywords[number + 1].col_offset if not last else 0
            yield Edit(before, end, "") if last else Edit(start, after, "")
        if keyword.arg and (found := LOOKUP.fullmatch(keyword.arg)):
            table = REVERSED if INSTANT.search(text.of(keyword.value)) else LIMITS
            yield Edit(start, start + len(keyword.arg), found[1] + table[found[2]])


def _dict(node: ast.Dict, text: Text) -> Iterator[Edit]:
    yield from _exchanged(node.values, text)


def _exchanged(values: Sequence[ast.expr], text: Text) -> Iterator[Edit]:
    """Swaps neighbours of the same kind."""
    for one, other in pairwise(values):
        if (
            type(one) is type(other)
            and isinstance(one, EXCHANGED)
            and text.of(one) != text.of(other)
        ):
            between = text.source[text.end(one) : text.start(other)]
            exchanged = text.of(other) + between + text.of(one)
            yield Edit(text.start(one), text.end(other), exchanged)


def _transaction(node: ast.With, text: Text) -> Iterator[Edit]:
    if ATOMIC in text.of(node.items[0].context_expr) and len(node.items) == 1:
        yield Edit(text.start(node), text.end(node.items[0].context_expr), "if True")


def _decorator(node: ast.FunctionDef, text: Text) -> Iterator[Edit]:
    for decorator in node.decorator_list:
        if ATOMIC in text.of(decorator):
            yield Edit(text.start(decorator) - 1, text.end(decorator), "")


def _handler(node: ast.ExceptHandler, text: Text) -> Iterator[Edit]:
    if isinstance(node.type, ast.Tuple):
        for each in node.type.elts:
            others = [text.of(other) for other in node.type.elts if other is not each]
            yield text.becomes(node.type, f"({', '.join(others)},)")


KINDS: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[Edit]]], ...] = (
    (ast.BoolOp, _parts),
    ((ast.If, ast.IfExp, ast.While), _condition),
    (ast.comprehension, _loop),
    (ast.BinOp, _sum),
    (ast.Constant, _constant),
    (ast.stmt, _statement),
    (ast.Call, _call),
    (ast.Dict, _dict),
    (ast.With, _transaction),
    (ast.FunctionDef, _decorator),
    (ast.ExceptHandler, _handler),
)
