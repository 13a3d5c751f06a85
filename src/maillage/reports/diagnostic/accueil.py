"""The reception network in the diagnosis: where nobody listens first, where nobody opens the file.

A chapter for a territory, from the values of the directory (:class:`AccueilLu`): no database is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from maillage.annuaire.constats import CommuneSansPremier, ConstatAccueil, count_people
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import FIABILITES, accord, arrondir, avec_unite, jour, nombre, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

EN_MOTS: Final = {
    "voiture": "en voiture",
    "velo": "à vélo",
    "marche": "à pied",
    "transports": "en transports collectifs",
}
NOMMEES: Final = 3
LIGNES: Final = 12


@dataclass(frozen=True)
class AccueilLu:
    """A constat and the names to tell it: ``themes`` key → name, ``communes`` code → name.

    ``sans_voiture``: the same constat by the means of who has no car, null when it is not told. ``fiches``:
    the days of the oldest and of the newest record of the structures that receive, null for
    none. ``millesime``: of the populations, empty when not known.
    """

    constat: ConstatAccueil
    themes: Mapping[str, str]
    communes: Mapping[str, str]
    fiches: tuple[date, date] | None
    millesime: str = ""
    sans_voiture: ConstatAccueil | None = None

    @property
    def moyen(self) -> str:
        """« en voiture »."""
        return EN_MOTS[self.constat.reseau.moyen]

    @property
    def premier(self) -> str:
        """« 20 minutes en voiture »: how far a first level may be."""
        return f"{nombre(self.constat.reseau.premier_min)} minutes {self.moyen}"

    @property
    def second(self) -> str:
        """« 30 minutes en voiture »: how far a second level may be of a first one."""
        return f"{nombre(self.constat.reseau.limite_min)} minutes {self.moyen}"


def make_section(lu: AccueilLu, here: Territoire) -> Section | None:
    """The chapter of a territory; null while the directory says of nobody that they receive."""
    if not lu.constat.reseau.points:
        return None
    told = tuple(text for text in (*tell(lu, here), tell_method(lu)) if text)
    tables = (list_far(lu, here), list_alone(lu, here))
    return Section(
        f"accueil-{here.niveau}-{here.code}",
        typeset("L’accueil du public"),
        told,
        tableaux=tuple(table for table in tables if table.lignes),
    )


def tell(lu: AccueilLu, here: Territoire) -> Iterator[str]:
    """The sentences: who receives, where nobody does, what is missing behind."""
    yield tell_first(lu, here)
    yield from tell_alone(lu)
    if lu.sans_voiture is not None:
        yield tell_without_car(lu, lu.sans_voiture, here)
    orphans = lu.constat.reseau.orphelins
    if orphans and here.niveau in {"departement", "arrondissement"}:
        named = " ; ".join(lu.themes.get(theme, theme) for theme in orphans)
        yield flow(
            f"""Dans tout le département, aucune fiche de l’annuaire ne dit qui évalue la situation et ouvre
            le dossier pour : {named}."""
        )


def tell_first(lu: AccueilLu, here: Territoire) -> str:
    """Where the first level receives, and for how many people it is far."""
    found = lu.constat
    if here.niveau == "commune":
        return tell_commune(lu, found)
    firsts = accord(found.premiers, "premier niveau d’accueil", "premiers niveaux d’accueil")
    seconds = accord(found.seconds, "second niveau", "seconds niveaux")
    receives = "reçoit" if found.premiers + found.seconds < 2 else "reçoivent"
    opening = f"{firsts} et {seconds} {receives} dans {here.en_phrase}."
    far = found.loin
    if not far:
        return flow(f"{opening} Aucune commune n’est à plus de {lu.premier} d’un premier niveau.")
    named = ", ".join(say_commune(one) for one in far[:NOMMEES])
    are = "est" if len(far) == 1 else "sont"
    return flow(
        f"""{opening} {accord(len(far), "commune")} sur {nombre(found.communes)} {are} à plus de {lu.premier}
        d’un premier niveau{say_people(lu, far)} : {named}{" …" if len(far) > NOMMEES else "."}"""
    )


def tell_commune(lu: AccueilLu, found: ConstatAccueil) -> str:
    """The same of one commune."""
    if not found.sans_premier:
        count = accord(
            found.premiers, "premier niveau d’accueil reçoit", "premiers niveaux d’accueil reçoivent"
        )
        return flow(f"{count} dans la commune.")
    gap = found.sans_premier[0].rupture
    nearest = found.reseau.noms.get(gap.vers or "")
    if nearest is None or gap.minutes is None:
        return flow(
            "Aucun premier niveau d’accueil ne reçoit dans la commune ; le plus proche n’est pas connu."
        )
    beyond = "au-delà" if found.loin else "en deçà"
    return flow(
        f"""Aucun premier niveau d’accueil ne reçoit dans la commune. Le plus proche, {nearest}, est à
        {avec_unite(gap.minutes, "min")} {lu.moyen}, {beyond} de la limite
        ({nombre(found.reseau.premier_min)} min)."""
    )


def say_commune(one: CommuneSansPremier) -> str:
    """« Bavay (42 min) »."""
    return f"{one.commune.nom} ({avec_unite(one.rupture.minutes, 'min')})"


def say_people(lu: AccueilLu, far: tuple[CommuneSansPremier, ...]) -> str:
    """« , où vivent environ 4 200 personnes (2022) »; empty when a population is not known."""
    count = count_people(far)
    dated = f" ({lu.millesime})" if lu.millesime else ""
    return f", où vivent environ {accord(arrondir(count), 'personne')}{dated}" if count else ""


def tell_alone(lu: AccueilLu) -> Iterator[str]:
    """The first levels from which nobody who opens the file is within reach, theme by theme."""
    found = lu.constat
    if found.seuls:
        themes = sorted({one.theme or "" for one in found.seuls})
        counts = ", ".join(
            f"{lu.themes.get(theme, theme)} ({nombre(sum(one.theme == theme for one in found.seuls))})"
            for theme in themes
        )
        points = len({one.point for one in found.seuls})
        head = accord(points, "premier niveau n’atteint", "premiers niveaux n’atteignent")
        yield flow(
            f"""{head} en {lu.second} aucun second niveau, celui qui évalue et ouvre le dossier, pour un
            thème au moins : {counts}."""
        )
    if found.uniques:
        held = len({one.vers for one in found.uniques})
        firsts = len({one.point for one in found.uniques})
        head = accord(firsts, "premier niveau n’en atteint", "premiers niveaux n’en atteignent")
        one = "cette structure" if held == 1 else f"l’une de ces {nombre(held)} structures"
        yield flow(f"{head} qu’un seul pour un thème au moins : si {one} ferme, la chaîne s’y rompt.")


def tell_without_car(lu: AccueilLu, found: ConstatAccueil, here: Territoire) -> str:
    """The same for who has no car, in a sentence."""
    means, limit = EN_MOTS[found.reseau.moyen], nombre(found.reseau.premier_min)
    without = "" if found.reseau.moyen == "transports" else ", hors transports collectifs"
    head = f"Sans voiture ({means}, temps {FIABILITES.get(found.reseau.fiabilite, '')}s{without})"
    if here.niveau == "commune":
        if not found.sans_premier or found.sans_premier[0].rupture.minutes is None:
            return ""
        minutes = avec_unite(found.sans_premier[0].rupture.minutes, "min")
        return flow(f"{head} : le premier niveau le plus proche est à {minutes}.")
    alone = len({one.point for one in found.seuls})
    firsts = accord(alone, "premier niveau n’atteint", "premiers niveaux n’atteignent")
    behind = (
        f" ; {firsts} aucun second niveau d’un thème au moins à {nombre(found.reseau.limite_min)} minutes"
    )
    are = "est" if len(found.loin) == 1 else "sont"
    return flow(
        f"""{head} : {accord(len(found.loin), "commune")} sur {nombre(found.communes)} {are} à plus de {limit}
        minutes d’un premier niveau{say_people(lu, found.loin)}{behind if alone else ""}."""
    )


def tell_method(lu: AccueilLu) -> str:
    """How minutes were made, what counts, of when the records are."""
    reseau = lu.constat.reseau
    grade = FIABILITES.get(reseau.fiabilite, "")
    without = "" if reseau.moyen == "transports" else ", hors transports collectifs"
    days = f", fiches du {jour(lu.fiches[0])} au {jour(lu.fiches[1])}" if lu.fiches else ""
    unknown = len(lu.constat.inconnues)
    missing = f" Temps inconnu pour {accord(unknown, 'commune')}." if unknown else ""
    return flow(
        f"""Temps {grade}s {lu.moyen}{without}, de la mairie au lieu d’accueil. D’après l’annuaire, tel que
        ses sources le publient{days} : ce qu’elles ne disent pas, et ce qui est au-delà de la limite du
        département, n’est pas compté.{missing}"""
    )


def list_far(lu: AccueilLu, here: Territoire) -> Tableau:
    """The communes beyond the limit, the farthest first; none for a commune, whose sentence says it."""
    far = () if here.niveau == "commune" else lu.constat.loin
    names = lu.constat.reseau.noms
    rows: tuple[tuple[Cellule, ...], ...] = tuple(
        (
            one.commune.nom,
            Nombre.entier(one.commune.population),
            names.get(one.rupture.vers or "", ""),
            Nombre(one.rupture.minutes, avec_unite(one.rupture.minutes, "min", 1)),
        )
        for one in far
    )
    heads = ("Commune", "Habitants", "Premier niveau le plus proche", "Minutes")
    title = typeset(f"Les communes à plus de {lu.premier} d’un premier niveau d’accueil")
    name = f"accueil-communes-{here.code}"
    return Tableau(title, heads, rows, name, numeriques=frozenset({1, 3}), annexe=len(rows) > LIGNES)


def list_alone(lu: AccueilLu, here: Territoire) -> Tableau:
    """The first levels without a second one within reach, theme by theme, the farthest first."""
    points = {one.id: one for one in lu.constat.reseau.points}
    names = lu.constat.reseau.noms
    rows: tuple[tuple[Cellule, ...], ...] = tuple(
        (
            points[one.point or ""].nom,
            lu.communes.get(next(iter(points[one.point or ""].communes), ""), ""),
            lu.themes.get(one.theme or "", one.theme or ""),
            names.get(one.vers or "", "aucun connu"),
            Nombre(one.minutes, avec_unite(one.minutes, "min", 1)),
        )
        for one in sorted(
            lu.constat.seuls, key=lambda one: (one.theme or "", -(one.minutes or 0.0), one.point or "")
        )
    )
    heads = ("Premier niveau", "Commune", "Thème", "Second niveau le plus proche", "Minutes")
    title = typeset(f"Les premiers niveaux sans second niveau à {lu.second}")
    name = f"accueil-seuls-{here.niveau}-{here.code}"
    return Tableau(title, heads, rows, name, numeriques=frozenset({4}), annexe=len(rows) > LIGNES)
