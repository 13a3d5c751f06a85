"""The comparison as one picture: a line for each figure, each territory by its letter on the distribution."""

from __future__ import annotations

from html import escape

from django.conf import settings

from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import court, unite_de_colonne
from maillage.reports.rendu.planche import DEDANS, Cle, Planche, lines
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.comparaison import LETTRES, LigneComparee
from maillage.web.territoires.phrases import tell_times

# A line, in units of the picture: its names at left, the distribution at right.
MOTS, RANG, CORPS = 340, 16, 13
SOURCES_MAXIMUM = 6


def make_planche(atlas: AtlasOuvert, territoires: list[Territoire], lignes: list[LigneComparee]) -> Planche:
    """Names, figures with unit and vintage, distributions, sources."""
    timed = any(line.definition.unite == "min" for line in lignes)
    how = "Chaque point est un territoire de même niveau ; le trait, la moyenne des habitants du département."
    return Planche(
        titre=f"Comparer : {', '.join(t.nom for t in territoires)}",
        sous_titre=(f"{how} {tell_times(atlas) if timed else ''}".strip(),),
        dessin=_draw(lignes),
        legende=tuple(
            Cle(letter, t.nom_complet, "lettre") for letter, t in zip(LETTRES, territoires, strict=False)
        ),
        pied=(f"{_sources(atlas, lignes)} · {atlas.nom} · {settings.MAILLAGE_IDENTITE['nom']}",),
    )


def _sources(atlas: AtlasOuvert, lignes: list[LigneComparee]) -> str:
    names = list(dict.fromkeys(atlas.nom_source(s) for line in lignes for s in line.definition.sources))
    more = len(names) - SOURCES_MAXIMUM
    return " · ".join([*names[:SOURCES_MAXIMUM], *([f"et {more} autres sources"] if more > 0 else [])])


def _draw(lignes: list[LigneComparee]) -> str:
    """The lines under one another, as one SVG ``DEDANS`` wide."""
    parts: list[str] = []
    top = 0.0
    for line in lignes:
        top = _draw_line(parts, line, top)
    return f'<svg viewBox="0 0 {DEDANS} {top:.0f}">{"".join(parts)}</svg>'


def _draw_line(parts: list[str], line: LigneComparee, top: float) -> float:
    """One figure; where the next may begin."""
    names = lines(_name(line), CORPS, MOTS)
    texts = [("cle", text) for text in names]
    texts += [("sous", text) for text in lines(_figures(line), CORPS + 1, MOTS)]
    for rank, (classe, text) in enumerate(texts, 1):
        parts.append(f'<text class="{classe}" x="0" y="{top + rank * RANG:.0f}">{escape(text)}</text>')
    height = max(len(texts) * RANG + 14, 64)
    place = f'x="{MOTS + 20}" y="{top + 4:.0f}" width="{DEDANS - MOTS - 20}" height="52" overflow="visible" '
    parts.append(line.bande.replace("<svg ", f"<svg {place}", 1))
    parts.append(f'<path class="axe" d="M0 {top + height - 4:.0f}H{DEDANS}"/>')
    return top + height


def _name(line: LigneComparee) -> str:
    d = line.definition
    aside = ", ".join(word for word in (unite_de_colonne(d.unite), d.millesime) if word)
    return f"{d.objet if d.est_duree else d.nom}{f' ({aside})' if aside else ''}"


def _figures(line: LigneComparee) -> str:
    d = line.definition
    said = [
        f"{letter} {court(c.valeur, d.unite, d.arrondi)}"
        for letter, c in zip(LETTRES, line.chiffres, strict=False)
    ]
    return " · ".join([*said, f"département {court(line.reference.valeur, d.unite, d.arrondi)}"])
