"""Up to five territories side by side, or one with its peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.indicateurs import load_dimensions
from maillage.francais import plat, se_distinguent
from maillage.reports.rendu import bande
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import classement, profil, queries, rangs, selection

MAXIMUM = 5
INDICATEURS_MAXIMUM = 40
LETTRES = "ABCDE"
# Width of the pictures of the table, in their own units.
ETROIT = 380


@dataclass(frozen=True)
class LigneComparee:
    """One indicator: a figure per territory, the département's, rank of each, and all on one distribution."""

    definition: Definition
    chiffres: list[Chiffre]
    rangs: list[str]
    reference: Chiffre
    bande: str

    @property
    def plus_petit(self) -> Chiffre:
        """The smallest known figure."""
        return min((c for c in self.chiffres if c.valeur is not None), key=lambda c: c.valeur or 0.0)

    @property
    def plus_grand(self) -> Chiffre:
        """The largest known figure."""
        return max((c for c in self.chiffres if c.valeur is not None), key=lambda c: c.valeur or 0.0)

    @property
    def paires(self) -> list[tuple[Chiffre, str]]:
        """Each territory's figure with its rank."""
        return list(zip(self.chiffres, self.rangs, strict=True))


def read_territoires(atlas: AtlasOuvert, keys: list[str]) -> list[Territoire]:
    """The territories of ``niveau:code`` keys, in order, without repeats, five at most; else 404."""
    unique = list(dict.fromkeys(keys))[:MAXIMUM]
    return [atlas.get_territoire(*_split(key)) for key in unique]


def _split(key: str) -> tuple[str, str]:
    niveau, _, code = key.partition(":")
    return niveau, code


def list_semblables(atlas: AtlasOuvert, territoire: Territoire, count: int = MAXIMUM - 1) -> list[Territoire]:
    """The peers nearest in population (by ratio): same mesh, same density class where there is one."""
    codes = set(profil.find_pairs(atlas, territoire).codes) - {territoire.code}
    peers = [t for t in atlas.territoires(territoire.niveau) if t.code in codes]
    own = np.log1p(territoire.population or 0)
    return sorted(peers, key=lambda t: (abs(np.log1p(t.population or 0) - own), t.code))[:count]


def list_indicateurs(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """What is compared: head figures, one per dimension, everyday services."""
    heads = (selection.de_la_dimension(atlas, niveau, key)[:1] for key in load_dimensions())
    dims = [name for head in heads for name in head]
    wanted = [*selection.reperes(atlas, niveau), *dims, *selection.services(atlas, niveau)]
    return list(dict.fromkeys(wanted))


def choose_indicateurs(atlas: AtlasOuvert, niveau: str, asked: list[str]) -> list[str]:
    """Those asked for that the mesh holds, without repeats; the usual ones when none is."""
    held = [name for name in dict.fromkeys(asked) if atlas.a(niveau, name)]
    return held[:INDICATEURS_MAXIMUM] or list_indicateurs(atlas, niveau)


def compute_lignes(
    atlas: AtlasOuvert, territoires: list[Territoire], asked: list[str] | None = None
) -> list[LigneComparee]:
    """The comparison, one line per indicator (``asked``, or the usual ones) that a territory knows."""
    if not territoires:
        return []
    names = choose_indicateurs(atlas, territoires[0].niveau, asked or [])
    lines = [_ligne(atlas, territoires, indicateur) for indicateur in names]
    return [line for line in lines if any(c.connu for c in line.chiffres)]


@dataclass(frozen=True)
class CaseProfil:
    """One territory in one dimension: the picture, the figure quoted, its place in words."""

    dessin: str
    chiffre: Chiffre | None
    place: str


@dataclass(frozen=True)
class RangeeProfil:
    """One dimension over the territories compared."""

    nom: str
    definition: Definition | None
    cases: list[CaseProfil]


def compute_profils(atlas: AtlasOuvert, territoires: list[Territoire]) -> list[RangeeProfil]:
    """The seven dimensions side by side, each territory among its own peers; nothing is added up.

    One figure is quoted for a dimension, the same for all: the first of the catalogue's choice that one of
    them knows. Where it is unknown, nothing else stands in its place.
    """
    profiles = [profil.list_profil(atlas, t) for t in territoires]
    return [_rangee(atlas, territoires[0].niveau, list(lines)) for lines in zip(*profiles, strict=True)]


def _rangee(atlas: AtlasOuvert, niveau: str, lines: list[profil.LigneProfil]) -> RangeeProfil:
    known = {m.chiffre.definition.id: m.chiffre.definition for line in lines for m in line.mesures}
    ordered = (*selection.de_la_dimension(atlas, niveau, lines[0].cle), *known)
    quoted = next((known[name] for name in ordered if name in known), None)
    return RangeeProfil(lines[0].nom, quoted, [_case(line, quoted) for line in lines])


def _case(line: profil.LigneProfil, quoted: Definition | None) -> CaseProfil:
    """A territory's own figure of the indicator quoted, and its place; the others small beside it."""
    found = next((m for m in line.mesures if m.chiffre.definition == quoted), None)
    drawing = profil.draw(found, line.mesures)
    if found is None:
        return CaseProfil(drawing, None, "")
    return CaseProfil(drawing, found.chiffre, found.place.mots if found.place else "")


def resumer(
    territoires: list[Territoire], lignes: list[LigneComparee]
) -> tuple[LigneComparee, str, str] | None:
    """The first line where they differ, with the names of those at both ends: what a sentence can say."""
    for line in lignes:
        pairs = zip(line.chiffres, territoires, strict=True)
        known = [(c.valeur, t.nom_complet) for c, t in pairs if c.valeur is not None]
        if len(known) < 2:
            continue
        (low, nearest), (high, farthest) = min(known), max(known)
        if se_distinguent(low, high, line.definition.unite, line.definition.arrondi):
            return line, nearest, farthest
    return None


def list_choices(
    atlas: AtlasOuvert, territoires: list[Territoire], lignes: list[LigneComparee]
) -> list[tuple[str, list[tuple[Definition, bool]]]]:
    """What may be compared, by family: each indicator, and whether it is in the table."""
    if not territoires:
        return []
    shown = {line.definition.id: line.definition for line in lignes}
    others = [d for d in atlas.generaux(territoires[0].niveau) if d.id not in shown]
    groups = [(name, [(d, False) for d in ds]) for name, ds in classement.list_familles(others)]
    return [("Dans le tableau", [(d, True) for d in shown.values()]), *groups]


def export(
    territoires: list[Territoire], lignes: list[LigneComparee]
) -> tuple[list[str], list[list[str | float | None]]]:
    """Headings and rows of a file: per territory, the figure and its rank (1st = best access)."""
    heads = ["indicateur", "nom", "unité", "millésime"]
    for territoire in territoires:
        heads += [territoire.nom_complet, f"rang (1er = meilleur accès) : {territoire.nom_complet}"]
    rows: list[list[str | float | None]] = []
    for line in lignes:
        d = line.definition
        row: list[str | float | None] = [d.id, plat(d.nom), plat(d.unite), d.millesime]
        for chiffre, rank in line.paires:
            row += [chiffre.valeur, rank]
        rows.append([*row, line.reference.valeur])
    return [*heads, "département"], rows


def _ligne(atlas: AtlasOuvert, territoires: list[Territoire], indicateur: str) -> LigneComparee:
    figures = [atlas.chiffre(t.niveau, t.code, indicateur) for t in territoires]
    mean = atlas.reference(indicateur)
    definition = atlas.definition(indicateur)
    points = queries.niveau_des_points(atlas, territoires[0].niveau)
    drawing = ""
    if atlas.a(points, indicateur):
        values = atlas.colonne(points, indicateur).valeurs
        dots = atlas.garder(
            ("nuage", points, indicateur, ETROIT),
            lambda: bande.nuage(values, ETROIT, pourcent=definition.unite == "part"),
        )
        marks = [
            (letter, c.valeur) for letter, c in zip(LETTRES, figures, strict=False) if c.valeur is not None
        ]
        drawing = bande.bande_lettres(dots, marks, mean.valeur)
    held = rangs.compute_rangs(atlas, territoires[0].niveau, indicateur)
    ranks = [held.mots(t.code) for t in territoires]
    return LigneComparee(definition, figures, ranks, mean, drawing)
