"""What is asked of a placement on an atlas, and every fault of it, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, euros, minuscule, typeset

Objectif = Literal["couverture", "p_median", "p_center", "tout_couvrir"]
Existants = Literal["garder", "fermables", "ignorer"]
OBJECTIFS: Final = ("couverture", "p_median", "p_center", "tout_couvrir")
EXISTANTS: Final = ("garder", "fermables", "ignorer")
NIVEAUX: Final = ("arrondissement", "epci", "canton", "bassin_vie")
"""Meshes whose territories a search may keep to."""
GROUPES: Final = {
    "population": "habitants",
    "plus_65": "habitants de 65 ans et plus",
    "moins_15": "enfants de moins de 15 ans",
}


@dataclass(frozen=True)
class QuestionPlacement:
    """What is asked: ``nombre`` sites (null: no limit) of a ``type``, ``minutes`` the threshold (≤).

    ``existants``: the places of that type stay (``garder``), may close and count among the sites
    (``fermables``), or are forgotten (``ignorer``). ``candidats``: types of real places to share a roof
    with; communes when empty. ``exclus``: communes (INSEE) where nothing opens. ``territoire``
    (``epci:200030633``…): only there do sites open, and only its people count.

    ``budget``: euros that may be spent, ``cout`` euros an opening costs, ``couts`` (type, euros) what it
    costs beside a candidate of that type, ``cout_maintien`` what keeping a place that may close costs.
    ``capacite``, ``capacite_existants``: people that a new, an existing place can serve; null: no limit.

    ``plancher_min``: nobody of ``groupe`` beyond. ``secours_min``: everyone has a second site within.
    ``dixieme``: the worst served tenth comes first.
    """

    type: str
    objectif: Objectif
    nombre: int | None
    minutes: float = 20.0
    existants: Existants = "garder"
    candidats: tuple[str, ...] = ()
    exclus: tuple[str, ...] = ()
    territoire: str | None = None
    budget: float | None = None
    cout: float | None = None
    couts: tuple[tuple[str, float], ...] = ()
    cout_maintien: float | None = None
    capacite: float | None = None
    capacite_existants: float | None = None
    groupe: str = "population"
    plancher_min: float | None = None
    secours_min: float | None = None
    fermetures_max: int | None = None
    dixieme: bool = False
    limite_s: float = 60.0

    @property
    def est_chiffree(self) -> bool:
        """Whether sites cost euros, rather than one each."""
        return self.cout is not None or bool(self.couts)

    @property
    def a_des_capacites(self) -> bool:
        """Whether sites serve so many people only: each goes where there is room, not to the nearest."""
        return self.capacite is not None or self.capacite_existants is not None

    def cost(self, kind: str) -> float | None:
        """Euros of an opening beside a candidate of a type (a commune: ""); null when unsaid."""
        return dict(self.couts).get(kind, self.cout)


def check(atlas: Atlas, question: QuestionPlacement) -> None:
    """Every fault of the question at once.

    Raises:
        EntreeInvalide: an unknown type, commune, territory or group, a number or a cost that is missing or
            too small, candidates that the atlas does not hold.
    """
    faults = (*_check_words(atlas, question), *_check_costs(question), *_check_candidates(atlas, question))
    if faults:
        raise EntreeInvalide("Cette question de placement ne peut pas être posée.", faults)


def tell_question(question: QuestionPlacement) -> str:
    """What is asked, in one line.

    >>> from maillage.francais import INSECABLE
    >>> asked = QuestionPlacement("mairie", "p_median", 2, plancher_min=25.0, groupe="plus_65")
    >>> tell_question(asked).replace(INSECABLE, " ")
    'Mairie, 2 lieux : le temps moyen le plus court, tous les habitants de 65 ans et plus à 25 min au plus'
    """
    near = f"à {avec_unite(question.minutes, 'min')} au plus"
    sought = {
        "couverture": f"le plus d’habitants {near}",
        "p_median": "le temps moyen le plus court",
        "p_center": "le temps le plus long, le plus court possible",
        "tout_couvrir": f"tout le monde {near}, au moindre nombre ou coût",
    }[question.objectif]
    kind = list_types()[question.type].libelle
    limits = [] if question.nombre is None else [accord(question.nombre, "lieu", "lieux")]
    limits += [] if question.budget is None else [f"{euros(question.budget)} au plus"]
    return typeset(f"{', '.join([kind, *limits])} : {', '.join([sought, *_tell_rules(question)])}")


def _tell_rules(question: QuestionPlacement) -> Iterator[str]:
    if question.plancher_min is not None:
        yield f"tous les {GROUPES[question.groupe]} à {avec_unite(question.plancher_min, 'min')} au plus"
    if question.secours_min is not None:
        yield f"un second lieu à {avec_unite(question.secours_min, 'min')} au plus"
    if question.dixieme:
        yield "d’abord pour le dixième d’habitants le plus loin"
    if question.candidats:
        roofs = (minuscule(list_types()[kind].libelle) for kind in question.candidats)
        yield f"chez : {', '.join(roofs)}"


def list_communes(atlas: Atlas, territoire: str) -> list[str]:
    """The communes (INSEE) of a territory written ``niveau:code``.

    Raises:
        EntreeInvalide: a mesh that no search keeps to, a code that no commune has.
    """
    niveau, _, code = territoire.partition(":")
    if niveau not in NIVEAUX:
        known = ", ".join(f"{name}:CODE" for name in NIVEAUX)
        raise EntreeInvalide(f"« {territoire} » n’est pas un territoire : écrivez {known}.")
    communes = atlas.table("entrees/communes")
    found: list[str] = communes.filter(pl.col(niveau) == code)["code_insee"].to_list()
    if not found:
        known = ", ".join(sorted(communes[niveau].drop_nulls().unique())[:10])
        raise EntreeInvalide(f"Aucune commune dans {territoire}. Codes de ce niveau : {known}…")
    return found


def _check_words(atlas: Atlas, question: QuestionPlacement) -> Iterator[Faute]:
    known, communes = set(list_types()), set(atlas.table("entrees/communes")["code_insee"])
    for kind in (question.type, *question.candidats, *(kind for kind, _ in question.couts)):
        if kind not in known:
            yield Faute(
                f"type de service inconnu : « {kind} »", que_faire="`maillage catalogue` en donne la liste."
            )
    for code in question.exclus:
        if code not in communes:
            yield Faute(f"commune absente de cet atlas : {code}")
    if question.groupe not in GROUPES:
        yield Faute(f"groupe inconnu : « {question.groupe} » (connus : {', '.join(GROUPES)})")
    if question.territoire is not None:
        try:
            list_communes(atlas, question.territoire)
        except EntreeInvalide as error:
            yield Faute(error.message)


def _check_costs(question: QuestionPlacement) -> Iterator[Faute]:
    """A number or a budget, and what the budget pays for."""
    if question.nombre is None and question.budget is None and question.objectif != "tout_couvrir":
        advice = "Donnez un nombre, ou un budget et ce que coûte une ouverture."
        yield Faute("combien de sites ? Seul tout_couvrir cherche le nombre", que_faire=advice)
    asked = [question.cost(kind) for kind in question.candidats or ("",)]
    known = [cost for cost in asked if cost is not None]
    if len(known) < len(asked) and (question.budget is not None or question.est_chiffree):
        yield Faute("on ne sait pas ce que coûte une ouverture", que_faire="Donnez le coût d’une ouverture.")
    for cost in (*known, *([] if question.cout_maintien is None else [question.cout_maintien])):
        if cost <= 0:
            yield Faute(f"un coût de {euros(cost)}", que_faire="Un coût est plus grand que zéro.")
    if question.est_chiffree and question.existants == "fermables" and question.cout_maintien is None:
        yield Faute("on ne sait pas ce que coûte un lieu que l’on garde",
                    que_faire="Donnez ce coût, ou gardez tous les lieux d’aujourd’hui.")  # fmt: skip
    if question.budget is not None and known and question.budget < min(known):
        least = f"l’ouverture la moins chère coûte {euros(min(known))}"
        yield Faute(f"un budget de {euros(question.budget)} n’ouvre aucun lieu : {least}")


def _check_candidates(atlas: Atlas, question: QuestionPlacement) -> Iterator[Faute]:
    """Each type to share a roof with has places in the atlas."""
    held = set(atlas.implantations()["type"])
    for kind in question.candidats:
        if kind in list_types() and kind not in held:
            name = list_types()[kind].libelle
            yield Faute(f"cet atlas n’a aucun lieu du type « {name} » où s’installer",
                        que_faire="Choisissez un autre type, ou les communes.")  # fmt: skip
