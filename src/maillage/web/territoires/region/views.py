"""The region: several départements side by side, from their own atlases; anyone reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from maillage.atlas.lecture.definitions import Definition
from maillage.reports.ecrire.tableur import make_csv
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.documents import carry
from maillage.web.territoires.region import queries

SECTION = "territoires-portraits"
PAR_PAGE = 30
CSV = "text/csv; charset=utf-8"


def choose(request: HttpRequest, held: Sequence[AtlasOuvert]) -> tuple[list[Definition], Definition | None]:
    """What can be drawn, and what is: the indicator asked for, else the first."""
    known = queries.list_indicateurs(held) if held else []
    asked = request.GET.get("indicateur", "")
    return known, next((one for one in known if one.id == asked), known[0] if known else None)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Key figures of each, what keeps them from being compared, one map and its table."""
    held = queries.list_newest()
    rows = queries.list_departements(held)
    known, definition = choose(request, held)
    communes = queries.list_communes(held, definition.id) if definition else []
    context: dict[str, Any] = {
        "section": SECTION,
        "lignes": rows,
        "differences": queries.tell_differences(rows) if len(rows) > 1 else [],
        "indicateurs": known,
        "definition": definition,
        "carte": queries.draw(held, definition) if definition else None,
        "page": Paginator(communes, PAR_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "territoires/region.html", context)


@require_GET
def departements_csv(request: HttpRequest) -> HttpResponse:
    """The first table."""
    heads = ["code", "nom", "population", "population_millesime", "eloignes_panier", "part_eloignes"]
    heads += ["epci_en_deficit", "epci_juges", "regle", "temps", "jeu_essai", "atlas", "construit_le"]
    rows = [
        [
            row.atlas.code_departement,
            row.nom,
            row.population,
            row.atlas.definition("population_municipale").millesime,
            row.eloignes.valeur,
            row.part_eloignes.valeur,
            *(row.deficits or (None, None)),
            row.regle,
            row.temps,
            "oui" if row.atlas.jeu_essai else "non",
            row.atlas.id,
            row.atlas.construit_le.isoformat() if row.atlas.construit_le else None,
        ]
        for row in queries.list_departements(queries.list_newest())
    ]
    return carry(make_csv(heads, rows), CSV, "maillage-region-departements.csv")


@require_GET
def communes_csv(request: HttpRequest) -> HttpResponse:
    """The table of the map."""
    held = queries.list_newest()
    _, definition = choose(request, held)
    name = definition.id if definition else "indicateur"
    heads = ["departement", "code", "nom", "population", name, "unite", "fiabilite", "millesime", "atlas"]
    rows = [
        [
            row.atlas.code_departement,
            row.commune.code,
            row.commune.nom,
            row.commune.population,
            row.chiffre.valeur,
            row.chiffre.definition.unite,
            row.chiffre.fiabilite,
            row.chiffre.definition.millesime,
            row.atlas.id,
        ]
        for row in (queries.list_communes(held, definition.id) if definition else ())
    ]
    return carry(make_csv(heads, rows), CSV, f"maillage-region-{name}.csv")
