"""Errors as application/problem+json (RFC 9457)."""

import logging
import sys
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken

from bots.services import NotAllowed, StaleVersion
from engine.brokers.errors import BrokerError
from engine.core.config import ConfigError
from engine.core.field_errors import FieldError
from engine.database_errors import database_trouble
from engine.live.closing import PositionClosed
from engine.live.symbol_change import RenameRefused
from tradingbot.http.payloads import FieldProblem, Problem
from web.query import QueryError

CONTENT_TYPE = "application/problem+json"
DATABASE_AWAY = "The database does not answer"
# Real seconds.
ASK_AGAIN_AFTER = 2

log = logging.getLogger(__name__)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """What went wrong, as the page and programs can read it. None for an error nobody foresaw: that is a 500."""
    if request := context.get("request"):
        # Whatever else a view answers with: the schema in YAML, its documentation as a page.
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if isinstance(error, ConfigError):
        errors = [_field_problem(fault) for fault in error.errors]
        detail = "; ".join(f"{fault.field}: {fault.message}" for fault in error.errors)
        return _problem(status.HTTP_400_BAD_REQUEST, "The configuration is not valid", detail, errors)
    if isinstance(error, QueryError):
        faults = [_field_problem(fault) for fault in error.errors]
        return _problem(status.HTTP_400_BAD_REQUEST, error.title, str(error), faults)
    if isinstance(error, StaleVersion | NotAllowed | PositionClosed | RenameRefused):
        return _problem(status.HTTP_409_CONFLICT, "Not possible now", str(error))
    if isinstance(error, BrokerError):
        return _problem(status.HTTP_503_SERVICE_UNAVAILABLE, "The broker does not answer", str(error))
    if isinstance(error, OperationalError | InterfaceError):
        # Not the traceback of every page that is open: what is wrong is one line.
        log.warning("the database does not answer: %s", " ".join(str(error).split()))
        away = _problem(status.HTTP_503_SERVICE_UNAVAILABLE, DATABASE_AWAY, _database_detail(error))
        away.headers["Retry-After"] = str(ASK_AGAIN_AFTER)
        return away
    if isinstance(error, InvalidToken | AuthenticationFailed):
        error = exceptions.AuthenticationFailed("the token is not valid, or not any more")
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    problem = _problem(response.status_code, _title(error), _detail(error), _field_errors(error))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response.headers:
            problem.headers[header] = response.headers[header]
    return problem


def unknown_route(request: HttpRequest, path: str = "") -> JsonResponse:
    """Below /api there are no pages: what is not there is said in the same words as everything else."""
    return _json_problem(404, "Not found", f"there is nothing at {request.path}")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if not _is_api(request):
        return csrf.csrf_failure(request, reason)
    return _json_problem(403, "Permission denied", f"the CSRF token is missing or wrong: {reason}")


# --- Django's own errors, which come about before a view is asked or when it fails -----------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also of a foreign host; what exactly is wrong is in the log."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return _json_problem(400, "Bad request", "the request is not one that can be answered here")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return _json_problem(403, "Permission denied", "you may not do that")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return unknown_route(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """What no view has caught, such as a session that cannot be read: a problem below /api, else a page."""
    error = sys.exc_info()[1]
    is_api = _is_api(request)
    if isinstance(error, OperationalError | InterfaceError):
        detail = _database_detail(error)
        words = f"{DATABASE_AWAY}: {detail}"
        answer = _json_problem(503, DATABASE_AWAY, detail) if is_api else HttpResponse(words, "text/plain", 503)
        answer.headers["Retry-After"] = str(ASK_AGAIN_AFTER)
        return answer
    if is_api:
        return _json_problem(500, "Internal server error", "this is a fault of ours; the log has the details")
    return defaults.server_error(request)


def _database_detail(error: Error) -> str:
    return f"the database: {database_trouble(error)}; nothing was changed, try it again in a moment"


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _json_problem(code: int, title: str, detail: str) -> JsonResponse:
    return JsonResponse(_body(code, title, detail), status=code, content_type=CONTENT_TYPE)


def _problem(code: int, title: str, detail: str, errors: Sequence[FieldProblem] = ()) -> Response:
    return Response(_body(code, title, detail, errors), status=code, content_type=CONTENT_TYPE)


def _body(code: int, title: str, detail: str, errors: Sequence[FieldProblem] = ()) -> Problem:
    return {"type": "about:blank", "title": title, "status": code, "detail": detail, "errors": list(errors)}


def _field_problem(fault: FieldError) -> FieldProblem:
    return {
        "field": fault.field,
        "message": fault.message,
        "value": fault.value,
        "range": fault.range,
        "nearest": fault.nearest,
    }


def _title(error: exceptions.APIException) -> str:
    words = str(error.default_detail)
    # Some defaults are patterns that only the detail fills in.
    return str(error.detail if "{" in words and isinstance(error.detail, str) else words).rstrip(".")


def _detail(error: exceptions.APIException) -> str:
    if isinstance(error.detail, str):
        return str(error.detail)
    return "; ".join(f"{fault['field']}: {fault['message']}" for fault in _field_errors(error))


def _field_errors(error: exceptions.APIException) -> list[FieldProblem]:
    if not isinstance(error.detail, dict):
        return []
    return [
        {"field": str(field), "message": str(message), "value": None, "range": None, "nearest": None}
        for field, messages in error.detail.items()
        for message in (messages if isinstance(messages, list) else [messages])
    ]
