"""The published schema, made of what the views themselves say.

A view names its parameters (`parameters`, which also read the request) and, by action or method, the component it
answers with (`answers`) and the one it is sent (`bodies`). Components are made in `components.py`.
"""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

PROBLEM_TYPE = "application/problem+json"
REFUSED = {
    400: "what was asked for makes no sense",
    401: "a token that is not valid",
    403: "not logged in, or not allowed",
    429: "too often",
}
MISSING = {404: "there is no such thing"}
TOO_LARGE = {413: "the body is larger than 64 KiB"}
CONFLICT = {409: "not possible in this state, or changed meanwhile"}
# What is answered as text, and its media type.
TEXTS = {"CSV": "text/csv", "HTML": "text/html"}
OK, CREATED, ACCEPTED, EMPTY = 200, 201, 202, 204


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


class ApiSchema(AutoSchema):
    """Reads a view's tables instead of serializers."""

    def _key(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A component says itself that it is a list.
        return False

    def get_override_parameters(self) -> list[Any]:
        parameters_of = getattr(self.view, "parameters_of", None)
        rows = parameters_of(self.method) if parameters_of else ()
        return [
            OpenApiParameter(
                row.name,
                {**row.schema(), **({"default": row.default} if row.default not in (None, "") else {})},
                OpenApiParameter.QUERY,
                description=row.help,
                explode=True if row.many else None,
            )
            for row in rows
        ] + [
            OpenApiParameter(name, {"type": "string", "maxLength": 64}, OpenApiParameter.HEADER, description=what)
            for name, what in getattr(self.view, "headers_read", {}).get(self._key(), {}).items()
        ]

    def get_request_serializer(self) -> Any:
        name = getattr(self.view, "bodies", {}).get(self._key())
        return {"application/json": ref(name)} if name else None

    def get_response_serializers(self) -> Any:
        status, name = getattr(self.view, "answers", {}).get(self._key(), (OK, None))
        good: Any = {"type": "string"} if name in TEXTS else ref(name) if name else None
        media = TEXTS.get(name or "", "application/json")
        errors = dict(REFUSED)
        if "{" in self.path:
            errors |= MISSING
        if self.get_request_serializer():
            errors |= TOO_LARGE
        if self._key() in getattr(self.view, "conflicts", ()):
            errors |= CONFLICT
        found: dict[Any, Any] = {(status, media): good} if good else {status: None}
        return found | {(code, PROBLEM_TYPE): ref("Problem") for code in sorted(errors)}

    def get_operation_id(self) -> str:
        path = self.path.removeprefix("/api/").replace("{", "").replace("}", "").replace("-", "_").replace("/", "_")
        return f"{self.method.lower()}_{path}"

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/").strip("/").split("/")[0]]
