"""The directory for machines: structures and prestations in the words of data·inclusion, and its search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, get_type_hints

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import create_model

from maillage.annuaire.fiche import ENSEMBLES, Prestation, Structure
from maillage.annuaire.recherche import EXACT, DemandeService, OffreDuLieu
from maillage.web.annuaire.cherche import read_index
from maillage.web.annuaire.fiches import CHAMPS, RESERVES
from maillage.web.annuaire.queries import read_annuaire
from maillage.web.api.demande import REFUS
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.securite import get_reader
from maillage.web.comptes.models import Jeton

router = Router(tags=["annuaire"])
SCHEMA = "https://gip-inclusion.github.io/data-inclusion-schema/latest/"
FICHES = (
    f"Champs du schéma data·inclusion v1 ({SCHEMA}), nos corrections par-dessus ceux de la source. Par ordre "
    "d’identifiant."
)


def _make_schema(name: str, cls: type[Any], said: str) -> type[Schema]:
    """The schema of a record, read from its dataclass; every field is there, null when nothing is said."""
    hints = get_type_hints(cls)
    told: dict[str, Any] = {}
    for one in fields(cls):
        kind = (list[str] | None) if one.name in ENSEMBLES else hints[one.name]
        words = CHAMPS.get(one.name)
        if one.name in RESERVES:
            words = f"{words} : nul sans une clé qui lit l’annuaire."
        told[one.name] = (kind, Field(description=words))
    return create_model(name, __base__=Schema, __doc__=said, **told)


StructureOut = _make_schema("StructureOut", Structure, "Une structure qui reçoit du public.")
PrestationOut = _make_schema("PrestationOut", Prestation, "Ce qu’une structure propose.")


class OffreOut(Schema):
    """Ce qui répond à un besoin."""

    sorte: str = Field(description="prestation ou structure.")
    id: str
    nom: str
    structure_id: str | None
    structure: str | None = Field(description="Le nom de la structure.")
    code_insee: str | None
    longitude: float | None
    latitude: float | None
    date_maj: date
    exact: bool = Field(description="Faux quand elle répond à un besoin voisin.")
    a_demander: int = Field(description="Combien de conditions demandées sa source ne dit pas.")


class ChampsDeStructures(ChampsDeListe):
    """A part of the structures."""

    code_insee: str | None = Field(None, max_length=5, description="Le code d’une commune.")
    source: str | None = Field(None, max_length=200, description="Une source.")


class ChampsDePrestations(ChampsDeStructures):
    """A part of the prestations."""

    structure_id: str | None = Field(None, max_length=300, description="L’identifiant d’une structure.")
    thematique: str | None = Field(None, max_length=200, description="Une thématique de data·inclusion.")


class ChampsDeRecherche(ChampsDeListe):
    """A need, and what is asked besides."""

    q: str = Field(max_length=200, description="Un besoin, avec des mots de tous les jours.")
    gratuit: bool = Field(default=False, description="Écarte ce que la source dit payant.")
    public: str = Field("", max_length=100, description="Un public de data·inclusion.")


@router.get(
    "/structures",
    response={200: list[StructureOut], **REFUS},  # type: ignore[valid-type]
    summary="Les structures",
    description=FICHES,
)
def list_structures(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeStructures]) -> Any:
    """By id."""
    rows = _choose(read_annuaire().annuaire.structures, vue, ("code_insee", "source"))
    return give(request, response, rows, vue, StructureOut.model_fields, _write(request))


@router.get(
    "/prestations",
    response={200: list[PrestationOut], **REFUS},  # type: ignore[valid-type]
    summary="Les prestations",
    description=f"{FICHES} Avec une clé qui lit l’annuaire : aussi le nom des contacts, si vos mandats "
    "l’ouvrent.",
)
def list_prestations(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDePrestations]) -> Any:
    """By id."""
    rows = _choose(read_annuaire().annuaire.prestations, vue, ("code_insee", "source", "structure_id"))
    if vue.thematique is not None:
        rows = [one for one in rows if vue.thematique in (one.thematiques or ())]
    return give(request, response, rows, vue, PrestationOut.model_fields, _write(request))


@router.get(
    "/recherche",
    response={200: list[OffreOut], **REFUS},
    summary="Chercher un service",
    description="Ce qui répond à un besoin, compris comme la page « Trouver » le comprend : ce qui y répond "
    "exactement d’abord, puis ce qui dit oui à tout ce qui est demandé, puis par nom. Sans lieu ni heure : "
    "la page seule en tient compte.",
)
def search_offers(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeRecherche]) -> Any:
    """By relevance, then name."""
    _, index = read_index()
    found = index.find(DemandeService(texte=vue.q, gratuit=vue.gratuit, public=vue.public))
    rows = [
        (index.offres[row], grade, doubts)
        for row, grade, doubts in zip(
            found.rows.tolist(), found.pertinence.tolist(), found.doutes.tolist(), strict=True
        )
    ]
    rows.sort(key=lambda row: (row[1], row[2], row[0].fiche.nom, row[0].ident))
    return give(request, response, rows, vue, OffreOut.model_fields, lambda row: _tell_offer(*row))


def _choose(rows: Any, vue: Any, by: tuple[str, ...]) -> list[Any]:
    asked = {name: value for name in by if (value := getattr(vue, name)) is not None}
    return [one for one in rows if all(getattr(one, name) == value for name, value in asked.items())]


def _write(request: HttpRequest) -> Callable[[Structure | Prestation], dict[str, Any]]:
    """A record in JSON, without the names of people but to who corrects records."""
    reader = get_reader(request, Jeton.Droit.ANNUAIRE)
    hidden = {} if reader.has_perm("annuaire.corriger") else dict.fromkeys(RESERVES)
    return lambda one: {**one.write(), **{name: None for name in hidden if hasattr(one, name)}}


def _tell_offer(offer: OffreDuLieu, grade: int, doubts: int) -> dict[str, Any]:
    home = offer.structure
    return {
        "sorte": "prestation" if offer.prestation else "structure",
        "id": offer.ident,
        "nom": offer.fiche.nom,
        "structure_id": home.id if home else getattr(offer.prestation, "structure_id", None),
        "structure": home.nom if home else None,
        "code_insee": offer.code_insee,
        "longitude": offer.lon,
        "latitude": offer.lat,
        "date_maj": offer.fiche.date_maj,
        "exact": grade == EXACT,
        "a_demander": doubts,
    }
