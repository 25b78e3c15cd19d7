"""What people write in rules and rules do not know, each with what to write instead."""

import re

_ALREADY_OVER = "a rule looks at the bar that is over; crosses_above(a, b) looks at the one before it, too"
_NEVER_EQUAL = "compare with < <= > >= only: a computed number is hardly ever equal to another"
# In this order: what is longer stands before a part of it. None of these can be in a rule that is right, but in its
# comment.
_SLIPS: tuple[tuple[str, str], ...] = (
    (r"=>", 'write ">="'),
    (r"=<", 'write "<="'),
    (r"<>|[!=]=|(?<![<>=])=", _NEVER_EQUAL),
    (r"&&?", 'write "and"'),
    (r"\|\|?", 'write "or"'),
    (r"!", 'write "not"'),
    (r"\b(?:AND|OR|NOT)\b", "write and, or, not in small letters"),
    (r"%", "a rule knows + - * / and no %: a part of something is a product, as in close > 1.02 * open"),
    (r"\*\*|\^|//", "a rule calculates with + - * / only"),
    (r"[\[\]]", _ALREADY_OVER),
    (r"[‘’“”'\"]", "a rule has no text, only columns, prices and numbers"),
    (r"[;{}\n]", "a rule is one condition, joined by and, or"),
    (r"[×÷−≤≥≠]", "write * / - <= >= as a keyboard has them"),
)
_CANNOT_END = re.compile(r"(?:[-+*/<>=,(]|\b(?:and|or|not))$")
LONGEST_PART = 40


def part(text: str) -> str:
    """Return a part of a rule in quotes, short enough for a message."""
    return f'"{text}"' if len(text) <= LONGEST_PART else f'"{text[:LONGEST_PART]}…"'


def slip_find(text: str) -> str | None:
    """Say what in a rule no rule can have, and what to write instead; None where nothing of that kind is.

    >>> slip_find("close = 5")
    '"=" at character 7: compare with < <= > >= only: a computed number is hardly ever equal to another'
    """
    found = [
        (match.start(), order, match[0]) for order, (slip, _) in enumerate(_SLIPS) for match in re.finditer(slip, text)
    ]
    if not found:
        return None
    start, order, words = min(found)
    return f"{part(words)} at character {start + 1}: {_SLIPS[order][1]}"


def unreadable_say(text: str, at: int | None) -> str:
    """Say why a rule cannot be read.

    Args:
        text: The rule without spaces around it.
        at: The number of the character at which reading broke off, from 1; None where that is unknown.
    """
    if not text:
        return "is empty"
    if end := _CANNOT_END.search(text):
        return f"ends after {part(end[0])}: something must follow"
    opened, closed = text.count("("), text.count(")")
    if opened != closed:
        return f'has {opened} "(" and {closed} ")"'
    rest = text[(at or 1) - 1 :].strip()
    return f"cannot be read from {part(rest)} on" if at and rest else "cannot be read"
