"""Up to six scenarios side by side: a table, and their place on a plane cost × people served × equity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from string import ascii_uppercase
from typing import Final

import numpy as np

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord, avec_unite, jour, nombre, typeset
from maillage.reports.rendu.axes import Axe, axe
from maillage.reports.rendu.blocs import Bloc, Document, Image, Liste, Paragraphe, Titre
from maillage.reports.rendu.couleurs import ENCRE
from maillage.reports.scenario.etiquettes import place_names
from maillage.reports.scenario.resume import ResumeScenario
from maillage.reports.scenario.tableaux import write_summaries

AU_PLUS: Final = 6
POLICES: Final = "Atkinson Hyperlegible Next, Atkinson Hyperlegible Next Variable, sans-serif"
LARGEUR, HAUTEUR = 760, 460
GAUCHE, DROITE, HAUT, BAS = 96, 700, 40, 396
PROCHE_MIN: Final = 0.005
"""Minutes under which (<) the tenth of people farthest is told as far as before: none as shown."""
NOM: Final = 42
"""Letters of a name on the plane, at most."""
# Equity → shape, colour, words. Shapes tell the classes without colours.
EQUITES: Final = {
    "mieux": ("rond", "#0a5a63", "le dixième le plus loin se rapproche"),
    "egal": ("carre", "#6b7480", "il reste à la même distance"),
    "pire": ("triangle", "#9a3b5a", "il s’éloigne"),
    "inconnu": ("carre", "#b9b4a8", "non connu"),
}


@dataclass(frozen=True)
class ScenarioCompare:
    """One of those compared: its figures, its edits and what it does, in sentences."""

    resume: ResumeScenario
    modifications: tuple[str, ...]
    phrases: tuple[str, ...]


def check_count(count: int) -> None:
    """Refuse none, or more than six; one alone is compared with today."""
    if not 1 <= count <= AU_PLUS:
        raise EntreeInvalide(f"On compare de un à six scénarios : {nombre(count)} ici.")


def judge_equity(dixieme_min: float | None) -> str:
    """A key of :data:`EQUITES`.

    >>> judge_equity(-0.2), judge_equity(0.001), judge_equity(2.0), judge_equity(None)
    ('mieux', 'egal', 'pire', 'inconnu')
    """
    if dixieme_min is None:
        return "inconnu"
    if abs(dixieme_min) < PROCHE_MIN:
        return "egal"
    return "mieux" if dixieme_min < 0 else "pire"


def name_letters(resumes: Sequence[ResumeScenario]) -> list[str]:
    """« A. Un accueil à Trélon »: what ties the plane to the table."""
    return [f"{letter}. {one.nom}" for letter, one in zip(ascii_uppercase, resumes, strict=False)]


def make_comparison(lecteur: Lecteur, compares: Sequence[ScenarioCompare]) -> Document:
    """The document: plane, table, then each scenario in words.

    Raises:
        EntreeInvalide: none, or more than six.
    """
    check_count(len(compares))
    resumes = [one.resume for one in compares]
    blocs: list[Bloc] = [
        Titre("Coût, habitants servis, équité", id="plan"),
        Image(draw_plane(resumes), describe_plane(resumes)),
        Paragraphe(typeset(tell_axes(resumes))),
        Titre("Les chiffres", id="chiffres"),
        write_summaries(resumes, name_letters(resumes)),
        *_tell_each(compares),
    ]
    built = f", données mises à jour le {jour(lecteur.construit_le)}" if lecteur.construit_le else ""
    return Document(
        titre=typeset(f"{accord(len(compares), 'scénario')} côte à côte"),
        sous_titre=typeset(f"{lecteur.nom} · chiffres simulés"),
        auteur="Maillage",
        mention=typeset(f"Maillage, {lecteur.manifeste.millesime}{built} · chiffres simulés"),
        blocs=tuple(blocs),
        bandeaux=(typeset("Chiffres simulés : ils éclairent une décision, ils ne la remplacent pas."),),
        jeu_essai=lecteur.jeu_essai,
    )


def _tell_each(compares: Sequence[ScenarioCompare]) -> Iterator[Bloc]:
    names = name_letters([one.resume for one in compares])
    for name, one in zip(names, compares, strict=True):
        yield Titre(typeset(name), id=f"scenario-{name[0].lower()}")
        yield Liste(tuple(map(typeset, one.modifications)))
        if one.resume.refus:
            left = f"Laissé de côté : {accord(one.resume.refus, 'modification')}."
            yield Paragraphe(typeset(left))
        yield Liste(tuple(map(typeset, one.phrases)))


def tell_axes(resumes: Sequence[ResumeScenario]) -> str:
    """What the plane measures."""
    places = (
        "usagers et lieux"
        if all(one.lieux_chiffres for one in resumes)
        else ("usagers seuls pour les scénarios dont le coût des lieux n’a pas été donné")
    )
    return (
        f"En largeur, ce que le scénario coûte en un an ({places}) ; en hauteur, les habitants en plus ou "
        f"en moins "
        "sous le seuil. La forme dit ce que devient le dixième d’habitants le plus loin aujourd’hui."
    )


def describe_plane(resumes: Sequence[ResumeScenario]) -> str:
    """The plane in words, for those who do not see it."""
    said = (
        f"{name} : {avec_unite(one.euros, '€')} par an, {nombre(one.servis)} habitants à portée, "
        f"{EQUITES[judge_equity(one.dixieme_min)][2]}"
        for name, one in zip(name_letters(resumes), resumes, strict=True)
    )
    return typeset(f"{' ; '.join(said)}. Le même chiffre est dans le tableau.")


def draw_plane(resumes: Sequence[ResumeScenario]) -> str:
    """The chart as an SVG that stands alone: today at zero, a shape and a name for each scenario."""
    x = axe(np.array([0.0, *(one.euros for one in resumes)]), GAUCHE, DROITE)
    y = axe(np.array([0.0, *(one.servis for one in resumes)]), BAS, HAUT)
    points = [(x.place(one.euros), y.place(one.servis)) for one in resumes]
    body = [
        *_draw_axes(x, y),
        *(
            _draw_shape(judge_equity(one.dixieme_min), *point)
            for one, point in zip(resumes, points, strict=True)
        ),
        *_name_points(name_letters(resumes), points),
        *_draw_key(resumes),
    ]
    style = f'font-family="{POLICES}" font-size="13" fill="{ENCRE}"'
    label = escape(typeset("Coût d’un an, habitants servis et équité de chaque scénario"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LARGEUR} {HAUTEUR}" {style} role="img" '
        f'aria-label="{label}">{"".join(body)}</svg>'
    )


def _draw_axes(x: Axe, y: Axe) -> Iterator[str]:
    for mark in x.graduations:
        at = x.place(mark)
        yield _line((at, HAUT), (at, BAS), strong=mark == 0)
        yield _text(at, BAS + 18, nombre(mark, x.decimales), "middle")
    for mark in y.graduations:
        at = y.place(mark)
        yield _line((GAUCHE, at), (DROITE, at), strong=mark == 0)
        yield _text(GAUCHE - 8, at + 4, nombre(mark, y.decimales), "end")
    yield _text(DROITE, BAS + 36, "euros par an, en plus ou en moins", "end")
    yield _text(8, HAUT - 16, "habitants à portée, en plus ou en moins", "start")


def _line(start: tuple[float, float], end: tuple[float, float], *, strong: bool) -> str:
    ink, width = (ENCRE, 1.4) if strong else ("#dbd6ca", 1)
    trace = f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
    return f'<path d="{trace}" stroke="{ink}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(typeset(text))}</text>'


def _draw_shape(equity: str, x: float, y: float) -> str:
    shape, colour, _ = EQUITES[equity]
    edge = f'fill="{colour}" stroke="#fff" stroke-width="1.5"'
    if shape == "rond":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" {edge}/>'
    if shape == "carre":
        return f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" {edge}/>'
    return f'<path d="M{x:.1f} {y - 9:.1f}l9 16h-18z" {edge}/>'


def _name_points(names: Sequence[str], points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Names beside their points, each where there is room."""
    halo = ' stroke="#fff" stroke-width="3" paint-order="stroke"'
    short = [name if len(name) <= NOM else f"{name[: NOM - 1].rstrip()}…" for name in names]
    places = place_names(points, short, 13, 8, (GAUCHE + 2, HAUT, LARGEUR, BAS))
    for name, (x, y, anchor) in zip(short, places, strict=True):
        yield _text(x, y, name, anchor, halo)


def _draw_key(resumes: Sequence[ResumeScenario]) -> Iterator[str]:
    """The shapes that are on the plane, with their words."""
    x = 12.0
    for equity in (key for key in EQUITES if key in {judge_equity(one.dixieme_min) for one in resumes}):
        words = EQUITES[equity][2]
        yield _draw_shape(equity, x + 8, HAUTEUR - 12)
        yield _text(x + 22, HAUTEUR - 8, words, "start")
        x += 46 + 6.9 * len(words)
