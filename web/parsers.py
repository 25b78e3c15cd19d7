"""JSON bodies, within bounds."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
MAX_DIGITS = 30


class TooLarge(APIException):
    status_code = 413
    default_detail = "Too large"


class BoundedJSONParser(JSONParser):
    """At most 64 KiB, 20 levels deep, no NUL, no NaN, no half surrogate pair, no number of hundreds of digits."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise TooLarge(f"the body is larger than {MAX_BYTES} bytes")
        try:
            text = raw.decode()
            _check_depth(text)
            data = json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int)
            # 1e999 is read as infinity and half a surrogate pair as text: neither can be stored or answered.
            json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
            raise ParseError(f"the body is not JSON we can read: {str(wrong)[:120]}") from None
        if "\\u0000" in text or "\0" in text:
            raise ParseError("the body contains a NUL character")
        return data


def _check_depth(text: str) -> None:
    depth = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        elif char in "]}":
            depth -= 1


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)
