"""The address of the page of each object."""

from __future__ import annotations

from django.urls import reverse

from maillage.web.programme import models


def get_adresse(objet: models.Suivi) -> str:
    """Where an object is read."""
    if isinstance(objet, models.ItemAfom):
        return f"{reverse('programme:afom')}?arrondissement={objet.arrondissement}&theme={objet.theme}"
    return reverse(f"programme:{objet.SORTE}", args=[objet.cle])
