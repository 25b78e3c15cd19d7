"""Reading the rules of a custom indicator, such as "ADX_14 > 25 and crosses_above(DMP_14, DMN_14)".

A rule is read into a syntax tree and every node of it is checked against a short list; nothing is ever executed.
"""

import ast
import re
from collections.abc import Sequence

from engine.core.field_errors import nearest_word
from engine.core.indicators.rule_slips import part, slip_find, unreadable_say

MAX_LENGTH = 200
MAX_DEPTH = 12
LARGEST = 1e15
PRICES = ("open", "high", "low", "close", "volume")
CROSSINGS = ("crosses_above", "crosses_below")
# A column such as BBL_20_2.0 may be written as the library writes it, or with an underscore for the point.
_POINT = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\.\d+\w*)+)")


class RuleError(ValueError):
    """A rule that cannot be used: the text names the part and what would be right; `nearest` is a right name."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


def column_name(name: str) -> str:
    """Return an output's name as a rule spells it."""
    return re.sub(r"\W", "_", name)


def rule_parse(text: str, columns: Sequence[str]) -> ast.expr:
    """Read a rule into a tree whose every node is allowed.

    Args:
        text: The rule.
        columns: The outputs it may name.

    Raises:
        RuleError: The rule cannot be used; the error says why.
    """
    if len(text) > MAX_LENGTH:
        raise RuleError(f"must have at most {MAX_LENGTH} characters")
    text = text.strip()
    try:
        return _tree(text, columns)
    except RuleError:
        # Only what cannot be used is looked through for slips: a comment may have any of them.
        if slip := slip_find(text):
            raise RuleError(slip) from None
        raise


def _tree(text: str, columns: Sequence[str]) -> ast.expr:
    try:
        tree = ast.parse(_POINT.sub(lambda found: column_name(found[0]), text), mode="eval").body
    except SyntaxError as error:
        raise RuleError(unreadable_say(text, error.offset)) from None
    except (ValueError, MemoryError, RecursionError):
        raise RuleError(unreadable_say(text, None)) from None
    _Reader(text, columns).check_truth(tree, 1)
    return tree


def rule_names(tree: ast.expr) -> set[str]:
    """Return the columns and prices a rule looks at."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in CROSSINGS}


class _Reader:
    """Checks the nodes of one rule; complaints quote the part as it was typed."""

    def __init__(self, text: str, columns: Sequence[str]) -> None:
        self.text = text
        self.names = [*columns, *PRICES]

    def check_truth(self, node: ast.expr, depth: int) -> None:
        _check_depth(depth)
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self.check_truth(value, depth + 1)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.check_truth(operand, depth + 1)
            case ast.Compare(left=left, ops=ops, comparators=others):
                if not all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops):
                    raise RuleError(f"{self.part(node)}: compare with < <= > >= only")
                for value in (left, *others):
                    self.check_number(value, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=[left, right], keywords=[]) if name in CROSSINGS:
                self.check_number(left, depth + 1)
                self.check_number(right, depth + 1)
            case ast.Call(func=ast.Name(id=name)) if name in CROSSINGS:
                raise RuleError(f"{self.part(node)}: {name} takes two numbers, as in {name}(close, 100)")
            case ast.Call(func=ast.Name(id=name)):
                raise _unknown_function(name)
            case _:
                raise RuleError(f'{self.part(node)} must be compared with something, as in "{self.names[0]} > 25"')

    def check_number(self, node: ast.expr, depth: int) -> None:
        _check_depth(depth)
        match node:
            case ast.Name(id=name) if name in CROSSINGS:
                raise RuleError(f"{name} takes two numbers, as in {name}(close, 100)")
            case ast.Name(id=name):
                if name not in self.names:
                    known = ", ".join(self.names)
                    message = f"{name[:40]!r} is neither a column nor a price: {known}"
                    raise RuleError(message, nearest_word(name, self.names))
            case ast.Constant(value=value):
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise RuleError(f"{self.part(node)} is neither a number nor a column")
                if not abs(value) <= LARGEST:
                    raise RuleError(f"{self.part(node)} is too large: numbers go up to {LARGEST:g}")
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
                self.check_number(left, depth + 1)
                self.check_number(right, depth + 1)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.check_number(operand, depth + 1)
            case ast.Call(func=ast.Name(id=name)) if name in CROSSINGS:
                raise RuleError(f"{self.part(node)} holds or does not: it is no number to compare or calculate with")
            case ast.Call(func=ast.Name(id=name)):
                raise _unknown_function(name)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                raise RuleError(f"{self.part(node)} holds or does not: it is no number to compare or calculate with")
            case _:
                raise RuleError(f"{self.part(node)}: a rule calculates with columns, prices, numbers and + - * / only")

    def part(self, node: ast.expr) -> str:
        # Points were made underscores, one for one: places are those of the text as it was typed.
        return part(ast.get_source_segment(self.text, node) or self.text)


def _unknown_function(name: str) -> RuleError:
    message = f"{name[:40]!r} is not a function of rules: {', '.join(CROSSINGS)}"
    return RuleError(message, nearest_word(name, CROSSINGS))


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RuleError(f"is nested deeper than {MAX_DEPTH} levels")
