"""The ruptures to be carried away: one row a rupture, and every commune."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.annuaire.accueil import NatureRupture, RuptureAccueil
from maillage.annuaire.constats import ReseauMesure
from maillage.atlas import ods
from maillage.francais import FIABILITES
from maillage.reports.ecrire.tableur import make_csv
from maillage.web.annuaire.reseau.mesure import list_communes, read_reseau
from maillage.web.annuaire.reseau.suites import choose_moyen
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.documents import carry

FORMES: Final = {"csv": "text/csv; charset=utf-8", "ods": ods.MIME}
EN_TETES: Final = (
    "nature", "thème", "code de la commune", "commune", "habitants", "premier niveau", "le plus proche",
    "minutes", "moyen", "limite (min)", "fiabilité",
)  # fmt: skip
NATURES: Final = {
    NatureRupture.PREMIER_SANS_SECOND: "premier niveau sans second à portée",
    NatureRupture.SECOND_UNIQUE: "un seul second niveau à portée",
    NatureRupture.COMMUNE_SANS_PREMIER: "commune sans premier niveau",
    NatureRupture.THEME_SANS_ACCUEIL: "thème sans second niveau connu",
}
Row = list[str | float | None]


@require_GET
@never_cache
@avec_atlas
def exporter(request: HttpRequest, atlas: AtlasOuvert, forme: str) -> HttpResponse:
    """The table, as CSV or as a workbook."""
    if forme not in FORMES:
        raise Http404("Le réseau d’accueil s’emporte en CSV ou en ODS.")
    moyen = choose_moyen(atlas, request.GET.get("moyen"))
    rows = list(list_rows(atlas, read_reseau(atlas, moyen), name_themes()))
    made = (
        make_csv(EN_TETES, rows)
        if forme == "csv"
        else ods.make_ods([("Ruptures", EN_TETES, rows)], "Réseau d’accueil")
    )
    return carry(made, FORMES[forme], f"reseau-accueil-{atlas.id}-{moyen}.{forme}")


def list_rows(atlas: AtlasOuvert, reseau: ReseauMesure, themes: dict[str, str]) -> Iterator[Row]:
    """Each rupture; a commune whose nearest first level is within reach is told too, with its minutes."""
    communes = {one.code: one for one in list_communes(atlas)}
    points, names = {one.id: one for one in reseau.points}, reseau.noms
    none = [
        RuptureAccueil(nature=NatureRupture.THEME_SANS_ACCUEIL, theme=theme) for theme in reseau.orphelins
    ]
    for one in (*reseau.seuls, *reseau.uniques, *reseau.communes, *none):
        point = points.get(one.point or "")
        code = one.code_insee or (next(iter(point.communes), "") if point else "")
        commune = communes.get(code)
        first = one.nature is NatureRupture.COMMUNE_SANS_PREMIER
        yield [
            NATURES[one.nature],
            themes.get(one.theme or "", one.theme or ""),
            code,
            commune.nom if commune else "",
            commune.population if commune else None,
            point.nom if point else "",
            names.get(one.vers or "", ""),
            one.minutes,
            reseau.moyen,
            reseau.premier_min if first else reseau.limite_min,
            FIABILITES.get(reseau.fiabilite, reseau.fiabilite),
        ]
