"""What the ruptures of an arrondissement would say in its AFOM matrices, by theme, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404

from maillage.annuaire.accueil import NatureRupture, RuptureAccueil
from maillage.annuaire.constats import ConstatTheme, count_people, split_by_theme
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.lecture import read_toml
from maillage.francais import FIABILITES, accord, arrondir, avec_unite, jour, nombre, typeset
from maillage.reports.diagnostic.accueil import AccueilLu
from maillage.web.annuaire.reseau.constats import read_accueil
from maillage.web.annuaire.reseau.models import PropositionAfom
from maillage.web.programme.models import ItemAfom
from maillage.web.programme.noms import get_noms
from maillage.web.socle.atlas import AtlasOuvert

PREUVE: Final = 600
"""Characters of an evidence: what goes beyond is counted, and told on the page of the network."""
SORTES: Final = {"faiblesse": "Faiblesse", "menace": "Menace"}


@dataclass(frozen=True)
class ConstatPropose:
    """An item that a matrix does not hold yet, or ``deja`` (and its address, null when it was taken away)."""

    arrondissement: Territoire
    constat: ConstatTheme
    theme_nom: str
    texte: str
    preuve: str
    chiffres: dict[str, Any]
    deja: PropositionAfom | None = None
    item: ItemAfom | None = None

    @property
    def sorte(self) -> str:
        """The box of the matrix, in words."""
        return SORTES[self.constat.sorte]

    @property
    def cle(self) -> str:
        """What a form sends back."""
        return f"{self.constat.theme}:{self.constat.nature}"


def list_proposals(atlas: AtlasOuvert, here: Territoire, moyen: str, today: date) -> list[ConstatPropose]:
    """What the network would give to the matrices of an arrondissement, for the themes of the schema."""
    themes = dict(get_noms().themes)
    lu = read_accueil(atlas, here, moyen, themes)
    first = str(read_toml("accueil_public.toml")["afom"]["premier_niveau"])
    told = [one for one in split_by_theme(lu.constat, first) if one.theme in themes]
    held = {(one.theme, one.nature): one for one in PropositionAfom.objects.filter(arrondissement=here.code)}
    items = {one.cle: one for one in ItemAfom.objects.filter(cle__in=[row.item for row in held.values()])}
    found = []
    for one in told:
        row = held.get((one.theme, str(one.nature)))
        item = items.get(row.item) if row else None
        found.append(
            ConstatPropose(
                here, one, themes[one.theme], say(lu, here, one), prove(lu, one, atlas, today),
                figure(lu, one), row, item,
            )
        )  # fmt: skip
    return found


def get_proposal(atlas: AtlasOuvert, here: Territoire, moyen: str, cle: str, today: date) -> ConstatPropose:
    """One of them by what a form sends; 404 when the network no longer says it."""
    found = next((one for one in list_proposals(atlas, here, moyen, today) if one.cle == cle), None)
    if found is None:
        raise Http404("Le réseau d’accueil ne dit plus cela de cet arrondissement : relisez la page.")
    return found


def say(lu: AccueilLu, here: Territoire, one: ConstatTheme) -> str:
    """The item, in a sentence that stands alone."""
    theme = lu.themes.get(one.theme, one.theme)
    points = len({rupture.point for rupture in one.ruptures})
    match one.nature:
        case NatureRupture.COMMUNE_SANS_PREMIER:
            people = count_people(lu.constat.loin)
            live = f", où vivent environ {accord(arrondir(people), 'personne')}," if people else ""
            text = (
                f"{accord(len(one.ruptures), 'commune')} sur {nombre(lu.constat.communes)}{live} à plus de "
                f"{lu.premier} d’un premier niveau d’accueil"
            )
        case NatureRupture.PREMIER_SANS_SECOND:
            head = accord(points, "premier niveau d’accueil", "premiers niveaux d’accueil")
            text = f"{head} sans second niveau « {theme} » à {lu.second}"
        case NatureRupture.SECOND_UNIQUE:
            head = accord(points, "premier niveau d’accueil", "premiers niveaux d’accueil")
            end = "s’il ferme, la chaîne se rompt"
            text = f"{head} avec un seul second niveau « {theme} » à {lu.second} : {end}"
        case _:
            text = f"Aucun second niveau « {theme} » connu de l’annuaire, dans tout le département"
    return typeset(text)


def prove(lu: AccueilLu, one: ConstatTheme, atlas: AtlasOuvert, today: date) -> str:
    """The evidence: of when, how timed, and each rupture with its figures."""
    reseau = lu.constat.reseau
    days = f", fiches du {jour(lu.fiches[0])} au {jour(lu.fiches[1])}" if lu.fiches else ""
    opening = f"Réseau d’accueil au {jour(today)} (annuaire{days}"
    if one.nature is NatureRupture.THEME_SANS_ACCUEIL:
        return typeset(f"{opening} ; ce que les sources ne disent pas n’est pas compté).")
    head = (
        f"{opening} ; atlas {atlas.id} ; {lu.moyen}, temps "
        f"{FIABILITES.get(reseau.fiabilite, reseau.fiabilite)}s{without_buses(reseau.moyen)})"
    )
    lines = [tell_rupture(lu, rupture) for rupture in one.ruptures if rupture.point or rupture.code_insee]
    kept: list[str] = []
    while lines and len(head) + sum(len(line) + 3 for line in (*kept, lines[0])) < PREUVE:
        kept.append(lines.pop(0))
    more = f" ; et {nombre(len(lines))} de plus" if lines else ""
    return typeset(f"{head} : {' ; '.join(kept)}{more}.")


def without_buses(moyen: str) -> str:
    """What is said of public transport."""
    return "" if moyen == "transports" else ", hors transports collectifs"


def tell_rupture(lu: AccueilLu, rupture: RuptureAccueil) -> str:
    """« Bavay : France services de Maubeuge à 23 min »."""
    names = lu.constat.reseau.noms
    where = lu.communes.get(rupture.code_insee or "", "") or names.get(rupture.point or "", "")
    if rupture.vers is None or rupture.minutes is None:
        none = "aucun ce jour-là" if lu.constat.reseau.nul_est_loin else "aucun connu"
        return f"{where} : {none}"
    return f"{where} : {names.get(rupture.vers, '')} à {avec_unite(rupture.minutes, 'min')}"


def figure(lu: AccueilLu, one: ConstatTheme) -> dict[str, Any]:
    """The same as figures, kept with the proposal."""
    reseau = lu.constat.reseau
    return {
        "moyen": reseau.moyen,
        "premier_min": reseau.premier_min,
        "limite_min": reseau.limite_min,
        "fiabilite": reseau.fiabilite,
        "fiches": [day.isoformat() for day in lu.fiches or ()],
        "ruptures": [
            {
                "point": rupture.point,
                "commune": rupture.code_insee,
                "vers": rupture.vers,
                "minutes": rupture.minutes,
            }
            for rupture in one.ruptures
        ],
    }
