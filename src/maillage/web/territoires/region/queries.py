"""Reads of the region's page: the newest atlas of each département, each by its own rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.lecture.transports import name_rule
from maillage.reports.rendu import carte, couleurs
from maillage.reports.rendu.formes import Formes, formes
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import queries, selection

ELOIGNES, PART_ELOIGNES = "eloignes_panier", "part_panier_plus_7min"
CLASSES = 6
TEMPS = {
    "observe": "calculés sur les routes",
    "estime": "estimés",
    "simule": "simulés",
    None: "inconnus",
}
REGLES = (
    "Les règles de déficit ne sont pas les mêmes : les nombres de territoires en déficit ne se comparent pas."
)
CHACUN = (
    "La règle de déficit est la même partout, mais compare chaque territoire à son propre département : les "
    "nombres de territoires en déficit ne se classent pas d’un département à l’autre."
)


@dataclass(frozen=True)
class DepartementDeRegion:
    """A département as the region's page shows it: what its newest atlas says of itself.

    ``deficits``: intercommunalities in deficit by its own rule, and judged; null where none was judged.
    """

    atlas: AtlasOuvert
    nom: str
    population: float | None
    eloignes: Chiffre
    part_eloignes: Chiffre
    deficits: tuple[int, int] | None
    regle: str
    temps: str


@dataclass(frozen=True)
class CommuneDeRegion:
    """A commune and its figure, in the atlas of its département."""

    atlas: AtlasOuvert
    commune: Territoire
    chiffre: Chiffre


@dataclass(frozen=True)
class CarteDeRegion:
    """One indicator over the communes of all the départements, in classes cut from all of them."""

    definition: Definition
    dessin: str
    legende: list[tuple[int, str]]
    inconnus: bool


def read_millesime(indicateur: str) -> Callable[[DepartementDeRegion], str]:
    """How to read the vintage of an indicator in a département's atlas."""
    return lambda row: row.atlas.definition(indicateur).millesime


def read_parametre(nom: str) -> Callable[[DepartementDeRegion], str]:
    """How to read a choice of the build of a département's atlas."""
    return lambda row: str(row.atlas.manifeste.parametres.get(nom) or "")


# What must be the same for figures to be compared, and the words when it is not.
COMPARES: tuple[tuple[str, Callable[[DepartementDeRegion], str]], ...] = (
    ("Les temps de trajet ne sont pas faits de la même façon", lambda row: row.temps),
    ("La population n’est pas de la même année", read_millesime("population_municipale")),
    ("Les lieux du panier ne sont pas de la même année", read_millesime(ELOIGNES)),
    ("Le panier n’est pas le même", read_parametre("panier")),
    ("Les services connus par commune ne sont pas placés de la même façon", read_parametre("convention")),
    ("Les atlas ne sont pas de la même version du calcul", lambda row: row.atlas.manifeste.version_code),
)


def list_newest() -> list[AtlasOuvert]:
    """The newest atlas of each département, by code."""
    found: dict[str, AtlasOuvert] = {}
    for name in atlases.list_ids():
        atlas = atlases.choose(name)
        if atlas is not None:
            found.setdefault(atlas.code_departement, atlas)
    return [found[code] for code in sorted(found)]


def list_departements(held: Iterable[AtlasOuvert]) -> list[DepartementDeRegion]:
    """What each says of itself."""
    return [
        DepartementDeRegion(
            atlas,
            atlas.nom,
            atlas.departement.population if atlas.departement else None,
            atlas.reference(ELOIGNES),
            atlas.reference(PART_ELOIGNES),
            queries.count_deficits(atlas).get("epci"),
            name_rule(atlas),
            TEMPS[atlas.fiabilite_temps],
        )
        for atlas in held
    ]


def tell_differences(rows: Sequence[DepartementDeRegion]) -> list[str]:
    """What keeps these figures from being compared; rules never are: each judges its own département."""
    told = (
        [REGLES]
        if len({row.regle for row in rows}) > 1
        else [CHACUN]
        if any(r.deficits for r in rows)
        else []
    )
    for words, read in COMPARES:
        said = [(row.nom, read(row)) for row in rows]
        if len({value for _, value in said}) > 1:
            told.append(f"{words} : " + ", ".join(f"{nom} {value or 'non dit'}" for nom, value in said) + ".")
    invented = [row.nom for row in rows if row.atlas.jeu_essai]
    if invented:
        told.append(f"Jeu d’essai, chiffres simulés : {', '.join(invented)}.")
    return told


def list_indicateurs(held: Sequence[AtlasOuvert]) -> list[Definition]:
    """What can be drawn: head figures and the basket, known of the communes of every atlas."""
    heads = [selection.de_la_carte(atlas, "commune") for atlas in held]
    heads += [name for atlas in held for name in selection.reperes(atlas, "commune")]
    names = dict.fromkeys([name for name in (*heads, PART_ELOIGNES) if name])
    common = [name for name in names if all(atlas.a("commune", name) for atlas in held)]
    return [held[0].definition(name) for name in common]


def list_communes(held: Iterable[AtlasOuvert], indicateur: str) -> list[CommuneDeRegion]:
    """Every commune with its figure: the known first, the worst first, then by name."""
    rows = [
        CommuneDeRegion(atlas, commune, atlas.chiffre("commune", commune.code, indicateur))
        for atlas in held
        for commune in atlas.territoires("commune")
    ]
    return sorted(rows, key=_rank)


def _rank(row: CommuneDeRegion) -> tuple[bool, float, str]:
    value = row.chiffre.valeur
    best = row.chiffre.definition.sens == "plus"
    return value is None, (value or 0.0) if best else -(value or 0.0), row.commune.nom


def draw(held: Sequence[AtlasOuvert], definition: Definition) -> CarteDeRegion | None:
    """The map, drawn once for these atlases; None without outlines or figures."""
    key = ("region", definition.id, tuple(atlas.empreinte for atlas in held))
    found: CarteDeRegion | None = held[0].garder(key, lambda: _draw(held, definition))
    return found


def _draw(held: Sequence[AtlasOuvert], definition: Definition) -> CarteDeRegion | None:
    shapes = _shapes(held)
    columns = [atlas.colonne("commune", definition.id) for atlas in held]
    values = np.concatenate([column.valeurs for column in columns])
    cuts = couleurs.classes(
        values, "quantiles", CLASSES, definition.sens, definition.arrondi, definition.unite
    )
    if shapes is None or cuts is None:
        return None
    codes = [code for column in columns for code in column.codes]
    shades = {code: cuts.classe(value) for code, value in zip(codes, values, strict=True)}
    groups = [(atlas, atlas.territoires("commune")) for atlas in held]
    towns = {max(group, key=lambda t: t.population or 0).code: atlas.nom for atlas, group in groups}
    drawing = carte.carte(
        shapes,
        {code: f"c{rank}" for code, rank in shades.items()},
        titre=f"{definition.nom}, par commune, dans {len(held)} départements",
        noms=towns,
        contours=tuple(shapes.contour(t.code for t in group) for _, group in groups),
        corps=17,
    )
    return CarteDeRegion(definition, drawing, cuts.libelles(definition.unite), 0 in shades.values())


def _shapes(held: Sequence[AtlasOuvert]) -> Formes | None:
    return formes({code: shape for atlas in held for code, shape in atlas.contours("commune").items()})
