"""The maps of the diagnosis: fixed classes, hatches near the border, one table that says all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.figures_de_reference import CarteDuDiagnostic, load_cartes
from maillage.catalogue.seuils import load_seuils
from maillage.francais import NON_RENSEIGNE, accord, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu import couches
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Carte, Cellule, Classe, Nombre, Tableau
from maillage.reports.rendu.couleurs import ECHELLE, SANS_VALEUR, Classes, fixed_classes
from maillage.reports.rendu.formes import Formes, formes

# Room for the note under a map, in units of the drawing.
MARGE = 30.0


@dataclass(frozen=True)
class Fond:
    """What every map of a report is drawn on: outlines of communes and arrondissements, names, hatches."""

    communes: Formes
    limites: tuple[str, ...]
    villes: tuple[couches.Ville, ...]
    hachures: tuple[str, ...]


def make_section(lecteur: Lecteur) -> Section | None:
    """Every map of the catalogue that this atlas can draw, and one table of all of them."""
    known = [carte for carte in load_cartes() if lecteur.a("commune", carte.indicateur)]
    fond = make_fond(lecteur)
    if fond is None or not known:
        return None
    text = (
        "Chaque carte dit la même chose que le tableau des communes qui les suit. "
        "Hachures : commune près de la limite du département, où l'offre voisine, mal connue, peut compter."
    )
    maps = tuple(draw(carte, fond, lecteur) for carte in known)
    return Section("cartes", "Cartes", (typeset(text),), maps, (make_table(known, lecteur),))


def make_fond(lecteur: Lecteur) -> Fond | None:
    """The ground of the maps; null when the atlas has no outlines."""
    shapes = formes(lecteur.contours("commune"))
    if shapes is None:
        return None
    border = float(load_seuils()["frontiere_part"].valeur)  # type: ignore[arg-type]
    communes = lecteur.territoires("commune")
    near = [t.code for t in communes if (t.part_frontiere or 0.0) > border]
    return Fond(
        shapes,
        tuple(shapes.tracer(lecteur.contours("arrondissement"), superposables=False).values()),
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


def draw(carte: CarteDuDiagnostic, fond: Fond, lecteur: Lecteur) -> Carte:
    """One map with its legend and its words."""
    column = lecteur.colonne("commune", carte.indicateur)
    cuts = make_classes(carte, column.definition.sens)
    tints = {code: cuts.classe(value) for code, value in zip(column.codes, column.valeurs, strict=True)}
    legend = make_legend(carte, cuts, tints, lecteur)
    note = make_note(lecteur)
    svg = make_svg(carte, fond, tints, note, jeu_essai=lecteur.jeu_essai)
    return Carte(carte.id, typeset(carte.titre), svg, describe(carte, legend), legend, note, "communes")


def make_classes(carte: CarteDuDiagnostic, sens: str) -> Classes:
    """The classes of the catalogue, in the unit of the figure: a share is between 0 and 1."""
    return fixed_classes([bound / 100 if carte.unite == "%" else bound for bound in carte.bornes], sens)


def make_legend(
    carte: CarteDuDiagnostic, cuts: Classes, tints: dict[str, int], lecteur: Lecteur
) -> tuple[Classe, ...]:
    """Each class with its colour, its communes and their people; the unknown last, when there are any."""
    unite = "part" if carte.unite == "%" else carte.unite
    named = [(tint, typeset(f"{text} {carte.unite}")) for tint, text in cuts.libelles(unite)]
    people = {t.code: t.population or 0.0 for t in lecteur.territoires("commune")}
    colours = (SANS_VALEUR, *ECHELLE)
    classes = []
    for tint, text in (*named, (0, NON_RENSEIGNE)):
        held = [code for code in people if tints.get(code, 0) == tint]
        if tint or held:
            classes.append(Classe(text, colours[tint], len(held), float(sum(people[code] for code in held))))
    return tuple(classes)


def describe(carte: CarteDuDiagnostic, legend: Sequence[Classe]) -> str:
    """The map in words, for those who do not see it."""
    parts = [f"{c.libelle} : {accord(c.territoires, 'commune')}" for c in legend if c.territoires]
    return typeset(f"Carte des communes, {carte.titre}. {' ; '.join(parts)}.")


def make_note(lecteur: Lecteur) -> str:
    """What stands under every map."""
    marks = ["Jeu d'essai : chiffres simulés, à ne jamais citer."] if lecteur.jeu_essai else []
    marks += ["Temps estimés."] if lecteur.temps_estimes else []
    return typeset(" ".join([*marks, "Calcul Maillage ; sources en fin de document."]))


def make_svg(
    carte: CarteDuDiagnostic, fond: Fond, tints: dict[str, int], note: str, *, jeu_essai: bool
) -> str:
    """The drawing, that stands alone; the mark of a test is in the figure itself."""
    frame = fond.communes
    layers = [
        couches.draw_territories(frame.traces, tints, "c"),
        couches.draw_hatch(fond.hachures, f"h-{carte.id}"),
        couches.draw_outlines(fond.limites, "arrondissement"),
        couches.draw_names(fond.villes),
        couches.draw_mark(frame, "JEU D’ESSAI") if jeu_essai else "",
        couches.draw_note(frame, note),
    ]
    return detacher(couches.picture(frame, typeset(carte.titre), layers, fin=False, marge=MARGE))
