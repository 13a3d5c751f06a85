"""Reads of given files: those of an object, one of them, whom it is open to."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from maillage.web.fichiers.forms import FormulaireFichier
from maillage.web.fichiers.models import FichierDonne
from maillage.web.suivi.models import ObjetSuivi
from maillage.web.suivi.queries import find_objet


def read_fichiers(personne: Any, objet: ObjetSuivi) -> dict[str, Any]:
    """What the page of an object needs to show its files (``fichiers/_liste.html``)."""
    rows = FichierDonne.objects.filter(objet=objet.cle, retire_le=None).select_related("auteur")
    return {
        "fichiers": [(row, may_withdraw(personne, row, objet)) for row in rows],
        "form_fichier": FormulaireFichier() if personne.has_perm(objet.MODIFIER, objet) else None,
    }


def get_fichier(personne: Any, pk: int) -> tuple[FichierDonne, ObjetSuivi]:
    """A file and its object, that this person may read; 404 for any other, which then does not exist."""
    row = FichierDonne.objects.filter(pk=pk, retire_le=None).first()
    objet = find_objet(row.objet) if row else None
    if row is None or objet is None or not objet.is_lisible(personne):
        raise Http404("Ce fichier n’existe pas, ou ne vous est pas ouvert.")
    return row, objet


def may_withdraw(personne: Any, row: FichierDonne, objet: ObjetSuivi) -> bool:
    """Whether this person may take it away: who gave it, or who moderates (else changes) its object."""
    moderates = objet.MODERER or objet.MODIFIER
    return bool(personne.pk) and (row.auteur_id == personne.pk or personne.has_perm(moderates, objet))
