"""Digital access: where only a screen gives a service and people are far from screens; where help is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from maillage.annuaire.moyens import MOYENS_ACCES, MoyenAcces
from maillage.annuaire.numerique import (
    RAISONS,
    CommuneNumerique,
    OffreNumerique,
    RuptureNumerique,
    SeuilsNumeriques,
    find_nearest,
    find_online_only,
    find_raisons,
)
from maillage.annuaire.recherche import IndexAnnuaire, OffreDuLieu
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.porte_a_porte import MODES, PorteAPorte
from maillage.catalogue.annuaire import find_themes
from maillage.catalogue.lecture import read_toml
from maillage.reports.rendu.carte import Lieu, carte
from maillage.web.annuaire.cherche import read_index
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.annuaire.reseau.mesure import MOYENS, axis, hide_unreachable
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.territoires import geographie

SECTION: Final = "annuaire"
FILE: Final = "acces_numerique.toml"
ILLECTRONISME, AGES, FIBRE, OPERATEURS = (
    "illectronisme_estime", "part_65_plus", "part_locaux_fibre", "operateurs_4g",
)  # fmt: skip
TRANCHES: Final = (
    ("c1", "pas loin des écrans"),
    ("c3", "loin des écrans, et l’on reçoit à portée"),
    ("c5", "loin des écrans, et un sujet n’est qu’en ligne"),
)


@dataclass(frozen=True)
class AccesNumerique:
    """Measured once for a state of the directory and a means of travel.

    ``seuls``: rows of what can only be had online. ``lieux``: rows of who has a screen or helps; ``proches``:
    by commune, the nearest of them (its rank) and the minutes, null when not known.
    """

    communes: tuple[CommuneNumerique, ...]
    ruptures: tuple[RuptureNumerique, ...]
    seuls: tuple[int, ...]
    lieux: tuple[int, ...]
    proches: tuple[tuple[int | None, float | None], ...]
    fiabilite: str


@dataclass(frozen=True)
class LigneNumerique:
    """A commune of the table; ``ici``: how many places with a screen or help; ``classe``: its tranche."""

    commune: Territoire
    chiffres: CommuneNumerique
    operateurs: float | None
    ici: int
    vers: str | None
    minutes: float | None
    raisons: str
    sujets: tuple[str, ...]
    classe: str


@dataclass(frozen=True)
class EnLigneSeul:
    """A prestation that can only be had online, where it is the only way, and for how many people far from
    screens (estimated, null when not known).
    """

    nom: str
    chez: str
    cle: int | None
    sujets: tuple[str, ...]
    communes: int
    personnes: float | None


@require_GET
@avec_atlas
def numerique(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Ways in, breaks, and places with a screen: a map, tables."""
    asked = request.GET.get("moyen", "")
    moyen = asked if asked in MOYENS else MODES[0]
    held, index = read_index()
    limit = float(read_toml("accueil_public.toml")["portee"][moyen])
    found: AccesNumerique = atlas.garder(
        ("numerique", held.marque, id(held), moyen), lambda: measure(atlas, index, moyen, limit)
    )
    names = name_subjects()
    lines = list_lines(atlas, index, found, names)
    context: dict[str, Any] = {
        "section": SECTION,
        "moyen": moyen,
        "moyens": MOYENS,
        "moyen_nom": MOYENS[moyen],
        "limite": limit,
        "fiabilite": found.fiabilite,
        "seuils": read_toml(FILE)["seuils"],
        "prestations": len(held.annuaire.prestations),
        "comptes": count_ways(index),
        "seuls": list_online(held, index, found, names),
        "lignes": lines,
        "rompues": [one for one in lines if one.sujets],
        "tranches": [(classe, nom, sum(one.classe == classe for one in lines)) for classe, nom in TRANCHES],
        "inconnues": sum(one.classe == "c0" for one in lines),
        "lieux": len(found.lieux),
        "connus": {name: atlas.a("commune", name) for name in (ILLECTRONISME, AGES, FIBRE, OPERATEURS)},
        "carte": draw(atlas, index, found, lines),
    }
    return render(request, "annuaire/numerique.html", context)


def read_seuils() -> SeuilsNumeriques:
    """The thresholds of the catalogue."""
    told = read_toml(FILE)["seuils"]
    return SeuilsNumeriques(told["illectronisme"], told["part_65_plus"], told["part_fibre"])


def name_subjects() -> Mapping[str, str]:
    """Key → name of each subject: the schema's themes, else the categories of the national list."""
    return read_toml(FILE)["sujets"] | name_themes()


def find_subjects(one: OffreDuLieu) -> frozenset[str]:
    """What a prestation is about: the schema's themes, and its categories that have none."""
    told = tuple(one.prestation.thematiques or ()) if one.prestation else ()
    alone = (name.split("--")[0] for name in told if not find_themes((name,)))
    return frozenset((*(one.complement.themes or find_themes(told)), *alone))


def measure(atlas: AtlasOuvert, index: IndexAnnuaire, moyen: str, limit: float) -> AccesNumerique:
    """Breaks and nearest help, from the centre of each commune by one means of travel."""
    towns = atlas.territoires("commune")
    communes = tuple(read_commune(atlas, one.code) for one in towns)
    offers = [(row, one) for row, one in enumerate(index.offres) if one.prestation is not None]
    online = {name for _, one in offers if one.moyens.en_ligne_seul for name in find_subjects(one)}
    about = [(row, one) for row, one in offers if online & find_subjects(one)]
    told = tuple(
        OffreNumerique(
            one.ident,
            find_subjects(one),
            one.moyens.en_ligne_seul,
            one.moyens.en_personne,
            one.moyens.sans_ecran_de_loin,
        )
        for _, one in about
    )
    help_rows = tuple(row for row, one in enumerate(index.offres) if helps(one))
    there = np.array([*(row for row, _ in about), *help_rows], np.int64)
    found = PorteAPorte(atlas).measure_all(
        moyen,
        axis(one.lon for one in towns),
        axis(one.lat for one in towns),
        index.lon[there],
        index.lat[there],
    )
    minutes = hide_unreachable(found.duree_min)
    near, helped = minutes[:, : len(about)], minutes[:, len(about) :]
    return AccesNumerique(
        communes,
        find_online_only(told, communes, near, limit, read_seuils()),
        tuple(row for (row, _), one in zip(about, told, strict=True) if one.en_ligne_seul),
        help_rows,
        tuple(find_nearest(helped, range(len(help_rows)))),
        found.fiabilite,
    )


def read_commune(atlas: AtlasOuvert, code: str) -> CommuneNumerique:
    """What the atlas knows of a commune."""
    names = (ILLECTRONISME, AGES, FIBRE, "population_15_plus")
    return CommuneNumerique(code, *(atlas.chiffre("commune", code, name).valeur for name in names))


def helps(one: OffreDuLieu) -> bool:
    """Whether one finds a screen, a connection or help with them there, in person."""
    known = read_toml(FILE)["lieux"]
    nets = one.structure.reseaux_porteurs if one.structure else None
    subjects = one.prestation.thematiques if one.prestation else None
    about = any(name.split("--")[0] == known["categorie"] for name in subjects or ())
    return (about or not set(known["reseaux"]).isdisjoint(nets or ())) and one.moyens.en_personne


def count_ways(index: IndexAnnuaire) -> list[tuple[str, int, int]]:
    """Of each way in: its name, the prestations that say it, those that say nothing of it."""
    first = {one.ident: row for row, one in enumerate(index.offres) if one.prestation is not None}
    rows = np.array(sorted(first.values()), np.int64)
    told = []
    for one in MoyenAcces:
        said = index.moyens[one.value][rows]
        told.append((MOYENS_ACCES[one], int((said == 1).sum()), int((said == -1).sum())))
    return told


def list_online(
    held: AnnuaireTenu, index: IndexAnnuaire, found: AccesNumerique, names: Mapping[str, str]
) -> list[EnLigneSeul]:
    """The prestations that can only be had online, those that leave most people out first."""
    people = {one.code: one.eloignees for one in found.communes}
    where: dict[str, set[str]] = {}
    for gap in found.ruptures:
        for ident in gap.en_ligne:
            where.setdefault(ident, set()).add(gap.code_insee)
    told = {}
    for row in found.seuls:
        one = index.offres[row]
        codes = where.get(one.ident, set())
        counts = [people[code] for code in codes]
        told[one.ident] = EnLigneSeul(
            one.fiche.nom,
            one.structure.nom if one.structure else "",
            held.cles.get(("prestation", one.ident)),
            tuple(sorted(names.get(key, key) for key in find_subjects(one))),
            len(codes),
            None if any(one is None for one in counts) else sum(one for one in counts if one is not None),
        )
    return sorted(told.values(), key=lambda one: (-one.communes, one.nom))


def list_lines(
    atlas: AtlasOuvert, index: IndexAnnuaire, found: AccesNumerique, names: Mapping[str, str]
) -> list[LigneNumerique]:
    """Every commune, those that miss something first, then by population."""
    gaps: dict[str, list[str]] = {}
    for gap in found.ruptures:
        gaps.setdefault(gap.code_insee, []).append(names.get(gap.sujet, gap.sujet))
    here: dict[str, set[str]] = {}
    for row in found.lieux:
        one = index.offres[row]
        here.setdefault(one.code_insee or "", set()).add(one.structure.id if one.structure else one.ident)
    seuils = read_seuils()
    lines = []
    for commune, told, (rank, minutes) in zip(
        atlas.territoires("commune"), found.communes, found.proches, strict=True
    ):
        reasons = find_raisons(told, seuils)
        lines.append(
            LigneNumerique(
                commune,
                told,
                atlas.chiffre("commune", commune.code, OPERATEURS).valeur,
                len(here.get(commune.code, ())),
                None if rank is None else name_place(index.offres[found.lieux[rank]]),
                minutes,
                ", ".join(RAISONS[one] for one in reasons or ()),
                tuple(gaps.get(commune.code, ())),
                grade(reasons, gaps.get(commune.code, ())),
            )
        )
    return sorted(lines, key=lambda one: (-len(one.sujets), -(one.commune.population or 0), one.commune.nom))


def name_place(one: OffreDuLieu) -> str:
    """A place as a table names it: the stop of a visiting one, else the structure."""
    return one.permanence.nom if one.permanence else (one.structure or one.fiche).nom


def grade(reasons: Sequence[object] | None, gaps: Sequence[str]) -> str:
    """The class of a commune on the map; not known where no figure says if it is far from screens."""
    if reasons is None:
        return "c0"
    return ("c5" if gaps else "c3") if reasons else "c1"


def draw(
    atlas: AtlasOuvert, index: IndexAnnuaire, found: AccesNumerique, lines: Iterable[LigneNumerique]
) -> SafeString | None:
    """Communes by what they miss, and where one finds a screen or help."""
    shapes = geographie.formes_de(atlas, "commune")
    if shapes is None:
        return None
    places: dict[tuple[float, float], Lieu] = {}
    for row in found.lieux:
        one = index.offres[row]
        if one.lon is not None and one.lat is not None:
            places.setdefault((one.lon, one.lat), Lieu(one.lon, one.lat, name_place(one)))
    teintes = {one.commune.code: one.classe for one in lines}
    title = "Où un sujet n’est qu’en ligne, commune par commune"
    return mark_safe(carte(shapes, teintes, titre=title, lieux=tuple(places.values())))
