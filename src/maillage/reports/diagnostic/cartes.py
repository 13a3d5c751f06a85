"""The maps of the diagnosis: fixed classes, hatches near the border, the worst communes numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.figures_de_reference import CarteDuDiagnostic, load_cartes
from maillage.diagnostic.millesimes import years_of
from maillage.francais import NON_RENSEIGNE, accord, typeset
from maillage.reports.diagnostic.constats import choose_mesh, is_apart, list_communes
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import span
from maillage.reports.rendu import couches
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Carte, Cellule, Classe, Nombre, Tableau
from maillage.reports.rendu.couleurs import ECHELLE, SANS_VALEUR, Classes, fixed_classes
from maillage.reports.rendu.formes import Formes, formes

HATCHED = typeset("Hachures : commune près de la limite du département, où l'offre voisine est mal connue.")
# Room for the note under a map, in units of the drawing.
MARGE = 30.0
# Units of the drawing over a whole line of 17 cm: names are then 8 points high.
UNITES = 780.0


@dataclass(frozen=True)
class Fond:
    """What the maps of a territory are drawn on: its communes, the outlines over them, names, hatches."""

    lieu: Territoire
    territoires: tuple[Territoire, ...]
    communes: Formes
    limites: tuple[str, ...]
    villes: tuple[couches.Ville, ...]
    hachures: tuple[str, ...]


def make_section(lecteur: Lecteur, others: Sequence[CarteDuDiagnostic] = ()) -> Section | None:
    """What the maps show, those of the catalogue and ``others``, as one table of all the communes.

    Null when none is drawn.
    """
    known = [*list_known(lecteur), *others]
    if not known or not lecteur.contours("commune"):
        return None
    text = (
        "Chaque carte du rapport dit la même chose que ce tableau. Hachures : commune près de la limite du "
        "département, où l'offre voisine, mal connue, peut compter."
    )
    return Section(
        "cartes", "Les cartes en tableau", (typeset(text),), tableaux=(make_table(known, lecteur),)
    )


def list_known(lecteur: Lecteur) -> list[CarteDuDiagnostic]:
    """The maps of the catalogue whose figure this atlas holds by commune."""
    return [carte for carte in load_cartes() if lecteur.a("commune", carte.indicateur)]


def make_fond(lecteur: Lecteur, here: Territoire, part: float) -> Fond | None:
    """The ground of maps as wide as ``part`` of a line; null when the atlas has no outlines there.

    Over the département stand the outlines of its territories that have a page; over one of these, those of
    its intercommunalités.
    """
    communes = tuple(list_communes(lecteur, here))
    outlines = lecteur.contours("commune")
    shapes = formes({t.code: outlines[t.code] for t in communes if t.code in outlines}, largeur=UNITES * part)
    if shapes is None:
        return None
    groups: dict[str, list[str]] = {}
    mesh = choose_mesh(lecteur) if here.niveau == "departement" else "epci"
    for t in communes:
        groups.setdefault(t.parents.get(mesh, ""), []).append(t.code)
    near = [t.code for t in communes if is_apart(t)]
    return Fond(
        here,
        communes,
        shapes,
        tuple(shapes.contour(codes) for codes in groups.values()) if len(groups) > 1 else (),
        tuple(couches.choose_villes(shapes, communes)),
        tuple(shapes.traces[code] for code in near if code in shapes.traces),
    )


def make_table(cartes: Sequence[CarteDuDiagnostic], lecteur: Lecteur) -> Tableau:
    """All communes, one column per map."""
    columns = ("Commune", "Code", "Habitants", *(typeset(carte.titre) for carte in cartes))
    lines: list[tuple[Cellule, ...]] = []
    for t in sorted(lecteur.territoires("commune"), key=lambda t: (t.nom, t.code)):
        cells = [Nombre.de(lecteur.chiffre("commune", t.code, carte.indicateur)) for carte in cartes]
        lines.append((t.nom, t.code, Nombre.entier(t.population), *cells))
    return Tableau(
        "Les cartes en tableau : toutes les communes",
        columns,
        tuple(lines),
        id="communes",
        numeriques=frozenset(range(2, len(columns))),
        annexe=True,
    )


def draw(
    carte: CarteDuDiagnostic, fond: Fond, lecteur: Lecteur, numerotees: Sequence[Territoire] = ()
) -> Carte:
    """One map with its legend and its words; ``numerotees``: the communes that a list beside it numbers."""
    column = lecteur.colonne("commune", carte.indicateur)
    cuts = make_classes(carte, column.definition.sens)
    tints = {code: cuts.classe(value) for code, value in zip(column.codes, column.valeurs, strict=True)}
    legend = make_legend(carte, cuts, tints, fond)
    note = make_note(lecteur)
    years = span(years_of(column.definition.millesime))
    place = "" if fond.lieu.niveau == "departement" else f", {fond.lieu.nom_complet}"
    titre = typeset(f"{carte.titre}{place}{f' ({years})' if years else ''}")
    name = carte.id if fond.lieu.niveau == "departement" else f"{carte.id}-{fond.lieu.code}"
    numbered = {t.nom for t in numerotees}
    layers = [
        couches.draw_territories(fond.communes.traces, tints, "c"),
        couches.draw_hatch(fond.hachures, f"h-{name}"),
        couches.draw_outlines(fond.limites, "arrondissement"),
        couches.draw_names(town for town in fond.villes if town.nom not in numbered),
        couches.draw_numbers(fond.communes, [(t.lon, t.lat) for t in numerotees]),
        couches.draw_mark(fond.communes, "JEU D’ESSAI") if lecteur.jeu_essai else "",
        couches.draw_note(fond.communes, note),
    ]
    svg = detacher(couches.picture(fond.communes, titre, layers, fin=False, marge=MARGE))
    return Carte(
        name, titre, svg, describe(titre, legend), legend, HATCHED if fond.hachures else "", "communes"
    )


def make_classes(carte: CarteDuDiagnostic, sens: str) -> Classes:
    """The classes of the catalogue, in the unit of the figure: a share is between 0 and 1."""
    return fixed_classes([bound / 100 if carte.unite == "%" else bound for bound in carte.bornes], sens)


def make_legend(
    carte: CarteDuDiagnostic, cuts: Classes, tints: dict[str, int], fond: Fond
) -> tuple[Classe, ...]:
    """Each class with its colour, its communes and their people; the unknown last, when there are any."""
    unite = "part" if carte.unite == "%" else carte.unite
    named = [(tint, typeset(f"{text} {carte.unite}")) for tint, text in cuts.libelles(unite)]
    people = {t.code: t.population or 0.0 for t in fond.territoires}
    colours = (SANS_VALEUR, *ECHELLE)
    classes = []
    for tint, text in (*named, (0, NON_RENSEIGNE)):
        held = [code for code in people if tints.get(code, 0) == tint]
        if tint or held:
            classes.append(Classe(text, colours[tint], len(held), float(sum(people[code] for code in held))))
    return tuple(classes)


def describe(titre: str, legend: Sequence[Classe]) -> str:
    """The map in words, for those who do not see it."""
    parts = [f"{c.libelle} : {accord(c.territoires, 'commune')}" for c in legend if c.territoires]
    return typeset(f"Carte des communes, {titre}. {' ; '.join(parts)}.")


def make_note(lecteur: Lecteur) -> str:
    """What stands in the drawing of a map, that goes where it goes; short enough for the narrowest."""
    marks = ["Jeu d'essai, à ne pas citer."] if lecteur.jeu_essai else []
    marks += ["Temps estimés."] if lecteur.temps_estimes else []
    return typeset(" ".join(marks))
