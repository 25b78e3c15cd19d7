"""Who may do what: a viewer reads everything, a trader acts on everything, an admin configures."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView

VIEWER, TRADER, ADMIN = "viewer", "trader", "admin"


def role_of(user: object) -> str:
    """The user's role; staff are admins, members of the group "traders" are traders."""
    if getattr(user, "is_staff", False):
        return ADMIN
    groups = getattr(user, "groups", None)
    return TRADER if groups is not None and groups.filter(name="traders").exists() else VIEWER


class RolePermission(BasePermission):
    """Nothing without a login. A view names the actions only an admin may take in `admin_actions`.

    A view that changes nothing but what is the person's own says so by `own_only`.
    """

    message = "your role does not allow this"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method in SAFE_METHODS or getattr(view, "own_only", False):
            return True
        role = role_of(request.user)
        if getattr(view, "action", None) in getattr(view, "admin_actions", ()):
            return role == ADMIN
        return role in (TRADER, ADMIN)
