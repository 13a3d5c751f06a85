"""The fixed map of a portrait and of the home page."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.rendu import carte, couleurs
from maillage.reports.rendu.formes import Boite, Formes, cadre_autour, overlap, trace
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import geographie, selection

# Beyond this many places, rounds would hide the map.
LIEUX_AU_PLUS = 80
# How much of the surroundings a commune's map shows, and the margin around a larger territory.
AUTOUR, MARGE = 4.5, 1.12


@dataclass(frozen=True)
class PetiteCarte:
    """A fixed map with its legend and what it shows. ``inconnus``: whether a commune shown has no figure.

    ``comptes``: class → (communes, inhabitants) of those it is about, for a printed legend.
    """

    chiffre: Chiffre
    dessin: str
    legende: list[tuple[int, str]]
    lieux: bool
    inconnus: bool
    entoure: str
    comptes: dict[int, tuple[int, float]]


@dataclass(frozen=True)
class Cadrage:
    """What a map is framed on: the window, the communes inside, names in order, outlines over them."""

    fenetre: Boite | None
    dedans: list[Territoire]
    noms: dict[str, str]
    contours: tuple[str, ...]


def carte_autour(
    atlas: AtlasOuvert,
    territoire: Territoire,
    indicateur: str | None = None,
    nommees: tuple[Territoire, ...] = (),
) -> PetiteCarte | None:
    """The map around a territory: a commune among its neighbours, the communes of a larger one.

    Of ``indicateur``, else that of all small maps; ``nommees``: the communes to name, else the largest.
    """
    indicateur = indicateur or selection.de_la_carte(atlas, "commune")
    shapes = geographie.formes_de(atlas, "commune")
    cuts = classes_de(atlas, "commune", indicateur) if indicateur else None
    if indicateur is None or shapes is None or cuts is None:
        return None
    named = {t.code: t.nom for t in nommees}
    found: PetiteCarte = atlas.garder(
        ("petite_carte", territoire.cle, indicateur, *named),
        lambda: _draw(atlas, territoire, indicateur, shapes, cuts, named),
    )
    return found


def classes_de(atlas: AtlasOuvert, niveau: str, indicateur: str) -> couleurs.Classes | None:
    """The default colour classes of an indicator over a mesh, cut once."""
    column = atlas.colonne(niveau, indicateur)
    d = column.definition
    found: couleurs.Classes | None = atlas.garder(
        ("classes", niveau, indicateur),
        lambda: couleurs.classes(column.valeurs, "quantiles", 6, d.sens, d.arrondi, d.unite),
    )
    return found


def _draw(
    atlas: AtlasOuvert,
    here: Territoire,
    indicateur: str,
    shapes: Formes,
    cuts: couleurs.Classes,
    named: dict[str, str],
) -> PetiteCarte:
    column = atlas.colonne("commune", indicateur)
    framed = _frame(atlas, here, shapes)
    ranks: dict[str, int] = atlas.garder(
        ("classes", "commune", indicateur, "rangs"),
        lambda: {code: cuts.classe(v) for code, v in zip(column.codes, column.valeurs, strict=True)},
    )
    places = _places(atlas, column.definition.service, shapes, framed.fenetre)
    alone = here.niveau in {"commune", "departement", "zone"}
    shown = _list_shown(shapes, framed, alone)
    drawing = carte.carte(
        shapes,
        {code: f"c{rank}" for code, rank in ranks.items()},
        titre=f"{column.definition.nom}, par commune",
        ici=here.code if here.niveau == "commune" else None,
        cadre=framed.fenetre,
        lieux=places,
        noms=named or framed.noms,
        contours=framed.contours,
        corps=19 if here.niveau == "departement" else 13,
        dedans=None if alone else {t.code for t in framed.dedans},
    )
    return PetiteCarte(
        atlas.reference(indicateur),
        drawing,
        cuts.libelles(column.definition.unite),
        bool(places),
        'class="c0' in drawing,
        {"departement": "les arrondissements", "commune": ""}.get(here.niveau, here.en_phrase),
        _count([t for t in atlas.territoires("commune") if t.code in shown], ranks),
    )


def _list_shown(shapes: Formes, framed: Cadrage, alone: bool) -> set[str]:  # noqa: FBT001
    """The communes that the map is about: those inside, or all that its window shows."""
    if not alone:
        return {t.code for t in framed.dedans}
    window = framed.fenetre
    return {code for code, box in shapes.boites.items() if window is None or overlap(box, window)}


def _count(communes: list[Territoire], ranks: dict[str, int]) -> dict[int, tuple[int, float]]:
    found: dict[int, tuple[int, float]] = {}
    for commune in communes:
        count, people = found.get(ranks.get(commune.code, 0), (0, 0.0))
        found[ranks.get(commune.code, 0)] = (count + 1, people + (commune.population or 0))
    return found


def _frame(atlas: AtlasOuvert, here: Territoire, shapes: Formes) -> Cadrage:
    inside = geographie.communes_dans(atlas, here)
    if here.niveau == "departement":
        groups = [geographie.communes_dans(atlas, t) for t in atlas.territoires("arrondissement")]
        towns = [max(group, key=lambda t: t.population or 0) for group in groups if group]
        outlines = tuple(shapes.contour(t.code for t in group) for group in groups)
        return Cadrage(None, inside, {t.code: t.nom for t in towns}, outlines)
    if here.niveau == "commune":
        near = sorted(geographie.voisins(atlas, here), key=lambda t: -(t.population or 0))[:8]
        window = cadre_autour(shapes.boites[here.code], AUTOUR) if here.code in shapes.boites else None
        return Cadrage(window, inside, {t.code: t.nom for t in (here, *near)}, ())
    outline, box = _outline(atlas, here, shapes, inside)
    window = cadre_autour(box, MARGE if inside else AUTOUR) if box else None
    largest = sorted(inside, key=lambda t: -(t.population or 0))[:8]
    return Cadrage(window, inside, {t.code: t.nom for t in largest}, (outline,) if outline else ())


def _outline(
    atlas: AtlasOuvert, here: Territoire, shapes: Formes, inside: list[Territoire]
) -> tuple[str, Boite | None]:
    """The outline of a territory and its box: along its communes, or its own where it has none."""
    codes = [t.code for t in inside if t.code in shapes.boites]
    if codes:
        boxes = [shapes.boites[code] for code in codes]
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        return shapes.contour(codes), (left, top, max(b[2] for b in boxes), max(b[3] for b in boxes))
    own = atlas.contours(here.niveau).get(here.code)
    return trace(shapes.projeter(own)) if own else ("", None)


def _places(atlas: AtlasOuvert, service: str, shapes: Formes, window: Boite | None) -> tuple[carte.Lieu, ...]:
    """The implantations of the service the map is about, inside the window; none beyond eighty."""

    def read() -> list[tuple[carte.Lieu, tuple[float, float]]]:
        return [
            (carte.Lieu(lieu.lon, lieu.lat, lieu.nom or ""), shapes.place(lieu.lon, lieu.lat))
            for lieu in (atlas.implantations(service) if service else ())
            if lieu.lon is not None and lieu.lat is not None
        ]

    placed = atlas.garder(("petite_carte", "lieux", service), read)
    places = [lieu for lieu, point in placed if _inside(point, window)]
    return tuple(places) if len(places) <= LIEUX_AU_PLUS else ()


def _inside(point: tuple[float, float], window: Boite | None) -> bool:
    return window is None or (window[0] <= point[0] <= window[2] and window[1] <= point[1] <= window[3])
