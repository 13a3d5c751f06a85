"""Sessions in the base, with whose they are and from which device."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from maillage.web.comptes.models import Session

APPAREIL, OUVERTE = "appareil", "ouverte_le"


class SessionStore(DatabaseStore):
    """Django's own store, on our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with what the person will read of it."""
        row: Session = super().create_model_instance(data)
        row.personne_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.appareil = data.get(APPAREIL, "")
        row.ouverte_le = parse_datetime(data.get(OUVERTE, "")) if data.get(OUVERTE) else None
        return row
