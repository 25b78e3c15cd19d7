"""Logging in and out of the page; the session lives in a cookie."""

from django.contrib.auth import authenticate, login, logout
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import AuthenticationFailed, TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from events.services import newest_event
from tradingbot.http.payloads import AccessToken, Session, Tokens
from tradingbot.version import VERSION
from web.permissions import role_of
from web.query import StrictQuery
from web.tokens import TokenAuthentication


class Credentials(serializers.Serializer[None]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class Renewal(serializers.Serializer[None]):
    refresh = serializers.CharField(max_length=2000)


def _me(request: Request) -> Response:
    session: Session = {
        "username": request.user.get_username(),
        "role": role_of(request.user),
        "version": VERSION,
        "newest_event": newest_event(),
    }
    return Response(session)


@method_decorator(ensure_csrf_cookie, name="dispatch")
class CsrfView(StrictQuery, APIView):
    answers = {"get": (204, None)}
    permission_classes = [AllowAny]
    # Nobody at the same address may keep a person from the login.
    throttle_classes = ()

    def get(self, request: Request) -> Response:
        return Response(status=status.HTTP_204_NO_CONTENT)


@method_decorator(csrf_protect, name="dispatch")
class LoginView(StrictQuery, APIView):
    answers = {"post": (200, "Session")}
    bodies = {"post": "Credentials"}
    permission_classes = [AllowAny]
    # The limit is the backend's, for all ways to log in.
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request, **credentials.validated_data)
        if user is None:
            raise serializers.ValidationError({"password": ["the name or the password is not right"]})
        login(request, user)
        return _me(request)


class TokenView(StrictQuery, APIView):
    """Tokens for a program: `access` goes along as "Authorization: Bearer ...", `refresh` asks for the next one."""

    answers = {"post": (200, "Tokens")}
    bodies = {"post": "Credentials"}
    authentication_classes = ()
    permission_classes = [AllowAny]
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request, **credentials.validated_data)
        if user is None:
            raise serializers.ValidationError({"password": ["the name or the password is not right"]})
        refresh = RefreshToken.for_user(user)
        tokens: Tokens = {"access": str(refresh.access_token), "refresh": str(refresh)}
        return Response(tokens)


class TokenRefreshView(StrictQuery, APIView):
    answers = {"post": (200, "AccessToken")}
    bodies = {"post": "TokenRefresh"}
    authentication_classes = ()
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        renewal = Renewal(data=request.data)
        renewal.is_valid(raise_exception=True)
        try:
            refresh: RefreshToken = RefreshToken(renewal.validated_data["refresh"])
            # Is there still somebody behind it, active and with the same password?
            TokenAuthentication().get_user(refresh)
        except (TokenError, AuthenticationFailed):
            message = "is not a token that can be renewed; ask for one with name and password"
            raise serializers.ValidationError({"refresh": [message]}) from None
        token: AccessToken = {"access": str(refresh.access_token)}
        return Response(token)


class LogoutView(StrictQuery, APIView):
    answers = {"post": (204, None)}
    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        logout(request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(StrictQuery, APIView):
    answers = {"get": (200, "Session")}

    def get(self, request: Request) -> Response:
        return _me(request)
