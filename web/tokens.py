"""Who is behind a token."""

from typing import Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings

MOST_DIGITS = 18


class TokenAuthentication(JWTAuthentication):
    """The library looks up whatever a token names, and the database objects to what is no number at all."""

    def get_user(self, validated_token: Any) -> Any:
        number = validated_token.get(api_settings.USER_ID_CLAIM)
        text = str(number) if isinstance(number, int | str) and not isinstance(number, bool) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise InvalidToken
        return super().get_user(validated_token)


class TokenScheme(SimpleJWTScheme):
    """As the schema names it."""

    target_class = "web.tokens.TokenAuthentication"
