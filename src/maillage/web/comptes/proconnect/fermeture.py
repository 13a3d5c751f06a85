"""Local accounts closed to passwords, where the install says so; superusers stay as a last resort."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.models import Personne


class MotsDePasseFermes:
    """Stands before the check of passwords, wherever one is given; it opens no session by itself."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> None:
        """Stop here, unless local accounts are open or the account is a superuser's."""
        if not settings.MAILLAGE_COMPTES_FERMES or username is None:
            return
        if not Personne.objects.filter(email=normalize_address(username), is_superuser=True).exists():
            make_password(password)  # as long as a check: the wait tells nothing
            raise PermissionDenied
