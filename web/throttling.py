"""How often somebody may ask: a person by their account, everybody else by their address."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PersonRate(UserRateThrottle):
    scope = "person"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return super().get_cache_key(request, view) if request.user.is_authenticated else None


class NobodyRate(AnonRateThrottle):
    scope = "nobody"
