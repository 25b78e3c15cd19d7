"""Rules of a custom indicator, such as "ADX_14 > 25 and crosses_above(DMP_14, DMN_14)".

A rule is read into a syntax tree and every node of it is checked against a short list; nothing is ever executed.
Evaluated over whole arrays, a rule knows three answers a bar: yes, no, and unknown where a number it needs is missing.
"""

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.field_errors import nearest_word
from engine.core.indicators.base import ROUNDING, Arrays, crossings
from engine.core.types import Floats

MAX_LENGTH = 200
MAX_DEPTH = 12
LARGEST = 1e15
PRICES = ("open", "high", "low", "close", "volume")
CROSSINGS = ("crosses_above", "crosses_below")
# A column such as BBL_20_2.0 may be written as the library writes it, or with an underscore for the point.
_POINT = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\.\d+\w*)+)")

Truth = NDArray[np.bool_]


class RuleError(ValueError):
    """A rule that cannot be used; `nearest` is a name that would be right."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True)
class Answer:
    """A rule's answer per bar: `yes` where it holds, `no` where it does not, neither where that is unknown."""

    yes: Truth
    no: Truth


def column_name(name: str) -> str:
    """Return an output's name as a rule spells it."""
    return re.sub(r"\W", "_", name)


def rule_parse(text: str, columns: Collection[str]) -> ast.expr:
    """Read a rule into a tree whose every node is allowed.

    Args:
        text: The rule.
        columns: The outputs it may name.

    Raises:
        RuleError: The rule cannot be used; the error says why.
    """
    if len(text) > MAX_LENGTH:
        raise RuleError(f"must have at most {MAX_LENGTH} characters")
    try:
        tree = ast.parse(_POINT.sub(lambda found: column_name(found[0]), text).strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise RuleError('is not a rule such as "ADX_14 > 25"') from None
    _check_truth(tree, [*columns, *PRICES], 1)
    return tree


def rule_names(tree: ast.expr) -> set[str]:
    """Return the columns and prices a rule looks at."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in CROSSINGS}


def _check_truth(node: ast.expr, names: Collection[str], depth: int) -> None:
    _check_depth(depth)
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check_truth(value, names, depth + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_truth(operand, names, depth + 1)
        case ast.Compare(left=left, ops=ops, comparators=others):
            if not all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops):
                raise RuleError("compares with < <= > >= only: a computed number is hardly ever equal to another")
            for value in (left, *others):
                _check_number(value, names, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=[left, right], keywords=[]) if name in CROSSINGS:
            _check_number(left, names, depth + 1)
            _check_number(right, names, depth + 1)
        case ast.Call(func=ast.Name(id=name)) if name in CROSSINGS:
            raise RuleError(f"{name} takes two numbers, as in {name}(close, 100)")
        case ast.Call(func=ast.Name(id=name)):
            raise RuleError(
                f"{name[:40]!r} is not a function of rules: {', '.join(CROSSINGS)}", nearest_word(name, CROSSINGS)
            )
        case _:
            raise RuleError('must compare something, as in "ADX_14 > 25"')


def _check_number(node: ast.expr, names: Collection[str], depth: int) -> None:
    _check_depth(depth)
    match node:
        case ast.Name(id=name):
            if name not in names:
                raise RuleError(
                    f"{name[:40]!r} is neither a column nor a price: {', '.join(names)}",
                    nearest_word(name, list(names)),
                )
        case ast.Constant(value=value):
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
                raise RuleError(f"knows numbers up to {LARGEST:g} only")
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _check_number(left, names, depth + 1)
            _check_number(right, names, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check_number(operand, names, depth + 1)
        case _:
            raise RuleError("calculates with columns, prices, numbers and + - * / only")


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RuleError(f"is nested deeper than {MAX_DEPTH} levels")


def rule_evaluate(tree: ast.expr, arrays: Arrays) -> Answer:
    """Evaluate a rule on every bar.

    Args:
        tree: A tree of `rule_parse`.
        arrays: Every name the rule uses, and the close; arrays of shape (bars,).
    """
    with np.errstate(all="ignore"):
        return _truth(tree, arrays)


def _truth(node: ast.expr, arrays: Arrays) -> Answer:
    match node:
        case ast.BoolOp(op=op, values=values):
            answers = [_truth(value, arrays) for value in values]
            return _all(answers) if isinstance(op, ast.And) else _not(_all([_not(answer) for answer in answers]))
        case ast.UnaryOp(operand=operand):
            return _not(_truth(operand, arrays))
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [_number(value, arrays) for value in (left, *others)]
            steps = zip(ops, sides, sides[1:], strict=False)
            return _all([_compared(op, one, other, arrays["close"]) for op, one, other in steps])
        case ast.Call(func=ast.Name(id=name), args=[one, other]):
            line, onto = _number(one, arrays), _number(other, arrays)
            known = np.isfinite(line) & np.isfinite(onto)
            crossed = crossings(np.where(known, line, np.nan), _met(line, onto, arrays["close"]))
            happened = crossed == (1 if name == "crosses_above" else -1)
            return Answer(known & happened, known & ~happened)
        case _:
            raise AssertionError(f"a rule that was not checked: {ast.dump(node)}")


def _not(answer: Answer) -> Answer:
    return Answer(answer.no, answer.yes)


def _all(answers: Sequence[Answer]) -> Answer:
    """Combine answers: yes where all say yes, no where one says no; beside a no, an unknown does not matter."""
    yes, no = answers[0].yes, answers[0].no
    for answer in answers[1:]:
        yes, no = yes & answer.yes, no | answer.no
    return Answer(yes, no)


def _compared(op: ast.cmpop, left: Floats, right: Floats, price: Floats) -> Answer:
    known = np.isfinite(left) & np.isfinite(right)
    right = _met(left, right, price)
    held: Truth
    match op:
        case ast.Lt():
            held = left < right
        case ast.LtE():
            held = left <= right
        case ast.Gt():
            held = left > right
        case _:
            held = left >= right
    return Answer(known & held, known & ~held)


def _met(left: Floats, right: Floats, price: Floats) -> Floats:
    """Return `right`, moved exactly onto `left` where they differ by no more than rounding."""
    scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), price)
    return np.where(np.abs(left - right) <= ROUNDING * scale, left, right)


def _number(node: ast.expr, arrays: Arrays) -> Floats:
    match node:
        case ast.Name(id=name):
            return arrays[name]
        case ast.Constant(value=float() | int() as value):
            return np.full(len(arrays["close"]), float(value))
        case ast.UnaryOp(op=op, operand=operand):
            line = _number(operand, arrays)
            return -line if isinstance(op, ast.USub) else line
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _number(left, arrays), _number(right, arrays)
            match op:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Mult():
                    return one * other
                case _:
                    return np.asarray(one / other, dtype=np.float64)
        case _:
            raise AssertionError(f"a rule that was not checked: {ast.dump(node)}")
