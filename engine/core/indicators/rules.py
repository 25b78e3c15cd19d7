"""What the rules of a custom indicator answer, evaluated over whole arrays.

A rule knows three answers a bar: yes, no, and unknown where a number it needs is missing.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.indicators.base import ROUNDING, Arrays, crossings
from engine.core.types import Floats

Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """A rule's answer per bar: `yes` where it holds, `no` where it does not, neither where that is unknown."""

    yes: Truth
    no: Truth


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
