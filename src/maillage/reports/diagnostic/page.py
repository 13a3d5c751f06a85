"""The report as one HTML file: no script, no outside asset, readable without its style sheet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from maillage.reports.diagnostic.document import Carte, Cellule, Rapport, Section, Tableau
from maillage.reports.ecrire.composition import embed_typeface


def write_page(rapport: Rapport) -> str:
    """The whole page."""
    style = embed_typeface() + files(__package__).joinpath("diagnostic.css").read_text("utf-8")
    mark = "Jeu d’essai · " if rapport.jeu_essai else ""
    banners = "".join(f'<p class="bandeau">{escape(text)}</p>' for text in rapport.bandeaux)
    body = "".join(write_section(section) for section in rapport.sections)
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{mark}{escape(rapport.titre)}</title>
<style>{style}</style>
</head>
<body{' class="essai"' if rapport.jeu_essai else ""}>
<a class="evitement" href="#contenu">Aller au contenu</a>
<header>
<div role="note" aria-label="À savoir">{banners}</div>
<h1>{escape(rapport.titre)}</h1>
<p class="sous-titre">{escape(rapport.sous_titre)}</p>
<p class="chapeau">{escape(rapport.chapeau)}</p>
</header>
<nav aria-label="Sommaire"><ul>{"".join(link(section) for section in rapport.sections)}</ul></nav>
<main id="contenu">
{body}
</main>
<footer><p>{escape(rapport.pied)}</p></footer>
</body>
</html>
"""


def link(section: Section) -> str:
    """One line of the contents."""
    return f'<li><a href="#partie-{section.id}">{escape(section.titre)}</a></li>'


def write_section(section: Section) -> str:
    """Paragraphs, maps, tables."""
    parts = [f"<p>{escape(text)}</p>" for text in section.paragraphes]
    maps = "".join(write_map(carte) for carte in section.cartes)
    parts += [f'<div class="cartes">{maps}</div>'] if maps else []
    parts += [write_table(table) for table in section.tableaux]
    name = f"partie-{section.id}"
    heading = f'<h2 id="{name}-titre">{escape(section.titre)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-titre">{heading}{"".join(parts)}</section>'


def write_map(carte: Carte) -> str:
    """The drawing, its legend as a list, and the way to its table."""
    legend = "".join(
        f'<li><span class="pastille" style="background:{c.couleur}"></span>{escape(c.libelle)}'
        f' <span class="compte">{c.territoires}</span></li>'
        for c in carte.classes
    )
    drawing = carte.svg.replace(' role="img"', f' role="img" aria-describedby="{carte.id}-mots"', 1)
    return (
        f'<figure id="carte-{carte.id}"><figcaption>{escape(carte.titre)}</figcaption>{drawing}'
        f'<ul class="legende" aria-label="Légende, avec le nombre de communes">{legend}</ul>'
        f'<p class="mots" id="{carte.id}-mots">{escape(carte.description)}</p>'
        f'<p class="note"><a href="#{carte.tableau}">La même carte en tableau</a></p></figure>'
    )


def write_table(table: Tableau) -> str:
    """A table that scrolls on its own on a narrow screen; a long one folds."""
    head = "".join(
        f'<th scope="col"{align(k, table)}>{escape(name)}</th>' for k, name in enumerate(table.colonnes)
    )
    rows = "".join(write_row(row, table) for row in table.lignes)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    inner = (
        f'<div class="defile" role="region" tabindex="0" aria-label="{escape(table.titre)}">'
        f"<table><caption>{escape(table.titre)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}"
    )
    if not table.annexe:
        return f'<div id="{table.id}">{inner}</div>'
    summary = f"{escape(table.titre)} ({len(table.lignes)} lignes)"
    return f'<details id="{table.id}"><summary>{summary}</summary>{inner}</details>'


def write_row(row: Iterable[Cellule], table: Tableau) -> str:
    """One row; its first cell heads it."""
    cells = [
        f'<th scope="row">{escape(str(cell))}</th>'
        if k == 0
        else f"<td{align(k, table)}>{escape(str(cell))}</td>"
        for k, cell in enumerate(row)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def align(column: int, table: Tableau) -> str:
    """The class of a column of figures."""
    return ' class="n"' if column in table.numeriques else ""
