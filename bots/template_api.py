"""Templates people keep, over HTTP."""

from typing import Any

from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from bots.models import SavedTemplate
from bots.saved_templates import TemplateWanted, template_create, template_payload, template_read, template_update
from engine.core.config import ConfigError
from web.pagination import listed
from web.query import BodyError, StrictQuery


class TemplateViewSet(StrictQuery, viewsets.GenericViewSet[SavedTemplate]):
    """The built-in ones are in the answer of bots/schema."""

    lookup_value_regex = "[0-9]{1,18}"
    admin_actions = ("create", "partial_update", "destroy")
    filter_backends = ()
    queryset = SavedTemplate.objects.all()
    answers = {
        "list": (200, "SavedTemplateList"),
        "create": (201, "SavedTemplate"),
        "partial_update": (200, "SavedTemplate"),
        "destroy": (204, None),
    }
    bodies = {"create": "SavedTemplateWanted", "partial_update": "SavedTemplateChange"}
    conflicts = ("create",)

    def list(self, request: Request) -> Response:
        """Every template that was saved, by name."""
        return Response(listed([template_payload(template) for template in self.get_queryset()]))

    def create(self, request: Request) -> Response:
        """Keep a configuration, less the name and the symbols, under a name of its own."""
        wanted = _wanted(request.data, whole=True)
        try:
            template = template_create(wanted=wanted, by=request.user.get_username())
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        return Response(template_payload(template), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a template, describe it, or put another configuration in its place."""
        template = self._template()
        wanted = _wanted(request.data, whole=False)
        try:
            template_update(template=template, wanted=wanted, by=request.user.get_username())
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        except SavedTemplate.DoesNotExist:
            raise Http404 from None
        return Response(template_payload(template))

    def destroy(self, request: Request, pk: str) -> Response:
        """Forget a template; bots that were made of it stay as they are."""
        self._template().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _template(self) -> SavedTemplate:
        template = self.get_queryset().filter(pk=int(self.kwargs["pk"])).first()
        if template is None:
            raise Http404
        return template


def _wanted(data: Any, *, whole: bool) -> TemplateWanted:
    if not isinstance(data, dict):
        raise ParseError("the body must be a JSON object")
    try:
        return template_read(data, whole=whole)
    except ConfigError as wrong:
        raise BodyError(*wrong.errors) from None
