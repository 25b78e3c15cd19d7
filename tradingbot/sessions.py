"""Sessions in the database, of which the database does not know enough to use them.

Django stores the key that the browser's cookie holds as it is: whoever reads the table, or a backup of it, is logged in
as everybody. Here the table has its hash.
"""

import hashlib
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db
from django.utils import timezone

# As long as the column; 160 bits.
LENGTH = 40


def stored_key(session_key: str | None) -> str:
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:LENGTH]


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        rows = self.model.objects.filter(session_key=stored_key(self.session_key), expire_date__gt=timezone.now())
        found = rows.first() if self.session_key else None
        if found is None:
            self._session_key = None
        return found

    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        instance = super().create_model_instance(data)
        instance.session_key = stored_key(instance.session_key)
        return instance

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        instance = await super().acreate_model_instance(data)
        instance.session_key = stored_key(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        if session_key or self.session_key:
            super().delete(stored_key(session_key or self.session_key))

    async def adelete(self, session_key: str | None = None) -> None:
        if session_key or self.session_key:
            await super().adelete(stored_key(session_key or self.session_key))
