"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def lire_adresse(request: HttpRequest) -> str | None:
    """The reader's address, as told by our own proxies and by nobody else; None when there is none.

    ``X-Forwarded-For`` grows from the left, and anyone may begin it: only the last ``MAILLAGE_MANDATAIRES``
    entries were written by proxies of the install.
    """
    direct: str | None = request.META.get("REMOTE_ADDR") or None
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.MAILLAGE_MANDATAIRES
    return told[-min(trusted, len(told))] if trusted and told else direct
