"""The legal answer that pages, documents and the API share, and the lines of its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from maillage.reports.programme.deficits import list_deficits
from maillage.sdaasp.completude.interne import Constat
from maillage.sdaasp.completude.loi import Completude, Exigence, answer
from maillage.sdaasp.completude.mots import tell_compte, tell_manque, tell_objets
from maillage.sdaasp.programme.modele import Programme
from maillage.web.programme.models import Declinaison, FicheAction, ObjectifPrioritaire, ObjetProgramme
from maillage.web.programme.noms import get_noms
from maillage.web.socle.atlas import AtlasOuvert

CIBLES: Final = ("cible_quantitative", "cible_qualitative")
"""Rules that a target satisfies."""


def read_completude(programme: Programme, atlas: AtlasOuvert | None) -> Completude:
    """What the law asks and what a programme serves, with what this atlas finds in deficit."""
    found = atlas.garder("deficits_epci", lambda: list_deficits(atlas)) if atlas else ()
    return answer(programme, found)


def list_completable(personne: Any) -> dict[str, frozenset[str]]:
    """The keys of what a person may complete: fiches and objectives to edit, objectives to give a target.

    A declinaison to create is ``theme:arrondissement``. Nobody is led where the answer would be a refusal.
    """
    if not personne.is_authenticated:
        return dict.fromkeys(("fiches", "objectifs", "cibles", "declinaisons"), frozenset())

    def allowed(action: str, rows: Iterable[ObjetProgramme]) -> frozenset[str]:
        return frozenset(row.cle for row in rows if personne.has_perm(f"programme.{action}", row))

    noms, objectives = get_noms(), list(ObjectifPrioritaire.objects.all())
    places = [
        Declinaison(theme=theme, arrondissement=place, cle=f"{theme}:{place}")
        for theme in noms.declinables
        for place in noms.arrondissements
    ]
    return {
        "fiches": allowed("modifier_fiche", FicheAction.objects.all()),
        "objectifs": allowed("modifier_objectif", objectives),
        "cibles": allowed("modifier_indicateur", objectives),
        "declinaisons": allowed("modifier_declinaison", places),
    }


def find_way(constat: Constat, mine: Mapping[str, frozenset[str]]) -> str:
    """The page where a person may complete what an objective misses, empty where it is not hers to do."""
    target = constat.regle.id in CIBLES
    if constat.objet not in mine["cibles" if target else "objectifs"]:
        return ""
    return "programme:nouvel-indicateur" if target else "programme:modifier"


@dataclass(frozen=True)
class TerritoireManquant:
    """A territory that misses something: its name, its code, and what names it without being enough."""

    nom: str
    code: str
    arrondissement: str
    objet: str


@dataclass(frozen=True)
class ObjetServant:
    """An objective, a declinaison or a sharing that serves a territory; ``vue``: the page that reads it."""

    cle: str
    nom: str
    vue: str


@dataclass(frozen=True)
class TerritoireServi:
    """A territory that has what the law asks, and what gives it."""

    nom: str
    par: tuple[ObjetServant, ...]


@dataclass(frozen=True)
class LigneExigence:
    """One thing the law asks, as its page says it: served by name, missing with what mends it."""

    exigence: Exigence
    constat: str
    objets: str
    servis: tuple[TerritoireServi, ...]
    manques: tuple[TerritoireManquant, ...]


def list_textes(law: Completude) -> list[tuple[str, str, bool]]:
    """(text of law, where it was read, whether at its source), each once."""
    rules = (exigence.regle for exigence in law.toutes)
    return list(dict.fromkeys((rule.texte, rule.source, rule.confirme) for rule in rules))


def gather_lines(programme: Programme, law: Completude) -> list[LigneExigence]:
    """The lines of the page, in the order of the law."""
    names, known = law.noms, _list_known(programme)
    goals = [(op.cle, frozenset(op.territoires)) for op in programme.objectifs if op.territoires]
    return [
        LigneExigence(
            exigence=exigence,
            constat=tell_compte(exigence),
            objets=tell_objets(exigence),
            servis=tuple(
                TerritoireServi(names[code], tuple(known[key] for key in exigence.par[code]))
                for code in exigence.servi
            ),
            manques=tuple(_list_missing(law, exigence, goals)),
        )
        for exigence in law.toutes
    ]


def _list_known(programme: Programme) -> dict[str, ObjetServant]:
    rows = [(op.cle, op.libelle, "programme:objectif") for op in programme.objectifs]
    rows += [(d.cle, d.libelle or d.cle, "programme:declinaison") for d in programme.declinaisons]
    rows += [(p.cle, p.libelle, "programme:partage") for p in programme.mutualisations]
    return {cle: ObjetServant(cle, nom, vue) for cle, nom, vue in rows}


def _list_missing(
    law: Completude, exigence: Exigence, goals: list[tuple[str, frozenset[str]]]
) -> Iterator[TerritoireManquant]:
    places = {place.code: place for place in law.territoires}
    for code in exigence.manque:
        place, nom = places.get(code), tell_manque(law, exigence, code)
        if place is None:
            yield TerritoireManquant(nom, code, code, "")
            continue
        naming = next((key for key, codes in goals if codes & place.cles), "")
        yield TerritoireManquant(nom, code, place.arrondissement or "", naming)
