from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from maillage.web.comptes.appareils import describe_device


class ComptesConfig(AppConfig):
    """People, organisations, mandates: who may do what."""

    name = "maillage.web.comptes"
    label = "comptes"
    verbose_name = "Comptes et mandats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each session says from which device it was opened, and when."""
        user_logged_in.connect(note_device, dispatch_uid="comptes.note_device")


def note_device(request: HttpRequest, **kwargs: Any) -> None:
    """Put in the session what its owner will read of it; saved with it."""
    request.session["appareil"] = describe_device(request.META.get("HTTP_USER_AGENT", ""))
    request.session["ouverte_le"] = timezone.now().isoformat()
