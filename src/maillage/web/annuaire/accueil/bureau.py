"""What a desk shows of the reception: the way to it, orientations that wait, those answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from maillage.annuaire.orientation import EXPIREE, ActeOrientation
from maillage.web.annuaire.accueil import queries
from maillage.web.comptes.models import Mandat
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

A = ActeOrientation
LIGNES = 10
ATTENDENT = frozenset({A.ENVOYER.value, A.RECEVOIR.value})


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections; empty ones are left out."""
    if not personne.has_perm("annuaire.orienter"):
        return []
    lines = queries.list_orientations(personne, jour)
    open_ones = [one for one in lines if one.orientation.etat in ATTENDENT and one.suivi.etat != EXPIREE]
    at_desk = any(one.est_de((Mandat.Role.ACCUEIL,)) for one in personne.mandats_en_cours)
    found = [
        Apport("orientations-recues", "Orientations qui attendent une réponse", [
            _write(one) for one in open_ones if one.recue
        ][:LIGNES], urgent=True),
        Apport("orientations-envoyees", "Orientations que votre équipe a envoyées", [
            _write(one) for one in lines if one.envoyee and not one.recue
        ][:LIGNES]),
        Apport("accueil", "Recevoir une personne", [
            LigneDeBureau("Chercher pour elle, imprimer sa feuille, l’orienter", reverse("annuaire:accueil"))
        ] if at_desk else []),
    ]  # fmt: skip
    return [one for one in found if one.lignes]


def _write(one: queries.LigneOrientation) -> LigneDeBureau:
    row = one.orientation
    words = f"{row.nom_du_besoin} : {row.accueillante}"
    return LigneDeBureau(words, row.get_absolute_url(), f"{one.suivi.etat}, du {row.envoyee_le:%d/%m/%Y}")


register(list_apports)
